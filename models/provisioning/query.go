package provisioning

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/store"
)

// Attr is what people and groups can be looked up by.
type Attr string

// The attributes. People have no member, groups no user name, e-mail and active.
const (
	ByUserName    Attr = "userName"
	ByExternalID  Attr = "externalId"
	ByID          Attr = "id"
	ByEmail       Attr = "emails.value"
	ByDisplayName Attr = "displayName"
	ByActive      Attr = "active" // "true" or "false"
	ByMember      Attr = "members.value"
)

// Is demands that an attribute equals a value; several hold together.
type Is struct {
	Attr  Attr
	Value string
}

// MostPerPage is how many people one page has at most.
const MostPerPage = 200

// Query asks for a page of people.
type Query struct {
	Where []Is
	Start int // the first, counted from 1
	Count int // 0: only how many there are
}

// Page is a part of the agency's people in the order of their ids.
type Page struct {
	Total  int
	People []Person
}

// conditions are the SQL of each attribute of a person. Each is served by an index
// that begins with the agency; texts are compared as RFC 7643 says: only externalId
// and id exactly.
var conditions = map[Attr]string{
	ByUserName: `u.id in (select x.user_id from scim_users x where x.agency_id = @agency and x.user_name_key = lower(@value)
		union all select x.id from users x where x.agency_id = @agency and x.email = lower(@value) and not exists (select 1 from scim_users y where y.user_id = x.id))`,
	ByExternalID:  "u.external_id = @value",
	ByID:          "u.id = @id",
	ByEmail:       "u.email = lower(@value)",
	ByDisplayName: "u.name_key = lower(@value)",
	ByActive:      "(u.state <> 'suspended') = (@value = 'true')",
}

// Users answers a page of the agency's people. An attribute that people do not have
// is Invalid. What it costs is the page and the count of the agency's people, both
// from an index.
func (s *Service) Users(ctx context.Context, a auth.Actor, q Query) (*Page, error) {
	if err := s.directory(ctx, a, "directory.refused"); err != nil {
		return nil, err
	}
	where := []string{"u.agency_id = @agency", "u.state <> 'removed'"}
	args := map[string]any{"agency": a.AgencyID, "limit": min(max(q.Count, 0), MostPerPage), "skip": max(q.Start, 1) - 1}
	for i, is := range q.Where {
		sql, ok := conditions[is.Attr]
		if !ok {
			return nil, models.InvalidField("filter", fmt.Sprintf("People cannot be looked up by %s.", is.Attr))
		}
		value, id := fmt.Sprintf("value%d", i), fmt.Sprintf("id%d", i)
		where = append(where, strings.NewReplacer("@value", "@"+value, "@id", "@"+id).Replace(sql))
		args[value] = is.Value
		if is.Attr == ByID {
			parsed, err := uuid.Parse(is.Value)
			if err != nil {
				return &Page{}, nil // nobody's id has this form
			}
			args[id] = parsed
		}
	}
	from := " from users u where " + strings.Join(where, " and ")
	var page Page
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		page = Page{}
		if err := tx.Raw("select count(*)"+from, args).Row().Scan(&page.Total); err != nil {
			return fmt.Errorf("counting people: %w", err)
		}
		if page.Total == 0 || args["limit"] == 0 {
			return nil
		}
		if len(q.Where) == 0 { // then a page is a stretch of the index of directories
			if err := tx.InOrder(); err != nil {
				return err
			}
		}
		var ids []uuid.UUID
		if err := tx.Raw("select u.id"+from+" order by u.id limit @limit offset @skip", args).Scan(&ids).Error; err != nil {
			return fmt.Errorf("choosing people: %w", err)
		}
		rows, err := readAll(tx, ids)
		if err != nil {
			return err
		}
		for _, r := range rows {
			page.People = append(page.People, r.person())
		}
		return nil
	})
	return &page, err
}

// User answers one person of the agency, or NotFound.
func (s *Service) User(ctx context.Context, a auth.Actor, id uuid.UUID) (*Person, error) {
	if err := s.directory(ctx, a, "directory.refused"); err != nil {
		return nil, err
	}
	var p Person
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		r, err := read(tx, id)
		if err == nil {
			p = r.person()
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return &p, nil
}
