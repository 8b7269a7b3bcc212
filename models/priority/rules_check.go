package priority

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	imminent = "threshold/imminent"
	near     = "threshold/near"
)

// lacking reports the rows without which nothing can be decided, or without which a
// gap could not be told. Any other rule may be left out: its fact then adds nothing.
func (p *parser) lacking(lastRule, lastCost int) {
	for _, key := range []string{imminent, near} {
		if p.lines[TableRules+key] == 0 {
			p.fail(TableRules, lastRule, "key", "%s is missing; for example %s", key, exampleRow(rulesCSV, key))
		}
	}
	for _, key := range missingKeys() {
		if p.lines[TableMissing+key] == 0 {
			p.fail(TableMissing, lastCost, "key", "%s is missing; for example %s", key, exampleRow(missingCSV, key))
		}
	}
}

// exampleRow is the row of an embedded table with the key.
func exampleRow(table, key string) string {
	for line := range strings.Lines(table) {
		if strings.HasPrefix(line, key+",") {
			return strings.TrimSpace(line)
		}
	}
	return key
}

// made makes the value of what was read, or gives the findings.
func (p *parser) made(version string) (*Rules, error) {
	if len(p.errs) > 0 {
		return nil, errors.Join(p.errs...)
	}
	r := &Rules{version: version, rows: p.rows, costs: p.costs, rules: map[string]Row{}, missing: map[string]Missing{}, lines: p.lines}
	for _, row := range p.rows {
		r.rules[row.Key] = row
	}
	for _, row := range p.costs {
		r.missing[row.Key] = Missing{Key: row.Key, Text: row.Text, Cost: row.Cost}
	}
	return r, nil
}

// checked judges what the rows do together: the version's name, the order of the
// thresholds, and whether any report can reach them.
func (r *Rules) checked() (*Rules, error) {
	var errs []error
	fail := func(key, format string, args ...any) {
		errs = append(errs, Finding{TableRules, r.lines[TableRules+key], "points", fmt.Sprintf(format, args...)})
	}
	if message := r.badName(); message != "" {
		errs = append(errs, Finding{Message: message})
	}
	high, low := r.rules[imminent].Points, r.rules[near].Points
	if low >= high {
		fail(near, "%d points for priority 2 are not below the %d for priority 1, so that no report could ever have priority 2. For example, a report of %d points would have priority 1, and one of %d priority 3. Write less than %d here.", low, high, high, high-1, high)
	}
	most, best := r.most()
	for _, t := range []struct {
		key      string
		points   int
		priority string
	}{{imminent, high, "1"}, {near, low, "2"}} {
		if t.points > most {
			fail(t.key, "No report can reach %d points for priority %s. The most that one report can have is %d, for example by: %s. Write at most %d, or give more points.", t.points, t.priority, most, best, most)
		}
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	return r, nil
}

// badName says what is wrong with the version's name; empty: nothing.
func (r *Rules) badName() string {
	v := r.version
	switch {
	case v == "" || strings.TrimSpace(v) != v || !utf8.ValidString(v) || utf8.RuneCountInString(v) > 64 || strings.ContainsFunc(v, unicode.IsControl):
		return `A version's name is one line of at most 64 characters, for example "priority-3".`
	case v == Version && (r.RulesCSV() != DefaultRules().RulesCSV() || r.MissingCSV() != DefaultRules().MissingCSV()):
		return fmt.Sprintf("%q is the name of the rules that come with the program; other tables need another name.", v)
	}
	return ""
}

// groupOf says of which alternatives a key is one: a report has at most one of them.
func groupOf(key string) string {
	switch {
	case strings.HasPrefix(key, "known/category/"):
		return "" // each file has its own
	case key == "known/new", key == "known/all":
		return "known/"
	}
	for _, g := range []string{"type/", "class/", "victim/under ", "prior/", "label/industry/"} {
		if strings.HasPrefix(key, g) {
			return g
		}
	}
	return ""
}

// most is the greatest sum that one report can have, and its weightiest rules in
// words.
func (r *Rules) most() (int, string) {
	var counting []Row
	at := map[string]int{} // group -> its best row's place
	for _, row := range r.rows {
		if isThreshold(row.Key) || row.Points <= 0 {
			continue
		}
		g := groupOf(row.Key)
		i, seen := at[g]
		switch {
		case g == "" || !seen:
			at[g] = len(counting)
			counting = append(counting, row)
		case counting[i].Points < row.Points:
			counting[i] = row
		}
	}
	sum, words := 0, []string{}
	for _, row := range counting {
		sum += row.Points
	}
	slices.SortStableFunc(counting, func(a, b Row) int { return b.Points - a.Points })
	for _, row := range counting[:min(4, len(counting))] {
		words = append(words, fmt.Sprintf("%s +%d", row.Short, row.Points))
	}
	switch rest := len(counting) - len(words); {
	case len(counting) == 0:
		return 0, "nothing, since no rule adds points"
	case rest > 0:
		words = append(words, fmt.Sprintf("%d more", rest))
	}
	return sum, strings.Join(words, ", ")
}
