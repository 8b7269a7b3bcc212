package pages

import (
	"strings"
	"testing"
	"time"

	"reeve/views/components"
	"reeve/views/layout"
)

func outcomeView() OutcomeView {
	return OutcomeView{Frame: layout.PageArgs{Title: "Outcome", Now: now}, Report: ReportLine{Number: 482910377, URL: "/reports/482910377", Type: "Online enticement", Subject: "someone@mail.example", State: "New"},
		Action: "/reports/482910377/outcome", Common: []OutcomeChoice{{"open.investigating", "Under investigation"}, {"closed.arrest", "Arrest"}},
		Groups:  []OutcomeGroup{{"In hand", []OutcomeChoice{{"open.investigating", "Under investigation"}}}, {"Offender", []OutcomeChoice{{"closed.arrest", "Arrest"}}}},
		Missing: []OutcomeChoice{{"port", "Port"}}, Hidden: []components.Pair{{Name: "version", Value: "3"}}, Earliest: "2026-02-27", Latest: "2026-03-02", Zone: "America/Los_Angeles",
		NoteLimit: 3000, ReturnURL: "/reports/482910377/return", ReturnWords: "Return as wrong jurisdiction"}
}

func TestOutcomePages(t *testing.T) {
	t.Parallel()
	fresh := outcomeView()
	wrong := outcomeView()
	wrong.Values = OutcomeValues{Code: "closed.arrest", Usefulness: "1", Count: "many", HappenedOn: "2026-03-01", Note: "Two\nlines & <b>", Missing: []string{"port"}}
	wrong.Problems = []components.FieldError{{ID: "f-count", Message: "Write a whole number, or leave it empty."}}
	overtaken := wrong
	overtaken.Problems, overtaken.Values.Count = nil, "2"
	overtaken.Conflict = &MeanwhileView{Title: "The report changed while you worked on it", Who: "\u0644\u064a\u0644\u0649 \u062d\u062f\u0627\u062f", At: now.Add(-time.Minute), Tried: "Arrest",
		Changes: []Change{{"State", "New", "Closed"}, {"Outcome", "none", "Part of a case in hand"}}}
	undo := outcomeView()
	undo.Report.State, undo.Report.Assignee, undo.Report.Subject = "Closed", "Dana Cruz", strings.Repeat("long.", 40)+"@mail.example"
	undo.Undo = &OutcomeUndo{Words: "Arrest", Action: "/reports/482910377/outcome/1/undo", Until: now.Add(9 * time.Minute)}
	none := outcomeView()
	none.NotRecorded, none.ReturnWords = "This report is being returned. Keep it after all, then record what became of it.", "Keep it after all"
	for name, v := range map[string]OutcomeView{"outcome": fresh, "outcome-wrong": wrong, "outcome-overtaken": overtaken, "outcome-undo": undo, "outcome-none": none} {
		checkMain(t, name, Outcome(v))
	}
}

func TestReturnPages(t *testing.T) {
	t.Parallel()
	v := ReturnView{Frame: layout.PageArgs{Title: "Return", Now: now}, Report: outcomeView().Report, Action: "/reports/482910377/return", NoteLimit: 3000, PlaceLimit: 200,
		Agencies: []components.Option{{Value: "boroughs", Label: "Five Boroughs Task Force (demonstration)"}}}
	checkMain(t, "return", Return(v))
	wrong := v
	wrong.Values = ReturnValues{Place: "Queens", Note: "Typed", Now: true}
	wrong.Problems = []components.FieldError{{ID: "f-right_agency", Message: "There is no such agency."}}
	checkMain(t, "return-wrong", Return(wrong))
	waits := v
	waits.Returning = &ReturningView{Due: now.Add(10 * time.Minute), Now: now, By: "Dana Cruz", Why: "Belongs in Queens.", Action: "/reports/482910377/return/keep", Hidden: []components.Pair{{Name: "version", Value: "4"}}}
	checkMain(t, "return-waits", Return(waits))
	due := v
	due.Returning = &ReturningView{Due: now, Now: now}
	checkMain(t, "return-due", Return(due))
	gone := v
	gone.NotReturned = "It was returned already and is being handled by another agency."
	checkMain(t, "return-gone", Return(gone))
}
