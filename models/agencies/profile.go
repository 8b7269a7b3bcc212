package agencies

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// mostAreas and mostAdmins are how many of each a profile shows.
const (
	mostAreas  = 200
	mostAdmins = 20
)

// Profile is what the clearinghouse sees of one agency.
type Profile struct {
	Agency    models.Agency
	Above     *models.Agency // nil: it stands below no other
	Figures   Figures
	Areas     []models.Territory // those in force first; at most 200
	MoreAreas bool
	Below     []Node        // directly below, at most 25
	Admins    []models.User // who are, or are on the way to being; at most 20
}

// Show answers one agency to the clearinghouse.
func (s *Service) Show(ctx context.Context, a auth.Actor, code string) (*Profile, error) {
	line := audit.Event{Action: "agency.read", Subject: code, Words: "Looked at the page of an agency."}
	var out *Profile
	err := s.do(ctx, a, auth.ReadAgencies, line, askHouse, func(tx *store.Tx) error {
		if code == "" {
			return missing("agency")
		}
		g, err := find(tx, code)
		if err != nil {
			return err
		}
		if out, err = profileOf(tx, g); err != nil {
			return err
		}
		line.Concerns = []uuid.UUID{g.ID}
		return audit.Record(tx, line)
	})
	return out, err
}

func profileOf(tx *store.Tx, g *models.Agency) (*Profile, error) {
	out := &Profile{Agency: *g}
	var err error
	if out.Above, err = byID(tx, g.ParentID); err != nil {
		return nil, err
	}
	all, err := figures(tx, []uuid.UUID{g.ID})
	if err != nil {
		return nil, err
	}
	out.Figures = all[g.ID]
	if out.Below, err = nodesBelow(tx, g.ID); err != nil {
		return nil, err
	}
	err = tx.Where("agency_id = ?", g.ID).Order("valid_to is not null and valid_to < current_date, country, state, county, valid_from desc nulls last, id").
		Limit(mostAreas + 1).Find(&out.Areas).Error
	if err != nil {
		return nil, fmt.Errorf("reading the territory of %s: %w", g.Code, err)
	}
	if len(out.Areas) > mostAreas {
		out.Areas, out.MoreAreas = out.Areas[:mostAreas], true
	}
	err = tx.Where("agency_id = ? and state in ('active', 'waiting', 'invited', 'suspended') and roles && ?", g.ID, adminRoles).
		Order("state, name, id").Limit(mostAdmins).Find(&out.Admins).Error
	if err != nil {
		return nil, fmt.Errorf("reading the admins of %s: %w", g.Code, err)
	}
	return out, nil
}

func missing(what string) error {
	return models.NotFoundf("There is no such %s, or not for you.", what)
}
