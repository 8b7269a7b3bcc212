package handlers

import (
	"strings"

	"github.com/labstack/echo/v4"

	"reeve/models"
	"reeve/models/casefile"
	"reeve/views/components"
	"reeve/views/pages"
)

// public draws what a report of the public's form has besides: who reports, apart from
// everybody who is reported, and what they added later. nil for a provider's report.
func (h *Report) public(c echo.Context, r *casefile.ReportView) *pages.ReportPublic {
	if r.Report.ProviderID != nil || r.Report.Reported == nil || r.Report.Reported.Public == nil {
		return nil
	}
	rep, p := r.Report.Reported, r.Report.Reported.Public
	v := &pages.ReportPublic{}
	add := func(term, text, missing, note string) {
		if text != "" || missing != "" {
			v.Facts = append(v.Facts, components.Term{Term: term, Text: text, Missing: missing, Note: note, Pre: strings.Contains(text, "\n")})
		}
	}
	contact := map[models.Truth]string{models.Yes: "Yes", models.No: "No: do not contact this person"}[p.MayContact]
	if len(p.Suspicion) > 0 {
		add("May be a machine's work", strings.Join(p.Suspicion, "\n"), "", "A reason to look, never to discard.")
	}
	add("Danger now", p.Danger, "not said", "")
	add("What it is about", p.Kind, "", "")
	add("When", p.When, "", "")
	add("Who reports", p.Role, "not said", "")
	add("May be contacted", contact, "not said", "")
	add("Safe way and times", p.SafeWay, "", "Keep to it: somebody may watch them.")
	add("Name", rep.Reporter.Person.FirstName, "not given", "")
	for _, e := range rep.Reporter.Person.Emails {
		add("E-mail", e.Address, "", "")
	}
	for _, n := range rep.Reporter.Person.Phones {
		add("Telephone", n.Number, "", "")
	}
	add("Language", map[string]string{"en": "English", "es": "Spanish"}[p.Language], "", "")
	v.Told = rep.AdditionalInfo
	for i := range r.Additions {
		a := &r.Additions[i]
		v.Additions = append(v.Additions, pages.ReportAddition{At: h.Local(c, a.AddedAt), Text: a.Text, Links: a.Links, Waiting: a.ReadAt == nil})
	}
	return v
}
