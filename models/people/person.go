package people

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// historyLines is how much of an account's history its page shows.
const historyLines = 50

// heirsShown is how many colleagues the page offers to take over work; where there
// are more, one is named by e-mail address.
const heirsShown = 200

// Person is everything that a page says of one account.
type Person struct {
	models.User
	Agency    models.Agency
	Issuer    Provider
	Open      int       // open referrals, 100 at most
	Sessions  []Session // none for those who may not end them
	History   []Line    // newest first
	Heirs     []Heir    // colleagues who may take over the open work
	MoreHeirs bool      // there are more than are listed
	Self      bool      // the actor's own account
	LastAdmin bool      // the agency's last active admin, who stays
	// CanRelease says that open work may go back into the queue: the actor is of
	// the agency itself, nobody above touches its referrals.
	CanRelease bool
}

// Provider is where the person signs in.
type Provider struct {
	ID         uuid.UUID
	URL        string
	Name       string
	Enabled    bool
	GivesRoles bool // roles come with each sign-in, from the provider's own claims
	Domains    models.TextList
}

// Session is one of the person's open sessions.
type Session struct {
	ID        uuid.UUID
	CreatedAt time.Time
	ExpiresAt time.Time
	AuthAt    *time.Time
	Strong    bool
	IP        string
	Agent     string
}

// Line is one line of the audit log about the account.
type Line struct {
	ID          uuid.UUID
	At          time.Time
	ActorName   string
	ActorAgency *uuid.UUID
	Action      string
	Refused     bool
	Words       string
	Detail      json.RawMessage
}

// Heir is a colleague who may take over open work.
type Heir struct {
	ID    uuid.UUID
	Name  string
	Email string
}

// Person answers an account with its sessions, history and open work. One that the
// actor may not see is NotFound.
func (s *Service) Person(ctx context.Context, a auth.Actor, id uuid.UUID) (*Person, error) {
	line := audit.Event{Action: "user.read", Words: "Looked at a person's account."}
	if err := s.may(ctx, a, auth.ReadUsers, line); err != nil {
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

func readPerson(tx *store.Tx, id uuid.UUID) (*Person, error) {
	p := &Person{Self: id == tx.Actor.UserID}
	if err := tx.Where("id = ?", id).Take(&p.User).Error; err != nil {
		return nil, store.Translate(err, "This account")
	}
	var err error
	if p.Agency, err = agencyOf(tx, p.AgencyID); err != nil {
		return nil, err
	}
	p.CanRelease = tx.Actor.Side == auth.SideAgency && tx.Actor.AgencyID == p.AgencyID
	for _, read := range []func(*store.Tx) error{p.readIssuer, p.readLoad, p.readSessions, p.readHistory, p.readHeirs, p.readLastAdmin} {
		if err := read(tx); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func (p *Person) readIssuer(tx *store.Tx) error {
	list, err := providers(tx, p.AgencyID)
	for _, i := range list {
		if i.ID == p.IssuerID {
			p.Issuer = i
		}
	}
	return err
}

// providers answers an agency's identity providers with the domains of each.
func providers(tx *store.Tx, agency uuid.UUID) ([]Provider, error) {
	var list []Provider
	err := tx.Raw(`select i.id, i.url, i.name, i.enabled, i.roles_claim <> '' and i.role_map <> '{}' as gives_roles,
			array(select d.domain from issuer_domains d where d.issuer_id = i.id order by 1 limit 20) as domains
		from issuers i where i.agency_id = ? order by i.created_at, i.id limit 20`, agency).Scan(&list).Error
	if err != nil {
		return nil, fmt.Errorf("reading the sign-in of the agency: %w", err)
	}
	return list, nil
}

func (p *Person) readLoad(tx *store.Tx) error {
	rows, err := withLoad(tx, []models.User{p.User})
	if err == nil {
		p.Open = rows[0].Open
	}
	return err
}

// readSessions is for those who may end them: from where a colleague works is
// nobody else's business.
func (p *Person) readSessions(tx *store.Tx) error {
	if !tx.Actor.Can(auth.ManageUsers) {
		return nil
	}
	err := tx.Raw("select * from people_sessions(?) where expires_at > ?", p.ID, tx.Now).Scan(&p.Sessions).Error
	if err != nil {
		return fmt.Errorf("reading sessions: %w", err)
	}
	return nil
}

func (p *Person) readHistory(tx *store.Tx) error {
	err := tx.Raw("select * from people_history(?, ?, ?)", p.ID, uuid.Max, historyLines).Scan(&p.History).Error
	if err != nil {
		return fmt.Errorf("reading the account's history: %w", err)
	}
	return nil
}

func (p *Person) readHeirs(tx *store.Tx) error {
	if p.Open == 0 || !tx.Actor.Can(auth.ManageUsers) {
		return nil
	}
	err := tx.Raw(`select id, name, email from users where agency_id = ? and state = 'active' and roles && array['investigator', 'supervisor'] and id <> ?
		order by name, id limit ?`, p.AgencyID, p.ID, heirsShown+1).Scan(&p.Heirs).Error
	if err != nil {
		return fmt.Errorf("reading who may take over: %w", err)
	}
	if p.MoreHeirs = len(p.Heirs) > heirsShown; p.MoreHeirs {
		p.Heirs = p.Heirs[:heirsShown]
	}
	return nil
}

func (p *Person) readLastAdmin(tx *store.Tx) error {
	admin := slices.ContainsFunc(p.Roles, func(r string) bool {
		return r == string(auth.AgencyAdmin) || r == string(auth.ClearinghouseAdmin)
	})
	if p.State != models.UserActive || !admin {
		return nil
	}
	err := tx.Raw(`select not exists (select 1 from users where agency_id = ? and state = 'active' and id <> ? and roles && array['agency-admin', 'clearinghouse-admin'])`,
		p.AgencyID, p.ID).Row().Scan(&p.LastAdmin)
	if err != nil {
		return fmt.Errorf("looking for other admins: %w", err)
	}
	return nil
}
