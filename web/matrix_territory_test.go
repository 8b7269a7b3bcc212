package web_test

import (
	"maps"

	"github.com/google/uuid"

	"reeve/models/store"
)

// What the matrix asks of the territory's pages.
var (
	territoryDraft   = kind{(*world).territoryDraft, []object{own, none}}
	territoryChange  = kind{(*world).territoryChange, []object{own, none}}
	territoryVersion = kind{(*world).territoryVersion, []object{own, none}}
)

func init() {
	maps.Copy(matrix, map[string]entry{
		"territory.show": {}, "territory.holder": {}, "territory.elsewhere": {}, "territory.ask-begin": {}, "territory.begin": {},
		"territory.version":     {":number": territoryVersion},
		"territory.draft":       {":id": territoryDraft},
		"territory.describe":    {":id": territoryDraft},
		"territory.ask-add":     {":id": territoryDraft, ":deed": oneOf("give")},
		"territory.add":         {":id": territoryDraft, ":deed": oneOf("give")},
		"territory.take-out":    {":id": territoryDraft, ":change": territoryChange},
		"territory.preview":     {":id": territoryDraft},
		"territory.ask-publish": {":id": territoryDraft},
		"territory.publish":     {":id": territoryDraft},
		"territory.ask-drop":    {":id": territoryDraft},
		"territory.drop":        {":id": territoryDraft},
		"signals.list":          {},
		"signals.show":          {"?key": oneOf("ip/Login")},
		"signals.weight":        {"?key": oneOf("ip/Login")},
	})
}

// territoryDraft is a draft of territory with one change; the clearinghouse's people
// all see it.
func (w *world) territoryDraft(a at) string {
	if a.object == none {
		return nowhere
	}
	return w.once(a.key("territory draft "+a.column.short), func() string {
		id := store.NewID()
		w.sql("insert into territory_drafts (id, name, state, made_by_name, made_at, changed_at, changed_by_name) values (?, 'matrix', 'draft', 'Sam', now(), now(), 'Sam')", id)
		w.territoryGive(id)
		return id.String()
	})
}

func (w *world) territoryGive(draft uuid.UUID) uuid.UUID {
	id := store.NewID()
	w.sql(`insert into territory_changes (id, draft_id, deed, agency_code, country, state, county, first_day, certainty, source, words, added_by_name, added_at)
		values (?, ?, 'give', 'bay', 'US', 'CA', 'Alameda', '2030-01-01', 'high', 'matrix', 'Gives Alameda.', 'Sam', now())`, id, draft)
	return id
}

// territoryChange is a change of the draft of the same route.
func (w *world) territoryChange(a at) string {
	if a.object == none {
		return nowhere
	}
	draft := uuid.MustParse(w.territoryDraft(a))
	return w.once(a.key("territory change "+a.column.short), func() string { return w.territoryGive(draft).String() })
}

// territoryVersion is a version that was published at the console.
func (w *world) territoryVersion(a at) string {
	if a.object == none {
		return "999999"
	}
	return w.once("territory version", func() string {
		w.sql("insert into territory_versions (number, origin, name, added, ended, published_by_name, published_at) values (500, 'console', 'matrix', 1, 0, 'console', now())")
		return "500"
	})
}
