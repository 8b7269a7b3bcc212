package pools

import (
	"fmt"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/store"
)

// Service holds the use cases.
type Service struct{ store *store.Store }

// New makes the use cases on a store: the web's, or the worker's for ReturnLate.
func New(s *store.Store) *Service { return &Service{store: s} }

const (
	askRead  = "The pools are for the clearinghouse's analysts."
	askWork  = "Working on reports in pools is for the clearinghouse's analysts."
	askTerms = "Who answers for a pool is set by the clearinghouse's supervisors."
)

// find reads a pool by its code; anything else than a pool is not found.
func find(tx *store.Tx, code string) (*models.Agency, error) {
	var pool models.Agency
	if err := tx.Where("code = ? and kind = ?", code, models.KindPool).Take(&pool).Error; err != nil {
		return nil, store.Translate(err, "This pool")
	}
	return &pool, nil
}

// Colleague is somebody at the clearinghouse who may work on reports in pools.
type Colleague struct {
	ID   uuid.UUID
	Name string
}

// colleagues reads the active people at the transaction's agency who may refer reports.
func colleagues(tx *store.Tx) ([]Colleague, error) {
	var users []models.User
	err := tx.Select("id", "name", "roles").Where("agency_id = ? and state = ?", tx.Actor.AgencyID, models.UserActive).Order("name, id").Limit(500).Find(&users).Error
	if err != nil {
		return nil, fmt.Errorf("listing colleagues: %w", err)
	}
	var list []Colleague
	for _, u := range users {
		var a auth.Actor
		for _, r := range u.Roles {
			a.Roles = append(a.Roles, auth.Role(r))
		}
		if a.Can(auth.RouteReport) {
			list = append(list, Colleague{u.ID, u.Name})
		}
	}
	return list, nil
}
