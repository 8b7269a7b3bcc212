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

// rowsSize is how many referrals a page shows; rowsScan is how many are looked at
// for a figure whose second heading has no index beside the first.
const (
	rowsSize = 50
	rowsScan = 2000
)

// Rows answers the referrals behind one of the board's figures, newest first. An
// unknown key or a damaged cursor is Invalid. A page that looked at a part only
// says so in Looked, and Next goes on from there.
func (s *Service) Rows(ctx context.Context, a auth.Actor, f RowsFilter, cursor string) (*RowsPage, error) {
	line := audit.Event{Action: "feedback.rows", Words: "Looked at the referrals behind a figure of the feedback board."}
	if err := s.may(ctx, a, auth.ReadFeedback, line, askBoard); err != nil {
		return nil, err
	}
	f.Key = cmp.Or(f.Key, KeyReceived)
	if err := f.checkScope(); err != nil {
		return nil, err
	}
	if !knownKey(f.Key) {
		return nil, models.InvalidField("key", "The board has no such figure.")
	}
	w := f.walk()
	c, err := store.ParseCursor(cursor, w.code)
	if err != nil {
		return nil, err
	}
	of, err := s.nameOf(ctx, f)
	if err != nil {
		return nil, err
	}
	page := &RowsPage{Filter: f, Title: title(f.Key, of)}
	var met []walked
	err = s.store.As(ctx, a, func(tx *store.Tx) error {
		met = nil
		if err := tx.InOrder(); err != nil {
			return err
		}
		query, args := w.statement(c)
		if err := tx.Raw(query, args...).Scan(&met).Error; err != nil {
			return fmt.Errorf("reading the rows behind a figure: %w", err)
		}
		line.Detail = map[string]any{"figure": f.Key, "rows": len(met)}
		return audit.Record(tx, line)
	})
	if err != nil {
		return nil, err
	}
	return page, s.fillRows(ctx, page, w, c, met)
}

// walk is one ordered reading of referrals, as in the inbox: conditions that the
// index answers, and one that is applied on the way.
type walk struct {
	code     byte // of cursors in this order
	column   string
	nulls    bool // the index begins with a provider that is null here
	index    []string
	args     []any
	filter   string
	filterBy []any
}

type walked struct {
	models.Referral
	Hit bool
	N   int
}

// walk chooses the index: one heading by itself, and agency or provider with a
// state, outcome or overdue mark, have an index; what is left is looked through.
//
//	scope      received        state           outcome            overdue          opened, acted
//	all        board_newest    board_state     board_outcome      board_overdue    looked through
//	agency     newest          state           board_agency_...   overdue_newest   looked through
//	provider   board_provider  looked through  board_provider_... looked through   looked through
//	month      board_month     looked through  looked through     looked through   looked through
func (f RowsFilter) walk() walk {
	w := walk{code: 'n', column: "received_at"}
	state, isState := strings.CutPrefix(f.Key, "state:")
	code, isOutcome := strings.CutPrefix(f.Key, "outcome:")
	byIndex := true
	switch {
	case f.Agency != uuid.Nil:
		w.byIndex("agency_id = ?", f.Agency)
	case f.Provider != uuid.Nil:
		w.byIndex("provider_id = ?", f.Provider)
		byIndex = isOutcome
	case f.PublicForm:
		w.byIndex("provider_id is null")
		w.nulls, byIndex = true, isOutcome
	case f.Month != "":
		from, _ := time.Parse("2006-01", f.Month) // checked before
		w.code, w.column = 'm', "referred_at"
		w.byIndex("referred_at >= ? and referred_at < ?", from, from.AddDate(0, 1, 0))
		byIndex = false
	}
	heading, args := "", []any(nil)
	switch {
	case isState:
		heading, args = "state = ?", []any{state}
	case isOutcome:
		// The second half is what the partial indexes promise.
		heading, args = "outcome = ? and outcome <> ''", []any{code}
	case f.Key == KeyOverdue:
		heading = "overdue"
	case f.Key == KeyOpened:
		heading, byIndex = "first_read_at is not null", false
	case f.Key == KeyActed:
		heading, byIndex = "first_act_at is not null", false
	}
	switch {
	case heading == "":
	case byIndex:
		w.byIndex(heading, args...)
	default:
		w.filter, w.filterBy = heading, args
	}
	return w
}

func (w *walk) byIndex(cond string, args ...any) {
	w.index, w.args = append(w.index, cond), append(w.args, args...)
}

const rowColumns = `id, number, agency_id, provider_id, incident_type, priority, urgent, place, state, outcome, outcome_at, usefulness,
	overdue, received_at, referred_at, heard_at, return_why`

func (w *walk) statement(c *store.Cursor) (string, []any) {
	where, args := slices.Clone(w.index), slices.Clone(w.args)
	direction, compare, first := " desc", "<", ""
	if w.nulls {
		first = "provider_id, " // one value only, but the planner does not know that of "is null"
	}
	if c != nil {
		if c.Back {
			direction, compare = "", ">"
			if w.nulls {
				first = "provider_id desc, "
			}
		}
		where, args = append(where, fmt.Sprintf("(%s, id) %s (?, ?)", w.column, compare)), append(args, c.At, c.ID)
	}
	ordered := fmt.Sprintf("%s%s%s, id%s", first, w.column, direction, direction)
	if len(where) == 0 {
		where = append(where, "true")
	}
	base := " from referrals where " + strings.Join(where, " and ") + " order by " + ordered
	if w.filter == "" {
		return fmt.Sprintf("select %s, true as hit, 0 as n%s limit %d", rowColumns, base, rowsSize+1), args
	}
	return fmt.Sprintf(`select * from (
		select w.*, (%s) as hit, row_number() over (order by %s) as n from (select %s, first_read_at, first_act_at%s limit %d) w) s
		where hit or n = %d order by %s limit %d`,
		w.filter, ordered, rowColumns, base, rowsScan, rowsScan, ordered, rowsSize+2), append(slices.Clone(w.filterBy), args...)
}

func (w *walk) cursorOf(r *models.Referral, back bool) string {
	at := r.ReceivedAt
	if w.column == "referred_at" {
		at = r.ReferredAt
	}
	return store.Cursor{Order: w.code, Back: back, At: at, ID: r.ID}.String()
}

func (s *Service) fillRows(ctx context.Context, page *RowsPage, w walk, c *store.Cursor, met []walked) error {
	back := c != nil && c.Back
	var rows []models.Referral
	var stopped *models.Referral
	for i := range met {
		if met[i].Hit {
			rows = append(rows, met[i].Referral)
		}
		if met[i].N == rowsScan {
			stopped = &met[i].Referral
		}
	}
	onward := ""
	switch {
	case len(rows) > rowsSize:
		rows = rows[:rowsSize]
		onward = w.cursorOf(&rows[rowsSize-1], back)
	case stopped != nil:
		page.Looked = rowsScan
		onward = w.cursorOf(stopped, back)
	}
	if back {
		slices.Reverse(rows)
	}
	backward := ""
	if c != nil && len(rows) > 0 {
		edge := &rows[0]
		if back {
			edge = &rows[len(rows)-1]
		}
		backward = w.cursorOf(edge, !back)
	}
	if page.Prev, page.Next = backward, onward; back {
		page.Prev, page.Next = onward, backward
	}
	for i := range rows {
		r := &rows[i]
		agency, _, err := s.names.Agency(ctx, r.AgencyID)
		if err != nil {
			return err
		}
		provider, err := s.names.Provider(ctx, r.ProviderID)
		if err != nil {
			return err
		}
		page.Rows = append(page.Rows, Row{Number: r.Number, Agency: agency.Name, Provider: provider, Type: r.IncidentType, Priority: r.Priority,
			Urgent: r.Urgent, Place: r.Place, State: r.State, Outcome: r.Outcome, OutcomeAt: r.OutcomeAt, Usefulness: r.Usefulness, Overdue: r.Overdue,
			ReceivedAt: r.ReceivedAt, ReferredAt: r.ReferredAt, HeardAt: r.HeardAt, ReturnWhy: r.ReturnWhy})
	}
	return nil
}

// title says a figure in words.
func title(key, of string) string {
	words := ""
	state, isState := strings.CutPrefix(key, "state:")
	code, isOutcome := strings.CutPrefix(key, "outcome:")
	switch {
	case isState:
		words = models.ReferralState(state).Words()
	case isOutcome:
		words = wordsOf(code)
	case key == KeyOverdue:
		words = "Overdue"
	case key == KeyOpened:
		words = "Opened"
	case key == KeyActed:
		words = "Acted on"
	default:
		words = "Referred"
	}
	if of == "" {
		return words
	}
	return words + " · " + of
}
