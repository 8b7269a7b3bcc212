package publicform

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reeve/models"
	"reeve/models/store"
)

func TestSendingMakesAFinishedReportWithoutAProvider(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	secret := s.begin("danger", Answers{"danger": "yes"})
	s.save(secret, "what", Answers{"what": "A man writes to my daughter.", "kind": "threat"})
	s.save(secret, "who", Answers{"who_user": "@Example.User", "who_app": "Example Chat", "who_mail": "other@mail.example"})
	s.save(secret, "child", Answers{"child_age": "about 12", "child_user": "daughter.example", "child_city": "Palo Alto", "child_state": "CA", "child_country": "US"})
	s.save(secret, "links", Answers{"links": "https://pages.example/u/1\nthird@mail.example\n+1 202 555 0143\nhe said he is from far away"})
	s.save(secret, "you", Answers{"role": "parent", "contact": "yes", "you_mail": "me@mail.example", "you_safe": "After six"})
	d := s.send(secret)
	if !d.Sent || d.Number < 100_000_000 || len(plainCode(d.Code)) != codeLength || strings.Count(d.Code, "-") != 3 {
		t.Fatalf("got %+v", d)
	}
	r := s.report(d.Number)
	if r.State != models.ReportFinished || r.ProviderID != nil || r.PreserveUntil != nil || r.FinishedAt == nil || r.RoutingRound != 0 || r.SubjectLabel != "@Example.User" {
		t.Errorf("the report: %+v", r)
	}
	rep := r.Reported
	if rep.Incident.Type != "Online Enticement of Children for Sexual Acts" || rep.Incident.Escalate == "" || !cmp.Equal(rep.Incident.Annotations, []string{"sextortion"}) ||
		rep.AdditionalInfo != "A man writes to my daughter." || rep.Public.MayContact != models.Yes || rep.Public.SafeWay != "After six" || *rep.Victims[0].Person.Age != 12 {
		t.Errorf("as reported: %+v %+v", rep, rep.Public)
	}
	type row struct{ Kind, Whose, Value string }
	var got []row
	s.Setup(t, func(tx *store.Tx) error {
		return tx.Raw("select kind, whose, value from identifiers where report_id = ? order by id", r.ID).Scan(&got).Error
	})
	want := []row{
		{"email", "subject", "other@mail.example"}, {"screen_name", "subject", "example.user @example-chat"}, {"screen_name", "victim", "daughter.example"},
		{"email", "reporter", "me@mail.example"}, {"url", "unknown", "pages.example/u/1"}, {"email", "unknown", "third@mail.example"}, {"phone", "unknown", "+12025550143"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("identifiers (-want +got):\n%s", diff)
	}
	if n := s.jobs("route_report"); n != 1 {
		t.Errorf("%d jobs to route it", n)
	}
	if n := s.count("audit_events where action = 'report.sent-by-public' and report_id = ? and side = 'public' and ip = '' and actor_id is null", r.ID); n != 1 {
		t.Errorf("%d audit lines", n)
	}
	if n := s.count("report_documents where report_id = ? and provider_id is null and length(body) > 0", r.ID); n != 1 {
		t.Errorf("%d documents", n)
	}
	// The code itself is nowhere; the draft holds no answers any more.
	if n := s.count("public_reports where encode(proof, 'escape') like ?", "%"+plainCode(d.Code)+"%"); n != 0 {
		t.Error("the code stands in the database")
	}
	if again, err := s.web.Open(t.Context(), s.who, secret); err != nil || len(again.Answers) != 0 || again.Code != d.Code {
		t.Errorf("the draft after sending: %+v, %v", again, err)
	}
}

func TestPressingSendTwiceMakesOneReport(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	secret := s.begin("what", Answers{"what": "Only once, please."})
	s.Clock.Advance(time.Minute)
	var wg sync.WaitGroup
	numbers := make([]int64, 4)
	for i := range numbers {
		wg.Go(func() {
			d, err := s.web.Send(t.Context(), s.who, secret, Sending{Language: "en"})
			if err != nil {
				t.Error(err)
				return
			}
			numbers[i] = d.Number
		})
	}
	wg.Wait()
	for _, n := range numbers {
		if n != numbers[0] {
			t.Errorf("different numbers: %v", numbers)
		}
	}
	if n := s.count("reports"); n != 1 || s.jobs("route_report") != 1 {
		t.Errorf("%d reports", n)
	}
	step, _, _ := StepOf("what")
	if d, err := s.web.Save(t.Context(), s.who, secret, step, Answers{"what": "And this."}, ""); !errors.Is(err, ErrSent) || d.Number != numbers[0] {
		t.Errorf("writing after sending: %+v, %v", d, err)
	}
}

func TestNothingToTellIsTheOnlyThingThatMustBeFilledIn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	secret := s.begin("danger", Answers{"danger": "no"})
	if _, err := s.web.Send(t.Context(), s.who, secret, Sending{}); models.FieldsOf(err)["what"] == "" {
		t.Errorf("got %v", err)
	}
	if _, err := s.web.Send(t.Context(), s.who, newSecret(), Sending{}); !errors.Is(err, ErrGone) {
		t.Errorf("without a draft: %v", err)
	}
	s.save(secret, "what", Answers{"what": "It."})
	d := s.send(secret)
	if r := s.report(d.Number); r.IncidentType != NotStated || r.Reported.Subjects != nil || r.Reported.Victims != nil {
		t.Errorf("guessed something: %+v", r.Reported)
	}
}

func TestWhatLooksLikeAMachineIsMarkedAndNeverDropped(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	quickly := s.begin("what", Answers{"what": "Quickly."})
	if _, err := s.web.Send(t.Context(), s.who, quickly, Sending{}); !errors.Is(err, ErrHurried) {
		t.Fatalf("sent within seconds: %v", err)
	}
	d, err := s.web.Send(t.Context(), s.who, quickly, Sending{Trap: true})
	if err != nil {
		t.Fatal(err)
	}
	if got := s.report(d.Number).Reported.Public.Suspicion; len(got) != 2 {
		t.Errorf("suspicion: %q", got)
	}
	for i := range 4 {
		d := s.send(s.begin("what", Answers{"what": "The  SAME text\n" + strings.Repeat(" ", i)}))
		got := s.report(d.Number).Reported.Public.Suspicion
		if marked := len(got) > 0; marked != (i >= sameText) {
			t.Errorf("time %d: %q", i+1, got)
		}
	}
	s.Clock.Advance(25 * time.Hour)
	if d := s.send(s.begin("what", Answers{"what": "the same text"})); len(s.report(d.Number).Reported.Public.Suspicion) != 0 {
		t.Error("a day later it is still marked")
	}
	d = s.send(s.begin("what", Answers{"what": strings.Repeat("see https://pages.example/ ", 20)}))
	if got := s.report(d.Number).Reported.Public.Suspicion; len(got) != 1 || s.count("reports") != 7 {
		t.Errorf("suspicion: %q; %d reports", got, s.count("reports"))
	}
}

func TestHostileTextIsKeptAsText(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	step, _, _ := StepOf("what")
	in := "<script>alert(1)</script>\r\n\x00\x1b[31m'; drop table reports; -- \u202Eback\u202C \xff {{.}} \u05D0"
	a := step.Of(func(string) string { return in })
	want := "<script>alert(1)</script>\n[31m'; drop table reports; -- \u202Eback\u202C \uFFFD {{.}} \u05D0"
	if a["what"] != want || a["kind"] != "" {
		t.Fatalf("got %q", a)
	}
	d := s.send(s.begin("what", a))
	if got := s.report(d.Number).Reported.AdditionalInfo; got != want {
		t.Errorf("kept as %q", got)
	}
	if p := step.Check(Answers{"what": strings.Repeat("a", longText+1)}, s.Clock.Now()); len(p) != 1 || p[0].Code != "long" {
		t.Errorf("huge: %+v", p)
	}
	when, _, _ := StepOf("when")
	for day, code := range map[string]string{"2026-02-30": "day", "x": "day", "0001-01-01": "day", "2030-01-01": "future", "2026-03-01": ""} {
		p := when.Check(Answers{"when_day": day}, s.Clock.Now())
		if code == "" && len(p) != 0 || code != "" && (len(p) != 1 || p[0].Code != code) {
			t.Errorf("%s: %+v", day, p)
		}
	}
}
