package providers

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// Days is of how many days a provider's page shows the use, today among them.
const Days = 30

// Provider is one provider's account as its page shows it.
type Provider struct {
	models.Provider
	Contact      Contact
	State        State
	Username     string
	Allowed      []string // networks; empty: any address
	LastUsed     *time.Time
	Credentials  []models.ProviderCredential // those that work first, then newest first; without hashes
	Seen         []Address                   // newest first
	SeenMore     bool                        // there are more
	Use          []DayUse                    // Days days, oldest first
	Faults       []FaultLine                 // commonest first
	Day, Week    Count
	ChangedAt    *time.Time
	ChangedBy    string
	Version      int
	At           time.Time // of which moment all this is
	MayEnd       bool      // an old password works beside a new one
	OldUsedSince bool      // that old password was used after the new one was made
}

// Address is an address from which a right password came within the last month.
type Address struct {
	IP              string
	FirstAt, LastAt time.Time
	Allowed         bool // it lies in the networks of now
}

// DayUse is what a provider sent on one day (UTC).
type DayUse struct {
	Day time.Time
	Count
}

// FaultLine is one kind of error answer in the last Days days.
type FaultLine struct {
	Fault
	Week   int64 // of N in the last seven days
	LastAt time.Time
	LastIP string
}

// Read answers a provider's account. One that does not exist is NotFound.
func (s *Service) Read(ctx context.Context, a auth.Actor, id uuid.UUID) (*Provider, error) {
	line := audit.Event{Action: "provider.read", Subject: "provider " + id.String(), Words: "Looked at a provider's account."}
	if err := audit.May(ctx, s.store, a, auth.ManageProviders, line, ask); err != nil {
		return nil, err
	}
	var p *Provider
	err := s.store.As(ctx, a, func(tx *store.Tx) (err error) {
		p = &Provider{At: tx.Now, Version: 1}
		if err := tx.Where("id = ?", id).Take(&p.Provider).Error; err != nil {
			if e := store.Translate(err, ""); models.KindOf(e) == models.NotFound {
				return noProvider()
			}
			return fmt.Errorf("reading a provider: %w", err)
		}
		if err := p.readAccount(tx); err != nil {
			return err
		}
		if err := p.readSeen(tx); err != nil {
			return err
		}
		if err := p.readUse(tx); err != nil {
			return err
		}
		line.Subject = p.Name
		return audit.Record(tx, line)
	})
	if err != nil {
		return nil, audit.UnseenThing(ctx, s.store, a, line.Action, "provider "+id.String(), "Asked for a provider that does not exist.", err)
	}
	return p, nil
}

func (p *Provider) readAccount(tx *store.Tx) error {
	var o []models.ProviderAccount
	if err := tx.Where("provider_id = ?", p.ID).Find(&o).Error; err != nil {
		return fmt.Errorf("reading the account of %s: %w", p.Name, err)
	}
	p.Contact.Name = p.Name
	if len(o) == 1 {
		p.Contact.ContactName, p.Contact.ContactEmail, p.Contact.ContactPhone = o[0].ContactName, o[0].ContactEmail, o[0].ContactPhone
		p.Allowed, p.LastUsed, p.Version, p.ChangedAt, p.ChangedBy = o[0].Allowed, o[0].LastUsedAt, o[0].Version, o[0].ChangedAt, o[0].ChangedByName
	}
	var err error
	if p.Credentials, err = credentials(tx, p.ID); err != nil {
		return err
	}
	var states []standing
	if err := tx.Raw(standings, map[string]any{"ids": models.IDList{p.ID}, "now": tx.Now}).Scan(&states).Error; err != nil {
		return fmt.Errorf("reading the credentials of %s: %w", p.Name, err)
	}
	p.State, p.Username = states[0].state(), states[0].Username
	l := locked{creds: p.Credentials}
	live := l.live(tx)
	for _, old := range overlapping(live) {
		p.MayEnd = true
		p.OldUsedSince = p.OldUsedSince || old.LastUsedAt != nil && old.LastUsedAt.After(newest(live).CreatedAt)
	}
	return nil
}

// seenShown is how many addresses a page shows.
const seenShown = 50

func (p *Provider) readSeen(tx *store.Tx) (err error) {
	if p.Seen, err = addresses(tx, p.ID); err != nil {
		return err
	}
	if len(p.Seen) > seenShown {
		p.Seen, p.SeenMore = p.Seen[:seenShown], true
	}
	return nil
}
