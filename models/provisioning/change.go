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
