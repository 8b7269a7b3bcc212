package routing

import (
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Version names the embedded rules, so that a stored decision can be told from
// one that would be made today. It changes with any change to weights.csv,
// factors.csv or the reasoning.
const Version = "2026-11-2"

//go:embed weights.csv
var weightsCSV string

//go:embed factors.csv
var factorsCSV string

// Rules is one version of the weights and factors by which evidence is
// reckoned. It is not changed after it is made and may be shared.
type Rules struct {
	version    string
	weightRows []WeightRow
	factorRows []FactorRow

	weights map[string]weight
	factors map[string]float64
	why     map[string]string
	lines   map[string]int // table and key -> line, for findings

	// What is asked for at every step of every report.
	again, rival, conflictCap, show, least float64
	levels                                 map[string]level
}

// level is what the tables say of one level of an answer.
type level struct{ network, coincidence float64 }

// settle takes out of the tables what is asked for often.
func (r *Rules) settle() {
	f := r.factors
	r.again, r.rival, r.conflictCap, r.show, r.least = f["again"], f["conflict/rival"], f["conflict/cap"], f["conflict/show"], f["candidate/least"]
	r.levels = map[string]level{}
	for _, l := range []string{"country", "state", "county"} {
		r.levels[l] = level{f["network/"+l], f["coincidence/"+l]}
	}
}

// WeightRow is one row of the table of weights: how far a kind of signal is to
// be believed about the country, about the state if the country is right, and
// about the county if the state is right.
type WeightRow struct {
	Key                    string
	Country, State, County float64 // 0 to 0.999
	Why                    string  // why it weighs what it weighs; shown with every decision
}

// FactorRow is one row of the table of factors: what lowers a weight, and the
// levels at which something is shown, capped or sent to a pool.
type FactorRow struct {
	Key    string
	Factor float64
	Why    string
}

// The names of the two tables, as LineError.Table gives them.
const (
	TableWeights = "weights"
	TableFactors = "factors"
)

var (
	weightColumns = []string{"key", "country", "state", "county", "why"}
	factorColumns = []string{"key", "factor", "why"}
)

var defaultRules = sync.OnceValue(func() *Rules {
	r, err := readRules(Version, weightsCSV, factorsCSV)
	if err != nil {
		panic("routing: embedded rules: " + err.Error())
	}
	return r
})

// DefaultRules are the embedded tables, under the name Version.
func DefaultRules() *Rules { return defaultRules() }

// ParseRules reads a version of the rules from two tables of CSV, of the form
// that Weights and Factors give. It is strict: each key that the reasoning asks
// for must be there once and no other, numbers are plain decimals within their
// range, every row has a reason, and what doc.go promises of the order of
// evidence must hold (verified beats stated, near beats far). Rules that could
// never place a report are refused with a signal that shows it. All findings,
// up to fifty, come back joined, each a LineError with its table; LineErrors
// takes them apart.
func ParseRules(version, weights, factors string) (*Rules, error) {
	r, err := readRules(version, weights, factors)
	if err != nil {
		return nil, err
	}
	return r.checked()
}

// RulesOf makes rules of rows, as an editing page holds them, with the checks
// of ParseRules. Numbers are rounded to four places. A finding's line counts
// the rows from 2, the heading being line 1.
func RulesOf(version string, weights []WeightRow, factors []FactorRow) (*Rules, error) {
	p := &rulesParser{}
	for i, w := range weights {
		p.take(TableWeights, i+2, []string{w.Key, decimal(w.Country), decimal(w.State), decimal(w.County), w.Why})
	}
	p.missing(TableWeights, len(weights)+1)
	for i, f := range factors {
		p.take(TableFactors, i+2, []string{f.Key, decimal(f.Factor), f.Why})
	}
	p.missing(TableFactors, len(factors)+1)
	r, err := p.rules(version)
	if err != nil {
		return nil, err
	}
	return r.checked()
}

// Version names this version of the rules; every decision made by it says so.
func (r *Rules) Version() string { return r.version }

// Weights gives the table of weights as CSV in its canonical form: rows in the
// order of the embedded table, numbers without trailing zeros.
func (r *Rules) Weights() string {
	records := [][]string{weightColumns}
	for _, w := range r.weightRows {
		records = append(records, []string{w.Key, decimal(w.Country), decimal(w.State), decimal(w.County), w.Why})
	}
	return csvText(records)
}

// Factors gives the table of factors as CSV in its canonical form.
func (r *Rules) Factors() string {
	records := [][]string{factorColumns}
	for _, f := range r.factorRows {
		records = append(records, []string{f.Key, decimal(f.Factor), f.Why})
	}
	return csvText(records)
}

// WeightRows gives the rows of the table of weights in canonical order; the
// slice is the caller's own.
func (r *Rules) WeightRows() []WeightRow { return slices.Clone(r.weightRows) }

// FactorRows gives the rows of the table of factors in canonical order; the
// slice is the caller's own.
func (r *Rules) FactorRows() []FactorRow { return slices.Clone(r.factorRows) }

// FactorRange gives the least and the largest number that a factor may be, and
// whether it must be whole; false for an unknown key. Weights are 0 to 0.999.
func FactorRange(key string) (least, most float64, whole, ok bool) {
	k, ok := factorKeys()[key]
	return k.least, k.most, k.whole, ok
}

func csvText(records [][]string) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	_ = w.WriteAll(records) // a strings.Builder takes everything
	return b.String()
}

// decimal writes a number with at most four places and no trailing zeros.
func decimal(v float64) string {
	return strconv.FormatFloat(math.Round(v*1e4)/1e4, 'f', -1, 64)
}

// checkVersion refuses a name that could not be shown in one line, and the
// embedded set's name for other tables.
func (r *Rules) checkVersion() error {
	v := r.version
	switch {
	case v == "" || strings.TrimSpace(v) != v:
		return errors.New(`the version needs a name without spaces around it, for example "2026-12-1"`)
	case !utf8.ValidString(v) || utf8.RuneCountInString(v) > 64 || strings.ContainsFunc(v, unicode.IsControl):
		return errors.New(`the version's name is one line of at most 64 characters, for example "2026-12-1"`)
	case v == Version && (r.Weights() != DefaultRules().Weights() || r.Factors() != DefaultRules().Factors()):
		return fmt.Errorf("%q is the name of the rules that come with this program; other tables need another name", v)
	}
	return nil
}
