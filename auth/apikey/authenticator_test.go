package apikey_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/auth/apikey"
	"reeve/models"
	"reeve/models/directory"
	"reeve/models/store"
	"reeve/models/storetest"
)

type desk struct {
	*storetest.DB
	t   *testing.T
	dir *directory.Service
	a   *apikey.Authenticator
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	t.Parallel()
	d := storetest.New(t)
	s := &desk{DB: d, t: t, dir: directory.New(d.Owner), a: apikey.NewAuthenticator(d.Web, apikey.Options{}, nil)}
	s.must(s.dir.AddProvider(t.Context(), "Example Chat", "esp", apikey.Hash("right"), false))
	s.must(s.dir.AddProvider(t.Context(), "Example Photos", "photos", apikey.Hash("other"), false))
	return s
}

func (s *desk) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *desk) try(user, password, ip string) (auth.Actor, error) {
	return s.a.Authenticate(s.t.Context(), apikey.Login{Username: user, Password: password, IP: ip, RequestID: "r-1"})
}

func (s *desk) want(what, user, password string, want error) {
	s.t.Helper()
	if _, err := s.try(user, password, "192.0.2.1"); !errors.Is(err, want) || want == nil && err != nil {
		s.t.Errorf("%s: got %v, want %v", what, err, want)
	}
}

func (s *desk) count(query string, args ...any) (n int) {
	s.t.Helper()
	s.Setup(s.t, func(tx *store.Tx) error { return tx.Raw("select count(*) from "+query, args...).Row().Scan(&n) })
	return n
}

func TestTheRightPasswordIsTheProvidersMachine(t *testing.T) {
	s := newDesk(t)
	a, err := s.try("esp", "right", "192.0.2.1")
	if err != nil || a.Side != auth.SideProvider || a.ProviderID == uuid.Nil || a.Name != "Example Chat" || a.IP != "192.0.2.1" || a.RequestID != "r-1" || !a.Can(auth.SubmitReport) {
		t.Errorf("got %+v, %v", a, err)
	}
	for _, c := range []struct{ user, password string }{
		{"esp", "wrong"}, {"photos", "right"}, {"nobody", "right"}, {"", "right"}, {"ESP", "right"}, {"esp", ""},
		{"e\x00sp", "right"}, {"\xff", "right"}, {fmt.Sprintf("%0300d", 1), "right"},
	} {
		if _, err := s.a.Authenticate(t.Context(), apikey.Login{Username: c.user, Password: c.password, IP: "192.0.2.9"}); !errors.Is(err, apikey.ErrRefused) {
			t.Errorf("%q with %q: got %v, want ErrRefused", c.user, c.password, err)
		}
	}
	if n := s.count("audit_events where refused and action = 'provider.signed-in' and ip = '192.0.2.9'"); n != 9 {
		t.Errorf("%d refusals are in the audit log, want 9", n)
	}
}

func TestDisablingTakesEffectWithinSeconds(t *testing.T) {
	s := newDesk(t)
	s.want("before", "esp", "right", nil)
	s.must(s.dir.DisableProvider(t.Context(), "esp"))
	s.Clock.Advance(apikey.FreshFor)
	s.want("after", "esp", "right", apikey.ErrRefused)
	s.want("another provider", "photos", "other", nil)
}

func TestARotationOverlapsAndThenEndsTheOldPassword(t *testing.T) {
	s := newDesk(t)
	s.want("before", "esp", "right", nil)
	s.must(s.dir.RotateProvider(t.Context(), "esp", apikey.Hash("newer")))
	s.want("the new one, at once", "esp", "newer", nil)
	s.want("the old one, during the overlap", "esp", "right", nil)
	s.Clock.Advance(directory.RotationOverlap - time.Second)
	s.want("the old one, a second before the end", "esp", "right", nil)
	s.Clock.Advance(time.Second)
	s.want("the old one, at the end", "esp", "right", apikey.ErrRefused)
	s.want("the new one still", "esp", "newer", nil)
}

func TestGuessingIsSlowedDownWithoutLockingAnybodyOut(t *testing.T) {
	s := newDesk(t)
	if _, err := s.try("esp", "right", "198.51.100.7"); err != nil { // a machine that is at work
		t.Fatal(err)
	}
	for range 5 {
		s.want("a guess", "esp", "guess", apikey.ErrRefused)
	}
	for range 3 {
		s.want("one guess more", "esp", "guess", apikey.ErrTooMany)
	}
	if _, err := s.try("esp", "right", "198.51.100.7"); err != nil {
		t.Errorf("the machine at work was locked out: %v", err)
	}
	if _, err := s.try("photos", "other", "198.51.100.8"); err != nil {
		t.Errorf("another address, never seen: %v", err)
	}
	if n := s.count("audit_events where refused and words like '%too many%'"); n != 1 {
		t.Errorf("%d lines say too many, want 1 a minute", n)
	}
	s.Clock.Advance(apikey.Regain + time.Second)
	s.want("later", "esp", "guess", apikey.ErrRefused)
	s.want("and again", "esp", "guess", apikey.ErrTooMany)
	// All addresses of an IPv6 customer count as one.
	for i := range 6 {
		_, err := s.try("photos", "guess", fmt.Sprintf("2001:db8::%d", i))
		if want := []error{apikey.ErrRefused, apikey.ErrTooMany}[i/5]; !errors.Is(err, want) {
			t.Errorf("IPv6 guess %d: got %v, want %v", i, err, want)
		}
	}
}

func TestLastUseIsStampedAtMostOnceAMinute(t *testing.T) {
	s := newDesk(t)
	last := func() (at *time.Time) {
		s.Setup(t, func(tx *store.Tx) error {
			c := models.ProviderCredential{}
			err := tx.Where("username = 'esp'").Take(&c).Error
			at = c.LastUsedAt
			return err
		})
		return at
	}
	s.want("a wrong password", "esp", "wrong", apikey.ErrRefused)
	if last() != nil {
		t.Error("a refusal was stamped")
	}
	s.want("first", "esp", "right", nil)
	first := last()
	s.Clock.Advance(59 * time.Second)
	s.want("within the minute", "esp", "right", nil)
	if got := last(); first == nil || !got.Equal(*first) {
		t.Errorf("got %v, then %v", first, got)
	}
	s.Clock.Advance(time.Second)
	s.want("after it", "esp", "right", nil)
	if got := last(); !got.Equal(first.Add(time.Minute)) {
		t.Errorf("got %v, want a minute after %v", got, first)
	}
}
