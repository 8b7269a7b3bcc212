package handlers

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/models"
	"reeve/models/casefile"
	"reeve/models/names"
	"reeve/views/components"
	"reeve/views/pages"
)

// leads say in one sentence what a view holds.
var leads = map[casefile.View]string{
	casefile.ViewOpen:       "What waits for your agency or is in work.",
	casefile.ViewMine:       "What you hold.",
	casefile.ViewUnassigned: "What nobody holds yet.",
	casefile.ViewUnread:     "What nobody at your agency has opened.",
	casefile.ViewShared:     "What names an identifier that another agency holds too.",
	casefile.ViewOverdue:    "What the clearinghouse has heard nothing of for too long.",
	casefile.ViewLookAgain:  "What the provider sent more about since you last looked. Opening one takes it off this list.",
	casefile.ViewReturning:  "What goes back to the clearinghouse when its ten minutes are over.",
	casefile.ViewClosed:     "What is closed or was returned.",
	casefile.ViewAll:        "Everything that ever came to your agency.",
}

var sortWords = map[casefile.Sort]string{
	casefile.SortUrgency: "most urgent first", casefile.SortNewest: "newest first", casefile.SortOldest: "oldest first",
}

func (h *Inbox) view(c echo.Context, f inboxFilter, p *casefile.InboxPage, k known) pages.InboxView {
	q := p.Query
	v := pages.InboxView{
		Urgent: h.urgentBanner(c),
		Frame:  h.Frame(c, "Inbox"), Title: q.View.Words(), Lead: leads[q.View], CanTake: h.Actor(c).Can(auth.WorkReferral),
		Fields: h.fields(f, q, k), Sorts: sorts(f, q), Back: f.url(),
		Filter: components.FilterBarArgs{
			Lead: q.View.Words() + " reports", Chips: f.chips(k), Tail: sortWords[q.Sort], ClearURL: f.cleared().url(), Action: "/inbox", Open: k.problem != "",
		},
	}
	if f.view != "" {
		v.Filter.Hidden = []components.Pair{{Name: "view", Value: f.view}}
	}
	for _, n := range p.Counts {
		to := inboxFilter{view: string(n.View), sort: f.sort}
		if n.View == casefile.ViewOpen {
			to.view = ""
		}
		count := components.Capped(n.N, casefile.CountLimit)
		if n.More {
			count = components.Capped(n.N+1, casefile.CountLimit)
		}
		v.Views = append(v.Views, components.Tab{Label: n.View.Words(), URL: to.url(), Count: count, Current: n.View == q.View})
	}
	if p.Looked != nil {
		v.Looked = fmt.Sprintf("These filters were applied to %s reports, received until %s. “%s” looks further.",
			components.Group(p.Looked.Rows), components.ExactMinute(h.Local(c, p.Looked.Until)), onward(q.Sort))
	}
	for i := range p.Rows {
		v.Rows = append(v.Rows, h.row(c, &p.Rows[i]))
	}
	v.Pages = components.PaginationArgs{Label: "Pages of the inbox", Shown: shownInWords(len(p.Rows), p), Newer: backward(q.Sort), Older: onward(q.Sort)}
	if p.Prev != "" {
		v.Pages.NewerURL = f.with(func(g *inboxFilter) { g.cursor = p.Prev }).url()
	}
	if p.Next != "" {
		v.Pages.OlderURL = f.with(func(g *inboxFilter) { g.cursor = p.Next }).url()
	}
	switch {
	case k.problem != "":
		v.Empty = pages.InboxEmpty{Title: "Nothing was looked for", Text: k.problem, Links: []pages.Link{{Label: "Clear filters", URL: f.cleared().url()}}}
	case len(p.Rows) == 0:
		v.Empty = empty(f, p)
	}
	v.Fields.ProvidersHere = providersOn(p)
	return v
}

// providersOn names the providers of a page's rows, for its filter to propose.
func providersOn(p *casefile.InboxPage) []string {
	var list []string
	for i := range p.Rows {
		if n := p.Rows[i].Provider; n != names.PublicForm && !slices.Contains(list, n) {
			list = append(list, n)
		}
	}
	slices.Sort(list)
	return list
}

// onward and backward name the page links by what lies that way.
func onward(s casefile.Sort) string {
	switch s {
	case casefile.SortNewest:
		return "Older"
	case casefile.SortOldest:
		return "Newer"
	}
	return "Less urgent"
}

func backward(s casefile.Sort) string {
	switch s {
	case casefile.SortNewest:
		return "Newer"
	case casefile.SortOldest:
		return "Older"
	}
	return "More urgent"
}

func shownInWords(n int, p *casefile.InboxPage) string {
	switch {
	case n == 1:
		return "1 report on this page"
	case p.Next == "" && p.Prev == "":
		return fmt.Sprintf("%d reports, all of them on this page", n)
	}
	return fmt.Sprintf("%d reports on this page", n)
}

// sorts makes the headings that sort. Received turns from newest to oldest and back.
func sorts(f inboxFilter, q casefile.InboxQuery) pages.InboxSorts {
	to := func(s casefile.Sort) string { return f.with(func(g *inboxFilter) { g.sort = string(s) }).url() }
	s := pages.InboxSorts{ReceivedURL: to(casefile.SortNewest)}
	if !slices.Contains(history, q.View) {
		s.UrgencyURL = to(casefile.SortUrgency)
	}
	switch q.Sort {
	case casefile.SortUrgency:
		s.Urgency = "descending"
	case casefile.SortNewest:
		s.Received, s.ReceivedURL = "descending", to(casefile.SortOldest)
	case casefile.SortOldest:
		s.Received = "ascending"
	}
	return s
}

// history are the views that have no order by urgency.
var history = []casefile.View{casefile.ViewClosed, casefile.ViewAll, casefile.ViewReturning}

// empty says why there is nothing and what to do next.
func empty(f inboxFilter, p *casefile.InboxPage) pages.InboxEmpty {
	switch {
	case p.Looked != nil:
		return pages.InboxEmpty{Title: "Nothing found so far", Text: "The filters fit none of the reports looked at. Go on to the next ones below, or clear the filters.",
			Links: []pages.Link{{Label: "Clear filters", URL: f.cleared().url()}}}
	case f.filtered():
		return pages.InboxEmpty{Title: "No report fits these filters", Text: "Take one filter away, or look at all of this view.",
			Links: []pages.Link{{Label: "Clear filters", URL: f.cleared().url()}}}
	}
	open := pages.Link{Label: "Show all open reports", URL: "/inbox"}
	switch p.Query.View {
	case casefile.ViewMine:
		return pages.InboxEmpty{Title: "You hold no reports", Text: "Take one from those that nobody holds.", Links: []pages.Link{{Label: "Show unassigned reports", URL: "/inbox?view=unassigned"}}}
	case casefile.ViewUnassigned:
		return pages.InboxEmpty{Title: "Every open report is held by somebody", Text: "New ones appear here when you load the page again.", Links: []pages.Link{{Label: "Show what you hold", URL: "/inbox?view=mine"}}}
	case casefile.ViewUnread:
		return pages.InboxEmpty{Title: "Every report has been opened", Text: "New ones appear here when you load the page again.", Links: []pages.Link{open}}
	case casefile.ViewShared:
		return pages.InboxEmpty{Title: "No open report shares an identifier", Text: "When another agency holds an identifier of one of your reports, that report stands here.", Links: []pages.Link{open}}
	case casefile.ViewOverdue:
		return pages.InboxEmpty{Title: "Nothing is overdue", Text: "A report is overdue when it lies unopened for a week (a day if urgent), or 90 days without an outcome.", Links: []pages.Link{open}}
	case casefile.ViewLookAgain:
		return pages.InboxEmpty{Title: "Nothing asks for another look", Text: "A report stands here when its provider sent more about it after you last opened it.", Links: []pages.Link{open}}
	case casefile.ViewReturning:
		return pages.InboxEmpty{Title: "Nothing is on its way back", Text: "A report that you return as wrong jurisdiction waits here for ten minutes before it goes.", Links: []pages.Link{open}}
	case casefile.ViewClosed:
		return pages.InboxEmpty{Title: "Nothing is closed yet", Text: "A report stands here once an outcome closes it.", Links: []pages.Link{open}}
	case casefile.ViewAll:
		return pages.InboxEmpty{Title: "No report has come to your agency yet", Text: "Reports appear here when the clearinghouse refers them to you."}
	}
	return pages.InboxEmpty{Title: "Nothing waits for your agency", Text: "New reports appear here when you load the page again.", Links: []pages.Link{{Label: "Show closed reports", URL: "/inbox?view=closed"}}}
}

func (h *Inbox) row(c echo.Context, r *casefile.InboxRow) pages.InboxRow {
	now := h.Now()
	row := pages.InboxRow{
		Number: r.Number, Priority: int(r.Priority), Urgent: r.Urgent, Reason: r.PriorityWhy, Type: r.Type, Provider: r.Provider, Subject: r.Subject,
		Place: r.Place, Why: r.Why, Victim: r.Capacity == "victim", Received: h.Local(c, r.ReceivedAt), NoClock: r.PreserveUntil == nil,
		Files: r.FilesTotal, Locked: r.FilesLocked, Shared: r.Shared, Unread: r.Unread, Overdue: r.Overdue, LookAgain: r.LookAgain,
		State: r.State.Words(), Assignee: r.Assignee, Mine: r.Mine,
	}
	row.StateTone, row.StateIcon = stateLook(r.State)
	if r.AgencyPriority != nil {
		row.Priority, row.Own = int(*r.AgencyPriority), true
	}
	if r.PreserveUntil != nil {
		row.Until, row.Days = h.Local(c, *r.PreserveUntil), daysLeft(*r.PreserveUntil, now)
	}
	if code, ok := models.OutcomeByCode(r.Outcome); ok {
		row.Outcome = code.Words
	}
	if r.ReturnDueAt != nil {
		row.ReturnsAt = h.Local(c, *r.ReturnDueAt)
	}
	if h.Exists("/deconfliction") && h.Actor(c).Can(auth.ReadDeconfliction) {
		row.Deconflicts = "/deconfliction"
	}
	return row
}

// daysLeft counts whole days until a moment; what ended is negative.
func daysLeft(until, now time.Time) int {
	d := until.Sub(now)
	if d < 0 {
		return -1 - int(-d/(24*time.Hour))
	}
	return int(d / (24 * time.Hour))
}

// stateLook is the tone and icon of a referral's state.
func stateLook(s models.ReferralState) (components.Tone, components.Icon) {
	switch s {
	case models.ReferralTaken:
		return components.ToneNeutral, components.IconPerson
	case models.ReferralWorking:
		return components.ToneInfo, components.IconClock
	case models.ReferralClosed:
		return components.ToneGood, components.IconCheck
	case models.ReferralReturning, models.ReferralReturned:
		return components.ToneWarn, components.IconReturn
	}
	return components.ToneNeutral, components.IconUnread
}

func (h *Inbox) fields(f inboxFilter, q casefile.InboxQuery, k known) pages.InboxFields {
	o := pages.InboxFields{Sort: string(q.Sort), Priority: f.priority, Urgent: f.urgent, Type: f.typ, Provider: k.typed, ProviderError: k.problem, Assignee: f.assignee, State: f.state, Age: f.age}
	for _, s := range []casefile.Sort{casefile.SortUrgency, casefile.SortNewest, casefile.SortOldest} {
		if s == casefile.SortUrgency && slices.Contains(history, q.View) {
			continue
		}
		words := sortWords[s]
		if s == casefile.SortOldest {
			words += ", least preservation left"
		}
		o.SortOptions = append(o.SortOptions, components.Option{Value: string(s), Label: strings.ToUpper(words[:1]) + words[1:]})
	}
	for _, t := range h.Types {
		o.Types = append(o.Types, components.Option{Value: t, Label: t})
	}
	for _, u := range k.colleagues {
		o.Assignees = append(o.Assignees, components.Option{Value: u.ID.String(), Label: u.Name})
	}
	for _, s := range []models.ReferralState{models.ReferralNew, models.ReferralTaken, models.ReferralWorking, models.ReferralReturning, models.ReferralClosed, models.ReferralReturned} {
		o.States = append(o.States, components.Option{Value: string(s), Label: s.Words()})
	}
	for _, d := range []string{"7", "30", "90", "180"} {
		o.Ages = append(o.Ages, components.Option{Value: d, Label: "At least " + d + " days"})
	}
	if f.age != "" && !slices.ContainsFunc(o.Ages, func(x components.Option) bool { return x.Value == f.age }) {
		o.Ages = append(o.Ages, components.Option{Value: f.age, Label: "At least " + f.age + " days"})
	}
	return o
}
