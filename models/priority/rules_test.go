package priority

import (
	"fmt"
	"strings"
	"testing"
)

func TestTheEmbeddedRulesPassTheirOwnChecks(t *testing.T) {
	d := DefaultRules()
	again, err := ParseRules("written-again", d.RulesCSV(), d.MissingCSV())
	if err != nil {
		t.Fatal(err)
	}
	if again.RulesCSV() != d.RulesCSV() || again.MissingCSV() != d.MissingCSV() || d.RulesCSV() != rulesCSV || d.MissingCSV() != missingCSV {
		t.Error("rules that are written and read again are other rules")
	}
	if _, err := RulesOf("of-rows", d.Rows(), d.MissingRows()); err != nil {
		t.Error(err)
	}
	for name, kind := range caseTypes {
		if _, ok := d.rules["type/"+kind]; !ok && name != "molestation (older form)" {
			t.Errorf("the incident type %q has no rule", name)
		}
	}
	for key, row := range d.rules {
		if isThreshold(key) {
			continue
		}
		if g := groupOf(key); g != "" && row.Points > 0 && len(key) <= len(g) {
			t.Errorf("%s is only a group's name", key)
		}
	}
}

// edited is the embedded table with one row's text replaced.
func edited(t *testing.T, table, from, to string) string {
	t.Helper()
	out := strings.Replace(table, from, to, 1)
	if out == table {
		t.Fatalf("%q does not stand in the table", from)
	}
	return out
}

func TestRulesAreRefusedWithTheirPlaceAndAnExample(t *testing.T) {
	lineOf := func(table, begins string) int {
		for i, line := range strings.Split(table, "\n") {
			if strings.HasPrefix(line, begins) {
				return i + 1
			}
		}
		t.Fatalf("no line begins with %q", begins)
		return 0
	}
	for _, tc := range []struct {
		name, rules, missing string
		want                 Finding
		says                 string
	}{
		{"points in words", edited(t, rulesCSV, "victim,15", "victim,many"), missingCSV, Finding{Table: TableRules, Line: lineOf(rulesCSV, "victim,"), Column: "points"}, "for example 15"},
		{"points beyond measure", edited(t, rulesCSV, "victim,15", "victim,101"), missingCSV, Finding{Table: TableRules, Line: lineOf(rulesCSV, "victim,"), Column: "points"}, "from -100 to 100"},
		{"half a point", edited(t, rulesCSV, "victim,15", "victim,1.5"), missingCSV, Finding{Table: TableRules, Line: lineOf(rulesCSV, "victim,"), Column: "points"}, "whole number"},
		{"urgent that is not yes", edited(t, rulesCSV, "victim,15,,", "victim,15,perhaps,"), missingCSV, Finding{Table: TableRules, Line: lineOf(rulesCSV, "victim,"), Column: "urgent"}, "Write yes"},
		{"no words", edited(t, rulesCSV, ",A victim is named in the report,", ",,"), missingCSV, Finding{Table: TableRules, Line: lineOf(rulesCSV, "victim,"), Column: "text"}, "cannot be empty"},
		{"a key that nothing asks for", edited(t, rulesCSV, "victim/under 7", "victim/under 8"), missingCSV, Finding{Table: TableRules, Line: lineOf(rulesCSV, "victim/under 7"), Column: "key"}, "nearest key is victim/under 7"},
		{"a label without a value", rulesCSV + "label/content,5,,a,b,c\n", missingCSV, Finding{Table: TableRules, Line: strings.Count(rulesCSV, "\n") + 1, Column: "key"}, "Nothing asks for"},
		{"a row that is there twice", rulesCSV + "victim,5,,a,b,c\n", missingCSV, Finding{Table: TableRules, Line: strings.Count(rulesCSV, "\n") + 1, Column: "key"}, "first on line"},
		{"no threshold", edited(t, rulesCSV, "threshold/near,35,,,Points from which the priority is 2,rule of the portal\n", ""), missingCSV, Finding{Table: TableRules, Line: strings.Count(rulesCSV, "\n") - 1, Column: "key"}, "threshold/near is missing; for example threshold/near,35"},
		{"thresholds in the wrong order", edited(t, rulesCSV, "threshold/near,35", "threshold/near,80"), missingCSV, Finding{Table: TableRules, Line: lineOf(rulesCSV, "threshold/near"), Column: "points"}, "For example, a report of 75 points would have priority 1"},
		{"a threshold that nothing reaches", edited(t, rulesCSV, "threshold/imminent,75", "threshold/imminent,990"), missingCSV, Finding{Table: TableRules, Line: lineOf(rulesCSV, "threshold/imminent"), Column: "points"}, "for example by: high priority: stated by the provider +45"},
		{"fields that are too few", rulesCSV + "victim/under 7,5\n", missingCSV, Finding{Table: TableRules, Line: strings.Count(rulesCSV, "\n") + 1}, "has 2 fields"},
		{"an open quotation mark", rulesCSV + "\"file/viral,5,,a,b,c\n", missingCSV, Finding{Table: TableRules, Line: strings.Count(rulesCSV, "\n") + 1}, "cannot be read as CSV"},
		{"another heading", "name" + rulesCSV[3:], missingCSV, Finding{Table: TableRules, Line: 1}, "heading key,points"},
		{"a cost above 100", rulesCSV, edited(t, missingCSV, "file,20", "file,120"), Finding{Table: TableMissing, Line: lineOf(missingCSV, "file,"), Column: "cost"}, "from 0 to 100"},
		{"a gap that is left out", rulesCSV, edited(t, missingCSV, "file,20,No file\n", ""), Finding{Table: TableMissing, Line: strings.Count(missingCSV, "\n") - 1, Column: "key"}, "file is missing; for example file,20"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := ParseRules("test-1", tc.rules, tc.missing)
			all := Findings(err)
			if len(all) == 0 {
				t.Fatalf("accepted, or refused without a finding: %v", err)
			}
			got := all[0]
			if !strings.Contains(got.Message, tc.says) {
				t.Errorf("it says %q, want %q in it", got.Message, tc.says)
			}
			if got.Message = ""; got != tc.want {
				t.Errorf("found at %+v, want %+v", got, tc.want)
			}
		})
	}
}

func TestEveryFindingIsTold(t *testing.T) {
	_, err := ParseRules("test-1", edited(t, edited(t, rulesCSV, "victim,15", "victim,many"), "repeat,10", "repeat,"), edited(t, missingCSV, "file,20", "file,-1"))
	if all := Findings(err); len(all) != 3 {
		t.Errorf("got %d findings, want 3: %v", len(all), err)
	}
}

func TestTheNameOfTheEmbeddedRulesIsTheirs(t *testing.T) {
	if _, err := ParseRules(Version, edited(t, rulesCSV, "victim,15", "victim,16"), missingCSV); err == nil {
		t.Error("other tables bear the name of the embedded ones")
	}
	for _, name := range []string{"", " a", "two\nlines", strings.Repeat("x", 65)} {
		if _, err := ParseRules(name, rulesCSV, missingCSV); err == nil {
			t.Errorf("the name %q was accepted", name)
		}
	}
}

func TestAThresholdIsMeasuredByWhatOneReportCanHave(t *testing.T) {
	// Of the incident types a report has one, of the ages one.
	most, _ := DefaultRules().most()
	at := func(points int) error {
		_, err := ParseRules("test-1", edited(t, rulesCSV, "threshold/imminent,75", fmt.Sprintf("threshold/imminent,%d", points)), missingCSV)
		return err
	}
	if err := at(most); err != nil {
		t.Errorf("%d points, the most there are, were refused: %v", most, err)
	}
	if at(most+1) == nil {
		t.Errorf("%d points, one more than there are, were accepted", most+1)
	}
}

func TestAgenciesDoNotReadOfOtherReports(t *testing.T) {
	res := Score(caseInput(t, "type: misleading; subject: account; prior: 20"), nil)
	for _, reason := range res.ForAgency().Reasons {
		if strings.HasPrefix(reason.Key, "prior/") {
			t.Errorf("an agency reads %q", reason.Text)
		}
	}
	if got := res.ForAgency().Points; got != 2 {
		t.Errorf("the points are %d, want 2 without those of other reports", got)
	}
	if got := res.Short(); got != "misleading words or images: incident type" {
		t.Errorf("the inbox says %q", got)
	}
}

func FuzzParseRules(f *testing.F) {
	f.Add(rulesCSV, missingCSV)
	f.Add(rulesCSV+"label/a/b,5,,a,b,c\n", missingCSV)
	f.Add("key,points\n", "\"")
	f.Add("", "key,cost,text\nfile,1,\xff\n")
	f.Fuzz(func(t *testing.T, rules, missing string) {
		r, err := ParseRules("fuzz", rules, missing)
		if err != nil {
			if all := Findings(err); len(all) == 0 || len(all) > maxFindings {
				t.Errorf("%d findings of %v", len(all), err)
			}
			return
		}
		again, err := ParseRules("fuzz", r.RulesCSV(), r.MissingCSV())
		if err != nil || again.RulesCSV() != r.RulesCSV() || again.MissingCSV() != r.MissingCSV() {
			t.Errorf("written and read again: %v", err)
		}
		if res := Score(Input{}, r); res.Urgent && res.Class == Informational {
			t.Error("urgent and informational")
		}
	})
}
