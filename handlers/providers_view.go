package handlers

import (
	"fmt"
	"time"

	"github.com/labstack/echo/v4"

	"reeve/models"
	"reeve/models/providers"
	"reeve/views/components"
	"reeve/views/pages"
)

func (h *Providers) listView(c echo.Context, p *providers.Page, problem string) pages.ProvidersView {
	q := p.Query
	v := pages.ProvidersView{Frame: h.Frame(c, "Providers"), AddURL: providersURL + "/new", All: providersURL, Search: q.Search, Problem: problem, Lead: failingWords(p.Failing)}
	if problem != "" {
		v.Search = c.QueryParam("q")
	}
	for _, t := range []struct {
		show  providers.Show
		label string
	}{{providers.All, "All"}, {providers.Failing, "Failing"}, {providers.Silent, "Silent for 30 days"}, {providers.Disabled, "No password works"}} {
		tab := components.Tab{Label: t.label, URL: listAddress(providers.Query{Search: q.Search, Show: t.show}), Current: q.Show == t.show}
		if t.show == providers.Failing && p.Failing > 0 {
			tab.Count = components.Group(p.Failing)
		}
		v.Tabs = append(v.Tabs, tab)
	}
	if q.Show != providers.All {
		v.Hidden = append(v.Hidden, components.Pair{Name: "show", Value: string(q.Show)})
	}
	if q.Sort != "" && q.Sort != usualSort(q.Show) {
		v.Hidden = append(v.Hidden, components.Pair{Name: "sort", Value: string(q.Sort)})
	}
	v.Columns = providerColumns(q)
	for _, r := range p.Rows {
		v.Rows = append(v.Rows, h.listRow(c, r))
	}
	v.Empty = emptyList(q, problem)
	v.Pages = components.PaginationArgs{Newer: "First page", Older: "Next", Shown: plainCount(len(p.Rows), "provider", "providers") + " shown"}
	if p.Next != "" {
		v.Pages.OlderURL = listAddress(providers.Query{Search: q.Search, Show: q.Show, Sort: q.Sort, Cursor: p.Next})
	}
	if q.Cursor != "" {
		v.Pages.NewerURL = listAddress(providers.Query{Search: q.Search, Show: q.Show, Sort: q.Sort})
	}
	return v
}

func plainCount(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return components.Group(n) + " " + many
}

func failingWords(n int) string {
	switch n {
	case 0:
		return "No provider fails: none had as much as a fifth of its requests of the last 24 hours answered with an error."
	case 1:
		return "One provider fails: at least a fifth of its requests of the last 24 hours were answered with an error."
	}
	return components.Group(n) + " providers fail: at least a fifth of the requests of each in the last 24 hours were answered with an error."
}

func providerColumns(q providers.Query) []components.Column {
	sorted := func(label string, by providers.Sort, direction string) components.Column {
		col := components.Column{Label: label, SortURL: listAddress(providers.Query{Search: q.Search, Show: q.Show, Sort: by})}
		if by == usualSort(q.Show) {
			col.SortURL = listAddress(providers.Query{Search: q.Search, Show: q.Show})
		}
		if q.Sort == by {
			col.Sort = direction
		}
		return col
	}
	errors := sorted("Errors, 24 h", providers.ByErrors, "descending")
	errors.Numeric = true
	return []components.Column{sorted("Provider", providers.ByName, "ascending"), {Label: "Account"}, sorted("Last use", providers.ByUse, "descending"),
		{Label: "Requests, 24 h", Numeric: true}, errors, {Label: "Requests, 7 d", Numeric: true}, {Label: "Errors, 7 d", Numeric: true}, {Label: "Commonest error"}}
}

func emptyList(q providers.Query, problem string) pages.ProvidersEmpty {
	switch {
	case problem != "":
		return pages.ProvidersEmpty{Title: "Nothing was looked for.", Text: "Correct the search, or clear it."}
	case q.Search != "":
		return pages.ProvidersEmpty{Title: "No provider's name or user name has this in it.", Text: "Parts of names are found, whatever their capitals. Look under All, or try fewer letters."}
	case q.Show == providers.Failing:
		return pages.ProvidersEmpty{Title: "No provider fails.", Text: "A provider stands here when at least five of its requests of the last 24 hours, and at least a fifth of them, were answered with an error."}
	case q.Show == providers.Silent:
		return pages.ProvidersEmpty{Title: "No provider is silent.", Text: "Every provider that could send has done so within 30 days."}
	case q.Show == providers.Disabled:
		return pages.ProvidersEmpty{Title: "Every provider has a password that works."}
	}
	return pages.ProvidersEmpty{Title: "There are no providers yet.", Text: "Add the first one; its machines can send reports at once."}
}

func (h *Providers) listRow(c echo.Context, r providers.Row) pages.ProvidersRow {
	row := pages.ProvidersRow{Name: r.Name, URL: providerURL(r.ID), Username: r.Username, State: stateOf(r.State), Day: countOf(r.Day), Week: countOf(r.Week), Fails: r.Day.Fails()}
	row.Day.Warn = row.Fails
	if r.LastUsed != nil {
		row.LastUsed = h.Local(c, *r.LastUsed)
	}
	if r.Ends != nil && (r.State == providers.Rotating || r.State == providers.Ending) {
		row.Note = "old one ends " + components.Ago(*r.Ends, h.Now())
		if r.State == providers.Ending {
			row.Note = "ends " + components.Ago(*r.Ends, h.Now())
		}
	}
	if r.Worst != nil {
		row.Worst, _ = h.faultWords(r.Worst.Code, r.Worst.Cause)
		row.WorstCount = fmt.Sprintf("code %d, %s in 7 days", r.Worst.Code, timesWords(r.Worst.N))
	}
	return row
}

func timesWords(n int64) string {
	if n == 1 {
		return "once"
	}
	return components.Group(int(n)) + " times"
}

func countOf(n providers.Count) pages.ProvidersCount {
	out := pages.ProvidersCount{Requests: components.Group(int(n.Requests))}
	if n.Errors > 0 {
		out.Errors, out.Share = components.Group(int(n.Errors)), shareOf(n.Errors, n.Requests)
	}
	return out
}

// stateOf says where an account stands.
func stateOf(s providers.State) components.StateArgs {
	switch s {
	case providers.Works:
		return components.StateArgs{Label: "Works", Tone: components.ToneGood}
	case providers.Rotating:
		return components.StateArgs{Label: "Changing passwords", Tone: components.ToneInfo, Icon: components.IconClock}
	case providers.Ending:
		return components.StateArgs{Label: "Its password ends", Tone: components.ToneWarn}
	case providers.Ended:
		return components.StateArgs{Label: "Its password ended", Tone: components.ToneBad, Icon: components.IconLock}
	case providers.Off:
		return components.StateArgs{Label: "Disabled", Tone: components.ToneBad, Icon: components.IconLock}
	}
	return components.StateArgs{Label: "No password yet", Icon: components.IconQuestion}
}

// faultWords says what an answer's code means here, and what can be done about it.
func (h *Providers) faultWords(code int, cause string) (what, hint string) {
	switch {
	case cause == "address":
		return "Called from an address that is not allowed", "Compare the address with the allowed ones below, and ask the provider whether it is theirs."
	case cause == "slowed":
		return "Told to wait after failed attempts", "A machine goes on with a wrong password, or somebody guesses."
	case cause == "busy":
		return "Told to come back: too many passwords were being checked", "It passes by itself."
	case code == 2000:
		return "User name or password is wrong", "A machine may still have an old password, or somebody guesses. Compare the address."
	case code >= 1000 && code < 2000 && code != 1210:
		return h.Meaning(code), "Our side failed. The portal's log says why."
	case code >= 4000 && code < 5000:
		return h.Meaning(code), "Their program sends what the interface does not allow. Each answer names the line and what is wrong."
	}
	return h.Meaning(code), ""
}

// credentialView is one password in the table of them.
func (h *Providers) credentialView(c echo.Context, cred models.ProviderCredential, at time.Time) pages.ProviderCredential {
	row := pages.ProviderCredential{Username: cred.Username, Made: h.Local(c, cred.CreatedAt), MadeBy: cred.MadeByName, EndedBy: cred.EndedByName, Why: cred.EndedWhy}
	if row.MadeBy == "" {
		row.MadeBy = "the console"
	}
	if cred.LastUsedAt != nil {
		row.LastUsed = h.Local(c, *cred.LastUsedAt)
	}
	switch {
	case cred.DisabledAt != nil:
		row.State = components.StateArgs{Label: "Disabled", Tone: components.ToneBad, Icon: components.IconLock}
		row.Ends, row.EndWords = h.Local(c, *cred.DisabledAt), "disabled"
	case cred.ValidUntil == nil:
		row.State = components.StateArgs{Label: "Works", Tone: components.ToneGood}
	case cred.ValidUntil.After(at):
		row.State = components.StateArgs{Label: "Works for now", Tone: components.ToneWarn, Icon: components.IconClock}
		row.Ends, row.EndWords, row.EndedBy = h.Local(c, *cred.ValidUntil), "ends", ""
	default:
		row.State = components.StateArgs{Label: "Ended", Icon: components.IconPast}
		row.Ends, row.EndWords = h.Local(c, *cred.ValidUntil), "ended"
	}
	return row
}
