package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"reeve/models/provisioning"
	"reeve/models/store"
	"reeve/web/webtest"
)

const directoryPage = "/agency/directory"

// shownToken finds the token on the page that shows it.
func shownToken(t *testing.T, p *webtest.Page) string {
	t.Helper()
	for _, n := range p.All("bdi", "class", "Identifier-value") {
		if text := webtest.Text(n); strings.HasPrefix(text, provisioning.Prefix) {
			return text
		}
	}
	t.Fatalf("no token on %s: %s", p.URL, p.Text())
	return ""
}

func TestAnAdminMakesATokenThatIsShownOnceAndWorks(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	ines := site.SignIn(t, "ines@bay.example")
	page := ines.Get(directoryPage).MustBe(http.StatusOK).MustSay("No directory is connected", "No token works", site.URL+"/scim/v2", "Reeve investigators", "A commander approves each account", "A supervisor decides this")

	form := page.Form("/tokens")
	ines.Submit(form).MustBe(http.StatusUnprocessableEntity).MustSay("Fill this in.")
	again := ines.Submit(form.With("name", "Entra <b>ID</b>").With("days", "9999")).MustBe(http.StatusUnprocessableEntity).MustSay("at most two years").Form("/tokens")
	if got := again.Values.Get("name"); got != "Entra <b>ID</b>" {
		t.Errorf("the name is %q, want it as typed", got)
	}
	made := ines.Submit(form.With("name", "Entra ID")).MustBe(http.StatusOK).MustSay("Shown this once", site.URL+"/scim/v2")
	token := shownToken(t, made)
	if made.Header.Get("Cache-Control") != "no-store" {
		t.Error("a browser may keep the token")
	}
	ines.Submit(form.With("name", "entra id")).MustBe(http.StatusUnprocessableEntity).MustSay("There is a token of this name already") // a reload
	d := &scimClient{t: t, site: site, token: token}
	d.do("GET", "/Users", "").must(200).has("totalResults", 4)

	page = ines.Get(directoryPage).MustSay("Entra ID", "Works", "127.0.0.1", "ends in "+token[len(token)-4:], "by Ines Example").MustNotSay(token)
	site.DB.Clock.Advance(340 * 24 * time.Hour)
	ines = site.SignIn(t, "ines@bay.example")
	page = ines.Get(directoryPage).MustSay("Expires soon")
	var revoke string
	for _, href := range page.Links() {
		if strings.HasSuffix(href, "/revoke") {
			revoke = href
		}
	}
	ask := ines.Get(revoke).MustBe(http.StatusOK).MustSay("Shut out whatever uses this token?", "It was last used")
	ines.Stay()
	if p := ines.Submit(ask.Form("/revoke")).MustBe(http.StatusSeeOther); p.Header.Get("Location") != directoryPage {
		t.Errorf("led to %s", p.Header.Get("Location"))
	}
	d.do("GET", "/Users", "").refuses(401, "")
	ines.Get(directoryPage).MustSay("The token Entra ID is revoked", "Tokens that work no more", "revoked")
	ines.Submit(ask.Form("/revoke")).MustBe(http.StatusConflict).MustSay("revoked already, by Ines Example")
	ines.Get(revoke).MustBe(http.StatusOK).MustSay("revoked already")
}

func TestWhoMayConnectADirectory(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	service := provisioning.New(site.DB.Web)
	_, made, err := service.Make(t.Context(), site.Actor(t, "ines@bay.example"), provisioning.NewToken{Name: "Bay's", Days: 1})
	if err != nil {
		t.Fatal(err)
	}
	revoke, nothing := directoryPage+"/tokens/"+made.ID.String()+"/revoke", directoryPage+"/tokens/0190aaaa-0000-7000-8000-000000000000/revoke"
	make := url.Values{"name": {"Sneaky"}, "days": {"30"}, "agency": {"bay"}}
	for email, want := range map[string]struct{ page, theirs, make, revoke, approval, approve int }{
		"dana@bay.example":            {403, 403, 403, 403, 403, 403},
		"reed@bay.example":            {403, 403, 403, 403, 403, 403},
		"avery@clearinghouse.example": {403, 403, 403, 403, 403, 403},
		"ash@clearinghouse.example":   {403, 403, 403, 403, 403, 403},
		"kit@boroughs.example":        {200, 404, 404, 404, 403, 403}, // an admin elsewhere, no commander
		"ines@bay.example":            {200, 200, 0, 0, 403, 403},
		"noor@bay.example":            {200, 200, 0, 0, 200, 0},
	} {
		b := site.SignIn(t, email).Stay()
		check := func(what string, p *webtest.Page, want int) {
			t.Helper()
			if want != 0 && p.Status != want {
				t.Errorf("%s as %s: %d, want %d", what, email, p.Status, want)
			}
		}
		check("the page", b.Get(directoryPage), want.page)
		check("bay's page", b.Get(directoryPage+"?agency=bay"), want.theirs)
		check("asking to revoke", b.Get(revoke), want.revoke)
		check("asking about approval", b.Get(directoryPage+"/approval"), want.approval)
		if want.make != 0 {
			check("making", b.PostForm(directoryPage+"/tokens", make), want.make)
		}
		if want.revoke != 0 {
			check("revoking", b.PostForm(revoke, nil), want.revoke)
		}
		if want.approve != 0 {
			check("deciding", b.PostForm(directoryPage+"/approval", url.Values{"directory": {"yes"}}), want.approve)
		}
		if want.page == 200 {
			check("what is not", b.Get(nothing), 404)
			check("revoking what is not", b.PostForm(nothing, nil), 404)
			check("no id", b.Get(directoryPage+"/tokens/x/revoke"), 404)
			check("no agency", b.Get(directoryPage+"?agency=nowhere"), 404)
		}
	}
	nobody := site.Browser(t).Stay()
	for _, p := range []*webtest.Page{nobody.Get(directoryPage), nobody.Get(revoke), nobody.PostForm(revoke, nil), nobody.PostForm(directoryPage+"/tokens", make)} {
		if p.Status != http.StatusSeeOther || !strings.HasPrefix(p.Header.Get("Location"), "/login") {
			t.Errorf("nobody: %s %d %s", p.URL, p.Status, p.Header.Get("Location"))
		}
	}
	var left, approves string
	site.DB.Setup(t, func(tx *store.Tx) error {
		if err := tx.Raw("select string_agg(name || coalesce(revoked_by_name, ''), ' ') from scim_tokens").Row().Scan(&left); err != nil {
			return err
		}
		return tx.Raw("select string_agg(code, ' ') from agencies where directory_approves or directory_approves_at is not null").Row().Scan(&nullable{&approves})
	})
	if left != "Bay's" || approves != "" {
		t.Errorf("tokens %q, approving %q", left, approves)
	}
}

// nullable reads a text that may be null.
type nullable struct{ into *string }

// Scan implements sql.Scanner.
func (n *nullable) Scan(v any) error {
	if s, ok := v.(string); ok {
		*n.into = s
	}
	return nil
}

func TestTheClearinghouseAndAnAdminAboveConnectForOthers(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	sam, ines := site.SignIn(t, "sam@clearinghouse.example"), site.SignIn(t, "ines@bay.example")
	page := ines.Get(directoryPage).MustSay("Palo Alto Affiliate")
	if strings.Contains(page.Text(), "Five Boroughs") {
		t.Error("an agency elsewhere can be chosen")
	}
	page = ines.Get(directoryPage + "?agency=paloalto").MustBe(http.StatusOK).MustSay("Palo Alto Affiliate (demonstration)").MustNotSay("Decide</")
	shownToken(t, ines.Submit(page.Form("/tokens").With("name", "Affiliate")).MustBe(http.StatusOK))
	ines.Get(directoryPage).MustNotSay("Affiliate</bdi>")

	page = sam.Get(directoryPage + "?agency=boroughs").MustBe(http.StatusOK)
	d := &scimClient{t: t, site: site, token: shownToken(t, sam.Submit(page.Form("/tokens").With("name", "By the house")).MustBe(http.StatusOK))}
	d.do("GET", "/Users", "").must(200).has("totalResults", 2)
	// A name in the form that is not the actor's to manage makes nothing.
	ines.Submit(page.Form("/tokens").With("name", "Sneaky")).MustBe(http.StatusNotFound)
}

func TestACommanderDecidesWhoApproves(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	noor := site.SignIn(t, "noor@bay.example").Stay()
	at := directoryPage + "/approval"
	noor.Get(directoryPage).MustBe(http.StatusOK).MustSay("Decide")
	form := noor.Get(at).MustBe(http.StatusOK).MustSay("Let the directory approve?", "Nobody here looks first").Form("/approval")
	noor.PostForm(at, url.Values{"directory": {"perhaps"}}).MustBe(http.StatusUnprocessableEntity)
	noor.Submit(form).MustBe(http.StatusSeeOther)
	noor.Get(at).MustSay("From now on the directory approves", "decided by Noor Example", "Ask for a commander's approval again?")
	noor.Submit(form).MustBe(http.StatusConflict).MustSay("decided so already")
	d := connect(t, site, "ines@bay.example")
	d.do("POST", "/Users", `{"userName":"pat@bay.example","roles":[{"value":"investigator"}]}`).must(201)
	site.SignIn(t, "pat@bay.example").Get("/inbox").MustBe(http.StatusOK)
	noor.Submit(noor.Get(at).Form("/approval")).MustBe(http.StatusSeeOther)
	noor.Get(at).MustSay("From now on a commander approves", "Let the directory approve?")
}

// The directory is one of the hands that the agency reads of in its trail.
func TestTheTrailNamesTheDirectory(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Deps: withEverything})
	d := connect(t, site, "ines@bay.example")
	a := d.do("POST", "/Users", `{"userName":"pat@bay.example","displayName":"Pat Doe"}`).must(201)
	d.do("PATCH", "/Groups/investigator", `{"Operations":[{"op":"add","path":"members","value":[{"value":"`+a.id()+`"}]}]}`).must(204)
	d.do("DELETE", "/Users/"+a.id(), "").must(204)
	site.SignIn(t, "ines@bay.example").Get("/audit").MustBe(http.StatusOK).
		MustSay("Directory (Entra ID)", "made an account for Pat Doe with no role. A commander must approve it.", "gave the role investigator to people (1)", "removed the account of Pat Doe")
}
