package publicform

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/store"
)

func TestAReporterAddsWithNumberAndCodeAlone(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	one := s.send(s.begin("what", Answers{"what": "One."}))
	two := s.send(s.begin("what", Answers{"what": "Two."}))
	esp := s.Report(t, s.Provider(t, "Example Chat"), "a@mail.example", nil)
	for name, in := range map[string]More{
		"another's code":        {Number: fmt.Sprint(one.Number), Code: two.Code},
		"a wrong code":          {Number: fmt.Sprint(one.Number), Code: "BBBB-BBBB-BBBB-BBBB"},
		"no code":               {Number: fmt.Sprint(one.Number)},
		"a wrong number":        {Number: "999999999999", Code: one.Code},
		"no number":             {Number: "no number", Code: one.Code},
		"a provider's report":   {Number: fmt.Sprint(esp.Number), Code: one.Code},
		"a huge code":           {Number: fmt.Sprint(one.Number), Code: strings.Repeat("B", 1<<20)},
		"a code with something": {Number: fmt.Sprint(one.Number), Code: one.Code + "B"},
	} {
		in.Text = "More."
		if err := s.web.Add(t.Context(), s.who, in); !errors.Is(err, ErrNoFit) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if n := s.count("public_additions"); n != 0 || s.jobs("read_addition") != 0 {
		t.Errorf("%d additions were written", n)
	}
	if n := s.count("audit_events where refused and action = 'report.added-to' and report_id is null"); n != 8 {
		t.Errorf("%d refusals, want 8 that all look the same", n)
	}
	// As it is copied from paper: lower case, spaces.
	in := More{Number: fmt.Sprintf("%d %d", one.Number/1000, one.Number%1000), Code: " " + strings.ToLower(strings.ReplaceAll(one.Code, "-", " ")), Text: "More."}
	if one.Number%1000 < 100 {
		in.Number = fmt.Sprint(one.Number)
	}
	for range 2 { // pressed twice
		if err := s.web.Add(t.Context(), s.who, in); err != nil {
			t.Fatal(err)
		}
	}
	in.Text = "And more."
	if err := s.web.Add(t.Context(), s.who, in); err != nil {
		t.Fatal(err)
	}
	if n := s.count("public_additions where report_id = ?", s.report(one.Number).ID); n != 2 || s.jobs("read_addition") != 2 {
		t.Errorf("%d additions, want 2", n)
	}
	if n := s.count("audit_events where not refused and action = 'report.added-to' and report_number = ?", one.Number); n != 2 {
		t.Errorf("%d audit lines, want 2", n)
	}
}

func TestACodeWorksAfterTheKeyWasRotated(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	old := &Service{store: s.web.store, keyer: s.web.keyer, keys: map[uint8][]byte{1: s.web.keys[1]}}
	s.web, old = old, s.web
	d := s.send(s.begin("what", Answers{"what": "One."}))
	if err := old.Add(t.Context(), s.who, More{Number: fmt.Sprint(d.Number), Code: d.Code, Text: "More."}); err != nil {
		t.Errorf("with both keys: %v", err)
	}
}

func TestWhatIsAddedIsMatchedAndToldToWhoeverHoldsTheReport(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	bay, boroughs := s.Agency(t, "bay"), s.Agency(t, "boroughs")
	dana, lee := s.Person(t, bay, "Dana", auth.Investigator), s.Person(t, boroughs, "Lee", auth.Investigator)
	secret := s.begin("what", Answers{"what": "One."})
	s.save(secret, "child", Answers{"child_user": "x", "child_more": "y"})
	s.save(secret, "you", Answers{"you_mail": "me@mail.example"})
	d := s.send(secret)
	rep := s.report(d.Number)
	s.Refer(t, rep, bay)
	if err := s.web.Add(t.Context(), s.who, More{Number: fmt.Sprint(d.Number), Code: d.Code, Text: "More.", Links: "other@mail.example\nme@mail.example\nnot an identifier"}); err != nil {
		t.Fatal(err)
	}
	var id uuid.UUID
	s.Setup(t, func(tx *store.Tx) error { return tx.Raw("select id from public_additions").Row().Scan(&id) })
	for range 2 { // a job may be done twice
		if err := s.work.ReadAddition(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	if n := s.count("identifiers where report_id = ? and whose = 'unknown' and value = 'other@mail.example' and source = 'added later by the reporter'", rep.ID); n != 1 {
		t.Errorf("%d new identifiers, want 1", n)
	}
	// The reporter's own address, written down again, stays theirs.
	if n := s.count("identifiers where report_id = ? and value = 'me@mail.example'", rep.ID); n != 1 || s.count("match_links where report_id = ? and target", rep.ID) != 1 {
		t.Errorf("the reporter's address became a target (%d rows)", n)
	}
	if n := s.jobs("match_report"); n != 2 { // by the referral, and by the addition
		t.Errorf("%d jobs to match, want 2", n)
	}
	if n := s.count("audit_events where action = 'report.addition-read' and ? = any (concerns)", bay.ID); n != 1 {
		t.Errorf("the agency was told %d times, want 1", n)
	}
	for _, c := range []struct {
		who  auth.Actor
		want int
	}{{dana, 1}, {lee, 0}, {s.who, 0}} {
		var got []models.PublicAddition
		if err := s.Web.As(t.Context(), c.who, func(tx *store.Tx) error { return tx.Find(&got).Error }); err != nil || len(got) != c.want {
			t.Errorf("%s sees %d additions, want %d (%v)", c.who.Name, len(got), c.want, err)
		}
	}
}
