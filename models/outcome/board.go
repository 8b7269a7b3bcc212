package outcome

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// rankCode marks cursors of the board's tables.
const rankCode = 'r'

// Board answers the feedback board: what became of what was sent. All its figures
// are exact and of one moment. It is the clearinghouse's; anybody else is Forbidden.
func (s *Service) Board(ctx context.Context, a auth.Actor, f BoardFilter) (*Board, error) {
	line := audit.Event{Action: "feedback.read", Words: "Looked at the feedback board."}
	if err := s.may(ctx, a, auth.ReadFeedback, line, askBoard); err != nil {
		return nil, err
	}
	f.AgencyBy, f.ProviderBy = cmp.Or(f.AgencyBy, KeyReceived), cmp.Or(f.ProviderBy, KeyReceived)
	agencies, providers, err := f.checked()
	if err != nil {
		return nil, err
	}
	b := &Board{Filter: f, Totals: Figures{}}
	if b.Of, err = s.nameOf(ctx, f.scope()); err != nil {
		return nil, err
	}
	var figures []figure
	var heard map[uuid.UUID]time.Time
	err = s.store.As(ctx, a, func(tx *store.Tx) (err error) {
		b.At = tx.Now
		since := time.Date(tx.Now.Year(), tx.Now.Month()-23, 1, 0, 0, 0, 0, time.UTC).Format("2006-01")
		if figures, err = readFigures(tx, f, since, agencies, providers); err != nil {
			return err
		}
		if heard, err = readHeard(tx, figures); err != nil {
			return err
		}
		return audit.Record(tx, line)
	})
	if err != nil {
		return nil, err
	}
	return b, s.fill(ctx, b, figures, heard)
}

func (s *Service) fill(ctx context.Context, b *Board, figures []figure, heard map[uuid.UUID]time.Time) error {
	months, agencies, providers := map[string]Figures{}, map[string]Figures{}, map[string]Figures{}
	for _, g := range figures {
		switch g.section {
		case "total":
			b.Totals[g.key] = g.n
		case "month":
			put(months, g)
		case "agency":
			put(agencies, g)
		case "provider":
			put(providers, g)
		}
	}
	for _, st := range []models.ReferralState{models.ReferralNew, models.ReferralTaken, models.ReferralWorking, models.ReferralClosed, models.ReferralReturning, models.ReferralReturned} {
		b.States = append(b.States, StateFigure{State: st, N: b.Totals[KeyState(st)]})
	}
	returned, _ := models.OutcomeByCode(models.OutcomeReturned)
	for _, c := range append([]models.OutcomeCode{returned}, models.OutcomeCodes...) {
		b.Outcomes = append(b.Outcomes, OutcomeFigure{OutcomeCode: c, N: b.Totals[KeyOutcome(c.Code)]})
	}
	for month, f := range months {
		b.Months = append(b.Months, MonthRow{Month: month, Figures: f})
	}
	slices.SortFunc(b.Months, func(x, y MonthRow) int { return cmp.Compare(x.Month, y.Month) })
	var err error
	if b.Agencies, b.NextAgency, err = s.rank(ctx, agencies, b.Filter.AgencyBy, s.nameAgency(heard)); err != nil {
		return err
	}
	b.Providers, b.NextProvider, err = s.rank(ctx, providers, b.Filter.ProviderBy, s.nameProvider)
	return err
}

func put(into map[string]Figures, g figure) {
	if into[g.id] == nil {
		into[g.id] = Figures{}
	}
	into[g.id][g.key] = g.n
}

// rank orders the chosen ones as the statement did and cuts off the one that only
// shows that there are more.
func (s *Service) rank(ctx context.Context, by map[string]Figures, key string, name func(context.Context, *BoardRow) error) ([]BoardRow, string, error) {
	ids := make([]string, 0, len(by))
	for id := range by {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(x, y string) int { return cmp.Or(cmp.Compare(by[y][key], by[x][key]), strings.Compare(y, x)) })
	next := ""
	var rows []BoardRow
	for _, id := range ids {
		parsed, err := uuid.Parse(id)
		if err != nil {
			return nil, "", fmt.Errorf("the board has a cell of %q, which is no id: %w", id, err)
		}
		row := BoardRow{ID: parsed, Figures: by[id]}
		if len(rows) == rankSize {
			last := rows[rankSize-1]
			next = store.Cursor{Order: rankCode, Rank: last.Figures[key], At: time.UnixMicro(0), ID: last.ID}.String()
			break
		}
		if err := name(ctx, &row); err != nil {
			return nil, "", err
		}
		rows = append(rows, row)
	}
	return rows, next, nil
}

func (s *Service) nameAgency(heard map[uuid.UUID]time.Time) func(context.Context, *BoardRow) error {
	return func(ctx context.Context, r *BoardRow) error {
		agency, _, err := s.names.Agency(ctx, r.ID)
		r.Name, r.Code = agency.Name, agency.Code
		if at, ok := heard[r.ID]; ok {
			r.LastHeard = &at
		}
		return err
	}
}

func (s *Service) nameProvider(ctx context.Context, r *BoardRow) (err error) {
	id := &r.ID
	if r.ID == uuid.Nil {
		id = nil
	}
	r.Name, err = s.names.Provider(ctx, id)
	return err
}

func readHeard(tx *store.Tx, figures []figure) (map[uuid.UUID]time.Time, error) {
	var ids models.IDList
	for _, g := range figures {
		id, err := uuid.Parse(g.id)
		if g.section == "agency" && err == nil && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	out := map[uuid.UUID]time.Time{}
	if len(ids) == 0 {
		return out, nil
	}
	var rows []struct {
		ID    uuid.UUID
		Heard *time.Time
	}
	if err := tx.Raw(lastHeard, ids).Scan(&rows).Error; err != nil {
		return nil, fmt.Errorf("reading when agencies were last heard of: %w", err)
	}
	for _, r := range rows {
		if r.Heard != nil {
			out[r.ID] = *r.Heard
		}
	}
	return out, nil
}

// scope is the filter's narrowing, as the rows know it.
func (f BoardFilter) scope() RowsFilter {
	return RowsFilter{Agency: f.Agency, Provider: f.Provider, PublicForm: f.PublicForm, Month: f.Month}
}

func (f BoardFilter) checked() (agencies, providers *store.Cursor, err error) {
	if err := f.scope().checkScope(); err != nil {
		return nil, nil, err
	}
	if !knownKey(f.AgencyBy) || !knownKey(f.ProviderBy) {
		return nil, nil, models.InvalidField("by", "The board cannot be ordered by that.")
	}
	if agencies, err = store.ParseCursor(f.AgencyCursor, rankCode); err != nil {
		return nil, nil, err
	}
	providers, err = store.ParseCursor(f.ProviderCursor, rankCode)
	return agencies, providers, err
}

// knownKey says whether the board has figures of this key.
func knownKey(key string) bool {
	if state, ok := strings.CutPrefix(key, "state:"); ok {
		s := models.ReferralState(state)
		return s.Words() != state
	}
	if code, ok := strings.CutPrefix(key, "outcome:"); ok {
		_, known := models.OutcomeByCode(code)
		return known
	}
	return key == KeyReceived || key == KeyOpened || key == KeyActed || key == KeyOverdue
}

// checkScope refuses a narrowing by two things at once, and a month that is none.
func (f RowsFilter) checkScope() error {
	n := 0
	for _, set := range []bool{f.Agency != uuid.Nil, f.Provider != uuid.Nil, f.PublicForm, f.Month != ""} {
		if set {
			n++
		}
	}
	if n > 1 {
		return models.InvalidField("scope", "The board can be narrowed to one agency, one provider or one month at a time.")
	}
	if f.Month != "" {
		if t, err := time.Parse("2006-01", f.Month); err != nil || t.Year() < 1970 {
			return models.InvalidField("month", "Write the month as year-month, for example 2026-03.")
		}
	}
	return nil
}

// nameOf says in words what figures are of; empty for everything.
func (s *Service) nameOf(ctx context.Context, f RowsFilter) (string, error) {
	switch {
	case f.Agency != uuid.Nil:
		agency, known, err := s.names.Agency(ctx, f.Agency)
		if err == nil && !known {
			err = models.NotFoundf("There is no such agency.")
		}
		return agency.Name, err
	case f.Provider != uuid.Nil:
		return s.names.Provider(ctx, &f.Provider)
	case f.PublicForm:
		return s.names.Provider(ctx, nil)
	default:
		return f.Month, nil
	}
}
