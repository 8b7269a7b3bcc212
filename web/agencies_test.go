package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"reeve/auth"
	"reeve/models"
	"reeve/models/agencies"
	"reeve/models/store"
	"reeve/views/layout"
	"reeve/web/webtest"
)

// agencyRow reads an agency as it stands.
func agencyRow(t *testing.T, s *webtest.Site, code string) models.Agency {
	t.Helper()
	var g models.Agency
	s.DB.Setup(t, func(tx *store.Tx) error { return tx.Where("code = ?", code).Take(&g).Error })
	return g
}

// subAgency adds an agency below one, without anybody in it.
func subAgency(t *testing.T, s *webtest.Site, code, parent string) models.Agency {
	t.Helper()
	g := models.Agency{ID: store.NewID(), Code: code, Name: strings.ToUpper(code[:1]) + code[1:] + " (demonstration)", Kind: models.KindAgency, Zone: "UTC", Band: "steel", CreatedAt: s.DB.Clock.Now()}
	if parent != "" {
		up := agencyRow(t, s, parent)
		g.ParentID = &up.ID
	}
	s.DB.Setup(t, func(tx *store.Tx) error { return tx.Create(&g).Error })
	return g
}

func TestAnAdminSetsTheAgencysDeskZoneAndLimits(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Deps: withEverything})
	ines := site.SignIn(t, "ines@bay.example")
	p := ines.Get("/agency/settings").MustBe(http.StatusOK).MustSay("Contact desk", "Session limits", "At most 30 minutes")
	form := p.Form("/agency/settings")
	if form.Values.Has("name") {
		t.Error("an agency may rename itself")
	}
	form.Values.Set("contact_name", "Duty desk, «Ünïcode»")
	form.Values.Set("zone", "America/Denver")
	form.Values.Set("idle_minutes", "20")
	done := ines.Submit(form).MustBe(http.StatusOK).MustSay("Saved.", "one agency below were tightened", "MST")
	if done.URL.Path != "/agency/settings" {
		t.Errorf("ended at %s", done.URL)
	}
	got := agencyRow(t, site, "bay")
	if got.ContactName != "Duty desk, «Ünïcode»" || got.Zone != "America/Denver" || *got.IdleMinutes != 20 || *agencyRow(t, site, "paloalto").IdleMinutes != 20 {
		t.Errorf("saved %+v", got)
	}

	// What breaks a rule stands at its field, and nothing typed is lost.
	form = done.Form("/agency/settings")
	form.Values.Set("idle_minutes", "31")
	form.Values.Set("contact_email", "not an address")
	form.Values.Set("contact_name", "Kept as typed")
	wrong := ines.Submit(form).MustBe(http.StatusUnprocessableEntity).MustSay("2 things need correcting", "From 5 to 30 minutes.", "Write one whole e-mail address")
	if again := wrong.Form("/agency/settings").Values; again.Get("contact_name") != "Kept as typed" || again.Get("idle_minutes") != "31" {
		t.Errorf("the form again holds %v", again)
	}
	// Somebody else was first.
	form.Values.Set("idle_minutes", "25")
	form.Values.Set("contact_email", "desk@bay.example")
	form.Values.Set("version", fmt.Sprint(got.Version-1))
	late := ines.Submit(form).MustBe(http.StatusConflict).MustSay("Somebody else changed this agency meanwhile", "Kept as typed", "is now")
	form = late.Form("/agency/settings")
	ines.Submit(form).MustBe(http.StatusOK).MustSay("Saved.")
	if got := agencyRow(t, site, "bay"); got.ContactName != "Kept as typed" || *got.IdleMinutes != 25 {
		t.Errorf("saved %+v", got)
	}
}

func TestAnAdminSeesTheTreeBelowAndGrowsIt(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Deps: withEverything})
	ines := site.SignIn(t, "ines@bay.example")
	p := ines.Get("/agency/agencies").MustBe(http.StatusOK).MustSay("Bay Region Task Force", "Palo Alto Affiliate", "your own", "No admin", "never their reports")
	p.MustNotSay("Five Boroughs", "Northern National")

	form := ines.Get("/agency/agencies/new?below=paloalto").MustBe(http.StatusOK).MustSay("below Palo Alto Affiliate").Form("/agency/agencies")
	ines.Submit(form).MustBe(http.StatusUnprocessableEntity).MustSay("Fill this in.")
	form.Values.Set("name", "Foothill Unit (demonstration)")
	ines.Submit(form).MustBe(http.StatusOK).MustSay("Foothill Unit (demonstration) was added. It covers no territory yet.", "foothill-unit")
	if got := agencyRow(t, site, "foothill-unit"); got.Zone != "America/Los_Angeles" || !got.Demonstration || *got.ParentID != site.Agencies["paloalto"].ID {
		t.Errorf("added %+v", got)
	}
	form.Values.Set("code", "foothill-unit")
	ines.Submit(form).MustBe(http.StatusUnprocessableEntity).MustSay("foothill-unit is taken. foothill-unit-2 is free.")

	move := ines.Get("/agency/agencies/foothill-unit/move").MustBe(http.StatusOK).MustSay("It stands below Palo Alto Affiliate").Form("/move")
	ines.Submit(move.With("parent", "boroughs")).MustBe(http.StatusUnprocessableEntity).MustSay("There is no such agency among those that you manage.")
	ines.Submit(move.With("parent", "bay")).MustBe(http.StatusOK).MustSay("now stands below Bay Region Task Force")
	ines.Submit(move.With("parent", "paloalto")).MustBe(http.StatusConflict).MustSay("Somebody else changed")

	shut := ines.Get("/agency/agencies/foothill-unit/close").MustBe(http.StatusOK).MustSay("Nobody has an active account there", "It can be reopened").Form("/close")
	ines.Submit(shut).MustBe(http.StatusUnprocessableEntity).MustSay("Say in a few words why")
	ines.Submit(shut.With("why", "merged into the affiliate")).MustBe(http.StatusOK).MustSay("Closed. Its people are shut out; 0 sessions ended.", "Closed")
	open := ines.Get("/agency/settings?agency=foothill-unit").MustBe(http.StatusOK).MustSay("This agency is closed").Form("/reopen")
	ines.Submit(open).MustBe(http.StatusOK).MustSay("is open again")
	if agencyRow(t, site, "foothill-unit").ClosedAt != nil {
		t.Error("it is still closed")
	}
	if got := ines.Get("/agency/agencies/bay/close"); got.Status != http.StatusForbidden || !strings.Contains(got.Text(), "your own agency") {
		t.Errorf("closing one's own: %d, %s", got.Status, got.Text())
	}
}

// The people of a closed agency are out at their next request and cannot come back.
func TestThePeopleOfAClosedAgencyAreShutOut(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Deps: withEverything})
	robin, ines := site.SignIn(t, "robin@paloalto.example"), site.SignIn(t, "ines@bay.example")
	shut := ines.Get("/agency/agencies/paloalto/close").MustBe(http.StatusOK).MustSay("One person is signed out at once").Form("/close")
	ines.Submit(shut.With("why", "the affiliate was dissolved")).MustBe(http.StatusOK).MustSay("1 session ended")
	if !out(robin) {
		t.Fatal("a person of the closed agency is still in")
	}
	if p := robin.SignInAs("robin@paloalto.example", ""); p.Status == http.StatusOK && !strings.HasPrefix(p.URL.Path, "/login") {
		t.Fatalf("a person of the closed agency signed in again: %s", p.URL)
	}
	g := agencyRow(t, site, "paloalto")
	ines.PostForm("/agency/agencies/paloalto/reopen", url.Values{"version": {fmt.Sprint(g.Version)}}).MustBe(http.StatusOK).MustSay("is open again")
	if p := robin.SignInAs("robin@paloalto.example", ""); out(robin) {
		t.Errorf("after reopening the person is still shut out: %s", p.Text())
	}
}

func TestTheClearinghouseSeesEveryAgency(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Deps: withEverything})
	sam, avery := site.SignIn(t, "sam@clearinghouse.example"), site.SignIn(t, "avery@clearinghouse.example")
	p := sam.Get("/desk/agencies").MustBe(http.StatusOK).MustSay("Bay Region Task Force", "Five Boroughs", "Northern National Centre", "No admin")
	p.MustNotSay("Palo Alto Affiliate", "below Bay Region")
	sam.Get("/desk/agencies?show=all").MustBe(http.StatusOK).MustSay("Palo Alto Affiliate", "below Bay Region")
	sam.Get("/desk/agencies?words=ALTO").MustBe(http.StatusOK).MustSay("Palo Alto Affiliate").MustNotSay("Five Boroughs")
	sam.Get("/desk/agencies?words=nothing+like+it").MustBe(http.StatusOK).MustSay("No agency fits.")
	sam.Get("/desk/agencies?show=apart").MustBe(http.StatusOK).MustSay("the clearinghouse")
	sam.Get("/desk/agencies?show=closed").MustBe(http.StatusOK).MustSay("No agency is closed.")
	sam.Get("/desk/agencies?show=other").MustBe(http.StatusNotFound)
	sam.Get("/desk/agencies?cursor=x").MustBe(http.StatusUnprocessableEntity)
	avery.Get("/desk/agencies").MustBe(http.StatusForbidden)
	if p := sam.Get("/agency/agencies"); p.URL.Path != "/desk/agencies" {
		t.Errorf("the clearinghouse's own tree leads to %s", p.URL)
	}

	form := sam.Get("/desk/agencies/new").MustBe(http.StatusOK).MustSay("below no other agency").Form("/desk/agencies")
	form.Values.Set("name", "Harbour Task Force (demonstration)")
	p = sam.Submit(form).MustBe(http.StatusOK).MustSay("Harbour Task Force (demonstration)", "It has no admin.", "It covers nothing.", "Not set up")
	if p.URL.Path != "/desk/agencies/harbour-task-force" || agencyRow(t, site, "harbour-task-force").ParentID != nil {
		t.Errorf("ended at %s", p.URL)
	}

	from := site.DB.Clock.Now().AddDate(-2, 0, 0)
	site.DB.Setup(t, func(tx *store.Tx) error {
		return tx.Create(&models.Territory{ID: store.NewID(), AgencyID: site.Agencies["bay"].ID, Country: "US", State: "CA", County: "Santa Clara", ValidFrom: &from, Certainty: "medium", Basis: "listed", Source: "a test"}).Error
	})
	p = sam.Get("/desk/agencies/bay").MustBe(http.StatusOK).MustSay("Ines Example", "Noor Example", "US, CA, Santa Clara", "Medium", "Palo Alto Affiliate", "desk@bay.example", "30 minutes without a request")
	sam.Get("/desk/agencies/nowhere").MustBe(http.StatusNotFound)
	// The clearinghouse and the pools stand apart.
	for _, path := range []string{"/agency/agencies/clearinghouse/close", "/agency/agencies/clearinghouse/move"} {
		sam.Get(path).MustBe(http.StatusForbidden)
	}
	sam.Get("/agency/settings").MustBe(http.StatusOK).MustSay("Example").MustNotSay("Colour of the bar")
}

// Nobody, people without the role, and admins of agencies beside and below: what is
// not theirs is like what does not exist, and nothing changes.
func TestOnlyAdminsAboveReachAnAgencysPages(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Deps: withEverything})
	subAgency(t, site, "post", "paloalto")
	nobody, dana, kit := site.Browser(t).Stay(), site.SignIn(t, "dana@bay.example").Stay(), site.SignIn(t, "kit@boroughs.example").Stay()
	before := agencyRow(t, site, "post")
	version := url.Values{"version": {fmt.Sprint(before.Version)}, "why": {"no reason"}, "parent": {"boroughs"}, "contact_name": {"taken"}, "zone": {"UTC"}, "band": {"teal"}, "name": {"Taken"}}
	for _, path := range []string{"/agency/settings?agency=%s", "/agency/agencies/%s/move", "/agency/agencies/%s/close", "POST /agency/settings?agency=%s", "POST /agency/agencies/%s/move",
		"POST /agency/agencies/%s/close", "POST /agency/agencies/%s/reopen", "/agency/agencies?agency=%s", "/agency/agencies/new?below=%s"} {
		ask := func(b *webtest.Browser, code string) *webtest.Page {
			if at, post := strings.CutPrefix(path, "POST "); post {
				return b.PostForm(fmt.Sprintf(at, code), version)
			}
			return b.Get(fmt.Sprintf(path, code))
		}
		if p := ask(nobody, "post"); p.Status != http.StatusSeeOther || !strings.HasPrefix(p.Header.Get("Location"), "/login") {
			t.Errorf("%s as nobody: %d", path, p.Status)
		}
		if p := ask(dana, "post"); p.Status != http.StatusForbidden {
			t.Errorf("%s as an investigator: %d, want 403", path, p.Status)
		}
		theirs, none := ask(kit, "post"), ask(kit, "nowhere")
		if theirs.Status != http.StatusNotFound || none.Status != http.StatusNotFound || withoutID(theirs) != withoutID(none) {
			t.Errorf("%s as another agency's admin: %d, no such thing %d; want both 404 and the same", path, theirs.Status, none.Status)
		}
	}
	if after := agencyRow(t, site, "post"); after.Version != before.Version || after.Name != before.Name || after.ClosedAt != nil {
		t.Errorf("the agency changed: %+v", after)
	}
}

// withoutID is a page's text without what differs between any two answers.
func withoutID(p *webtest.Page) string {
	return strings.ReplaceAll(p.Text(), p.Header.Get("X-Request-Id"), "")
}

func TestEverybodySeesWhoMayDoWhat(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Deps: withEverything})
	p := site.SignIn(t, "dana@bay.example").Get("/desk/agencies/roles").MustBe(http.StatusOK).MustSay("Your role: Investigator.", "Investigator (yours)", "Analyst")
	for _, permission := range auth.Permissions() {
		if permission != auth.Public && permission != auth.SubmitReport && permission != auth.ProvisionUsers {
			p.MustSay(permission.Words())
		}
	}
	site.SignIn(t, "ash@clearinghouse.example").Get("/desk/agencies/roles").MustBe(http.StatusOK).MustSay("Your role: Auditor.", "Auditor (yours)").MustNotSay("Investigator (yours)")
	if p := site.Browser(t).Get("/desk/agencies/roles"); p.URL.Path != "/login" {
		t.Errorf("nobody ends at %s", p.URL)
	}
}

func TestAChangedNameIsShownElsewhereAtOnce(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Deps: withEverything})
	sam := site.SignIn(t, "sam@clearinghouse.example")
	sam.Get("/desk/feedback").MustBe(http.StatusOK).MustSay("Northern National Centre")
	form := sam.Get("/agency/settings?agency=north").MustBe(http.StatusOK).Form("/agency/settings?agency=north")
	sam.Submit(form.With("name", "Renamed Centre (demonstration)")).MustBe(http.StatusOK).MustSay("Saved.")
	sam.Get("/desk/feedback").MustBe(http.StatusOK).MustSay("Renamed Centre (demonstration)")
}

func TestTheBandsOfTheSettingsAreThoseOfTheStyleSheet(t *testing.T) {
	t.Parallel()
	if len(agencies.Bands) != len(layout.Bands) {
		t.Errorf("%v and %v", agencies.Bands, layout.Bands)
	}
	for i, b := range layout.Bands {
		if agencies.Bands[i] != string(b) {
			t.Errorf("band %d is %s in the settings, %s in the style sheet", i, agencies.Bands[i], b)
		}
	}
}

// A tighter limit holds for sessions that are open already.
func TestATighterLimitHoldsAtOnce(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Deps: withEverything})
	robin, ines := site.SignIn(t, "robin@paloalto.example"), site.SignIn(t, "ines@bay.example")
	form := ines.Get("/agency/settings").Form("/agency/settings")
	ines.Submit(form.With("idle_minutes", "10")).MustBe(http.StatusOK)
	site.DB.Clock.Advance(9 * time.Minute)
	if out(robin) {
		t.Fatal("signed out after nine minutes")
	}
	site.DB.Clock.Advance(11 * time.Minute)
	if !out(robin) {
		t.Error("still signed in after eleven idle minutes at an agency below one that allows ten")
	}
}
