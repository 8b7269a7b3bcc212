package handlers

import (
	"fmt"
	"strconv"

	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/models"
	"reeve/models/triage"
	"reeve/views/components"
	"reeve/views/pages"
)

// tableWords name the tables for people.
var tableWords = map[string]struct{ title, note string }{
	"rules":   {"Points", "What a fact adds or takes away. Points add up; from the thresholds on the priority is 1 or 2. An urgent fact makes a report urgent by itself, and what is urgent is never informational."},
	"missing": {"What is missing, and what it costs", "Of 100. Missing things never lower a priority; they are told apart."},
	"weights": {"Weights of evidence", "From 0 to 0.999: how far a signal is to be believed about the country, about the state if the country is right, and about the county if the state is right."},
	"factors": {"Factors and levels", "What lowers a weight, and the levels at which something is shown, capped or sent to a pool."},
}

// columnWords name the columns, and say how a field of each is drawn.
var columnWords = map[string]struct{ label, kind, width string }{
	"key": {"Key", "text", ""}, "points": {"Points", "number", "narrow"}, "urgent": {"Urgent", "check", "narrow"}, "short": {"In lists", "text", ""},
	"text": {"In words", "text", "wide"}, "source": {"Where from", "text", ""}, "cost": {"Costs", "number", "narrow"},
	"country": {"Country", "number", "narrow"}, "state": {"State", "number", "narrow"}, "county": {"County", "number", "narrow"},
	"factor": {"Number", "number", "narrow"}, "why": {"Why", "text", "wide"},
}

func (h *Rules) listView(c echo.Context, l *triage.RuleList, before int) pages.RulesView {
	v := pages.RulesView{Frame: h.Frame(c, "Rules"), Unread: l.Unread, Completeness: gapsURL}
	for _, k := range []struct {
		kind  models.RuleKind
		label string
	}{{models.PriorityRules, "Class and priority"}, {models.RoutingRules, "Routing"}} {
		v.Tabs = append(v.Tabs, components.Tab{Label: k.label, URL: rulesListURL(k.kind), Current: l.Kind == k.kind})
	}
	if h.Actor(c).Can(auth.ManageRules) {
		v.StartURL = ruleBookURL
	}
	for i := range l.Rows {
		v.Rows = append(v.Rows, h.listRow(c, &l.Rows[i]))
	}
	v.Pages = components.PaginationArgs{Shown: plainCount(len(v.Rows), "version", "versions") + " shown"}
	if before > 0 {
		v.Pages.NewerURL, v.Pages.Newer = rulesListURL(l.Kind), "Newest"
	}
	if l.Next > 0 {
		v.Pages.OlderURL = ruleBookURL + "?kind=" + string(l.Kind) + "&before=" + strconv.Itoa(l.Next)
	}
	return v
}

func (h *Rules) listRow(c echo.Context, r *triage.RuleHead) pages.RulesRow {
	row := pages.RulesRow{ID: r.ID, Name: r.Name, URL: ruleURL(r.ID), State: ruleState(r), Note: r.Note, Based: r.BasedOn}
	switch {
	case r.Number == 0:
		row.Note = "The rules that come with the program."
	case r.PublishedAt != nil:
		row.At, row.By = h.Local(c, *r.PublishedAt), r.PublishedByName
	default:
		row.At, row.By = h.Local(c, r.ChangedAt), r.ChangedByName
	}
	if r.State == models.RulesDraft {
		row.Trial = triedWords(r.Trial)
	}
	return row
}

func ruleState(r *triage.RuleHead) components.StateArgs {
	switch {
	case r.Current:
		return components.StateArgs{Label: "Holds now", Tone: components.ToneGood}
	case r.State == models.RulesDraft:
		return components.StateArgs{Label: "Draft", Tone: components.ToneInfo, Icon: components.IconClock}
	case r.State == models.RulesDropped:
		return components.StateArgs{Label: "Dropped", Icon: components.IconCross}
	}
	return components.StateArgs{Label: "Held before", Icon: components.IconPast}
}

// triedWords says what the last trial of a draft said.
func triedWords(t *triage.TrialHead) string {
	switch {
	case t == nil:
		return "Not tried yet."
	case t.Stale:
		return "Not tried since the last edit."
	case t.Reports == 0:
		return "Tried; there are no reports yet to try it on."
	case t.Changed == 0:
		return fmt.Sprintf("Tried on %s; none changes.", plainCount(t.Reports, "report", "reports"))
	}
	return fmt.Sprintf("Tried on %s; %s.", plainCount(t.Reports, "report", "reports"), changesWords(t.Changed))
}

func changesWords(n int) string {
	if n == 1 {
		return "1 changes"
	}
	return components.Group(n) + " change"
}

func (h *Rules) versionView(c echo.Context, r *triage.RuleVersion) pages.RulesVersionView {
	v := pages.RulesVersionView{Frame: h.Frame(c, r.Name), Title: r.Name, ID: r.ID, Against: r.Against, N: strconv.Itoa(triage.TrialUsual),
		Hidden: []components.Pair{{Name: "version", Value: strconv.Itoa(r.Version)}}, TryURL: ruleURL(r.ID) + "/try"}
	v.Frame.Breadcrumbs = rulesCrumbs(r.Kind, components.Crumb{Label: r.Name})
	may := h.Actor(c).Can(auth.ManageRules)
	v.Draft = may && r.State == models.RulesDraft
	if may && !v.Draft {
		v.StartURL = ruleBookURL
	}
	at := ruleURL(r.ID)
	v.Facts = []components.Term{{Term: "Status", Text: ruleState(&r.RuleHead).Label}}
	switch {
	case r.Number == 0:
		v.Lead = "The rules that come with the program. They hold until others are published."
	case r.State == models.RulesDraft:
		v.Lead = "A draft. Nothing goes by it before it is published."
		v.Facts = append(v.Facts, components.Term{Term: "Last edited", Text: components.ExactMinute(h.Local(c, r.ChangedAt)) + " by " + r.ChangedByName})
	case r.State == models.RulesDropped:
		v.Lead = "A draft that was dropped. Nothing goes by it."
		v.Facts = append(v.Facts, components.Term{Term: "Dropped", Text: components.ExactMinute(h.Local(c, r.ChangedAt)) + " by " + r.ChangedByName})
	case r.Current:
		v.Lead = "What comes in goes by these rules."
	default:
		v.Lead = "These rules held before. What was decided by them names them."
	}
	if r.PublishedAt != nil {
		v.Facts = append(v.Facts, components.Term{Term: "Published", Text: components.ExactMinute(h.Local(c, *r.PublishedAt)) + " by " + r.PublishedByName}, components.Term{Term: "Note", Text: r.Note})
	}
	if r.Number > 0 {
		v.Facts = append(v.Facts, components.Term{Term: "Made", Text: components.ExactMinute(h.Local(c, r.MadeAt)) + " by " + r.MadeByName, Note: "from " + r.BasedOn})
	}
	if v.Draft {
		v.Deeds = []components.LinkButtonArgs{{Label: "Edit", URL: at + "/edit"}, {Label: "Publish", URL: at + "/publish", Variant: components.Primary, Icon: components.IconCheck},
			{Label: "Drop", URL: at + "/drop", Icon: components.IconCross}}
		v.Tried = triedWords(r.Trial)
	}
	if r.Trial != nil {
		v.TrialURL = at + "/trial"
	}
	v.Changes = changeRows(r.Changes)
	for _, t := range r.Tables {
		v.Tables = append(v.Tables, readTable(t, at, v.Draft))
	}
	return v
}

func changeRows(list []triage.RuleChange) (out []pages.RulesChange) {
	for _, ch := range list {
		out = append(out, pages.RulesChange{Table: tableWords[ch.Table].title, Key: ch.Key, Column: columnWords[ch.Column].label, Before: ch.Before, After: ch.After})
	}
	return out
}

func readTable(t triage.RuleTable, at string, draft bool) pages.RulesTable {
	out := pages.RulesTable{ID: "table-" + t.Name, Title: tableWords[t.Name].title, Note: tableWords[t.Name].note, Rows: t.Rows, Download: at + "/tables/" + t.Name}
	for i, column := range t.Columns {
		w := columnWords[column]
		share := 0
		if i == 0 {
			share = 20
		}
		out.Columns = append(out.Columns, components.Column{Label: w.label, Numeric: w.kind == "number", Width: w.width, Share: share})
		out.Labels, out.Numeric = append(out.Labels, w.label), append(out.Numeric, w.kind == "number")
	}
	if draft {
		out.Upload = out.Download
	}
	return out
}
