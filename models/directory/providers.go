package directory

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode"

	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// RotationOverlap is how long a provider's old password still works after a
// rotation, so that its machines can change over without a gap.
const RotationOverlap = 7 * 24 * time.Hour

// ProviderRow is a provider with its credentials, as `reeve provider list` prints it.
type ProviderRow struct {
	Name, Username string
	Created        time.Time
	LastUsed       *time.Time
	ValidUntil     *time.Time
	Disabled       *time.Time
}

// AddProvider makes a provider with one credential. The hash is the caller's, so
// that no clear password comes here. A name or user name already taken is Conflict.
func (s *Service) AddProvider(ctx context.Context, name, username, passwordHash string, demonstration bool) error {
	name, username = strings.TrimSpace(name), strings.TrimSpace(username)
	if name == "" || username == "" || strings.Contains(username, ":") {
		return models.InvalidField("name", "A provider needs a name and a user name without a colon (HTTP Basic cannot carry one).")
	}
	if slug(name) == "" {
		return models.InvalidField("name", "A provider's name needs at least one letter or digit.")
	}
	return s.store.As(ctx, console(), func(tx *store.Tx) error {
		var taken int64
		if err := tx.Raw(`select (select count(*) from providers where name = ? or code = ?) +
			(select count(*) from provider_credentials where username = ? and disabled_at is null)`, name, slug(name), username).Row().Scan(&taken); err != nil {
			return fmt.Errorf("looking for provider %s: %w", name, err)
		}
		if taken > 0 {
			return models.Conflictf("There is already a provider or user named %q. Use `reeve provider rotate` for a new password.", name)
		}
		p := models.Provider{ID: store.NewID(), Code: slug(name), Name: name, Demonstration: demonstration, CreatedAt: tx.Now}
		if err := tx.Create(&p).Error; err != nil {
			return fmt.Errorf("making provider %s: %w", name, err)
		}
		c := models.ProviderCredential{ID: store.NewID(), ProviderID: p.ID, Username: username, PasswordHash: passwordHash, CreatedAt: tx.Now}
		if err := tx.Create(&c).Error; err != nil {
			return fmt.Errorf("making the credential of %s: %w", name, err)
		}
		return audit.Record(tx, audit.Event{Action: "provider.added", Subject: name, Words: "Added a provider account."})
	})
}

// slug makes a stable code of a name: lower-case letters and digits of any script,
// joined by hyphens.
func slug(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.Join(words, "-")
}

// Providers lists every provider's credentials, by name.
func (s *Service) Providers(ctx context.Context) ([]ProviderRow, error) {
	var rows []ProviderRow
	err := s.store.As(ctx, console(), func(tx *store.Tx) error {
		return tx.Raw(`select p.name, c.username, c.created_at as created, c.last_used_at as last_used, c.valid_until, c.disabled_at as disabled
			from providers p join provider_credentials c on c.provider_id = p.id order by p.name, c.created_at`).Scan(&rows).Error
	})
	return rows, err
}

// RotateProvider adds a credential with the new hash under the same user name;
// the old ones work for RotationOverlap more.
func (s *Service) RotateProvider(ctx context.Context, username, passwordHash string) error {
	return s.change(ctx, username, "provider.rotated", "Rotated a provider's password.", func(tx *store.Tx, live []models.ProviderCredential) error {
		until := tx.Now.Add(RotationOverlap)
		for _, c := range live {
			if c.ValidUntil == nil {
				if err := tx.Model(&models.ProviderCredential{}).Where("id = ?", c.ID).Update("valid_until", until).Error; err != nil {
					return fmt.Errorf("ending the old password: %w", err)
				}
			}
		}
		return tx.Create(&models.ProviderCredential{ID: store.NewID(), ProviderID: live[0].ProviderID, Username: username, PasswordHash: passwordHash, CreatedAt: tx.Now}).Error
	})
}

// DisableProvider ends every credential of the user name at once.
func (s *Service) DisableProvider(ctx context.Context, username string) error {
	return s.change(ctx, username, "provider.disabled", "Disabled a provider account.", func(tx *store.Tx, _ []models.ProviderCredential) error {
		return tx.Model(&models.ProviderCredential{}).Where("username = ? and disabled_at is null", username).Update("disabled_at", tx.Now).Error
	})
}

func (s *Service) change(ctx context.Context, username, action, words string, fn func(*store.Tx, []models.ProviderCredential) error) error {
	return s.store.As(ctx, console(), func(tx *store.Tx) error {
		var live []models.ProviderCredential
		if err := tx.Where("username = ? and disabled_at is null", username).Order("created_at").Find(&live).Error; err != nil {
			return fmt.Errorf("looking for user %s: %w", username, err)
		}
		if len(live) == 0 {
			return models.NotFoundf("There is no working provider account with the user name %q.", username)
		}
		if err := fn(tx, live); err != nil {
			return err
		}
		return audit.Record(tx, audit.Event{Action: action, Subject: username, Words: words})
	})
}
