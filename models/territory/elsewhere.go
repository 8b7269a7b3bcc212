package territory

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/routing"
	"reeve/models/store"
)

// lookedAt is how many open referrals one page looks at; what it lists is what of
// these would go elsewhere.
const lookedAt = 300

// orderElsewhere marks cursors of this list: newest received first.
const orderElsewhere = 'e'

// Misplaced is an open report that would go elsewhere today.
type Misplaced struct {
	Number     int64
	Holder     Home // who has it
	Now        Home // where it would go
	State      models.ReferralState
	ReceivedAt time.Time
	Urgent     bool
	Priority   int16
}

// Elsewhere is one page of them.
type Elsewhere struct {
	Agency *models.Agency // whose; nil: everybody's
	Rows   []Misplaced
	Looked int // open referrals that were looked at
	ByHand int // of these, referred by a person: not judged
	Next   string
}

// Open referrals by state, newest first: each state is one stretch of an index that
// the feedback board has, and the three are merged. An agency's own have theirs.
const (
	openOfAll = `select id, report_id, number, agency_id, capacity, basis, confidence, state, received_at, urgent, priority from (
  (select * from referrals where state = 'new' and (received_at, id) < (@at, @id) order by received_at desc, id desc limit @n)
  union all (select * from referrals where state = 'taken' and (received_at, id) < (@at, @id) order by received_at desc, id desc limit @n)
  union all (select * from referrals where state = 'working' and (received_at, id) < (@at, @id) order by received_at desc, id desc limit @n)) r
 order by received_at desc, id desc limit @n`
	openOfOne = `select id, report_id, number, agency_id, capacity, basis, confidence, state, received_at, urgent, priority from referrals
 where agency_id = @agency and open and (received_at, id) < (@at, @id) order by received_at desc, id desc limit @n`
)

// OpenElsewhere lists open reports that routing would send elsewhere today, newest
// first, of one agency by its code or, when it is empty, of all. What a person
// referred by hand is not judged. Nothing is moved: staff may refer each by hand.
func (s *Service) OpenElsewhere(ctx context.Context, a auth.Actor, code, cursor string) (*Elsewhere, error) {
	line := audit.Event{Action: "territory.elsewhere", Subject: "all agencies", Words: "Looked for open reports that would go elsewhere today."}
	if err := s.read(ctx, a, line); err != nil {
		return nil, err
	}
	at, err := store.ParseCursor(cursor, orderElsewhere)
	if err != nil {
		return nil, err
	}
	if at == nil {
		at = &store.Cursor{At: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), ID: uuid.Max, Rank: math.MaxInt16}
	}
	var out *Elsewhere
	err = s.store.As(ctx, a, func(tx *store.Tx) error {
		out = &Elsewhere{}
		b, err := readBook(tx)
		if err != nil {
			return err
		}
		query, args := openOfAll, map[string]any{"at": at.At, "id": at.ID, "n": lookedAt + 1}
		if code != "" {
			g, known := b.byCode[code]
			if !known || g.Kind == models.KindClearinghouse {
				return models.NotFoundf("There is no agency %q. Choose one from the list.", code)
			}
			out.Agency, line.Subject = &g, "agency "+g.Code
			query, args["agency"] = openOfOne, g.ID
		}
		if err := tx.InOrder(); err != nil {
			return err
		}
		var list []models.Referral
		if err := tx.Raw(query, args).Scan(&list).Error; err != nil {
			return fmt.Errorf("reading open referrals: %w", err)
		}
		if len(list) > lookedAt {
			list = list[:lookedAt]
			last := list[lookedAt-1]
			out.Next = store.Cursor{Order: orderElsewhere, At: last.ReceivedAt, ID: last.ID}.String()
		}
		out.Looked = len(list)
		if err := s.judge(tx, b, out, list); err != nil {
			return err
		}
		line.Detail = map[string]any{"looked": out.Looked, "elsewhere": len(out.Rows)}
		return audit.Record(tx, line)
	})
	return out, s.unseen(ctx, a, line, err)
}

func (s *Service) judge(tx *store.Tx, b *book, out *Elsewhere, list []models.Referral) error {
	rules, err := currentRules(tx)
	if err != nil {
		return err
	}
	ids := make([]uuid.UUID, len(list))
	for i, r := range list {
		ids[i] = r.ReportID
	}
	var reports []triedReport
	if err := tx.Select("id", "number", "finished_at", "reported").Where("id = any (?) and reported is not null", models.IDList(ids)).Find(&reports).Error; err != nil {
		return fmt.Errorf("reading open reports: %w", err)
	}
	with, err := readAside(tx, reports, b.byID)
	if err != nil {
		return err
	}
	cov := coverage(b.rows)
	type home struct{ suspect, victim Home }
	now := map[uuid.UUID]home{}
	for _, r := range reports {
		signals, opts := with.inputs(r, s.geo)
		opts.Rules = rules
		d := routing.Infer(signals, cov, tx.Now, opts)
		suspect, victim := homes(d, b.byCode)
		now[r.ID] = home{suspect, victim}
	}
	for _, f := range list {
		h, there := now[f.ReportID]
		if f.Basis == "person" || !there {
			out.ByHand++
			continue
		}
		holder := b.byID[f.AgencyID]
		to := h.suspect
		if f.Capacity == string(routing.CapacityVictim) {
			to = h.victim
		}
		if to.Code == "" || to.Code == holder.Code || strings.TrimSpace(holder.Code) == "" {
			continue
		}
		out.Rows = append(out.Rows, Misplaced{Number: f.Number, State: f.State, ReceivedAt: f.ReceivedAt, Urgent: f.Urgent, Priority: f.Priority, Now: to,
			Holder: Home{Code: holder.Code, Name: holder.Name, Confidence: float64(f.Confidence), Pool: holder.Kind == models.KindPool}})
	}
	return nil
}
