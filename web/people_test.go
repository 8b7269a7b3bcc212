package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"reeve/models"
	"reeve/models/store"
	"reeve/web/webtest"
)

// accountOf reads the account with the address as it stands.
func accountOf(t testing.TB, site *webtest.Site, email string) (u models.User) {
	t.Helper()
	site.DB.Setup(t, func(tx *store.Tx) error { u = models.User{}; return tx.Where("email = ?", email).Take(&u).Error })
	return u
}

func setAccount(t testing.TB, site *webtest.Site, email, column string, value any) {
	t.Helper()
	site.DB.Setup(t, func(tx *store.Tx) error {
		return tx.Exec("update users set "+column+" = ? where email = ?", value, email).Error
	})
}

func personURL(t testing.TB, site *webtest.Site, email string) string {
	t.Helper()
	return "/agency/users/" + accountOf(t, site, email).ID.String()
}

// The whole life of an account, without scripts.
func TestAPersonIsInvitedApprovedRaisedSuspendedAndRecertified(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Deps: withEverything})
	noor := site.SignIn(t, "noor@bay.example")
	form := noor.Get("/agency/users/invite").MustBe(http.StatusOK).MustSay("Addresses ending in @bay.example sign in at", "Approve now").Form("/agency/users/invite")
	form.Values.Set("email", "pat@bay.example")
	form.Values.Set("name", "Pat Example")
	form.Values.Set("title", "Detective")
	form.Values.Set("sworn", "yes")
	form.Values.Set("roles", "investigator")
	page := noor.Submit(form).MustBe(http.StatusOK).MustSay("Pat Example is invited.", "Tell the person", site.URL+"/login", "Not bound yet", "Invited by Noor Example")
	if u := accountOf(t, site, "pat@bay.example"); u.State != models.UserInvited || u.ApprovedAt != nil || u.Sworn == nil || !*u.Sworn || u.Title != "Detective" || page.URL.Path != "/agency/users/"+u.ID.String() {
		t.Fatalf("invited as %+v, shown at %s", u, page.URL)
	}

	// The person signs in and waits.
	pat := site.Browser(t)
	pat.SignInAs("pat@bay.example", "")
	if u := accountOf(t, site, "pat@bay.example"); u.State != models.UserWaiting || u.Subject == nil {
		t.Fatalf("after the first sign-in: %+v", u)
	}
	if p := pat.Get("/inbox"); p.URL.Path != "/login" {
		t.Errorf("before the approval pat reached %s", p.URL)
	}
	list := noor.Get("/agency/users?view=approve").MustBe(http.StatusOK).MustSay("Pat Example", "Waits for approval", "1 person")
	page = noor.Submit(list.Form("/approve")).MustBe(http.StatusOK).MustSay("Pat Example is approved and may work now.", "Nobody waits.")
	if page.URL.RequestURI() != "/agency/users?view=approve" {
		t.Errorf("approving leads to %s, want the list", page.URL)
	}
	pat.SignInAs("pat@bay.example", "/inbox").MustBe(http.StatusOK)

	// Raised, from the next click on.
	at := personURL(t, site, "pat@bay.example")
	if p := pat.Get("/agency/users"); p.Status != http.StatusForbidden {
		t.Errorf("an investigator reached the list: %d", p.Status)
	}
	roles := noor.Get(at).MustBe(http.StatusOK).MustSay("Bound to one identity", "Where the person is signed in").Form("/roles")
	roles.Values["roles"] = []string{"investigator", "supervisor"}
	noor.Submit(roles).MustBe(http.StatusOK).MustSay("Pat Example now has: Investigator, supervisor.")
	pat.Get("/agency/users").MustBe(http.StatusOK)

	// Suspended: out at once.
	other := site.SignIn(t, "pat@bay.example")
	page = noor.Submit(noor.Get(at).Form("/suspend").With("why", "Left on Friday.")).MustBe(http.StatusOK).MustSay("Pat Example is suspended; 2 sessions ended.", "Left on Friday.", "Nowhere just now.")
	for _, b := range []*webtest.Browser{pat, other} {
		if p := b.Get("/inbox"); p.URL.Path != "/login" {
			t.Errorf("a suspended person reached %s", p.URL)
		}
	}
	if p := site.Browser(t).SignInAs("pat@bay.example", ""); p.Status != http.StatusForbidden {
		t.Errorf("a suspended person signed in: %d at %s", p.Status, p.URL)
	}
	page = noor.Submit(page.Form("/reactivate")).MustBe(http.StatusOK).MustSay("Pat Example is active again.")
	if p := pat.Get("/inbox"); p.URL.Path != "/login" {
		t.Errorf("an old session lives again: %s", p.URL)
	}
	site.SignIn(t, "pat@bay.example")

	// Reviewed a year later, in bulk, and removed.
	site.DB.Clock.Advance(models.RecertifyAfter - 10*24*time.Hour)
	noor, sam := site.SignIn(t, "noor@bay.example"), site.SignIn(t, "sam@clearinghouse.example")
	list = noor.Get("/agency/users?view=recertify").MustBe(http.StatusOK).MustSay("Pat Example", "Due soon", "Your own access is reviewed by another admin.")
	bulk := list.Form("/agency/users/recertify")
	for _, n := range list.All("input", "name", "person") {
		bulk.Values.Add("person", webtest.Attr(n, "value"))
	}
	ticked := len(bulk.Values["person"])
	page = noor.Submit(bulk).MustBe(http.StatusOK).MustSay(fmt.Sprintf("Noted that %d people still need the access.", ticked), "Noor Example").MustNotSay("Pat Example")
	if u := accountOf(t, site, "pat@bay.example"); u.RecertifiedAt == nil || u.RecertifiedByName != "Noor Example" {
		t.Errorf("reviewed %v by %q", u.RecertifiedAt, u.RecertifiedByName)
	}
	sam.Get(at).MustBe(http.StatusOK).MustSay("Confirmed that", "still need the access.", "Suspended Pat Example and ended 2 sessions.", "as the clearinghouse")
	page = noor.Get(at+"/remove").MustBe(http.StatusOK).MustSay("What ends", "There is nothing to hand over.")
	noor.Submit(page.Form("/remove").With("why", "Moved away.")).MustBe(http.StatusOK).MustSay("Pat Example is removed; 0 sessions ended.", "Removed since")
	noor.Get("/agency/users").MustNotSay("Pat Example")
	noor.Get("/agency/users?view=removed").MustBe(http.StatusOK).MustSay("Pat Example")

	// Its history says all of it, newest first.
	text := noor.Get(at).Text()
	last := -1
	for _, words := range []string{"Removed Pat Example", "Confirmed that", "Let Pat Example back", "Suspended Pat Example", "Changed the roles of Pat Example from investigator to investigator and supervisor", "Approved Pat Example", "Invited Pat Example"} {
		i := strings.Index(text, words)
		if i <= last {
			t.Errorf("the history does not say %q in its place: %s", words, text)
		}
		last = i
	}
}

// deedsOnPeople are the forms of a person's page with the fields that each sends.
func deedsOnPeople(heir string) map[string]url.Values {
	return map[string]url.Values{"/approve": {}, "/roles": {"roles": {"read-only"}}, "/suspend": {"why": {"x"}}, "/reactivate": {}, "/recertify": {}, "/remove": {"why": {"x"}}, "/sessions/end": {},
		"/hand-over": {"work": {"heir"}, "heir": {heir}}}
}

// Each deed as everybody who may not: the status, and the row afterwards.
func TestDeedsOnPeopleByThoseWhoMayNot(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Deps: withEverything})
	site.SignIn(t, "dana@bay.example") // binds her account
	setAccount(t, site, "robin@paloalto.example", "roles", models.TextList{"agency-admin", "supervisor"})
	setAccount(t, site, "kit@boroughs.example", "roles", models.TextList{"agency-admin", "supervisor"})
	before := accountOf(t, site, "dana@bay.example")
	at, none := "/agency/users/"+before.ID.String(), "/agency/users/"+uuid.NewString()
	type try struct {
		who    string
		status int
	}
	tries := []try{{"", http.StatusSeeOther}, {"reed@bay.example", http.StatusForbidden}, {"dana@bay.example", http.StatusForbidden}, {"avery@clearinghouse.example", http.StatusForbidden},
		{"ash@clearinghouse.example", http.StatusForbidden}, {"robin@paloalto.example", http.StatusNotFound}, {"kit@boroughs.example", http.StatusNotFound}}
	for _, c := range tries {
		b := site.Browser(t).Stay()
		if c.who != "" {
			b = site.SignIn(t, c.who).Stay()
		}
		for verb, fields := range deedsOnPeople(site.Users["noor@bay.example"].ID.String()) {
			fields.Set("version", fmt.Sprint(accountOf(t, site, "dana@bay.example").Version))
			p := b.PostForm(at+verb, fields)
			if p.Status != c.status {
				t.Errorf("%s by %q: %d, want %d", verb, c.who, p.Status, c.status)
			}
			if c.status == http.StatusNotFound {
				q := b.PostForm(none+verb, fields)
				if q.Status != http.StatusNotFound || scrub(q) != scrub(p) {
					t.Errorf("%s by %q: another's account and none differ", verb, c.who)
				}
			}
		}
		for _, path := range []string{"", "/remove"} {
			if p := b.Get(at + path); p.Status != c.status {
				t.Errorf("GET %s by %q: %d, want %d", path, c.who, p.Status, c.status)
			}
		}
	}
	after := accountOf(t, site, "dana@bay.example")
	before.LastSignInAt, before.LastSeenAt, after.LastSignInAt, after.LastSeenAt = nil, nil, nil, nil // she signed in for the test
	if after.Version != before.Version || after.State != models.UserActive || !slices.Equal(after.Roles, before.Roles) || after.RecertifiedAt != nil {
		t.Errorf("the account was %+v and is %+v", before, after)
	}
	var sessions int
	site.DB.Setup(t, func(tx *store.Tx) error {
		return tx.Raw("select count(*) from sessions where user_id = ?", after.ID).Row().Scan(&sessions)
	})
	if sessions != 2 {
		t.Errorf("dana has %d sessions, want the two of this test", sessions)
	}
	// A commander who is no admin approves, and nothing else; an admin who is no commander does not approve.
	setAccount(t, site, "reed@bay.example", "roles", models.TextList{"supervisor"})
	reed, ines := site.SignIn(t, "reed@bay.example").Stay(), site.SignIn(t, "ines@bay.example").Stay()
	for verb, fields := range deedsOnPeople("") {
		want := http.StatusForbidden
		if verb == "/approve" {
			want = http.StatusConflict // she is approved already
		}
		if p := reed.PostForm(at+verb, fields); p.Status != want {
			t.Errorf("%s by a commander who is no admin: %d, want %d", verb, p.Status, want)
		}
	}
	if p := ines.PostForm(at+"/approve", url.Values{}); p.Status != http.StatusForbidden {
		t.Errorf("an admin who is no commander approved: %d", p.Status)
	}
	for _, id := range []string{"x", "0190aaaa", "../x", strings.Repeat("a", 500)} {
		ines.Get("/agency/users/" + id).MustBe(http.StatusNotFound)
	}
}

// scrub is a page's source without what differs by request: its number.
func scrub(p *webtest.Page) string { return anyID.ReplaceAllString(p.Body, "ID") }

var anyID = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

func TestNobodyDoesItToThemselvesOrTakesTheLastAdmin(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Deps: withEverything})
	noor := site.SignIn(t, "noor@bay.example")
	site.SignIn(t, "kit@boroughs.example") // an active admin
	me := personURL(t, site, "noor@bay.example")
	page := noor.Get(me).MustBe(http.StatusOK).MustSay("Nobody changes their own access")
	for _, f := range page.All("form") {
		if strings.HasPrefix(webtest.Attr(f, "action"), me) {
			t.Errorf("one's own page has the form %s", webtest.Attr(f, "action"))
		}
	}
	noor.Get(me + "/remove").MustBe(http.StatusOK).MustSay("Nobody removes themselves").MustNotSay(`id="remove"`)
	version := fmt.Sprint(accountOf(t, site, "noor@bay.example").Version)
	for verb, fields := range deedsOnPeople("") {
		if verb == "/hand-over" {
			continue
		}
		fields.Set("version", version)
		noor.PostForm(me+verb, fields).MustBe(http.StatusForbidden)
	}
	if u := accountOf(t, site, "noor@bay.example"); fmt.Sprint(u.Version) != version || len(u.Roles) != 2 {
		t.Errorf("noor is %+v", u)
	}
	// The clearinghouse is told before it tries, and refused when it does.
	sam := site.SignIn(t, "sam@clearinghouse.example")
	at := personURL(t, site, "kit@boroughs.example")
	sam.Get(at).MustBe(http.StatusOK).MustSay("Kit Example is the last active admin of this agency. Make somebody else an admin first.")
	sam.Get(at + "/remove").MustSay("last active admin").MustNotSay(`id="remove"`)
	version = fmt.Sprint(accountOf(t, site, "kit@boroughs.example").Version)
	for _, verb := range []string{"/suspend", "/remove", "/roles"} {
		sam.PostForm(at+verb, url.Values{"version": {version}, "roles": {"investigator"}}).MustBe(http.StatusConflict).MustSay("last active admin")
	}
	if u := accountOf(t, site, "kit@boroughs.example"); u.State != models.UserActive || !slices.Equal(u.Roles, models.TextList{"agency-admin"}) {
		t.Errorf("kit is %+v", u)
	}
}

func TestWhatWasTypedAboutAPersonStays(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Deps: withEverything})
	site.SignIn(t, "dana@bay.example")
	noor := site.SignIn(t, "noor@bay.example")
	at := personURL(t, site, "dana@bay.example")
	shown := noor.Get(at)
	noor.Submit(shown.Form("/recertify")).MustBe(http.StatusOK) // somebody else's change, as it were
	roles := shown.Form("/roles")
	roles.Values["roles"] = []string{"read-only"}
	page := noor.Submit(roles).MustBe(http.StatusConflict).MustSay("Nothing was changed", "Somebody else changed the account of Dana Example")
	if got := page.Form("/roles").Values["roles"]; !slices.Equal(got, []string{"read-only"}) {
		t.Errorf("ticked are %q, want what was ticked", got)
	}
	for _, c := range []struct {
		verb, field, value, says string
	}{
		{"/roles", "roles", "analyst", "is no role that this agency's people can have"}, {"/suspend", "why", strings.Repeat("x", 301), "At most 300 characters."},
		{"/suspend", "why", "two\nlines", "one line"},
	} {
		f := noor.Get(at).Form(c.verb).With(c.field, c.value)
		page := noor.Submit(f).MustBe(http.StatusUnprocessableEntity).MustSay(c.says, "One thing needs correcting")
		if got := page.Form(c.verb).Values.Get(c.field); c.field == "why" && got != c.value {
			t.Errorf("the reason is %q", got)
		}
	}
	f := noor.Get(at).Form("/roles")
	f.Values.Del("roles")
	noor.Submit(f).MustBe(http.StatusUnprocessableEntity).MustSay("Choose at least one role.")
	if u := accountOf(t, site, "dana@bay.example"); u.State != models.UserActive || !slices.Equal(u.Roles, models.TextList{"investigator"}) {
		t.Errorf("dana is %+v", u)
	}
	// An invitation keeps everything, and says what is wrong at its field.
	form := noor.Get("/agency/users/invite").Form("/invite")
	for k, v := range map[string]string{"email": "pat@boroughs.example", "name": "Pat <b>", "title": "Sgt.", "sworn": "no", "approve": "yes"} {
		form.Values.Set(k, v)
	}
	form.Values["roles"] = []string{"supervisor", "read-only"}
	page = noor.Submit(form).MustBe(http.StatusUnprocessableEntity).MustSay("The agency has no sign-in for addresses ending in @boroughs.example").MustNotSay("Pat <b>")
	again := page.Form("/invite").Values
	for k := range form.Values {
		if !slices.Equal(again[k], form.Values[k]) {
			t.Errorf("%s is %q, want %q", k, again[k], form.Values[k])
		}
	}
	form.Values.Set("email", "dana@bay.example")
	noor.Submit(form).MustBe(http.StatusConflict).MustSay("Nobody was invited", "dana@bay.example has an account already; it is active.")
}
