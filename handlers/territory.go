package handlers

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/models"
	"reeve/models/routing"
	"reeve/models/territory"
	"reeve/views/components"
	"reeve/views/pages"
)

// TerritoryKeeper is what the pages need of models/territory.
type TerritoryKeeper interface {
	Overview(ctx context.Context, a auth.Actor, q territory.Query) (*territory.Overview, error)
	WhoHolds(ctx context.Context, a auth.Actor, in territory.Asked) (*territory.Answer, error)
	Begin(ctx context.Context, a auth.Actor, in territory.DraftInput) (uuid.UUID, error)
	Describe(ctx context.Context, a auth.Actor, id uuid.UUID, in territory.DraftInput) error
	Drop(ctx context.Context, a auth.Actor, id uuid.UUID, version int) error
	Sheet(ctx context.Context, a auth.Actor, id uuid.UUID) (*territory.Sheet, error)
	Choose(ctx context.Context, a auth.Actor, draft uuid.UUID, text, row string) (*territory.Choices, error)
	Add(ctx context.Context, a auth.Actor, draft uuid.UUID, deed territory.Deed, in territory.Input) error
	Load(ctx context.Context, a auth.Actor, draft uuid.UUID, file io.Reader, in territory.Input) (int, error)
	TakeOut(ctx context.Context, a auth.Actor, draft, change uuid.UUID, version int) error
	Preview(ctx context.Context, a auth.Actor, draft uuid.UUID, in territory.TrialInput) (*territory.Sheet, *territory.Trial, error)
	Publish(ctx context.Context, a auth.Actor, draft uuid.UUID, in territory.Publishing) (int, error)
	Published(ctx context.Context, a auth.Actor, number int) (*territory.VersionSheet, error)
	OpenElsewhere(ctx context.Context, a auth.Actor, code, cursor string) (*territory.Elsewhere, error)
	Learnt(ctx context.Context, a auth.Actor, months int) (*territory.Signals, error)
	Signal(ctx context.Context, a auth.Actor, key, cursor string) (*territory.SignalSheet, error)
	TryWeight(ctx context.Context, a auth.Actor, in territory.WeightInput) (*territory.WeightTrial, error)
}

// Territory is the desk's pages of who covers what, and of what returns teach.
type Territory struct {
	*Pages
	Keeper TerritoryKeeper
}

// Addresses of these pages, and of the rules if they are edited on a page.
const (
	territoryURL = "/desk/routing"
	holderURL    = territoryURL + "/holder"
	elsewhereURL = territoryURL + "/elsewhere"
	signalsURL   = territoryURL + "/signals"
	rulesURL     = "/desk/rules"
)

func draftURL(id uuid.UUID) string { return territoryURL + "/drafts/" + id.String() }

func versionURL(n int) string { return territoryURL + "/versions/" + strconv.Itoa(n) }

// rules is the address of the page of rules; empty when there is none.
func (h *Territory) rules() string {
	if h.Exists(rulesURL) {
		return rulesURL
	}
	return ""
}

func (h *Territory) tabs(current string) []components.Tab {
	return []components.Tab{{Label: "Territory", URL: territoryURL, Current: current == territoryURL}, {Label: "What returns teach", URL: signalsURL, Current: current == signalsURL}}
}

// draftOf reads a draft's id from the address. What is no id is a draft that does not exist.
func draftOf(c echo.Context) (uuid.UUID, error) {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return id, models.NotFoundf("This draft does not exist. Look for it in the list of drafts.")
	}
	return id, nil
}

// Show is the territory on a day.
func (h *Territory) Show(c echo.Context) error {
	q := territory.Query{Day: c.QueryParam("day"), Text: c.QueryParam("q")}
	o, err := h.Keeper.Overview(c.Request().Context(), h.Actor(c), q)
	status, fields := http.StatusOK, models.FieldsOf(err)
	if len(fields) > 0 {
		status = http.StatusUnprocessableEntity
		o, err = h.Keeper.Overview(c.Request().Context(), h.Actor(c), territory.Query{})
	}
	if err != nil {
		return err
	}
	v := h.overviewView(c, o)
	if len(fields) > 0 {
		v.Search, v.Day, v.Problems = q.Text, q.Day, problems(fields, "q", "day")
	}
	return h.Render(c, status, pages.Territory(v))
}

func (h *Territory) overviewView(c echo.Context, o *territory.Overview) pages.TerritoryView {
	v := pages.TerritoryView{Frame: h.Frame(c, "Territory"), Tabs: h.tabs(territoryURL), At: territoryURL, Day: o.Day.Format("2006-01-02"), Search: o.Text,
		ElsewhereURL: elsewhereURL, RulesURL: h.rules(), Holder: askView(url.Values{}, nil)}
	v.Lead = plainCount(o.Rows, "row", "rows") + " in force on " + o.Day.Format("2 January 2006") + ". "
	if o.Head == 0 {
		v.Lead += "Nothing was published here yet."
	} else {
		v.Lead += "Version " + strconv.Itoa(o.Head) + "."
	}
	if h.Actor(c).Can(auth.ManageRules) {
		v.NewURL = territoryURL + "/drafts/new"
	}
	for _, p := range o.Places {
		place := pages.TerritoryPlace{Name: p.Name}
		for _, x := range p.Holdings {
			line := holdingView(x.Rows[0])
			line.Area = x.Areas[0]
			if len(x.Areas) > 1 {
				line.Areas, line.Many = x.Areas, plainCount(len(x.Areas), "county", "counties")
			}
			place.Holdings = append(place.Holdings, line)
		}
		v.Places = append(v.Places, place)
	}
	for _, r := range o.Unplaced {
		v.Unplaced = append(v.Unplaced, holdingView(r))
	}
	for _, g := range o.Gaps {
		words := g.Area + ": nobody holds it."
		if g.More > 0 {
			words = g.Area + " and " + plainCount(g.More, "further county", "further counties") + " there: nobody holds them."
		}
		v.Wrong = append(v.Wrong, words)
	}
	for _, x := range o.Clashes {
		words := x.Area + " is held by"
		for i, r := range x.Of {
			if i > 0 {
				words += " and by"
			}
			words += " " + r.Name
		}
		v.Wrong = append(v.Wrong, words+".")
	}
	for _, d := range o.Drafts {
		v.Drafts = append(v.Drafts, pages.TerritoryDraftLine{Name: d.Name, URL: draftURL(d.ID), Note: d.Note, By: d.ChangedByName, At: h.Local(c, d.ChangedAt)})
	}
	for _, x := range o.Versions {
		v.Versions = append(v.Versions, pages.TerritoryVersionLine{Number: strconv.Itoa(x.Number), Name: x.Name, URL: versionURL(x.Number), Note: x.Note,
			Counts: countsOf(x), By: x.PublishedByName, At: h.Local(c, x.PublishedAt)})
	}
	return v
}

func countsOf(v territory.Version) string {
	return strconv.Itoa(v.Added) + " added, " + strconv.Itoa(v.Ended) + " ended"
}

var certaintyLook = map[string]components.StateArgs{
	"high": {Label: "High", Tone: components.ToneGood}, "medium": {Label: "Medium", Tone: components.ToneInfo},
	"low": {Label: "Low", Tone: components.ToneWarn}, "unknown": {Label: "Unknown", Icon: components.IconQuestion},
}

func holdingView(r territory.Row) pages.TerritoryHolding {
	v := pages.TerritoryHolding{Holder: r.Name, Code: r.Code, Lead: r.Lead, Pool: r.Pool, Area: r.Area(), From: "always", Certainty: certaintyLook[r.Certainty], Note: r.CertaintyNote, Source: r.Source}
	if r.ValidFrom != nil {
		v.From = "from " + r.ValidFrom.Format("2006-01-02")
	}
	if r.ValidTo != nil {
		v.Until = "until " + r.ValidTo.Format("2006-01-02")
	}
	return v
}

// usStates are the options of a list of states, by name.
func usStates() []components.Option {
	var list []components.Option
	for _, code := range territory.States() {
		list = append(list, components.Option{Value: code, Label: routing.StateName(code)})
	}
	slices.SortFunc(list, func(a, b components.Option) int {
		if a.Label < b.Label {
			return -1
		}
		return 1
	})
	return list
}

func askView(q url.Values, wrong map[string]string) pages.TerritoryAsk {
	return pages.TerritoryAsk{Action: holderURL, State: q.Get("state"), County: q.Get("county"), Country: q.Get("country"), Day: q.Get("on"), States: usStates(), Problems: wrong}
}

// Holder answers who holds a place on a day.
func (h *Territory) Holder(c echo.Context) error {
	q := c.QueryParams()
	in := territory.Asked{Country: q.Get("country"), State: q.Get("state"), County: q.Get("county"), Day: q.Get("on")}
	if in.State != "" && in.Country == "" {
		in.Country = "US"
	}
	a, err := h.Keeper.WhoHolds(c.Request().Context(), h.Actor(c), in)
	v := pages.TerritoryAnswerView{Frame: h.Frame(c, "Who holds a place?"), Ask: askView(q, models.FieldsOf(err)), Title: "Who holds a place?"}
	v.Frame.Breadcrumbs = []components.Crumb{crumb("Territory", territoryURL), crumb("Who holds a place?", "")}
	if models.KindOf(err) == models.Invalid {
		return h.Render(c, http.StatusUnprocessableEntity, pages.TerritoryAnswer(v))
	}
	if err != nil {
		return err
	}
	v.Asked, v.Held, v.Why = true, a.Held, a.Why
	v.Title = a.Place + " on " + a.Day.Format("2 January 2006") + ": nobody"
	if a.Held {
		v.Title = a.Place + " on " + a.Day.Format("2 January 2006") + ": " + a.Row.Name
		v.Holding, v.Added = holdingView(a.Row), "This row was there before versions were counted."
		if a.AddedBy != nil {
			v.Added, v.AddedURL = "Added by version "+strconv.Itoa(a.AddedBy.Number)+", "+a.AddedBy.Name+", published by "+a.AddedBy.PublishedByName+" on "+a.AddedBy.PublishedAt.Format("2006-01-02")+" (UTC).", versionURL(a.AddedBy.Number)
		}
	}
	if len(a.Others) > 0 {
		v.Title = a.Place + " on " + a.Day.Format("2 January 2006") + ": several agencies"
	}
	for _, r := range a.Others {
		v.Others = append(v.Others, holdingView(r))
	}
	for _, r := range a.Withdrew {
		v.Withdrew = append(v.Withdrew, holdingView(r))
	}
	return h.Render(c, http.StatusOK, pages.TerritoryAnswer(v))
}
