package routing

import (
	"encoding/csv"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the answers in testdata/expected.csv anew from the facts in it, leaving the reasons; read the difference before it is committed")

// band puts a confidence into the words of the table.
func band(c float64) string {
	switch {
	case c >= 0.90:
		return "sure"
	case c >= 0.60:
		return "likely"
	case c >= 0.25:
		return "weak"
	case c > 0:
		return "faint"
	default:
		return "none"
	}
}

// outcome says a decision in the columns of the table: home, confidence,
// others, conflicts, says.
func outcome(d Decision) []string {
	home, confidence, why := d.Pool, band(d.Confidence), d.PoolReason
	var others []string
	for _, c := range d.Candidates {
		if home == "" && c.Capacity == CapacitySuspect {
			home, why = c.Code, c.Why
			continue
		}
		word := c.Code + " " + band(c.Confidence)
		if c.Capacity == CapacityVictim {
			word = "victim: " + word
		}
		others = append(others, word)
	}
	slices.Sort(others)
	var conflicts []string
	for _, c := range d.Conflicts {
		if !slices.Contains(conflicts, c.Level) {
			conflicts = append(conflicts, c.Level)
		}
	}
	slices.Sort(conflicts)
	return []string{home, confidence, strings.Join(others, "; "), strings.Join(conflicts, " "), why}
}

// TestExpected is the table that a lawyer can read: facts in words, and where
// the report goes.
func TestExpected(t *testing.T) {
	raw, err := os.ReadFile("testdata/expected.csv")
	if err != nil {
		t.Fatal(err)
	}
	records, err := csv.NewReader(strings.NewReader(string(raw))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	head := []string{"facts", "home", "confidence", "others", "conflicts", "says", "why"}
	if !slices.Equal(records[0], head) {
		t.Fatalf("heading: got %v, want %v", records[0], head)
	}
	if len(records) < 251 {
		t.Errorf("got %d cases, want at least 250", len(records)-1)
	}
	seen := map[string]bool{}
	for i, r := range records[1:] {
		if seen[r[0]] {
			t.Errorf("line %d: the case is there twice: %s", i+2, r[0])
		}
		seen[r[0]] = true
		if len(r[6]) < 20 || !strings.HasSuffix(r[6], ".") {
			t.Errorf("line %d: the reason %q is no sentence", i+2, r[6])
		}
		t.Run(fmt.Sprintf("%d %s", i+2, r[0]), func(t *testing.T) {
			got := outcome(decide(t, r[0]))
			if *update {
				records[i+1] = slices.Concat(r[:1], got, r[6:])
				return
			}
			for j, g := range got {
				if want := r[j+1]; g != want {
					t.Errorf("%s: got %q, want %q", head[j+1], g, want)
				}
			}
		})
	}
	if *update {
		var b strings.Builder
		if err := csv.NewWriter(&b).WriteAll(records); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile("testdata/expected.csv", []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
