package referral

import (
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"reeve/models"
	"reeve/models/store"
)

// ReturnDelay is how long a return waits before it is sent, so that it can be
// taken back.
const ReturnDelay = 10 * time.Minute

// UndoFor is how long an outcome can be undone.
const UndoFor = 10 * time.Minute

// Lock reads the actor's referral of a report for update. Version, when not zero,
// must still be the row's: otherwise the answer is a Conflict that names who
// changed it and when. A report that was not referred to the actor's agency is
// NotFound.
func Lock(tx *store.Tx, reportNumber int64, agency uuid.UUID, version int) (*models.Referral, error) {
	var r models.Referral
	err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).
		Where("report_id = (select report_id from report_numbers where number = ?) and agency_id = ?", reportNumber, agency).
		Take(&r).Error
	if err != nil {
		return nil, store.Translate(err, fmt.Sprintf("Report %d", reportNumber))
	}
	if version != 0 && r.Version != version {
		return &r, Changed(&r)
	}
	return &r, nil
}

// LockByID reads a referral for update by its id.
func LockByID(tx *store.Tx, id uuid.UUID) (*models.Referral, error) {
	var r models.Referral
	err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", id).Take(&r).Error
	if err != nil {
		return nil, store.Translate(err, "This referral")
	}
	return &r, nil
}

// Changed is the Conflict of somebody else having changed the referral first.
func Changed(r *models.Referral) error {
	who := r.UpdatedBy
	if who == "" {
		who = "Somebody else"
	}
	return models.Conflictf("%s changed this report at %s UTC. Nothing of yours was saved; look at the change, then decide again.", who, r.UpdatedAt.UTC().Format("15:04:05 on 2 January 2006"))
}

// Do moves the referral by the deed, as edit further changes it, and saves it.
// The first deed of a referral is also its first act; every deed is word from the
// agency, so an overdue mark falls. It answers a Conflict when the state forbids
// the deed.
func Do(tx *store.Tx, r *models.Referral, d Deed, edit func(*models.Referral)) error {
	to, err := next(d, r.State)
	if err != nil {
		return err
	}
	before := *r
	if to != "" {
		r.State = to
	}
	if r.FirstActAt == nil && d != Send {
		r.FirstActAt = &tx.Now
	}
	if d != Send {
		r.HeardAt = &tx.Now
		r.Overdue = false
	}
	switch d {
	case Close:
		r.ClosedAt = &tx.Now
	case Reopen:
		r.ClosedAt = nil
	case Return:
		due := tx.Now.Add(ReturnDelay)
		r.ReturnDueAt = &due
	case Keep, Send:
		r.ReturnDueAt = nil
	}
	if edit != nil {
		edit(r)
	}
	if d == Send {
		if err := unlink(tx, r); err != nil {
			return err
		}
	}
	return save(tx, before, r)
}

// Put restores a referral to an earlier picture of itself, as undoing does. The
// version still goes up.
func Put(tx *store.Tx, current models.Referral, earlier models.Referral) error {
	earlier.Version = current.Version
	return save(tx, current, &earlier)
}

// MarkOverdue marks a referral on which the agency is silent for too long.
func MarkOverdue(tx *store.Tx, r *models.Referral) error {
	before := *r
	r.Overdue = true
	return save(tx, before, r)
}

// FirstRead notes that somebody at the agency opened the report for the first
// time. It is no deed and raises no version, so that a colleague's form stays good.
func FirstRead(tx *store.Tx, r *models.Referral) error {
	if r.FirstReadAt != nil {
		return nil
	}
	before := *r
	r.FirstReadAt, r.HeardAt, r.Overdue = &tx.Now, &tx.Now, false
	res := tx.Model(&models.Referral{}).Where("id = ? and first_read_at is null", r.ID).
		Updates(map[string]any{"first_read_at": r.FirstReadAt, "heard_at": r.HeardAt, "overdue": false})
	if res.Error != nil || res.RowsAffected == 0 {
		return res.Error
	}
	return change(tx, &before, r)
}

// SeenAgain takes away the mark that asks for another look, once somebody who may work
// on the report opens it. The referral in hand keeps the mark, so that the page that is
// opened still says why. It is no deed and raises no version.
func SeenAgain(tx *store.Tx, r *models.Referral) error {
	if r.LookAgainAt == nil {
		return nil
	}
	err := tx.Model(&models.Referral{}).Where("id = ?", r.ID).Updates(map[string]any{"look_again_at": nil, "look_again_why": ""}).Error
	if err != nil {
		return fmt.Errorf("noting another look at report %d: %w", r.Number, err)
	}
	return nil
}

// save writes the referral if nobody changed it since it was read, and the change
// for the board.
func save(tx *store.Tx, before models.Referral, r *models.Referral) error {
	r.Version = before.Version + 1
	r.UpdatedAt, r.UpdatedBy = tx.Now, tx.Actor.Name
	res := tx.Model(&models.Referral{}).Where("id = ? and version = ?", r.ID, before.Version).Updates(map[string]any{
		"state": r.State, "assignee_id": r.AssigneeID, "assignee": r.Assignee,
		"agency_priority": r.AgencyPriority,
		"first_read_at":   r.FirstReadAt, "first_act_at": r.FirstActAt, "closed_at": r.ClosedAt, "heard_at": r.HeardAt,
		"outcome": r.Outcome, "outcome_at": r.OutcomeAt, "usefulness": r.Usefulness, "overdue": r.Overdue,
		"return_due_at": r.ReturnDueAt, "return_agency_id": r.ReturnAgencyID, "return_why": r.ReturnWhy,
		"version": r.Version, "updated_at": r.UpdatedAt, "updated_by": r.UpdatedBy,
	})
	if res.Error != nil {
		return fmt.Errorf("saving a referral: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return Changed(r)
	}
	return change(tx, &before, r)
}
