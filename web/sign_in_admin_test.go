package web_test

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"reeve/auth"
	"reeve/auth/devidp"
	"reeve/models"
	"reeve/models/account"
	"reeve/models/store"
	"reeve/web/webtest"
)

const labSecret = "a-client-secret-of-the-lab"

// lab is a second identity provider: another server with an issuer at which noor and
// dana of bay have accounts too, and lena, whose address has another domain.
func lab(t *testing.T, site *webtest.Site, change func(*devidp.Issuer)) *devidp.Provider {
	t.Helper()
	return labAt(t, site, "", change)
}

func labAt(t *testing.T, site *webtest.Site, addr string, change func(*devidp.Issuer)) *devidp.Provider {
	t.Helper()
	i := devidp.Issuer{Path: "/lab", Name: "The lab", ClientID: "reeve-lab", ClientSecret: labSecret, RedirectURIs: []string{site.URL + "/login/callback"}, SignedOut: []string{site.URL + "/login"}}
	for _, name := range []string{"noor", "ines", "dana"} {
		i.Users = append(i.Users, devidp.User{Subject: name + "-at-lab", Email: name + "@bay.example", Name: name, Password: webtest.Password, EmailVerified: true, MFA: true})
	}
	i.Users = append(i.Users, devidp.User{Subject: "lena-at-lab", Email: "lena@lab.example", Name: "Lena", Password: webtest.Password, EmailVerified: true, MFA: true},
		devidp.User{Subject: "weak-at-lab", Email: "weak@lab.example", Name: "Weak", Password: webtest.Password, EmailVerified: true})
	if change != nil {
		change(&i)
	}
	p, err := devidp.New(devidp.Options{Addr: addr, Issuers: []devidp.Issuer{i}, Clock: site.DB.Clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	p.Start(ctx)
	return p
}

// labDomain gives bay the domain lab.example by way of the pages.
func labDomain(t *testing.T, site *webtest.Site, noor *webtest.Browser) {
	t.Helper()
	form := noor.Get("/agency/sign-in").MustBe(http.StatusOK).Form("/agency/sign-in/domains")
	noor.Submit(form.With("domain", "Lab.example").With("note", "It stands on our web page.")).MustBe(http.StatusOK).MustSay("Asked for lab.example", "Asked for")
	sam := site.SignIn(t, "sam@clearinghouse.example")
	page := sam.Get("/desk/agencies/domains").MustBe(http.StatusOK).MustSay("lab.example", "Bay Region Task Force", "It stands on our web page.")
	sam.Submit(page.Form("/desk/agencies/domains").With("decision", "approve")).MustBe(http.StatusOK).MustSay("lab.example is approved", "Decided lately")
	noor.Get("/agency/sign-in").MustSay("lab.example", "Approved")
}

// draftOf fills in the form of a new provider and answers the draft's page.
func draftOf(t *testing.T, b *webtest.Browser, p *devidp.Provider, domains ...string) *webtest.Page {
	t.Helper()
	form := b.Get("/agency/sign-in/new").MustBe(http.StatusOK).Form("/agency/sign-in/drafts")
	if form.Values.Get("amr") != "mfa" || form.Values.Get("mfa") != "says" {
		t.Errorf("a new provider begins with %v, want a second factor demanded", form.Values)
	}
	form = form.With("url", p.URL("/lab")).With("client_id", "reeve-lab").With("name", "The lab").With("method", "client_secret").With("secret", labSecret)
	form.Values["domains"] = domains
	return b.Submit(form).MustBe(http.StatusOK).MustSay("The draft is kept. Nothing is live yet", "The lab")
}

// testAs takes a draft's page through a test sign-in and answers the page after it.
func testAs(b *webtest.Browser, draft *webtest.Page, email string) *webtest.Page {
	return b.AtProvider(b.Submit(draft.Form("/test")), email)
}

func liveIssuers(t *testing.T, site *webtest.Site, agency string) []models.Issuer {
	t.Helper()
	var list []models.Issuer
	site.DB.Setup(t, func(tx *store.Tx) error {
		list = nil
		return tx.Where("agency_id = ?", site.Agencies[agency].ID).Order("created_at, id").Find(&list).Error
	})
	return list
}

// signInAt signs in at whichever provider the address leads to.
func signInAt(t *testing.T, site *webtest.Site, p *devidp.Provider, email string) *webtest.Page {
	t.Helper()
	b := site.Browser(t)
	page := b.PostForm("/login", url.Values{"email": {email}})
	if !strings.HasPrefix(page.URL.String(), p.Origin()) {
		t.Fatalf("%s was led to %s, want %s", email, page.URL, p.Origin())
	}
	return b.AtProvider(page, email)
}

// The whole way of an admin: a second provider for another domain is prepared, its
// test fails with words, is mended, succeeds, goes live; and people sign in through
// both providers of the agency at once.
func TestAnAdminConnectsASecondProvider(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	site := webtest.Start(t, webtest.Options{Log: &log})
	noor, p := site.SignIn(t, "noor@bay.example"), lab(t, site, nil)
	labDomain(t, site, noor)

	page := draftOf(t, noor, p, "lab.example")
	path := page.URL.Path
	page.MustSay("A new provider. Nobody is led there until you switch it on.", "Test the sign-in first", site.URL+"/login/callback", site.URL+"/login/backchannel")
	if csp := page.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "form-action 'self' "+site.IdP.Origin()+" "+p.Origin()) {
		t.Errorf("the browser may not go to the provider: %s", csp)
	}

	// A wrong client: the provider keeps the person there, and the draft says why.
	edit := func(name, value string) *webtest.Page {
		return noor.Submit(noor.Get(path+"/edit").Form(path).With(name, value)).MustBe(http.StatusOK)
	}
	page = edit("client_id", "reeve-wrong")
	noor.Submit(page.Form("/look"))
	page = noor.Get(path).MustSay("It can be used", "It described itself at")
	if got := noor.Submit(page.Form("/test")); !strings.HasPrefix(got.URL.String(), p.Origin()) || got.Status == http.StatusOK {
		t.Errorf("the provider answered a client that it does not know with %d at %s", got.Status, got.URL)
	}
	page = noor.Get(path).MustSay("The test failed", "it most often does not know the client ID", "Not yet:")
	noor.Get(path+"/on").MustBe(http.StatusOK).MustSay("This cannot be done", "Test the sign-in first")
	noor.PostForm(path+"/on", url.Values{"version": {"2"}}).MustBe(http.StatusConflict).MustSay("Test the sign-in first")

	// The right client with a wrong secret: the provider sends the person back, and
	// does not tell who it is.
	edit("client_id", "reeve-lab")
	page = testAs(noor, edit("secret", "not-the-secret"), "noor@bay.example").MustBe(http.StatusOK)
	page.MustSay("The test failed", "It told us who you are").MustNotSay("not-the-secret", labSecret)

	// As somebody else.
	page = testAs(noor, edit("secret", labSecret), "dana@bay.example").MustSay("The test failed", "You signed in there as dana@bay.example, and here you are noor@bay.example")
	// Without a second factor.
	page = testAs(noor, page, "weak@lab.example").MustSay("The test failed", "A second factor is demanded and the token does not show one")

	// As herself, with everything right.
	page = testAs(noor, page, "noor@bay.example").MustBe(http.StatusOK)
	page.MustSay("The test succeeded, by Noor Example", "You signed in there under your own address", "Everything is proven")
	if got := noor.Get("/account").MustBe(http.StatusOK); strings.Contains(got.Text(), "The lab") {
		t.Error("the test signed somebody in")
	}
	if n := len(liveIssuers(t, site, "bay")); n != 1 {
		t.Fatalf("%d providers are live before switching on", n)
	}
	on := noor.Get(path + "/on").MustBe(http.StatusOK)
	on.MustSay("People whose addresses end in @lab.example sign in at The lab", "Nobody who still has a way in is signed out")
	noor.Submit(on.Form("/on")).MustBe(http.StatusOK).MustSay("The lab is switched on", "2 providers are switched on")
	noor.Get(path).MustBe(http.StatusNotFound)

	// Both at once.
	site.DB.Setup(t, func(tx *store.Tx) error {
		_, err := account.Invite(tx, account.New{AgencyID: site.Agencies["bay"].ID, Email: "lena@lab.example", Name: "Lena Example", Roles: []auth.Role{auth.Investigator}, Source: models.ByConsole, Approved: true})
		return err
	})
	signInAt(t, site, p, "lena@lab.example").MustBe(http.StatusOK).MustSay("Lena Example")
	site.SignIn(t, "dana@bay.example").Get("/account").MustSay("Dana Example")
	if u := user(t, site, "lena@lab.example"); u.Subject == nil || *u.Subject != "lena-at-lab" || u.IssuerID != liveIssuers(t, site, "bay")[1].ID {
		t.Errorf("Lena is %+v", u)
	}
	if u := user(t, site, "noor@bay.example"); u.IssuerID != site.Issuers["bay"].ID || *u.Subject != "noor-at-bay" {
		t.Errorf("Noor is %+v, want her where she was", u)
	}
	// A sign-in page names the new provider at once.
	if csp := site.Browser(t).Get("/login").Header.Get("Content-Security-Policy"); !strings.Contains(csp, p.Origin()) {
		t.Errorf("the sign-in page may not lead to the new provider: %s", csp)
	}

	// And off again: Lena is out at once.
	lena := site.Browser(t)
	lena.AtProvider(lena.PostForm("/login", url.Values{"email": {"lena@lab.example"}}), "lena@lab.example")
	off := noor.Get("/agency/sign-in/issuers/"+liveIssuers(t, site, "bay")[1].ID.String()+"/off").MustBe(http.StatusOK).MustSay("Switch off The lab?", "1 account can no longer sign in")
	noor.Submit(off.Form("/off")).MustBe(http.StatusOK).MustSay("The lab is switched off", "Sessions ended: 2")
	if !out(lena) {
		t.Error("Lena is still signed in")
	}
	site.Browser(t).PostForm("/login", url.Values{"email": {"lena@lab.example"}}).MustBe(http.StatusUnprocessableEntity)

	if strings.Contains(log.String(), labSecret) || strings.Contains(log.String(), "not-the-secret") {
		t.Error("the log holds a secret")
	}
	for _, action := range []string{"domain.asked", "domain.approved", "issuer.draft-made", "issuer.draft-changed", "issuer.looked-at", "issuer.test-begun", "issuer.tested", "issuer.switched-on", "issuer.switched-off"} {
		lines := auditLines(t, site, action)
		if len(lines) == 0 {
			t.Errorf("no audit line says %s", action)
		}
		for _, l := range lines {
			if strings.Contains(string(l.Detail)+l.Words+l.Subject, labSecret) {
				t.Errorf("an audit line of %s holds the secret", action)
			}
		}
	}
}

// Changing the provider through which everybody signs in: the tester is bound at
// once, the others at their next sign-in, and the way back stays open.
func TestAnAgencyMovesToAnotherProvider(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	noor, dana, p := site.SignIn(t, "noor@bay.example"), site.SignIn(t, "dana@bay.example"), lab(t, site, nil)
	live := site.Issuers["bay"]
	form := noor.Get("/agency/sign-in/new?issuer=" + live.ID.String()).MustBe(http.StatusOK).MustSay("What is live stays as it is").Form("/agency/sign-in/drafts")
	if form.Values.Get("url") != live.URL || form.Values.Get("domains") != "bay.example" || form.Values.Get("amr") != "mfa" {
		t.Errorf("the form begins with %v", form.Values)
	}
	draft := noor.Submit(form.With("url", p.URL("/lab")).With("client_id", "reeve-lab").With("method", "client_secret").With("secret", labSecret)).MustBe(http.StatusOK)
	draft.MustSay("What changes", "becomes "+p.URL("/lab"))
	// As long as it is a draft, everybody signs in where they did.
	site.SignIn(t, "ines@bay.example")
	page := testAs(noor, draft, "noor@bay.example").MustSay("The test succeeded")
	on := noor.Get(page.URL.Path+"/on").MustSay("2 accounts are bound to another identity until now", "The settings of now are kept as a draft")
	noor.Submit(on.Form("/on")).MustBe(http.StatusOK).MustSay("2 accounts will be bound anew", "Earlier settings")
	if u := user(t, site, "noor@bay.example"); u.Subject == nil || *u.Subject != "noor-at-lab" {
		t.Errorf("Noor is %+v", u)
	}
	noor.Get("/account").MustBe(http.StatusOK)
	dana.Get("/account").MustBe(http.StatusOK)

	signInAt(t, site, p, "dana@bay.example").MustBe(http.StatusOK).MustSay("Dana Example")
	if u := user(t, site, "dana@bay.example"); u.Subject == nil || *u.Subject != "dana-at-lab" {
		t.Errorf("Dana is %+v", u)
	}
	// Reed has no account there and is not let in as anybody else.
	b := site.Browser(t)
	if page := b.AtProvider(b.PostForm("/login", url.Values{"email": {"reed@bay.example"}}), "reed@bay.example"); page.URL.Path == "/inbox" {
		t.Error("Reed came in without an account at the provider")
	}
	signInAt(t, site, p, "noor@bay.example").MustBe(http.StatusOK)

	// Back: the kept settings, tested anew.
	back := ""
	for _, l := range noor.Get("/agency/sign-in").Links() {
		if strings.HasPrefix(l, "/agency/sign-in/drafts/") {
			back = l
		}
	}
	page = noor.Get(back).MustBe(http.StatusOK).MustSay("These settings were live until", "Test them again to go back", "demand no second factor")
	page = noor.Submit(noor.Get(back + "/edit").Form(back)).MustBe(http.StatusOK)
	page = testAs(noor, page, "noor@bay.example").MustSay("The test succeeded")
	noor.Submit(noor.Get(back + "/on").Form("/on")).MustBe(http.StatusOK).MustSay("is switched on")
	site.SignIn(t, "dana@bay.example")
	if u := user(t, site, "noor@bay.example"); *u.Subject != "noor-at-bay" || liveIssuers(t, site, "bay")[0].URL != live.URL {
		t.Errorf("back is %+v", u)
	}
}

// A wrong draft, and a provider that is out of order, change nothing for those who
// sign in through what is live.
func TestAWrongDraftDisturbsNobody(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	noor := site.SignIn(t, "noor@bay.example")
	live := site.Issuers["bay"]
	form := noor.Get("/agency/sign-in/new?issuer=" + live.ID.String()).Form("/agency/sign-in/drafts")
	for address, words := range map[string]string{
		"http://127.0.0.1:1/bay":       "The provider answers",
		site.URL:                       "The provider answers",
		site.IdP.URL("/nobody"):        "There is no description at",
		site.IdP.URL("/bay") + "/":     "It is the provider that the settings name",
		"https://login.agency.example": "only this machine may be contacted here",
	} {
		draft := noor.Submit(form.With("url", address).With("method", "none").With("client_id", "reeve-x")).MustBe(http.StatusOK)
		path := draft.URL.Path
		noor.Submit(draft.Form("/look")).MustBe(http.StatusOK).MustSay("It cannot be used yet", words)
		noor.Submit(draft.Form("/test")).MustBe(http.StatusOK).MustSay("The test failed", words)
		site.SignIn(t, "dana@bay.example")
		noor.Submit(noor.Get(path + "/discard").MustSay("Throw away the draft").Form("/discard")).MustBe(http.StatusOK).MustSay("The draft was thrown away")
	}
	if now := liveIssuers(t, site, "bay"); len(now) != 1 || now[0].URL != live.URL || now[0].Version != 1 || now[0].LastFailureAt != nil {
		t.Errorf("live is %+v", now)
	}
}

func TestTheLastAdminIsNotLockedOutByAPage(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	noor, sam := site.SignIn(t, "noor@bay.example"), site.SignIn(t, "sam@clearinghouse.example")
	path := "/agency/sign-in/issuers/" + site.Issuers["bay"].ID.String() + "/off"
	noor.Get(path).MustBe(http.StatusOK).MustSay("This cannot be done", "No active admin of the agency could sign in any more")
	noor.PostForm(path, url.Values{"version": {"1"}, "lock_out": {"yes"}}).MustBe(http.StatusConflict).MustSay("No active admin of the agency could sign in")
	noor.Get("/inbox").MustBe(http.StatusOK)

	form := sam.Get(path).MustBe(http.StatusOK).MustSay("Lock out the agency's last admin too").Form("/off")
	sam.Submit(form).MustBe(http.StatusConflict).MustSay("No active admin of the agency could sign in")
	noor.Get("/inbox").MustBe(http.StatusOK)
	sam.Submit(form.With("lock_out", "yes")).MustBe(http.StatusOK).MustSay("is switched off")
	if !out(noor) {
		t.Error("Noor is still signed in")
	}
	own := "/agency/sign-in/issuers/" + site.Issuers["clearinghouse"].ID.String() + "/off"
	sam.PostForm(own, url.Values{"version": {"1"}, "lock_out": {"yes"}}).MustBe(http.StatusConflict)
	if i := liveIssuers(t, site, "bay")[0]; i.Enabled || i.Version != 2 {
		t.Errorf("bay's provider is %+v", i)
	}
}

// Each deed as nobody, as somebody without the role, as another agency's admin, and
// on a thing that is not there; then the rows.
func TestNobodyElseTouchesAnAgencysSignIn(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	noor, p := site.SignIn(t, "noor@bay.example"), lab(t, site, nil)
	labDomain(t, site, noor)
	draft := testAs(noor, draftOf(t, noor, p, "lab.example"), "noor@bay.example").MustSay("The test succeeded").URL.Path
	issuer := "/agency/sign-in/issuers/" + site.Issuers["bay"].ID.String()
	none := "/agency/sign-in/drafts/" + store.NewID().String()
	noor.Stay()
	nobody, dana, kit := site.Browser(t).Stay(), site.SignIn(t, "dana@bay.example").Stay(), site.SignIn(t, "kit@boroughs.example").Stay()
	version := url.Values{"version": {"1"}}
	full := url.Values{"version": {"1"}, "url": {p.URL("/lab")}, "client_id": {"stolen"}, "method": {"none"}, "mfa": {"says"}, "amr": {"mfa"}, "agency": {"bay"}}
	domain := url.Values{"agency": {"bay"}, "domain": {"evil.example"}, "note": {"Ours."}}
	for _, d := range []struct {
		method, path, other string // other is the same of a thing that is not there
		form                url.Values
	}{
		{"GET", "/agency/sign-in?agency=bay", "/agency/sign-in?agency=nowhere", nil},
		{"GET", "/agency/sign-in/new?agency=bay", "/agency/sign-in/new?agency=nowhere", nil},
		{"GET", "/agency/sign-in/new?agency=bay&issuer=" + site.Issuers["bay"].ID.String(), "/agency/sign-in/new?issuer=" + store.NewID().String(), nil},
		{"GET", draft, none, nil}, {"GET", draft + "/edit", none + "/edit", nil}, {"GET", draft + "/on", none + "/on", nil}, {"GET", draft + "/discard", none + "/discard", nil},
		{"GET", issuer + "/off", "/agency/sign-in/issuers/x/off", nil},
		{"POST", "/agency/sign-in/drafts", "", full},
		{"POST", draft, none, full}, {"POST", draft + "/look", none + "/look", version}, {"POST", draft + "/test", none + "/test", version},
		{"POST", draft + "/on", none + "/on", version}, {"POST", draft + "/discard", none + "/discard", version},
		{"POST", issuer + "/off", "/agency/sign-in/issuers/" + store.NewID().String() + "/off", version},
		{"POST", "/agency/sign-in/domains", "", domain}, {"POST", "/agency/sign-in/domains/withdraw", "", url.Values{"agency": {"bay"}, "domain": {"lab.example"}}},
	} {
		ask := func(b *webtest.Browser, path string) *webtest.Page {
			if d.method == "GET" {
				return b.Get(path)
			}
			return b.PostForm(path, d.form)
		}
		if got := ask(nobody, d.path); got.Status != http.StatusSeeOther || !strings.HasPrefix(got.Header.Get("Location"), "/login") {
			t.Errorf("%s %s as nobody: %d to %s", d.method, d.path, got.Status, got.Header.Get("Location"))
		}
		if got := ask(dana, d.path); got.Status != http.StatusForbidden {
			t.Errorf("%s %s as an investigator: %d", d.method, d.path, got.Status)
		}
		theirs := ask(kit, d.path)
		if theirs.Status != http.StatusNotFound {
			t.Errorf("%s %s as another agency's admin: %d", d.method, d.path, theirs.Status)
		}
		if d.other != "" {
			if got := ask(noor, d.other); got.Status != http.StatusNotFound {
				t.Errorf("%s %s: %d", d.method, d.other, got.Status)
			}
			if got := ask(kit, d.other); got.Status != theirs.Status || got.H1() != theirs.H1() {
				t.Errorf("%s: another's (%s) and none (%s) can be told apart", d.path, theirs.H1(), got.H1())
			}
		}
	}
	for _, b := range []*webtest.Browser{noor, dana, kit} {
		b.Get("/desk/agencies/domains").MustBe(http.StatusForbidden)
		b.PostForm("/desk/agencies/domains", url.Values{"agency": {"bay"}, "domain": {"lab.example"}, "decision": {"approve"}}).MustBe(http.StatusForbidden)
		b.PostForm(draft+"/accept", version).MustBe(http.StatusForbidden)
	}
	var drafts []models.IssuerDraft
	var domains []models.AgencyDomain
	site.DB.Setup(t, func(tx *store.Tx) error {
		drafts, domains = nil, nil
		if err := tx.Find(&drafts).Error; err != nil {
			return err
		}
		return tx.Where("note <> ''").Find(&domains).Error
	})
	if len(drafts) != 1 || drafts[0].Version != 1 || drafts[0].TestedAt == nil || drafts[0].ClientID != "reeve-lab" || len(domains) != 1 || domains[0].Domain != "lab.example" {
		t.Errorf("the drafts are %d, the domains %+v", len(drafts), domains)
	}
	if live := liveIssuers(t, site, "bay"); len(live) != 1 || !live[0].Enabled || live[0].Version != 1 {
		t.Errorf("live is %+v", live)
	}
}

// Reeve makes its own key, shows its public half, and proves itself with the other.
func TestAProviderKnowsReeveByItsKey(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	noor := site.SignIn(t, "noor@bay.example")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	form := noor.Get("/agency/sign-in/new?issuer=" + site.Issuers["bay"].ID.String()).Form("/agency/sign-in/drafts")
	page := noor.Submit(form.With("url", "http://"+addr+"/lab").With("client_id", "reeve-lab").With("method", "private_key_jwt")).MustBe(http.StatusOK)
	page.MustSay("Register this key at the provider", "-----BEGIN PUBLIC KEY-----", `{"keys":[{`).MustNotSay("PRIVATE KEY", "&#34;d&#34;:")
	var d models.IssuerDraft
	site.DB.Setup(t, func(tx *store.Tx) error { d = models.IssuerDraft{}; return tx.Take(&d).Error })
	if len(d.PrivateKey) == 0 || !bytes.HasPrefix(d.PrivateKey, []byte("sealed:")) {
		t.Fatalf("the private key is kept as %q", d.PrivateKey)
	}
	labAt(t, site, addr, func(i *devidp.Issuer) { i.ClientSecret, i.ClientKey = "", d.PublicKey })
	page = testAs(noor, page, "noor@bay.example").MustBe(http.StatusOK).MustSay("The test succeeded")
	noor.Submit(noor.Get(page.URL.Path+"/on").Form("/on")).MustBe(http.StatusOK).MustSay("is switched on", "with its own key (private_key_jwt)", "-----BEGIN PUBLIC KEY-----")
	b := site.Browser(t)
	b.AtProvider(b.PostForm("/login", url.Values{"email": {"dana@bay.example"}}), "dana@bay.example").MustBe(http.StatusOK).MustSay("Dana Example")
}

// What is wrong is said at its field, what was typed stays, and a secret does not.
func TestTheFormKeepsWhatWasTypedExceptTheSecret(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	noor := site.SignIn(t, "noor@bay.example")
	form := noor.Get("/agency/sign-in/new").Form("/agency/sign-in/drafts").With("url", "https://user:pass@login.agency.example/<b>").With("client_id", "reeve-<i>").With("secret", labSecret).
		With("roles_claim", "groups").With("role_value_0", "cac <x>").With("role_roles_0", "investigator").With("role_value_1", "admins")
	page := noor.Submit(form).MustBe(http.StatusUnprocessableEntity).MustSay("An issuer's address holds no user name or password", "Choose what the value \"admins\" stands for", "Type the client secret again")
	page.MustNotSay(labSecret, "<b>", "<i>", "<x>")
	again := page.Form("/agency/sign-in/drafts")
	for field, want := range map[string]string{"url": "https://user:pass@login.agency.example/<b>", "client_id": "reeve-<i>", "role_value_0": "cac <x>", "role_roles_0": "investigator", "role_value_1": "admins", "secret": ""} {
		if got := again.Values.Get(field); got != want {
			t.Errorf("%s is %q, want %q", field, got, want)
		}
	}
	saved := noor.Submit(again.With("url", "https://login.agency.example").With("client_id", "reeve").With("secret", labSecret).With("role_value_1", "")).MustBe(http.StatusOK)
	edit := noor.Get(saved.URL.Path + "/edit").MustSay("One is kept and is never shown").MustNotSay(labSecret).Form(saved.URL.Path)
	if edit.Values.Get("role_value_0") != "cac <x>" || edit.Values.Get("role_roles_0") != "investigator" || edit.Values.Get("secret") != "" {
		t.Errorf("the form has %v", edit.Values)
	}
	// Two people: the second looks again, and nothing of what was typed is lost.
	site.SignIn(t, "ines@bay.example").Submit(edit.With("name", "By Ines")).MustBe(http.StatusOK)
	page = noor.Submit(edit.With("name", "By Noor")).MustBe(http.StatusConflict).MustSay("Ines Example changed this draft", "What you typed is still below")
	if got := page.Form(saved.URL.Path).Values.Get("name"); got != "By Noor" {
		t.Errorf("the name is %q", got)
	}
	noor.Submit(page.Form(saved.URL.Path)).MustBe(http.StatusOK).MustSay("By Noor")
	for _, domain := range []string{"gmail.com", "boroughs.example"} {
		page = noor.Submit(noor.Get("/agency/sign-in").Form("/domains").With("domain", domain).With("note", "It is <b>ours</b>.")).MustBe(http.StatusUnprocessableEntity)
		if got := page.Form("/domains").Values; got.Get("domain") != domain || got.Get("note") != "It is <b>ours</b>." {
			t.Errorf("the form has %v", got)
		}
	}
}

// The clearinghouse helps an agency, and accepts what only it may.
func TestTheClearinghouseHelpsWithASignIn(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	noor, sam, p := site.SignIn(t, "noor@bay.example"), site.SignIn(t, "sam@clearinghouse.example"), lab(t, site, nil)
	sam.Get("/agency/sign-in").MustBe(http.StatusOK).MustSay("Clearinghouse (demonstration)", "The sign-in of another agency", "Five Boroughs")
	form := sam.Get("/agency/sign-in/new?agency=bay&issuer=" + site.Issuers["bay"].ID.String()).MustBe(http.StatusOK).Form("/drafts")
	form = form.With("url", p.URL("/lab")).With("client_id", "reeve-lab").With("method", "client_secret").With("secret", labSecret).With("mfa", "silent").With("mfa_note", "Everybody has a smart card.")
	page := sam.Submit(form).MustBe(http.StatusOK).MustSay("You are not of this agency", "Accept it only when you know", "Everybody has a smart card.")
	path := page.URL.Path
	noor.Get(path).MustSay("The clearinghouse has not accepted it yet").MustNotSay(path + "/accept")
	sam.Get("/desk/agencies/domains").MustSay("Second factors to accept", "Everybody has a smart card.", "Bay Region")
	sam.Submit(page.Form("/accept")).MustBe(http.StatusOK).MustSay("Accepted by Sam Example", "An admin of the agency must test exactly these settings first")
	testAs(noor, noor.Get(path), "noor@bay.example").MustSay("The test succeeded")
	sam.Submit(sam.Get(path+"/on").MustBe(http.StatusOK).Form("/on")).MustBe(http.StatusOK).MustSay("is switched on", "Bay Region", "as Sam Example of the clearinghouse accepted")
	signInAt(t, site, p, "dana@bay.example").MustBe(http.StatusOK).MustSay("Dana Example")
	if i := liveIssuers(t, site, "bay")[0]; i.MFAAttestedBy != "Sam Example" || i.URL != p.URL("/lab") {
		t.Errorf("live is %+v", i)
	}
	// Refusing a domain needs an answer, which stays where it was typed.
	noor.Submit(noor.Get("/agency/sign-in").Form("/domains").With("domain", "lab.example").With("note", "Ours."))
	decide := sam.Get("/desk/agencies/domains").Form("/desk/agencies/domains").With("decision", "refuse")
	sam.Submit(decide).MustBe(http.StatusUnprocessableEntity).MustSay("Say why")
	sam.Submit(decide.With("answer", "The page does not say so.")).MustBe(http.StatusOK).MustSay("is refused")
	sam.Submit(decide.With("decision", "approve")).MustBe(http.StatusConflict).MustSay("refused lab.example already")
	noor.Get("/agency/sign-in").MustSay("Refused: The page does not say so.")
}
