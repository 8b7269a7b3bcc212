package pools

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/referral"
	"reeve/models/store"
)

// nextUnclaimed takes the most urgent report of a pool that nobody works on, and
// passes over those that somebody is taking at this moment, so that two people never
// get the same.
const nextUnclaimed = `
select id from referrals where agency_id = ? and open and assignee_id is null
 order by urgency desc, received_at desc, id desc limit 1 for update skip locked`

// ClaimNext gives the actor the pool's most urgent report that nobody works on, and
// answers its number; 0 when there is none.
func (s *Service) ClaimNext(ctx context.Context, a auth.Actor, code string) (number int64, err error) {
	refused := audit.Event{Action: "pool.claimed", Subject: code, Words: "Claimed the next report of a pool."}
	if err := audit.May(ctx, s.store, a, auth.RouteReport, refused, askWork); err != nil {
		return 0, err
	}
	err = s.store.As(ctx, a, func(tx *store.Tx) error {
		number = 0
		pool, err := find(tx, code)
		if err != nil {
			return err
		}
		var ids []uuid.UUID
		if err := tx.Raw(nextUnclaimed, pool.ID).Scan(&ids).Error; err != nil {
			return fmt.Errorf("looking for the next report of a pool: %w", err)
		}
		if len(ids) == 0 {
			return audit.Record(tx, audit.Event{Action: "pool.claimed", Subject: code, Words: "Asked for the next report of a pool; nobody's was left."})
		}
		r, err := referral.LockByID(tx, ids[0])
		if err != nil {
			return err
		}
		number = r.Number
		return claim(tx, r)
	})
	if err != nil {
		return 0, audit.UnseenThing(ctx, s.store, a, "pool.claimed", code, "Asked for a pool that does not exist.", err)
	}
	return number, nil
}

// Claim gives the actor a report that lies in a pool. One that a colleague works on
// is a Conflict that names the colleague.
func (s *Service) Claim(ctx context.Context, a auth.Actor, code string, number int64) error {
	return s.change(ctx, a, code, number, "pool.claimed", "Claimed a report in a pool.", func(tx *store.Tx, r *models.Referral) error {
		if r.AssigneeID != nil && *r.AssigneeID != a.UserID {
			return models.Conflictf("%s works on report %d. Nothing was changed; ask them to put it back, or take another.", r.Assignee, number)
		}
		return claim(tx, r)
	})
}

func claim(tx *store.Tx, r *models.Referral) error {
	me := tx.Actor.UserID
	if err := referral.Do(tx, r, referral.Take, func(r *models.Referral) { r.AssigneeID, r.Assignee = &me, tx.Actor.Name }); err != nil {
		return err
	}
	return audit.Record(tx, audit.Event{Action: "pool.claimed", ReportID: r.ReportID, Number: r.Number, Words: "Claimed a report in a pool."})
}

// PutBack lets go of a report in a pool, so that others may claim it: one's own, or,
// for supervisors, anybody's.
func (s *Service) PutBack(ctx context.Context, a auth.Actor, code string, number int64) error {
	return s.change(ctx, a, code, number, "pool.released", "Put a report back into its pool.", func(tx *store.Tx, r *models.Referral) error {
		switch {
		case r.AssigneeID == nil:
			return models.Conflictf("Nobody works on report %d now. Nothing was changed.", number)
		case *r.AssigneeID != a.UserID && !a.Can(auth.ManageRules):
			return models.Conflictf("%s works on report %d. Ask them, or a supervisor, to put it back.", r.Assignee, number)
		}
		was := r.Assignee
		err := referral.Do(tx, r, referral.Release, func(r *models.Referral) {
			r.State, r.AssigneeID, r.Assignee = models.ReferralNew, nil, ""
		})
		if err != nil {
			return err
		}
		return audit.Record(tx, audit.Event{Action: "pool.released", ReportID: r.ReportID, Number: r.Number, Words: "Put a report back into its pool.",
			Detail: map[string]any{"worked_on_by": was}})
	})
}

// change is one deed on one report that lies in a pool now.
func (s *Service) change(ctx context.Context, a auth.Actor, code string, number int64, action, words string, do func(*store.Tx, *models.Referral) error) error {
	refused := audit.Event{Action: action, Subject: fmt.Sprintf("report number %d", number), Words: words}
	if err := audit.May(ctx, s.store, a, auth.RouteReport, refused, askWork); err != nil {
		return err
	}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		pool, err := find(tx, code)
		if err != nil {
			return err
		}
		r, err := referral.Lock(tx, number, pool.ID, 0)
		if err != nil {
			return err
		}
		if r.State == models.ReferralClosed || r.State == models.ReferralReturned {
			return models.Conflictf("Report %d has left this pool meanwhile. Open it to see where it went.", number)
		}
		return do(tx, r)
	})
	return audit.Unseen(ctx, s.store, a, action, number, err)
}
