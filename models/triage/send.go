package triage

import (
	"fmt"
	"slices"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"reeve/models"
	"reeve/models/referral"
	"reeve/models/store"
)

// sending is what became of a report's way: who was told, and how to say it.
type sending struct {
	told  []uuid.UUID
	desk  string // what stands at the report
	words string // what was done, for the reader and the log
}

// send carries out where a decision sends the report.
func send(tx *store.Tx, rep *models.Report, dir *directory, by *routed, in Decision) (sending, error) {
	switch in.To {
	case ToPool:
		return sendToPool(tx, rep, dir, by, in)
	case ToNobody:
		return keep(tx, rep, dir)
	case ToSame:
		return sending{desk: "Decided by " + tx.Actor.Name + ".", words: "It was sent to nobody else."}, nil
	}
	for _, code := range in.Agencies {
		agency, ok := dir.byCode[code]
		if !ok || agency.Kind != models.KindAgency {
			return sending{}, models.InvalidField("to", fmt.Sprintf("There is no agency %q that could get it. Choose one from the list.", code))
		}
		if _, named := by.decision.Candidate(code); !named && in.Reason == "" {
			return sending{}, models.InvalidField("reason", "Routing does not name "+agency.Name+". Say in a few words why it goes there; they read it.")
		}
	}
	told, settled, err := referByHand(tx, rep, dir, by, in.Agencies, in.Reason, true)
	if err != nil {
		return sending{}, err
	}
	if settled {
		if err := closeInPools(tx, rep, dir, told); err != nil {
			return sending{}, err
		}
	}
	words := "It was referred to one agency."
	if len(told) > 1 {
		words = fmt.Sprintf("It was referred to %d agencies.", len(told))
	}
	return sending{told: told, desk: "Referred by " + tx.Actor.Name + ".", words: words}, nil
}

// sendToPool leaves the report in a pool, or moves it into another. Agencies that have
// it keep it.
func sendToPool(tx *store.Tx, rep *models.Report, dir *directory, by *routed, in Decision) (sending, error) {
	pool, ok := dir.byCode[in.Pool]
	if !ok || pool.Kind != models.KindPool {
		return sending{}, models.InvalidField("pool", "There is no such pool. Choose one from the list.")
	}
	var before models.Referral
	err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("report_id = ? and agency_id = ?", rep.ID, pool.ID).Limit(1).Find(&before).Error
	if err != nil {
		return sending{}, fmt.Errorf("looking for the report in its pool: %w", err)
	}
	why := by.decision.PoolReason
	if !before.Open && in.Pool != by.decision.Pool {
		if why = in.Reason; why == "" {
			return sending{}, models.InvalidField("reason", "Routing does not name this pool. Say in a few words why it goes there; whoever works there reads it.")
		}
	}
	switch {
	case before.Open:
	case before.ID != uuid.Nil: // it was there, and left
		err = referral.Do(tx, &before, referral.Reopen, func(r *models.Referral) { r.Outcome, r.OutcomeAt = "", nil })
	default:
		n := referral.New{AgencyID: pool.ID, Capacity: "unknown", Basis: "pool", Hop: max(rep.RoutingRound, 1), Why: why, Place: pool.Name, PriorityWhy: priorityWhy(rep)}
		if by.row.ID != uuid.Nil {
			n.DecisionID = &by.row.ID
		}
		_, err = referral.Refer(tx, rep, n)
	}
	if err != nil {
		return sending{}, err
	}
	told := []uuid.UUID{pool.ID}
	if err := closeInPools(tx, rep, dir, told); err != nil {
		return sending{}, err
	}
	return sending{told: told, desk: "Left in the pool " + pool.Name + " by " + tx.Actor.Name + ".", words: "It lies in the pool " + pool.Name + "."}, nil
}

// keep ends an informational report's way at the clearinghouse.
func keep(tx *store.Tx, rep *models.Report, dir *directory) (sending, error) {
	held, err := referralsOf(tx, rep.ID)
	if err != nil {
		return sending{}, err
	}
	at := slices.IndexFunc(held, func(r models.Referral) bool { return r.Open && dir.byID[r.AgencyID].Kind != models.KindPool })
	if at >= 0 {
		return sending{}, models.InvalidField("go", dir.byID[held[at].AgencyID].Name+" has this report already; it cannot be kept from it. Leave it where it is.")
	}
	if err := leavePools(tx, rep, dir, nil, ""); err != nil {
		return sending{}, err
	}
	return sending{desk: "Kept as informational by " + tx.Actor.Name + ".", words: "It is kept at the clearinghouse as informational and was referred to no agency."}, nil
}

// referralsOf answers where a report was sent, pools included, oldest first.
func referralsOf(tx *store.Tx, report uuid.UUID) ([]models.Referral, error) {
	var held []models.Referral
	if err := tx.Where("report_id = ?", report).Order("referred_at, id").Limit(200).Find(&held).Error; err != nil {
		return nil, fmt.Errorf("reading where a report was sent: %w", err)
	}
	return held, nil
}
