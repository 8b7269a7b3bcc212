package routing

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"reeve/models"
)

func place(state, fips, label string) Place {
	return Place{Country: "US", State: state, FIPS: fips, County: label, Share: 1}
}

// palette is one signal of each sort that matters to the invariants.
func palette() []Signal {
	minute, year := int64(60), int64(400*86400)
	sj, la, bk := place("CA", "06085", "Santa Clara County"), place("CA", "06037", "Los Angeles County"), place("NY", "36047", "Kings County")
	return []Signal{
		{Kind: PostalAddress, Whose: Subject, Detail: "full", Value: "San Jose", Places: []Place{sj}},
		{Kind: IPAddress, Whose: Subject, Event: "Upload", Distance: &minute, Value: "192.0.2.1", Places: []Place{sj}},
		{Kind: IPAddress, Whose: Subject, Event: "Login", Distance: &year, Value: "192.0.2.2", Places: []Place{la}},
		{Kind: Phone, Whose: Subject, Verified: models.Yes, Value: "+1 212 555 0123", Places: []Place{{Country: "US", State: "NY", Share: 1}}},
		{Kind: IPAddress, Whose: Subject, Event: "Upload", Distance: &minute, Proxy: models.Yes, Value: "203.0.113.1", Places: []Place{{Country: "CA", Share: 1}}},
		{Kind: EstimatedLocation, Whose: Subject, Verified: models.Yes, Value: "Brooklyn", Places: []Place{bk}},
		{Kind: PostalAddress, Whose: Victim, Detail: "full", Value: "Brooklyn", Places: []Place{bk}},
		{Kind: Phone, Whose: Victim, Value: "+1 416 555 0123", Places: []Place{{Country: "CA", Share: 1}}},
		{Kind: PostalAddress, Whose: Recipient, Detail: "full", Value: "Chicago", Places: []Place{place("IL", "17031", "Cook County")}},
		{Kind: IPAddress, Whose: Subject, Event: "Login", Value: "192.0.2.9", Problem: ProblemNoDatabase},
	}
}

// TestInvariantsOverAllCombinations enumerates every subset of the palette and
// checks what must hold whatever the evidence.
func TestInvariantsOverAllCombinations(t *testing.T) {
	all, cov, at := palette(), DefaultCoverage(), incident
	r := rand.New(rand.NewPCG(3, 4))
	for mask := range 1 << len(all) {
		var signals []Signal
		var subject, victim bool
		for i, s := range all {
			if mask&(1<<i) != 0 {
				signals = append(signals, s)
				subject = subject || s.Whose == Subject && len(s.Places) > 0
				victim = victim || s.Whose == Victim
			}
		}
		d := Infer(signals, cov, at, Options{})
		for _, c := range d.Candidates {
			switch {
			case c.Capacity == CapacitySuspect && !subject:
				t.Fatalf("%010b: a suspect's candidate %s without a subject's signal", mask, c.Code)
			case c.Capacity == CapacityVictim && !victim:
				t.Fatalf("%010b: a victim's candidate %s without a victim's signal", mask, c.Code)
			case c.Confidence < 0 || c.Confidence >= 1:
				t.Fatalf("%010b: confidence %g", mask, c.Confidence)
			case IsPool(c.Code):
				t.Fatalf("%010b: the pool %s is a candidate", mask, c.Code)
			case c.Why == "" || len(c.Evidence) == 0:
				t.Fatalf("%010b: %s has no reason", mask, c.Code)
			}
		}
		if !subject && d.Pool != PoolCountryUnknown {
			t.Fatalf("%010b: no subject's place and pool %q", mask, d.Pool)
		}
		if d.Pool == "" && !slices.ContainsFunc(d.Candidates, func(c Candidate) bool { return c.Capacity == CapacitySuspect }) {
			t.Fatalf("%010b: neither a pool nor a candidate", mask)
		}
		shuffled := slices.Clone(signals)
		r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if got, want := essence(Infer(shuffled, cov, at, Options{})), essence(d); got != want {
			t.Fatalf("%010b: the order of signals matters:\n%s\n%s", mask, got, want)
		}
		for _, c := range d.Candidates {
			e := Infer(signals, cov, at, Options{Excluded: []string{c.Code}})
			if _, ok := e.Candidate(c.Code); ok {
				t.Fatalf("%010b: the excluded %s is a candidate", mask, c.Code)
			}
			if e.Pool == "" && !slices.ContainsFunc(e.Candidates, func(c Candidate) bool { return c.Capacity == CapacitySuspect }) {
				t.Fatalf("%010b: with %s excluded there is neither a pool nor a candidate", mask, c.Code)
			}
		}
		late := Infer(signals, cov, at, Options{Hops: 2})
		if late.Pool != PoolReturned {
			t.Fatalf("%010b: the third hop goes to %q", mask, late.Pool)
		}
		for _, c := range late.Candidates {
			if c.Confidence > 0.5 {
				t.Fatalf("%010b: after two hops %s has confidence %g", mask, c.Code, c.Confidence)
			}
		}
	}
}

// essence is a decision without what depends on the order of the signals.
func essence(d Decision) string {
	var b strings.Builder
	fmt.Fprintln(&b, d.Pool, d.PoolReason, d.Confidence, d.Notes)
	for _, c := range d.Candidates {
		fmt.Fprintln(&b, c.Code, c.Capacity, c.Confidence, c.Place, c.Why, c.Territory.County)
		for _, s := range c.Evidence {
			fmt.Fprintln(&b, s.Weight, s.Text)
		}
	}
	for _, c := range d.Conflicts {
		fmt.Fprintln(&b, c.Capacity, c.Level, c.Places, c.Serious, c.Text)
	}
	return b.String()
}

// TestAgreementNeverLowersConfidence adds, to every combination, a further
// signal for a place that a candidate already has.
func TestAgreementNeverLowersConfidence(t *testing.T) {
	all, cov := palette()[:6], DefaultCoverage()
	places := map[string]Place{"ca-silicon-valley": place("CA", "06085", "Santa Clara County"), "ca-los-angeles": place("CA", "06037", "Los Angeles County"), "ny-new-york-city": place("NY", "36047", "Kings County")}
	day := int64(80000)
	for mask := 1; mask < 1<<len(all); mask++ {
		var signals []Signal
		for i, s := range all {
			if mask&(1<<i) != 0 {
				signals = append(signals, s)
			}
		}
		before := Infer(signals, cov, incident, Options{})
		for code, p := range places {
			had, _ := before.Candidate(code)
			for _, more := range []Signal{
				{Kind: PostalAddress, Whose: Subject, Detail: "part", Value: "more", Places: []Place{p}},
				{Kind: IPAddress, Whose: Subject, Event: "Login", Distance: &day, Value: "more", Places: []Place{p}},
				{Kind: EstimatedLocation, Whose: Subject, Value: "more", Places: []Place{p}},
				{Kind: IncidentPlace, Whose: WhoseUnknown, Detail: "full", Value: "more", Places: []Place{p}},
				{Kind: IPAddress, Whose: Subject, Event: "Login", Proxy: models.Yes, Value: "more", Places: []Place{p}},
			} {
				after := Infer(append(slices.Clone(signals), more), cov, incident, Options{})
				if got, _ := after.Candidate(code); got.Confidence < had.Confidence {
					t.Fatalf("%06b: a further %s for %s lowered it from %g to %g", mask, more.Kind, code, had.Confidence, got.Confidence)
				}
			}
		}
	}
}

func TestStrongSignalsComeBeforeWeakOnes(t *testing.T) {
	minute, week, month := int64(60), int64(6*86400), int64(29*86400)
	p := []Place{place("CA", "06085", "Santa Clara County")}
	// Each must be believed more than the next.
	order := []Signal{
		{Kind: AgencyFinding, Whose: Subject, Places: p},
		{Kind: EstimatedLocation, Whose: Subject, Verified: models.Yes, Places: p},
		{Kind: PostalAddress, Whose: Subject, Detail: "full", Places: p},
		{Kind: PostalAddress, Whose: Subject, Detail: "part", Places: p},
		{Kind: IPAddress, Whose: Subject, Event: "Upload", Distance: &minute, Places: p},
		{Kind: IPAddress, Whose: Subject, Event: "Upload", Distance: &week, Places: p},
		{Kind: IPAddress, Whose: Subject, Event: "Login", Distance: &minute, Places: p},
		{Kind: IPAddress, Whose: Subject, Event: "Registration", Distance: &minute, Places: p},
		{Kind: IPAddress, Whose: Subject, Event: "Registration", Distance: &month, Places: p},
		{Kind: IPAddress, Whose: Subject, Event: "Login", Distance: &minute, Network: "mobile", Places: p},
		{Kind: IPAddress, Whose: Subject, Event: "Login", Distance: &minute, Proxy: models.Yes, Places: p},
	}
	last := 1.0
	for i, s := range order {
		c, _ := Infer([]Signal{s}, DefaultCoverage(), incident, Options{}).Candidate("ca-silicon-valley")
		if c.Confidence >= last {
			t.Errorf("%d %s %s: got %g, want less than %g", i, s.Kind, s.Event, c.Confidence, last)
		}
		last = c.Confidence
	}
}

func TestNoNumberOfLogInsIsSureWithoutOtherEvidence(t *testing.T) {
	minute := int64(60)
	var signals []Signal
	for i := range 200 {
		signals = append(signals, Signal{Kind: IPAddress, Whose: Subject, Event: "Login", Distance: &minute, Value: fmt.Sprint(i), Places: []Place{place("CA", "06085", "Santa Clara County")}})
	}
	c, _ := Infer(signals, DefaultCoverage(), incident, Options{}).Candidate("ca-silicon-valley")
	if c.Confidence >= 0.9 {
		t.Errorf("got %g, want less than 0.9", c.Confidence)
	}
}

func TestTerritoryIsTakenAsOfTheDay(t *testing.T) {
	rows, err := ParseTerritory(strings.NewReader("code,name,kind,country,state,county,valid_from,valid_to,certainty,source\n" +
		"mn-old,Old lead,task-force,US,MN,*,,2018-06-30,high,test\nmn-new,New lead,task-force,US,MN,*,2018-07-01,,high,test\n"))
	if err != nil {
		t.Fatal(err)
	}
	cov := NewCoverage(rows)
	s := []Signal{{Kind: PostalAddress, Whose: Subject, Detail: "full", Value: "Saint Paul", Places: []Place{place("MN", "27123", "Ramsey County")}}}
	for _, tc := range []struct{ name, day, want string }{
		{"the last day of the old lead", "2018-06-30T23:59:59Z", "mn-old"},
		{"the first day of the new lead", "2018-07-01T00:00:00Z", "mn-new"},
		{"long after", "2026-03-01T00:00:00Z", "mn-new"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			at, _ := time.Parse(time.RFC3339, tc.day)
			d := Infer(s, cov, at, Options{})
			if len(d.Candidates) != 1 || d.Candidates[0].Code != tc.want {
				t.Errorf("got %+v, want %s", d.Candidates, tc.want)
			}
		})
	}
}

func TestAnEmptyCoverageStillFindsAHome(t *testing.T) {
	for _, s := range palette()[:6] {
		d := Infer([]Signal{s}, NewCoverage(nil), incident, Options{})
		if d.Pool == "" || len(d.Candidates) != 0 {
			t.Errorf("%s: got pool %q and %d candidates", s.Kind, d.Pool, len(d.Candidates))
		}
	}
}

func TestOddSharesDoNoHarm(t *testing.T) {
	p := place("CA", "06085", "Santa Clara County")
	for _, share := range []float64{0, -1, 7} {
		p.Share = share
		d := Infer([]Signal{{Kind: PostalAddress, Whose: Subject, Detail: "full", Places: []Place{p}}}, DefaultCoverage(), incident, Options{})
		if c, ok := d.Candidate("ca-silicon-valley"); !ok || c.Confidence < 0.9 {
			t.Errorf("share %g: got %+v", share, c)
		}
	}
}

func TestLowCertaintyIsSaid(t *testing.T) {
	d := decide(t, "subject home address: Sacramento, CA 95814")
	c, _ := d.Candidate("ca-sacramento-valley")
	if c.Territory.Certainty != Low || c.Confidence >= 0.9 {
		t.Errorf("got certainty %s, confidence %g", c.Territory.Certainty, c.Confidence)
	}
	if !slices.ContainsFunc(d.Notes, func(n string) bool { return strings.Contains(n, "by elimination") }) {
		t.Errorf("the notes do not say so: %v", d.Notes)
	}
	if !slices.ContainsFunc(d.Explain("ca-sacramento-valley"), func(n string) bool { return strings.Contains(n, "by elimination") }) {
		t.Errorf("the explanation does not say so: %v", d.Explain("ca-sacramento-valley"))
	}
}

func TestAMissingDatabaseIsSaid(t *testing.T) {
	d := decide(t, "subject upload 5 minutes: San Jose, CA; no location database")
	if want := "1 IP address was not placed: no location database is configured."; !slices.Contains(d.Notes, want) {
		t.Errorf("got %v, want %q", d.Notes, want)
	}
}

func TestADecisionSurvivesStorage(t *testing.T) {
	d := decide(t, "subject home address: Los Angeles, CA 95113; subject upload 5 minutes: Brooklyn, NY; victim home address: Toronto, Canada")
	b, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	var back Decision
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(back)
	if err != nil {
		t.Fatal(err)
	}
	if string(again) != string(b) {
		t.Errorf("got %s, want %s", again, b)
	}
	if back.Why("ny-new-york-city") != d.Why("ny-new-york-city") || !reflect.DeepEqual(back.Explain("ca-los-angeles"), d.Explain("ca-los-angeles")) {
		t.Error("the explanations differ after storage")
	}
	if d.Why("no-such-agency") != "" || d.Explain("no-such-agency") != nil {
		t.Error("a code that the decision does not name has a reason")
	}
}

func BenchmarkInfer(b *testing.B) {
	signals, cov := palette(), DefaultCoverage()
	for b.Loop() {
		Infer(signals, cov, incident, Options{})
	}
}

// Two weaker signals for one county once outvoted a stronger one for another: the
// page then said "address: San Francisco" and "Alameda County belongs to ...".
func TestTheCountyNamedIsTheOneBestSupported(t *testing.T) {
	signal := func(kind Kind, event, fips, name string) Signal {
		return Signal{Kind: kind, Whose: Subject, Value: "x", Event: event, Detail: map[Kind]string{PostalAddress: "full"}[kind],
			Places: []Place{{Country: "US", State: "CA", FIPS: fips, County: name, Share: 1}}}
	}
	d := Infer([]Signal{
		signal(IPAddress, "Upload", "06001", "Alameda County"), signal(IPAddress, "Login", "06001", "Alameda County"),
		signal(PostalAddress, "", "06075", "San Francisco County"),
	}, DefaultCoverage(), time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), Options{})
	if len(d.Candidates) == 0 || !strings.HasPrefix(d.Candidates[0].Place, "San Francisco") {
		t.Errorf("candidates %+v, want the address's county", d.Candidates)
	}
}
