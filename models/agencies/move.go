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

// mostPlaces is how many agencies the form for moving lists; past it, the code is
// typed.
const mostPlaces = 200

// Moving is what a person must know before they move an agency.
type Moving struct {
	Agency  models.Agency
	Above   *models.Agency  // where it stands now; nil: below no other
	Places  []models.Agency // where it may go, by name; nil: more than can be listed
	MayRoot bool            // it may come to stand below no other
}

// AskMove answers the form for moving an agency that is not the actor's own.
func (s *Service) AskMove(ctx context.Context, a auth.Actor, code string) (*Moving, error) {
	line := audit.Event{Action: "agency.read", Subject: code, Words: "Opened the form for moving an agency."}
	var out *Moving
	err := s.do(ctx, a, auth.ManageAgency, line, askAdmin, func(tx *store.Tx) error {
		g, err := find(tx, code)
		if err != nil {
			return err
		}
		out = &Moving{Agency: *g, MayRoot: a.Can(auth.ManageAgencies)}
		if err := mayPlace(tx, g); err != nil {
			return err
		}
		if out.Above, err = byID(tx, g.ParentID); err != nil {
			return err
		}
		err = tx.Raw(`with recursive own (id) as (
				select cast(@id as uuid) union select a.id from agencies a join own o on a.parent_id = o.id)
			select a.* from agencies a
			 where a.kind = 'agency' and a.closed_at is null and not exists (select 1 from own o where o.id = a.id)
			   and (@house or a.id = any ((select app_agencies_below())::uuid[]))
			 order by lower(a.name), a.id limit @limit`,
			map[string]any{"id": g.ID, "house": a.Side == auth.SideClearinghouse, "limit": mostPlaces + 1}).Scan(&out.Places).Error
		if err != nil {
			return fmt.Errorf("reading where the agency may go: %w", err)
		}
		if len(out.Places) > mostPlaces {
			out.Places = nil
		} else if out.Places == nil {
			out.Places = []models.Agency{}
		}
		line.Subject, line.Concerns = g.Code, []uuid.UUID{g.ID}
		return audit.Record(tx, line)
	})
	return out, err
}

// mayPlace is Forbidden for what this actor sees and can neither move nor close.
func mayPlace(tx *store.Tx, g *models.Agency) error {
	switch {
	case g.Kind != models.KindAgency:
		return models.Forbiddenf("%s has no place in the tree. It can neither be moved nor closed.", g.Name)
	case g.ID == tx.Actor.AgencyID:
		return models.Forbiddenf("%s is your own agency. Only an admin of an agency above it, or the clearinghouse, moves or closes it.", g.Name)
	case g.ParentID == nil && !tx.Actor.Can(auth.ManageAgencies):
		return models.Forbiddenf("%s", askRoots)
	}
	return nil
}

// Moved is what Move did.
type Moved struct {
	Name    string
	Below   string // empty: no other
	Tighter bool   // its session limits, or those of agencies below it, became tighter
}

// Move puts an agency, and all that stands below it, below another one that the actor
// manages. An empty code means below no other, which is the clearinghouse's to say.
// Where the new parent is stricter, its session limits hold from now on.
func (s *Service) Move(ctx context.Context, a auth.Actor, code, to string, version int) (*Moved, error) {
	line := audit.Event{Action: "agency.moved", Subject: code, Words: "Moved an agency to another place in the tree."}
	var out *Moved
	err := s.do(ctx, a, auth.ManageAgency, line, askAdmin, func(tx *store.Tx) error {
		g, err := lockOther(tx, code, version)
		if err != nil {
			return err
		}
		parent, err := newParent(tx, g, to)
		if err != nil {
			return err
		}
		line.Concerns = []uuid.UUID{g.ID}
		from, err := byID(tx, g.ParentID)
		if err != nil {
			return err
		}
		was, is := "no other", "no other"
		if from != nil {
			was, line.Concerns = from.Name, append(line.Concerns, from.ID)
		}
		out = &Moved{Name: g.Name}
		values := map[string]any{"parent_id": nil}
		if parent != nil {
			is, out.Below, values["parent_id"], line.Concerns = parent.Name, parent.Name, parent.ID, append(line.Concerns, parent.ID)
			tighter := *g
			tighter.IdleMinutes, tighter.AbsoluteHours = parent.IdleMinutes, parent.AbsoluteHours
			below, err := laxerBelow(tx, tighter)
			if err != nil {
				return err
			}
			line.Concerns = append(line.Concerns, below...)
			out.Tighter = len(below) > 0 || limit(g.IdleMinutes, MostIdle) > limit(parent.IdleMinutes, MostIdle) || limit(g.AbsoluteHours, MostHours) > limit(parent.AbsoluteHours, MostHours)
		}
		if was == is {
			return models.InvalidField("parent", "It stands there already. Choose another place.")
		}
		if err := save(tx, g, values); err != nil {
			return err
		}
		line.Subject = g.Code
		line.Detail = map[string]any{"below": is, "before below": was, "session limits tightened": out.Tighter}
		return audit.Record(tx, line)
	})
	return out, err
}

// newParent reads the agency below which another shall come to stand; nil for none.
func newParent(tx *store.Tx, g *models.Agency, to string) (*models.Agency, error) {
	if to == "" {
		if !tx.Actor.Can(auth.ManageAgencies) {
			return nil, models.InvalidField("parent", "Choose the agency that it is to stand below.")
		}
		return nil, nil
	}
	p, err := find(tx, to)
	if models.KindOf(err) == models.NotFound || err == nil && p.Kind != models.KindAgency {
		return nil, models.InvalidField("parent", "There is no such agency among those that you manage.")
	}
	if err != nil {
		return nil, err
	}
	if p.ClosedAt != nil {
		return nil, models.InvalidField("parent", p.Name+" is closed. Choose another.")
	}
	var inside bool
	err = tx.Raw(`with recursive own (id) as (select ?::uuid union select a.id from agencies a join own o on a.parent_id = o.id)
		select exists (select 1 from own where id = ?)`, g.ID, p.ID).Row().Scan(&inside)
	if err != nil {
		return nil, fmt.Errorf("looking below the agency: %w", err)
	}
	if inside {
		return nil, models.InvalidField("parent", fmt.Sprintf("%s stands at or below %s itself.", p.Name, g.Name))
	}
	return p, nil
}
