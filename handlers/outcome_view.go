package handlers

import (
	"sort"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"reeve/models"
	"reeve/models/outcome"
	"reeve/views/components"
	"reeve/views/pages"
)

// pressAgain is how long after an outcome the same one by the same person is taken
// for a second press of the button.
const pressAgain = 10 * time.Second

// Seen is what a form showed of a report, carried along in it, so that a conflict
// can say what changed since.
type Seen struct {
	State    string `form:"seen_state"`
	Assignee string `form:"seen_assignee"`
	Outcome  string `form:"seen_outcome"`
	Priority string `form:"seen_priority"`
}

func seenOf(r *models.Referral) Seen {
	s := Seen{State: r.State.Words(), Assignee: "nobody", Outcome: "none", Priority: "not set"}
	if r.Assignee != "" {
		s.Assignee = r.Assignee
	}
	if code, known := models.OutcomeByCode(r.Outcome); known {
		s.Outcome = code.Words
	}
	if r.AgencyPriority != nil {
		s.Priority = strconv.Itoa(int(*r.AgencyPriority))
	}
	return s
}

func (s Seen) hidden(version int) []components.Pair {
	return []components.Pair{{Name: "version", Value: strconv.Itoa(version)}, {Name: "seen_state", Value: s.State},
		{Name: "seen_assignee", Value: s.Assignee}, {Name: "seen_outcome", Value: s.Outcome}, {Name: "seen_priority", Value: s.Priority}}
}

// since lists what is not as it was.
func (s Seen) since(was Seen) []pages.Change {
	var list []pages.Change
	add := func(what, was, is string) {
		if was != "" && was != is {
			list = append(list, pages.Change{What: what, Was: was, Is: is})
		}
	}
	add("State", was.State, s.State)
	add("Assignee", was.Assignee, s.Assignee)
	add("Outcome", was.Outcome, s.Outcome)
	add("Own priority", was.Priority, s.Priority)
	return list
}

// meanwhile says what is in the way of a deed: somebody's change since the form
// was shown, or a state that forbids it.
func (p *Pages) meanwhile(c echo.Context, r *models.Referral, was Seen, version int, err error) *pages.MeanwhileView {
	if r.Version == version {
		return &pages.MeanwhileView{Title: "This cannot be done as the report stands", Text: models.MessageOf(err)}
	}
	who := r.UpdatedBy
	if who == "" {
		who = "Somebody"
	}
	v := &pages.MeanwhileView{Title: "The report changed while you worked on it", Who: who, At: p.Local(c, r.UpdatedAt), Changes: seenOf(r).since(was)}
	if len(v.Changes) == 0 {
		v.Text = "State, assignee and outcome are what you saw; the trail of the report says what was done."
	}
	return v
}

func (p *Pages) reportLine(r *models.Referral) pages.ReportLine {
	return pages.ReportLine{Number: r.Number, URL: reportPath(r.Number), Type: r.IncidentType, Subject: r.Subject, State: r.State.Words(), Assignee: r.Assignee}
}

// problems orders the messages by field as the form has them; what belongs to no
// field of it comes last.
func problems(fields map[string]string, order ...string) []components.FieldError {
	var list []components.FieldError
	for _, f := range order {
		if m := fields[f]; m != "" {
			list = append(list, components.FieldError{ID: "f-" + f, Message: m})
		}
	}
	known := len(list)
	for f, m := range fields {
		found := false
		for _, o := range order {
			found = found || o == f
		}
		if !found {
			list = append(list, components.FieldError{Message: m})
		}
	}
	rest := list[known:]
	sort.Slice(rest, func(i, j int) bool { return rest[i].Message < rest[j].Message })
	return list
}

func (h *Outcome) outcomeView(c echo.Context, form *outcome.Form, f OutcomeForm, wrong map[string]string) pages.OutcomeView {
	r, base := &form.Referral, reportPath(form.Number)
	v := pages.OutcomeView{Frame: h.Frame(c, "Outcome of report "+strconv.FormatInt(form.Number, 10)), Report: h.reportLine(r), Action: base + "/outcome",
		Values:   pages.OutcomeValues{Code: f.Code, Usefulness: f.Usefulness, Count: f.Count, HappenedOn: f.HappenedOn, Note: f.Note, Missing: f.Missing},
		Problems: problems(wrong, "code", "usefulness", "missing", "count", "happened_on", "note"),
		Hidden:   seenOf(r).hidden(r.Version), Earliest: form.Earliest, Latest: form.Latest, Zone: form.Zone, NoteLimit: outcome.NoteLimit,
		NotRecorded: form.NotRecorded}
	v.Frame.Breadcrumbs = []components.Crumb{{Label: "Inbox", URL: "/inbox"}, {Label: "Report " + strconv.FormatInt(form.Number, 10), URL: base}, {Label: "Outcome"}}
	if f.Now != "" {
		v.Values.Code = f.Now
	}
	if v.Values.Usefulness == "not-said" {
		v.Values.Usefulness = ""
	}
	switch {
	case form.MayReturn:
		v.ReturnURL, v.ReturnWords = base+"/return", "Return as wrong jurisdiction"
	case form.MayKeep:
		v.ReturnURL, v.ReturnWords = base+"/return", "Keep it after all"
	}
	for _, code := range form.Common {
		v.Common = append(v.Common, pages.OutcomeChoice{Code: code.Code, Words: code.Words})
	}
	for _, code := range form.MayRecord {
		if n := len(v.Groups); n == 0 || v.Groups[n-1].Name != code.Group {
			v.Groups = append(v.Groups, pages.OutcomeGroup{Name: code.Group})
		}
		g := &v.Groups[len(v.Groups)-1]
		g.Codes = append(g.Codes, pages.OutcomeChoice{Code: code.Code, Words: code.Words})
	}
	for _, m := range form.Missing {
		v.Missing = append(v.Missing, pages.OutcomeChoice{Code: m.Code, Words: m.Words})
	}
	if u := form.Undoable; u != nil {
		v.Undo = &pages.OutcomeUndo{Words: u.Words, Until: h.Local(c, u.Until), Action: base + "/outcome/" + u.ID.String() + "/undo"}
	}
	return v
}
