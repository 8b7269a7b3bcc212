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

// GroupUpdate is what a directory says of a group. A nil field was not said.
type GroupUpdate struct {
	DisplayName, ExternalID *string
	Members                 []MemberChange // in their order
}

// MemberChange changes who is in a group.
type MemberChange struct {
	Op  Op
	IDs []string
}

// MostMembers is how many people's roles one request may change.
const MostMembers = 2000

// ChangeGroup gives and takes a role, and notes how the directory calls the group.
// A person whom the agency does not have is Invalid, and nothing is changed.
func (s *Service) ChangeGroup(ctx context.Context, a auth.Actor, id string, in GroupUpdate) (*Group, error) {
	line := audit.Event{Action: "user.roles"}
	if err := s.directory(ctx, a, line.Action); err != nil {
		return nil, err
	}
	var g Group
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		line = audit.Event{Action: "user.roles"}
		groups, err := readGroups(tx, a.AgencyID, len(in.Members) > 0)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(groups, func(g Group) bool { return string(g.Role) == id })
		if i < 0 {
			return noGroup()
		}
		g, line.Subject = groups[i], id
		words, err := call(tx, groups, &g, in)
		if err != nil {
			return err
		}
		if words != "" {
			line.Action = "directory.group"
		}
		given, taken, err := move(tx, &g, in.Members)
		if err != nil {
			return err
		}
		if len(given)+len(taken) > 0 {
			line.Action = "user.roles"
			words += fmt.Sprintf(" gave the role %s to people (%d) and took it from people (%d)", g.Role, len(given), len(taken))
			line.Detail = map[string]any{"given": given, "taken": taken}
		}
		if words == "" {
			return nil
		}
		line.Words = "The agency's directory " + strings.TrimSpace(words) + "."
		return audit.Record(tx, line)
	})
	if err != nil {
		return nil, s.refuse(ctx, a, line.Action, line.Subject, err)
	}
	g.Members = nil
	return &g, nil
}

// call notes the directory's own name and identifier of the group.
func call(tx *store.Tx, groups []Group, g *Group, in GroupUpdate) (words string, err error) {
	name, external := g.DisplayName, g.ExternalID
	if in.DisplayName != nil {
		if name, err = account.Line("displayName", *in.DisplayName, 1, 100); err != nil {
			return "", err
		}
		for _, other := range groups {
			if other.Role != g.Role && strings.EqualFold(other.DisplayName, name) {
				return "", taken(fmt.Sprintf("The group of the role %s is called that already.", other.Role))
			}
		}
	}
	if in.ExternalID != nil {
		if external, err = account.Line("externalId", *in.ExternalID, 0, 255); err != nil {
			return "", err
		}
	}
	if name == g.DisplayName && external == g.ExternalID {
		return "", nil
	}
	err = tx.Exec(`insert into scim_groups (agency_id, role, display_name, external_id) values (?, ?, ?, nullif(?, ''))
		on conflict (agency_id, role) do update set display_name = excluded.display_name, external_id = excluded.external_id`, tx.Actor.AgencyID, g.Role, name, external).Error
	if err != nil {
		return "", fmt.Errorf("keeping a group's name: %w", unique(err))
	}
	g.DisplayName, g.ExternalID = name, external
	return fmt.Sprintf("named the group of the role %s %q;", g.Role, name), nil
}

// move brings the group to the members that the directory wants and answers whose
// roles changed, by e-mail address.
func move(tx *store.Tx, g *Group, changes []MemberChange) (given, taken []string, err error) {
	if len(changes) == 0 {
		return nil, nil, nil
	}
	has, want := map[uuid.UUID]bool{}, map[uuid.UUID]bool{}
	for _, m := range g.Members {
		has[m.ID], want[m.ID] = true, true
	}
	for _, c := range changes {
		if c.Op == Set {
			clear(want)
		}
		for _, text := range c.IDs {
			id, err := uuid.Parse(text)
			switch {
			case c.Op == Take:
				delete(want, id) // whoever is no member is already out
			case err != nil:
				return nil, nil, noMember(text)
			default:
				want[id] = true
			}
		}
	}
	var ids []uuid.UUID
	for id := range want {
		if !has[id] {
			ids = append(ids, id)
		}
	}
	for id := range has {
		if !want[id] {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil, nil, nil
	}
	if len(ids) > MostMembers {
		return nil, nil, models.InvalidField("members", fmt.Sprintf("One request may change the roles of at most %d people; this one would change %d. Send several.", MostMembers, len(ids)))
	}
	people, err := lockAll(tx, ids)
	if err != nil {
		return nil, nil, err
	}
	for _, u := range people {
		roles := row{User: u}.person().Roles
		op := RoleChange{Op: Take, Roles: []auth.Role{g.Role}}
		if want[u.ID] {
			op.Op = Add
			given = append(given, u.Email)
		} else {
			taken = append(taken, u.Email)
		}
		delete(want, u.ID)
		if now := after(roles, []RoleChange{op}); !sameRoles(now, roles) {
			if err := account.DoSetRoles(tx, &u, now); err != nil {
				return nil, nil, err
			}
		}
	}
	for id := range want {
		if !has[id] {
			return nil, nil, noMember(id.String())
		}
	}
	return given, taken, nil
}

// lockAll locks those of the people who are the agency's own, in the order of their
// ids. Locking the first one makes every other change of the agency's accounts wait.
func lockAll(tx *store.Tx, ids []uuid.UUID) ([]models.User, error) {
	const own = "select * from users where agency_id = ? and state <> 'removed' and id = any (?::uuid[]) order by id"
	var people []models.User
	if err := tx.Raw(own+" limit 1", tx.Actor.AgencyID, models.IDList(ids)).Scan(&people).Error; err != nil {
		return nil, fmt.Errorf("looking for the group's people: %w", err)
	}
	if len(people) == 0 {
		return nil, nil
	}
	if _, err := account.Lock(tx, people[0].ID, 0); err != nil {
		return nil, err
	}
	people = nil
	if err := tx.Raw(own+" for update", tx.Actor.AgencyID, models.IDList(ids)).Scan(&people).Error; err != nil {
		return nil, fmt.Errorf("locking the group's people: %w", err)
	}
	return people, nil
}

func noMember(id string) error {
	return models.InvalidField("members", fmt.Sprintf("Your agency has no person with the id %.80q here.", id))
}
