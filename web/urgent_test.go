package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"reeve/models"
	"reeve/models/audit"
	"reeve/models/escalation"
	"reeve/models/routing"
	"reeve/models/store"
	"reeve/web"
	"reeve/web/webtest"
)

// alarm is a site with an urgent report at bay for which boroughs is a candidate too,
// and the worker's side of the urgent path, whose clock the test moves.
type alarm struct {
	*webtest.Site
	t      *testing.T
	worker *escalation.Service
	report models.Report
	at     string
}

func newAlarm(t *testing.T) *alarm {
	t.Helper()
	s := &alarm{Site: webtest.Start(t, webtest.Options{Deps: func(d *web.Deps) { d.Audit = audit.NewService(d.Store) }}), t: t}
	s.worker = escalation.New(s.DB.Work, s.URL)
	s.report = s.DB.Report(t, s.DB.Provider(t, "Example Chat"), "someone@mail.example", func(r *models.Report, _ *[]models.Identifier) { r.Urgent, r.Priority, r.Urgency = true, 1, 7 })
	s.at = fmt.Sprintf("/reports/%d", s.report.Number)
	text, err := json.Marshal(routing.Decision{Candidates: []routing.Candidate{{Code: "bay", Confidence: 0.95}, {Code: "boroughs", Confidence: 0.3}}})
	if err != nil {
		t.Fatal(err)
	}
	s.DB.Setup(t, func(tx *store.Tx) error {
		return tx.Create(&models.RoutingDecision{ID: store.NewID(), ReportID: s.report.ID, Round: 1, DecidedAt: tx.Now, DecidedByName: "Reeve", RulesVersion: "1", Decision: text, Released: "rule", ReleasedWhy: "x"}).Error
	})
	s.DB.Refer(t, s.report, s.Agencies["bay"])
	s.DB.Clock.Advance(time.Second)
	return s
}

func (s *alarm) raise() {
	s.t.Helper()
	if err := s.worker.Raise(s.t.Context(), s.report.ID); err != nil {
		s.t.Fatal(err)
	}
}

func (s *alarm) wait(d time.Duration) {
	s.t.Helper()
	s.DB.Clock.Advance(d)
	if _, err := s.worker.Climb(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

func (s *alarm) line(agency string) (l models.EscalationLine) {
	s.t.Helper()
	s.DB.Setup(s.t, func(tx *store.Tx) error { return tx.Where("agency_id = ?", s.Agencies[agency].ID).Take(&l).Error })
	return l
}

func (s *alarm) recipients() string {
	var to []string
	s.DB.Setup(s.t, func(tx *store.Tx) error {
		return tx.Raw("select recipient from outbox where kind = 'on-call' order by queued_at, recipient").Scan(&to).Error
	})
	return strings.Join(to, " ")
}

var answerLink = regexp.MustCompile(`/urgent/answer/[A-Za-z0-9_-]+`)

func (s *alarm) link(to string) string {
	s.t.Helper()
	var body []string
	s.DB.Setup(s.t, func(tx *store.Tx) error {
		return tx.Raw("select body from outbox where kind = 'on-call' and recipient = ? order by queued_at desc limit 1", to).Scan(&body).Error
	})
	if len(body) == 0 {
		s.t.Fatalf("no mail to %s", to)
	}
	return answerLink.FindString(body[0])
}

func TestAnUrgentReportClimbsToTheSecondContactWhenTheFirstIsSilentAndTheDeskSeesIt(t *testing.T) {
	t.Parallel()
	s := newAlarm(t)
	noor, avery, dana := s.SignIn(t, "noor@bay.example"), s.SignIn(t, "avery@clearinghouse.example"), s.SignIn(t, "dana@bay.example")
	for _, c := range []string{"ada", "ben"} {
		form := noor.Get("/agency/on-call").MustBe(http.StatusOK).Form("/agency/on-call").With("name", c).With("email", c+"@bay.example").With("wait", "10")
		noor.Submit(form).MustBe(http.StatusOK).MustSay(c)
	}
	s.raise()
	if got := s.recipients(); got != "ada@bay.example desk@boroughs.example" {
		t.Fatalf("mail went to %s", got)
	}
	number := fmt.Sprint(s.report.Number)
	avery.Get("/desk/urgent").MustBe(http.StatusOK).MustSay(number, "Bay Region", "Call 1: ada", "Five Boroughs", "agencies have named nobody")
	s.DB.Clock.Advance(10 * time.Second) // a count stands for five seconds
	dana.Get("/inbox").MustBe(http.StatusOK).MustSay("1 urgent call from the clearinghouse waits")

	s.wait(10 * time.Minute)
	if got := s.recipients(); !strings.HasSuffix(got, "ben@bay.example") {
		t.Fatalf("after ten minutes mail went to %s", got)
	}
	avery.Get("/desk/urgent/"+number).MustBe(http.StatusOK).MustSay("ada", "ben", "Nobody has answered yet", "On its way", "told nothing of it").MustNotSay("The desk must act")

	s.wait(10 * time.Minute)
	avery.Get("/desk/urgent/"+number).MustSay("The desk must act", "Nobody at Bay Region")
	avery.Get("/desk").MustSay(number)
	page := avery.Get("/desk/urgent").MustSay("At the desk")

	// The desk phones, and notes it; without a word to whom, it is asked for.
	page = avery.Get("/desk/urgent/" + number)
	form := formOfAgency(page, "/acknowledge", "bay")
	avery.Submit(form).MustBe(http.StatusUnprocessableEntity).MustSay("Say how you reached them")
	avery.Submit(form.With("note", "Phoned, spoke to the duty sergeant")).MustBe(http.StatusOK).MustSay("They answered the clearinghouse; noted by Avery", "spoke to the duty sergeant")
	avery.Submit(form.With("note", "again")).MustBe(http.StatusConflict)
	dana.Get(s.at).MustSay("Urgent call", "noted by Avery").MustNotSay("Boroughs")
}

// formOfAgency is the form of the desk's deed on one agency.
func formOfAgency(p *webtest.Page, suffix, code string) webtest.Form {
	f := p.Form(suffix) // of the agency that waits longest; both were called at once
	f.Values.Set("agency", code)
	return f
}

// Each deed as nobody, as the agency called, as another one, and on what is not there.
func TestWhoAnswersAnUrgentCall(t *testing.T) {
	t.Parallel()
	s := newAlarm(t)
	s.raise()
	line := s.line("bay")
	paths := map[string]string{s.at + "/acknowledge": "/reports/999999999999/acknowledge", "/urgent/" + line.ID.String() + "/acknowledge": "/urgent/" + uuid.NewString() + "/acknowledge"}
	lee, reed, avery := s.SignIn(t, "lee@boroughs.example"), s.SignIn(t, "reed@bay.example"), s.SignIn(t, "avery@clearinghouse.example")
	jules := s.SignIn(t, "jules@north.example")
	for mine, none := range paths {
		s.Browser(t).Stay().PostForm(mine, url.Values{}).MustBe(http.StatusSeeOther)
		other := jules.PostForm(mine, url.Values{}).MustBe(http.StatusNotFound)
		missing := jules.PostForm(none, url.Values{}).MustBe(http.StatusNotFound)
		if strings.Contains(mine, "/urgent/") && other.H1() != missing.H1() {
			t.Errorf("another agency's call reads %q, none %q", other.H1(), missing.H1())
		}
		lee.PostForm(mine, url.Values{}).MustBe(http.StatusNotFound)
		reed.PostForm(mine, url.Values{}).MustBe(http.StatusForbidden)
		avery.PostForm(mine, url.Values{}).MustBe(http.StatusForbidden)
		if l := s.line("bay"); !l.Waits() {
			t.Fatalf("%s: answered by somebody who may not", mine)
		}
	}
	dana := s.SignIn(t, "dana@bay.example")
	dana.Submit(dana.Get(s.at).MustBe(http.StatusOK).Form("/acknowledge")).MustBe(http.StatusOK).MustSay("Acknowledged", "Dana Example, signed in")
	if l := s.line("bay"); l.State != models.LineAcknowledged || l.AnsweredHow != "portal" || l.AnsweredByName != "Dana Example" {
		t.Errorf("the line is %+v", l)
	}
	dana.PostForm(s.at+"/acknowledge", url.Values{}).MustBe(http.StatusOK) // again changes nothing
}

// An agency that is called about a report that is not its own learns that it was
// called, and no more; nobody learns of another agency.
func TestACallSaysNothingOfTheReportToAnAgencyWithoutIt(t *testing.T) {
	t.Parallel()
	s := newAlarm(t)
	s.raise()
	s.wait(20 * time.Minute)
	number := fmt.Sprint(s.report.Number)
	lee, kit, dana := s.SignIn(t, "lee@boroughs.example"), s.SignIn(t, "kit@boroughs.example"), s.SignIn(t, "dana@bay.example")
	page := lee.Get("/urgent").MustBe(http.StatusOK).MustSay("The clearinghouse needs you", "nothing of it is shown", "+1 202 555 0100")
	for _, p := range []*webtest.Page{page, kit.Get("/audit").MustBe(http.StatusOK), lee.Get("/inbox")} {
		for _, never := range []string{number, "Bay Region", "Example Chat", "someone@mail.example"} {
			if strings.Contains(p.Body, never) {
				t.Errorf("%s says %q", p.URL, never)
			}
		}
	}
	lee.Get(s.at).MustBe(http.StatusNotFound)
	lee.Get("/desk/urgent/" + number).MustBe(http.StatusForbidden)
	for _, path := range []string{"/urgent", s.at} {
		if p := dana.Get(path).MustBe(http.StatusOK); strings.Contains(p.Body, "Boroughs") {
			t.Errorf("bay reads of boroughs on %s", path)
		}
	}
	lee.Submit(page.Form("/acknowledge")).MustBe(http.StatusOK).MustSay("Acknowledged")
	if l := s.line("boroughs"); l.State != models.LineAcknowledged {
		t.Errorf("the line is %s", l.State)
	}
}

func TestTheLinkInAMailAnswersOnceAndSaysNothing(t *testing.T) {
	t.Parallel()
	s := newAlarm(t)
	s.raise()
	link := s.link("desk@bay.example")
	b := s.Browser(t)
	page := b.Get(link).MustBe(http.StatusOK).MustSay("Acknowledge the call").MustNotSay(fmt.Sprint(s.report.Number), "Bay Region")
	if l := s.line("bay"); !l.Waits() {
		t.Fatal("looking at the link answered the call")
	}
	tampered := link[:len(link)-1] + map[bool]string{true: "B", false: "A"}[strings.HasSuffix(link, "A")]
	for _, bad := range []string{tampered, "/urgent/answer/x", "/urgent/answer/" + strings.Repeat("A", 43)} {
		b.Get(bad).MustBe(http.StatusNotFound)
		b.PostForm(bad, url.Values{}).MustBe(http.StatusNotFound)
	}
	if l := s.line("bay"); !l.Waits() {
		t.Fatal("a link that was tampered with answered the call")
	}
	b.Submit(page.Form(link)).MustBe(http.StatusOK).MustSay("Acknowledged").MustNotSay(fmt.Sprint(s.report.Number), "Bay Region")
	if l := s.line("bay"); l.State != models.LineAcknowledged || l.AnsweredHow != "link" {
		t.Errorf("the line is %+v", l)
	}
	if l := s.line("boroughs"); !l.Waits() {
		t.Error("it answered another agency's call")
	}
	b.PostForm(link, url.Values{}).MustBe(http.StatusNotFound).MustSay("works once")
	s.DB.Clock.Advance(25 * time.Hour)
	late := s.link("desk@boroughs.example")
	b.Get(late).MustBe(http.StatusNotFound)
	b.PostForm(late, url.Values{}).MustBe(http.StatusNotFound)
	if l := s.line("boroughs"); l.State == models.LineAcknowledged {
		t.Error("a link that is too old answered the call")
	}
}

func TestTheDeskCallsTheNextAndEndsTheCalls(t *testing.T) {
	t.Parallel()
	s := newAlarm(t)
	s.raise()
	number := fmt.Sprint(s.report.Number)
	avery, dana := s.SignIn(t, "avery@clearinghouse.example"), s.SignIn(t, "dana@bay.example")
	dana.PostForm("/desk/urgent/"+number+"/end", url.Values{"why": {"x"}, "version": {"1"}}).MustBe(http.StatusForbidden)
	avery.PostForm("/desk/urgent/999999999999/end", url.Values{"why": {"x"}, "version": {"1"}}).MustBe(http.StatusNotFound)
	page := avery.Get("/desk/urgent/" + number).MustBe(http.StatusOK)
	// The desk contact is all that bay has.
	avery.Submit(formOfAgency(page, "/call", "bay")).MustBe(http.StatusConflict).MustSay("was called already")
	end := page.Form("/end")
	avery.Submit(end).MustBe(http.StatusUnprocessableEntity)
	avery.Submit(end.With("why", "Taken over by telephone")).MustBe(http.StatusOK).MustSay("Ended by Avery Example: Taken over by telephone")
	avery.Submit(end.With("why", "again")).MustBe(http.StatusConflict)
	s.wait(20 * time.Minute)
	if l := s.line("bay"); l.State != models.LineEnded || l.Rung != 1 {
		t.Errorf("the line is %+v", l)
	}
	avery.Get("/desk/urgent?show=past").MustSay(number)
}

func TestOnCallContactsAreTheirAgencysAndTheClearinghouses(t *testing.T) {
	t.Parallel()
	s := webtest.Start(t, webtest.Options{})
	noor, kit, dana, sam := s.SignIn(t, "noor@bay.example"), s.SignIn(t, "kit@boroughs.example"), s.SignIn(t, "dana@bay.example"), s.SignIn(t, "sam@clearinghouse.example")
	in := url.Values{"version": {"0"}, "name": {"Ada"}, "email": {"ada@bay.example"}, "agency": {"bay"}}
	s.Browser(t).Stay().PostForm("/agency/on-call", in).MustBe(http.StatusSeeOther)
	dana.PostForm("/agency/on-call", in).MustBe(http.StatusForbidden)
	kit.PostForm("/agency/on-call", in).MustBe(http.StatusNotFound)
	kit.Get("/agency/on-call?agency=bay").MustBe(http.StatusNotFound)
	var n int
	count := func() int {
		s.DB.Setup(t, func(tx *store.Tx) error { return tx.Raw("select count(*) from on_call_contacts").Row().Scan(&n) })
		return n
	}
	if count() != 0 {
		t.Fatal("somebody added a contact who may not")
	}
	noor.PostForm("/agency/on-call", url.Values{"version": {"0"}, "name": {"Ada"}, "email": {"not an address"}, "wait": {"900"}, "from": {"8"}}).MustBe(http.StatusUnprocessableEntity).
		MustSay("Write one e-mail address", "Write minutes", "Write both hours")
	sam.PostForm("/agency/on-call", in).MustBe(http.StatusOK).MustSay("Ada")
	noor.PostForm("/agency/on-call", in).MustBe(http.StatusConflict).MustSay("Sam Example changed these contacts")
	in.Set("version", "1")
	noor.PostForm("/agency/on-call", in).MustBe(http.StatusUnprocessableEntity).MustSay("has this address already")
	in.Set("name", "Ben")
	in.Set("email", "ben@bay.example")
	page := noor.PostForm("/agency/on-call", in).MustBe(http.StatusOK)
	var up string
	for _, b := range page.All("button") {
		if a := webtest.Attr(b, "formaction"); strings.HasSuffix(a, "/up") {
			up = a
		}
	}
	form := url.Values{"version": {"2"}}
	kit.PostForm(up, url.Values{"version": {"2"}, "agency": {"bay"}}).MustBe(http.StatusNotFound)
	page = noor.PostForm(up, form).MustBe(http.StatusOK)
	if i, j := strings.Index(page.Text(), "Ben"), strings.Index(page.Text(), "Ada"); i < 0 || i > j {
		t.Error("Ben is not first")
	}
	base := strings.TrimSuffix(up, "/up")
	noor.PostForm(base+"/test", form).MustBe(http.StatusOK).MustSay("Test on its way")
	edit := noor.Get(base).MustBe(http.StatusOK)
	noor.Submit(edit.Form(base).With("duty", "Duty sergeant")).MustBe(http.StatusOK).MustSay("Duty sergeant")
	noor.Submit(noor.Get(base).Form("/remove")).MustBe(http.StatusOK).MustSay("Taken off the list")
	if count() != 1 {
		t.Errorf("%d contacts, want 1", n)
	}
	sam.Get("/desk/on-call").MustBe(http.StatusOK).MustSay("Five Boroughs").MustNotSay("desk@bay.example")
}
