package known

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"reeve/models"
)

// csvColumns are the columns that a list in CSV may have, in any order. Without one
// of the four hashes a row says nothing.
var csvColumns = []string{"md5", "sha1", "sha256", "pdq", "category", "series", "victim_identified", "offender_identified", "distributed", "suspected", "self_generated"}

var csvFlags = map[string]int16{
	"offender_identified": OffenderIdentified, "distributed": Distributed, "suspected": Suspected, "self_generated": SelfGenerated,
}

// maxRow is how much one row may take; a quote that is never closed else reads the
// rest of the file as one field.
const maxRow = 64 << 10

// guard ends a row that goes on and on.
type guard struct {
	in   io.Reader
	left int
}

var errLongRow = errors.New("a row is too long")

// Read implements io.Reader.
func (g *guard) Read(p []byte) (int, error) {
	if g.left <= 0 {
		return 0, errLongRow
	}
	n, err := g.in.Read(p[:min(len(p), g.left)])
	g.left -= n
	return n, err
}

func readCSV(in *bufio.Reader, emit func(*Record) error) error {
	g := &guard{in: in, left: maxRow}
	comma := separator(in)
	c := csv.NewReader(g)
	c.ReuseRecord, c.Comma = true, comma
	row, last := 0, int64(0) // last: the line of the last row read whole
	broken := func(line, column int, format string, args ...any) error {
		return &Broken{Line: int64(line), Column: int64(column), Offset: c.InputOffset(), Record: row, Reason: fmt.Sprintf(format, args...)}
	}
	header, err := c.Read()
	if err != nil {
		return csvProblem(c, row, last, 0, err)
	}
	last = 1
	columns, problem := readHeader(header)
	if problem != "" {
		return broken(1, 1, "%s", problem)
	}
	for {
		g.left = maxRow
		fields, err := c.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		row++
		if err != nil {
			return csvProblem(c, row, last, len(columns), err)
		}
		line, _ := c.FieldPos(0)
		last = int64(line)
		var r Record
		for i, text := range fields {
			if problem := r.column(columns[i], text); problem != "" {
				line, column := c.FieldPos(i)
				return broken(line, column, "%s", problem)
			}
		}
		if r.MD5 == nil && r.SHA1 == nil && r.SHA256 == nil && r.PDQ == nil {
			return broken(line, 1, "this row has no hash.")
		}
		if err := emit(&r); err != nil {
			return err
		}
	}
}

// separator is the character between columns: as the first line has it.
func separator(in *bufio.Reader) rune {
	start, _ := in.Peek(4096)
	line, _, _ := bytes.Cut(start, []byte("\n"))
	switch {
	case bytes.ContainsRune(line, ','):
		return ','
	case bytes.ContainsRune(line, ';'):
		return ';'
	case bytes.ContainsRune(line, '\t'):
		return '\t'
	}
	return ','
}

func readHeader(header []string) (columns []string, problem string) {
	taken := map[string]bool{}
	for _, raw := range header {
		name := strings.ToLower(strings.TrimSpace(raw))
		if name = strings.NewReplacer("-", "", " ", "_").Replace(name); !contains(csvColumns, name) {
			return nil, fmt.Sprintf("the column %q is not known. Columns may be named %s. If this is no list in CSV, it is no file that can be read here.", clip(raw), strings.Join(csvColumns, ", "))
		}
		if taken[name] {
			return nil, fmt.Sprintf("the column %s stands in the header twice.", name)
		}
		taken[name] = true
		columns = append(columns, name)
	}
	if !taken["md5"] && !taken["sha1"] && !taken["sha256"] && !taken["pdq"] {
		return nil, "the header names no hash: md5, sha1, sha256 or pdq."
	}
	return columns, ""
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

// column reads one field of a row.
func (r *Record) column(name, text string) (problem string) {
	switch name {
	case "md5", "sha1", "sha256", "pdq":
		if text == "" {
			return ""
		}
		return r.take(strings.ToUpper(name), text)
	case "category":
		r.Category, problem = readText(name, text, categoryLimit)
	case "series":
		r.Series, problem = readText(name, text, seriesLimit)
	case "victim_identified":
		r.Victim, problem = readTruth(name, text)
	default:
		var t models.Truth
		if t, problem = readTruth(name, text); t == models.Yes {
			r.Flags |= csvFlags[name]
		}
	}
	return problem
}

// csvProblem puts into words what the CSV reader ended with.
func csvProblem(c *csv.Reader, row int, last int64, columns int, err error) error {
	b := &Broken{Line: 1, Column: 1, Offset: c.InputOffset(), Record: row}
	var p *csv.ParseError
	if errors.As(err, &p) {
		b.Line, b.Column = int64(p.Line), int64(p.Column)
		if p.StartLine != p.Line || p.Column == 0 {
			b.Line, b.Column = int64(p.StartLine), 1 // where the row begins
		}
	}
	switch {
	case errors.Is(err, io.EOF):
		b.Reason = "the file is empty."
	case errors.Is(err, csv.ErrFieldCount):
		b.Reason = fmt.Sprintf("this row has another number of columns than the header, which has %d.", columns)
	case errors.Is(err, csv.ErrQuote), errors.Is(err, csv.ErrBareQuote):
		b.Reason = "a quotation mark stands where it may not, or is never closed."
	case errors.Is(err, errLongRow):
		b.Line = last + 1 // the reader does not say
		b.Reason = fmt.Sprintf("a row of more than %d kB begins here or before: a quotation mark is never closed, or this is no CSV.", maxRow>>10)
	default:
		return fmt.Errorf("reading the file: %w", err)
	}
	return b
}
