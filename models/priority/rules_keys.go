package priority

import (
	"encoding/csv"
	"slices"
	"strings"
	"sync"
	"unicode"
)

// The keys that the reasoning asks for are those of the embedded tables, and those
// that begin with one of openKeys: what providers, people and hash sets may call
// things is not ours to know. A row under any other key would promise what nothing
// reads.
var (
	ruleKeys    = sync.OnceValue(func() []string { return keysOf(rulesCSV) })
	missingKeys = sync.OnceValue(func() []string { return keysOf(missingCSV) })
)

// keysOf reads the first field of each row of an embedded table.
func keysOf(table string) (out []string) {
	records, err := csv.NewReader(strings.NewReader(table)).ReadAll()
	if err != nil {
		panic("priority: embedded rules: " + err.Error())
	}
	for _, r := range records[1:] {
		out = append(out, r[0])
	}
	return out
}

// OpenKey is a beginning of keys under which rows may be added freely.
type OpenKey struct {
	Begins  string // "report/"
	Example string // a whole key
	Means   string // what the rest of the key is
}

// OpenKeys lists them, for the page on which rules are edited.
func OpenKeys() []OpenKey {
	return []OpenKey{
		{"report/", "report/instrumentalUse", "a mark that the provider sets on the report, as the interface writes it"},
		{"file/", "file/viral", "a mark that the provider sets on a file, as the interface writes it"},
		{"label/", "label/meme/viral", "scheme and value of a label that the clearinghouse's people set on the report or a file"},
		{"known/category/", "known/category/1", "the category of known material that a file fits, as its hash set writes it"},
	}
}

// maxKey is how many characters a key may have.
const maxKey = 120

// isOpen reports whether a key is well formed and begins with one of OpenKeys.
func isOpen(key string) bool {
	if len([]rune(key)) > maxKey || strings.ContainsFunc(key, unicode.IsControl) || strings.TrimSpace(key) != key {
		return false
	}
	for _, o := range OpenKeys() {
		rest, ok := strings.CutPrefix(key, o.Begins)
		if !ok {
			continue
		}
		if o.Begins == "label/" {
			scheme, value, two := strings.Cut(rest, "/")
			return two && scheme != "" && value != ""
		}
		return rest != "" && !strings.HasPrefix(rest, " ")
	}
	return false
}

// IsBuiltIn reports whether the reasoning asks for the key by itself: such a row may
// be changed, and is asked for again by the next version of the program.
func IsBuiltIn(key string) bool { return slices.Contains(ruleKeys(), key) }

func isThreshold(key string) bool { return strings.HasPrefix(key, "threshold/") }

// nearestKey finds the known key that is written most like an unknown one, for the
// message that refuses it.
func nearestKey(known []string, key string) string {
	nearest, least := "", 1<<30
	for _, k := range known {
		if d := editDistance(strings.ToLower(key), strings.ToLower(k)); d < least {
			nearest, least = k, d
		}
	}
	return nearest
}

// editDistance counts the letters to insert, delete or replace to make one word the
// other; only the first hundred bytes are compared.
func editDistance(a, b string) int {
	a, b = a[:min(len(a), 100)], b[:min(len(b), 100)]
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			before, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, before+cost)
		}
	}
	return row[len(b)]
}
