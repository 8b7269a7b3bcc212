package labelling_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/labelling"
	"reeve/models/store"
)

func TestLabelsStandSideBySideOnTheReportAndItsFiles(t *testing.T) {
	s := newSite(t)
	in := labelling.Input{Report: []string{"flag:sextortion", "subject-age:adult", ""}, File: []string{"age:pubescent", "industry:B2"}, AllFiles: true, Why: "as the chat says"}
	if done := s.set(s.avery, in); done.Set != 6 || done.Corrected != 0 || done.Stood != 0 {
		t.Errorf("got %+v, want six", done)
	}
	if done := s.set(s.avery, in); done.Set != 0 || done.Stood != 6 {
		t.Errorf("again: got %+v, want nothing new", done)
	}
	all := s.labels()
	if len(all) != 6 {
		t.Fatalf("%d labels", len(all))
	}
	for _, l := range all {
		if l.LabelledByName != "Avery" || l.Side != models.LabelOfClearinghouse || l.Why != in.Why || *l.AgencyID != s.house.ID || l.Review != models.ReviewNone {
			t.Errorf("got %+v", l)
		}
	}
	// An agency's own word stands beside it.
	s.set(s.dana, labelling.Input{File: []string{"age:prepubescent"}, Files: s.ids()[:1]})
	if all := s.labels(); len(all) != 7 || all[6].Side != models.LabelOfAgency || all[6].RemovedAt != nil {
		t.Errorf("got %+v", all)
	}
	if n := s.jobs("reassess_report"); n != 1 {
		t.Errorf("the report is assessed anew %d times, want once: for the clearinghouse's labels, and not for an agency's own", n)
	}
}

func TestANewValueTakesThePlaceOfTheOldWhereOneStands(t *testing.T) {
	s := newSite(t)
	s.set(s.avery, labelling.Input{File: []string{"age:adult", "meme:potentialMeme", "meme:viral"}, Files: s.ids()[:1]})
	done := s.set(s.alex, labelling.Input{File: []string{"age:pubescent", "meme:notMeme"}, Files: s.ids()[:1], Why: "the profile says fifteen"})
	if done.Set != 2 || done.Corrected != 2 {
		t.Errorf("got %+v, want two set and two corrected", done)
	}
	var stands []string
	for _, l := range s.labels() {
		if l.RemovedAt == nil {
			stands = append(stands, l.Scheme+":"+l.Value)
		} else if l.RemovedByName != "Alex" || !strings.HasPrefix(l.RemovedWhy, "Corrected to") {
			t.Errorf("withdrawn as %+v", l)
		}
	}
	if got := strings.Join(stands, " "); got != "meme:viral age:pubescent meme:notMeme" {
		t.Errorf("stands %s", got)
	}
}

func TestWhatTheRuleOrTheLabellerAsksWaitsForASecondPerson(t *testing.T) {
	s := newSite(t)
	s.set(s.avery, labelling.Input{File: []string{"industry:A1"}, Files: s.ids()[:1]})
	s.set(s.avery, labelling.Input{Report: []string{"subject-age:minor"}, Ask: true})
	s.set(s.avery, labelling.Input{File: []string{"ai:no"}, Files: s.ids()[:1]})
	for scheme, want := range map[string]models.LabelReview{"industry": models.ReviewAsked, "subject-age": models.ReviewAsked, "ai": models.ReviewNone} {
		if got := s.label(scheme).Review; got != want {
			t.Errorf("%s: %s, want %s", scheme, got, want)
		}
	}
}

func TestWhoMayNotLabelSetsNothing(t *testing.T) {
	s := newSite(t)
	in := labelling.Input{Report: []string{"flag:spam"}}
	for _, c := range []struct {
		name   string
		who    auth.Actor
		number int64
		in     labelling.Input
		want   models.Kind
	}{
		{"nobody", auth.Actor{}, s.rep.Number, in, models.Forbidden},
		{"a reader", s.reed, s.rep.Number, in, models.Forbidden},
		{"an agency without the report", s.jul, s.rep.Number, in, models.NotFound},
		{"no such report", s.avery, 999, in, models.NotFound},
		{"nothing chosen", s.avery, s.rep.Number, labelling.Input{}, models.Invalid},
		{"no such scheme", s.avery, s.rep.Number, labelling.Input{Report: []string{"nowhere:x"}}, models.Invalid},
		{"no such value", s.avery, s.rep.Number, labelling.Input{Report: []string{"flag:x"}}, models.Invalid},
		{"a file's flag on a report", s.avery, s.rep.Number, labelling.Input{Report: []string{"flag:infant"}}, models.Invalid},
		{"a report's flag on a file", s.avery, s.rep.Number, labelling.Input{File: []string{"flag:spam"}, AllFiles: true}, models.Invalid},
		{"no file chosen", s.avery, s.rep.Number, labelling.Input{File: []string{"ai:yes"}}, models.Invalid},
		{"another report's file", s.avery, s.rep.Number, labelling.Input{File: []string{"ai:yes"}, Files: []uuid.UUID{s.ids()[0], store.NewID()}}, models.Invalid},
		{"two that exclude each other", s.avery, s.rep.Number, labelling.Input{File: []string{"ai:yes", "ai:no"}, AllFiles: true}, models.Invalid},
		{"a long reason", s.avery, s.rep.Number, labelling.Input{Report: in.Report, Why: strings.Repeat("x", 501)}, models.Invalid},
	} {
		_, err := s.Service.Set(t.Context(), c.who, c.number, c.in)
		s.want(c.name, err, c.want)
	}
	if all := s.labels(); len(all) != 0 {
		t.Errorf("labels were set: %+v", all)
	}
}

func TestAnAgencysLabelIsSeenByThatAgencyAndTheClearinghouseAlone(t *testing.T) {
	s := newSite(t)
	s.set(s.dana, labelling.Input{Report: []string{"flag:spam"}, Why: "a secret of ours"})
	s.set(s.avery, labelling.Input{Report: []string{"flag:sextortion"}})
	mine := s.label("flag")
	for i, l := range s.labels() {
		if l.Value == "spam" {
			mine = s.labels()[i]
		}
	}
	for _, c := range []struct {
		who  auth.Actor
		want int
	}{{s.dana, 2}, {s.reed, 2}, {s.avery, 2}, {s.lee, 1}} {
		page, err := s.All(t.Context(), c.who, s.rep.Number, "")
		if err != nil || len(page.Labels) != c.want {
			t.Errorf("%s sees %+v (%v), want %d", c.who.Name, page, err, c.want)
		}
	}
	_, err := s.All(t.Context(), s.jul, s.rep.Number, "")
	s.want("an agency without the report", err, models.NotFound)
	_, err = s.Read(t.Context(), s.lee, s.rep.Number, mine.ID)
	s.want("another agency's label", err, models.NotFound)
	_, none := s.Read(t.Context(), s.lee, s.rep.Number, store.NewID())
	if err == nil || none == nil || err.Error() != none.Error() {
		t.Errorf("another's label: %v, no such label: %v; want the same words", err, none)
	}
	for name, do := range map[string]func() error{
		"withdraw": func() error { return s.Withdraw(t.Context(), s.lee, s.rep.Number, s.deed(mine, "")) },
		"ask":      func() error { return s.Ask(t.Context(), s.lee, s.rep.Number, s.deed(mine, "why")) },
	} {
		s.want(name, do(), models.NotFound)
	}
	// The clearinghouse's second look at it is not told to the other agency either.
	if err := s.Ask(t.Context(), s.dana, s.rep.Number, s.deed(mine, "are we right?")); err != nil {
		t.Fatal(err)
	}
	for _, l := range s.labels() {
		if l.ID == mine.ID {
			mine = l
		}
	}
	if err := s.Agree(t.Context(), s.avery, s.rep.Number, s.deed(mine, "")); err != nil {
		t.Fatal(err)
	}
	// One line of label.set is the clearinghouse's own, which all holders may read.
	for _, c := range []struct {
		who    auth.Actor
		action string
		want   int
	}{{s.dana, "label.set", 2}, {s.lee, "label.set", 1}, {s.dana, "label.agreed", 1}, {s.lee, "label.agreed", 0}, {s.lee, "label.asked", 0}} {
		if got := s.lines(c.who, c.action); got != c.want {
			t.Errorf("%s reads %d lines of %s, want %d", c.who.Name, got, c.action, c.want)
		}
	}
}

func TestTheProvidersWordsAreLabelsToo(t *testing.T) {
	s := newSite(t)
	got := ""
	for _, l := range labelling.OfProvider(&s.rep, s.files) {
		got += l.Scheme + ":" + l.Value + " "
		if l.Source != models.LabelByProvider {
			t.Errorf("source %s", l.Source)
		}
	}
	if got != "flag:sextortion industry:A2 ai:yes meme:viral flag:physicalHarm " {
		t.Errorf("got %s", got)
	}
	gone := s.rep
	gone.Reported = nil
	if left := labelling.OfProvider(&gone, nil); len(left) != 0 {
		t.Errorf("of an erased report: %+v", left)
	}
}
