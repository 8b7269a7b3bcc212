package scim

import (
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"
)

// kind is what a piece of a filter or path is.
type kind int

const (
	end    kind = iota
	word        // a name, operator or literal: letters, digits and - _ $ . : +
	quoted      // a text in double quotes, as JSON has it
	open        // [
	closed      // ]
	odd         // anything else, or a text that does not end
)

type piece struct {
	kind kind
	text string // of a quoted piece, what it stands for
}

// is reports whether the piece is the word, in any case.
func (p piece) is(w string) bool { return p.kind == word && strings.EqualFold(p.text, w) }

// lexer takes a filter or path apart, in one pass and without looking back.
type lexer struct {
	rest   string
	inside bool // between brackets, which do not stand in each other
}

func (l *lexer) next() piece {
	l.rest = strings.TrimLeft(l.rest, " ")
	if l.rest == "" {
		return piece{}
	}
	switch c := l.rest[0]; {
	case c == '[':
		return l.cut(1, open)
	case c == ']':
		return l.cut(1, closed)
	case c == '"':
		return l.quote()
	case inWord(c):
		n := 1
		for n < len(l.rest) && inWord(l.rest[n]) {
			n++
		}
		return l.cut(n, word)
	}
	return piece{kind: odd}
}

func (l *lexer) cut(n int, k kind) piece {
	p := piece{kind: k, text: l.rest[:n]}
	l.rest = l.rest[n:]
	return p
}

// quote reads a text in JSON's form. One that could not stand in the database is
// odd: nothing there has it.
func (l *lexer) quote() piece {
	for n := 1; n < len(l.rest); n++ {
		switch l.rest[n] {
		case '\\':
			n++
		case '"':
			raw := l.rest[:n+1]
			l.rest = l.rest[n+1:]
			var s string
			if !utf8.ValidString(raw) || json.Unmarshal([]byte(raw), &s) != nil || strings.ContainsFunc(s, unicode.IsControl) {
				return piece{kind: odd}
			}
			return piece{kind: quoted, text: s}
		}
	}
	return piece{kind: odd}
}

func inWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-_$.:+", c) >= 0
}
