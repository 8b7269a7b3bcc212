package web_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"reeve/auth/apikey"
	"reeve/handlers/ispws"
	"reeve/models"
	"reeve/models/directory"
	"reeve/models/store"
	"reeve/web"
	"reeve/web/webtest"
)

// providerSite is a site whose provider API remembers credentials and counts, at a
// clock that the test sets.
type providerSite struct {
	*webtest.Site
	t   *testing.T
	use *apikey.Use
	sam *webtest.Browser
}

func startProviders(t *testing.T, o webtest.Options) *providerSite {
	t.Helper()
	t.Parallel()
	s := &providerSite{t: t}
	o.Deps = func(d *web.Deps) {
		d.ProviderAuth, s.use = apikey.NewAuthenticator(d.Store, apikey.Options{}, nil), apikey.NewUse(d.Store, nil)
		d.Provider = ispws.New(nil, d.ProviderAuth, ispws.Options{Now: d.Store.Now, Count: s.use.Count}) // only /status is called
	}
	s.Site = webtest.Start(t, o)
	s.sam = s.SignIn(t, "sam@clearinghouse.example")
	return s
}

// later lets time pass and signs sam in anew, since deeds ask for a fresh sign-in.
func (s *providerSite) later(d time.Duration) {
	s.t.Helper()
	s.DB.Clock.Advance(d)
	s.sam = s.SignIn(s.t, "sam@clearinghouse.example")
}

// add adds a provider on the page and answers its address, user name and password.
func (s *providerSite) add(name string) (at, user, password string) {
	s.t.Helper()
	p := s.sam.Submit(s.sam.Get("/desk/providers/new").MustBe(http.StatusOK).Form("/desk/providers").
		With("name", name).With("contact_name", "Kim Vale").With("contact_email", "kim@provider.example")).MustBe(http.StatusOK).MustSay("Shown this once", name)
	return s.secret(p)
}

// secret reads the page that shows a password.
func (s *providerSite) secret(p *webtest.Page) (at, user, password string) {
	s.t.Helper()
	if got := p.Header.Get("Cache-Control"); got != "no-store" {
		s.t.Errorf("the page with a password may be cached: %q", got)
	}
	var values []string
	for _, n := range p.All("bdi", "class", "Identifier-value") {
		values = append(values, webtest.Text(n))
	}
	if len(values) != 3 || !regexp.MustCompile(`^[A-Z2-7]{32}$`).MatchString(values[2]) || values[0] != s.URL+"/ispws" {
		s.t.Fatalf("the page shows %q, want address, user name and password", values)
	}
	for _, link := range p.Links() {
		if strings.HasPrefix(link, "/desk/providers/0") {
			at = link
		}
	}
	return at, values[1], values[2]
}

// call asks the provider API for its status and answers the HTTP status.
func (s *providerSite) call(user, password, from string) int {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.URL+"/ispws/status", nil)
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(user+":"+password)))
	if from != "" {
		req.Header.Set("X-Forwarded-For", from)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	res.Body.Close()
	return res.StatusCode
}

func (s *providerSite) wantCall(what, user, password string, want int) {
	s.t.Helper()
	if got := s.call(user, password, ""); got != want {
		s.t.Errorf("%s: the provider API answered %d, want %d", what, got, want)
	}
}

func (s *providerSite) flush() {
	s.t.Helper()
	if err := s.use.Flush(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

// submit fills in a deed's form and sends it.
func (s *providerSite) submit(at, deed string, fields ...string) *webtest.Page {
	s.t.Helper()
	f := s.sam.Get(at + deed).MustBe(http.StatusOK).Form(deed)
	for i := 0; i < len(fields); i += 2 {
		f = f.With(fields[i], fields[i+1])
	}
	return s.sam.Submit(f)
}

func TestAProviderGetsItsPasswordOnce(t *testing.T) {
	s := startProviders(t, webtest.Options{})
	at, user, password := s.add("Example Chat")
	s.wantCall("the password that was shown", user, password, 200)
	s.sam.Get(at).MustBe(http.StatusOK).MustSay("Example Chat", "It can send reports", "Kim Vale", "any address").MustNotSay(password)
	s.sam.Get("/desk/providers").MustSay("Example Chat").MustNotSay(password)
	s.sam.Get("/desk/providers/new").MustNotSay(password)

	// It is kept nowhere: not in any row of any table, sessions and audit log included.
	db, err := pgx.Connect(t.Context(), s.DB.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close(context.WithoutCancel(t.Context()))
	rows, err := db.Query(t.Context(), "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'")
	if err != nil {
		t.Fatal(err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil || len(tables) < 30 {
		t.Fatalf("only %d tables were looked at: %v", len(tables), err)
	}
	for _, table := range tables {
		var n int
		query := fmt.Sprintf("select count(*) from %s x where x::text like '%%%s%%' or x::text like '%%%x%%'", pgx.Identifier{table}.Sanitize(), password, password)
		if err := db.QueryRow(t.Context(), query).Scan(&n); err != nil || n != 0 {
			t.Errorf("%d rows of %s hold the password (%v)", n, table, err)
		}
	}
	// Adding it again, as reloading the page would, makes no second one.
	s.sam.PostForm("/desk/providers", url.Values{"name": {"Example Chat"}, "contact_name": {"Kim"}, "contact_email": {"kim@provider.example"}}).
		MustBe(http.StatusUnprocessableEntity).MustSay("There is already a provider named")
}

func TestWhatIsWrongWithANewProviderIsSaidAtItsField(t *testing.T) {
	s := startProviders(t, webtest.Options{})
	f := s.sam.Get("/desk/providers/new").Form("/desk/providers").With("name", "Example <b>Chat</b>").With("username", "a b").With("contact_email", "nobody").With("contact_phone", "+1 202 555 0101")
	p := s.sam.Submit(f).MustBe(http.StatusUnprocessableEntity).MustSay("Write one whole e-mail address", "Fill this in.")
	again := p.Form("/desk/providers")
	for field, want := range map[string]string{"name": "Example <b>Chat</b>", "username": "a b", "contact_email": "nobody", "contact_phone": "+1 202 555 0101"} {
		if got := again.Values.Get(field); got != want {
			t.Errorf("%s is %q, want %q as typed", field, got, want)
		}
	}
	if n := s.rows("providers"); n != 0 {
		t.Errorf("%d providers were made", n)
	}
}

func TestAProvidersPasswordChangesWithAnOverlap(t *testing.T) {
	s := startProviders(t, webtest.Options{})
	at, user, first := s.add("Example Chat")
	s.wantCall("before", user, first, 200)
	s.later(time.Hour)
	stale := s.sam.Get(at + "/password").Form("/password")
	s.submit(at, "/password", "overlap", "31").MustBe(http.StatusUnprocessableEntity).MustSay("from 0 to 30")
	s.submit(at, "/password", "overlap", "a week").MustBe(http.StatusUnprocessableEntity).MustSay("from 0 to 30")
	p := s.submit(at, "/password", "overlap", "10").MustBe(http.StatusOK).MustSay("Old password works until 12 Mar 2026")
	_, sameUser, second := s.secret(p)
	if sameUser != user || second == first {
		t.Errorf("got the user name %s and password %s", sameUser, second)
	}
	s.wantCall("the new one at once", user, second, 200)
	s.wantCall("the old one during the overlap", user, first, 200)
	s.sam.Submit(stale).MustBe(http.StatusConflict).MustSay("changed this account since you opened the page", "Nothing was done")
	s.sam.Get("/desk/providers").MustSay("Changing passwords", "old one ends in 10 d")
	s.later(2 * time.Hour)
	s.wantCall("the old one, used on", user, first, 200)
	s.sam.Get(at).MustSay("Some of its machines still use the old password")
	s.submit(at, "/password", "overlap", "1").MustBe(http.StatusConflict).MustSay("End that overlap first")
	s.sam.Get(at + "/overlap").MustSay("The old password is still in use")
	s.submit(at, "/overlap").MustBe(http.StatusOK).MustSay("The old password works no more.")
	s.wantCall("the old one at the next request", user, first, 401)
	s.wantCall("the new one still", user, second, 200)
	s.sam.Get(at + "/overlap").MustSay("There is no old password to end")
}

func TestADisabledProviderIsOutAtTheNextRequestAndComesBackWithANewPassword(t *testing.T) {
	s := startProviders(t, webtest.Options{})
	at, user, password := s.add("Example Chat")
	s.wantCall("before, now remembered", user, password, 200)
	s.submit(at, "/disable", "why", "A key was found in public").MustBe(http.StatusOK).MustSay("None of its passwords works any more", "It is disabled", "A key was found in public")
	s.wantCall("no time has passed", user, password, 401)
	s.flush()
	s.sam.Get(at).MustSay("Its machines still call").MustNotSay("New password")
	s.sam.Get("/desk/providers?show=disabled").MustSay("Example Chat")
	s.sam.Get(at + "/disable").MustSay("it is shut out already")
	s.sam.Get(at + "/password").MustSay("Enable it instead")
	p := s.submit(at, "/enable").MustBe(http.StatusOK)
	_, _, second := s.secret(p)
	s.wantCall("the new one", user, second, 200)
	s.wantCall("the one from before", user, password, 401)

	// What another process or the console does holds within a second.
	if err := directory.New(s.DB.Owner).DisableProvider(t.Context(), user); err != nil {
		t.Fatal(err)
	}
	s.DB.Clock.Advance(time.Second)
	s.wantCall("a second after the console", user, second, 401)
}

func TestAProviderIsHeldToItsAddresses(t *testing.T) {
	s := startProviders(t, webtest.Options{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}})
	at, user, password := s.add("Example Chat")
	for _, ip := range []string{"192.0.2.7", "198.51.100.9"} {
		if got := s.call(user, password, ip); got != 200 {
			t.Fatalf("from %s without a restriction: %d", ip, got)
		}
	}
	s.flush()
	p := s.submit(at, "/addresses", "networks", "192.0.2.0/24\n10.0.0.0/40").MustBe(http.StatusUnprocessableEntity).MustSay(`Line 2, "10.0.0.0/40"`)
	if got := p.Form("/addresses").Values.Get("networks"); got != "192.0.2.0/24\n10.0.0.0/40" {
		t.Errorf("the list is %q, want it as typed", got)
	}
	p = s.submit(at, "/addresses", "networks", "192.0.2.0/24").MustBe(http.StatusUnprocessableEntity).MustSay("This shuts out addresses that are in use", "198.51.100.9")
	if got := s.call(user, password, "198.51.100.9"); got != 200 {
		t.Errorf("it held before it was confirmed: %d", got)
	}
	box := p.All("input", "name", "sure")
	if len(box) != 1 {
		t.Fatalf("%d boxes to confirm with", len(box))
	}
	s.sam.Submit(p.Form("/addresses").With("sure", webtest.Attr(box[0], "value"))).MustBe(http.StatusOK).MustSay("Saved.", "192.0.2.0/24", "Not allowed now")
	for from, want := range map[string]int{
		"192.0.2.200": 200, "198.51.100.9": 401, "2001:db8::1": 401, "": 401,
		"192.0.2.7, 203.0.113.5": 401, // what stands left of the last hop, the client wrote itself
	} {
		if got := s.call(user, password, from); got != want {
			t.Errorf("from %q: %d, want %d", from, got, want)
		}
	}
	if got, wrong := s.call(user, password, "203.0.113.77"), s.call(user, "wrong", "192.0.2.8"); got != wrong {
		t.Errorf("a call from elsewhere is answered %d and a wrong password %d; they must not differ", got, wrong)
	}
	s.flush()
	s.sam.Get(at).MustSay("Called from an address that is not allowed", "User name or password is wrong")
	s.submit(at, "/addresses", "networks", "").MustSay("Saved.")
	if got := s.call(user, password, "198.51.100.9"); got != 200 {
		t.Errorf("from anywhere again: %d", got)
	}
}

func TestTheClearinghouseSeesAtAGlanceWhichProviderFails(t *testing.T) {
	s := startProviders(t, webtest.Options{})
	at, user, password := s.add("Example Chat")
	quiet, _, _ := s.add("Example Photos")
	for range 3 {
		s.wantCall("the right one", user, password, 200)
	}
	for range 5 {
		s.wantCall("a wrong one", user, "wrong", 401)
	}
	s.wantCall("and once more", user, "wrong", 429)
	s.wantCall("nobody's", "nobody", "wrong", 401)
	s.flush()
	list := s.sam.Get("/desk/providers").MustSay("One provider fails", "User name or password is wrong", "code 2000, 5 times in 7 days", "6 (66 %)")
	if len(list.All("td", "data-label", "Errors, 24 h")) != 2 {
		t.Error("the list does not have two rows")
	}
	s.sam.Get("/desk/providers?show=failing").MustSay("Example Chat").MustNotSay("Example Photos")
	s.sam.Get("/desk/providers?sort=errors").MustSay("Example Chat", "Example Photos")
	s.sam.Get("/desk/providers?q=photo").MustSay("Example Photos").MustNotSay("Example Chat")
	s.sam.Get("/desk/providers?q=nowhere").MustSay("No provider's name or user name has this in it")
	p := s.sam.Get(at).MustBe(http.StatusOK).MustSay("This provider fails", "2000 User name or password is wrong", "1000 Told to wait after failed attempts", "9, 6 errors (66 %)")
	if len(p.All("svg", "role", "img")) != 1 || len(p.All("rect", "class", "Chart-fill--bad")) != 1 {
		t.Error("the chart does not mark the day")
	}
	s.sam.Get(quiet).MustSay("It sent nothing in the last 30 days", "No request was answered with an error", "No right password came in that time")
	for _, bad := range []string{"?cursor=x", "?sort=x", "?show=x", "?q=%00", "?q=" + strings.Repeat("x", 300)} {
		s.sam.Get("/desk/providers" + bad).MustBe(http.StatusUnprocessableEntity)
	}
}

func TestWhomToCallAtAProviderCanBeChanged(t *testing.T) {
	s := startProviders(t, webtest.Options{})
	at, _, _ := s.add("Example Chat")
	s.submit(at, "/contact", "name", "Example Messages", "contact_name", "Ola Brandt", "contact_email", "ola@provider.example", "contact_phone", "+1 202 555 0102").
		MustBe(http.StatusOK).MustSay("Saved.", "Example Messages", "Ola Brandt", "example-chat")
	s.submit(at, "/contact", "contact_email", "x").MustBe(http.StatusUnprocessableEntity).MustSay("Write one whole e-mail address")
}

func TestWhoMayManageProvidersAccounts(t *testing.T) {
	s := startProviders(t, webtest.Options{})
	at, user, password := s.add("Example Chat")
	deeds := map[string]url.Values{
		"/password": {"overlap": {"0"}}, "/overlap": {}, "/disable": {}, "/enable": {}, "/addresses": {"networks": {"192.0.2.1"}},
		"/contact": {"name": {"Other"}, "contact_name": {"Kim"}, "contact_email": {"kim@provider.example"}},
	}
	const nowhere = "/desk/providers/0190aaaa-0000-7000-8000-000000000000"
	for _, c := range []struct {
		email string
		want  int
	}{{"avery@clearinghouse.example", 403}, {"ash@clearinghouse.example", 403}, {"noor@bay.example", 403}, {"dana@bay.example", 403}} {
		b := s.SignIn(t, c.email).Stay()
		for _, path := range []string{"/desk/providers", "/desk/providers/new", at, nowhere} {
			b.Get(path).MustBe(c.want)
		}
		b.PostForm("/desk/providers", url.Values{"name": {"Other"}, "contact_name": {"Kim"}, "contact_email": {"kim@provider.example"}}).MustBe(c.want)
		for deed, values := range deeds {
			values.Set("version", "1")
			b.Get(at + deed).MustBe(c.want)
			b.PostForm(at+deed, values).MustBe(c.want)
			b.PostForm(nowhere+deed, values).MustBe(c.want)
		}
	}
	nobody := s.Browser(t).Stay()
	for deed, values := range deeds {
		if p := nobody.PostForm(at+deed, values); p.Status != http.StatusSeeOther || !strings.HasPrefix(p.Header.Get("Location"), "/login") {
			t.Errorf("nobody's %s was answered %d", deed, p.Status)
		}
		for _, none := range []string{nowhere, "/desk/providers/x"} {
			s.sam.Get(none + deed).MustBe(http.StatusNotFound)
			s.sam.PostForm(none+deed, values).MustBe(http.StatusNotFound)
		}
	}
	s.sam.Get(nowhere).MustBe(http.StatusNotFound)
	// Nothing of that did anything.
	s.wantCall("the password", user, password, 200)
	var c models.ProviderAccount
	s.DB.Setup(t, func(tx *store.Tx) error { return tx.Take(&c).Error })
	if n := s.rows("providers"); n != 1 || c.Version != 1 || len(c.Allowed) != 0 || s.rows("provider_credentials") != 1 {
		t.Errorf("%d providers, account %+v", n, c)
	}
}

// rows counts rows of a table as an administrator.
func (s *providerSite) rows(table string) (n int) {
	s.t.Helper()
	s.DB.Setup(s.t, func(tx *store.Tx) error { return tx.Raw("select count(*) from " + table).Row().Scan(&n) })
	return n
}
