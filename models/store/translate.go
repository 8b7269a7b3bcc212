package store

import (
	"errors"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"reeve/models"
)

// Translate turns "no such row" into a NotFound that names what was looked for,
// and leaves every other error alone. A row that the actor may not see is the
// same "no such row".
func Translate(err error, what string) error {
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return &models.Error{Kind: models.NotFound, Message: what + " does not exist, or not for you.", Err: err}
	}
	return err
}

// idText is an id as a setting's text; nobody is the empty string.
func idText(id uuid.UUID) string {
	if id == uuid.Nil {
		return ""
	}
	return id.String()
}

// NewID mints a UUIDv7: ids grow with time, so that an index on them stays
// compact, and are minted here because a database default would make gorm add
// RETURNING, which insert-only policies refuse.
func NewID() uuid.UUID { return uuid.Must(uuid.NewV7()) }
