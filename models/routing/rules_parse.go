package routing

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxRulesText = 256 << 10 // bytes of one table; the embedded ones have a hundredth
	maxReason    = 300       // characters of one reason
)

// readRules reads both tables without judging what they do together.
func readRules(version, weights, factors string) (*Rules, error) {
	p := &rulesParser{}
	p.table(TableWeights, weights, weightColumns)
	p.table(TableFactors, factors, factorColumns)
	return p.rules(version)
}

// rulesParser collects rows and findings of both tables.
type rulesParser struct {
	weights []weightLine
	factors []factorLine
	seen    map[string]bool // table and key, refused rows included
	errs    []error
}

type weightLine struct {
	WeightRow
	line int
}

type factorLine struct {
	FactorRow
	line int
}

func (p *rulesParser) fail(table string, line int, column, format string, args ...any) {
	p.errs = append(p.errs, LineError{Line: line, Column: column, Message: fmt.Sprintf(format, args...), Table: table})
}

// table reads one table's text.
func (p *rulesParser) table(table, text string, columns []string) {
	if len(text) > maxRulesText {
		p.fail(table, 1, "", "larger than %d bytes", maxRulesText)
		return
	}
	cr := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	cr.FieldsPerRecord = -1
	head, err := cr.Read()
	if err != nil || !slices.Equal(head, columns) {
		p.fail(table, 1, "", "the first line must be the heading %s", strings.Join(columns, ","))
		return
	}
	last := 1
	for {
		record, err := cr.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			line, why := last+1, err
			if pe := (*csv.ParseError)(nil); errors.As(err, &pe) {
				line, why = pe.StartLine, pe.Err // the row that it began in; an open quotation mark ends only with the text
			}
			p.fail(table, line, "", "not readable as CSV: %v", why)
			return
		}
		last, _ = cr.FieldPos(0)
		if len(record) != len(columns) {
			p.fail(table, last, "", "%d fields, the heading has %d; a reason with a comma needs quotation marks", len(record), len(columns))
		} else {
			p.take(table, last, record)
		}
		if len(p.errs) >= maxFindings {
			return
		}
	}
	p.missing(table, last)
}

// take reads one row; record has as many fields as the table has columns.
func (p *rulesParser) take(table string, line int, record []string) {
	before := len(p.errs)
	key, why := record[0], strings.TrimSpace(record[len(record)-1])
	known := p.key(table, line, key)
	switch {
	case why == "":
		p.fail(table, line, "why", "%s needs a reason, for example %q", key, "the address that sent the material")
	case !utf8.ValidString(why) || strings.ContainsFunc(why, unicode.IsControl):
		p.fail(table, line, "why", "a reason is one line of UTF-8 text")
	case utf8.RuneCountInString(why) > maxReason:
		p.fail(table, line, "why", "longer than %d characters", maxReason)
	}
	if table == TableFactors {
		k := factorKeys()[key]
		f := p.number(table, line, "factor", key, record[1], k.least, k.most, k.whole)
		if len(p.errs) == before && known {
			p.factors = append(p.factors, factorLine{FactorRow{key, f, why}, line})
		}
		return
	}
	var n [3]float64
	for i := range n {
		n[i] = p.number(table, line, weightColumns[i+1], key, record[i+1], 0, maxWeight, false)
	}
	if len(p.errs) == before && known {
		p.weights = append(p.weights, weightLine{WeightRow{key, n[0], n[1], n[2], why}, line})
	}
}

// key reports whether a key is known and here for the first time.
func (p *rulesParser) key(table string, line int, key string) bool {
	known, first := false, 0
	if table == TableWeights {
		_, known = weightKeys()[key]
		if i := slices.IndexFunc(p.weights, func(w weightLine) bool { return w.Key == key }); i >= 0 {
			first = p.weights[i].line
		}
	} else {
		_, known = factorKeys()[key]
		if i := slices.IndexFunc(p.factors, func(f factorLine) bool { return f.Key == key }); i >= 0 {
			first = p.factors[i].line
		}
	}
	switch {
	case !known:
		p.fail(table, line, "key", "%q is not a key of this table; the nearest is %s", shortened(key), nearestKey(table, key))
	case first > 0:
		p.fail(table, line, "key", "%s is there twice, first on line %d", key, first)
	}
	if p.seen == nil {
		p.seen = map[string]bool{}
	}
	p.seen[table+key] = true
	return known && first == 0
}

func (p *rulesParser) number(table string, line int, column, key, v string, least, most float64, whole bool) float64 {
	n, ok := number(strings.TrimSpace(v))
	switch _, factor := factorKeys()[key]; {
	case !ok:
		p.fail(table, line, column, "%q is not a number; write it with a point and at most four places, for example 0.85", shortened(v))
	case table == TableFactors && !factor:
		return 0 // an unknown key has no range
	case whole && n != float64(int(n)):
		p.fail(table, line, column, "%s of %s is not a whole number, for example 2", v, key)
	case n < least || n > most:
		p.fail(table, line, column, "%s of %s is not from %s to %s, for example %s", v, key, decimal(least), decimal(most), decimal((least+most)/2))
	}
	return n
}

func shortened(s string) string {
	s = strings.ToValidUTF8(s, "\ufffd")
	if r := []rune(s); len(r) > 60 {
		return string(r[:59]) + "…"
	}
	return s
}

// missing reports the keys of a table that no row has, with the row of the
// embedded table as an example.
func (p *rulesParser) missing(table string, last int) {
	text := weightsCSV
	if table == TableFactors {
		text = factorsCSV
	}
	for _, row := range strings.Split(strings.TrimSpace(text), "\n")[1:] {
		if key, _, _ := strings.Cut(row, ","); !p.seen[table+key] {
			p.fail(table, last, "key", "%s is missing; for example %s", key, row)
		}
	}
}

// rules makes the value, or gives the findings.
func (p *rulesParser) rules(version string) (*Rules, error) {
	if len(p.errs) > 0 {
		return nil, errors.Join(p.errs[:min(len(p.errs), maxFindings)]...)
	}
	slices.SortFunc(p.weights, func(a, b weightLine) int { return weightKeys()[a.Key] - weightKeys()[b.Key] })
	slices.SortFunc(p.factors, func(a, b factorLine) int { return factorKeys()[a.Key].at - factorKeys()[b.Key].at })
	r := &Rules{version: version, weights: map[string]weight{}, factors: map[string]float64{}, why: map[string]string{}, lines: map[string]int{}}
	for _, w := range p.weights {
		r.weightRows = append(r.weightRows, w.WeightRow)
		r.weights[w.Key], r.why[w.Key], r.lines[TableWeights+w.Key] = weight{w.Country, w.State, w.County}, w.Why, w.line
	}
	for _, f := range p.factors {
		r.factorRows = append(r.factorRows, f.FactorRow)
		r.factors[f.Key], r.why[f.Key], r.lines[TableFactors+f.Key] = f.Factor, f.Why, f.line
	}
	r.settle()
	return r, nil
}
