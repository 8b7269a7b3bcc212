package session

import (
	"bytes"
	"context"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models/store"
)

// Live is one session of a person that has not ended.
type Live struct {
	Since time.Time // sign-in
	Until time.Time // when it ends if nothing more is heard of it
	This  bool      // the session of the request that asks
}

// List answers a person's sessions, newest first.
func (m *Manager) List(ctx context.Context, user uuid.UUID) ([]Live, error) {
	var rows []struct {
		TokenHash []byte
		CreatedAt time.Time
		ExpiresAt time.Time
	}
	err := m.store.As(ctx, auth.System(auth.ForSession), func(tx *store.Tx) error {
		return tx.Raw("select token_hash, created_at, expires_at from sessions where user_id = ? and expires_at > ? order by created_at desc limit 100",
			user, tx.Now).Scan(&rows).Error
	})
	if err != nil {
		return nil, err
	}
	cur := currentFrom(ctx)
	list := make([]Live, 0, len(rows))
	for _, r := range rows {
		list = append(list, Live{Since: r.CreatedAt, Until: r.ExpiresAt, This: cur != nil && bytes.Equal(cur.hash, r.TokenHash)})
	}
	return list, nil
}
