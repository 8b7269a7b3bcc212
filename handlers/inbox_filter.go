package handlers

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"reeve/models"
	"reeve/models/casefile"
	"reeve/views/components"
)

// inboxFilter is the inbox's query string: its whole state.
type inboxFilter struct {
	view, sort, priority, urgent, typ, provider, assignee, state, age, cursor string
}

func readInboxFilter(q url.Values) inboxFilter {
	get := func(name string) string { return strings.TrimSpace(q.Get(name)) }
	return inboxFilter{view: get("view"), sort: get("sort"), priority: get("priority"), urgent: get("urgent"), typ: get("type"),
		provider: get("provider"), assignee: get("assignee"), state: get("state"), age: get("age"), cursor: get("cursor")}
}

// query reads the filter as a question. What cannot be read is Invalid, in words.
func (f inboxFilter) query() (casefile.InboxQuery, error) {
	q := casefile.InboxQuery{View: casefile.View(f.view), Sort: casefile.Sort(f.sort), Urgent: f.urgent != "", Type: f.typ,
		State: models.ReferralState(f.state), Cursor: f.cursor}
	number := func(text, field string, into *int) error {
		if text == "" {
			return nil
		}
		n, err := strconv.Atoi(text)
		if err != nil {
			return models.InvalidField(field, "This filter is a number.")
		}
		*into = n
		return nil
	}
	id := func(text, field string, into *uuid.UUID) error {
		if text == "" {
			return nil
		}
		v, err := uuid.Parse(text)
		if err != nil {
			return models.InvalidField(field, "This filter names nobody. Choose from the list.")
		}
		*into = v
		return nil
	}
	priority := 0
	for _, err := range []error{number(f.priority, "priority", &priority), number(f.age, "age", &q.MinAgeDays),
		id(f.provider, "provider", &q.Provider), id(f.assignee, "assignee", &q.Assignee)} {
		if err != nil {
			return q, err
		}
	}
	if priority < 0 || priority > 3 {
		return q, models.InvalidField("priority", "A priority is 1, 2 or 3.")
	}
	q.Priority = int16(priority)
	return q, nil
}

// pairs are the parts of the filter that are set, in the order of the address.
func (f inboxFilter) pairs() []components.Pair {
	var out []components.Pair
	for _, p := range []components.Pair{{Name: "view", Value: f.view}, {Name: "sort", Value: f.sort}, {Name: "priority", Value: f.priority},
		{Name: "urgent", Value: f.urgent}, {Name: "type", Value: f.typ}, {Name: "provider", Value: f.provider}, {Name: "assignee", Value: f.assignee},
		{Name: "state", Value: f.state}, {Name: "age", Value: f.age}, {Name: "cursor", Value: f.cursor}} {
		if p.Value != "" {
			out = append(out, p)
		}
	}
	return out
}

// url is the address of the list that the filter describes.
func (f inboxFilter) url() string {
	var parts []string
	for _, p := range f.pairs() {
		parts = append(parts, url.QueryEscape(p.Name)+"="+url.QueryEscape(p.Value))
	}
	if len(parts) == 0 {
		return "/inbox"
	}
	return "/inbox?" + strings.Join(parts, "&")
}

// with is the filter after a change, from its first page on.
func (f inboxFilter) with(change func(*inboxFilter)) inboxFilter {
	f.cursor = ""
	change(&f)
	return f
}

// filtered says whether anything narrows the view.
func (f inboxFilter) filtered() bool {
	return f.priority+f.urgent+f.typ+f.provider+f.assignee+f.state+f.age != ""
}

// cleared is the view without filters, in the same order.
func (f inboxFilter) cleared() inboxFilter { return inboxFilter{view: f.view, sort: f.sort} }

// chips are the filters in words, each with the address of the list without it.
func (f inboxFilter) chips(k known) []components.FilterChip {
	var out []components.FilterChip
	add := func(set, words string, without func(*inboxFilter)) {
		if set != "" {
			out = append(out, components.FilterChip{Text: words, RemoveURL: f.with(without).url()})
		}
	}
	add(f.priority, "with priority "+f.priority, func(g *inboxFilter) { g.priority = "" })
	add(f.urgent, "marked urgent", func(g *inboxFilter) { g.urgent = "" })
	add(f.typ, "of type "+f.typ, func(g *inboxFilter) { g.typ = "" })
	add(f.provider, "from "+k.provider, func(g *inboxFilter) { g.provider = "" })
	add(f.assignee, "held by "+k.colleagueName(f.assignee), func(g *inboxFilter) { g.assignee = "" })
	add(f.state, strings.ToLower(models.ReferralState(f.state).Words()), func(g *inboxFilter) { g.state = "" })
	add(f.age, fmt.Sprintf("received at least %s days ago", f.age), func(g *inboxFilter) { g.age = "" })
	return out
}

func (k known) colleagueName(id string) string {
	for _, c := range k.colleagues {
		if c.ID.String() == id {
			return c.Name
		}
	}
	return "somebody"
}
