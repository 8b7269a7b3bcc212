package people

import (
	"context"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// Service holds the use cases.
type Service struct{ store *store.Store }

// New makes the use cases on a store of role reeve_web.
func New(s *store.Store) *Service { return &Service{store: s} }

// Whom to ask, by what is missing.
const (
	askRead    = "Your role may not see your agency's people. Ask an admin of your agency."
	askManage  = "Only an agency's admin may do this. Ask an admin of your agency, or of the agency above it."
	askApprove = "Only a supervisor of the agency, or of one above it, approves people. Ask one of them."
)

// may asks for the role's permission; the refusal is written.
func (s *Service) may(ctx context.Context, a auth.Actor, p auth.Permission, e audit.Event) error {
	ask := askManage
	switch p {
	case auth.ReadUsers:
		ask = askRead
	case auth.ApproveUsers:
		ask = askApprove
	}
	return audit.May(ctx, s.store, a, p, e, ask)
}

// unseen writes what was refused for the row's sake: an account or agency that is
// not there for the actor, or a deed that nobody may do to themselves.
func (s *Service) unseen(ctx context.Context, a auth.Actor, action, subject string, err error) error {
	words := "Asked for an account or agency that does not exist or is not theirs."
	switch models.KindOf(err) {
	case models.NotFound:
	case models.Forbidden:
		words = "Was refused: " + models.MessageOf(err)
	default:
		return err
	}
	if failed := audit.Refused(ctx, s.store, a, audit.Event{Action: action, Subject: subject, Words: words}); failed != nil {
		return failed
	}
	return err
}

// agency answers the agency with the code whose people the actor manages; the
// empty code is the actor's own.
func agency(tx *store.Tx, code string) (models.Agency, error) {
	var g models.Agency
	if !utf8.ValidString(code) || len(code) > 63 {
		return g, noAgency
	}
	q := tx.Where("kind <> 'pool' and app_manages(id)")
	if code == "" {
		q = q.Where("id = ?", tx.Actor.AgencyID)
	} else {
		q = q.Where("code = ?", code)
	}
	err := q.Take(&g).Error
	return g, store.Translate(err, "This agency")
}

var noAgency = models.NotFoundf("This agency does not exist, or not for you.")

// asTyped is what somebody typed, fit for a line of the log.
func asTyped(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(strings.TrimSpace(text), ""))
	return clip(text, 100)
}

// agencyOf answers an account's agency.
func agencyOf(tx *store.Tx, id uuid.UUID) (models.Agency, error) {
	var g models.Agency
	if err := tx.Where("id = ?", id).Take(&g).Error; err != nil {
		return g, fmt.Errorf("reading the agency: %w", err)
	}
	return g, nil
}
