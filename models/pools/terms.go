package pools

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/referral"
	"reeve/models/store"
)

// Terms is who is to answer for a pool, and its clock.
type Terms struct {
	Owner   uuid.UUID // nil: nobody
	Hours   int       // 1 to 2160, which is ninety days
	Version int       // as the form showed it; 0: the pool's terms were never set
}

// SetTerms says who answers for a pool and for how many hours a report may lie there.
func (s *Service) SetTerms(ctx context.Context, a auth.Actor, code string, in Terms) error {
	line := audit.Event{Action: "pool.terms", Subject: code, Words: "Set who answers for a pool, and its clock."}
	if err := audit.May(ctx, s.store, a, auth.ManageRules, line, askTerms); err != nil {
		return err
	}
	if in.Hours < 1 || in.Hours > 2160 {
		return models.InvalidField("hours", "Give a number of hours from 1 to 2160 (ninety days).")
	}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		pool, err := find(tx, code)
		if err != nil {
			return err
		}
		t := models.PoolTerms{AgencyID: pool.ID, Hours: in.Hours, Version: in.Version + 1, ChangedAt: tx.Now, ChangedByName: a.Name}
		if in.Owner != uuid.Nil {
			people, err := colleagues(tx)
			if err != nil {
				return err
			}
			for _, c := range people {
				if c.ID == in.Owner {
					t.OwnerID, t.OwnerName = &c.ID, c.Name
				}
			}
			if t.OwnerID == nil {
				return models.InvalidField("owner", "This is nobody at the clearinghouse who may refer reports. Choose a name from the list.")
			}
		}
		res := tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "agency_id"}},
			Where:     clause.Where{Exprs: []clause.Expression{clause.Expr{SQL: "pool_terms.version = ?", Vars: []any{in.Version}}}},
			DoUpdates: clause.AssignmentColumns([]string{"owner_id", "owner_name", "hours", "version", "changed_at", "changed_by_name"})}).Create(&t)
		if res.Error != nil {
			return fmt.Errorf("setting the terms of the pool %s: %w", code, res.Error)
		}
		if res.RowsAffected == 0 {
			return models.Conflictf("Somebody changed who answers for this pool since you opened the page. Nothing was saved; look at it and decide again.")
		}
		line.Detail = map[string]any{"owner": t.OwnerName, "hours": t.Hours}
		return audit.Record(tx, line)
	})
	return audit.UnseenThing(ctx, s.store, a, "pool.terms", code, "Asked for a pool that does not exist.", err)
}

// lateBatch bounds how many reports of one pool go back to the desk at a time; the
// next minute brings the rest.
const lateBatch = 200

const lateInPool = `
select f.id from referrals f
 where f.agency_id = ? and f.open and f.basis = 'pool' and not f.overdue and f.referred_at < ?
 order by f.referred_at, f.id limit ? for update skip locked`

// ReturnLate puts reports that lie in a pool for longer than its clock allows back on
// the desk, marks them overdue, and answers how many. Doing it again is harmless.
func (s *Service) ReturnLate(ctx context.Context) (int, error) {
	n := 0
	err := s.store.As(ctx, auth.System(auth.ForUpkeep), func(tx *store.Tx) error {
		n = 0
		var of []models.Agency
		if err := tx.Select("id", "code", "name").Where("kind = ?", models.KindPool).Order("code").Find(&of).Error; err != nil {
			return fmt.Errorf("listing the pools: %w", err)
		}
		terms, err := allTerms(tx)
		if err != nil {
			return err
		}
		byPool := map[string]int{}
		for _, pool := range of {
			t := terms(pool.ID)
			var ids []uuid.UUID
			if err := tx.Raw(lateInPool, pool.ID, tx.Now.Add(-hours(t.Hours)), lateBatch).Scan(&ids).Error; err != nil {
				return fmt.Errorf("looking for what is late in the pool %s: %w", pool.Code, err)
			}
			for _, id := range ids {
				if err := late(tx, id, pool.Name, t); err != nil {
					return err
				}
			}
			if len(ids) > 0 {
				byPool[pool.Code] = len(ids)
				n += len(ids)
			}
		}
		if n == 0 {
			return nil
		}
		return audit.Record(tx, audit.Event{Action: "pool.late", Words: "Put reports that lay in pools for too long back on the desk.", Detail: byPool})
	})
	return n, err
}

func late(tx *store.Tx, id uuid.UUID, pool string, t models.PoolTerms) error {
	r, err := referral.LockByID(tx, id)
	if err != nil {
		return err
	}
	if err := referral.MarkOverdue(tx, r); err != nil {
		return err
	}
	why := fmt.Sprintf("Has lain in the pool “%s” for longer than %d hours.", pool, t.Hours)
	if t.OwnerName != "" {
		why += " " + t.OwnerName + " answers for it."
	}
	err = tx.Exec("update reports set desk = 'waiting', desk_why = ?, version = version + 1 where id = ? and state = 'finished' and desk <> 'waiting'", why, r.ReportID).Error
	if err != nil {
		return fmt.Errorf("putting report %d back on the desk: %w", r.Number, err)
	}
	return nil
}
