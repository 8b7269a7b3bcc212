package provisioning

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/store"
)

// Group is a role as the directory's group. Its id is the role's name.
type Group struct {
	Role        auth.Role
	DisplayName string
	ExternalID  string
	Members     []Member // nil unless they were asked for
}

// Member is a person with the role.
type Member struct {
	ID   uuid.UUID
	Name string
}

// GroupQuery asks for groups.
type GroupQuery struct {
	Where   []Is
	Members bool // with their members
}

// ownNames are what groups are called until the directory calls them otherwise.
var ownNames = map[auth.Role]string{
	auth.Investigator: "Reeve investigators", auth.Supervisor: "Reeve supervisors", auth.AgencyAdmin: "Reeve agency admins", auth.ReadOnly: "Reeve readers",
	auth.Analyst: "Reeve analysts", auth.DeskSupervisor: "Reeve desk supervisors", auth.ClearinghouseAdmin: "Reeve clearinghouse admins", auth.Auditor: "Reeve auditors",
}

// Groups answers the agency's groups in the matrix's order: at most four.
func (s *Service) Groups(ctx context.Context, a auth.Actor, q GroupQuery) ([]Group, error) {
	if err := s.directory(ctx, a, "directory.refused"); err != nil {
		return nil, err
	}
	var groups []Group
	err := s.store.As(ctx, a, func(tx *store.Tx) (err error) {
		groups, err = readGroups(tx, a.AgencyID, q.Members || slices.ContainsFunc(q.Where, func(is Is) bool { return is.Attr == ByMember }))
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, is := range q.Where {
		fits, err := is.group()
		if err != nil {
			return nil, err
		}
		groups = slices.DeleteFunc(groups, func(g Group) bool { return !fits(g) })
	}
	if !q.Members {
		for i := range groups {
			groups[i].Members = nil
		}
	}
	return groups, nil
}

func (is Is) group() (func(Group) bool, error) {
	switch is.Attr {
	case ByDisplayName:
		return func(g Group) bool { return strings.EqualFold(g.DisplayName, is.Value) }, nil
	case ByExternalID:
		return func(g Group) bool { return g.ExternalID == is.Value }, nil
	case ByID:
		return func(g Group) bool { return string(g.Role) == is.Value }, nil
	case ByMember:
		return func(g Group) bool {
			return slices.ContainsFunc(g.Members, func(m Member) bool { return m.ID.String() == strings.ToLower(is.Value) })
		}, nil
	}
	return nil, models.InvalidField("filter", fmt.Sprintf("Groups cannot be looked up by %s.", is.Attr))
}

// Group answers one group, or NotFound.
func (s *Service) Group(ctx context.Context, a auth.Actor, id string, members bool) (*Group, error) {
	groups, err := s.Groups(ctx, a, GroupQuery{Where: []Is{{ByID, id}}, Members: members})
	if err != nil {
		return nil, err
	}
	if len(groups) == 0 {
		return nil, noGroup()
	}
	return &groups[0], nil
}

func noGroup() error {
	return models.NotFoundf("There is no such group. Reeve's groups are its roles; list them with GET /Groups.")
}

// readGroups reads an agency's groups. Members cost one pass over the agency's
// people, by the index of its directory.
func readGroups(tx *store.Tx, agency uuid.UUID, members bool) ([]Group, error) {
	var kind models.AgencyKind
	if err := tx.Raw("select kind from agencies where id = ?", agency).Row().Scan(&kind); err != nil {
		return nil, fmt.Errorf("reading the agency's kind: %w", err)
	}
	roles := auth.AgencyRoles()
	if kind == models.KindClearinghouse {
		roles = auth.ClearinghouseRoles()
	}
	var named []struct {
		Role        auth.Role
		DisplayName string
		ExternalID  *string
	}
	if err := tx.Raw("select role, display_name, external_id from scim_groups where agency_id = ?", agency).Scan(&named).Error; err != nil {
		return nil, fmt.Errorf("reading the groups' names: %w", err)
	}
	groups := make([]Group, len(roles))
	at := map[string]int{}
	for i, r := range roles {
		groups[i], at[string(r)] = Group{Role: r, DisplayName: ownNames[r]}, i
		for _, n := range named {
			if n.Role != r {
				continue
			}
			if n.DisplayName != "" {
				groups[i].DisplayName = n.DisplayName
			}
			if n.ExternalID != nil {
				groups[i].ExternalID = *n.ExternalID
			}
		}
	}
	if !members {
		return groups, nil
	}
	var people []struct {
		ID    uuid.UUID
		Name  string
		Roles models.TextList
	}
	if err := tx.Raw("select id, name, roles from users where agency_id = ? and state <> 'removed' order by id", agency).Scan(&people).Error; err != nil {
		return nil, fmt.Errorf("reading the groups' members: %w", err)
	}
	for _, p := range people {
		for _, r := range p.Roles {
			if i, ok := at[r]; ok {
				groups[i].Members = append(groups[i].Members, Member{ID: p.ID, Name: p.Name})
			}
		}
	}
	return groups, nil
}
