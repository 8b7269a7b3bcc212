package routing

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"reeve/models/routing/county"
)

const head = "code,name,kind,country,state,county,valid_from,valid_to,certainty,source\n"

func TestTheEmbeddedTerritory(t *testing.T) {
	forces, contacts, pools := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, r := range DefaultTerritory() {
		switch r.Kind {
		case KindTaskForce:
			forces[r.Code] = true
		case KindNationalContact:
			contacts[r.Code] = true
		case KindPool:
			pools[r.Code] = true
		}
	}
	if len(forces) != 61 {
		t.Errorf("task forces: got %d, want 61", len(forces))
	}
	if len(contacts) != 13 {
		t.Errorf("national contacts: got %d, want 13", len(contacts))
	}
	for _, p := range Pools() {
		if !pools[p] {
			t.Errorf("the pool %s has no row", p)
		}
		if !IsPool(p) {
			t.Errorf("%s is not taken for a pool", p)
		}
	}
}

// TestEveryCountyHasOneHolder goes through every county of the country: none
// is without a holder, and each state's counties are counted by holder.
func TestEveryCountyHasOneHolder(t *testing.T) {
	cov, at := DefaultCoverage(), incident
	count := map[string]int{}
	for state := range stateNames {
		for _, c := range county.Of(state) {
			r, ok := cov.Holder(Place{Country: "US", State: state, FIPS: c.FIPS}, at)
			if !ok {
				t.Errorf("%s, %s has no holder", c.Label(), state)
			}
			count[r.Code]++
		}
	}
	for code, want := range map[string]int{"ca-los-angeles": 5, "ca-silicon-valley": 11, "ca-central": 9, "ca-sacramento-valley": 30, "ca-san-diego": 3,
		"fl-north": 38, "fl-central": 17, "fl-south": 12, "ny-new-york-city": 5, "ny-state": 57, "il-cook-county": 1, "il-attorney-general": 101, PoolTexas: 254, "va-northern-dc": 11} {
		if count[code] != want {
			t.Errorf("%s: got %d counties, want %d", code, count[code], want)
		}
	}
}

func TestHolderOfWhatIsNotEnough(t *testing.T) {
	for _, tc := range []struct {
		name string
		p    Place
		want string
	}{
		{"a country with a contact point", Place{Country: "CA"}, "canada-ncecc"},
		{"a country without one", Place{Country: "BR"}, PoolForeign},
		{"no country", Place{}, ""},
		{"the United States without a state", Place{Country: "US"}, ""},
		{"a divided state without a county", Place{Country: "US", State: "CA"}, ""},
		{"a state with one force", Place{Country: "US", State: "OH"}, "oh-ohio"},
		{"a territory", Place{Country: "US", State: "PR"}, PoolFederal},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if r, _ := DefaultCoverage().Holder(tc.p, incident); r.Code != tc.want {
				t.Errorf("got %q, want %q", r.Code, tc.want)
			}
		})
	}
}

func TestParseTerritoryRefusesWithLineAndColumn(t *testing.T) {
	for _, tc := range []struct{ name, csv, want string }{
		{"an empty file", "", "line 1: the file is empty; a heading line is needed"},
		{"an unknown column", "code,colour\n", `line 1: unknown column "colour"`},
		{"a missing column", "code,name\n", "line 1, kind: the column is missing"},
		{"a column twice", "code,code\n", "line 1, code: the column is there twice"},
		{"too few fields", head + "a,b\n", "line 2: 2 fields, the heading has 10"},
		{"a bad code", head + "A B,n,task-force,US,OH,*,,,high,s\n", `line 2, code: "A B" is not a code`},
		{"no name", head + "a,,task-force,US,OH,*,,,high,s\n", "line 2, name: missing"},
		{"no source", head + "a,n,task-force,US,OH,*,,,high,\n", "line 2, source: missing"},
		{"an unknown kind", head + "a,n,police,US,OH,*,,,high,s\n", `line 2, kind: "police" is none of`},
		{"an unknown certainty", head + "a,n,task-force,US,OH,*,,,maybe,s\n", `line 2, certainty: "maybe" is none of`},
		{"a country that is none", head + "a,n,task-force,UK,,,,,high,s\n", `line 2, country: "UK" is not`},
		{"a state that is none", head + "a,n,task-force,US,XX,*,,,high,s\n", `line 2, state: "XX" is not`},
		{"a county that the state does not have", head + "a,n,task-force,US,CA,Cook,,,high,s\n", `line 2, county: California has no county "Cook"`},
		{"a state without a county", head + "a,n,task-force,US,CA,,,,high,s\n", "line 2, county: missing"},
		{"the whole United States", head + "a,n,federal,US,*,,,,high,s\n", "line 2, state: a row for the whole United States"},
		{"a province", head + "a,n,national-contact,CA,ON,*,,,high,s\n", "line 2, state: areas within countries other than the US"},
		{"a date in another form", head + "a,n,task-force,US,OH,*,1/2/2026,,high,s\n", `line 2, valid_from: "1/2/2026" is not a day`},
		{"an end before the beginning", head + "a,n,task-force,US,OH,*,2026-02-01,2026-01-01,high,s\n", "line 2, valid_to: before valid_from"},
		{"a pool of one's own", head + "pool-mine,n,pool,US,OH,*,,,high,s\n", "line 2, code:"},
		{"a pool's code on an agency", head + "pool-texas,n,task-force,US,OH,*,,,high,s\n", "line 2, code:"},
		{"a control character", head + "a,n\x07,task-force,US,OH,*,,,high,s\n", "line 2, name: holds a control character"},
		{"two holders on the same days", head + "a,n,task-force,US,CA,Kern,,,high,s\nb,m,task-force,US,CA,Kern County,2026-01-01,,high,s\n", "line 3: Kern County, California is held by a (line 2) on the same days"},
		{"two names for one code", head + "a,n,task-force,US,CA,Kern,,,high,s\na,m,task-force,US,CA,Kings,,,high,s\n", `line 3, code: "a" has another name`},
		{"a quote that is not closed", head + "a,\"n,task-force\n", "not readable as CSV"},
		{"two findings at once", head + "A,n,police,US,OH,*,,,high,s\n", `kind: "police"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rows, err := ParseTerritory(strings.NewReader(tc.csv))
			if err == nil || rows != nil {
				t.Fatalf("got %d rows and error %v, want an error and none", len(rows), err)
			}
			if !strings.Contains(err.Error(), tc.want) {
				t.Errorf("got %q, want it to hold %q", err, tc.want)
			}
			var le LineError
			if !errors.As(err, &le) || le.Line == 0 {
				t.Errorf("no line in %v", err)
			}
		})
	}
}

func TestParseTerritoryAccepts(t *testing.T) {
	for _, tc := range []struct{ name, csv string }{
		{"columns in another order with a byte order mark", "\ufeffsource,certainty,valid_to,valid_from,county,state,country,kind,name,code\ns,high,,,*,OH,US,task-force,n,a\n"},
		{"one area handed on from one day to the next", head + "a,n,task-force,US,OH,*,,2025-12-31,high,s\nb,m,task-force,US,OH,*,2026-01-01,,high,s\n"},
		{"a county and the city of the same name", head + "a,n,task-force,US,VA,Fairfax County,,,high,s\nb,m,task-force,US,VA,Fairfax city,,,high,s\n"},
		{"an agency without an area", head + "a,n,affiliate,,,,,,unknown,s\n"},
		{"a heading alone", head},
		{"the embedded set", DefaultTerritoryCSV()},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if _, err := ParseTerritory(strings.NewReader(tc.csv)); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestFindingsAreBounded(t *testing.T) {
	_, err := ParseTerritory(strings.NewReader(head + strings.Repeat("A,n,police,XX,OH,*,bad,bad,maybe,\n", 500)))
	if n := strings.Count(err.Error(), "\n") + 1; n > maxFindings {
		t.Errorf("got %d findings, want at most %d", n, maxFindings)
	}
}

func FuzzParseTerritory(f *testing.F) {
	f.Add(DefaultTerritoryCSV()[:2000])
	f.Add(head + "a,n,task-force,US,CA,Kern,,,high,s\n")
	f.Add("\ufeffcode,\"")
	f.Fuzz(func(t *testing.T, in string) {
		rows, err := ParseTerritory(strings.NewReader(in))
		if err != nil && rows != nil {
			t.Fatal("rows beside an error")
		}
		cov := NewCoverage(rows)
		for _, r := range rows {
			_ = r.Area()
			if r.Covers() && r.Country == "US" && r.County != "*" && r.ValidAt(time.Now()) {
				c, _ := county.Named(r.State, r.County)
				if got, ok := cov.Holder(Place{Country: "US", State: r.State, FIPS: c.FIPS}, time.Now()); !ok || got.Code != r.Code {
					t.Fatalf("%s does not hold %s", r.Code, r.Area())
				}
			}
		}
	})
}

func ExampleTerritory_Area() {
	for _, r := range DefaultTerritory()[4:6] {
		fmt.Println(r.Name+":", r.Area())
	}
	// Output:
	// Los Angeles Regional ICAC: Los Angeles County, California
	// Los Angeles Regional ICAC: Orange County, California
}
