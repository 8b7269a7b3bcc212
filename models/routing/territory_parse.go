package routing

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"reeve/models/routing/county"
)

// LineError is one finding in a territory file or in a table of the rules.
type LineError struct {
	Line    int    // counted from 1, the heading being line 1
	Column  string // the column's name; empty when the line as a whole is meant
	Message string
	Table   string // TableWeights or TableFactors; empty for a territory file
}

func (e LineError) Error() string {
	where := fmt.Sprintf("line %d", e.Line)
	if e.Table != "" {
		where = e.Table + " " + where
	}
	if e.Column != "" {
		where += ", " + e.Column
	}
	return where + ": " + e.Message
}

// LineErrors takes joined findings apart, in their order; what is no finding
// of a line is left out.
func LineErrors(err error) []LineError {
	var le LineError
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var out []LineError
		for _, e := range joined.Unwrap() {
			out = append(out, LineErrors(e)...)
		}
		return out
	}
	if errors.As(err, &le) {
		return []LineError{le}
	}
	return nil
}

// Columns of a territory file: the required ones first, then those that may be
// left out. Their order in the file is free.
var (
	requiredColumns = []string{"code", "name", "kind", "country", "state", "county", "valid_from", "valid_to", "certainty", "source"}
	optionalColumns = []string{"parent", "lead", "basis", "certainty_note"}
)

const (
	maxLines    = 100_000
	maxFindings = 50
	maxField    = 2000
)

var (
	codePattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	kinds       = []string{KindTaskForce, KindNationalContact, KindFederal, KindAffiliate, KindCoordination, KindPool}
	bases       = []string{"", "listed", "statewide", "elimination", "affiliates", "complement", "name", "register", "reading", "national", "pool", "agreement", "unknown"}
)

// ParseTerritory reads agencies and dated territory from CSV with a heading
// line, in UTF-8. It is strict: an unknown column, a county that the state does
// not have, a date that is not YYYY-MM-DD, or two holders of one area on one
// day are errors. All findings, up to fifty, come back joined, each a
// LineError; on any error no row is returned.
func ParseTerritory(r io.Reader) ([]Territory, error) {
	cr := csv.NewReader(r)
	cr.FieldsPerRecord = -1
	head, err := cr.Read()
	if errors.Is(err, io.EOF) {
		return nil, LineError{Line: 1, Message: "the file is empty; a heading line is needed"}
	}
	if err != nil {
		return nil, csvError(err)
	}
	column, err := readHeading(head)
	if err != nil {
		return nil, err
	}
	p := &territoryParser{column: column, width: len(head)}
	for {
		record, err := cr.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			p.errs = append(p.errs, csvError(err))
			break
		}
		line, _ := cr.FieldPos(0)
		if line > maxLines {
			p.fail(line, "", fmt.Sprintf("more than %d lines", maxLines))
			break
		}
		p.row(line, record)
		if len(p.errs) >= maxFindings {
			break
		}
	}
	if len(p.errs) == 0 {
		p.compare()
	}
	if len(p.errs) > 0 {
		return nil, errors.Join(p.errs[:min(len(p.errs), maxFindings)]...)
	}
	return p.rows, nil
}

func csvError(err error) error {
	var pe *csv.ParseError
	if errors.As(err, &pe) {
		return LineError{Line: pe.Line, Message: "not readable as CSV: " + pe.Err.Error()}
	}
	return err
}

func readHeading(head []string) (map[string]int, error) {
	column := map[string]int{}
	for i, h := range head {
		if i == 0 {
			h = strings.TrimPrefix(h, "\ufeff")
		}
		if !slices.Contains(requiredColumns, h) && !slices.Contains(optionalColumns, h) {
			return nil, LineError{Line: 1, Message: fmt.Sprintf("unknown column %q; known are %s", h, strings.Join(slices.Concat(requiredColumns, optionalColumns), ", "))}
		}
		if _, twice := column[h]; twice {
			return nil, LineError{Line: 1, Column: h, Message: "the column is there twice"}
		}
		column[h] = i
	}
	for _, h := range requiredColumns {
		if _, ok := column[h]; !ok {
			return nil, LineError{Line: 1, Column: h, Message: "the column is missing"}
		}
	}
	return column, nil
}

type territoryParser struct {
	column map[string]int
	width  int
	rows   []Territory
	errs   []error
}

func (p *territoryParser) fail(line int, column, message string) {
	p.errs = append(p.errs, LineError{Line: line, Column: column, Message: message})
}

func (p *territoryParser) row(line int, record []string) {
	if len(record) != p.width {
		p.fail(line, "", fmt.Sprintf("%d fields, the heading has %d", len(record), p.width))
		return
	}
	before := len(p.errs)
	get := func(name string) string {
		i, ok := p.column[name]
		if !ok {
			return ""
		}
		v := strings.TrimSpace(record[i])
		switch {
		case !utf8.ValidString(v):
			p.fail(line, name, "not UTF-8")
		case len(v) > maxField:
			p.fail(line, name, fmt.Sprintf("longer than %d bytes", maxField))
		case strings.ContainsFunc(v, unicode.IsControl):
			p.fail(line, name, "holds a control character")
		}
		return v
	}
	t := Territory{
		Code: get("code"), Name: get("name"), Kind: get("kind"), Parent: get("parent"), Lead: get("lead"),
		Country: get("country"), State: get("state"), County: get("county"), Basis: get("basis"),
		Certainty: Certainty(get("certainty")), CertaintyNote: get("certainty_note"), Source: get("source"), Line: line,
	}
	t.ValidFrom = p.day(line, "valid_from", get("valid_from"))
	t.ValidTo = p.day(line, "valid_to", get("valid_to"))
	if len(p.errs) > before {
		return
	}
	p.check(t)
	if len(p.errs) == before {
		p.rows = append(p.rows, t)
	}
}

func (p *territoryParser) day(line int, column, v string) time.Time {
	if v == "" {
		return time.Time{}
	}
	d, err := time.Parse(time.DateOnly, v)
	if err != nil {
		p.fail(line, column, fmt.Sprintf("%q is not a day of the form 2026-01-31", v))
	}
	return d
}

// check judges one row by itself.
func (p *territoryParser) check(t Territory) {
	fail := func(column, format string, args ...any) { p.fail(t.Line, column, fmt.Sprintf(format, args...)) }
	if !codePattern.MatchString(t.Code) || len(t.Code) > 64 {
		fail("code", "%q is not a code: lower-case letters, digits and single hyphens, at most 64", t.Code)
	}
	if t.Parent != "" && (!codePattern.MatchString(t.Parent) || t.Parent == t.Code) {
		fail("parent", "%q is not the code of another agency", t.Parent)
	}
	if t.Name == "" {
		fail("name", "missing")
	}
	if t.Source == "" {
		fail("source", "missing: every row says where it comes from")
	}
	if !slices.Contains(kinds, t.Kind) {
		fail("kind", "%q is none of %s", t.Kind, strings.Join(kinds, ", "))
	}
	if IsPool(t.Code) != (t.Kind == KindPool) || IsPool(t.Code) && !slices.Contains(Pools(), t.Code) {
		fail("code", "%q: pools, and only they, have one of the codes %s", t.Code, strings.Join(Pools(), ", "))
	}
	if !slices.Contains(bases, t.Basis) {
		fail("basis", "%q is none of %s", t.Basis, strings.Join(bases[1:], ", "))
	}
	if !slices.Contains([]Certainty{High, Medium, Low, Unknown}, t.Certainty) {
		fail("certainty", "%q is none of high, medium, low, unknown", t.Certainty)
	}
	if !t.ValidFrom.IsZero() && !t.ValidTo.IsZero() && t.ValidTo.Before(t.ValidFrom) {
		fail("valid_to", "before valid_from")
	}
	p.checkArea(t, fail)
}

func (p *territoryParser) checkArea(t Territory, fail func(column, format string, args ...any)) {
	if t.Country == "" {
		if t.State != "" || t.County != "" {
			fail("country", "missing, though a state or county is given")
		}
		return
	}
	if t.Country != "--" && !validCountry(t.Country) {
		fail("country", "%q is not a two-letter country code or --", t.Country)
		return
	}
	if t.Country != "US" {
		if t.State != "" && t.State != "*" {
			fail("state", "areas within countries other than the US are not supported; use *")
		}
		if t.County != "" && t.County != "*" {
			fail("county", "areas within countries other than the US are not supported; use *")
		}
		return
	}
	switch {
	case t.State == "" || t.State == "*":
		if t.County != "" {
			fail("state", "missing, though a county is given")
		}
		if t.Certainty != Unknown {
			fail("state", "a row for the whole United States cannot cover it: name each state")
		}
	case StateName(t.State) == "":
		fail("state", "%q is not the postal code of a state or territory", t.State)
	case t.County == "" && t.Certainty != Unknown:
		fail("county", "missing: name a county, or * for the whole or the rest of the state; with certainty unknown it may be empty")
	case t.County != "" && t.County != "*":
		if _, ok := county.Named(t.State, t.County); !ok {
			fail("county", "%s has no county %q", StateName(t.State), t.County)
		}
	}
}

// compare judges the rows against each other: one name, kind and parent per
// code, no area with two holders on one day.
func (p *territoryParser) compare() {
	first := map[string]Territory{}
	areas := map[string][]Territory{}
	for _, t := range p.rows {
		if f, ok := first[t.Code]; !ok {
			first[t.Code] = t
		} else if f.Name != t.Name || f.Kind != t.Kind || f.Parent != t.Parent {
			p.fail(t.Line, "code", fmt.Sprintf("%q has another name, kind or parent on line %d", t.Code, f.Line))
		}
		if !t.Covers() {
			continue
		}
		key := t.Country + "/" + t.State + "/" + areaKey(t.State, t.County)
		for _, o := range areas[key] {
			apart := !o.ValidTo.IsZero() && !t.ValidFrom.IsZero() && o.ValidTo.Before(t.ValidFrom) ||
				!t.ValidTo.IsZero() && !o.ValidFrom.IsZero() && t.ValidTo.Before(o.ValidFrom)
			if !apart {
				p.fail(t.Line, "", fmt.Sprintf("%s is held by %s (line %d) on the same days", t.Area(), o.Code, o.Line))
				break
			}
		}
		areas[key] = append(areas[key], t)
	}
}

// areaKey is a county's FIPS number, so that "Santa Clara" and "Santa Clara
// County" are one area; "*" stays.
func areaKey(state, name string) string {
	if c, ok := county.Named(state, name); ok {
		return c.FIPS
	}
	return name
}

func countyLabel(state, name string) string {
	if c, ok := county.Named(state, name); ok {
		return c.Label()
	}
	return name
}
