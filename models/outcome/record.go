package outcome

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/referral"
	"reeve/models/store"
)

// Record records what became of the report at the actor's agency. A code that
// closes closes it, or joins the outcomes of one already closed; any other says
// that it is under way. A field that breaks a rule is Invalid with the field; a
// referral that somebody changed since the form was shown, or whose state allows
// no outcome, is Conflict.
func (s *Service) Record(ctx context.Context, a auth.Actor, number int64, in Input) (*Recorded, error) {
	line := audit.Event{Action: "outcome.recorded"}
	refused := audit.Event{Action: line.Action, Subject: fmt.Sprintf("report number %d", number), Words: "Tried to record an outcome."}
	if err := s.may(ctx, a, auth.WorkReferral, refused, askWork); err != nil {
		return nil, err
	}
	agency, _, err := s.names.Agency(ctx, a.AgencyID)
	if err != nil {
		return nil, err
	}
	var out *Recorded
	err = s.store.As(ctx, a, func(tx *store.Tx) error {
		r, err := referral.Lock(tx, number, a.AgencyID, in.Version)
		if err != nil {
			return err
		}
		c, err := in.check(daysFor(r, tx.Now, zone(agency)))
		if err != nil {
			return err
		}
		before := *r
		if err := referral.Do(tx, r, deedFor(c.code, r.State), func(r *models.Referral) { c.apply(tx, r) }); err != nil {
			return err
		}
		o, err := c.insert(tx, &before)
		if err != nil {
			return err
		}
		out = &Recorded{OutcomeID: o.ID, Words: c.code.Words, State: r.State, Version: r.Version, UndoUntil: tx.Now.Add(referral.UndoFor)}
		line.ReportID, line.Number, line.Words = r.ReportID, r.Number, fmt.Sprintf("Recorded the outcome %q.", c.code.Words)
		line.Detail = map[string]any{"outcome": o.ID, "code": o.Code, "usefulness": o.Usefulness, "missing": o.Missing, "count": o.Count}
		return audit.Record(tx, line)
	})
	if err != nil {
		return nil, s.unseen(ctx, a, line.Action, number, err)
	}
	return out, nil
}

// deedFor says which deed recording a code is.
func deedFor(c models.OutcomeCode, s models.ReferralState) referral.Deed {
	switch {
	case !c.Closes:
		return referral.Note
	case s == models.ReferralClosed:
		return referral.Add
	default:
		return referral.Close
	}
}

func (c *checked) apply(tx *store.Tx, r *models.Referral) {
	r.Outcome, r.OutcomeAt = c.code.Code, &tx.Now
	if c.usefulness != nil {
		r.Usefulness = c.usefulness
	}
	if r.AssigneeID == nil {
		who := tx.Actor.UserID
		r.AssigneeID, r.Assignee = &who, tx.Actor.Name
	}
}

// insert writes the outcome with a picture of the referral before it.
func (c *checked) insert(tx *store.Tx, before *models.Referral) (*models.Outcome, error) {
	picture, err := json.Marshal(before)
	if err != nil {
		return nil, fmt.Errorf("keeping the referral as it was: %w", err)
	}
	o := &models.Outcome{ID: store.NewID(), ReferralID: before.ID, ReportID: before.ReportID, AgencyID: before.AgencyID, Code: c.code.Code,
		Usefulness: c.usefulness, Missing: c.missing, Count: c.count, HappenedOn: c.happened, Note: c.note,
		RecordedBy: tx.Actor.UserID, RecordedByName: tx.Actor.Name, RecordedAt: tx.Now, Before: picture}
	if err := tx.Create(o).Error; err != nil {
		return nil, fmt.Errorf("recording the outcome of report %d: %w", before.Number, err)
	}
	return o, nil
}

// Undo takes back an outcome within ten minutes and restores the referral exactly
// as it was before. It answers Conflict when the time is over or when something
// else was done to the referral since, because restoring would undo that too. A
// return is not undone but kept: see KeepAfterAll. Undoing twice changes nothing.
func (s *Service) Undo(ctx context.Context, a auth.Actor, number int64, outcomeID uuid.UUID) error {
	line := audit.Event{Action: "outcome.undone"}
	refused := audit.Event{Action: line.Action, Subject: fmt.Sprintf("report number %d", number), Words: "Tried to undo an outcome."}
	if err := s.may(ctx, a, auth.WorkReferral, refused, askWork); err != nil {
		return err
	}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		r, err := referral.Lock(tx, number, a.AgencyID, 0)
		if err != nil {
			return err
		}
		var o models.Outcome
		if err := tx.Where("id = ? and referral_id = ?", outcomeID, r.ID).Take(&o).Error; err != nil {
			return store.Translate(err, fmt.Sprintf("This outcome of report %d", number))
		}
		if o.UndoneAt != nil {
			return nil // it is so already
		}
		before, err := undoable(tx, r, &o)
		if err != nil {
			return err
		}
		if err := referral.Put(tx, *r, *before); err != nil {
			return err
		}
		if err := markUndone(tx, &o); err != nil {
			return err
		}
		line.ReportID, line.Number = r.ReportID, r.Number
		line.Words = fmt.Sprintf("Undid the outcome %q, recorded at %s UTC.", wordsOf(o.Code), o.RecordedAt.UTC().Format("15:04:05"))
		line.Detail = map[string]any{"outcome": o.ID, "code": o.Code}
		return audit.Record(tx, line)
	})
	return s.unseen(ctx, a, line.Action, number, err)
}

// undoable answers the referral as it was before the outcome, or a Conflict.
func undoable(tx *store.Tx, r *models.Referral, o *models.Outcome) (*models.Referral, error) {
	var before models.Referral
	if err := json.Unmarshal(o.Before, &before); err != nil {
		return nil, fmt.Errorf("reading how report %d was before: %w", r.Number, err)
	}
	switch {
	case o.Code == models.OutcomeReturned:
		return nil, models.Conflictf("A return cannot be undone. While it waits to be sent, the report can be kept after all.")
	case tx.Now.After(o.RecordedAt.Add(referral.UndoFor)):
		return nil, models.Conflictf("An outcome can be undone for ten minutes. Record what holds now instead; the list keeps both.")
	case r.Version != before.Version+1:
		return nil, models.Conflictf("%s changed this report after the outcome was recorded, so it can no longer be undone. Record what holds now instead.", r.UpdatedBy)
	}
	// Reading raises no version: what somebody read meanwhile stays read.
	if before.FirstReadAt == nil && r.FirstReadAt != nil {
		before.FirstReadAt = r.FirstReadAt
		if before.HeardAt == nil || before.HeardAt.Before(*r.FirstReadAt) {
			before.HeardAt = r.FirstReadAt
		}
	}
	return &before, nil
}

func markUndone(tx *store.Tx, o *models.Outcome) error {
	err := tx.Model(&models.Outcome{}).Where("id = ?", o.ID).Updates(map[string]any{"undone_at": tx.Now, "undone_by_name": tx.Actor.Name}).Error
	if err != nil {
		return fmt.Errorf("marking an outcome as undone: %w", err)
	}
	return nil
}

func wordsOf(code string) string {
	if c, known := models.OutcomeByCode(code); known {
		return c.Words
	}
	return code
}
