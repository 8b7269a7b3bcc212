package priority

import (
	_ "embed"
	"encoding/csv"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Version names the embedded rules, so that a stored proposal can be told from one
// that would be made today. It changes with any change to rules.csv, missing.csv or
// the reasoning.
const Version = "2026-11-3"

//go:embed rules.csv
var rulesCSV string

//go:embed missing.csv
var missingCSV string

// Rules is one version of the points and of what missing things cost. It is not
// changed after it is made and may be shared.
type Rules struct {
	version string
	rows    []Row
	costs   []MissingRow

	rules   map[string]Row
	missing map[string]Missing
	lines   map[string]int // table and key -> line, for findings
}

// Row is one row of the table of rules: what a fact adds or takes away. A fact
// without a row adds nothing. The rows of the thresholds say from which sum on the
// priority is 1 and 2.
type Row struct {
	Key    string
	Points int    // -100 to 100; of a threshold 1 to 1000
	Urgent bool   // the fact alone makes a report urgent
	Short  string // for a list's row
	Text   string // a sentence without its full stop
	Source string // where the fact is read from
}

// MissingRow is one row of the table of missing things: what an investigator would
// need, and what its lack costs of 100.
type MissingRow struct {
	Key  string
	Cost int // 0 to 100
	Text string
}

// The names of the two tables, as Finding.Table gives them.
const (
	TableRules   = "rules"
	TableMissing = "missing"
)

var (
	ruleColumns    = []string{"key", "points", "urgent", "short", "text", "source"}
	missingColumns = []string{"key", "cost", "text"}
)

// The embedded tables are read once; a test covers them.
var defaultRules = sync.OnceValue(func() *Rules {
	r, err := read(Version, rulesCSV, missingCSV)
	if err != nil {
		panic("priority: embedded rules: " + err.Error())
	}
	return r
})

// DefaultRules are the embedded tables, under the name Version.
func DefaultRules() *Rules { return defaultRules() }

// Version names this version of the rules; every proposal made by it says so.
func (r *Rules) Version() string { return r.version }

// Rows gives the rows of the table of rules in their order; the slice is the
// caller's own.
func (r *Rules) Rows() []Row { return slices.Clone(r.rows) }

// MissingRows gives the rows of the table of missing things in their order; the
// slice is the caller's own.
func (r *Rules) MissingRows() []MissingRow { return slices.Clone(r.costs) }

// RulesCSV gives the table of rules as CSV, as ParseRules reads it.
func (r *Rules) RulesCSV() string {
	records := [][]string{ruleColumns}
	for _, row := range r.rows {
		records = append(records, row.record())
	}
	return csvText(records)
}

// MissingCSV gives the table of missing things as CSV, as ParseRules reads it.
func (r *Rules) MissingCSV() string {
	records := [][]string{missingColumns}
	for _, row := range r.costs {
		records = append(records, row.record())
	}
	return csvText(records)
}

func (row Row) record() []string {
	urgent := ""
	if row.Urgent {
		urgent = "yes"
	}
	return []string{row.Key, strconv.Itoa(row.Points), urgent, row.Short, row.Text, row.Source}
}

func (row MissingRow) record() []string { return []string{row.Key, strconv.Itoa(row.Cost), row.Text} }

func csvText(records [][]string) string {
	var b strings.Builder
	_ = csv.NewWriter(&b).WriteAll(records) // a strings.Builder takes everything
	return b.String()
}
