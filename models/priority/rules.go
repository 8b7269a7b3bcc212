package priority

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// Version names the rules that a result was made by; it changes with any change
// to rules.csv, missing.csv or the reasoning.
const Version = "2026-11-1"

//go:embed rules.csv
var rulesCSV string

//go:embed missing.csv
var missingCSV string

type rule struct {
	points              int
	urgent              bool
	short, text, source string
}

type ruleBook struct {
	rules   map[string]rule
	missing map[string]Missing
}

// book reads the two embedded tables once; a test covers them.
var book = sync.OnceValue(func() *ruleBook {
	b, err := readRules(rulesCSV, missingCSV)
	if err != nil {
		panic("priority: embedded rules: " + err.Error())
	}
	return b
})

func readRules(rules, missing string) (*ruleBook, error) {
	b := &ruleBook{map[string]rule{}, map[string]Missing{}}
	records, err := csv.NewReader(strings.NewReader(rules)).ReadAll()
	if err != nil {
		return nil, err
	}
	for _, r := range records[1:] {
		points, err := strconv.Atoi(r[1])
		if err != nil {
			return nil, fmt.Errorf("%s: %q is not a number of points", r[0], r[1])
		}
		if _, twice := b.rules[r[0]]; twice {
			return nil, fmt.Errorf("%s is there twice", r[0])
		}
		if r[2] != "" && r[2] != "yes" {
			return nil, fmt.Errorf("%s: urgent is yes or empty", r[0])
		}
		b.rules[r[0]] = rule{points, r[2] == "yes", r[3], r[4], r[5]}
	}
	if records, err = csv.NewReader(strings.NewReader(missing)).ReadAll(); err != nil {
		return nil, err
	}
	for _, r := range records[1:] {
		cost, err := strconv.Atoi(r[1])
		if err != nil || cost < 0 || cost > 100 {
			return nil, fmt.Errorf("%s: %q is not a cost from 0 to 100", r[0], r[1])
		}
		b.missing[r[0]] = Missing{Key: r[0], Text: r[2], Cost: cost}
	}
	for _, key := range []string{"threshold/imminent", "threshold/near"} {
		if b.rules[key].points <= 0 {
			return nil, fmt.Errorf("%s is missing", key)
		}
	}
	return b, nil
}
