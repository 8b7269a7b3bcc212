package outcome

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/referral"
	"reeve/models/store"
)

// PlaceLimit is how many characters the right place may have.
const PlaceLimit = 200

// Return hands the report back as wrong jurisdiction, with the agency or the place
// that it belongs to, if known. It waits ten minutes, or goes at once; until it is
// sent the agency can keep it after all. Errors are those of Record.
func (s *Service) Return(ctx context.Context, a auth.Actor, number int64, in ReturnInput) (*Returning, error) {
	line := audit.Event{Action: "referral.returning", Words: "Returned the report as wrong jurisdiction; it waits to be sent."}
	if in.SendNow {
		line.Words = "Returned the report as wrong jurisdiction, to be sent at once."
	}
	refused := line
	refused.Subject = fmt.Sprintf("report number %d", number)
	if err := s.may(ctx, a, auth.WorkReferral, refused, askWork); err != nil {
		return nil, err
	}
	right, why, invalid, err := s.checkReturn(ctx, a, in)
	if err != nil {
		return nil, err
	}
	var out *Returning
	err = s.store.As(ctx, a, func(tx *store.Tx) error {
		r, err := referral.Lock(tx, number, a.AgencyID, in.Version)
		if err != nil {
			return err
		}
		if invalid != nil {
			return invalid
		}
		before := *r
		err = referral.Do(tx, r, referral.Return, func(r *models.Referral) {
			r.ReturnAgencyID, r.ReturnWhy = right, why
			if in.SendNow {
				r.ReturnDueAt = &tx.Now
			}
		})
		if err != nil {
			return err
		}
		code, _ := models.OutcomeByCode(models.OutcomeReturned)
		if _, err := (&checked{code: code, missing: models.TextList{}, note: why}).insert(tx, &before); err != nil {
			return err
		}
		if err := tx.EnqueueAt(models.SendReturn{ReferralID: r.ID}, *r.ReturnDueAt); err != nil {
			return err
		}
		out = &Returning{DueAt: *r.ReturnDueAt, Version: r.Version}
		line.ReportID, line.Number = r.ReportID, r.Number
		line.Detail = map[string]any{"right_agency": right, "due": r.ReturnDueAt}
		return audit.Record(tx, line)
	})
	if err != nil {
		return nil, s.unseen(ctx, a, line.Action, number, err)
	}
	return out, nil
}

// checkReturn answers the right agency and the reason in words. What is wrong with
// the form is answered apart, so that a report which the actor may not see is not
// found whatever the form says.
func (s *Service) checkReturn(ctx context.Context, a auth.Actor, in ReturnInput) (right *uuid.UUID, why string, invalid, err error) {
	f := faults{}
	place := checkNote(f, "right_place", in.RightPlace, PlaceLimit)
	note := checkNote(f, "note", in.Note, NoteLimit)
	var words []string
	if code := strings.TrimSpace(in.RightAgencyCode); code != "" {
		agency, known, err := s.names.AgencyByCode(ctx, code)
		switch {
		case err != nil:
			return nil, "", nil, err
		case !known || agency.Kind != models.KindAgency || agency.ClosedAt != nil:
			f["right_agency"] = "There is no such agency. Choose one from the list, or leave it empty."
		case agency.ID == a.AgencyID:
			f["right_agency"] = "This is your own agency. Choose the one that the report belongs to, or leave it empty."
		default:
			right = &agency.ID
			words = append(words, "Belongs to "+agency.Name+".")
		}
	}
	if place != "" {
		words = append(words, "Belongs in "+strings.TrimSuffix(place, ".")+".")
	}
	if note != "" {
		words = append(words, note)
	}
	return right, strings.Join(words, " "), f.err(), nil
}

// KeepAfterAll takes a return back while it waits to be sent: the report is what
// it was before. Once it was sent the answer is Conflict.
func (s *Service) KeepAfterAll(ctx context.Context, a auth.Actor, number int64, version int) error {
	line := audit.Event{Action: "referral.kept", Words: "Kept the report after all; the return was not sent."}
	refused := line
	refused.Subject = fmt.Sprintf("report number %d", number)
	if err := s.may(ctx, a, auth.WorkReferral, refused, askWork); err != nil {
		return err
	}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		r, err := referral.Lock(tx, number, a.AgencyID, version)
		if err != nil {
			return err
		}
		if r.State == models.ReferralReturned {
			return models.Conflictf("This return was already sent and the report is being routed anew. Ask the clearinghouse if it should come back.")
		}
		o, before, err := standingReturn(tx, r)
		if err != nil {
			return err
		}
		err = referral.Do(tx, r, referral.Keep, func(r *models.Referral) {
			r.State, r.ReturnAgencyID, r.ReturnWhy = before.State, before.ReturnAgencyID, before.ReturnWhy
		})
		if err != nil {
			return err
		}
		if err := markUndone(tx, o); err != nil {
			return err
		}
		line.ReportID, line.Number = r.ReportID, r.Number
		return audit.Record(tx, line)
	})
	return s.unseen(ctx, a, line.Action, number, err)
}
