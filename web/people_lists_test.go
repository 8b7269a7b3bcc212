package web_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"reeve/models"
	"reeve/models/people"
	"reeve/models/store"
	"reeve/web/webtest"
)

func TestAListOfPeopleIsOneAgencysAndItsAddressIsItsState(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Deps: withEverything})
	site.SignIn(t, "dana@bay.example")
	noor, kit, sam := site.SignIn(t, "noor@bay.example"), site.SignIn(t, "kit@boroughs.example"), site.SignIn(t, "sam@clearinghouse.example")
	own := noor.Get("/agency/users").MustBe(http.StatusOK).MustSay("Dana Example", "Noor Example", "Two factors (code)", "never", "4 people, by name").MustNotSay("Robin Example", "Kit Example", "Sam Example")
	own.MustSay("Palo Alto Affiliate").MustNotSay("Five Boroughs", "pools")
	for path, want := range map[string]struct {
		has, not []string
		status   int
	}{
		"?agency=bay":              {[]string{"Dana Example"}, []string{"You act here for"}, 200},
		"?agency=paloalto":         {[]string{"Robin Example", "You act here for Palo Alto Affiliate (demonstration), an agency below yours."}, []string{"Dana Example"}, 200},
		"?agency=boroughs":         {nil, []string{"Lee Example", "Kit Example"}, 404},
		"?agency=clearinghouse":    {nil, []string{"Sam Example"}, 404},
		"?agency=nowhere":          {nil, nil, 404},
		"?agency=%00%ff":           {nil, nil, 404},
		"?q=dan":                   {[]string{"Dana Example", "1 person"}, []string{"Ines Example"}, 200},
		"?q=EXAMPLE":               {[]string{"4 people"}, nil, 200},
		"?q=ines@":                 {[]string{"Ines Example"}, []string{"Dana Example"}, 200},
		"?q=nobody":                {[]string{"Nobody fits.", "Clear search"}, nil, 200},
		"?q=%25":                   {[]string{"Nobody fits."}, nil, 200},
		"?q=%3Cscript%3Ealert(1)":  {[]string{"Nobody fits."}, []string{"<script>alert(1)"}, 200},
		"?role=read-only":          {[]string{"Reed Example"}, []string{"Dana Example"}, 200},
		"?role=king":               {[]string{"There is no such role."}, nil, 422},
		"?q=%ff":                   {[]string{"Write the beginning of a name"}, nil, 422},
		"?q=a%00b":                 {[]string{"Write the beginning of a name"}, nil, 422},
		"?view=nothing":            {[]string{"There is no such list."}, nil, 422},
		"?after=x":                 {nil, nil, 422},
		"?after=x' or true--":      {nil, nil, 422},
		"?view=invited":            {[]string{"Ines Example", "Reed Example"}, []string{"Dana Example"}, 200},
		"?view=suspended":          {[]string{"Nobody is suspended."}, nil, 200},
		"?view=leavers":            {[]string{"No work lies idle."}, nil, 200},
		"?view=recertify&agency=x": {nil, nil, 404},
	} {
		noor.Get("/agency/users" + strings.ReplaceAll(path, " ", "%20")).MustBe(want.status).MustSay(want.has...).MustNotSay(want.not...)
	}
	kit.Get("/agency/users?agency=bay").MustBe(http.StatusNotFound)
	kit.Get("/agency/users").MustBe(http.StatusOK).MustSay("Lee Example").MustNotSay("Show</span>") // nothing to choose from
	sam.Get("/agency/users").MustBe(http.StatusOK).MustSay("Avery Example", "Ash Example", "Bay Region", "Five Boroughs")
	sam.Get("/agency/users?agency=boroughs").MustBe(http.StatusOK).MustSay("Kit Example", "You act here for Five Boroughs Task Force (demonstration), as the clearinghouse. The agency reads what you do in its audit log.")
	for _, who := range []string{"dana@bay.example", "reed@bay.example", "avery@clearinghouse.example", "ash@clearinghouse.example"} {
		site.SignIn(t, who).Get("/agency/users").MustBe(http.StatusForbidden)
	}
	if p := site.Browser(t).Get("/agency/users"); p.URL.Path != "/login" {
		t.Errorf("nobody reached %s", p.URL)
	}
}

func TestTheClearinghouseInvitesForARootAgencyAndTheAgencyReadsIt(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Deps: withEverything})
	sam, kit := site.SignIn(t, "sam@clearinghouse.example"), site.SignIn(t, "kit@boroughs.example")
	form := sam.Get("/agency/users/invite?agency=boroughs").MustBe(http.StatusOK).MustSay("Five Boroughs", "as the clearinghouse", "@boroughs.example").Form("/invite")
	form.Values.Set("email", "pat@boroughs.example")
	form.Values.Set("name", "Pat Example")
	form.Values.Set("approve", "yes")
	form.Values["roles"] = []string{"agency-admin", "supervisor"}
	sam.Submit(form).MustBe(http.StatusOK).MustSay("Pat Example is invited.", "by Sam Example")
	pat := site.SignIn(t, "pat@boroughs.example") // approved already
	pat.Get("/agency/users").MustBe(http.StatusOK)

	// The agency finds it among what people outside it did, and only that.
	kit.Get("/agency/users").MustBe(http.StatusOK)
	outside := kit.Get("/audit?outside=1").MustBe(http.StatusOK).MustSay("Invited Pat Example as supervisor and agency-admin and approved it.", "Sam Example", site.Agencies["clearinghouse"].Name, "by people outside your agency")
	outside.MustNotSay("Kit Example</bdi></a>", "Looked at the list of people.</span><span")
	kit.Get("/audit").MustBe(http.StatusOK).MustSay("Invited Pat Example", "Looked at the list of people.", "By people outside your agency")
	kit.Get("/audit?outside=1&action=user.suspended").MustBe(http.StatusOK).MustSay("No line fits all of this.")
	noor := site.SignIn(t, "noor@bay.example")
	noor.Get("/audit?outside=1").MustBe(http.StatusOK).MustNotSay("Pat Example")
	// The clearinghouse reads everything; it has no outside.
	sam.Get("/audit?outside=1").MustBe(http.StatusOK).MustSay("Kit Example").MustNotSay("By people outside")
}

func TestWhoOutsideLookedAtAReportIsReadByItsAgency(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Deps: withEverything})
	r, at := referred(t, site, "bay")
	site.SignIn(t, "dana@bay.example").Get(at).MustBe(http.StatusOK)
	site.SignIn(t, "avery@clearinghouse.example").Get(at).MustBe(http.StatusOK)
	number := fmt.Sprint(r.Number)
	page := site.SignIn(t, "noor@bay.example").Get("/audit?outside=1&report=" + number).MustBe(http.StatusOK)
	page.MustSay("Avery Example", number, "Clearinghouse (demonstration)").MustNotSay("Dana Example")
	site.SignIn(t, "kit@boroughs.example").Get("/audit?outside=1&report=" + number).MustBe(http.StatusOK).MustSay("No line fits")
}

func TestOpenWorkIsSettledWhenSomebodyLeaves(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Deps: withEverything})
	_, one := referred(t, site, "bay")
	_, two := referred(t, site, "bay")
	dana, noor := site.SignIn(t, "dana@bay.example"), site.SignIn(t, "noor@bay.example")
	for _, at := range []string{one, two} {
		dana.Submit(dana.Get(at).Form("/take")).MustBe(http.StatusOK)
	}
	at := personURL(t, site, "dana@bay.example")
	noor.Get("/agency/users?q=dana").MustBe(http.StatusOK).MustSay("2")
	ask := noor.Get(at+"/remove").MustBe(http.StatusOK).MustSay("2 open reports stand under this name.", "Give it to a colleague", "Put it back into the queue", "Leave it for now", "1 open session ends at once.")
	noor.Submit(ask.Form("/remove").With("why", "typed")).MustBe(http.StatusUnprocessableEntity).MustSay("Choose who takes it over.")
	noor.Submit(ask.Form("/remove").With("heir", site.Users["ines@bay.example"].ID.String())).MustBe(http.StatusUnprocessableEntity).MustSay("Choose an active investigator or supervisor of the same agency.")
	noor.Submit(ask.Form("/remove").With("heir", site.Users["lee@boroughs.example"].ID.String())).MustBe(http.StatusUnprocessableEntity)
	noor.Submit(ask.Form("/remove").With("work", "nothing")).MustBe(http.StatusUnprocessableEntity).MustSay("Choose what becomes of the open work.")
	if u := accountOf(t, site, "dana@bay.example"); u.State != models.UserActive {
		t.Fatalf("dana is %s", u.State)
	}
	// Suspended, she stands among the leavers until her work is elsewhere.
	noor.Submit(noor.Get(at).Form("/suspend")).MustBe(http.StatusOK).MustSay("1 session ended.")
	noor.Get("/agency/users?view=leavers").MustBe(http.StatusOK).MustSay("Dana Example", "Hand over", "Leavers with open work 1")
	hand := noor.Get(at).Form("/hand-over")
	hand.Values.Set("heir", site.Users["noor@bay.example"].ID.String())
	noor.Submit(hand).MustBe(http.StatusOK).MustSay("2 open reports go on with the colleague.", "No open report stands under this name.", "Gave 2 open reports of Dana Example to Noor Example.")
	noor.Get(one).MustBe(http.StatusOK).MustSay("Noor Example")
	noor.Get("/agency/users?view=leavers").MustBe(http.StatusOK).MustSay("No work lies idle.")
	// Removed, with what came meanwhile put back into the queue.
	site.DB.Setup(t, func(tx *store.Tx) error {
		return tx.Exec("update referrals set assignee_id = ?, assignee = 'Dana Example'", accountOf(t, site, "dana@bay.example").ID).Error
	})
	ask = noor.Get(at + "/remove").MustBe(http.StatusOK)
	noor.Submit(ask.Form("/remove").With("work", "release")).MustBe(http.StatusOK).MustSay("Dana Example is removed; 0 sessions ended. 2 reports are back in the queue.")
	noor.Get(one).MustBe(http.StatusOK).MustNotSay("Dana Example</bdi> holds")
	noor.Get(at + "/remove").MustBe(http.StatusOK).MustSay("This account is removed already.")
}

func TestOneSessionOfAPersonIsEnded(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Deps: withEverything})
	one, two := site.SignIn(t, "dana@bay.example"), site.SignIn(t, "dana@bay.example")
	noor := site.SignIn(t, "noor@bay.example")
	at := personURL(t, site, "dana@bay.example")
	page := noor.Get(at).MustSay("Where the person is signed in 2")
	noor.Submit(page.Form("/sessions/end")).MustBe(http.StatusOK).MustSay("1 session of Dana Example ended. The person may sign in again.")
	noor.Submit(page.Form("/sessions/end")).MustBe(http.StatusOK).MustSay("There was no session left to end.")
	out := 0
	for _, b := range []*webtest.Browser{one, two} {
		if b.Get("/inbox").URL.Path == "/login" {
			out++
		}
	}
	if out != 1 {
		t.Errorf("%d of two browsers are signed out, want one", out)
	}
	noor.PostForm(at+"/sessions/end", url.Values{"session": {"x"}}).MustBe(http.StatusNotFound)
	noor.PostForm(at+"/sessions/end", url.Values{}).MustBe(http.StatusOK).MustSay("1 session of Dana Example ended.")
	if u := accountOf(t, site, "dana@bay.example"); u.State != models.UserActive {
		t.Errorf("dana is %s", u.State)
	}
}

// upload sends the import's form with a file, as a browser does.
func upload(t testing.TB, site *webtest.Site, b *webtest.Browser, body []byte, fields map[string]string) *webtest.Page {
	t.Helper()
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	for k, v := range fields {
		_ = w.WriteField(k, v)
	}
	part, err := w.CreateFormFile("file", "people.csv")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write(body)
	_ = w.Close()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, site.URL+"/agency/users/import", &form)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", w.FormDataContentType())
	req.Header.Set("Origin", site.URL)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.Do(req)
}

func TestAFileOfPeopleComesInAndGoesOut(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Deps: withEverything})
	noor, ines, dana := site.SignIn(t, "noor@bay.example"), site.SignIn(t, "ines@bay.example"), site.SignIn(t, "dana@bay.example")
	const good = "\ufeffemail,name,title,sworn,roles\r\npat@bay.example,Pat Example,Detective,yes,investigator\r\n"
	page := upload(t, site, noor, []byte(good), map[string]string{"approve": "yes"}).MustBe(http.StatusOK).MustSay("1 new, 0 come back, 0 change, 0 as they are, 0 wrong. Nothing was changed yet.", "A new account, as investigator.", "Apply all of it")
	var n int
	count := func() int {
		site.DB.Setup(t, func(tx *store.Tx) error { return tx.Raw("select count(*) from users").Row().Scan(&n) })
		return n
	}
	before := count()
	// One bad line: everything is said, nothing can be applied.
	bad := good + "eve@boroughs.example,Eve,,,investigator\r\n\"x@bay.example\",\"A\nBcc: y\",,,investigator\r\n"
	wrong := upload(t, site, noor, []byte(bad), nil).MustBe(http.StatusUnprocessableEntity).MustSay("1 new", "2 wrong", "@boroughs.example", "one line without control characters", "Nothing is applied while any line is wrong.").MustNotSay("Apply all of it")
	if got := wrong.Form("/import").Values.Get("text"); !strings.Contains(got, "eve@boroughs.example") {
		t.Errorf("the file's text is not in the form for correcting: %q", got)
	}
	noor.PostForm("/agency/users/import", url.Values{"text": {bad}, "apply": {"yes"}}).MustBe(http.StatusUnprocessableEntity)
	for name, body := range map[string][]byte{"binary": {0x89, 'P', 'N', 'G', 0, 0}, "an old code page": []byte("email,name,roles\nx@bay.example,Jos\xe9,investigator\n"), "nothing": []byte(" "), "too long": bytes.Repeat([]byte("x"), people.FileBytes+1)} {
		p := upload(t, site, noor, body, nil)
		if p.Status != http.StatusUnprocessableEntity || !strings.Contains(p.Text(), "One thing needs correcting") {
			t.Errorf("%s: %d, %s", name, p.Status, p.Text())
		}
	}
	if p := upload(t, site, noor, bytes.Repeat([]byte("x"), 2<<20), nil); p.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("two megabytes: %d", p.Status)
	}
	if count() != before {
		t.Fatal("trying changed something")
	}
	// What was tried is applied.
	noor.Submit(page.Form("/import")).MustBe(http.StatusOK).MustSay("Imported: 1 invited, 0 invited again, 0 changed, 0 as they were.", "Pat Example")
	if u := accountOf(t, site, "pat@bay.example"); u.Source != models.ByFile || u.ApprovedAt == nil {
		t.Errorf("imported as %+v", u)
	}
	// Who may not.
	upload(t, site, dana, []byte(good), nil).MustBe(http.StatusForbidden)
	upload(t, site, ines, []byte(good), map[string]string{"approve": "yes"}).MustBe(http.StatusForbidden)
	upload(t, site, ines, []byte(good), map[string]string{"agency": "boroughs"}).MustBe(http.StatusNotFound)
	if p := upload(t, site, site.Browser(t), []byte(good), nil); p.URL.Path != "/login" {
		t.Errorf("nobody imported: %s", p.URL)
	}

	// Out again: audited, safe, marked.
	p := noor.Get("/agency/users/export.csv?q=pat").MustBe(http.StatusOK)
	if got := p.Header.Get("Content-Disposition"); got != "attachment; filename=demonstration-people-bay-2026-03-02.csv" || !strings.HasPrefix(p.Header.Get("Content-Type"), "text/csv") || p.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("sent as %q, %v", got, p.Header)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(p.Body, "\ufeff"))).ReadAll()
	if err != nil || len(rows) != 2 || rows[1][0] != "pat@bay.example" {
		t.Errorf("exported %q, %v", rows, err)
	}
	var lines int
	site.DB.Setup(t, func(tx *store.Tx) error {
		return tx.Raw("select count(*) from audit_events where action = 'users.exported' and not refused").Row().Scan(&lines)
	})
	if lines != 1 {
		t.Errorf("%d lines say that it was exported", lines)
	}
	dana.Get("/agency/users/export.csv").MustBe(http.StatusForbidden)
	noor.Get("/agency/users/export.csv?agency=boroughs").MustBe(http.StatusNotFound)
	noor.Get("/agency/users/export.csv?view=nothing").MustBe(http.StatusUnprocessableEntity)
	if p := site.Browser(t).Get("/agency/users/export.csv"); p.URL.Path != "/login" {
		t.Errorf("nobody exported: %s", p.URL)
	}
}

func TestABulkReviewIsAllOrNothing(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Deps: withEverything})
	noor := site.SignIn(t, "noor@bay.example")
	tick := func(email string) string {
		u := accountOf(t, site, email)
		return u.ID.String() + "." + fmt.Sprint(u.Version)
	}
	good := tick("dana@bay.example")
	for name, c := range map[string]struct {
		people []string
		status int
		says   string
	}{
		"nobody":        {nil, 200, "Tick the people who still need their access first."},
		"one's own":     {[]string{good, tick("noor@bay.example")}, 403, "Nobody changes their own access."},
		"another's":     {[]string{good, tick("kit@boroughs.example")}, 404, "does not exist, or not for you"},
		"no id":         {[]string{good, "x"}, 404, "does not exist, or not for you"},
		"an old page":   {[]string{good, site.Users["ines@bay.example"].ID.String() + ".99"}, 200, "Somebody else changed the account of Ines Example"},
		"no version":    {[]string{good, site.Users["ines@bay.example"].ID.String()}, 200, "Somebody else changed"},
		"three hundred": {many(300), 200, "At most 200 people at once."},
	} {
		noor.PostForm("/agency/users/recertify", url.Values{"person": c.people, "return": {"/agency/users?view=recertify"}}).MustBe(c.status).MustSay(c.says)
		if u := accountOf(t, site, "dana@bay.example"); u.RecertifiedAt != nil {
			t.Fatalf("%s: dana was confirmed", name)
		}
	}
	// Where it leads is a page of people and nothing else.
	for _, to := range []string{"https://evil.example/", "//evil.example", "/logout", "/agency/users\\evil", ""} {
		noor.Stay()
		p := noor.PostForm("/agency/users/recertify", url.Values{"person": {tick("dana@bay.example")}, "return": {to}}).MustBe(http.StatusSeeOther)
		if got := p.Header.Get("Location"); !strings.HasPrefix(got, "/agency/users?") {
			t.Errorf("%q leads to %s", to, got)
		}
		noor.Follow()
	}
}

func many(n int) (list []string) {
	for range n {
		list = append(list, store.NewID().String()+".1")
	}
	return list
}
