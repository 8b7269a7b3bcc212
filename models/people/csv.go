package people

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"reeve/auth"
	"reeve/models"
)

// The limits of a file.
const (
	FileBytes = 256 << 10
	FileLines = 1000
)

// The columns that a file of people may have. The first three must be there; an
// exported file has them all, and further ones that are not read.
const (
	columnEmail = "email"
	columnName  = "name"
	columnRoles = "roles"
	columnTitle = "title"
	columnSworn = "sworn"
)

// entry is one line of a file as it reads; wrong says what is wrong with it.
type entry struct {
	line  int
	email string
	name  string
	title *string // nil: the file has no such column
	sworn *string
	roles []auth.Role
	wrong string
}

// file is a read file.
type file struct {
	entries []entry
	ignored []string // columns that are not read
}

// readFile reads people from the text of a CSV file: UTF-8 with or without a byte
// order mark, either kind of line end, fields apart by comma, semicolon or tab,
// names of columns in the first line. A file that cannot be read as a whole is
// Invalid on "file"; what is wrong with one line stands in that line.
func readFile(text string) (*file, error) {
	switch {
	case len(text) > FileBytes:
		return nil, fileError("The file is larger than %d KiB. Divide it into several.", FileBytes>>10)
	case strings.HasPrefix(text, "\xff\xfe"), strings.HasPrefix(text, "\xfe\xff"), !utf8.ValidString(text), strings.ContainsRune(text, 0):
		return nil, fileError("This is no CSV file in UTF-8. In a spreadsheet, save it as “CSV UTF-8 (comma delimited)” and choose that file.")
	}
	text = strings.TrimPrefix(text, "\ufeff")
	if strings.TrimSpace(text) == "" {
		return nil, fileError("The file is empty. Choose a file, or paste its lines.")
	}
	r := csv.NewReader(strings.NewReader(text))
	r.FieldsPerRecord, r.TrimLeadingSpace, r.Comma = -1, true, separator(text)
	head, err := r.Read()
	if err != nil {
		return nil, unreadable(err)
	}
	columns, ignored, err := readHead(head)
	if err != nil {
		return nil, err
	}
	f := &file{ignored: ignored}
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, unreadable(err)
		}
		if len(f.entries) == FileLines {
			return nil, fileError("The file has more than %d people. Divide it into several.", FileLines)
		}
		line, _ := r.FieldPos(0)
		if blank(record) {
			continue
		}
		f.entries = append(f.entries, readEntry(line, record, columns, len(head)))
	}
	if len(f.entries) == 0 {
		return nil, fileError("The file has names of columns and nobody below them.")
	}
	f.markRepeated()
	return f, nil
}

func fileError(format string, args ...any) error {
	return models.InvalidField("file", fmt.Sprintf(format, args...))
}

// unreadable says where a file stops being CSV.
func unreadable(err error) error {
	var p *csv.ParseError
	if errors.As(err, &p) {
		return fileError("Line %d cannot be read: a quotation mark stands where none may. Put the whole field into quotation marks and double those within.", p.Line)
	}
	return fileError("The file cannot be read.")
}

// separator is what divides the names of columns.
func separator(text string) rune {
	first, _, _ := strings.Cut(text, "\n")
	best, most := ',', strings.Count(first, ",")
	for _, c := range []rune{';', '\t'} {
		if n := strings.Count(first, string(c)); n > most {
			best, most = c, n
		}
	}
	return best
}

// readHead finds the columns by name.
func readHead(head []string) (columns map[string]int, ignored []string, err error) {
	columns = map[string]int{}
	for i, name := range head {
		name = strings.ToLower(strings.TrimSpace(name))
		if !slices.Contains([]string{columnEmail, columnName, columnRoles, columnTitle, columnSworn}, name) {
			if name != "" {
				ignored = append(ignored, clip(name, 40))
			}
			continue
		}
		if _, twice := columns[name]; twice {
			return nil, nil, fileError("The column %q is there twice.", name)
		}
		columns[name] = i
	}
	for _, must := range []string{columnEmail, columnName, columnRoles} {
		if _, ok := columns[must]; !ok {
			return nil, nil, fileError("The first line must name the columns; %q is missing. Needed are email, name and roles; title and sworn may be there.", must)
		}
	}
	if len(ignored) > 20 {
		ignored = append(ignored[:20], "and more")
	}
	return columns, ignored, nil
}

func blank(record []string) bool {
	return !slices.ContainsFunc(record, func(s string) bool { return strings.TrimSpace(s) != "" })
}

func readEntry(line int, record []string, columns map[string]int, width int) entry {
	cell := func(name string) *string {
		i, ok := columns[name]
		if !ok {
			return nil
		}
		text := ""
		if i < len(record) {
			text = fromSheet(record[i])
		}
		return &text
	}
	e := entry{line: line, email: strings.TrimSpace(*cell(columnEmail)), name: *cell(columnName), title: cell(columnTitle), sworn: cell(columnSworn)}
	if len(record) > width {
		e.wrong = fmt.Sprintf("The line has %d fields and the first line %d. Is a quotation mark missing?", len(record), width)
		return e
	}
	for _, word := range strings.FieldsFunc(*cell(columnRoles), func(r rune) bool { return strings.ContainsRune(";,|/", r) }) {
		word = strings.ReplaceAll(strings.ToLower(strings.TrimSpace(word)), " ", "-")
		if word != "" {
			e.roles = append(e.roles, auth.Role(clip(word, 40)))
		}
	}
	if e.sworn != nil {
		if _, ok := swornOf(*e.sworn); !ok {
			e.wrong = "Under sworn write yes, no or nothing."
		}
	}
	return e
}

// markRepeated marks every line but the first of those that name one address.
func (f *file) markRepeated() {
	first := map[string]int{}
	for i, e := range f.entries {
		key := strings.ToLower(e.email)
		if at, twice := first[key]; twice && key != "" && e.wrong == "" {
			f.entries[i].wrong = fmt.Sprintf("The same address stands in line %d.", at)
		} else if !twice {
			first[key] = e.line
		}
	}
}

// swornOf reads the three-valued mark.
func swornOf(text string) (*bool, bool) {
	yes, no := true, false
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "":
		return nil, true
	case "yes", "y", "true", "1":
		return &yes, true
	case "no", "n", "false", "0":
		return &no, true
	}
	return nil, false
}

// swornText writes what swornOf reads.
func swornText(b *bool) string {
	switch {
	case b == nil:
		return ""
	case *b:
		return "yes"
	}
	return "no"
}

// forSheet makes a cell that no spreadsheet takes for a formula: an apostrophe goes
// before what could begin one (OWASP, "CSV Injection").
func forSheet(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r\n", rune(text[0])) {
		return "'" + text
	}
	return text
}

// fromSheet takes that apostrophe away again.
func fromSheet(text string) string {
	if len(text) > 1 && text[0] == '\'' && forSheet(text[1:]) != text[1:] {
		return text[1:]
	}
	return text
}

func clip(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return string(r[:most]) + "…"
	}
	return text
}
