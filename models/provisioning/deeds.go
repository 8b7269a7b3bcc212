package provisioning

import (
	"context"
	"fmt"
	"slices"
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

// Update changes an account. version, unless 0, must be the account's, or the error
// is ErrChanged. What changes nothing writes nothing.
func (s *Service) Update(ctx context.Context, a auth.Actor, id uuid.UUID, version int, in Update) (*Person, error) {
	line := audit.Event{Action: "user.changed", Subject: id.String()}
	if err := s.directory(ctx, a, line.Action); err != nil {
		return nil, err
	}
	var p Person
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		line = audit.Event{Action: "user.changed", Subject: id.String()}
		r, err := lock(tx, id)
		if err != nil {
			return err
		}
		line.Subject, line.People = r.Email, []uuid.UUID{r.ID}
		if version != 0 && version != r.Version {
			return ErrChanged
		}
		words, detail, err := r.change(tx, in, &line.Action)
		if err != nil {
			return err
		}
		if len(words) > 0 {
			line.Words = fmt.Sprintf("The agency's directory %s. The account is %s's.", strings.Join(words, "; "), r.Name)
			line.Detail = detail
			if err := audit.Record(tx, line); err != nil {
				return err
			}
		}
		return again(tx, id, &p)
	})
	if err != nil {
		return nil, s.refuse(ctx, a, line, err)
	}
	return &p, nil
}

// change does what the directory asks of the locked row and says it in words; none
// when nothing changed. The gravest deed names the line.
func (r *row) change(tx *store.Tx, in Update, action *string) (words []string, detail map[string]any, err error) {
	was, detail := *r, map[string]any{}
	changed, err := r.take(in)
	if err != nil {
		return nil, nil, err
	}
	if len(changed) > 0 {
		if err := forget(tx, r); err != nil {
			return nil, nil, err
		}
		if err := r.check(tx, was); err != nil {
			return nil, nil, err
		}
		if err := account.Save(tx, &r.User); err != nil {
			return nil, nil, unique(err)
		}
		words, detail["changed"] = append(words, "changed "+strings.Join(changed, ", ")), changed
	}
	has := was.person().Roles
	if roles := after(has, in.Roles); len(in.Roles) > 0 && !sameRoles(roles, has) {
		if err := account.DoSetRoles(tx, &r.User, roles); err != nil {
			return nil, nil, err
		}
		*action = "user.roles"
		words, detail["roles"], detail["before"] = append(words, "gave "+rolesInWords(r.Roles)+" in place of "+rolesInWords(was.Roles)), r.Roles, was.Roles
	}
	if active := r.State != models.UserSuspended; in.Active != nil && *in.Active != active {
		if *in.Active {
			*action = "user.reactivated"
			words = append(words, "reactivated the account")
			err = r.reactivate(tx)
		} else {
			var ended int
			ended, err = r.suspend(tx)
			*action = "user.suspended"
			words, detail["sessions"] = append(words, fmt.Sprintf("suspended the account and ended its sessions (%d)", ended)), ended
		}
		if err != nil {
			return nil, nil, err
		}
	}
	if len(words) == 0 {
		return nil, nil, nil
	}
	return words, detail, r.keep(tx)
}

func (r *row) suspend(tx *store.Tx) (int, error) {
	ended, err := account.DoSuspend(tx, &r.User, "The agency's directory ended the access.")
	r.ScimSuspendedAt = r.StateAt
	return ended, err
}

// reactivate lifts what the directory did. A suspension by a person was for a reason
// that the directory does not know.
func (r *row) reactivate(tx *store.Tx) error {
	if r.ScimSuspendedAt == nil || r.StateAt == nil || !r.ScimSuspendedAt.Equal(*r.StateAt) {
		return models.Conflictf("%s was suspended here by a person, not by the directory. An admin of the agency must reactivate the account first.", r.Name)
	}
	r.ScimSuspendedAt = nil
	return account.DoReactivate(tx, &r.User)
}

// Remove ends an account for good. Its open reports stay with it and wait for an
// admin to hand them over.
func (s *Service) Remove(ctx context.Context, a auth.Actor, id uuid.UUID, version int) error {
	line := audit.Event{Action: "user.removed", Subject: id.String()}
	if err := s.directory(ctx, a, line.Action); err != nil {
		return err
	}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		r, err := lock(tx, id)
		if err != nil {
			return err
		}
		line.Subject, line.People = r.Email, []uuid.UUID{r.ID}
		if version != 0 && version != r.Version {
			return ErrChanged
		}
		var open int
		if err := tx.Raw("select coalesce((select open from people_load(array[?]::uuid[])), 0)", id).Row().Scan(&open); err != nil {
			return fmt.Errorf("counting open work: %w", err)
		}
		r.User.ExternalID = nil // free for whoever comes next
		ended, _, err := account.DoRemove(tx, &r.User, "The agency's directory removed the account.", nil)
		if err != nil {
			return err
		}
		if err := tx.Exec("delete from scim_users where user_id = ?", id).Error; err != nil {
			return fmt.Errorf("forgetting how the directory names a person: %w", err)
		}
		line.Words = fmt.Sprintf("The agency's directory removed the account of %s and ended its sessions (%d).", r.Name, ended)
		line.Detail = map[string]any{"sessions": ended, "open_work": open}
		if open > 0 {
			line.Words += fmt.Sprintf(" Open reports (%d) wait for an admin to hand them over.", open)
		}
		return audit.Record(tx, line)
	})
	if err != nil {
		return s.refuse(ctx, a, line, err)
	}
	return nil
}

// again reads the account as it is now.
func again(tx *store.Tx, id uuid.UUID, into *Person) error {
	r, err := read(tx, id)
	if err == nil {
		*into = r.person()
	}
	return err
}

func sameRoles(x, y []auth.Role) bool {
	x, y = slices.Clone(x), slices.Clone(y)
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

func rolesInWords(roles []string) string {
	switch len(roles) {
	case 0:
		return "no role"
	case 1:
		return "the role " + roles[0]
	}
	return "the roles " + strings.Join(roles, ", ")
}
