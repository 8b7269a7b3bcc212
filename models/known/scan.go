package known

import (
	"errors"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// A scanner reads JSON byte by byte out of a stream of any length and always knows
// where it is. It keeps one text at a time: a file of gigabytes, a text of a hundred
// megabytes and ten thousand opening brackets cost it the same few hundred kilobytes.
// (encoding/json keeps a whole text, and tells offsets but no lines.)
type scanner struct {
	in        io.Reader
	buf       []byte
	pos, end  int
	base      int64 // offset of buf[0]
	line      int64
	lineStart int64 // offset at which the line begins
	depth     int
	record    int
	failed    error // the reader's own
	text      []byte
	start     place // where the last text or number began
}

type place struct{ line, column, offset int64 }

const (
	maxDepth   = 64
	maxText    = 1 << 20 // of a text that is passed over
	maxKept    = 4096    // of a text that is looked at
	bufferSize = 256 << 10
)

func newScanner(in io.Reader) *scanner {
	return &scanner{in: in, buf: make([]byte, bufferSize), line: 1}
}

// more says whether there is a byte at pos.
func (s *scanner) more() bool {
	for s.pos == s.end {
		if s.failed != nil {
			return false
		}
		s.base += int64(s.end)
		n, err := s.in.Read(s.buf)
		s.pos, s.end = 0, n
		if err != nil {
			s.failed = err
		}
	}
	return true
}

func (s *scanner) here() place {
	off := s.base + int64(s.pos)
	return place{s.line, off - s.lineStart + 1, off}
}

// broken is an error at this place; the reader's own error comes first.
func (s *scanner) broken(format string, args ...any) error {
	return s.brokenAt(s.here(), format, args...)
}

func (s *scanner) brokenAt(p place, format string, args ...any) error {
	if s.failed != nil && !errors.Is(s.failed, io.EOF) {
		return fmt.Errorf("reading the file: %w", s.failed)
	}
	return &Broken{Line: p.line, Column: p.column, Offset: p.offset, Record: s.record, Reason: fmt.Sprintf(format, args...)}
}

func (s *scanner) ended() error { return s.broken("the file ends in the middle.") }

// space passes over what stands between tokens and answers the next byte, which it
// leaves where it is.
func (s *scanner) space() (byte, error) {
	for s.more() {
		switch b := s.buf[s.pos]; b {
		case '\n':
			s.pos++
			s.line, s.lineStart = s.line+1, s.base+int64(s.pos)
		case ' ', '\t', '\r':
			s.pos++
		default:
			return b, nil
		}
	}
	return 0, s.ended()
}

// take passes over the next byte, which must be this one.
func (s *scanner) take(want byte) error {
	b, err := s.space()
	if err != nil {
		return err
	}
	if b != want {
		return s.broken("%q is expected here, and %q stands here.", want, b)
	}
	s.pos++
	return nil
}

func (s *scanner) deeper() error {
	if s.depth++; s.depth > maxDepth {
		return s.broken("more than %d brackets are open inside each other.", maxDepth)
	}
	return nil
}

// object calls field at each value of an object, with its key. field must read the
// value.
func (s *scanner) object(field func(key string) error) error {
	if err := s.take('{'); err != nil {
		return err
	}
	return s.list('}', func() error {
		b, err := s.space()
		if err != nil {
			return err
		}
		if b != '"' {
			return s.broken("a name in quotes is expected here.")
		}
		key, err := s.str(true)
		if err != nil {
			return err
		}
		if err := s.take(':'); err != nil {
			return err
		}
		return field(key)
	})
}

// array calls each at every value of an array.
func (s *scanner) array(each func() error) error {
	if err := s.take('['); err != nil {
		return err
	}
	return s.list(']', each)
}

// list reads what stands between brackets, up to the closing one.
func (s *scanner) list(closing byte, each func() error) error {
	if err := s.deeper(); err != nil {
		return err
	}
	defer func() { s.depth-- }()
	for first := true; ; first = false {
		b, err := s.space()
		if err != nil {
			return err
		}
		switch {
		case b == closing && first:
			s.pos++
			return nil
		case first:
		case b == ',':
			s.pos++
		case b == closing:
			s.pos++
			return nil
		default:
			return s.broken("a comma or %q is expected here, and %q stands here.", closing, b)
		}
		if err := each(); err != nil {
			return err
		}
	}
}

// str reads a text. One that is not kept is only checked.
func (s *scanner) str(keep bool) (string, error) {
	s.start = s.here()
	s.pos++ // the quote
	s.text = s.text[:0]
	n := 0
	limit := maxText
	if keep {
		limit = maxKept
	}
	for s.more() {
		part := s.buf[s.pos:s.end]
		i := 0
		for i < len(part) && part[i] != '"' && part[i] != '\\' && part[i] >= ' ' {
			i++
		}
		if n += i; n > limit {
			return "", s.brokenAt(s.start, "a text of more than %d bytes begins here.", limit)
		}
		if keep {
			s.text = append(s.text, part[:i]...)
		}
		s.pos += i
		if i == len(part) {
			continue
		}
		switch part[i] {
		case '"':
			s.pos++
			return string(s.text), nil
		case '\\':
			s.pos++
			r, err := s.escape()
			if err != nil {
				return "", err
			}
			if n++; keep {
				s.text = utf8.AppendRune(s.text, r)
			}
		default:
			return "", s.broken("a text holds a control character (byte %d) that must be written with a backslash.", part[i])
		}
	}
	return "", s.ended()
}

// escape reads what follows a backslash.
func (s *scanner) escape() (rune, error) {
	if !s.more() {
		return 0, s.ended()
	}
	b := s.buf[s.pos]
	s.pos++
	switch b {
	case '"', '\\', '/':
		return rune(b), nil
	case 'b':
		return '\b', nil
	case 'f':
		return '\f', nil
	case 'n':
		return '\n', nil
	case 'r':
		return '\r', nil
	case 't':
		return '\t', nil
	case 'u':
		r, err := s.unicode()
		if err != nil || !utf16.IsSurrogate(r) {
			return r, err
		}
		for _, want := range `\u` {
			if !s.more() {
				return 0, s.ended()
			}
			if rune(s.buf[s.pos]) != want {
				return 0, s.broken("half a character stands before this (a surrogate without its pair).")
			}
			s.pos++
		}
		low, err := s.unicode()
		if err != nil {
			return 0, err
		}
		if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
			return 0, s.broken("two halves that make no character stand before this.")
		}
		return r, nil
	}
	s.pos--
	return 0, s.broken("nothing is written with a backslash and %q.", b)
}

func (s *scanner) unicode() (r rune, err error) {
	for range 4 {
		if !s.more() {
			return 0, s.ended()
		}
		b := s.buf[s.pos]
		switch {
		case b >= '0' && b <= '9':
			b -= '0'
		case b >= 'a' && b <= 'f':
			b -= 'a' - 10
		case b >= 'A' && b <= 'F':
			b -= 'A' - 10
		default:
			return 0, s.broken("four hexadecimal digits are expected after \\u.")
		}
		r, s.pos = r<<4|rune(b), s.pos+1
	}
	return r, nil
}

// scalar reads a text, a number, true, false or null, and answers it as text; quoted
// says whether it was a text, and null is the empty text.
func (s *scanner) scalar(name string) (text string, quoted bool, err error) {
	b, err := s.space()
	if err != nil {
		return "", false, err
	}
	switch b {
	case '"':
		text, err = s.str(true)
		return text, true, err
	case '{', '[':
		return "", false, s.broken("%s must be a plain value, and a list or an object stands here.", name)
	}
	text, err = s.word()
	if text == "null" {
		text = ""
	}
	return text, false, err
}

// word reads a number, true, false or null.
func (s *scanner) word() (string, error) {
	s.start = s.here()
	var w []byte
	for s.more() {
		b := s.buf[s.pos]
		if (b < '0' || b > '9') && (b < 'a' || b > 'z') && b != '-' && b != '+' && b != '.' && b != 'E' {
			break
		}
		if w = append(w, b); len(w) > 64 {
			return "", s.brokenAt(s.start, "this is no number and no other value.")
		}
		s.pos++
	}
	switch text := string(w); {
	case text == "true", text == "false", text == "null", isNumber(text):
		if !s.more() && s.failed != nil && !errors.Is(s.failed, io.EOF) {
			return "", s.ended() // more of it may have been lost
		}
		return text, nil
	case text == "" && !s.more():
		return "", s.ended()
	case text == "":
		return "", s.brokenAt(s.start, "a value is expected here, and %q stands here.", s.buf[s.pos])
	default:
		return "", s.brokenAt(s.start, "%q is no number and no other value.", clip(text))
	}
}

// isNumber says whether the text is a number as JSON writes them.
func isNumber(t string) bool {
	digits := func() bool {
		n := 0
		for n < len(t) && t[n] >= '0' && t[n] <= '9' {
			n++
		}
		t = t[n:]
		return n > 0
	}
	if t != "" && t[0] == '-' {
		t = t[1:]
	}
	if len(t) > 1 && t[0] == '0' && t[1] >= '0' && t[1] <= '9' || !digits() {
		return false
	}
	if t != "" && t[0] == '.' {
		if t = t[1:]; !digits() {
			return false
		}
	}
	if t != "" && (t[0] == 'e' || t[0] == 'E') {
		if t = t[1:]; t != "" && (t[0] == '+' || t[0] == '-') {
			t = t[1:]
		}
		if !digits() {
			return false
		}
	}
	return t == ""
}

// skip passes over a value of any kind.
func (s *scanner) skip() error {
	b, err := s.space()
	if err != nil {
		return err
	}
	switch b {
	case '{':
		return s.object(func(string) error { return s.skip() })
	case '[':
		return s.array(s.skip)
	case '"':
		_, err = s.str(false)
	default:
		_, err = s.word()
	}
	return err
}
