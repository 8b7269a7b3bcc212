package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"reeve/models"
	"reeve/models/store"
	"reeve/web/webtest"
)

func TestRulesAreEditedTriedAndPublishedOverHTTP(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t, webtest.Options{})
	provider := s.DB.Provider(t, "Example Rules")
	r := s.DB.Report(t, provider, "one@mail.example", nil)
	sam := s.SignIn(t, "sam@clearinghouse.example")
	list := sam.Get("/desk/rules").MustBe(http.StatusOK).MustSay("Holds now", "The rules that come with the program.")
	edit := sam.Submit(list.Form("/desk/rules")).MustBe(http.StatusOK).MustSay("Edit priority-1")
	at := strings.TrimSuffix(edit.URL.Path, "/edit")
	field := ruleField(t, s, at, "type/Online Enticement of Children for Sexual Acts", "points")

	// What is wrong stands beside its field, and what was typed stays.
	wrong := sam.Submit(edit.Form(at+"/edit").With(field, "very many")).MustBe(http.StatusUnprocessableEntity)
	wrong.MustSay("is not a whole number from -100 to 100, for example 15")
	if got := wrong.Form(at + "/edit").Values.Get(field); got != "very many" {
		t.Errorf("the field holds %q after an error", got)
	}
	threshold := ruleField(t, s, at, "threshold/imminent", "points")
	sam.Submit(wrong.Form(at+"/edit").With(field, "90").With(threshold, "999")).MustBe(http.StatusUnprocessableEntity).MustSay("No report can reach 999 points")
	draft := sam.Submit(wrong.Form(at+"/edit").With(field, "90")).MustBe(http.StatusOK).MustSay("Saved.", "Not tried yet.", "35", "90")

	// An older form is told who was first.
	sam.Submit(edit.Form(at+"/edit").With(field, "91")).MustBe(http.StatusConflict).MustSay("changed priority-1", "Nothing of yours was saved")

	sam.Submit(draft.Form(at+"/try").With("n", "5")).MustBe(http.StatusUnprocessableEntity).MustSay("Try it on 10 to 2000 reports")
	tried := sam.Submit(draft.Form(at+"/try")).MustBe(http.StatusOK).MustSay("Trial of priority-1", "1 changes")
	tried.MustSay("+90 instead of +35", "Priority 1, urgent")
	sam.Get(at + "/trial?show=all&from=-3").MustBe(http.StatusOK)

	// A table as a file: down, and up again with one line changed.
	csv := sam.Get(at + "/tables/missing").MustBe(http.StatusOK)
	if kind := csv.Header.Get("Content-Type"); !strings.HasPrefix(kind, "text/csv") || !strings.Contains(csv.Body, "file,20,No file") {
		t.Errorf("%s: %s", kind, csv.Body)
	}
	sam.Get(at + "/tables/none").MustBe(http.StatusNotFound)

	ask := sam.Get(at+"/publish").MustBe(http.StatusOK).MustSay("Tried on 1 report; 1 changes.", "No report that is here already is moved")
	sam.Submit(ask.Form(at+"/publish").With("note", "")).MustBe(http.StatusUnprocessableEntity).MustSay("Say in a few words what changes")
	sam.Submit(ask.Form(at+"/publish").With("note", "Enticement first")).MustBe(http.StatusOK).MustSay("Published.", "Enticement first")
	sam.Submit(ask.Form(at+"/publish").With("note", "Again")).MustBe(http.StatusConflict).MustSay("cannot be changed any more")
	sam.Get(at + "/edit").MustBe(http.StatusOK) // which leads back to the version
	s.DB.Setup(t, func(tx *store.Tx) error {
		var got models.Report
		if err := tx.Where("id = ?", r.ID).Take(&got).Error; err != nil {
			return err
		}
		if got.Version != r.Version || got.Urgency != r.Urgency {
			t.Errorf("publishing moved a report: version %d, urgency %d", got.Version, got.Urgency)
		}
		return nil
	})
	sam.Get("/desk/rules?kind=routing").MustBe(http.StatusOK)
	sam.Get("/desk/rules?kind=other").MustBe(http.StatusNotFound)
	sam.Get("/desk/rules/completeness").MustBe(http.StatusOK).MustSay("Example Rules")
	sam.Get("/desk/rules/completeness/" + provider.ID.String()).MustBe(http.StatusOK)

	// An analyst reads and changes nothing.
	avery := s.SignIn(t, "avery@clearinghouse.example")
	if p := avery.Get(at).MustBe(http.StatusOK); strings.Contains(p.Body, "Draft from it") {
		t.Error("an analyst is offered a draft")
	}
	avery.Get(at + "/edit").MustBe(http.StatusForbidden)
	if p := avery.PostForm("/desk/rules", url.Values{"from": {"built-in-priority"}}); p.Status != http.StatusForbidden {
		t.Errorf("an analyst began a draft: %d", p.Status)
	}
}

// ruleField finds the form's field of one row and column.
func ruleField(t *testing.T, s *webtest.Site, at, key, column string) string {
	t.Helper()
	sam := s.SignIn(t, "sam@clearinghouse.example")
	for name, values := range sam.Get(at + "/edit").MustBe(http.StatusOK).Form(at + "/edit").Values {
		if table, rest, ok := strings.Cut(name, "."); ok && strings.HasSuffix(rest, ".key") && values[0] == key {
			return table + "." + strings.TrimSuffix(rest, "key") + column
		}
	}
	t.Fatalf("the form has no row %s", key)
	return ""
}
