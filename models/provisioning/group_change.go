package provisioning

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"reeve/auth"
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
		m, err := move(tx, &g, in.Members)
		if err != nil {
			return err
		}
		if len(m.people) > 0 {
			line.Action, line.People = "user.roles", m.people
			words += fmt.Sprintf(" gave the role %s to people (%d) and took it from people (%d)", g.Role, len(m.given), len(m.taken))
			line.Detail = map[string]any{"given": m.given, "taken": m.taken}
		}
		if words == "" {
			return nil
		}
		line.Words = "The agency's directory " + strings.TrimSpace(words) + "."
		return audit.Record(tx, line)
	})
	if err != nil {
		return nil, s.refuse(ctx, a, line, err)
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
