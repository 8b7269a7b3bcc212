package outcome

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/referral"
	"reeve/models/store"
)

// standingReturn answers the return that waits to be sent, and the referral as it
// was before.
func standingReturn(tx *store.Tx, r *models.Referral) (*models.Outcome, *models.Referral, error) {
	if !referral.May(referral.Keep, r.State) {
		// Let the state machine say so in its own words.
		return nil, nil, referral.Do(tx, r, referral.Keep, nil)
	}
	var o models.Outcome
	err := tx.Where("referral_id = ? and code = ? and undone_at is null", r.ID, models.OutcomeReturned).Order("recorded_at desc, id desc").Take(&o).Error
	if err != nil {
		return nil, nil, fmt.Errorf("reading the return of report %d: %w", r.Number, err)
	}
	var before models.Referral
	if err := json.Unmarshal(o.Before, &before); err != nil {
		return nil, nil, fmt.Errorf("reading how report %d was before its return: %w", r.Number, err)
	}
	return &o, &before, nil
}

// SendReturn sends a return whose time has come: the referral becomes returned, the
// outcome is wrong jurisdiction, and the report is routed anew in its next round.
// It is the worker's. A return that is not due yet, was taken back or was sent
// before changes nothing, so a job may run twice or early.
func (s *Service) SendReturn(ctx context.Context, referralID uuid.UUID) error {
	return s.store.As(ctx, auth.System(auth.ForRouting), func(tx *store.Tx) error {
		_, err := sendReturn(tx, referralID)
		return err
	})
}

func sendReturn(tx *store.Tx, id uuid.UUID) (bool, error) {
	r, err := referral.LockByID(tx, id)
	if err != nil {
		return false, err
	}
	if r.State != models.ReferralReturning || r.ReturnDueAt == nil || r.ReturnDueAt.After(tx.Now) {
		return false, nil
	}
	err = referral.Do(tx, r, referral.Send, func(r *models.Referral) {
		r.Outcome, r.OutcomeAt = models.OutcomeReturned, &tx.Now
	})
	if err != nil {
		return false, err
	}
	var round int16
	err = tx.Raw("update reports set routing_round = routing_round + 1 where id = ? returning routing_round", r.ReportID).Row().Scan(&round)
	if err != nil {
		return false, fmt.Errorf("beginning the next routing of report %d: %w", r.Number, err)
	}
	if err := tx.Enqueue(models.RouteReport{ReportID: r.ReportID, Round: round}); err != nil {
		return false, err
	}
	return true, audit.Record(tx, audit.Event{Action: "referral.returned", ReportID: r.ReportID, Number: r.Number,
		Words: "Sent the report back to be routed anew.", Concerns: []uuid.UUID{r.AgencyID}, Detail: map[string]any{"round": round}})
}

// sweep is how many due returns one call sends.
const sweep = 200

// SendDueReturns sends the returns that are due and answers how many, at most
// sweep. It is the net beneath the scheduled jobs: a return whose job was lost goes
// with the next sweep. One that fails does not hold back the others.
func (s *Service) SendDueReturns(ctx context.Context) (int, error) {
	var due []uuid.UUID
	err := s.store.As(ctx, auth.System(auth.ForRouting), func(tx *store.Tx) error {
		return tx.Model(&models.Referral{}).Where("state = 'returning' and return_due_at <= ?", tx.Now).Order("return_due_at, id").Limit(sweep).Pluck("id", &due).Error
	})
	if err != nil {
		return 0, fmt.Errorf("looking for due returns: %w", err)
	}
	sent := 0
	var failed []error
	for _, id := range due {
		var one bool
		err := s.store.As(ctx, auth.System(auth.ForRouting), func(tx *store.Tx) (err error) {
			one, err = sendReturn(tx, id)
			return err
		})
		switch {
		case err != nil && !errors.Is(err, gorm.ErrRecordNotFound):
			failed = append(failed, err)
		case err == nil && one:
			sent++
		}
	}
	return sent, errors.Join(failed...)
}
