package provisioning

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"reeve/auth"
	"reeve/models"
	"reeve/models/account"
	"reeve/models/audit"
	"reeve/models/store"
)

// NewToken is a token to make.
type NewToken struct {
	Agency string // code; empty: the actor's own
	Name   string // by which the audit log knows the directory
	Days   int    // until it expires
}

// Make makes a token and answers it, once and never again: only its digest is kept.
func (s *Service) Make(ctx context.Context, a auth.Actor, n NewToken) (secret string, t *Token, err error) {
	line := audit.Event{Action: "directory.token-made", Subject: n.Name, Words: "Made a token for an agency's directory."}
	if err := audit.May(ctx, s.store, a, auth.ManageSignIn, line, askAdmin); err != nil {
		return "", nil, err
	}
	random := make([]byte, secretBytes)
	if _, err := rand.Read(random); err != nil {
		return "", nil, fmt.Errorf("drawing a token: %w", err)
	}
	secret = Prefix + base64.RawURLEncoding.EncodeToString(random)
	err = s.store.As(ctx, a, func(tx *store.Tx) error {
		g, err := agency(tx, n.Agency)
		if err != nil {
			return err
		}
		name, err := account.Line("name", n.Name, 1, 60)
		if err != nil {
			return err
		}
		if n.Days < 1 || n.Days > TermMost {
			return models.InvalidField("days", "A token holds for at least a day and at most two years.")
		}
		if g.Kind == models.KindPool || g.ClosedAt != nil {
			return models.Conflictf("%s has no people whom a directory could manage.", g.Name)
		}
		t = &Token{ID: store.NewID(), Name: name, Hint: secret[len(secret)-4:], MadeByName: a.Name, Agency: g.Name, MadeAt: tx.Now, ExpiresAt: tx.Now.AddDate(0, 0, n.Days)}
		var live int
		if err := tx.Raw("select count(*) from (select 1 from scim_tokens where agency_id = ? and revoked_at is null limit ?) t", g.ID, mostTokens).Row().Scan(&live); err != nil {
			return fmt.Errorf("counting tokens: %w", err)
		}
		if live >= mostTokens {
			return models.Conflictf("%s has %d tokens already. Revoke those that nobody needs.", g.Name, mostTokens)
		}
		err = tx.Exec(`insert into scim_tokens (id, agency_id, name, token_hash, hint, made_by_name, made_at, expires_at) values (?, ?, ?, ?, ?, ?, ?, ?)`,
			t.ID, g.ID, name, digest(secret), t.Hint, t.MadeByName, t.MadeAt, t.ExpiresAt).Error
		if errors.Is(err, gorm.ErrDuplicatedKey) {
			return models.InvalidField("name", "There is a token of this name already. Revoke it first, or choose another name.")
		}
		if err != nil {
			return fmt.Errorf("making a token: %w", err)
		}
		line.Concerns, line.Subject = []uuid.UUID{g.ID}, name
		line.Detail = map[string]any{"agency": g.Code, "ends_in": t.Hint, "expires": t.ExpiresAt.Format(time.RFC3339)}
		return audit.Record(tx, line)
	})
	if err != nil {
		return "", nil, s.refuseHere(ctx, a, line, err)
	}
	return secret, t, nil
}

// Token answers one token with its agency, to be looked at before it is revoked.
func (s *Service) Token(ctx context.Context, a auth.Actor, id uuid.UUID) (*Token, *models.Agency, error) {
	line := audit.Event{Action: "directory.read", Subject: id.String(), Words: "Looked at the tokens of an agency's directory."}
	if err := audit.May(ctx, s.store, a, auth.ManageSignIn, line, askAdmin); err != nil {
		return nil, nil, err
	}
	var t *Token
	var g *models.Agency
	err := s.store.As(ctx, a, func(tx *store.Tx) (err error) {
		if t, g, err = token(tx, id, ""); err != nil {
			return err
		}
		line.Subject, line.Concerns = t.Name, []uuid.UUID{g.ID}
		return audit.Record(tx, line)
	})
	if err != nil {
		return nil, nil, s.refuseHere(ctx, a, line, err)
	}
	return t, g, nil
}

// Revoke shuts a token out from the next request on. One that is revoked already is
// Conflict.
func (s *Service) Revoke(ctx context.Context, a auth.Actor, id uuid.UUID) (*Token, *models.Agency, error) {
	line := audit.Event{Action: "directory.token-revoked", Subject: id.String(), Words: "Revoked a token of an agency's directory."}
	if err := audit.May(ctx, s.store, a, auth.ManageSignIn, line, askAdmin); err != nil {
		return nil, nil, err
	}
	var t *Token
	var g *models.Agency
	err := s.store.As(ctx, a, func(tx *store.Tx) (err error) {
		if t, g, err = token(tx, id, " for update of t"); err != nil {
			return err
		}
		if t.RevokedAt != nil {
			return models.Conflictf("The token %s is revoked already, by %s.", t.Name, t.RevokedByName)
		}
		if err := tx.Exec("update scim_tokens set revoked_at = ?, revoked_by_name = ? where id = ?", tx.Now, a.Name, id).Error; err != nil {
			return fmt.Errorf("revoking a token: %w", err)
		}
		line.Subject, line.Concerns = t.Name, []uuid.UUID{g.ID}
		line.Detail = map[string]any{"agency": g.Code, "ends_in": t.Hint}
		return audit.Record(tx, line)
	})
	if err != nil {
		return nil, nil, s.refuseHere(ctx, a, line, err)
	}
	return t, g, nil
}

// refuseHere writes the line of an admin's deed that a rule forbade.
func (s *Service) refuseHere(ctx context.Context, a auth.Actor, line audit.Event, err error) error {
	if kind := models.KindOf(err); !slices.Contains([]models.Kind{models.NotFound, models.Conflict, models.Forbidden}, kind) {
		return err
	}
	line.Words, line.Concerns, line.Detail = "Refused: "+models.MessageOf(err), nil, nil
	if failed := audit.Refused(ctx, s.store, a, line); failed != nil {
		return fmt.Errorf("%w (after: %w)", failed, err)
	}
	return err
}

// token reads one, with its agency. Which rows there are, the policies say.
func token(tx *store.Tx, id uuid.UUID, locked string) (*Token, *models.Agency, error) {
	var t Token
	var of uuid.UUID
	res := tx.Raw("select t.* from scim_tokens t where t.id = ?"+locked, id).Scan(&t)
	if res.Error == nil && res.RowsAffected == 1 {
		res.Error = tx.Raw("select agency_id from scim_tokens where id = ?", id).Row().Scan(&of)
	}
	switch {
	case res.Error != nil:
		return nil, nil, fmt.Errorf("reading a token: %w", res.Error)
	case res.RowsAffected == 0:
		return nil, nil, models.NotFoundf("There is no such token, or not for you.")
	}
	var g models.Agency
	if err := tx.Where("id = ?", of).Take(&g).Error; err != nil {
		return nil, nil, store.Translate(err, "This agency")
	}
	return &t, &g, nil
}
