package providers

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// Enablement is a first password, or one after all were disabled.
type Enablement struct {
	Hash     string
	Username string // empty: the one that it had last
	Version  int
}

// Enable gives a provider a password that has none that works. One that works already
// is Conflict; a user name that another provider has is Invalid.
func (s *Service) Enable(ctx context.Context, a auth.Actor, id uuid.UUID, in Enablement) (*Given, error) {
	var out *Given
	err := s.change(ctx, a, id, in.Version, deed{"provider.enabled", "Tried to enable a provider.", func(tx *store.Tx, l *locked, line *audit.Event) error {
		if len(l.live(tx)) > 0 {
			return models.Conflictf("A password of this provider works already. Change its password instead.")
		}
		name := strings.TrimSpace(in.Username)
		if name == "" && len(l.creds) > 0 {
			name = newest(l.creds).Username
		}
		if name == "" {
			name = UsernameFor(l.Name)
		}
		if err := usernameFree(tx, name, id); err != nil {
			return err
		}
		out = l.given(name)
		line.Words = "Gave a provider a new password after none of its own worked."
		line.Detail = map[string]any{"username": name}
		return give(tx, id, name, in.Hash)
	}})
	if err != nil {
		return nil, err
	}
	return out, nil
}

func newest(list []models.ProviderCredential) models.ProviderCredential {
	n := list[0]
	for _, c := range list {
		if c.CreatedAt.After(n.CreatedAt) {
			n = c
		}
	}
	return n
}
