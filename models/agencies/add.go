package agencies

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// Draft is an agency to add. It has no territory: who covers what comes with the
// territory file, so nothing is referred to it by rule.
type Draft struct {
	ParentCode   string // empty: the actor's own; for the clearinghouse: a root
	Name         string
	Code         string // empty: made from the name
	Zone         string
	ContactName  string
	ContactEmail string
	ContactPhone string
}

// Place is where a new agency would stand.
type Place struct {
	Parent *models.Agency // nil: below no other
	Zone   string         // the parent's, as a proposal
}

// PlaceFor answers where an agency added below the given one would stand. An empty
// code is the actor's own agency, for the clearinghouse below no other.
func (s *Service) PlaceFor(ctx context.Context, a auth.Actor, parent string) (*Place, error) {
	line := audit.Event{Action: "agency.read", Subject: parent, Words: "Opened the form for a new agency."}
	var out *Place
	p, ask := permissionFor(a, parent)
	err := s.do(ctx, a, p, line, ask, func(tx *store.Tx) error {
		g, err := parentOf(tx, parent)
		if err != nil {
			return err
		}
		out = &Place{Parent: g, Zone: "America/New_York"}
		if g != nil {
			out.Zone, line.Subject, line.Concerns = g.Zone, g.Code, []uuid.UUID{g.ID}
		}
		return audit.Record(tx, line)
	})
	return out, err
}

// permissionFor is what adding an agency there demands.
func permissionFor(a auth.Actor, parent string) (auth.Permission, string) {
	if parent == "" && a.Side == auth.SideClearinghouse {
		return auth.ManageAgencies, askRoots
	}
	return auth.ManageAgency, askAdmin
}

// parentOf reads the agency below which another shall stand; nil for none.
func parentOf(tx *store.Tx, code string) (*models.Agency, error) {
	if code == "" && tx.Actor.Side == auth.SideClearinghouse {
		return nil, nil
	}
	g, err := find(tx, code)
	if err != nil {
		return nil, err
	}
	switch {
	case g.Kind != models.KindAgency:
		return nil, models.NotFoundf("Nothing stands below %s.", g.Name)
	case g.ClosedAt != nil:
		return nil, models.Conflictf("%s is closed, so nothing can stand below it. Reopen it first, or choose another.", g.Name)
	}
	return g, nil
}

// Add makes an agency and answers it. Its session limits are its parent's. A code
// that is taken is Invalid, with one that is free.
func (s *Service) Add(ctx context.Context, a auth.Actor, in Draft) (*models.Agency, error) {
	line := audit.Event{Action: "agency.added", Subject: in.Code, Words: "Added an agency."}
	var out *models.Agency
	p, ask := permissionFor(a, in.ParentCode)
	err := s.do(ctx, a, p, line, ask, func(tx *store.Tx) error {
		parent, err := parentOf(tx, in.ParentCode)
		if err != nil {
			return err
		}
		g, err := in.check(tx)
		if err != nil {
			return err
		}
		line.Subject, line.Detail = g.Code, map[string]any{"name": g.Name, "below": "no other"}
		line.Concerns = []uuid.UUID{g.ID}
		var home models.Agency
		if err := tx.Where("id = ?", a.AgencyID).Take(&home).Error; err != nil {
			return fmt.Errorf("reading the actor's agency: %w", err)
		}
		g.Demonstration = home.Demonstration
		if parent != nil {
			g.ParentID, g.IdleMinutes, g.AbsoluteHours = &parent.ID, parent.IdleMinutes, parent.AbsoluteHours
			line.Detail = map[string]any{"name": g.Name, "below": parent.Name}
			line.Concerns = append(line.Concerns, parent.ID)
		}
		if err := tx.Create(g).Error; err != nil {
			return fmt.Errorf("adding the agency %s: %w", g.Code, err)
		}
		out = g
		return audit.Record(tx, line)
	})
	return out, err
}

// check answers the agency as the form would have it.
func (in Draft) check(tx *store.Tx) (*models.Agency, error) {
	f := faults{}
	g := &models.Agency{ID: store.NewID(), Kind: models.KindAgency, CreatedAt: tx.Now, Version: 1}
	g.Name = f.line("name", in.Name, 2, 120)
	g.Zone = f.zone("zone", in.Zone)
	g.ContactName, g.ContactEmail, g.ContactPhone = f.line("contact_name", in.ContactName, 0, 120), f.email("contact_email", in.ContactEmail), f.phone("contact_phone", in.ContactPhone)
	made := strings.TrimSpace(in.Code) == ""
	g.Code = strings.ToLower(strings.TrimSpace(in.Code))
	if made {
		g.Code = Suggest(g.Name)
	}
	switch {
	case f["name"] != "" && made:
	case !codeForm.MatchString(g.Code):
		f["code"] = "Two to 63 lower-case letters, digits and hyphens, like bay-region."
	default:
		free, err := freeCode(tx, g.Code)
		switch {
		case err != nil:
			return nil, err
		case made:
			g.Code = free
		case free != g.Code:
			f["code"] = fmt.Sprintf("%s is taken. %s is free.", g.Code, free)
		}
	}
	g.Band = bandFor(g.Code)
	return g, f.err()
}

// freeCode answers the code itself, or the first of code-2, code-3, ... that no
// agency has and no address means otherwise.
func freeCode(tx *store.Tx, code string) (string, error) {
	var taken []string
	err := tx.Raw(`select code from agencies where code = ? or code like ? escape '\'`, code, strings.ReplaceAll(code, "_", `\_`)+"-%").Scan(&taken).Error
	if err != nil {
		return "", fmt.Errorf("looking whether the code is free: %w", err)
	}
	taken = append(taken, reserved...)
	for n, try := 2, code; ; n++ {
		if !known(taken, try) {
			return try, nil
		}
		try = fmt.Sprintf("%s-%d", code, n)
	}
}
