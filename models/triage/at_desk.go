package triage

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// atDesk carries out one deed on a report: the report is locked, nobody else holds
// it, and the line is written with it.
func (s *Service) atDesk(ctx context.Context, a auth.Actor, number int64, line audit.Event, do func(*store.Tx, *models.Report) error) error {
	refused := line
	refused.Subject = fmt.Sprintf("report number %d", number)
	if err := audit.May(ctx, s.store, a, auth.RouteReport, refused, askDesk); err != nil {
		return err
	}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		rep, err := lockReport(tx, number)
		if err != nil {
			return err
		}
		if err := heldByAnother(tx, rep); err != nil {
			return err
		}
		if err := do(tx, rep); err != nil {
			return err
		}
		line.ReportID, line.Number = rep.ID, rep.Number
		return audit.Record(tx, line)
	})
	return audit.Unseen(ctx, s.store, a, line.Action, number, err)
}

// lockReport reads a report for a deed of the desk, without what was sent in it.
func lockReport(tx *store.Tx, number int64) (*models.Report, error) {
	var rep models.Report
	err := tx.Clauses(clause.Locking{Strength: "NO KEY UPDATE"}).Omit("reported").
		Where("id = (select report_id from report_numbers where number = ?)", number).Take(&rep).Error
	if err != nil {
		return nil, store.Translate(err, fmt.Sprintf("Report %d", number))
	}
	return &rep, nil
}

// holdOf answers who holds a report now; nil when nobody does.
func holdOf(tx *store.Tx, report uuid.UUID) (*Hold, error) {
	var h Hold
	err := tx.Where("report_id = ? and active_at > ?", report, tx.Now.Add(-HoldIdle)).Take(&h).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("asking who holds a report: %w", err)
	}
	return &h, nil
}

// heldByAnother is the Conflict of a colleague's hold.
func heldByAnother(tx *store.Tx, rep *models.Report) error {
	h, err := holdOf(tx, rep.ID)
	if err != nil || h == nil || h.HeldBy == tx.Actor.UserID {
		return err
	}
	return models.Conflictf("%s works on report %d. Nothing of yours was saved. Ask them to hand it over; after %d minutes without a deed of theirs it is free.",
		h.HeldByName, rep.Number, int(HoldIdle.Minutes()))
}

func notWaiting(rep *models.Report) error {
	if rep.DecidedAt != nil {
		return models.Conflictf("Report %d does not wait any more: %s decided about it. Open it to see how.", rep.Number, rep.DecidedByName)
	}
	return models.Conflictf("Report %d does not wait at the desk. Open it to see where it is.", rep.Number)
}

// Colleague is somebody who works at the desk.
type Colleague struct {
	ID   uuid.UUID
	Name string
}

// deskPeopleLimit bounds the list of a form.
const deskPeopleLimit = 1000

// deskPeople are the clearinghouse's active people who may decide about reports.
func deskPeople(tx *store.Tx) ([]Colleague, error) {
	var users []models.User
	err := tx.Select("id", "name", "roles").Where("agency_id = ? and state = ?", tx.Actor.AgencyID, models.UserActive).
		Order("name, id").Limit(deskPeopleLimit).Find(&users).Error
	if err != nil {
		return nil, fmt.Errorf("listing who works at the desk: %w", err)
	}
	var out []Colleague
	for i := range users {
		var of auth.Actor
		for _, r := range users[i].Roles {
			of.Roles = append(of.Roles, auth.Role(r))
		}
		if of.Can(auth.RouteReport) {
			out = append(out, Colleague{ID: users[i].ID, Name: users[i].Name})
		}
	}
	return out, nil
}
