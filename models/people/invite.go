package people

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/account"
	"reeve/models/audit"
	"reeve/models/store"
)

// Invitation is one person to invite.
type Invitation struct {
	Agency  string // code; empty: the actor's own
	Email   string
	Name    string
	Title   string
	Sworn   *bool // nil: not said
	Roles   []auth.Role
	Approve bool // the inviter, who may, approves in the same act
}

// InviteForm is what the page that invites must say.
type InviteForm struct {
	Agency     models.Agency
	Providers  []Provider // where its people sign in; none: nobody can be invited yet
	Roles      []auth.Role
	MayApprove bool
}

// InviteForm answers through which provider the agency's people sign in and which
// roles they can have.
func (s *Service) InviteForm(ctx context.Context, a auth.Actor, code string) (*InviteForm, error) {
	line := audit.Event{Action: "users.listed", Words: "Opened the form that invites a person."}
	if err := s.may(ctx, a, auth.ManageUsers, line); err != nil {
		return nil, err
	}
	f := &InviteForm{MayApprove: a.Can(auth.ApproveUsers)}
	err := s.store.As(ctx, a, func(tx *store.Tx) (err error) {
		if f.Agency, err = agency(tx, code); err != nil {
			return err
		}
		f.Roles = RolesOf(f.Agency)
		f.Providers, err = providers(tx, f.Agency.ID)
		return err
	})
	if err != nil {
		return nil, s.unseen(ctx, a, line.Action, "agency "+asTyped(code), err)
	}
	return f, nil
}

// RolesOf are the roles that people of the agency can have, in the matrix's order.
func RolesOf(g models.Agency) []auth.Role {
	if g.Kind == models.KindClearinghouse {
		return auth.ClearinghouseRoles()
	}
	return auth.AgencyRoles()
}

// Invite makes an account that the person's first sign-in binds, and answers it.
// What cannot be is Invalid on its field; somebody who has an account is Conflict.
// Approving in the same act takes the permission to approve.
func (s *Service) Invite(ctx context.Context, a auth.Actor, in Invitation) (*models.User, error) {
	line := audit.Event{Action: "user.invited", Subject: asTyped(in.Email), Words: "Tried to invite a person."}
	if err := s.mayInvite(ctx, a, line, in.Approve); err != nil {
		return nil, err
	}
	var u *models.User
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		g, err := agency(tx, in.Agency)
		if err != nil {
			return err
		}
		u, err = account.Invite(tx, account.New{AgencyID: g.ID, Email: in.Email, Name: in.Name, Title: in.Title, Sworn: in.Sworn, Roles: in.Roles,
			Source: models.ByInvitation, Approved: in.Approve})
		if err != nil {
			return err
		}
		line.Subject, line.Concerns, line.People = u.Email, []uuid.UUID{g.ID}, []uuid.UUID{u.ID}
		line.Words = fmt.Sprintf("Invited %s as %s.", u.Name, rolesInWords(u.Roles))
		if in.Approve {
			line.Words = fmt.Sprintf("Invited %s as %s and approved it.", u.Name, rolesInWords(u.Roles))
		}
		line.Detail = map[string]any{"agency": g.Code, "roles": u.Roles, "approved": in.Approve}
		return audit.Record(tx, line)
	})
	if err != nil {
		return nil, s.unseen(ctx, a, line.Action, "agency "+asTyped(in.Agency), err)
	}
	return u, nil
}

// mayInvite asks for both permissions where both are used.
func (s *Service) mayInvite(ctx context.Context, a auth.Actor, line audit.Event, approve bool) error {
	if err := s.may(ctx, a, auth.ManageUsers, line); err != nil || !approve {
		return err
	}
	return s.may(ctx, a, auth.ApproveUsers, line)
}
