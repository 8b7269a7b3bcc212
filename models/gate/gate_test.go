package gate

import (
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"reeve/models"
)

var (
	asked  = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	truths = []models.Truth{models.NotStated, models.Yes, models.No}
)

func regimes() map[string]Regime {
	return map[string]Regime{
		"strict":     Strict(),
		"hash_match": HashMatch(),
		"custom":     {Code: "custom", Name: "Custom", Source: "Memorandum 7", PublicOpens: true, ClearinghouseOpens: true, Takes: []AuthorityKind{Warrant}},
		"unset":      {},
	}
}

// complete is an authority that lacks nothing.
func complete(k AuthorityKind) *Authority {
	return &Authority{Kind: k, Number: "26-104", Court: "Superior Court", Date: asked.AddDate(0, 0, -2), Scope: "the files of report 4711",
		GivenBy: "the account's holder", Approver: "Sgt. Vale", Danger: "a child is with the person now", AskedBy: "Det. Cruz", AskedAt: asked}
}

type row map[string]string

func (r row) covers(facts row) bool {
	for name, value := range facts {
		cell := r[name]
		if cell != "any" && !slices.Contains(strings.Split(cell, " / "), value) {
			return false
		}
	}
	return true
}

func table(t *testing.T) []row {
	t.Helper()
	f, err := os.Open("testdata/expected.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	in := csv.NewReader(f)
	in.Comment = '#'
	lines, err := in.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []row
	for _, line := range lines[1:] {
		r := row{}
		for i, name := range lines[0] {
			r[name] = line[i]
		}
		rows = append(rows, r)
	}
	return rows
}

// Every combination of facts must be decided as the one row that covers it says:
// a gap or an overlap in the table is as much a failure as a wrong answer.
func TestEveryCombinationIsDecidedAsTheTableSays(t *testing.T) {
	rows := table(t)
	used := make([]int, len(rows))
	combinations := 0
	for name, regime := range regimes() {
		for _, gone := range []bool{false, true} {
			for _, viewed := range truths {
				for _, exif := range truths {
					for _, public := range truths {
						for _, hash := range truths {
							for _, house := range truths {
								for _, kind := range append([]AuthorityKind{"none"}, AuthorityKinds...) {
									combinations++
									exists := "yes"
									if gone {
										exists = "no"
									}
									facts := row{"regime": name, "content_exists": exists, "viewed": viewed.String(), "exif_viewed": exif.String(),
										"publicly_available": public.String(), "hash_matched": hash.String(), "clearinghouse_viewed": house.String(), "authority": string(kind)}
									var a *Authority
									if kind != "none" {
										a = complete(kind)
									}
									got := Decide(File{Viewed: viewed, EXIFViewed: exif, PubliclyAvailable: public, HashMatched: hash, ClearinghouseViewed: house, Gone: gone}, regime, a)
									check(t, rows, used, facts, got)
								}
							}
						}
					}
				}
			}
		}
	}
	for i, n := range used {
		if n == 0 {
			t.Errorf("row %d of the table never applies: %v", i+1, rows[i])
		}
	}
	if want := 4 * 2 * 243 * 5; combinations != want {
		t.Errorf("got %d combinations, want %d", combinations, want)
	}
}

func check(t *testing.T, rows []row, used []int, facts row, got Decision) {
	t.Helper()
	var covering []int
	for i, r := range rows {
		if r.covers(facts) {
			covering = append(covering, i)
		}
	}
	if len(covering) != 1 {
		t.Fatalf("%v is covered by %d rows of the table, want 1", facts, len(covering))
	}
	want := rows[covering[0]]
	used[covering[0]]++
	if string(got.State) != want["state"] || got.Rule != want["rule"] {
		t.Errorf("%v: got %s by %s, want %s by %s", facts, got.State, got.Rule, want["state"], want["rule"])
	}
	if got.Reason == "" || !strings.HasSuffix(got.Reason, ".") {
		t.Errorf("%v: the reason is %q", facts, got.Reason)
	}
	if (got.State == Open) != strings.HasPrefix(got.Reason, "Open") {
		t.Errorf("%v: %s, but the reason is %q", facts, got.State, got.Reason)
	}
	if got.State == Open && (got.WouldOpen != nil || got.Source == "") {
		t.Errorf("%v: an open file needs no authority and has a source: %+v", facts, got)
	}
}

func TestReasonsInWords(t *testing.T) {
	for name, c := range map[string]struct {
		f    File
		r    Regime
		a    *Authority
		want string
	}{
		"not stated": {File{}, Strict(), nil,
			"Locked: the provider did not say whether it viewed this file. Record a warrant, a consent or an emergency with its approver to open it."},
		"not viewed": {File{Viewed: models.No, PubliclyAvailable: models.Yes}, Strict(), nil,
			"Locked: the provider states that nobody there viewed this file. Record a warrant, a consent or an emergency with its approver to open it."},
		"no regime": {File{}, Regime{}, nil,
			"Locked: the provider did not say whether it viewed this file, and your agency's rule accepts no authority here. Ask your supervisor."},
		"viewed": {File{Viewed: models.Yes}, Strict(), nil,
			"Open: the provider states that a person there viewed the entire contents of this file."},
		"warrant": {File{}, Strict(), complete(Warrant),
			"Open on the authority of warrant 26-104 of Superior Court, dated 2 May 2026, for the files of report 4711."},
		"policy": {File{}, Strict(), complete(Policy),
			`Refused: the rule "Strict" does not accept an agency policy. It accepts a warrant, a consent or an emergency with its approver.`},
		"hash match": {File{HashMatched: models.Yes}, HashMatch(), nil,
			`Open under the rule "Hash match", which your agency's counsel set: the provider states that this file is identical to one that a person there had viewed.`},
	} {
		if got := Decide(c.f, c.r, c.a).Reason; got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, c.want)
		}
	}
}

func TestAnUnfitAuthorityIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		kind  AuthorityKind
		spoil func(*Authority)
		want  string
	}{
		"a warrant without number":            {Warrant, func(a *Authority) { a.Number = " " }, "its number"},
		"a warrant without court":             {Warrant, func(a *Authority) { a.Court = "" }, "the court"},
		"a warrant without scope":             {Warrant, func(a *Authority) { a.Scope = "" }, "what it covers"},
		"a warrant without date":              {Warrant, func(a *Authority) { a.Date = time.Time{} }, "its date"},
		"a warrant without anything":          {Warrant, func(a *Authority) { *a = Authority{Kind: Warrant} }, "its number, the court, what it covers and its date"},
		"a warrant of tomorrow":               {Warrant, func(a *Authority) { a.Date = asked.AddDate(0, 0, 1) }, "lies in the future"},
		"a warrant that has ended":            {Warrant, func(a *Authority) { a.Until = asked.Add(-time.Minute) }, "ended on 4 May 2026"},
		"a consent of nobody":                 {Consent, func(a *Authority) { a.GivenBy = "" }, "who gave it"},
		"an emergency without approver":       {Exigency, func(a *Authority) { a.Approver = "" }, "who approved it"},
		"an emergency without danger":         {Exigency, func(a *Authority) { a.Danger = "" }, "what the danger is"},
		"an emergency approved by the opener": {Exigency, func(a *Authority) { a.Approver = "det. cruz " }, "somebody other"},
		"a request without a time":            {Warrant, func(a *Authority) { a.AskedAt = time.Time{} }, "who asks and when"},
		"a request without a person":          {Warrant, func(a *Authority) { a.AskedBy = "" }, "who asks and when"},
	} {
		a := complete(c.kind)
		c.spoil(a)
		got := Decide(File{Viewed: models.No}, Strict(), a)
		if got.State != Refused || got.Rule != RuleAuthorityUnfit || !strings.Contains(got.Reason, c.want) {
			t.Errorf("%s: got %s (%s), want refused with %q", name, got.State, got.Reason, c.want)
		}
	}
	if got := Decide(File{}, Regime{Takes: []AuthorityKind{""}}, &Authority{}); got.State != Refused {
		t.Errorf("an authority of no kind was taken: %+v", got)
	}
	until := complete(Warrant)
	until.Until = asked
	if got := Decide(File{}, Strict(), until); got.State != Open {
		t.Errorf("the last moment still counts, got %s", got.Reason)
	}
}

func TestChangingAnAnswerDoesNotChangeTheRegime(t *testing.T) {
	r := Strict()
	Decide(File{}, r, nil).WouldOpen[0] = Policy
	if r.Accepts(Policy) || !r.Accepts(Warrant) {
		t.Error("a caller's change to the answer reached the regime")
	}
}

func TestAnUnknownRegimeIsStrict(t *testing.T) {
	if r, ok := RegimeByCode("typo"); ok || r.Code != "strict" {
		t.Errorf("got %s, %v", r.Code, ok)
	}
	if r, ok := RegimeByCode("hash_match"); !ok || !r.HashMatchOpens {
		t.Errorf("got %+v, %v", r, ok)
	}
}
