package oidc_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"reeve/auth/devidp"
	"reeve/auth/session"
	"reeve/models"
	"reeve/models/store"
	"reeve/web/webtest"
)

// opened puts a session into the table as a sign-in would.
func opened(t *testing.T, site *webtest.Site, email string, o session.Origin) {
	t.Helper()
	var sid, subject *string
	if o.SID != "" {
		sid = &o.SID
	}
	if o.Subject != "" {
		subject = &o.Subject
	}
	now := site.DB.Clock.Now()
	set(t, site, "insert into sessions (created_at, expires_at, user_id, issuer_id, subject, sid, token_hash, data) values (?, ?, (select id from users where email = ?), ?, ?, ?, decode(?, 'escape'), '{}')",
		now, now.Add(time.Hour), email, o.IssuerID, subject, sid, store.NewID().String())
}

func sessions(t *testing.T, site *webtest.Site) (list []string) {
	t.Helper()
	site.DB.Setup(t, func(tx *store.Tx) error {
		list = nil
		return tx.Raw("select u.email || ' ' || coalesce(s.sid, '-') from sessions s join users u on u.id = s.user_id order by 1").Scan(&list).Error
	})
	return list
}

func TestAProviderEndsTheSessionsThatEndedThere(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	desk := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := site.SignInBy.BackChannel(r.Context(), here, r.PostFormValue("logout_token")); err != nil {
			http.Error(w, models.MessageOf(err), http.StatusBadRequest)
		}
	}))
	defer desk.Close()
	for _, path := range []string{"/bay", "/boroughs"} {
		if err := site.IdP.AllowBackChannel(path, desk.URL); err != nil {
			t.Fatal(err)
		}
	}
	one, two := in(t, site, site.SignInBy, "dana@bay.example").Origin, in(t, site, site.SignInBy, "dana@bay.example").Origin
	noor, lee := in(t, site, site.SignInBy, "noor@bay.example").Origin, in(t, site, site.SignInBy, "lee@boroughs.example").Origin
	if one.SID == two.SID || one.SID == "" {
		t.Fatalf("two sessions at the provider have the names %q and %q", one.SID, two.SID)
	}
	unnamed := one
	unnamed.SID = ""
	for _, o := range []session.Origin{one, two, unnamed} {
		opened(t, site, "dana@bay.example", o)
	}
	opened(t, site, "noor@bay.example", noor)
	opened(t, site, "lee@boroughs.example", lee)

	// One session by its name, which ends those of the person without a name, too.
	token, err := site.IdP.LogoutToken("/bay", "dana@bay.example", devidp.Fault{Claims: func(c map[string]any, _ time.Time) { c["sid"] = one.SID }})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := site.SignInBy.BackChannel(t.Context(), here, token); n != 2 || err != nil {
		t.Fatalf("ended %d, %v", n, err)
	}
	if got := strings.Join(sessions(t, site), ", "); strings.Contains(got, one.SID) || !strings.Contains(got, two.SID) || !strings.Contains(got, noor.SID) || !strings.Contains(got, lee.SID) {
		t.Errorf("left are %s", got)
	}
	l := lines(t, site, "session.ended-by-provider")
	if len(l) != 1 || l[0].Subject != "dana@bay.example" || l[0].Words != "2 sessions ended, since the person signed out at the identity provider." || len(l[0].Concerns) != 1 || l[0].Concerns[0] != site.Agencies["bay"].ID {
		t.Errorf("audit lines: %+v", l)
	}
	// The provider itself, over HTTP: everything of the person.
	if err := site.IdP.LogOut("/bay", "dana@bay.example"); err != nil {
		t.Fatal(err)
	}
	if got := sessions(t, site); len(got) != 2 {
		t.Errorf("left are %v", got)
	}
	// By name alone, and again with nothing left to end.
	for want := 1; want >= 0; want-- {
		token, err := site.IdP.LogoutToken("/bay", "noor@bay.example", devidp.Fault{Claims: func(c map[string]any, _ time.Time) { delete(c, "sub"); c["sid"] = noor.SID }})
		if err != nil {
			t.Fatal(err)
		}
		if n, err := site.SignInBy.BackChannel(t.Context(), here, token); n != want || err != nil {
			t.Errorf("ended %d, %v", n, err)
		}
	}
	if got := sessions(t, site); len(got) != 1 || !strings.HasPrefix(got[0], "lee@") {
		t.Errorf("left are %v", got)
	}
}

func TestALogoutTokenThatProvesNothingEndsNothing(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	dana := in(t, site, site.SignInBy, "dana@bay.example")
	lee := in(t, site, site.SignInBy, "lee@boroughs.example").Origin
	opened(t, site, "dana@bay.example", dana.Origin)
	opened(t, site, "lee@boroughs.example", lee)
	claim := func(name string, value any) devidp.Fault {
		return devidp.Fault{Claims: func(c map[string]any, _ time.Time) {
			if value == nil {
				delete(c, name)
			} else {
				c[name] = value
			}
		}}
	}
	const event = "http://schemas.openid.net/event/backchannel-logout"
	at := func(d time.Duration) int64 { return site.DB.Clock.Now().Add(d).Unix() }
	for name, f := range map[string]devidp.Fault{
		"not signed":                       devidp.Unsigned,
		"signed with the public key":       devidp.Symmetric,
		"signed with a key of nobody's":    devidp.UnknownKey,
		"signed with another key":          devidp.WrongSignature,
		"for another client":               claim("aud", "somebody-elses-client"),
		"in another issuer's name":         claim("iss", site.IdP.URL("/boroughs")),
		"in the name of nobody":            claim("iss", "https://login.other.example"),
		"in a name that no database takes": claim("iss", "x\x00"),
		"without a name of its own":        claim("jti", nil),
		"with an impossible name":          claim("jti", "x\x00"),
		"without an event":                 claim("events", nil),
		"with another event":               claim("events", map[string]any{"http://schemas.openid.net/event/other": map[string]any{}}),
		"with an event that is null":       claim("events", map[string]any{event: nil}),
		"with an event that is a text":     claim("events", map[string]any{event: "x"}),
		"with a nonce":                     claim("nonce", "x"),
		"with a nonce that is empty":       claim("nonce", ""),
		"of nobody":                        {Claims: func(c map[string]any, _ time.Time) { delete(c, "sub"); delete(c, "sid") }},
		"of an impossible person":          claim("sub", "x\x00"),
		"without an end":                   claim("exp", nil),
		"expired":                          {Claims: func(c map[string]any, _ time.Time) { c["iat"], c["exp"] = at(-10*time.Minute), at(-5*time.Minute) }},
		"from the future":                  claim("iat", at(10*time.Minute)),
		"old and still good by itself":     {Claims: func(c map[string]any, _ time.Time) { c["iat"], c["exp"] = at(-3*time.Hour), at(3*time.Hour) }},
		"without a time":                   claim("iat", nil),
		"of another type":                  {Type: "at+jwt"},
	} {
		token, err := site.IdP.LogoutToken("/bay", "dana@bay.example", f)
		if err != nil {
			t.Fatal(err)
		}
		if n, err := site.SignInBy.BackChannel(t.Context(), here, token); n != 0 || models.KindOf(err) != models.Invalid || models.MessageOf(err) == "" {
			t.Errorf("%s: ended %d, %v", name, n, err)
		}
	}
	for name, token := range map[string]string{"nothing": "", "no token": "x", "a token with two parts": "e30.e30", "an identity token": dana.Origin.IDToken, "a long one": strings.Repeat("x.", 20_000)} {
		if n, err := site.SignInBy.BackChannel(t.Context(), here, token); n != 0 || models.KindOf(err) != models.Invalid {
			t.Errorf("%s: ended %d, %v", name, n, err)
		}
	}
	// Another agency's provider ends nobody's session but its own people's, whomever it names.
	token, err := site.IdP.LogoutToken("/boroughs", "lee@boroughs.example", devidp.Fault{Claims: func(c map[string]any, _ time.Time) { c["sub"], c["sid"] = dana.Origin.Subject, dana.Origin.SID }})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := site.SignInBy.BackChannel(t.Context(), here, token); n != 0 || err != nil {
		t.Errorf("another agency's provider ended %d, %v", n, err)
	}
	if got := sessions(t, site); len(got) != 2 {
		t.Fatalf("left are %v", got)
	}
	if n := len(lines(t, site, "session.logout-refused")); n != 3 {
		t.Errorf("%d audit lines stand for the refusals, want one of each issuer named and one of nobody's", n)
	}
	// A good one works once.
	token, err = site.IdP.LogoutToken("/bay", "dana@bay.example", devidp.Fault{Type: "JWT"})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := site.SignInBy.BackChannel(t.Context(), here, token); n != 1 || err != nil {
		t.Errorf("ended %d, %v", n, err)
	}
	opened(t, site, "dana@bay.example", dana.Origin)
	if n, err := site.SignInBy.BackChannel(t.Context(), here, token); n != 0 || models.KindOf(err) != models.Invalid {
		t.Errorf("used again it ended %d, %v", n, err)
	}
	site.DB.Clock.Advance(2 * time.Hour)
	if n, err := site.SignInBy.BackChannel(t.Context(), here, token); n != 0 || models.KindOf(err) != models.Invalid {
		t.Errorf("used again much later it ended %d, %v", n, err)
	}
	// Of a provider that was switched off, nothing is believed.
	set(t, site, "update issuers set enabled = false where id = ?", site.Issuers["bay"].ID)
	if token, err = site.IdP.LogoutToken("/bay", "dana@bay.example", devidp.Fault{}); err != nil {
		t.Fatal(err)
	}
	if n, err := site.SignInBy.BackChannel(t.Context(), here, token); n != 0 || models.KindOf(err) != models.Invalid {
		t.Errorf("of a provider that is off it ended %d, %v", n, err)
	}
}

func TestALogoutTokenWaitsForAProviderThatIsDown(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	token, err := site.IdP.LogoutToken("/bay", "dana@bay.example", devidp.Fault{})
	if err != nil {
		t.Fatal(err)
	}
	spoil(t, site, "/bay", devidp.Down)
	if _, err := site.SignInBy.BackChannel(t.Context(), here, token); models.KindOf(err) != models.Unavailable {
		t.Errorf("while it is down: %v", err)
	}
	mend(t, site, "/bay")
	site.DB.Clock.Advance(11 * time.Second)
	if _, err := site.SignInBy.BackChannel(t.Context(), here, token); err != nil {
		t.Errorf("once it is back: %v", err)
	}
	// Sign-ins are not hindered by tokens that anybody posts.
	for range 50 {
		forged, err := site.IdP.LogoutToken("/bay", "dana@bay.example", devidp.UnknownKey)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := site.SignInBy.BackChannel(t.Context(), here, forged); err == nil {
			t.Fatal("believed")
		}
	}
	if err := site.IdP.Rotate("/bay"); err != nil {
		t.Fatal(err)
	}
	in(t, site, site.SignInBy, "dana@bay.example")
}
