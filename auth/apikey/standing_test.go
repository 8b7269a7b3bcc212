package apikey_test

import (
	"errors"
	"testing"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/auth/apikey"
	"reeve/models"
	"reeve/models/store"
)

func TestACallFromElsewhereIsRefusedBeforeItsPasswordIsLookedAt(t *testing.T) {
	s := newDesk(t)
	allow := func(networks string) {
		s.Setup(t, func(tx *store.Tx) error {
			return tx.Exec(`insert into provider_accounts (provider_id, allowed) select id, ?::cidr[] from providers where name = 'Example Chat'
				on conflict (provider_id) do update set allowed = excluded.allowed`, networks).Error
		})
		s.Clock.Advance(apikey.FreshFor)
	}
	from := func(ip, password string) error {
		_, err := s.try("esp", password, ip)
		return err
	}
	s.must(from("192.0.2.7", "right")) // proven, and remembered
	allow("{192.0.2.0/28,2001:db8:1::/48}")
	s.must(from("192.0.2.7", "right"))
	s.must(from("2001:db8:1::7", "right"))
	s.must(from("::ffff:192.0.2.7", "right")) // the same address, mapped
	for _, ip := range []string{"192.0.2.16", "198.51.100.7", "2001:db8:2::7", "", "nonsense"} {
		if err := from(ip, "right"); !errors.Is(err, apikey.ErrRefused) {
			t.Errorf("the right password from %q: got %v, want ErrRefused", ip, err)
		}
		var d *apikey.Denied
		if err := from(ip, "wrong"); !errors.Is(err, apikey.ErrRefused) || !errors.As(err, &d) || d.Cause != apikey.CauseAddress || d.Provider == uuid.Nil {
			t.Errorf("a wrong password from %q: got %v (%+v), want ErrRefused", ip, err, d)
		}
	}
	if n := s.count("audit_events where refused and words like '%address that is not allowed%'"); n != 5 {
		t.Errorf("%d lines say so, want one for each address within a minute", n)
	}
	if n := s.count("audit_events where refused and words like '%password is wrong%'"); n != 0 {
		t.Errorf("%d lines say that a password was wrong; none was looked at", n)
	}
	// It is slowed down like a wrong password, so that the work it causes is bounded.
	for range 3 {
		_ = from("198.51.100.7", "right")
	}
	if err := from("198.51.100.7", "right"); !errors.Is(err, apikey.ErrTooMany) {
		t.Errorf("the sixth call from elsewhere: got %v, want ErrTooMany", err)
	}
	allow("{}")
	if err := from("203.0.113.9", "right"); err != nil {
		t.Errorf("without networks every address may call: %v", err)
	}
	if _, err := s.try("photos", "other", "198.51.100.99"); err != nil {
		t.Errorf("another provider is not restricted: %v", err)
	}
}

func TestAChangeOfThisProcessTakesEffectAtTheNextRequest(t *testing.T) {
	s := newDesk(t)
	s.want("before", "esp", "right", nil)
	var chat models.Provider
	s.Setup(t, func(tx *store.Tx) error { return tx.Where("name = 'Example Chat'").Take(&chat).Error })
	s.must(s.dir.DisableProvider(t.Context(), "esp")) // no time passes
	s.want("remembered still", "esp", "right", nil)
	s.a.Forget(chat.ID)
	s.want("after forgetting", "esp", "right", apikey.ErrRefused)
	s.want("another provider", "photos", "other", nil)

	// A machine that was shut out and slowed down may come in as soon as it is let in.
	for range 6 {
		_, _ = s.try("esp", "newer", "192.0.2.1")
	}
	s.want("slowed down", "esp", "newer", apikey.ErrTooMany)
	s.Setup(t, func(tx *store.Tx) error {
		return tx.Create(&models.ProviderCredential{ID: store.NewID(), ProviderID: chat.ID, Username: "esp", PasswordHash: apikey.Hash("newer"), CreatedAt: tx.Now}).Error
	})
	s.a.Forget(chat.ID)
	s.want("let in", "esp", "newer", nil)
}

func TestARefusalSaysWhoseUserNameItWas(t *testing.T) {
	s := newDesk(t)
	provider := func(user, password string) uuid.UUID {
		t.Helper()
		_, err := s.try(user, password, "192.0.2.5")
		var d *apikey.Denied
		if !errors.As(err, &d) {
			t.Fatalf("%s was answered %v", user, err)
		}
		return d.Provider
	}
	var chat models.Provider
	s.Setup(t, func(tx *store.Tx) error { return tx.Where("name = 'Example Chat'").Take(&chat).Error })
	if got := provider("esp", "wrong"); got != chat.ID {
		t.Errorf("a wrong password: got %v, want %v", got, chat.ID)
	}
	s.must(s.dir.DisableProvider(t.Context(), "esp"))
	s.Clock.Advance(apikey.FreshFor)
	if got := provider("esp", "right"); got != chat.ID {
		t.Errorf("a disabled provider that knocks: got %v, want %v", got, chat.ID)
	}
	if got := provider("nobody", "right"); got != uuid.Nil {
		t.Errorf("a user name that is nobody's: got %v", got)
	}
}

func TestAUserNameLeadsToOneProvider(t *testing.T) {
	s := newDesk(t)
	var photos models.Provider
	s.Setup(t, func(tx *store.Tx) error { return tx.Where("name = 'Example Photos'").Take(&photos).Error })
	err := s.Owner.As(t.Context(), auth.System(auth.ForSetup), func(tx *store.Tx) error {
		return tx.Create(&models.ProviderCredential{ID: store.NewID(), ProviderID: photos.ID, Username: "esp", PasswordHash: "x", CreatedAt: tx.Now}).Error
	})
	if err == nil {
		t.Error("a second provider took the user name")
	}
	if n := s.count("provider_credentials where username = 'esp'"); n != 1 {
		t.Errorf("%d credentials have the user name, want 1", n)
	}
}
