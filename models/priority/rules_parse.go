package priority

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxTable    = 256 << 10 // bytes of one table; the embedded ones have a thirtieth
	maxRows     = 1000
	maxFindings = 50
)

// Finding is one thing that is wrong with a table.
type Finding struct {
	Table   string // TableRules or TableMissing; empty: of the version as a whole
	Line    int    // counted from 1, the heading being line 1
	Column  string // empty when the line as a whole is meant
	Message string
}

func (f Finding) Error() string {
	where := ""
	if f.Table != "" {
		where = fmt.Sprintf("%s line %d", f.Table, f.Line)
		if f.Column != "" {
			where += ", " + f.Column
		}
		where += ": "
	}
	return where + f.Message
}

// Findings takes joined findings apart, in their order; what is no finding is left
// out.
func Findings(err error) []Finding {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var out []Finding
		for _, e := range joined.Unwrap() {
			out = append(out, Findings(e)...)
		}
		return out
	}
	if f := (Finding{}); errors.As(err, &f) {
		return []Finding{f}
	}
	return nil
}

// ParseRules reads a version of the rules from two tables of CSV, of the form that
// RulesCSV and MissingCSV give. It is strict: keys that nothing asks for, keys that
// are there twice, points that are no whole number within their range and rows
// without words are refused, and so are rules that no report can satisfy. All
// findings, up to fifty, come back joined, each a Finding with its table, line and
// an example of what to write; Findings takes them apart.
func ParseRules(version, rules, missing string) (*Rules, error) {
	r, err := read(version, rules, missing)
	if err != nil {
		return nil, err
	}
	return r.checked()
}

// RulesOf makes rules of rows, with the checks of ParseRules. A finding's line
// counts the rows from 2, the heading being line 1.
func RulesOf(version string, rows []Row, missing []MissingRow) (*Rules, error) {
	p := &parser{}
	for i, row := range rows {
		p.rule(i+2, row.record())
	}
	for i, row := range missing {
		p.cost(i+2, row.record())
	}
	p.lacking(len(rows)+1, len(missing)+1)
	r, err := p.made(version)
	if err != nil {
		return nil, err
	}
	return r.checked()
}

func read(version, rules, missing string) (*Rules, error) {
	p := &parser{}
	last := p.table(TableRules, rules, ruleColumns, p.rule)
	lastMissing := p.table(TableMissing, missing, missingColumns, p.cost)
	if last > 0 && lastMissing > 0 {
		p.lacking(last, lastMissing)
	}
	return p.made(version)
}

// parser collects rows and findings of both tables.
type parser struct {
	rows  []Row
	costs []MissingRow
	lines map[string]int // table and key -> first line, refused rows included
	errs  []error
}

func (p *parser) fail(table string, line int, column, format string, args ...any) {
	if len(p.errs) < maxFindings {
		p.errs = append(p.errs, Finding{table, line, column, fmt.Sprintf(format, args...)})
	}
}

// table reads one table's text and answers its last line, 0 when it could not be
// read to its end.
func (p *parser) table(table, text string, columns []string, take func(line int, record []string)) int {
	if len(text) > maxTable {
		p.fail(table, 1, "", "The table is larger than %d KiB.", maxTable>>10)
		return 0
	}
	cr := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	cr.FieldsPerRecord = -1
	head, err := cr.Read()
	if err != nil || !slices.Equal(head, columns) {
		p.fail(table, 1, "", "The first line must be the heading %s.", strings.Join(columns, ","))
		return 0
	}
	last := 1
	for rows := 0; ; rows++ {
		record, err := cr.Read()
		if errors.Is(err, io.EOF) {
			return last
		}
		if err != nil {
			line, why := last+1, err
			if pe := (*csv.ParseError)(nil); errors.As(err, &pe) {
				line, why = pe.StartLine, pe.Err
			}
			p.fail(table, line, "", "It cannot be read as CSV: %v.", why)
			return 0
		}
		last, _ = cr.FieldPos(0)
		switch {
		case rows == maxRows:
			p.fail(table, last, "", "The table has more than %d rows.", maxRows)
			return 0
		case len(record) != len(columns):
			p.fail(table, last, "", "This line has %d fields and the heading %d. A text with a comma stands in quotation marks, for example \"no name, no number\".", len(record), len(columns))
		default:
			take(last, record)
		}
		if len(p.errs) >= maxFindings {
			return 0
		}
	}
}

// rule reads one row of the table of rules.
func (p *parser) rule(line int, f []string) {
	row, before := Row{Key: f[0], Short: strings.TrimSpace(f[3]), Text: strings.TrimSpace(f[4]), Source: strings.TrimSpace(f[5])}, len(p.errs)
	p.key(TableRules, line, row.Key)
	least, most, example := -100, 100, 15
	if isThreshold(row.Key) {
		least, most, example = 1, 1000, 35
	}
	row.Points = p.whole(TableRules, line, "points", f[1], least, most, example)
	switch strings.TrimSpace(f[2]) {
	case "":
	case "yes":
		if row.Urgent = true; isThreshold(row.Key) {
			p.fail(TableRules, line, "urgent", "A threshold is not urgent by itself: leave this empty.")
		}
	default:
		p.fail(TableRules, line, "urgent", "Write yes, or leave it empty.")
	}
	if !isThreshold(row.Key) {
		p.text(TableRules, line, "short", row.Short, 60, "victim under 7")
	}
	p.text(TableRules, line, "text", row.Text, 300, "A victim is stated to be under 7")
	p.text(TableRules, line, "source", row.Source, 80, "victim age")
	if len(p.errs) == before {
		p.rows = append(p.rows, row)
	}
}

// cost reads one row of the table of missing things.
func (p *parser) cost(line int, f []string) {
	row, before := MissingRow{Key: f[0], Text: strings.TrimSpace(f[2])}, len(p.errs)
	p.key(TableMissing, line, row.Key)
	row.Cost = p.whole(TableMissing, line, "cost", f[1], 0, 100, 20)
	p.text(TableMissing, line, "text", row.Text, 300, "No IP address")
	if len(p.errs) == before {
		p.costs = append(p.costs, row)
	}
}

// key refuses keys that nothing asks for, and those that were there before.
func (p *parser) key(table string, line int, key string) {
	known := missingKeys
	if table == TableRules {
		known = ruleKeys
	}
	if p.lines == nil {
		p.lines = map[string]int{}
	}
	first := p.lines[table+key]
	switch {
	case first > 0:
		p.fail(table, line, "key", "%s is there twice, first on line %d. Leave one of the two out.", shortened(key), first)
		return
	case !slices.Contains(known(), key) && (table != TableRules || !isOpen(key)):
		p.fail(table, line, "key", "Nothing asks for %q, so the row would never count; the nearest key is %s.", shortened(key), nearestKey(known(), key))
	}
	p.lines[table+key] = line
}

func (p *parser) whole(table string, line int, column, text string, least, most, example int) int {
	text = strings.TrimSpace(text)
	n, err := strconv.Atoi(text)
	if err != nil || strings.HasPrefix(text, "+") || n < least || n > most {
		p.fail(table, line, column, "%q is not a whole number from %d to %d, for example %d.", shortened(text), least, most, example)
		return 0
	}
	return n
}

func (p *parser) text(table string, line int, column, text string, most int, example string) {
	switch {
	case text == "":
		p.fail(table, line, column, "This cannot be empty: people read it beside each report. For example %q.", example)
	case !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl):
		p.fail(table, line, column, "Write one line of ordinary text.")
	case utf8.RuneCountInString(text) > most:
		p.fail(table, line, column, "Keep it within %d characters.", most)
	}
}

func shortened(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	if r := []rune(s); len(r) > 60 {
		return string(r[:59]) + "…"
	}
	return s
}
