package oidc_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"reeve/auth/devidp"
	"reeve/auth/oidc"
	"reeve/models"
	"reeve/web/webtest"
)

// again is what a step-up of a seeded person asks.
func again(site *webtest.Site, email, agency string) oidc.Ask {
	return oidc.Ask{Fresh: true, Person: site.Users[email].ID, Issuer: site.Issuers[agency].ID, Email: email, Return: "/inbox"}
}

func questions(t *testing.T, s *oidc.Service, ask oidc.Ask) url.Values {
	t.Helper()
	_, to, err := s.Begin(t.Context(), here, ask)
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}

func TestWhatTheProviderIsAskedFor(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	q := questions(t, site.SignInBy, oidc.Ask{Email: "dana@bay.example"})
	if q.Get("scope") != "openid email profile" || q.Get("max_age") != "43200" || q.Has("prompt") || q.Has("acr_values") || q.Get("login_hint") != "dana@bay.example" {
		t.Errorf("ordinarily: %v", q)
	}
	set(t, site, "update issuers set scopes = '{openid,email,groups}', required_acr = '{aal2,aal3}' where id = ?", site.Issuers["bay"].ID)
	set(t, site, "update agencies set absolute_hours = 8 where code = 'bay'")
	if q = questions(t, site.SignInBy, oidc.Ask{Email: "dana@bay.example"}); q.Get("scope") != "openid email groups" || q.Get("max_age") != "28800" || q.Get("acr_values") != "aal2 aal3" || q.Has("prompt") {
		t.Errorf("after the settings changed: %v", q)
	}
	if q = questions(t, site.SignInBy, again(site, "dana@bay.example", "bay")); q.Get("prompt") != "login" || q.Get("max_age") != "0" || q.Get("acr_values") != "aal2 aal3" {
		t.Errorf("for a step-up: %v", q)
	}
}

func TestAStepUpProvesThatItIsTheSamePersonJustNow(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	in(t, site, site.SignInBy, "dana@bay.example")
	in(t, site, site.SignInBy, "noor@bay.example")
	before := userOf(t, site, "dana@bay.example")
	site.DB.Clock.Advance(2 * time.Hour)

	a, answer := asked(t, site, site.SignInBy, again(site, "dana@bay.example", "bay"), "dana@bay.example")
	got, err := site.SignInBy.Finish(t.Context(), here, a, answer)
	if err != nil || !got.Fresh || got.User.ID != before.ID || got.Return != "/inbox" {
		t.Fatalf("%+v, %v", got, err)
	}
	o := got.Origin
	if now := site.DB.Clock.Now(); now.Sub(o.AuthAt).Abs() > time.Second || !o.Strong || o.ACR != devidp.ACRMultiFactor || strings.Join(o.AMR, " ") != "pwd otp mfa" ||
		o.Subject != "dana-at-bay" || o.SID == "" || o.IssuerID != site.Issuers["bay"].ID || o.IDToken == "" {
		t.Errorf("the new proof is %+v", o)
	}
	after := userOf(t, site, "dana@bay.example")
	if !after.LastSignInAt.Equal(*before.LastSignInAt) || !after.LastSeenAt.After(*before.LastSeenAt) || after.Version != before.Version {
		t.Errorf("the account went from %+v to %+v", before, after)
	}
	if l := lines(t, site, "session.proved"); len(l) != 1 || l[0].ActorName != "Dana Example" || !strings.Contains(string(l[0].Detail), `"strong": true`) {
		t.Errorf("audit lines: %+v", l)
	}

	for name, c := range map[string]struct {
		who   string
		fault *devidp.Fault
		sql   string
		want  oidc.Reason
	}{
		"somebody else of the same agency":          {who: "noor@bay.example", want: oidc.OtherPerson},
		"somebody whom nobody invited":              {who: "pat@bay.example", want: oidc.OtherPerson},
		"the provider does not say when":            {who: "dana@bay.example", fault: &devidp.NoAuthTime, want: oidc.NotFresh},
		"the provider remembers instead of asking":  {who: "dana@bay.example", fault: &devidp.StaleAuthTime, want: oidc.NotFresh},
		"it was two minutes before the question":    {who: "dana@bay.example", fault: authTime(-2 * time.Minute), want: oidc.NotFresh},
		"it will be in an hour":                     {who: "dana@bay.example", fault: authTime(time.Hour), want: oidc.NotProven},
		"it is no time":                             {who: "dana@bay.example", fault: &devidp.Fault{Claims: func(c map[string]any, _ time.Time) { c["auth_time"] = "now" }}, want: oidc.NotProven},
		"a second factor is demanded and not shown": {who: "dana@bay.example", fault: &devidp.NoSecondFactor, sql: "update issuers set required_amr = '{mfa}'", want: oidc.TooWeak},
		"the account is suspended meanwhile":        {who: "dana@bay.example", sql: "update users set state = 'suspended' where email = 'dana@bay.example'", want: oidc.Suspended},
	} {
		mend(t, site, "/bay")
		if c.fault != nil {
			spoil(t, site, "/bay", *c.fault)
		}
		if c.sql != "" {
			set(t, site, c.sql)
		}
		before := len(lines(t, site, "session.refused"))
		a, answer := asked(t, site, site.SignInBy, again(site, "dana@bay.example", "bay"), c.who)
		got, err := site.SignInBy.Finish(t.Context(), here, a, answer)
		if err == nil {
			t.Errorf("%s: proved as %s", name, got.User.Email)
		} else if r := reason(t, err); r != c.want {
			t.Errorf("%s: %s, want %s", name, r, c.want)
		}
		if n := len(lines(t, site, "session.refused")); n != before+1 {
			t.Errorf("%s: %d audit lines, want %d", name, n, before+1)
		}
		set(t, site, "update issuers set required_amr = '{}'")
		set(t, site, "update users set state = 'active' where email = 'dana@bay.example'")
	}
	if u := userOf(t, site, "dana@bay.example"); u.Subject == nil || *u.Subject != "dana-at-bay" {
		t.Errorf("a refused step-up changed the account: %+v", u)
	}
	for name, ask := range map[string]oidc.Ask{
		"an issuer that is not there": {Fresh: true, Person: before.ID, Issuer: uuid.New(), Email: "dana@bay.example"},
		"no issuer":                   {Fresh: true, Person: before.ID, Email: "dana@bay.example"},
	} {
		if _, _, err := site.SignInBy.Begin(t.Context(), here, ask); reason(t, err) != oidc.Stale {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func authTime(d time.Duration) *devidp.Fault {
	return &devidp.Fault{Claims: func(c map[string]any, now time.Time) { c["auth_time"] = now.Add(d).Unix() }}
}

// An issuer of which nothing is demanded shuts nobody out of a step-up.
func TestAStepUpWorksWithAProviderThatShowsNoSecondFactorIfNoneIsDemanded(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	spoil(t, site, "/bay", devidp.Speechless)
	if got := in(t, site, site.SignInBy, "dana@bay.example"); got.Origin.Strong || got.Origin.ACR != "" || got.Origin.AMR != nil {
		t.Errorf("a sign-in of which nothing is said: %+v", got.Origin)
	}
	a, answer := asked(t, site, site.SignInBy, again(site, "dana@bay.example", "bay"), "dana@bay.example")
	if got, err := site.SignInBy.Finish(t.Context(), here, a, answer); err != nil || got.Origin.Strong || got.Origin.AuthAt.IsZero() {
		t.Errorf("%+v, %v", got.Origin, err)
	}
	set(t, site, "update issuers set mfa_attested_at = now(), mfa_attested_by = 'Sam Example'")
	if got := in(t, site, site.SignInBy, "dana@bay.example"); !got.Origin.Strong {
		t.Error("what the clearinghouse accepted is not strong")
	}
}

func TestAnOrdinarySignInIsNotOlderThanASessionMayBecome(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	for name, c := range map[string]struct {
		fault devidp.Fault
		ok    bool
	}{
		"eleven hours":  {*authTime(-11 * time.Hour), true},
		"thirteen":      {*authTime(-13 * time.Hour), false},
		"not said":      {devidp.NoAuthTime, true},
		"as a text":     {devidp.Fault{Claims: func(c map[string]any, now time.Time) { c["auth_time"] = "1772463000" }}, true},
		"in the future": {*authTime(time.Hour), false},
	} {
		spoil(t, site, "/bay", c.fault)
		a, answer := answered(t, site, site.SignInBy, "dana@bay.example")
		got, err := site.SignInBy.Finish(t.Context(), here, a, answer)
		if (err == nil) != c.ok {
			t.Errorf("%s: %v", name, err)
		}
		if name == "not said" && !got.Origin.AuthAt.IsZero() {
			t.Errorf("a time was made up: %v", got.Origin.AuthAt)
		}
	}
	// Whoever was refused for that is asked for a new proof the next time, since the
	// provider would else give the same old one for ever.
	spoil(t, site, "/bay", devidp.StaleAuthTime)
	if r := refused(t, site, site.SignInBy, "dana@bay.example"); r != oidc.NotFresh {
		t.Fatal(r)
	}
	if q := questions(t, site.SignInBy, oidc.Ask{Email: "dana@bay.example"}); q.Get("prompt") != "login" || q.Get("max_age") != "0" {
		t.Errorf("asked %v", q)
	}
	if q := questions(t, site.SignInBy, oidc.Ask{Email: "noor@bay.example"}); q.Has("prompt") {
		t.Errorf("somebody else is asked %v", q)
	}
	mend(t, site, "/bay")
	in(t, site, site.SignInBy, "dana@bay.example")
	if q := questions(t, site.SignInBy, oidc.Ask{Email: "dana@bay.example"}); q.Has("prompt") {
		t.Errorf("asked for ever: %v", q)
	}
}

// One provider gives a second factor and says so, another does not.
func TestASecondFactorIsDemandedWhereTheSettingsSayIt(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	set(t, site, "update issuers set required_amr = '{mfa}' where id in (?, ?)", site.Issuers["bay"].ID, site.Issuers["north"].ID)
	spoil(t, site, "/north", devidp.NoSecondFactor)
	if got := in(t, site, site.SignInBy, "dana@bay.example"); !got.Origin.Strong {
		t.Errorf("%+v", got.Origin)
	}
	if r := refused(t, site, site.SignInBy, "jules@north.example"); r != oidc.TooWeak {
		t.Errorf("without one: %s", r)
	}
	if u := userOf(t, site, "jules@north.example"); u.Subject != nil || u.State != models.UserInvited {
		t.Errorf("half a proof bound the account: %+v", u)
	}
	if i := issuerOf(t, site, "north"); i.LastFailureAt == nil || !strings.Contains(i.LastFailure, "second factor") || !strings.Contains(i.LastFailure, "amr pwd") {
		t.Errorf("its admin reads %q", i.LastFailure)
	}
	// The demand counts from the moment that it is made.
	mend(t, site, "/north")
	in(t, site, site.SignInBy, "jules@north.example")
	set(t, site, "update issuers set required_amr = '{hwk}' where id = ?", site.Issuers["north"].ID)
	if r := refused(t, site, site.SignInBy, "jules@north.example"); r != oidc.TooWeak {
		t.Errorf("after another was demanded: %s", r)
	}
}
