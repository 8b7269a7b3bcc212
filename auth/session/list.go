package session

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// Live is one session of a person that has not ended.
type Live struct {
	ID     uuid.UUID
	Since  time.Time // sign-in
	Seen   time.Time // last request, to the minute
	Until  time.Time // when it ends if nothing more is heard of it
	AuthAt time.Time // when the person last proved who they are there
	Strong bool      // that proof met what the provider must give
	IP     string    // from where the last request came
	Agent  string    // what the browser says of itself
	This   bool      // the session of the request that asks
}

// List answers a person's sessions, newest first, at most a hundred.
func (m *Manager) List(ctx context.Context, user uuid.UUID) ([]Live, error) {
	var list []Live
	err := m.store.As(ctx, auth.System(auth.ForSession), func(tx *store.Tx) error {
		list = nil
		return tx.Raw(`select id, created_at as since, coalesce(seen_at, created_at) as seen, expires_at as until, coalesce(auth_at, created_at) as auth_at, strong, ip, agent
			from sessions where user_id = ? and expires_at > ? order by created_at desc, id limit 100`, user, tx.Now).Scan(&list).Error
	})
	if err != nil {
		return nil, err
	}
	cur := currentFrom(ctx)
	for i := range list {
		list[i].This = cur != nil && cur.person != nil && list[i].ID == cur.sessionID
	}
	return list, nil
}

// Which says which of one's sessions to end.
type Which int

// The choices of EndMany.
const (
	Others Which = iota // all but the request's own
	All
)

// End ends one session of the person, whichever browser it is in, and reports
// whether it was the request's own. Somebody else's session and none at all are
// NotFound.
func (m *Manager) End(ctx context.Context, a auth.Actor, id uuid.UUID) (this bool, err error) {
	var from []string
	err = m.end(ctx, a, func(tx *store.Tx) error {
		from = nil
		if err := tx.Raw("delete from sessions where user_id = ? and id = ? returning ip", a.UserID, id).Scan(&from).Error; err != nil {
			return err
		}
		if len(from) == 0 {
			return models.NotFoundf("This session has ended already, or is not yours.")
		}
		return audit.Record(tx, audit.Event{Action: "session.ended", Subject: "session", Words: "Ended one of their own sessions.", Detail: map[string]string{"session": id.String(), "from": from[0]}})
	})
	if err = audit.UnseenThing(ctx, m.store, a, "session.ended", "session", "Asked to end a session that does not exist or is not theirs.", err); err != nil {
		return false, err
	}
	cur := currentFrom(ctx)
	return cur != nil && cur.sessionID == id, nil
}

// EndMany ends the person's sessions and answers how many there were.
func (m *Manager) EndMany(ctx context.Context, a auth.Actor, w Which) (n int, err error) {
	here := uuid.Nil
	if cur := currentFrom(ctx); cur != nil && w == Others {
		here = cur.sessionID
	}
	err = m.end(ctx, a, func(tx *store.Tx) error {
		res := tx.Exec("delete from sessions where user_id = ? and id <> ?", a.UserID, here)
		if res.Error != nil {
			return res.Error
		}
		n = int(res.RowsAffected)
		words := fmt.Sprintf("Signed out everywhere; %d sessions ended.", n)
		if w == Others {
			words = fmt.Sprintf("Ended all their other sessions, %d of them.", n)
		}
		return audit.Record(tx, audit.Event{Action: "session.ended", Subject: "session", Words: words})
	})
	return n, err
}

// end runs a deed of the person on their own sessions: as the keeper of sessions,
// whom alone the table lets in, and in the person's name.
func (m *Manager) end(ctx context.Context, a auth.Actor, fn func(*store.Tx) error) error {
	if !a.Can(auth.SignedIn) {
		return models.Forbiddenf("Sign in first.")
	}
	return m.store.As(ctx, keeperFor(a), fn)
}

// keeperFor is the system actor for sessions, on behalf of a person.
func keeperFor(a auth.Actor) auth.Actor {
	k := auth.System(auth.ForSession)
	k.UserID, k.AgencyID, k.Name, k.RequestID, k.IP = a.UserID, a.AgencyID, a.Name, a.RequestID, a.IP
	return k
}
