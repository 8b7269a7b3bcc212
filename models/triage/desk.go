package triage

import (
	"context"
	"math"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// deskCursor reads a cursor; an empty one stands before the most urgent report.
func deskCursor(text string) (store.Cursor, error) {
	at, err := store.ParseCursor(text, orderDesk)
	if err != nil {
		return store.Cursor{}, err
	}
	if at == nil {
		return store.Cursor{Rank: math.MaxInt16, At: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), ID: uuid.Max}, nil
	}
	if at.Rank < math.MinInt16 || at.Rank > math.MaxInt16 {
		return store.Cursor{}, models.InvalidField("cursor", "This page's address is damaged. Start again from the first page.")
	}
	return *at, nil
}

// mayRead refuses whoever is no analyst, on record.
func (s *Service) mayRead(ctx context.Context, a auth.Actor, action, words string) error {
	return audit.May(ctx, s.store, a, auth.ReadDesk, audit.Event{Action: action, Words: words}, "The desk and its pools are for the clearinghouse's analysts.")
}
