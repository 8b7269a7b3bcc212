package provisioning

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

// Create makes an account: invited, and approved if the agency said that its
// directory approves. A person who has one already is Conflict with Fields; an
// address without a sign-in of this agency is Invalid, whoever else has it.
func (s *Service) Create(ctx context.Context, a auth.Actor, in Update) (*Person, error) {
	line := audit.Event{Action: "user.invited"}
	if err := s.directory(ctx, a, line.Action); err != nil {
		return nil, err
	}
	if in.UserName == nil {
		return nil, models.InvalidField("userName", "Every person needs a userName.")
	}
	var p Person
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		r := row{User: models.User{AgencyID: a.AgencyID}}
		if _, err := r.take(in); err != nil {
			return err
		}
		line.Subject = r.UserName
		if err := forget(tx, &r); err != nil {
			return err
		}
		if err := nameFree(tx, &r); err != nil {
			return err
		}
		var approved bool
		if err := tx.Raw("select directory_approves from agencies where id = ?", a.AgencyID).Row().Scan(&approved); err != nil {
			return fmt.Errorf("reading whether the directory approves: %w", err)
		}
		u, err := account.Invite(tx, account.New{AgencyID: a.AgencyID, Email: r.Email, Name: r.Name, Title: r.Title, Roles: after(nil, in.Roles),
			Source: models.ByDirectory, ExternalID: r.User.ExternalID, Approved: approved})
		if models.KindOf(err) == models.Conflict {
			return taken(models.MessageOf(err))
		}
		if err != nil {
			return unique(err)
		}
		r.User = *u
		line.Subject = u.Email
		words := []string{fmt.Sprintf("The agency's directory made an account for %s with %s.", u.Name, rolesInWords(u.Roles))}
		if !approved {
			words = append(words, "A commander must approve it.")
		}
		if in.Active != nil && !*in.Active {
			if _, err := r.suspend(tx); err != nil {
				return err
			}
			words = append(words, "It is suspended.")
		}
		if err := r.keep(tx); err != nil {
			return err
		}
		line.Words = strings.Join(words, " ")
		line.Detail, line.People = map[string]any{"roles": u.Roles, "approved": approved}, []uuid.UUID{u.ID}
		if err := audit.Record(tx, line); err != nil {
			return err
		}
		return again(tx, r.ID, &p)
	})
	if err != nil {
		return nil, s.refuse(ctx, a, line, err)
	}
	return &p, nil
}
