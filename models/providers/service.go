package providers

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// Service holds the use cases.
type Service struct{ store *store.Store }

// New makes the use cases on a store of role reeve_web.
func New(s *store.Store) *Service { return &Service{store: s} }

const ask = "Providers' accounts are for the clearinghouse's supervisors and admins. Ask the clearinghouse's admin for that role."

// noProvider is the answer for one that does not exist.
func noProvider() error {
	return models.NotFoundf("There is no such provider. Look for it in the list of providers.")
}

// locked is a provider as a deed finds it, kept from other deeds until it is done.
type locked struct {
	models.Provider
	models.ProviderAccount
	creds []models.ProviderCredential // newest first, without hashes
}

// live are the credentials that work at the transaction's time.
func (l *locked) live(tx *store.Tx) (list []models.ProviderCredential) {
	for _, c := range l.creds {
		if c.DisabledAt == nil && (c.ValidUntil == nil || tx.Now.Before(*c.ValidUntil)) {
			list = append(list, c)
		}
	}
	return list
}

// deed is one deed on one provider's account: a transaction, an audit line, the
// account's next version. version is the one that the person saw; another one is
// Conflict. do answers the line's words and details.
type deed struct {
	action, tried string
	do            func(tx *store.Tx, l *locked, line *audit.Event) error
}

func (s *Service) change(ctx context.Context, a auth.Actor, id uuid.UUID, version int, d deed) error {
	refused := audit.Event{Action: d.action, Subject: "provider " + id.String(), Words: d.tried}
	if err := audit.May(ctx, s.store, a, auth.ManageProviders, refused, ask); err != nil {
		return err
	}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		l, err := lock(tx, id)
		if err != nil {
			return err
		}
		if l.Version != version {
			who := l.ChangedByName
			if who == "" {
				who = "Somebody"
			}
			return models.Conflictf("%s changed this account since you opened the page. Nothing was done; look at what it is now and decide again.", who)
		}
		line := audit.Event{Action: d.action, Subject: l.Name}
		if err := d.do(tx, l, &line); err != nil {
			return err
		}
		err = tx.Exec("update provider_accounts set version = version + 1, changed_at = ?, changed_by_name = ? where provider_id = ?", tx.Now, a.Name, id).Error
		if err != nil {
			return fmt.Errorf("marking the account of %s as changed: %w", l.Name, err)
		}
		return audit.Record(tx, line)
	})
	return audit.UnseenThing(ctx, s.store, a, d.action, "provider "+id.String(), "Asked for a provider that does not exist.", err)
}

// lock reads a provider and keeps others from changing its account meanwhile.
func lock(tx *store.Tx, id uuid.UUID) (*locked, error) {
	l := &locked{}
	if err := tx.Where("id = ?", id).Take(&l.Provider).Error; err != nil {
		if e := store.Translate(err, ""); models.KindOf(e) == models.NotFound {
			return nil, noProvider()
		}
		return nil, fmt.Errorf("reading a provider: %w", err)
	}
	// The account is made when first needed.
	if err := tx.Exec("insert into provider_accounts (provider_id) values (?) on conflict do nothing", id).Error; err != nil {
		return nil, fmt.Errorf("making the account of %s: %w", l.Name, err)
	}
	if err := tx.Raw("select * from provider_accounts where provider_id = ? for update", id).Scan(&l.ProviderAccount).Error; err != nil {
		return nil, fmt.Errorf("reading the account of %s: %w", l.Name, err)
	}
	var err error
	l.creds, err = credentials(tx, id)
	return l, err
}

// credentialsShown bounds how many credentials of one provider are read. Those that
// work are always among them: each new one ends or dates the ones before.
const credentialsShown = 50

func credentials(tx *store.Tx, id uuid.UUID) (list []models.ProviderCredential, err error) {
	err = tx.Raw(`select id, provider_id, username, created_at, valid_until, disabled_at, last_used_at, made_by_name, ended_by_name, ended_why
		from provider_credentials where provider_id = ? order by disabled_at is null desc, created_at desc, id desc limit ?`, id, credentialsShown).Scan(&list).Error
	if err != nil {
		return nil, fmt.Errorf("reading a provider's credentials: %w", err)
	}
	return list, nil
}
