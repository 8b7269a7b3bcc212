package routing

import (
	"slices"
	"strconv"
	"strings"
	"sync"
)

// maxWeight is the most that one signal may weigh: a weight of 1 would silence
// every other signal for ever.
const maxWeight = 0.999

// factorKey is what is known of a key of the table of factors besides its row.
type factorKey struct {
	least, most float64
	whole       bool
	at          int // place in the canonical order
}

// The keys that the reasoning asks for are those of the embedded tables: a
// table that has more would promise what nothing reads, one that has fewer
// would leave a signal without a weight.
var weightKeys = sync.OnceValue(func() map[string]int {
	return keysOf(weightsCSV)
})

var factorKeys = sync.OnceValue(func() map[string]factorKey {
	out := map[string]factorKey{}
	for key, at := range keysOf(factorsCSV) {
		k := factorKey{most: 1, at: at}
		switch {
		case key == "hops":
			k = factorKey{least: 1, most: 10, whole: true, at: at}
		case strings.HasPrefix(key, "coincidence/"):
			k.least = 0.001
		case strings.HasPrefix(key, "network/"):
			k.most = maxWeight
		case strings.HasPrefix(key, "conflict/"), strings.HasPrefix(key, "floor/"), strings.HasPrefix(key, "candidate/"):
			// A level of 0 or 1 would be no level.
			k.least, k.most = 0.001, maxWeight
		}
		out[key] = k
	}
	return out
})

// keysOf reads the first field of each line after the heading; no key is
// quoted.
func keysOf(table string) map[string]int {
	out := map[string]int{}
	for i, line := range strings.Split(strings.TrimSpace(table), "\n")[1:] {
		key, _, _ := strings.Cut(line, ",")
		out[key] = i
	}
	return out
}

// nearestKey finds the known key that is written most like an unknown one, for
// the message that refuses it.
func nearestKey(table, key string) string {
	var known []string
	if table == TableWeights {
		for k := range weightKeys() {
			known = append(known, k)
		}
	} else {
		for k := range factorKeys() {
			known = append(known, k)
		}
	}
	slices.Sort(known)
	nearest, least := "", 1<<30
	for _, k := range known {
		if d := editDistance(strings.ToLower(key), strings.ToLower(k)); d < least {
			nearest, least = k, d
		}
	}
	return nearest
}

// editDistance counts the letters to insert, delete or replace to make one
// word the other; only the first hundred bytes are compared.
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

// number reads a plain decimal with at most four places. Exponents, signs,
// commas and names of numbers are refused: a table is read by people.
func number(v string) (float64, bool) {
	whole, places, dot := strings.Cut(v, ".")
	digits := func(s string) bool {
		return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r < '0' || r > '9' })
	}
	if !digits(whole) || len(whole) > 6 || dot && (!digits(places) || len(places) > 4) {
		return 0, false
	}
	f, err := strconv.ParseFloat(v, 64)
	return f, err == nil
}
