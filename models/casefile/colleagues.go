package casefile

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// Colleague is somebody at the actor's agency who may work on reports.
type Colleague struct {
	ID   uuid.UUID
	Name string
}

// colleagueLimit bounds the list of a form; the largest agencies have hundreds.
const colleagueLimit = 1000

// Colleagues lists the active people of the actor's agency who may work on
// reports, by name, the actor included. Names of one's colleagues are no report's
// content, so only a refusal leaves a line.
func (s *Service) Colleagues(ctx context.Context, a auth.Actor) ([]Colleague, error) {
	line := audit.Event{Action: "colleagues.read", Words: "Asked for the names of those who may work on reports."}
	if err := s.may(ctx, a, auth.WorkReferral, line, askWork); err != nil {
		return nil, err
	}
	var out []Colleague
	err := s.store.As(ctx, a, func(tx *store.Tx) (err error) {
		out, err = colleagues(tx)
		return err
	})
	return out, err
}

// colleagues reads whoever may work on reports at the transaction's agency.
func colleagues(tx *store.Tx) ([]Colleague, error) {
	var users []models.User
	err := tx.Select("id", "name", "roles").Where("agency_id = ? and state = ?", tx.Actor.AgencyID, models.UserActive).Order("name, id").Limit(colleagueLimit).Find(&users).Error
	if err != nil {
		return nil, fmt.Errorf("listing colleagues: %w", err)
	}
	out := make([]Colleague, 0, len(users))
	for i := range users {
		if mayWork(&users[i]) {
			out = append(out, Colleague{ID: users[i].ID, Name: users[i].Name})
		}
	}
	return out, nil
}

// colleagueName answers the name of an active colleague who may work on reports.
// Whoever is not one, or not there, gives the same answer.
func colleagueName(tx *store.Tx, id uuid.UUID) (string, error) {
	var u models.User
	err := tx.Where("id = ? and agency_id = ? and state = ?", id, tx.Actor.AgencyID, models.UserActive).Take(&u).Error
	if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
		return "", fmt.Errorf("looking for a colleague: %w", err)
	}
	if err != nil || !mayWork(&u) {
		return "", models.InvalidField("assignee", "This is nobody at your agency who may work on reports. Choose a name from the list.")
	}
	return u.Name, nil
}

func mayWork(u *models.User) bool {
	var a auth.Actor
	for _, r := range u.Roles {
		a.Roles = append(a.Roles, auth.Role(r))
	}
	return a.Can(auth.WorkReferral)
}
