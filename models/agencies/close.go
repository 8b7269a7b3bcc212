package agencies

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/account"
	"reeve/models/audit"
	"reeve/models/store"
)

// Closing is what a person must know before they close an agency.
type Closing struct {
	Agency  models.Agency
	Figures Figures
	Areas   int // territory rows in force, at most MostCounted+1
}

// Why answers what forbids closing now, in words; empty when nothing does.
func (c Closing) Why() string {
	switch {
	case c.Agency.ClosedAt != nil:
		return c.Agency.Name + " is closed already."
	case c.Figures.Open > MostOpen:
		return fmt.Sprintf("It has more than %d open reports. They must be closed or returned first.", MostOpen)
	case c.Figures.Open == 1:
		return "It has one open report. That must be closed or returned first."
	case c.Figures.Open > 1:
		return fmt.Sprintf("It has %d open reports. They must be closed or returned first.", c.Figures.Open)
	case c.Figures.Children > 0:
		return "Open agencies stand below it. Move or close them first."
	}
	return ""
}

// AskClose answers the confirmation for closing an agency that is not the actor's own.
func (s *Service) AskClose(ctx context.Context, a auth.Actor, code string) (*Closing, error) {
	line := audit.Event{Action: "agency.read", Subject: code, Words: "Opened the form for closing an agency."}
	var out *Closing
	err := s.do(ctx, a, auth.ManageAgency, line, askAdmin, func(tx *store.Tx) error {
		g, err := find(tx, code)
		if err != nil {
			return err
		}
		if err := mayPlace(tx, g); err != nil {
			return err
		}
		if out, err = closingOf(tx, g); err != nil {
			return err
		}
		line.Subject, line.Concerns = g.Code, []uuid.UUID{g.ID}
		return audit.Record(tx, line)
	})
	return out, err
}

func closingOf(tx *store.Tx, g *models.Agency) (*Closing, error) {
	out := &Closing{Agency: *g}
	all, err := figures(tx, []uuid.UUID{g.ID})
	if err != nil {
		return nil, err
	}
	out.Figures = all[g.ID]
	err = tx.Raw("select count(*) from (select 1 from territories where agency_id = ? and country <> '' and withdrawn_at is null and (valid_to is null or valid_to >= current_date) limit ?) t", g.ID, MostCounted+1).
		Row().Scan(&out.Areas)
	if err != nil {
		return nil, fmt.Errorf("counting the territory of %s: %w", g.Code, err)
	}
	return out, nil
}

// Close closes an agency: its people are out at once and cannot sign in, and nothing
// is referred to it any more. It answers how many sessions ended. An agency with open
// reports, or with open agencies below it, is Conflict.
func (s *Service) Close(ctx context.Context, a auth.Actor, code, why string, version int) (ended int, err error) {
	line := audit.Event{Action: "agency.closed", Subject: code, Words: "Closed an agency; its people are shut out."}
	err = s.do(ctx, a, auth.ManageAgency, line, askAdmin, func(tx *store.Tx) error {
		g, err := lockOther(tx, code, version)
		if err != nil {
			return err
		}
		why, err := account.Line("why", why, 3, 300)
		if err != nil {
			return models.InvalidField("why", "Say in a few words why. It stands in the audit log.")
		}
		// Counted under the row's lock: a referral on its way waits for it, and is refused.
		c, err := closingOf(tx, g)
		if err != nil {
			return err
		}
		if no := c.Why(); no != "" {
			return models.Conflictf("%s cannot be closed now. %s", g.Name, no)
		}
		if err := save(tx, g, map[string]any{"closed_at": tx.Now}); err != nil {
			return err
		}
		if err := tx.Raw("select agencies_end_sessions(?)", g.ID).Row().Scan(&ended); err != nil {
			return fmt.Errorf("ending sessions: %w", err)
		}
		line.Subject, line.Concerns = g.Code, []uuid.UUID{g.ID}
		line.Detail = map[string]any{"reason": why, "sessions ended": ended}
		return audit.Record(tx, line)
	})
	return ended, err
}

// Reopen opens a closed agency again. Its accounts are as they were, so its people
// may sign in at once. Below a closed agency nothing is opened.
func (s *Service) Reopen(ctx context.Context, a auth.Actor, code string, version int) (*models.Agency, error) {
	line := audit.Event{Action: "agency.reopened", Subject: code, Words: "Opened a closed agency again."}
	var out *models.Agency
	err := s.do(ctx, a, auth.ManageAgency, line, askAdmin, func(tx *store.Tx) error {
		g, err := lockOther(tx, code, version)
		if err != nil {
			return err
		}
		if g.ClosedAt == nil {
			return models.Conflictf("%s is open already.", g.Name)
		}
		above, err := byID(tx, g.ParentID)
		if err != nil {
			return err
		}
		if above != nil && above.ClosedAt != nil {
			return models.Conflictf("%s stands below %s, which is closed. Reopen that one first, or move this one.", g.Name, above.Name)
		}
		if err := save(tx, g, map[string]any{"closed_at": nil}); err != nil {
			return err
		}
		out = g
		line.Subject, line.Concerns = g.Code, []uuid.UUID{g.ID}
		return audit.Record(tx, line)
	})
	return out, err
}
