package territory

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
	"reeve/models/routing"
	"reeve/models/store"
)

// SignalLine is one kind of signal with its counts.
type SignalLine struct {
	Key     string // as routing.Signal.Key has it: "ip/Upload+mobile"
	Words   string // what the rules say of it
	Lowered string // what the rules say of what lowers it; empty: nothing does
	Hits
}

// wordsOf says what the rules say of a key: of its row of weights, and of the factor
// that lowers it.
func wordsOf(rules *routing.Rules, key string) (words, lowered string) {
	weight, by, _ := strings.Cut(key, "+")
	for _, w := range rules.WeightRows() {
		if w.Key == weight {
			words = w.Why
		}
	}
	for _, f := range rules.FactorRows() {
		if by != "" && (f.Key == by || f.Key == by+"/country" || f.Key == "network-"+by+"/country") {
			lowered = f.Why
		}
	}
	return words, lowered
}

// MonthLine is one month of one kind of signal.
type MonthLine struct {
	Month time.Time // its first day
	Hits
}

// Signals is what returns and outcomes taught.
type Signals struct {
	Since    time.Time // zero: ever
	Lines    []SignalLine
	Sum      Hits
	Unfolded int64 // changes that are counted here and not folded yet
}

// counts answers folded cells and what is not folded yet, as one. A change stands
// either among the changes or in the cells, since folding is one statement.
const counts = `
with c as (
  select month, signal, decisive, returned, confirmed, claimed, 0 as pending from signal_cells
  union all select month, signal, decisive, returned, confirmed, claimed, 1 from signal_changes
)`

// Learnt answers the counts by kind of signal, of referrals of the last months (0:
// ever), those first that decided most.
func (s *Service) Learnt(ctx context.Context, a auth.Actor, months int) (*Signals, error) {
	line := audit.Event{Action: "signals.listed", Words: "Looked at how often each kind of signal was right."}
	if err := s.read(ctx, a, line); err != nil {
		return nil, err
	}
	if months < 0 || months > 120 {
		return nil, invalid("months", "Choose a number of months from 1 to 120.")
	}
	var out *Signals
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		out = &Signals{}
		if months > 0 {
			out.Since = time.Date(tx.Now.Year(), tx.Now.Month(), 1, 0, 0, 0, 0, time.UTC).AddDate(0, 1-months, 0)
		}
		rules, err := currentRules(tx)
		if err != nil {
			return err
		}
		var rows []struct {
			Signal                                 string
			Decisive, Returned, Confirmed, Claimed int64
			Pending                                int64
		}
		err = tx.Raw(counts+` select signal, sum(decisive)::bigint as decisive, sum(returned)::bigint as returned, sum(confirmed)::bigint as confirmed,
			sum(claimed)::bigint as claimed, sum(pending)::bigint as pending from c where month >= ? group by signal`, out.Since.Format(time.DateOnly)).Scan(&rows).Error
		if err != nil {
			return fmt.Errorf("reading the counts of signals: %w", err)
		}
		for _, r := range rows {
			h := Hits{r.Decisive, r.Returned, r.Confirmed, r.Claimed}
			l := SignalLine{Key: r.Signal, Hits: h}
			l.Words, l.Lowered = wordsOf(rules, r.Signal)
			out.Lines = append(out.Lines, l)
			out.Sum, out.Unfolded = out.Sum.plus(h), out.Unfolded+r.Pending
		}
		slices.SortFunc(out.Lines, func(a, b SignalLine) int {
			return cmp.Or(cmp.Compare(b.Decisive, a.Decisive), strings.Compare(a.Key, b.Key))
		})
		return audit.Record(tx, line)
	})
	return out, err
}

// ReturnedReport is a report that came back after a kind of signal had decided.
type ReturnedReport struct {
	Number     int64
	Agency     string
	Place      string
	Confidence float64
	Why        string // what the agency wrote
	ReceivedAt time.Time
	ReferredAt time.Time
}

// SignalSheet is one kind of signal: its months, the reports that came back, and the
// weight that they suggest.
type SignalSheet struct {
	Key      string
	Words    string
	Lowered  string
	Sum      Hits
	Months   []MonthLine
	Returned []ReturnedReport
	Next     string // cursor of further returned reports
	Rules    string // version of the rules
	Weighed  bool   // the rules have a row for it by itself
	Proposal Proposal
	Proposed bool // something was judged
}

// returnedPage is how many returned reports a page shows.
const returnedPage = 25

const orderReturned = 't'

// Signal answers one kind of signal by its key. A key that decided nothing yet and
// that the rules do not know is NotFound.
func (s *Service) Signal(ctx context.Context, a auth.Actor, key, cursor string) (*SignalSheet, error) {
	line := audit.Event{Action: "signals.read", Subject: "signal " + shorten(key), Words: "Looked at how often one kind of signal was right."}
	if err := s.read(ctx, a, line); err != nil {
		return nil, err
	}
	at, err := store.ParseCursor(cursor, orderReturned)
	if err != nil {
		return nil, err
	}
	var out *SignalSheet
	err = s.store.As(ctx, a, func(tx *store.Tx) error {
		rules, err := currentRules(tx)
		if err != nil {
			return err
		}
		if out, err = signalSheet(tx, rules, key); err != nil {
			return err
		}
		if err := out.returned(tx, at); err != nil {
			return err
		}
		return audit.Record(tx, line)
	})
	return out, s.unseen(ctx, a, line, err)
}

func signalSheet(tx *store.Tx, rules *routing.Rules, key string) (*SignalSheet, error) {
	out := &SignalSheet{Key: key, Rules: rules.Version()}
	out.Words, out.Lowered = wordsOf(rules, key)
	err := tx.Raw(counts+` select month, sum(decisive)::bigint as decisive, sum(returned)::bigint as returned, sum(confirmed)::bigint as confirmed,
		sum(claimed)::bigint as claimed from c where signal = ? group by month order by month desc`, key).Scan(&out.Months).Error
	if err != nil {
		return nil, fmt.Errorf("reading the counts of a signal: %w", err)
	}
	for _, m := range out.Months {
		out.Sum = out.Sum.plus(m.Hits)
	}
	// What a factor lowers tells of the factor, not of the weight.
	for _, w := range rules.WeightRows() {
		if w.Key == key {
			out.Weighed = true
			out.Proposal, out.Proposed = Propose(w, out.Sum)
		}
	}
	if !out.Weighed && len(out.Months) == 0 {
		return nil, models.NotFoundf("There is no such kind of signal. Choose one from the list.")
	}
	return out, nil
}

// returned reads a page of the reports that came back, newest first, from the index
// made for it (referrals_signal_returned).
func (out *SignalSheet) returned(tx *store.Tx, at *store.Cursor) error {
	query, args := returnedReports, map[string]any{"signal": out.Key, "n": returnedPage + 1}
	if at != nil {
		query, args["at"], args["id"] = returnedAfter, at.At, at.ID
	}
	var rows []struct {
		ReturnedReport
		ID uuid.UUID
	}
	if err := tx.Raw(query, args).Scan(&rows).Error; err != nil {
		return fmt.Errorf("reading returned reports: %w", err)
	}
	if len(rows) > returnedPage {
		rows = rows[:returnedPage]
		last := rows[returnedPage-1]
		out.Next = store.Cursor{Order: orderReturned, At: last.ReceivedAt, ID: last.ID}.String()
	}
	for _, r := range rows {
		out.Returned = append(out.Returned, r.ReturnedReport)
	}
	return nil
}

const (
	returnedReports = `
select r.id, r.number, a.name as agency, r.place, r.confidence, r.return_why as why, r.received_at, r.referred_at
  from referrals r join agencies a on a.id = r.agency_id
 where r.signal = @signal and r.state = 'returned' order by r.received_at desc, r.id desc limit @n`
	returnedAfter = `
select r.id, r.number, a.name as agency, r.place, r.confidence, r.return_why as why, r.received_at, r.referred_at
  from referrals r join agencies a on a.id = r.agency_id
 where r.signal = @signal and r.state = 'returned' and (r.received_at, r.id) < (@at, @id) order by r.received_at desc, r.id desc limit @n`
)
