package labelling_test

import (
	"fmt"
	"testing"
	"time"

	"reeve/auth"
	"reeve/models"
	"reeve/models/labelling"
	"reeve/models/store"
)

func TestWithdrawingKeepsTheLabel(t *testing.T) {
	s := newSite(t)
	s.set(s.avery, labelling.Input{Report: []string{"subject-age:adult"}})
	l := s.label("subject-age")
	old := s.deed(l, "x")
	old.Version = 7
	for _, c := range []struct {
		name string
		who  auth.Actor
		deed labelling.Deed
		want models.Kind
	}{
		{"nobody", auth.Actor{}, s.deed(l, ""), models.Forbidden},
		{"a reader", s.reed, s.deed(l, ""), models.Forbidden},
		{"an agency that holds the report", s.dana, s.deed(l, ""), models.Forbidden},
		{"an agency that does not", s.jul, s.deed(l, ""), models.NotFound},
		{"no such label", s.avery, labelling.Deed{Label: store.NewID(), Version: 1}, models.NotFound},
		{"an old form", s.avery, old, models.Conflict},
	} {
		s.want(c.name, s.Withdraw(t.Context(), c.who, s.rep.Number, c.deed), c.want)
	}
	if now := s.label("subject-age"); now.Version != 1 {
		t.Fatalf("it was changed: %+v", now)
	}
	if err := s.Withdraw(t.Context(), s.alex, s.rep.Number, s.deed(l, "The date of birth was read wrongly.")); err != nil {
		t.Fatal(err)
	}
	now := s.labels()[0]
	if now.RemovedAt == nil || now.RemovedByName != "Alex" || now.RemovedWhy == "" || now.Value != "adult" {
		t.Errorf("got %+v, want it kept with who withdrew it and why", now)
	}
	s.want("twice", s.Withdraw(t.Context(), s.alex, s.rep.Number, s.deed(now, "")), models.Conflict)
	if s.jobs("reassess_report") != 2 {
		t.Error("setting and withdrawing did not each ask for a new assessment")
	}
}

func TestWhatALabelSaysNeverChanges(t *testing.T) {
	s := newSite(t)
	s.set(s.avery, labelling.Input{Report: []string{"subject-age:adult"}})
	l := s.label("subject-age")
	for name, c := range map[string]struct {
		who auth.Actor
		set map[string]any
	}{
		"its value, by whoever set it":            {s.avery, map[string]any{"value": "minor"}},
		"who set it":                              {s.sam, map[string]any{"labelled_by": s.sam.UserID}},
		"an agency withdraws the clearinghouse's": {s.dana, map[string]any{"review": "asked", "removed_at": time.Now()}},
		"an agency agrees":                        {s.dana, map[string]any{"review": "agreed"}},
	} {
		err := s.Web.As(t.Context(), c.who, func(tx *store.Tx) error {
			return tx.Model(&models.Label{}).Where("id = ?", l.ID).Updates(c.set).Error
		})
		if err == nil {
			t.Errorf("the database let it be changed: %s", name)
		}
	}
}

func TestAnAgencyAsksForASecondLookAndAnotherPersonTakesIt(t *testing.T) {
	s := newSite(t)
	s.set(s.avery, labelling.Input{Report: []string{"subject-age:adult"}})
	l := s.label("subject-age")
	s.want("a reader asks", s.Ask(t.Context(), s.reed, s.rep.Number, s.deed(l, "why")), models.Forbidden)
	s.want("without a reason", s.Ask(t.Context(), s.dana, s.rep.Number, s.deed(l, " ")), models.Invalid)
	s.want("an agency without the report", s.Ask(t.Context(), s.jul, s.rep.Number, s.deed(l, "why")), models.NotFound)
	if err := s.Ask(t.Context(), s.dana, s.rep.Number, s.deed(l, "The account says fourteen.")); err != nil {
		t.Fatal(err)
	}
	l = s.label("subject-age")
	s.want("asked already", s.Ask(t.Context(), s.lee, s.rep.Number, s.deed(l, "why")), models.Conflict)
	// Who asked and why, the other agency does not learn.
	for _, c := range []struct {
		who  auth.Actor
		want int
	}{{s.dana, 1}, {s.avery, 1}, {s.lee, 0}} {
		one, err := s.Read(t.Context(), c.who, s.rep.Number, l.ID)
		if err != nil || len(one.Asks) != c.want || one.Label.ReviewWhy != "" {
			t.Errorf("%s sees %+v (%v), want %d requests", c.who.Name, one, err, c.want)
		}
	}
	list, err := s.Worklist(t.Context(), s.alex, false, "")
	if err != nil || len(list.Rows) != 1 || list.Rows[0].AskedWhy != "The account says fourteen." || list.Rows[0].Number != s.rep.Number {
		t.Errorf("the worklist is %+v (%v)", list, err)
	}
	_, err = s.Worklist(t.Context(), s.dana, false, "")
	s.want("an agency's worklist", err, models.Forbidden)
	for _, c := range []struct {
		name string
		who  auth.Actor
		want models.Kind
	}{{"nobody", auth.Actor{}, models.Forbidden}, {"the one who set it", s.avery, models.Forbidden}, {"an agency", s.dana, models.Forbidden}} {
		s.want(c.name, s.Agree(t.Context(), c.who, s.rep.Number, s.deed(l, "")), c.want)
	}
	if now := s.label("subject-age"); now.Review != models.ReviewAsked {
		t.Fatalf("it is %s", now.Review)
	}
	if err := s.Agree(t.Context(), s.alex, s.rep.Number, s.deed(l, "")); err != nil {
		t.Fatal(err)
	}
	now := s.label("subject-age")
	if now.Review != models.ReviewAgreed || now.ReviewedByName != "Alex" {
		t.Errorf("got %+v", now)
	}
	s.want("twice", s.Agree(t.Context(), s.sam, s.rep.Number, s.deed(now, "")), models.Conflict)
}

func TestADisputeIsSettledByAThirdPerson(t *testing.T) {
	s := newSite(t)
	for _, uphold := range []bool{true, false} {
		scheme := map[bool]string{true: "subject-age:minor", false: "subject-access:stated"}[uphold]
		s.set(s.avery, labelling.Input{Report: []string{scheme}, Ask: true})
		all := s.labels()
		l := all[len(all)-1]
		s.want("without a reason", s.Dispute(t.Context(), s.alex, s.rep.Number, s.deed(l, "")), models.Invalid)
		if err := s.Dispute(t.Context(), s.alex, s.rep.Number, s.deed(l, "Nothing says so.")); err != nil {
			t.Fatal(err)
		}
		all = s.labels()
		l = all[len(all)-1]
		if list, err := s.Worklist(t.Context(), s.sam, true, ""); err != nil || len(list.Rows) != 1 || list.Rows[0].ReviewWhy != "Nothing says so." {
			t.Errorf("the supervisor's list is %+v (%v)", list, err)
		}
		s.want("an analyst settles", s.Settle(t.Context(), s.avery, s.rep.Number, s.deed(l, "x"), uphold), models.Forbidden)
		s.want("an agency settles", s.Settle(t.Context(), s.dana, s.rep.Number, s.deed(l, "x"), uphold), models.Forbidden)
		if err := s.Settle(t.Context(), s.sam, s.rep.Number, s.deed(l, "I read the chat."), uphold); err != nil {
			t.Fatal(err)
		}
		all = s.labels()
		now := all[len(all)-1]
		if now.ReviewedByName != "Alex" || now.ReviewWhy != "Nothing says so." {
			t.Errorf("the second person's word is gone: %+v", now)
		}
		if uphold && (now.Review != models.ReviewAgreed || now.SettledByName != "Sam" || now.RemovedAt != nil) || !uphold && (now.RemovedAt == nil || now.RemovedByName != "Sam") {
			t.Errorf("upheld %v: %+v", uphold, now)
		}
		if list, err := s.Worklist(t.Context(), s.sam, true, ""); err != nil || len(list.Rows) != 0 {
			t.Errorf("the list still has %+v (%v)", list, err)
		}
	}
}

func TestASupervisorSettlesNoDisputeOfTheirOwn(t *testing.T) {
	s := newSite(t)
	s.set(s.avery, labelling.Input{Report: []string{"subject-age:minor"}, Ask: true})
	if err := s.Dispute(t.Context(), s.sam, s.rep.Number, s.deed(s.label("subject-age"), "No.")); err != nil {
		t.Fatal(err)
	}
	l := s.label("subject-age")
	s.want("the one who disputed", s.Settle(t.Context(), s.sam, s.rep.Number, s.deed(l, "x"), true), models.Forbidden)
	if now := s.label("subject-age"); now.Review != models.ReviewDisputed || now.Version != l.Version {
		t.Errorf("got %+v", now)
	}
}

func TestTheWorklistIsReadPageByPageOldestFirst(t *testing.T) {
	s := newSite(t)
	const n = 120
	s.Setup(t, func(tx *store.Tx) error {
		var rows []models.Label
		for i := range n {
			rows = append(rows, models.Label{ID: store.NewID(), ReportID: s.rep.ID, Scheme: "flag", Value: fmt.Sprint(i), Source: models.LabelByRule, Side: models.LabelOfMachine,
				LabelledAt: s.Clock.Now().Add(time.Duration(i/3) * time.Minute), Review: models.ReviewAsked, Version: 1})
		}
		return tx.Create(&rows).Error
	})
	seen, cursor := []string{}, ""
	for range 5 {
		page, err := s.Worklist(t.Context(), s.avery, false, cursor)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page.Rows {
			seen = append(seen, r.Value)
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if len(seen) != n || seen[0] != "0" || seen[n-1] != fmt.Sprint(n-1) {
		t.Errorf("saw %d: %v", len(seen), seen)
	}
	_, err := s.Worklist(t.Context(), s.avery, false, "nonsense")
	s.want("a damaged cursor", err, models.Invalid)
}

func TestSchemesAreAddedAndEndAndAreNeverDeleted(t *testing.T) {
	s := newSite(t)
	scheme := labelling.NewScheme{Code: "caid", Name: "CAID", About: models.AboutFile}
	s.want("an analyst adds", s.AddScheme(t.Context(), s.avery, scheme), models.Forbidden)
	s.want("an agency adds", s.AddScheme(t.Context(), s.dana, scheme), models.Forbidden)
	s.want("a bad code", s.AddScheme(t.Context(), s.sam, labelling.NewScheme{Code: "No spaces", Name: "x", About: models.AboutFile}), models.Invalid)
	s.want("a value of no scheme", s.AddValue(t.Context(), s.sam, "caid", labelling.NewValue{Code: "A", Words: "A"}), models.NotFound)
	for _, do := range []func() error{
		func() error { return s.AddScheme(t.Context(), s.sam, scheme) },
		func() error {
			return s.AddValue(t.Context(), s.sam, "caid", labelling.NewValue{Code: "A", Words: "Category A", SecondLook: true})
		},
		func() error {
			return s.AddValue(t.Context(), s.sam, "caid", labelling.NewValue{Code: "B", Words: "Category B"})
		},
	} {
		if err := do(); err != nil {
			t.Fatal(err)
		}
	}
	s.want("the same code again", s.AddScheme(t.Context(), s.sam, scheme), models.Invalid)
	s.want("the same value again", s.AddValue(t.Context(), s.sam, "caid", labelling.NewValue{Code: "A", Words: "x"}), models.Invalid)
	s.set(s.avery, labelling.Input{File: []string{"caid:A"}, AllFiles: true})
	if l := s.labels()[0]; l.Review != models.ReviewAsked {
		t.Errorf("a second look is %s", l.Review)
	}
	end := labelling.Change{Scheme: "caid", Value: "A", Version: 1}
	s.want("an analyst ends it", s.Change(t.Context(), s.avery, end), models.Forbidden)
	s.want("no such value", s.Change(t.Context(), s.sam, labelling.Change{Scheme: "caid", Value: "Z", Version: 1}), models.NotFound)
	if err := s.Change(t.Context(), s.sam, end); err != nil {
		t.Fatal(err)
	}
	s.want("an old form", s.Change(t.Context(), s.sam, end), models.Conflict)
	_, err := s.Service.Set(t.Context(), s.avery, s.rep.Number, labelling.Input{File: []string{"caid:A"}, AllFiles: true})
	s.want("a value that ended", err, models.Invalid)
	list, err := s.Schemes(t.Context(), s.dana)
	if err != nil {
		t.Fatal(err)
	}
	if name, words := list.Words("caid", "A"); name != "CAID" || words != "Category A" {
		t.Errorf("what was set long ago reads %s: %s", name, words)
	}
	err = s.Web.As(t.Context(), s.sam, func(tx *store.Tx) error { return tx.Exec("delete from label_values where scheme = 'caid'").Error })
	if err == nil {
		t.Error("the database let a value be deleted")
	}
}
