package agencies

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// Service holds the use cases.
type Service struct{ store *store.Store }

// New makes the use cases on a store of role reeve_web.
func New(s *store.Store) *Service { return &Service{store: s} }

// Whom to ask when a role may not.
const (
	askAdmin = "Settings and the agencies below are for agency admins. Ask an admin of your agency."
	askHouse = "The list of all agencies is for the clearinghouse's supervisors and admins."
	askRoots = "Agencies that stand below no other are the clearinghouse's to add, move and close. Ask its admins."
)

// do is the frame of a use case about one agency: role, transaction, and the line of
// a refusal when the agency does not exist for the actor. e describes the deed; fn
// writes its line.
func (s *Service) do(ctx context.Context, a auth.Actor, p auth.Permission, e audit.Event, ask string, fn func(*store.Tx) error) error {
	if err := audit.May(ctx, s.store, a, p, e, ask); err != nil {
		return err
	}
	err := s.store.As(ctx, a, fn)
	if models.KindOf(err) == models.Forbidden { // the role may, and this agency is not among those
		if failed := audit.Refused(ctx, s.store, a, e); failed != nil {
			return failed
		}
		return err
	}
	return audit.UnseenThing(ctx, s.store, a, e.Action, "agency "+e.Subject, "Asked for an agency that does not exist or is not theirs.", err)
}

// find reads an agency that the actor manages, by its code; an empty code is the
// actor's own. Any other is NotFound.
func find(tx *store.Tx, code string) (*models.Agency, error) { return take(tx, code, false) }

// lock is find for update. version must be the row's, else the answer is Conflict
// and the agency as it is now.
func lock(tx *store.Tx, code string, version int) (*models.Agency, error) {
	g, err := take(tx, code, true)
	if err != nil {
		return nil, err
	}
	if g.Version != version {
		return g, models.Conflictf("Somebody else changed %s meanwhile. Nothing of yours was saved; look at it again, then decide.", g.Name)
	}
	return g, nil
}

// lockOther is lock for what is done to an agency from above: what the actor sees and
// may neither move nor close is Forbidden, whatever the version.
func lockOther(tx *store.Tx, code string, version int) (*models.Agency, error) {
	if err := lockTree(tx); err != nil {
		return nil, err
	}
	g, err := lock(tx, code, version)
	if g == nil || models.KindOf(err) == models.NotFound {
		return nil, err
	}
	if no := mayPlace(tx, g); no != nil {
		return nil, no
	}
	return g, err
}

func take(tx *store.Tx, code string, forUpdate bool) (*models.Agency, error) {
	q := tx.Where("app_manages(id)")
	if code == "" {
		q = q.Where("id = ?", tx.Actor.AgencyID)
	} else {
		q = q.Where("code = ?", code)
	}
	if forUpdate {
		q = q.Clauses(clause.Locking{Strength: "UPDATE"})
	}
	var g models.Agency
	err := q.Take(&g).Error
	return &g, store.Translate(err, "This agency")
}

// byID reads any agency of the directory; nil for none.
func byID(tx *store.Tx, id *uuid.UUID) (*models.Agency, error) {
	if id == nil {
		return nil, nil
	}
	var g models.Agency
	if err := tx.Where("id = ?", *id).Take(&g).Error; err != nil {
		return nil, fmt.Errorf("reading an agency: %w", err)
	}
	return &g, nil
}

// lockTree makes the deeds that change the tree wait for each other. It comes before
// any row's lock, as in the trigger agencies_tree, so that they wait in one order.
func lockTree(tx *store.Tx) error {
	if err := tx.Exec("select pg_advisory_xact_lock(hashtext('agencies_tree'))").Error; err != nil {
		return fmt.Errorf("waiting for the tree of agencies: %w", err)
	}
	return nil
}

// save writes what the map names, if nobody changed the agency since it was read.
func save(tx *store.Tx, g *models.Agency, to map[string]any) error {
	to["version"] = g.Version + 1
	res := tx.Model(&models.Agency{}).Where("id = ? and version = ?", g.ID, g.Version).Updates(to)
	if res.Error != nil {
		return fmt.Errorf("saving the agency %s: %w", g.Code, res.Error)
	}
	if res.RowsAffected == 0 {
		return models.Conflictf("Somebody else changed %s meanwhile. Nothing of yours was saved; look at it again, then decide.", g.Name)
	}
	return nil
}
