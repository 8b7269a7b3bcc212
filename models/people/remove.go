package people

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/account"
	"reeve/models/audit"
	"reeve/models/referral"
	"reeve/models/store"
)

// ReleaseLimit is how many referrals of one person go back into the queue in one
// act; a colleague can be given any number.
const ReleaseLimit = 1000

var releaseLimit = ReleaseLimit // lower in a test

// Work says what becomes of a person's open work. The zero Work leaves it.
type Work struct {
	Heir      uuid.UUID // a colleague gets it
	HeirEmail string    // or one named by address
	Release   bool      // it goes back into the queue; by people of the agency itself
}

// Remove ends an account for good. Sessions end and the open work goes where work
// says, in the same transaction. A colleague who cannot take it over is Invalid on
// "heir"; removing the last admin is Conflict.
func (s *Service) Remove(ctx context.Context, a auth.Actor, t Target, why string, work Work) (*Done, error) {
	return s.do(ctx, a, t, deed{needs: auth.ManageUsers, action: "user.removed", tried: "Tried to remove a person.",
		do: func(tx *store.Tx, u *models.User, d *Done) (_ string, detail map[string]any, err error) {
			if why, err = account.Line("why", why, 0, WhyLimit); err != nil {
				return "", nil, err
			}
			to, err := d.settle(tx, u, work)
			if err != nil {
				return "", nil, err
			}
			if d.Ended, _, err = account.DoRemove(tx, u, why, nil); err != nil {
				return "", nil, err
			}
			words := []string{fmt.Sprintf("Removed %s and ended %s.", u.Name, counted(d.Ended, "session", "sessions"))}
			if to != "" {
				words = append(words, to)
			}
			return strings.Join(words, " "), map[string]any{"why": why, "sessions": d.Ended, "reports handed over": d.Moved, "reports back in the queue": d.Released}, nil
		}})
}

// HandOver gives a person's open work to a colleague, or puts it back into the
// queue, and leaves the account as it is: somebody is away for long, or suspended.
// An admin may hand over their own work too.
func (s *Service) HandOver(ctx context.Context, a auth.Actor, id uuid.UUID, work Work) (*Done, error) {
	return s.do(ctx, a, Target{ID: id}, deed{needs: auth.ManageUsers, action: "user.handed-over", tried: "Tried to hand over a person's open work.",
		do: func(tx *store.Tx, u *models.User, d *Done) (string, map[string]any, error) {
			to, err := d.settle(tx, u, work)
			if err == nil && to == "" {
				err = models.InvalidField("heir", "Choose who takes it over.")
			}
			return to, map[string]any{"reports handed over": d.Moved, "reports back in the queue": d.Released}, err
		}})
}

// settle does with the open work what was chosen and answers the sentence for the
// log; empty: it was left.
func (d *Done) settle(tx *store.Tx, u *models.User, w Work) (words string, err error) {
	if w.Release {
		if tx.Actor.Side != auth.SideAgency || tx.Actor.AgencyID != u.AgencyID {
			return "", models.InvalidField("heir", "Only people of the agency itself put reports back into its queue. Choose a colleague, or leave them.")
		}
		d.Released, err = release(tx, u)
		return fmt.Sprintf("Put %s of %s back into the queue.", counted(d.Released, "open report", "open reports"), u.Name), err
	}
	heir := w.Heir
	if heir == uuid.Nil && strings.TrimSpace(w.HeirEmail) != "" {
		if heir, err = heirByEmail(tx, u.AgencyID, w.HeirEmail); err != nil {
			return "", err
		}
	}
	if heir == uuid.Nil {
		return "", nil
	}
	if d.Moved, err = account.HandOver(tx, u.ID, heir); err != nil {
		return "", err
	}
	var name string
	if err := tx.Raw("select name from users where id = ?", heir).Row().Scan(&name); err != nil {
		return "", fmt.Errorf("naming the colleague: %w", err)
	}
	return fmt.Sprintf("Gave %s of %s to %s.", counted(d.Moved, "open report", "open reports"), u.Name, name), nil
}

func heirByEmail(tx *store.Tx, agency uuid.UUID, text string) (id uuid.UUID, err error) {
	email, err := account.Email(text)
	if err != nil {
		return id, models.InvalidField("heir", "Write the colleague's whole e-mail address.")
	}
	var ids []uuid.UUID
	if err := tx.Raw("select id from users where agency_id = ? and email = ? and state <> 'removed'", agency, email).Scan(&ids).Error; err != nil {
		return id, fmt.Errorf("looking for the colleague: %w", err)
	}
	if len(ids) == 0 {
		return id, models.InvalidField("heir", "Nobody of this agency has this address.")
	}
	return ids[0], nil
}

// release puts what the person holds back into the agency's queue, one by one
// through the state machine. What waits to be returned stays until it is sent.
func release(tx *store.Tx, u *models.User) (int, error) {
	var ids []uuid.UUID
	err := tx.Raw(`select id from referrals where agency_id = ? and assignee_id = ? and open and state in ('new', 'taken', 'working') order by id limit ?`,
		u.AgencyID, u.ID, releaseLimit+1).Scan(&ids).Error
	if err != nil {
		return 0, fmt.Errorf("reading open work: %w", err)
	}
	if len(ids) > releaseLimit {
		return 0, models.InvalidField("heir", fmt.Sprintf("More than %d reports are too many to put back at once. Give them to a colleague, or leave them.", releaseLimit))
	}
	n := 0
	for _, id := range ids {
		r, err := referral.LockByID(tx, id)
		if err != nil {
			return 0, err
		}
		if r.AssigneeID == nil || *r.AssigneeID != u.ID || !referral.May(referral.Release, r.State) {
			continue // somebody took or moved it meanwhile
		}
		if err := referral.Do(tx, r, referral.Release, backToQueue); err != nil {
			return 0, err
		}
		n++
	}
	return n, nil
}

// backToQueue is what casefile.Release does to a referral: it is nobody's, and new
// again unless work on it had begun.
func backToQueue(r *models.Referral) {
	if r.State == models.ReferralTaken {
		r.State = models.ReferralNew
	}
	r.AssigneeID, r.Assignee = nil, ""
}

// Leaving answers what ends when the person is removed, for the page that asks
// before it is done. One that the actor may not manage is NotFound.
func (s *Service) Leaving(ctx context.Context, a auth.Actor, id uuid.UUID) (*Person, error) {
	line := audit.Event{Action: "user.read", Subject: "account " + id.String(), Words: "Looked at what ends when a person is removed."}
	if err := s.may(ctx, a, auth.ManageUsers, line); err != nil {
		return nil, err
	}
	var p *Person
	err := s.store.As(ctx, a, func(tx *store.Tx) (err error) {
		if p, err = readPerson(tx, id); err != nil {
			return err
		}
		line.Subject, line.Concerns = p.Email, []uuid.UUID{p.AgencyID}
		return audit.Record(tx, line)
	})
	if err != nil {
		return nil, s.unseen(ctx, a, line.Action, "account "+id.String(), err)
	}
	return p, nil
}
