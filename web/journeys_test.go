package web_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"reeve/cmd/reeve/demodata"
	"reeve/models/store"
	"reeve/web/webtest"
)

// sample is a report as its provider would write it: one subject with an address,
// and words that stand nowhere else.
type sample struct {
	first, last, email, street, city, zip, state, words string
	uploads                                             []demodata.Upload
	more                                                string // further elements of the subject
}

var (
	clara    = sample{first: "Clarissa", last: "Vale-Sample", email: "quiet.kestrel@mail.example", street: "17 Almond Example Street", city: "San Jose", zip: "95113", state: "CA", words: "The first account wrote about kites."}
	brooklyn = sample{first: "Broderick", last: "Hollow-Sample", email: "quiet.kestrel@mail.example", street: "29 Birch Example Street", city: "Brooklyn", zip: "11201", state: "NY", words: "The second account wrote about boats."}
)

// traces are what of a report must be on no page of somebody who does not have it.
func (s sample) traces(number string) []string {
	return []string{number, s.first, s.last, s.street, s.words, s.zip}
}

func (s sample) document() string {
	return fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?>
<report><incidentSummary><incidentType>Online Enticement of Children for Sexual Acts</incidentType><incidentDateTime>%s</incidentDateTime></incidentSummary>
<internetDetails><chatImIncident><chatClient>Example Chat</chatClient><content>%s</content></chatImIncident></internetDetails>
<reporter><reportingPerson><firstName>Trust</firstName><lastName>Desk</lastName><email>desk@esp.example</email></reportingPerson></reporter>
<personOrUserReported><personOrUserReportedPerson><firstName>%s</firstName><lastName>%s</lastName><email verified="true">%s</email>
<address type="Home"><address>%s</address><city>%s</city><zipCode>%s</zipCode><state>%s</state><country>US</country></address></personOrUserReportedPerson>%s</personOrUserReported></report>`,
		time.Now().Add(-30*time.Hour).UTC().Format(time.RFC3339), s.words, s.first, s.last, s.email, s.street, s.city, s.zip, s.state, s.more)
}

// send sends the report through the provider API and answers its number.
func send(t testing.TB, site *webtest.Site, s sample) string {
	t.Helper()
	client := &demodata.Client{Base: site.URL + "/ispws", User: webtest.ProviderUser, Password: webtest.Password, HTTP: http.DefaultClient}
	number, err := client.Send(t.Context(), demodata.Report{Document: s.document(), Uploads: s.uploads})
	if err != nil {
		t.Fatal(err)
	}
	return number
}

// soon asks again until the condition holds, for at most five seconds: what the
// worker does must be there by then.
func soon(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); !holds(); time.Sleep(30 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("not within five seconds: %s", what)
		}
	}
}

func sees(b *webtest.Browser, path, words string) func() bool {
	return func() bool { return strings.Contains(b.Get(path).MustBe(http.StatusOK).Body, words) }
}

var perRequest = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|data-now="[^"]*"|<time[^>]*>|\d\d:\d\d(:\d\d)?`)

// same is a page's source without what differs between any two requests.
func same(p *webtest.Page, number string) string {
	return perRequest.ReplaceAllString(strings.ReplaceAll(p.Body, number, "N"), "")
}

// apart quotes two texts where they begin to differ.
func apart(got, want string) string {
	i := 0
	for i < len(got) && i < len(want) && got[i] == want[i] {
		i++
	}
	clip := func(s string) string { return s[max(0, i-80):min(len(s), i+80)] }
	return fmt.Sprintf("%q, want %q", clip(got), clip(want))
}

func TestJourneyAReportReachesTheAgencyWithJurisdictionAndNobodyElse(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Demo: true, Whole: true})
	dana, lee := site.SignIn(t, "dana@bay.example"), site.SignIn(t, "lee@boroughs.example")
	robin := site.SignIn(t, "robin@paloalto.example")
	dana.Get("/inbox").MustBe(http.StatusOK).MustSay("Nothing waits for your agency")

	first := send(t, site, clara)
	soon(t, "the report is in dana's inbox", sees(dana, "/inbox", first))
	dana.Get("/inbox").MustSay("Santa Clara County")
	dana.Get("/reports/"+first).MustBe(http.StatusOK).MustSay("Why here", "Santa Clara County", "Bay Region Task Force", clara.last, clara.words)

	// For whoever does not have it, it is as if it did not exist, word for word.
	nothing := "900000000001"
	for name, b := range map[string]*webtest.Browser{"lee": lee, "robin": robin} {
		for _, below := range []string{"", "/outcome", "/return", "/files"} {
			hidden := b.Get("/reports/" + first + below).MustBe(http.StatusNotFound)
			missing := b.Get("/reports/" + nothing + below).MustBe(http.StatusNotFound)
			if got, want := same(hidden, first), same(missing, nothing); got != want {
				t.Errorf("%s can tell that report %s%s exists: %s", name, first, below, apart(got, want))
			}
		}
		for _, deed := range []string{"take", "start", "release", "reopen", "outcome", "return", "priority", "assign"} {
			form := url.Values{"version": {"1"}, "now": {"closed.arrest"}, "priority": {"1"}, "assignee": {site.Users["lee@boroughs.example"].ID.String()}}
			hidden, missing := b.PostForm("/reports/"+first+"/"+deed, form), b.PostForm("/reports/"+nothing+"/"+deed, form)
			if hidden.Status != http.StatusNotFound || missing.Status != http.StatusNotFound {
				t.Errorf("%s: %s of a report that is not theirs answered %d, of none %d; want 404 twice", name, deed, hidden.Status, missing.Status)
			}
		}
	}

	second := send(t, site, brooklyn)
	soon(t, "the second report is in lee's inbox", sees(lee, "/inbox", second))
	soon(t, "dana has a hit", sees(dana, "/deconfliction", "quiet.kestrel@mail.example"))
	soon(t, "lee has a hit", sees(lee, "/deconfliction", "quiet.kestrel@mail.example"))
	dana.Get("/deconfliction").MustSay("Five Boroughs Task Force", "desk@boroughs.example", first)
	lee.Get("/deconfliction").MustSay("Bay Region Task Force", "desk@bay.example", second)

	// No byte of the other's report on any page of either side.
	noor := site.SignIn(t, "noor@bay.example")
	for _, side := range []struct {
		b     *webtest.Browser
		own   string
		other []string
	}{
		{dana, first, brooklyn.traces(second)}, {noor, first, brooklyn.traces(second)}, {lee, second, clara.traces(first)},
		{robin, "", append(clara.traces(first), brooklyn.traces(second)...)},
	} {
		pages := map[string]bool{"/inbox": true, "/inbox?view=all": true, "/inbox?view=shared": true, "/deconfliction": true, "/audit": true, "/account": true,
			"/search?q=quiet.kestrel%40mail.example": true, "/search?q=" + url.QueryEscape("Example Chat"): true}
		if side.own != "" {
			for _, below := range []string{"", "/outcome", "/return", "/files"} {
				pages["/reports/"+side.own+below] = true
			}
			for _, link := range side.b.Get("/reports/" + side.own).Links() {
				if strings.HasPrefix(link, "/") {
					pages[link] = true
				}
			}
		}
		for path := range pages {
			p := side.b.Get(path)
			if p.Status >= 500 {
				t.Errorf("%s answered %d", path, p.Status)
			}
			for _, trace := range side.other {
				if strings.Contains(p.Body, trace) {
					t.Errorf("%s shows %q of a report that is not there for this reader", path, trace)
				}
			}
		}
		for _, number := range []string{first, second} {
			if number == side.own {
				continue
			}
			p := side.b.Get("/search?q=" + number)
			if strings.Contains(p.Body, "/reports/"+number) {
				t.Errorf("searching for report %s finds it", number)
			}
		}
	}
}

func TestJourneyFilesStandBehindTheirGatesAndLookingChangesNothing(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Demo: true, Whole: true})
	dana, noor := site.SignIn(t, "dana@bay.example"), site.SignIn(t, "noor@bay.example")
	s := clara
	details := "<fileDetails><reportId>%s</reportId><fileId>%s</fileId><originalFileName>NAME</originalFileName>VIEWED</fileDetails>"
	for _, f := range []struct{ name, viewed string }{
		{"viewed.png", "<fileViewedByEsp>true</fileViewedByEsp>"}, {"not-viewed.png", "<fileViewedByEsp>false</fileViewedByEsp>"}, {"not-stated.png", ""},
	} {
		d := strings.NewReplacer("NAME", f.name, "VIEWED", f.viewed).Replace(details)
		s.uploads = append(s.uploads, demodata.Upload{Name: f.name, Body: []byte("drawn content of " + f.name), Details: d})
	}
	number := send(t, site, s)
	soon(t, "the report is in dana's inbox", sees(dana, "/inbox", number))
	at := "/reports/" + number
	p := dana.Get(at).MustBe(http.StatusOK)
	p.MustSay("viewed.png", "not-viewed.png", "not-stated.png",
		"the provider states that a person there viewed the entire contents of this file",
		"the provider states that nobody there viewed this file", "the provider did not say whether it viewed this file")
	p.MustNotSay("drawn content of", "<img", "data:image")

	// Reading again, or only fetching ahead, changes nothing but the read line.
	before, lines := everything(t, site), actionsOn(t, site, number)
	for range 3 {
		dana.Get(at).MustBe(http.StatusOK)
		dana.Get(at + "/outcome").MustBe(http.StatusOK)
		dana.Get(at + "/return").MustBe(http.StatusOK)
	}
	if after := everything(t, site); after != before {
		t.Errorf("reading changed more than the audit log: %s, was %s", after, before)
	}
	fresh := actionsOn(t, site, number)[len(lines):]
	reads := 0
	for _, l := range fresh {
		switch l {
		case "report.read":
			reads++
		case "outcome.form": // looking at a form is a line of its own
		default:
			t.Errorf("reading wrote the line %q", l)
		}
	}
	if reads < 3 {
		t.Errorf("three readings left %d read lines: %q", reads, fresh)
	}
	noor.Get("/audit").MustBe(http.StatusOK).MustSay("Dana Example", number)
	settled(t, site)
	site.MustVerify(t)
}

func TestJourneyAnOutcomeReachesTheBoardAndAReturnNeverComesBack(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Demo: true, Whole: true})
	dana, lee, sam := site.SignIn(t, "dana@bay.example"), site.SignIn(t, "lee@boroughs.example"), site.SignIn(t, "sam@clearinghouse.example")
	number := send(t, site, clara)
	at := "/reports/" + number
	soon(t, "the report is in dana's inbox", sees(dana, "/inbox", number))

	p := dana.Submit(dana.Get(at).MustBe(http.StatusOK).Form("/take")).MustBe(http.StatusOK).MustSay("The report is yours.")
	start := p.Form("/take") // the same form; each button goes to its own deed
	start.Action = site.URL + at + "/start"
	dana.Submit(start).MustBe(http.StatusOK).MustSay("Under investigation")
	p = dana.Submit(dana.Get(at+"/outcome").Form("/outcome").With("now", "closed.arrest").With("count", "1").With("usefulness", "2"))
	p.MustBe(http.StatusOK).MustSay("Recorded: Arrest", "Undo")

	soon(t, "sam sees it on the board", func() bool { return onTheBoard(sam, number, "closed.arrest") })
	sam.Get(at).MustBe(http.StatusOK).MustSay("Arrest", "Bay Region Task Force")

	dana.Submit(p.Form("/undo")).MustBe(http.StatusOK).MustSay("Undone.")
	soon(t, "it is off the board again", func() bool { return !onTheBoard(sam, number, "closed.arrest") })

	// Returned at once to where it belongs; it never comes back.
	form := dana.Get(at+"/return").Form("/return").With("right_agency", "boroughs").With("when", "now").With("note", "The person lives in Queens.")
	dana.Submit(form).MustBe(http.StatusOK)
	soon(t, "the report is in lee's inbox", sees(lee, "/inbox", number))
	if sees(dana, "/inbox", number)() {
		t.Error("the report that dana returned is still in her inbox")
	}
	lee.Get(at).MustBe(http.StatusOK).MustSay("The person lives in Queens.")
	lee.Submit(lee.Get(at+"/return").Form("/return").With("right_agency", "bay").With("when", "now")).MustBe(http.StatusOK)
	soon(t, "the second return is sent", func() bool {
		return slices.Contains(holders(t, site, number), "boroughs returned") && routed(t, site, number) == 3
	})
	for _, h := range holders(t, site, number) {
		if strings.HasPrefix(h, "bay ") && h != "bay returned" || strings.HasPrefix(h, "boroughs ") && h != "boroughs returned" {
			t.Errorf("a returned report came back: %q", holders(t, site, number))
		}
	}
	if sees(dana, "/inbox", number)() || sees(lee, "/inbox", number)() {
		t.Error("the report is in the inbox of somebody who returned it")
	}
	soon(t, "an analyst is asked", sees(sam, "/desk", number))

	lines := actionsOn(t, site, number)
	for _, want := range []string{"report.finished", "report.routed", "report.read", "referral.taken", "referral.started", "outcome.recorded", "outcome.undone", "referral.returning", "referral.returned"} {
		if !slices.Contains(lines, want) {
			t.Errorf("the audit log has no line %s: %q", want, lines)
		}
	}
	settled(t, site)
	if r := site.MustVerify(t); r.Lines < int64(len(lines)) {
		t.Errorf("%d lines were verified, %d are about the report alone", r.Lines, len(lines))
	}
}

// A provider's machine as the protocol documents it: finish is a multipart form.
func TestJourneyFinishByMultipartRoutesTheReport(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{Whole: true})
	post := func(path, kind string, body []byte) string {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, site.URL+"/ispws"+path, bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", kind)
		req.SetBasicAuth(webtest.ProviderUser, webtest.Password)
		p := site.Browser(t).Do(req)
		p.MustBe(http.StatusOK).MustSay("<responseCode>0</responseCode>")
		return p.Body
	}
	number := regexp.MustCompile(`<reportId>(\d+)</reportId>`).FindStringSubmatch(post("/submit", "text/xml; charset=utf-8", []byte(clara.document())))[1]
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if err := w.WriteField("id", number); err != nil {
		t.Fatal(err)
	}
	_ = w.Close() // to memory
	dana := site.SignIn(t, "dana@bay.example")
	if sees(dana, "/inbox?view=all", number)() {
		t.Error("a report that is not finished is in an inbox")
	}
	post("/finish", w.FormDataContentType(), b.Bytes())
	soon(t, "the report is in dana's inbox", sees(dana, "/inbox", number))
}

// onTheBoard reports whether a link of the feedback board that holds the words
// leads to rows with the report.
func onTheBoard(b *webtest.Browser, number, words string) bool {
	board := b.Get("/desk/feedback").MustBe(http.StatusOK)
	for _, link := range board.Links() {
		if strings.HasPrefix(link, "/desk/feedback/rows") && strings.Contains(link, words) && strings.Contains(b.Get(link).MustBe(http.StatusOK).Body, number) {
			return true
		}
	}
	return false
}

// actionsOn answers the actions about the report, in the order in which they were written.
func actionsOn(t testing.TB, site *webtest.Site, number string) (list []string) {
	t.Helper()
	site.DB.Setup(t, func(tx *store.Tx) error {
		return tx.Raw("select action from audit_events where report_number = ?::bigint order by at, id", number).Scan(&list).Error
	})
	return list
}

// holders are the agencies that the report was referred to and how it stands there.
func holders(t testing.TB, site *webtest.Site, number string) (list []string) {
	t.Helper()
	site.DB.Setup(t, func(tx *store.Tx) error {
		return tx.Raw("select a.code || ' ' || r.state from referrals r join agencies a on a.id = r.agency_id where r.number = ?::bigint order by r.received_at", number).Scan(&list).Error
	})
	return list
}

// routed is how many decisions were made about the report.
func routed(t testing.TB, site *webtest.Site, number string) (n int) {
	t.Helper()
	site.DB.Setup(t, func(tx *store.Tx) error {
		return tx.Raw("select count(*) from routing_decisions d join report_numbers n on n.report_id = d.report_id where n.number = ?::bigint", number).Row().Scan(&n)
	})
	return n
}

// settled waits until every line of the audit log is sealed.
func settled(t testing.TB, site *webtest.Site) {
	t.Helper()
	soon(t, "the audit log is sealed", func() bool {
		var open int
		site.DB.Setup(t, func(tx *store.Tx) error {
			return tx.Raw("select count(*) from audit_events e where not exists (select 1 from audit_leaves l where l.event_id = e.id)").Row().Scan(&open)
		})
		return open == 0
	})
}

// everything is a digest of each table but those in which reading is written down
// and the machinery's own, the board's counts included, which follow by themselves.
func everything(t testing.TB, site *webtest.Site) string {
	t.Helper()
	var out []string
	site.DB.Setup(t, func(tx *store.Tx) error {
		var tables []string
		err := tx.Raw(`select tablename from pg_tables where schemaname = 'public' and tablename !~ '^(audit_|board_|river_|sessions|goose)' order by 1`).Scan(&tables).Error
		for _, name := range tables {
			var sum string
			if err == nil {
				err = tx.Raw("select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from " + name + " t").Row().Scan(&sum)
			}
			out = append(out, name+" "+sum)
		}
		return err
	})
	return strings.Join(out, "\n")
}
