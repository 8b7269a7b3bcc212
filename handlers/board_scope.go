package handlers

import (
	"context"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"

	"reeve/models"
	"reeve/models/names"
	"reeve/models/outcome"
	"reeve/views/components"
)

// What the board is narrowed to is one value of the query string, so that it can
// be narrowed to one thing only: agency:bay, provider:example-chat, public-form,
// month:2026-03.
const (
	ofAgency   = "agency:"
	ofProvider = "provider:"
	ofMonth    = "month:"
	ofPublic   = "public-form"
)

// boardScopes is everything that the board can be narrowed to.
type boardScopes struct {
	agencies  []models.Agency
	providers []models.Provider
}

func (h *Board) scopes(ctx context.Context) (k boardScopes, err error) {
	if k.agencies, err = h.Names.Agencies(ctx); err != nil {
		return k, err
	}
	k.providers, err = h.Names.Providers(ctx)
	return k, err
}

// parse reads the value; an agency or provider that does not exist is NotFound.
func (k boardScopes) parse(of string) (outcome.RowsFilter, error) {
	if code, ok := strings.CutPrefix(of, ofAgency); ok {
		for i := range k.agencies {
			if k.agencies[i].Code == code {
				return outcome.RowsFilter{Agency: k.agencies[i].ID}, nil
			}
		}
		return outcome.RowsFilter{}, models.NotFoundf("There is no such agency.")
	}
	if code, ok := strings.CutPrefix(of, ofProvider); ok {
		for i := range k.providers {
			if k.providers[i].Code == code {
				return outcome.RowsFilter{Provider: k.providers[i].ID}, nil
			}
		}
		return outcome.RowsFilter{}, models.NotFoundf("There is no such provider.")
	}
	month, isMonth := strings.CutPrefix(of, ofMonth)
	switch {
	case of == "":
		return outcome.RowsFilter{}, nil
	case of == ofPublic:
		return outcome.RowsFilter{PublicForm: true}, nil
	case isMonth && month != "":
		return outcome.RowsFilter{Month: month}, nil
	}
	return outcome.RowsFilter{}, models.NotFoundf("The board cannot be narrowed to that.")
}

// value is parse the other way round, for a row of a table.
func (k boardScopes) value(provider uuid.UUID) string {
	if provider == uuid.Nil {
		return ofPublic
	}
	for i := range k.providers {
		if k.providers[i].ID == provider {
			return ofProvider + k.providers[i].Code
		}
	}
	return ""
}

// words says the scope in a sentence: "to Bay Region", "from Example Chat".
func (k boardScopes) words(of string) string {
	code, isAgency := strings.CutPrefix(of, ofAgency)
	for i := range k.agencies {
		if isAgency && k.agencies[i].Code == code {
			return "to " + k.agencies[i].Name
		}
	}
	code, isProvider := strings.CutPrefix(of, ofProvider)
	for i := range k.providers {
		if isProvider && k.providers[i].Code == code {
			return "from " + k.providers[i].Name
		}
	}
	if month, ok := strings.CutPrefix(of, ofMonth); ok {
		return "referred in " + monthWords(month)
	}
	if of == ofPublic {
		return "by the public's form"
	}
	return ""
}

// options are the scopes as a list to choose from. The clearinghouse refers
// nothing to itself.
func (k boardScopes) options(of string, now time.Time) []components.Option {
	var list []components.Option
	for _, kind := range []struct {
		kind  models.AgencyKind
		group string
	}{{models.KindAgency, "Agencies"}, {models.KindPool, "Pools"}} {
		for i := range k.agencies {
			if a := &k.agencies[i]; a.Kind == kind.kind {
				list = append(list, components.Option{Value: ofAgency + a.Code, Label: a.Name, Group: kind.group})
			}
		}
	}
	for i := range k.providers {
		list = append(list, components.Option{Value: ofProvider + k.providers[i].Code, Label: k.providers[i].Name, Group: "Providers"})
	}
	list = append(list, components.Option{Value: ofPublic, Label: names.PublicForm, Group: "Providers"})
	shown := !strings.HasPrefix(of, ofMonth)
	first := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	for i := range 24 {
		month := first.AddDate(0, -i, 0).Format("2006-01")
		list = append(list, components.Option{Value: ofMonth + month, Label: monthWords(month), Group: "Months of referral"})
		shown = shown || of == ofMonth+month
	}
	if !shown {
		list = append(list, components.Option{Value: of, Label: monthWords(strings.TrimPrefix(of, ofMonth)), Group: "Months of referral"})
	}
	return list
}

// monthWords writes 2026-03 as March 2026.
func monthWords(month string) string {
	t, err := time.Parse("2006-01", month)
	if err != nil {
		return month
	}
	return t.Format("January 2006")
}

// boardAddress is the board's state in the query string.
type boardAddress struct{ of, tab, by, after string }

func (a boardAddress) url() string {
	return addressOf(boardPath, "of", a.of, "tab", a.tab, "by", a.by, "after", a.after)
}

// anchored is the address with the tables in sight, for links within them.
func (a boardAddress) anchored() string { return a.url() + "#tables" }

// rowsAddress is where the rows behind a figure are shown.
func rowsAddress(of, key string) string { return addressOf(rowsPath, "of", of, "key", key) }

// addressOf is a path with a query of names and values, without the empty ones.
func addressOf(path string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}
