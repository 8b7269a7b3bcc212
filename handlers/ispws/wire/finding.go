package wire

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Severity says whether a finding refuses the document.
type Severity int

// The severities.
const (
	Error  Severity = iota // the document is refused
	Notice                 // the document is accepted; a person may want to know
)

// Level says what kind of rule a finding comes from.
type Level int

// The levels.
const (
	LevelForm     Level = iota // the document cannot be read: response code 4110
	LevelSchema                // our schema file expresses the rule: an XSD validator says the same
	LevelBusiness              // a rule beyond a schema
)

// String names the level.
func (l Level) String() string {
	return [...]string{"form", "schema", "business"}[l]
}

// Finding is one thing that is wrong with, or remarkable about, a document.
type Finding struct {
	Line     int // from 1
	Column   int // from 1, in characters
	Element  string
	Message  string // one line, in our words, naming the element
	Severity Severity
	Level    Level

	pos int // byte offset in the decoded text
}

// String answers the finding as providers read it: "[line,column] - message".
func (f Finding) String() string {
	return fmt.Sprintf("[%d,%d] - %s", f.Line, f.Column, f.Message)
}

// Describe answers the responseDescription of a refused document: the code's
// meaning, then one line per error finding. Notices are left out.
func Describe(code Code, findings []Finding) string {
	var b strings.Builder
	b.WriteString(code.Meaning())
	for _, f := range findings {
		if f.Severity == Error {
			b.WriteString("\n" + f.String())
		}
	}
	return b.String()
}

// findings gathers findings up to a limit for each severity, so that a flood of
// notices cannot hide an error nor the reverse.
type findings struct {
	list   []Finding
	count  [2]int
	max    int
	errors bool
}

// add counts a finding, and lists it with its message if there is room.
func (fs *findings) add(f Finding, format string, args ...any) {
	if f.Severity == Error {
		fs.errors = true
	}
	if fs.count[f.Severity]++; fs.count[f.Severity] > fs.max {
		return
	}
	f.Element, f.Message = clip(f.Element), format
	if len(args) > 0 {
		f.Message = fmt.Sprintf(format, args...)
	}
	fs.list = append(fs.list, f)
}

// located answers the findings in the order of the document, with line and
// column, and with a last line when some were left out. One pass over src.
func (fs *findings) located(src string) []Finding {
	slices.SortStableFunc(fs.list, func(a, b Finding) int { return a.pos - b.pos })
	line, lineStart, from, column := 1, 0, 0, 1
	for i := range fs.list {
		pos := min(fs.list[i].pos, len(src))
		for {
			nl := strings.IndexByte(src[from:pos], '\n')
			if nl < 0 {
				break
			}
			line++
			lineStart = from + nl + 1
			from, column = lineStart, 1
		}
		column += utf8.RuneCountInString(src[from:pos])
		from = pos
		fs.list[i].Line, fs.list[i].Column = line, column
	}
	if left := fs.count[Error] - fs.max; left > 0 {
		last := fs.list[len(fs.list)-1]
		fs.list = append(fs.list, Finding{
			Line: last.Line, Column: last.Column, Element: last.Element, Level: last.Level,
			Message: fmt.Sprintf("%d more errors were found; only the first %d are listed", left, fs.max),
		})
	}
	return fs.list
}
