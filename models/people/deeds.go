package people

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/account"
	"reeve/models/audit"
	"reeve/models/store"
)

// WhyLimit is how long the reason for a suspension or removal may be.
const WhyLimit = 300

// Target is an account and the version of it that the page showed.
type Target struct {
	ID      uuid.UUID
	Version int
}

// Done is what a deed did.
type Done struct {
	Person   models.User // as it is now
	Ended    int         // sessions that it ended
	Moved    int         // open referrals that a colleague has now
	Released int         // open referrals that are back in the queue
}

// Approve gives a commander's yes: the person is active, or will be after their
// first sign-in. A state that forbids it is Conflict.
func (s *Service) Approve(ctx context.Context, a auth.Actor, t Target) (*Done, error) {
	return s.do(ctx, a, t, deed{needs: auth.ApproveUsers, action: "user.approved", tried: "Tried to approve a person.",
		do: func(tx *store.Tx, u *models.User, d *Done) (string, map[string]any, error) {
			return fmt.Sprintf("Approved %s for %s.", u.Name, rolesInWords(u.Roles)), map[string]any{"roles": u.Roles}, account.DoApprove(tx, u)
		}})
}

// SetRoles gives the account exactly these roles. Roles of another kind of agency
// are Invalid on "roles"; taking the last admin's role is Conflict.
func (s *Service) SetRoles(ctx context.Context, a auth.Actor, t Target, roles []auth.Role) (*Done, error) {
	return s.do(ctx, a, t, deed{needs: auth.ManageUsers, action: "user.roles", tried: "Tried to change a person's roles.",
		do: func(tx *store.Tx, u *models.User, d *Done) (string, map[string]any, error) {
			before := u.Roles
			err := account.DoSetRoles(tx, u, roles)
			return fmt.Sprintf("Changed the roles of %s from %s to %s.", u.Name, rolesInWords(before), rolesInWords(u.Roles)), map[string]any{"before": before, "after": u.Roles}, err
		}})
}

// Suspend shuts the person out at once. why may be empty.
func (s *Service) Suspend(ctx context.Context, a auth.Actor, t Target, why string) (*Done, error) {
	return s.do(ctx, a, t, deed{needs: auth.ManageUsers, action: "user.suspended", tried: "Tried to suspend a person.",
		do: func(tx *store.Tx, u *models.User, d *Done) (_ string, detail map[string]any, err error) {
			if why, err = account.Line("why", why, 0, WhyLimit); err != nil {
				return "", nil, err
			}
			d.Ended, err = account.DoSuspend(tx, u, why)
			return fmt.Sprintf("Suspended %s and ended %s.", u.Name, counted(d.Ended, "session", "sessions")), map[string]any{"why": why, "sessions": d.Ended}, err
		}})
}

// Reactivate lets a suspended person back to where the account stood.
func (s *Service) Reactivate(ctx context.Context, a auth.Actor, t Target) (*Done, error) {
	return s.do(ctx, a, t, deed{needs: auth.ManageUsers, action: "user.reactivated", tried: "Tried to let a suspended person back.",
		do: func(tx *store.Tx, u *models.User, d *Done) (string, map[string]any, error) {
			why := u.StateWhy
			err := account.DoReactivate(tx, u)
			return fmt.Sprintf("Let %s back; the account is %s.", u.Name, account.StateInWords(u.State)), map[string]any{"was suspended because": why}, err
		}})
}

// Recertify notes that the person still needs the access, for another year.
func (s *Service) Recertify(ctx context.Context, a auth.Actor, t Target) (*Done, error) {
	return s.do(ctx, a, t, deed{needs: auth.ManageUsers, action: "user.recertified", tried: "Tried to confirm a person's access.",
		do: func(tx *store.Tx, u *models.User, d *Done) (string, map[string]any, error) {
			return fmt.Sprintf("Confirmed that %s still needs the access, as %s.", u.Name, rolesInWords(u.Roles)), map[string]any{"roles": u.Roles}, account.DoRecertify(tx, u)
		}})
}

// EndSessions ends one session of the person, or every one when session is nil. The
// account stays as it is: the person may sign in again. One's own sessions are
// ended on one's own account page.
func (s *Service) EndSessions(ctx context.Context, a auth.Actor, id, session uuid.UUID) (*Done, error) {
	return s.do(ctx, a, Target{ID: id}, deed{needs: auth.ManageUsers, action: "user.sessions-ended", tried: "Tried to end a person's sessions.",
		do: func(tx *store.Tx, u *models.User, d *Done) (string, map[string]any, error) {
			if u.ID == tx.Actor.UserID {
				return "", nil, models.Forbiddenf("Your own sessions are on your account page, under your name.")
			}
			err := d.end(tx, u.ID, session)
			return fmt.Sprintf("Ended %s of %s.", counted(d.Ended, "session", "sessions"), u.Name), map[string]any{"sessions": d.Ended}, err
		}})
}

func (d *Done) end(tx *store.Tx, user, session uuid.UUID) (err error) {
	if session == uuid.Nil {
		d.Ended, err = account.EndSessions(tx, user)
		return err
	}
	if err := tx.Raw("select people_end_sessions(?, ?)", user, session).Row().Scan(&d.Ended); err != nil {
		return fmt.Errorf("ending a session: %w", err)
	}
	return nil
}

// deed is a deed as do does it.
type deed struct {
	needs  auth.Permission
	action string
	tried  string // for the line of a refusal
	// do changes the account and answers the line's words and detail.
	do func(*store.Tx, *models.User, *Done) (words string, detail map[string]any, err error)
}

// do does a deed to an account: the role, the row under lock with its version, the
// deed, the line.
func (s *Service) do(ctx context.Context, a auth.Actor, t Target, d deed) (*Done, error) {
	subject := "account " + t.ID.String()
	if err := s.may(ctx, a, d.needs, audit.Event{Action: d.action, Subject: subject, Words: d.tried}); err != nil {
		return nil, err
	}
	var out *Done
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		out = &Done{}
		u, err := account.Lock(tx, t.ID, t.Version)
		if err != nil {
			return err
		}
		subject = u.Email
		words, detail, err := d.do(tx, u, out)
		if err != nil {
			return err
		}
		out.Person = *u
		return audit.Record(tx, audit.Event{Action: d.action, Subject: u.Email, Words: words, Detail: detail, People: []uuid.UUID{u.ID}, Concerns: []uuid.UUID{u.AgencyID}})
	})
	if err != nil {
		return nil, s.unseen(ctx, a, d.action, subject, err)
	}
	return out, nil
}

// rolesInWords names roles in an audit line: "supervisor and agency-admin".
func rolesInWords(roles []string) string {
	switch len(roles) {
	case 0:
		return "no role"
	case 1:
		return roles[0]
	}
	return strings.Join(roles[:len(roles)-1], ", ") + " and " + roles[len(roles)-1]
}

// counted is a number with its noun: "no sessions", "1 session", "2 sessions".
func counted(n int, one, many string) string {
	switch n {
	case 0:
		return "no " + many
	case 1:
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
