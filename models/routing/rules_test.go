package routing

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// embedded gives the embedded tables with one thing changed.
func embedded(t *testing.T, table, old, new string) (weights, factors string) {
	t.Helper()
	weights, factors = weightsCSV, factorsCSV
	text := &weights
	if table == TableFactors {
		text = &factors
	}
	if !strings.Contains(*text, old) {
		t.Fatalf("the %s hold no %q", table, old)
	}
	*text = strings.Replace(*text, old, new, 1)
	return weights, factors
}

// row gives the line of a key in an embedded table, with its number.
func row(t *testing.T, table, key string) (line int, text string) {
	t.Helper()
	all := weightsCSV
	if table == TableFactors {
		all = factorsCSV
	}
	for i, l := range strings.Split(all, "\n") {
		if strings.HasPrefix(l, key+",") {
			return i + 1, l
		}
	}
	t.Fatalf("no row %q", key)
	return 0, ""
}

func TestTheEmbeddedRulesPassTheirOwnChecks(t *testing.T) {
	r, err := ParseRules(Version, weightsCSV, factorsCSV)
	if err != nil {
		t.Fatal(err)
	}
	if r.Version() != Version || r.Weights() != DefaultRules().Weights() || r.Factors() != DefaultRules().Factors() {
		t.Error("the embedded rules read again differ from DefaultRules")
	}
}

func TestRulesComeBackFromTheirOwnTextAndRows(t *testing.T) {
	line, was := row(t, TableWeights, "ip/Other")
	w, f := embedded(t, TableWeights, was, "ip/Other,0.5,0.4000,0.3,\"a reason, with a comma\"")
	a, err := ParseRules("trial 1", w, f)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(a.Weights(), "ip/Other,0.5,0.4,0.3,\"a reason, with a comma\"\n") {
		t.Errorf("line %d is not in %s", line, a.Weights())
	}
	b, err := ParseRules("trial 1", a.Weights(), a.Factors())
	if err != nil {
		t.Fatal(err)
	}
	c, err := RulesOf("trial 1", a.WeightRows(), a.FactorRows())
	if err != nil {
		t.Fatal(err)
	}
	for _, other := range []*Rules{b, c} {
		if other.Weights() != a.Weights() || other.Factors() != a.Factors() || other.Version() != "trial 1" {
			t.Error("rules read from their own text or rows differ")
		}
	}
	rows := a.WeightRows()
	rows[0].Country = 0
	if a.WeightRows()[0].Country == 0 {
		t.Error("changing the rows changed the rules")
	}
}

func TestTheOrderOfRowsDoesNotMatter(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(factorsCSV), "\n")
	slices.Reverse(lines[1:])
	r, err := ParseRules("reversed", weightsCSV, strings.Join(lines, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	if r.Factors() != DefaultRules().Factors() {
		t.Error("the canonical text differs")
	}
}

func TestRulesThatCannotBeAreRefusedWithLineColumnAndExample(t *testing.T) {
	change := func(table, key, to string) func(*testing.T) (string, string, int) {
		return func(t *testing.T) (string, string, int) {
			line, was := row(t, table, key)
			w, f := embedded(t, table, was+"\n", to)
			return w, f, line
		}
	}
	for _, tc := range []struct {
		name          string
		tables        func(*testing.T) (string, string, int)
		table, column string
		says          []string
	}{
		{"a number with a comma", change(TableWeights, "ip/Upload", "ip/Upload,\"0,9\",0.8,0.7,why\n"), TableWeights, "country", []string{`"0,9" is not a number`, "0.85"}},
		{"a name of a number", change(TableWeights, "ip/Upload", "ip/Upload,0.9,NaN,0.7,why\n"), TableWeights, "state", []string{`"NaN" is not a number`}},
		{"an exponent", change(TableFactors, "compromised", "compromised,5e-1,why\n"), TableFactors, "factor", []string{`"5e-1" is not a number`}},
		{"five places", change(TableFactors, "compromised", "compromised,0.12345,why\n"), TableFactors, "factor", []string{"at most four places"}},
		{"a weight of one", change(TableWeights, "ip/Upload", "ip/Upload,0.9,0.8,1,why\n"), TableWeights, "county", []string{"not from 0 to 0.999"}},
		{"a sign", change(TableFactors, "compromised", "compromised,-0.5,why\n"), TableFactors, "factor", []string{"not a number"}},
		{"a factor that raises", change(TableFactors, "compromised", "compromised,1.5,why\n"), TableFactors, "factor", []string{"1.5 of compromised is not from 0 to 1", "for example 0.5"}},
		{"half a hop", change(TableFactors, "hops", "hops,1.5,why\n"), TableFactors, "factor", []string{"not a whole number, for example 2"}},
		{"no hops", change(TableFactors, "hops", "hops,0,why\n"), TableFactors, "factor", []string{"not from 1 to 10"}},
		{"an unknown key", change(TableWeights, "ip/Upload", "ip/Uplaod,0.9,0.8,0.7,why\n"), TableWeights, "key", []string{`"ip/Uplaod"`, "the nearest is ip/Upload"}},
		{"no reason", change(TableFactors, "compromised", "compromised,0.5, \n"), TableFactors, "why", []string{"needs a reason"}},
		{"a missing field", change(TableFactors, "compromised", "compromised,0.5\n"), TableFactors, "", []string{"2 fields, the heading has 3"}},
		{"an open quotation mark", change(TableFactors, "compromised", "compromised,0.5,\"why\n"), TableFactors, "", []string{"not readable as CSV"}},
		{"a log-in above an upload", change(TableWeights, "ip/Upload", "ip/Upload,0.5,0.4,0.3,why\n"), TableWeights, "country", []string{"an upload beats a log-in"}},
		{"stated above verified", change(TableWeights, "phone/verified", "phone/verified,0.99,0.1,0,why\n"), TableWeights, "state", []string{"a verified number beats"}},
		{"far above near", change(TableFactors, "distance/3600", "distance/3600,0.1,why\n"), TableFactors, "factor", []string{"near the incident beats"}},
		{"a floor above the cap", change(TableFactors, "floor/state", "floor/state,0.9,why\n"), TableFactors, "factor", []string{"above conflict/cap", "the state would count as unknown", "Example: ", "Seattle"}},
		{"a cap below the least candidate", change(TableFactors, "candidate/least", "candidate/least,0.9,why\n"), TableFactors, "factor", []string{"no agency would be listed", "Example: "}},
		{"a conflict that is not shown", change(TableFactors, "conflict/show", "conflict/show,0.95,why\n"), TableFactors, "factor", []string{"without being shown"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w, f, line := tc.tables(t)
			_, err := ParseRules("trial", w, f)
			all := LineErrors(err)
			if len(all) == 0 {
				t.Fatalf("got %v, want a finding", err)
			}
			e := all[0]
			if e.Table != tc.table || e.Line != line || e.Column != tc.column {
				t.Errorf("got %s line %d column %q, want %s line %d column %q: %v", e.Table, e.Line, e.Column, tc.table, line, tc.column, e)
			}
			for _, s := range tc.says {
				if !strings.Contains(e.Message, s) {
					t.Errorf("got %q, want it to say %q", e.Message, s)
				}
			}
		})
	}
}

func TestRulesByWhichNothingIsPlacedAreRefusedWithASignal(t *testing.T) {
	for _, tc := range []struct {
		name  string
		lower func(*WeightRow)
		key   string
		says  []string
	}{
		{"no county is believed", func(w *WeightRow) { w.County = 0 }, "floor/county", []string{"no report could ever go to an agency of a divided state", "goes to pool-county-unknown"}},
		{"states are hardly believed", func(w *WeightRow) { w.State = 0.02 }, "floor/state", []string{"no report could ever go to a state", "goes to pool-us-unknown"}},
		{"countries are hardly believed", func(w *WeightRow) { w.Country = 0.02 }, "floor/country", []string{"no report could ever go to a country", "goes to pool-country-unknown"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rows := DefaultRules().WeightRows()
			for i := range rows {
				tc.lower(&rows[i])
			}
			_, err := RulesOf("trial", rows, DefaultRules().FactorRows())
			line, _ := row(t, TableFactors, tc.key)
			for _, e := range LineErrors(err) {
				if e.Table != TableFactors || e.Line != line || e.Column != "factor" {
					continue
				}
				for _, s := range append(tc.says, "nothing can reach it", "Example: Subject's home address") {
					if !strings.Contains(e.Message, s) {
						t.Errorf("got %q, want it to say %q", e.Message, s)
					}
				}
				return
			}
			t.Errorf("got %v, want a finding on line %d", err, line)
		})
	}
}

func TestMissingAndDoubledRowsAreAllTold(t *testing.T) {
	_, was := row(t, TableWeights, "ip/Upload")
	line, _ := row(t, TableWeights, "ip/Login")
	w, _ := embedded(t, TableWeights, was+"\n", "")
	_, login := row(t, TableWeights, "ip/Login")
	w = strings.Replace(w, login+"\n", login+"\n"+login+"\n", 1)
	_, err := ParseRules("trial", w, "key,factor,why\n")
	var said []string
	for _, e := range LineErrors(err) {
		said = append(said, e.Error())
	}
	for _, want := range []string{
		"weights line " + decimal(float64(line)) + ", key: ip/Login is there twice, first on line " + decimal(float64(line-1)),
		"ip/Upload is missing; for example " + was, "factors line 1, key: distance/3600 is missing; for example distance/3600,",
	} {
		if !slices.ContainsFunc(said, func(s string) bool { return strings.Contains(s, want) }) {
			t.Errorf("got %s, want one with %q", strings.Join(said, "\n"), want)
		}
	}
}

func TestTheVersionNeedsANameOfItsOwn(t *testing.T) {
	_, was := row(t, TableFactors, "compromised")
	w, f := embedded(t, TableFactors, was, "compromised,0.4,why")
	for _, name := range []string{"", " x", "a\nb", strings.Repeat("x", 65), Version} {
		if _, err := ParseRules(name, w, f); err == nil {
			t.Errorf("%q was taken", name)
		}
	}
}

func TestRowsWithNumbersThatAreNoneAreRefused(t *testing.T) {
	for _, v := range []float64{math.NaN(), math.Inf(1), -1, 1e300} {
		rows := DefaultRules().WeightRows()
		rows[3].County = v
		_, err := RulesOf("trial", rows, DefaultRules().FactorRows())
		if all := LineErrors(err); len(all) != 1 || all[0].Line != 5 || all[0].Column != "county" {
			t.Errorf("%g: got %v, want one finding on line 5", v, err)
		}
	}
}

func TestADecisionSaysByWhichRulesItWasMade(t *testing.T) {
	_, was := row(t, TableWeights, "ip/Login")
	w, f := embedded(t, TableWeights, was, "ip/Login,0.2,0.1,0.1,trial")
	r, err := ParseRules("trial", w, f)
	if err != nil {
		t.Fatal(err)
	}
	rep, files, geo, opts, at := caseReport(t, "subject log-in 5 minutes: Seattle, WA")
	signals := Extract(rep, files, geo)
	opts.Rules = r
	with := Infer(signals, DefaultCoverage(), at, opts)
	without := Infer(signals, DefaultCoverage(), at, Options{})
	if with.Version != "trial" || without.Version != Version {
		t.Errorf("got %q and %q", with.Version, without.Version)
	}
	if with.Pool != PoolCountryUnknown || without.Pool == PoolCountryUnknown {
		t.Errorf("got %q with the trial and %q without", with.Pool, without.Pool)
	}
}

// FuzzParseRules: whatever is read either is refused with findings that have a
// table and a line, or makes rules that read the same from their own text and
// reason without harm.
func FuzzParseRules(f *testing.F) {
	f.Add("trial", weightsCSV, factorsCSV)
	f.Add("", "", "")
	f.Add("x", "key,country,state,county,why\nip/Upload,0.9,0.8,0.7,\"why\n", "key,factor,why\nhops,2")
	f.Add("x", weightsCSV+"ip/Upload,1,1,1,again\n", strings.Replace(factorsCSV, "0.85", "0.01", 1))
	f.Fuzz(func(t *testing.T, version, weights, factors string) {
		r, err := ParseRules(version, weights, factors)
		if err != nil {
			for _, e := range LineErrors(err) {
				if e.Line < 1 || e.Message == "" || e.Table == "" {
					t.Errorf("a finding without a place: %+v", e)
				}
			}
			return
		}
		again, err := ParseRules(version, r.Weights(), r.Factors())
		if err != nil || again.Weights() != r.Weights() || again.Factors() != r.Factors() {
			t.Fatalf("the canonical text does not read the same: %v", err)
		}
		d := Infer(palette(), exampleCoverage(), exampleDay, Options{Rules: r})
		if d.Version != version || len(d.Candidates) > 0 && !(d.Candidates[0].Confidence < 1) {
			t.Errorf("got version %q and %+v", d.Version, d.Candidates)
		}
	})
}
