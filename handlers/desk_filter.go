package handlers

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/models/triage"
	"reeve/views/components"
)

// deskFilter is the query string of the desk: which list, and what narrows it. A
// report is reviewed under the same query, so that the next one comes from the same
// list.
type deskFilter struct {
	view, urgent, class, typ, provider string
}

func readDeskFilter(get func(string) string) deskFilter {
	f := deskFilter{view: get("view"), urgent: get("urgent"), class: get("class"), typ: get("type"), provider: get("provider")}
	for _, field := range []*string{&f.view, &f.urgent, &f.class, &f.typ, &f.provider} {
		*field = strings.TrimSpace(*field)
	}
	if f.view == string(triage.DeskWaiting) {
		f.view = ""
	}
	return f
}

// pairs are the parts that are set, in the order of the address.
func (f deskFilter) pairs() []components.Pair {
	var out []components.Pair
	for _, p := range []components.Pair{{Name: "view", Value: f.view}, {Name: "urgent", Value: f.urgent}, {Name: "class", Value: f.class},
		{Name: "type", Value: f.typ}, {Name: "provider", Value: f.provider}} {
		if p.Value != "" {
			out = append(out, p)
		}
	}
	return out
}

// query is the address's part after the question mark, with a cursor that may be empty.
func (f deskFilter) query(cursor string) string {
	var parts []string
	for _, p := range append(f.pairs(), components.Pair{Name: "cursor", Value: cursor}) {
		if p.Value != "" {
			parts = append(parts, url.QueryEscape(p.Name)+"="+url.QueryEscape(p.Value))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return "?" + strings.Join(parts, "&")
}

// list is the address of the list.
func (f deskFilter) list() string { return deskURL + f.query("") }

// narrowed is the filter without its list: what a review and the next report keep.
func (f deskFilter) narrowed() deskFilter { f.view = ""; return f }

// report is the address of a report at the desk.
func (f deskFilter) report(number int64) string {
	return deskURL + "/reports/" + strconv.FormatInt(number, 10) + f.narrowed().query("")
}

// filtered says whether anything narrows the list.
func (f deskFilter) filtered() bool { return f.urgent+f.class+f.typ+f.provider != "" }

// chips are the filters in words, each with the address of the list without it.
func (f deskFilter) chips(provider string) []components.FilterChip {
	var out []components.FilterChip
	add := func(set, words string, without func(*deskFilter)) {
		if set != "" {
			g := f
			without(&g)
			out = append(out, components.FilterChip{Text: words, RemoveURL: g.list()})
		}
	}
	add(f.urgent, "marked urgent", func(g *deskFilter) { g.urgent = "" })
	add(f.class, "of class "+f.class, func(g *deskFilter) { g.class = "" })
	add(f.typ, "of type "+f.typ, func(g *deskFilter) { g.typ = "" })
	add(f.provider, "from "+provider, func(g *deskFilter) { g.provider = "" })
	return out
}

// deskAsked is a filter as read: the question, and what it says of its provider.
type deskAsked struct {
	filter   deskFilter
	query    triage.DeskQuery
	provider string // its name; empty without one
	problem  string // what is wrong with the provider that was typed
}

// asked reads the filter of an address or a form as a question.
func (h *DeskWork) asked(c echo.Context, get func(string) string) (deskAsked, error) {
	ctx := c.Request().Context()
	k := deskAsked{filter: readDeskFilter(get)}
	id, problem, err := (&Inbox{Providers: h.Names}).findProvider(ctx, k.filter.provider)
	if err != nil {
		return k, err
	}
	now := h.Local(c, h.Now())
	k.problem, k.provider = problem, k.filter.provider
	k.query = triage.DeskQuery{View: triage.DeskView(k.filter.view), DeskFilter: triage.DeskFilter{Urgent: k.filter.urgent != "", Class: k.filter.class, Type: k.filter.typ},
		Since: time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())}
	if id == "" {
		return k, nil
	}
	k.query.Provider = uuid.MustParse(id) // findProvider answers ids only
	k.filter.provider = id
	if k.provider, err = h.Names.Provider(ctx, &k.query.Provider); err != nil {
		return k, err
	}
	if k.provider == id {
		k.provider = "a provider that is not known"
	}
	return k, nil
}
