package handlers

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/models/names"
	"reeve/models/triage"
	"reeve/views/components"
	"reeve/views/pages"
)

// DeskQueue is what waits, and who takes it.
type DeskQueue interface {
	Queue(ctx context.Context, a auth.Actor, q triage.DeskQuery) (*triage.DeskPage, error)
	TakeNext(ctx context.Context, a auth.Actor, f triage.DeskFilter) (int64, error)
	NextHeld(ctx context.Context, a auth.Actor) (int64, error)
}

// DeskReviewer is one report at the desk and who holds it.
type DeskReviewer interface {
	Review(ctx context.Context, a auth.Actor, number int64, q triage.DeskQuery) (*triage.Review, error)
	Take(ctx context.Context, a auth.Actor, number int64) error
	Skip(ctx context.Context, a auth.Actor, number int64, why string) error
	HandOver(ctx context.Context, a auth.Actor, number int64, to uuid.UUID, note string) error
	Release(ctx context.Context, a auth.Actor, number int64) error
}

// DeskDecider decides about reports.
type DeskDecider interface {
	Decide(ctx context.Context, a auth.Actor, number int64, in triage.Decision) (string, error)
}

// DeskWork is the clearinghouse's desk: its queue, and one report at a time.
type DeskWork struct {
	*Pages
	Waits  DeskQueue
	Holds  DeskReviewer
	Decide DeskDecider
	Report *Report // draws what a report holds
	Names  *names.Names
	Types  []string // incident types that a filter offers
}

var deskViewWords = map[triage.DeskView]string{
	triage.DeskWaiting: "Waiting", triage.DeskMine: "Mine", triage.DeskOthers: "Held by others",
	triage.DeskReleased: "Released by rule today", triage.DeskDecided: "Decided by me today",
}

var deskLeads = map[triage.DeskView]string{
	triage.DeskWaiting:  "What needs a person, most urgent first.",
	triage.DeskMine:     "What you hold. After 30 minutes without a deed of yours a report is free again.",
	triage.DeskOthers:   "What colleagues hold. Ask them to hand a report over; after 30 idle minutes it is free.",
	triage.DeskReleased: "What went out by itself today, newest first. Open one to change what the rules decided.",
	triage.DeskDecided:  "What you decided today, newest first. Open one to change it, with a reason.",
}

// List is one list of the desk; its filters are the query string.
func (h *DeskWork) List(c echo.Context) error {
	k, err := h.asked(c, c.QueryParam)
	if err != nil {
		return err
	}
	status := http.StatusOK
	k.query.Cursor = c.QueryParam("cursor")
	if k.problem != "" {
		status, k.query.Size, k.query.Cursor = http.StatusUnprocessableEntity, 1, ""
	}
	p, err := h.Waits.Queue(c.Request().Context(), h.Actor(c), k.query)
	if err != nil {
		return h.damaged(c, err, k.filter.list())
	}
	if k.problem != "" { // the rows of no filter would mislead
		p.Rows, p.Next, p.Looked = nil, "", 0
	}
	return h.Render(c, status, pages.Desk(h.listView(c, k, p)))
}

func (h *DeskWork) listView(c echo.Context, k deskAsked, p *triage.DeskPage) pages.DeskView {
	f := k.filter
	v := pages.DeskView{Frame: h.Frame(c, "Desk"), Lead: deskLeads[p.View], Title: deskViewWords[p.View], Figures: h.deskFigures(c, p.Counts, f),
		Rows: h.deskRows(c, f, p.Rows), Waiting: p.View == triage.DeskWaiting, Decided: p.View == triage.DeskDecided, ByUrgency: p.View == triage.DeskWaiting,
		CanTake: h.Actor(c).Can(auth.RouteReport), Free: p.Counts.Waiting > 0, Hidden: f.narrowed().pairs(),
		Filter: components.FilterBarArgs{Lead: deskViewWords[p.View], Chips: f.chips(k.provider), ClearURL: deskFilter{view: f.view}.list(), Action: deskURL, Open: k.problem != ""},
		Fields: pages.DeskFields{Urgent: f.urgent, Class: f.class, Type: f.typ, Provider: k.provider, ProviderError: k.problem}}
	if f.view != "" {
		v.Filter.Hidden = []components.Pair{{Name: "view", Value: f.view}}
	}
	counts := map[triage.DeskView]int{triage.DeskWaiting: p.Counts.Waiting, triage.DeskMine: p.Counts.Mine, triage.DeskOthers: p.Counts.Others,
		triage.DeskReleased: p.Counts.Released, triage.DeskDecided: p.Counts.Decided}
	for _, view := range triage.DeskViews() {
		to := f
		if to.view = string(view); view == triage.DeskWaiting {
			to.view = ""
		}
		v.Tabs = append(v.Tabs, components.Tab{Label: deskViewWords[view], URL: to.list(), Count: components.Capped(counts[view], triage.DeskCountCap), Current: view == p.View})
	}
	for _, t := range h.Types {
		v.Fields.Types = append(v.Fields.Types, components.Option{Value: t, Label: t})
	}
	for i := range p.Rows {
		if n := p.Rows[i].Provider; n != names.PublicForm && !slices.Contains(v.Fields.ProvidersHere, n) {
			v.Fields.ProvidersHere = append(v.Fields.ProvidersHere, n)
		}
	}
	if p.Next != "" {
		v.Next = deskURL + f.query(p.Next)
	}
	if c.QueryParam("cursor") != "" {
		v.First = f.list()
	}
	if p.Looked > 0 {
		v.Looked = fmt.Sprintf("These filters were applied to %s reports. “Further” looks on.", components.Group(p.Looked))
	}
	if h.Exists(poolsURL) {
		v.PoolsURL = poolsURL
	}
	v.Empty = deskEmpty(k, p)
	return v
}

// deskFigures are what is always visible: how much waits, and for how long.
func (h *DeskWork) deskFigures(c echo.Context, n triage.DeskCounts, f deskFilter) pages.DeskFigures {
	out := pages.DeskFigures{Waiting: n.Waiting, Urgent: n.Urgent, Mine: n.Mine, Others: n.Others, ListURL: deskFilter{}.list(), UrgentURL: deskFilter{urgent: "1"}.list(),
		MineURL: deskFilter{view: string(triage.DeskMine)}.list(), OthersURL: deskFilter{view: string(triage.DeskOthers)}.list()}
	if n.Oldest != nil {
		out.Oldest, out.OldestURL = h.Local(c, *n.Oldest), f.report(n.OldestNo)
	}
	return out
}

func (h *DeskWork) deskRows(c echo.Context, f deskFilter, rows []triage.DeskRow) []pages.DeskQueueRow {
	me := h.Actor(c).UserID
	var out []pages.DeskQueueRow
	for i := range rows {
		r := &rows[i]
		row := pages.DeskQueueRow{Number: number(r.Number), URL: f.report(r.Number), Priority: components.PriorityArgs{Level: int(r.Priority), Urgent: r.Urgent, Reason: r.Short},
			Type: r.IncidentType, Provider: r.Provider, Subject: r.SubjectLabel, Why: r.DeskWhy, Class: classWords(r.Class),
			Files: filesWords(r.FilesTotal, r.FilesLocked), Received: h.Local(c, r.FinishedAt), Skipped: r.Skipped, StandsFor: r.StandsFor, Note: r.Note, HandedBy: r.HandedByName, Decided: r.DecidedWhy}
		if r.HeldBy != nil {
			row.Holder, row.Mine = r.HeldByName, *r.HeldBy == me
			row.Free = h.Local(c, r.ActiveAt.Add(triage.HoldIdle))
		}
		if r.DecidedAt != nil {
			row.DecidedAt = h.Local(c, *r.DecidedAt)
		}
		out = append(out, row)
	}
	return out
}

func deskEmpty(k deskAsked, p *triage.DeskPage) pages.InboxEmpty {
	clear := []pages.Link{{Label: "Clear filters", URL: deskFilter{view: k.filter.view}.list()}}
	switch {
	case k.problem != "":
		return pages.InboxEmpty{Title: "Nothing was looked for", Text: k.problem, Links: clear}
	case k.query.Cursor != "":
		return pages.InboxEmpty{Title: "Nothing further waits.", Text: "What stood here was decided meanwhile, or is on an earlier page.", Links: []pages.Link{{Label: "First page", URL: k.filter.list()}}}
	case k.filter.filtered():
		return pages.InboxEmpty{Title: "Nothing fits these filters", Text: "Other reports may be in this list all the same.", Links: clear}
	}
	switch p.View {
	case triage.DeskMine:
		return pages.InboxEmpty{Title: "You hold nothing.", Text: "Take the next report, or open one of those that wait."}
	case triage.DeskOthers:
		return pages.InboxEmpty{Title: "Nobody else holds anything.", Text: "What colleagues take stands here while they work on it."}
	case triage.DeskReleased:
		return pages.InboxEmpty{Title: "Nothing was released by rule today.", Text: "What the release policy sends to an agency without an analyst stands here."}
	case triage.DeskDecided:
		return pages.InboxEmpty{Title: "You decided nothing today.", Text: "What you decide stands here until midnight of your agency's time zone."}
	}
	if p.Counts.Mine+p.Counts.Others > 0 {
		return pages.InboxEmpty{Title: "Nothing is free.", Text: "All that waits is being worked on."}
	}
	return pages.InboxEmpty{Title: "Nothing waits.", Text: "The last reports were released by rule."}
}

// local is Local for a time that may be missing.
func (h *DeskWork) local(c echo.Context, at *time.Time) time.Time {
	if at == nil {
		return time.Time{}
	}
	return h.Local(c, *at)
}
