package provisioning

import (
	"fmt"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/account"
	"reeve/models/store"
)

// moved is whose roles changed, by id and by e-mail address.
type moved struct {
	people       []uuid.UUID
	given, taken []string
}

// move brings the group to the members that the directory wants.
func move(tx *store.Tx, g *Group, changes []MemberChange) (m moved, err error) {
	if len(changes) == 0 {
		return m, nil
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
				return m, noMember(text)
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
		return m, nil
	}
	if len(ids) > MostMembers {
		return m, models.InvalidField("members", fmt.Sprintf("One request may change the roles of at most %d people; this one would change %d. Send several.", MostMembers, len(ids)))
	}
	people, err := lockAll(tx, ids)
	if err != nil {
		return m, err
	}
	for _, u := range people {
		roles := row{User: u}.person().Roles
		op := RoleChange{Op: Take, Roles: []auth.Role{g.Role}}
		if want[u.ID] {
			op.Op = Add
			m.given = append(m.given, u.Email)
		} else {
			m.taken = append(m.taken, u.Email)
		}
		m.people = append(m.people, u.ID)
		delete(want, u.ID)
		if now := after(roles, []RoleChange{op}); !sameRoles(now, roles) {
			if err := account.DoSetRoles(tx, &u, now); err != nil {
				return m, err
			}
		}
	}
	for id := range want {
		if !has[id] {
			return m, noMember(id.String())
		}
	}
	return m, nil
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
