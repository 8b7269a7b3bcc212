package providers

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"reeve/auth"
	"reeve/models"
	"reeve/models/account"
	"reeve/models/audit"
	"reeve/models/store"
)

// NameLimit is how long a provider's name may be, in characters.
const NameLimit = 120

// Contact is a provider's name and whom to call there.
type Contact struct {
	Name                                    string
	ContactName, ContactEmail, ContactPhone string
}

// checked answers the contact in the form in which it is kept, or Invalid with every
// field that breaks a rule.
func (c Contact) checked() (Contact, error) {
	wrong := map[string]string{}
	keep := func(text string, err error) string {
		for field, message := range models.FieldsOf(err) {
			wrong[field] = message
		}
		return text
	}
	out := Contact{
		Name:         keep(account.Line("name", c.Name, 1, NameLimit)),
		ContactName:  keep(account.Line("contact_name", c.ContactName, 1, 120)),
		ContactPhone: keep(account.Line("contact_phone", c.ContactPhone, 0, 40)),
	}
	email, err := account.Email(c.ContactEmail)
	if err != nil {
		wrong["contact_email"] = "Write one whole e-mail address, like name@provider.example."
	}
	out.ContactEmail = email
	if wrong["name"] == "" && Code(out.Name) == "" {
		wrong["name"] = "A provider's name needs at least one letter or digit."
	}
	if len(wrong) > 0 {
		return out, &models.Error{Kind: models.Invalid, Message: "Something needs correcting.", Fields: wrong}
	}
	return out, nil
}

// NewProvider is a provider to add.
type NewProvider struct {
	Contact
	Username string // empty: made of the name
	Hash     string // of its password
}

// Add makes a provider with its first credential. A field that breaks a rule is
// Invalid with the field, and so is a name or user name that is taken.
func (s *Service) Add(ctx context.Context, a auth.Actor, in NewProvider) (*Given, error) {
	line := audit.Event{Action: "provider.added", Words: "Tried to add a provider."}
	if err := audit.May(ctx, s.store, a, auth.ManageProviders, line, ask); err != nil {
		return nil, err
	}
	c, err := in.checked()
	if err != nil {
		return nil, err
	}
	username := strings.TrimSpace(in.Username)
	if username == "" {
		username = UsernameFor(c.Name)
	}
	p := models.Provider{ID: store.NewID(), Code: Code(c.Name), Name: c.Name}
	err = s.store.As(ctx, a, func(tx *store.Tx) error {
		p.CreatedAt = tx.Now
		if err := nameFree(tx, c.Name, p.Code, p.ID); err != nil {
			return err
		}
		if err := usernameFree(tx, username, p.ID); err != nil {
			return err
		}
		if err := tx.Create(&p).Error; err != nil {
			if errors.Is(err, gorm.ErrDuplicatedKey) {
				return nameTaken(c.Name)
			}
			return fmt.Errorf("adding the provider: %w", err)
		}
		o := models.ProviderAccount{ProviderID: p.ID, ContactName: c.ContactName, ContactEmail: c.ContactEmail, ContactPhone: c.ContactPhone,
			Allowed: models.TextList{}, ChangedAt: &tx.Now, ChangedByName: a.Name, Version: 1}
		if err := tx.Create(&o).Error; err != nil {
			return fmt.Errorf("making the account: %w", err)
		}
		if err := give(tx, p.ID, username, in.Hash); err != nil {
			return err
		}
		return audit.Record(tx, audit.Event{Action: line.Action, Subject: p.Name, Words: "Added a provider and gave it a password.", Detail: map[string]any{"username": username, "code": p.Code}})
	})
	if err != nil {
		return nil, err
	}
	return &Given{ProviderID: p.ID, Provider: p.Name, Username: username, ContactName: c.ContactName, ContactEmail: c.ContactEmail}, nil
}

// SetContact changes a provider's name and whom to call there. Its code stays: screen
// names are matched within it.
func (s *Service) SetContact(ctx context.Context, a auth.Actor, id uuid.UUID, in Contact, version int) error {
	c, err := in.checked()
	if err != nil {
		return err
	}
	return s.change(ctx, a, id, version, deed{"provider.changed", "Tried to change a provider's contact.", func(tx *store.Tx, l *locked, line *audit.Event) error {
		line.Words = "Changed whom to call at a provider."
		if c.Name != l.Name {
			if err := nameFree(tx, c.Name, "", id); err != nil {
				return err
			}
			if err := tx.Model(&models.Provider{}).Where("id = ?", id).Update("name", c.Name).Error; err != nil {
				if errors.Is(err, gorm.ErrDuplicatedKey) {
					return nameTaken(c.Name)
				}
				return fmt.Errorf("renaming %s: %w", l.Name, err)
			}
			line.Words = "Changed a provider's name."
			line.Detail = map[string]any{"before": l.Name, "after": c.Name}
		}
		err := tx.Exec("update provider_accounts set contact_name = ?, contact_email = ?, contact_phone = ? where provider_id = ?", c.ContactName, c.ContactEmail, c.ContactPhone, id).Error
		if err != nil {
			return fmt.Errorf("changing the contact of %s: %w", l.Name, err)
		}
		return nil
	}})
}
