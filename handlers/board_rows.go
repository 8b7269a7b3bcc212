package handlers

import (
	"strconv"

	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/models"
	"reeve/models/outcome"
	"reeve/views/components"
	"reeve/views/pages"
)

func (h *Board) rowsView(c echo.Context, p *outcome.RowsPage, k boardScopes, of string) pages.BoardRowsView {
	key := p.Filter.Key
	v := pages.BoardRowsView{Frame: h.Frame(c, p.Title), Title: p.Title, All: rowsPath}
	v.Frame.Breadcrumbs = []components.Crumb{{Label: "Feedback", URL: boardAddress{of: of}.url()}, {Label: p.Title}}
	v.Filter = k.rowsFilter(of, key, h)
	opens := h.Actor(c).Can(auth.ReadReport)
	for i := range p.Rows {
		v.Rows = append(v.Rows, h.boardRow(c, &p.Rows[i], opens))
	}
	v.Pages = components.PaginationArgs{Shown: countWords(int64(len(p.Rows)), "referral") + " shown"}
	if p.Prev != "" {
		v.Pages.NewerURL = addressOf(rowsPath, "of", of, "key", key, "cursor", p.Prev)
	}
	if p.Next != "" {
		v.Pages.OlderURL = addressOf(rowsPath, "of", of, "key", key, "cursor", p.Next)
	}
	v.Empty = pages.BoardQuiet{Title: "No such referrals", Text: "Since the board counted, they may have moved on."}
	if p.Looked > 0 {
		v.Looked = "This page looked at " + countWords(int64(p.Looked), "referral") + " and found " + components.Group(len(p.Rows)) + " that fit. \u201cOlder\u201d goes on from there."
		v.Empty = pages.BoardQuiet{Title: "None among these", Text: "\u201cOlder\u201d goes on looking."}
	}
	return v
}

// rowsFilter says the rows' filters as a sentence: Referrals · overdue · to Bay
// Region · newest first.
func (k boardScopes) rowsFilter(of, key string, h *Board) pages.BoardFilterView {
	f := pages.BoardFilterView{Of: of, Scopes: k.options(of, h.Now()), Key: key, KeyName: "Figure"}
	f.Keys = []components.Option{{Value: outcome.KeyReceived, Label: "Sent"}, {Value: outcome.KeyOpened, Label: "Opened"},
		{Value: outcome.KeyActed, Label: "Acted on"}, {Value: outcome.KeyOverdue, Label: "Overdue"}}
	for _, s := range []models.ReferralState{models.ReferralNew, models.ReferralTaken, models.ReferralWorking, models.ReferralClosed, models.ReferralReturning, models.ReferralReturned} {
		f.Keys = append(f.Keys, components.Option{Value: outcome.KeyState(s), Label: s.Words(), Group: "State"})
	}
	returned, _ := models.OutcomeByCode(models.OutcomeReturned)
	for _, o := range append([]models.OutcomeCode{returned}, models.OutcomeCodes...) {
		f.Keys = append(f.Keys, components.Option{Value: outcome.KeyOutcome(o.Code), Label: o.Words, Group: "Outcome: " + o.Group})
	}
	f.Bar = components.FilterBarArgs{Lead: "Referrals", Action: rowsPath, Tail: "newest first"}
	if key != outcome.KeyReceived {
		for _, o := range f.Keys {
			if o.Value == key {
				f.Bar.Chips = append(f.Bar.Chips, components.FilterChip{Text: lowerFirst(o.Label), RemoveURL: rowsAddress(of, "")})
			}
		}
	}
	if words := k.words(of); words != "" {
		f.Bar.Chips = append(f.Bar.Chips, components.FilterChip{Text: words, RemoveURL: rowsAddress("", key)})
	}
	if len(f.Bar.Chips) > 0 {
		f.Bar.ClearURL = rowsPath
	}
	return f
}

func lowerFirst(s string) string {
	if s == "" || s[0] < 'A' || s[0] > 'Z' {
		return s
	}
	return string(s[0]+'a'-'A') + s[1:]
}

var stateTones = map[models.ReferralState]components.Tone{
	models.ReferralTaken: components.ToneInfo, models.ReferralWorking: components.ToneInfo, models.ReferralClosed: components.ToneGood,
	models.ReferralReturning: components.ToneWarn, models.ReferralReturned: components.ToneWarn,
}

var usefulWords = []string{"of no use", "of some use", "key"}

func (h *Board) boardRow(c echo.Context, r *outcome.Row, opens bool) pages.BoardRow {
	row := pages.BoardRow{Number: strconv.FormatInt(r.Number, 10), Agency: r.Agency, Provider: r.Provider, Type: r.Type, Place: r.Place,
		Priority: int(r.Priority), Urgent: r.Urgent, State: r.State.Words(), StateTone: stateTones[r.State], Overdue: r.Overdue,
		Referred: h.Local(c, r.ReferredAt), ReturnWhy: r.ReturnWhy}
	if opens {
		row.URL = reportPath(r.Number)
	}
	if code, known := models.OutcomeByCode(r.Outcome); known {
		row.Outcome = code.Words
	}
	if r.OutcomeAt != nil {
		row.OutcomeAt = h.Local(c, *r.OutcomeAt)
	}
	if u := r.Usefulness; u != nil && int(*u) < len(usefulWords) {
		row.Useful = usefulWords[*u]
	}
	if r.HeardAt != nil {
		row.LastHeard = h.Local(c, *r.HeardAt)
	}
	return row
}
