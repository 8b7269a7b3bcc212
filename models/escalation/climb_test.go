package escalation

import (
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"reeve/models"
	"reeve/models/store"
)

func TestAnUrgentReportCallsTheFirstContactOfEveryCandidateAtOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.listed(s.bay, "Ada", "Ben")
	s.listed(s.boroughs, "Cal")
	r := s.raised()
	must(t, s.work.Raise(t.Context(), r.ID)) // at-least-once delivery
	mails := s.mails("on-call")
	if to(mails) != "ada@bay.example cal@boroughs.example" {
		t.Fatalf("mail went to %s", to(mails))
	}
	number := "report " + itoa(r.Number)
	if !strings.Contains(mails[0].Body, number) || mails[0].About != itoa(r.Number) {
		t.Errorf("bay has the report and reads:\n%s", mails[0].Body)
	}
	if strings.Contains(mails[1].Body+mails[1].Subject+mails[1].About, itoa(r.Number)) {
		t.Errorf("boroughs has not got the report and reads:\n%s\n%s", mails[1].Subject, mails[1].Body)
	}
	for _, m := range mails {
		for _, never := range []string{"one@mail.example", "Enticement", "Example Chat", "Test County"} {
			if strings.Contains(m.Subject+m.Body, never) {
				t.Errorf("the mail to %s says %q", m.Recipient, never)
			}
		}
	}
	if n := s.lines("urgent.raised"); n != 1 {
		t.Errorf("%d lines of raising, want 1", n)
	}
}

func TestASilentContactIsFollowedByTheNextAndThenByTheDesk(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.listed(s.bay, "Ada", "Ben")
	s.listed(s.boroughs, "Cal")
	s.listed(s.house, "Sam")
	r := s.raised()
	must(t, s.web.Acknowledge(t.Context(), s.lee, s.line(r, s.boroughs).ID))
	s.climb(0)
	s.Clock.Advance(9 * time.Minute)
	s.climb(0)
	s.Clock.Advance(time.Minute)
	s.climb(1)
	if got := to(s.mails("on-call")); got != "ada@bay.example cal@boroughs.example ben@bay.example" {
		t.Fatalf("mail went to %s", got)
	}
	s.climb(0)
	s.Clock.Advance(10 * time.Minute)
	s.climb(1)
	if l := s.line(r, s.bay); l.State != models.LineSilent || l.Rung != 2 {
		t.Errorf("the line is %+v", l)
	}
	if rep := s.stored(r); rep.Desk != models.DeskWaiting || !strings.Contains(rep.DeskWhy, "Nobody at Bay") {
		t.Errorf("the desk: %s, %q", rep.Desk, rep.DeskWhy)
	}
	if got := to(s.mails("on-call-desk")); got != "sam@clearinghouse.example" {
		t.Errorf("the clearinghouse's mail went to %q", got)
	}
	s.Clock.Advance(time.Hour)
	s.climb(0)
	page, err := s.web.List(t.Context(), s.avery, false, "")
	must(t, err)
	if page.Open != 1 || page.Late != 1 || page.AtDesk != 1 || len(page.Rows) != 1 || page.Rows[0].Lines[0].State != models.LineSilent {
		t.Errorf("the desk sees %+v", page)
	}
	// Who answers late is heard all the same.
	must(t, s.web.AcknowledgeReport(t.Context(), s.dana, r.Number))
	if e := s.escalation(r); e.State != models.EscalationAnswered || e.EndedByName != "Dana" {
		t.Errorf("the escalation is %+v", e)
	}
}

func TestTwoWorkersCallNobodyTwice(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.listed(s.bay, "Ada", "Ben", "Cleo")
	r := s.urgent()
	together := func(do func()) {
		var all sync.WaitGroup
		for range 4 {
			all.Go(do)
		}
		all.Wait()
	}
	together(func() {
		if err := s.work.Raise(t.Context(), r.ID); err != nil {
			t.Error(err)
		}
	})
	s.Clock.Advance(10 * time.Minute)
	together(func() {
		if _, err := New(s.Work, "https://reeve.example").Climb(t.Context()); err != nil {
			t.Error(err)
		}
	})
	if l := s.line(r, s.bay); l.Rung != 2 {
		t.Errorf("%d calls to bay, want 2", l.Rung)
	}
	if got := to(s.mails("on-call")); strings.Count(got, "bay.example") != 2 {
		t.Errorf("mail went to %s", got)
	}
}

func TestWorkOnTheReportEndsTheCalls(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		change map[string]any
		want   models.LineState
	}{
		"opened":   {map[string]any{"heard_at": "set", "first_read_at": "set"}, models.LineTaken},
		"closed":   {map[string]any{"state": "closed", "closed_at": "set", "outcome": "closed.arrest"}, models.LineStopped},
		"returned": {map[string]any{"state": "returned"}, models.LineStopped},
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			s.listed(s.bay, "Ada", "Ben")
			s.listed(s.boroughs, "Cal", "Dee")
			r := s.raised()
			s.Clock.Advance(time.Minute)
			for k, v := range c.change {
				if v == "set" {
					c.change[k] = s.Clock.Now()
				}
			}
			s.referral(r, s.bay, c.change)
			s.climb(1)
			s.Clock.Advance(time.Hour)
			s.climb(1) // boroughs
			if l := s.line(r, s.bay); l.State != c.want || l.Rung != 1 {
				t.Errorf("the line is %+v, want %s after one call", l, c.want)
			}
		})
	}
}

func TestAReportThatIsUrgentNoMoreWithdrawsItsCalls(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.listed(s.bay, "Ada")
	s.listed(s.boroughs, "Cal")
	r := s.raised()
	s.Setup(t, func(tx *store.Tx) error {
		return tx.Exec("update reports set urgent = false, urgency = 6 where id = ?", r.ID).Error
	})
	s.climb(1)
	s.climb(0)
	if e, l := s.escalation(r), s.line(r, s.bay); e.State != models.EscalationWithdrawn || l.State != models.LineWithdrawn {
		t.Errorf("%s, %s", e.State, l.State)
	}
	over := s.mails("on-call-over")
	if to(over) != "ada@bay.example cal@boroughs.example" || !strings.Contains(over[0].Body, itoa(r.Number)) || strings.Contains(over[1].Body, itoa(r.Number)) {
		t.Errorf("told: %+v", over)
	}
	// Urgent again, it calls again.
	s.Setup(t, func(tx *store.Tx) error {
		return tx.Exec("update reports set urgent = true, urgency = 7 where id = ?", r.ID).Error
	})
	must(t, s.work.Raise(t.Context(), r.ID))
	if got := len(s.mails("on-call")); got != 4 {
		t.Errorf("%d calls, want two more", got)
	}
}

func TestAnAgencyWithoutContactsIsCalledAtItsDeskAndThenAboveIt(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.listed(s.north, "Nia")
	s.Setup(t, func(tx *store.Tx) error {
		return tx.Exec("update agencies set parent_id = ? where id = ?", s.north.ID, s.bay.ID).Error
	})
	r := s.raised()
	s.Clock.Advance(DefaultWait * time.Minute)
	s.climb(2)
	if got := to(s.mails("on-call")); got != "desk@bay.example desk@boroughs.example nia@north.example" {
		t.Fatalf("mail went to %s", got)
	}
	above := s.mails("on-call")[2]
	if strings.Contains(above.Subject+above.Body+above.About, itoa(r.Number)) {
		t.Errorf("the agency above reads:\n%s", above.Body)
	}
	row, err := s.web.Show(t.Context(), s.avery, r.Number)
	must(t, err)
	for _, l := range row.Lines {
		if l.Listed {
			t.Errorf("%s is said to have contacts", l.Agency)
		}
	}
}

func TestAnAgencyThatCannotBeCalledIsTheDesksAtOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.listed(s.boroughs, "Cal")
	s.Setup(t, func(tx *store.Tx) error {
		return tx.Exec("update agencies set contact_email = '', contact_phone = '' where id = ?", s.bay.ID).Error
	})
	r := s.raised()
	if rep, l := s.stored(r), s.line(r, s.bay); l.State != models.LineSilent || rep.Desk != models.DeskWaiting {
		t.Errorf("the line is %s, the desk %s", l.State, rep.Desk)
	}
}

func TestARaiseThatWasLostIsMadeUpFor(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	r := s.urgent()
	s.climb(1)
	if e := s.escalation(r); e.State != models.EscalationOpen {
		t.Errorf("the escalation is %s", e.State)
	}
	if err := s.work.Raise(t.Context(), nobody); err != nil {
		t.Errorf("raising nothing: %v", err)
	}
}

func TestAReferralLaterAddsItsAgency(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	r := s.raised()
	must(t, s.web.AcknowledgeReport(t.Context(), s.dana, r.Number))
	must(t, s.web.Acknowledge(t.Context(), s.lee, s.line(r, s.boroughs).ID))
	if e := s.escalation(r); e.State != models.EscalationAnswered {
		t.Fatalf("the escalation is %s", e.State)
	}
	s.Refer(t, s.stored(r), s.north)
	must(t, s.work.Raise(t.Context(), r.ID))
	if e := s.escalation(r); e.State != models.EscalationOpen || s.line(r, s.north).State != models.LineCalling {
		t.Errorf("the escalation is %s", e.State)
	}
	var jobs int64
	s.Setup(t, func(tx *store.Tx) error {
		return tx.Raw("select count(*) from river_job where kind = 'raise_urgent'").Row().Scan(&jobs)
	})
	if jobs != 2 {
		t.Errorf("%d jobs to raise, want one for each referral", jobs)
	}
}

func TestWhoIsOnDuty(t *testing.T) {
	t.Parallel()
	at := func(text string) time.Time {
		m, err := time.Parse("Mon 2006-01-02 15:04", text)
		must(t, err)
		return m
	}
	for _, c := range []struct {
		days, from, to, at string
		want               bool
	}{
		{"all", "", "", "Sun 2026-03-01 03:00", true},
		{"all", "08:00", "18:00", "Mon 2026-03-02 08:00", true}, {"all", "08:00", "18:00", "Mon 2026-03-02 18:00", false},
		{"all", "18:00", "08:00", "Mon 2026-03-02 03:00", true}, {"all", "18:00", "08:00", "Mon 2026-03-02 12:00", false},
		{"weekdays", "", "", "Sat 2026-03-07 12:00", false}, {"weekends", "", "", "Sat 2026-03-07 12:00", true},
		{"weekdays", "18:00", "08:00", "Sat 2026-03-07 03:00", true}, {"weekdays", "18:00", "08:00", "Mon 2026-03-02 03:00", false},
		{"weekends", "18:00", "08:00", "Mon 2026-03-02 03:00", true},
	} {
		k, err := Contact{Name: "x", Email: "x@y.example", Days: c.days, From: c.from, To: c.to}.check()
		must(t, err)
		if got := onDuty(*k, at(c.at)); got != c.want {
			t.Errorf("%s %s-%s at %s: %v", c.days, c.from, c.to, c.at, got)
		}
	}
}

func TestAContactOffDutyIsPassedOverUnlessAllAre(t *testing.T) {
	t.Parallel()
	s := newSite(t) // 07:04 on a Monday in the agency's zone
	add := func(c Contact) {
		t.Helper()
		p, err := s.web.OnCall(t.Context(), s.noor, "")
		must(t, err)
		must(t, s.web.AddContact(t.Context(), s.noor, "", c, p.Version))
	}
	add(Contact{Name: "Day", Email: "day@bay.example", From: "09:00", To: "17:00"})
	s.raised()
	if got := to(s.mails("on-call")); !strings.Contains(got, "day@bay.example") {
		t.Fatalf("nobody is on duty, and mail went to %s", got)
	}
	add(Contact{Name: "Night", Email: "night@bay.example", From: "17:00", To: "09:00"})
	s.raised()
	if got := to(s.mails("on-call")); strings.Count(got, "night@bay.example") != 1 || strings.Count(got, "day@bay.example") != 1 {
		t.Errorf("mail went to %s", got)
	}
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
