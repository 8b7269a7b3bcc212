package linking

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/store"
	"reeve/models/storetest"
)

type site struct {
	*storetest.DB
	t                         *testing.T
	chat, video               models.Provider
	bay, boroughs             models.Agency
	avery, sam, dana, lee, al auth.Actor
	web, work                 *Service
}

func newSite(t *testing.T) *site {
	t.Helper()
	t.Parallel()
	d := storetest.New(t)
	s := &site{DB: d, t: t, chat: d.Provider(t, "Example Chat"), video: d.Provider(t, "Example Video"), bay: d.Agency(t, "bay"), boroughs: d.Agency(t, "boroughs"), web: New(d.Web), work: New(d.Work)}
	house := d.Clearinghouse(t)
	s.avery = d.Person(t, house, "Avery", auth.Analyst)
	s.al = d.Person(t, house, "Al", auth.Auditor)
	s.dana, s.lee = d.Person(t, s.bay, "Dana", auth.Investigator), d.Person(t, s.boroughs, "Lee", auth.Investigator)
	return s
}

// file gives a report one file with the bytes of the name.
func (s *site) file(r models.Report, name string) {
	s.t.Helper()
	id := store.NewID()
	sum := uuid.NewSHA1(uuid.NameSpaceOID, []byte(name))
	f := models.File{ID: id, PublicID: "a" + fmt.Sprintf("%x", id[:])[1:], ReportID: r.ID, ProviderID: r.ProviderID, Name: name, Size: 5, MD5: sum[:], SHA1: sum[:], SHA256: sum[:], StorageKey: id.String(), ReceivedAt: s.Clock.Now()}
	s.Setup(s.t, func(tx *store.Tx) error {
		if err := tx.Exec("update reports set files_total = files_total + 1 where id = ?", r.ID).Error; err != nil {
			return err
		}
		return tx.Create(&f).Error
	})
}

func (s *site) link(r models.Report) {
	s.t.Helper()
	if err := s.work.Link(s.t.Context(), r.ID); err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) links() (out []models.ReportLink) {
	s.t.Helper()
	s.Setup(s.t, func(tx *store.Tx) error { return tx.Order("id").Find(&out).Error })
	return out
}

func (s *site) marked(r models.Report, a models.Agency) (why string) {
	s.t.Helper()
	s.Setup(s.t, func(tx *store.Tx) error {
		return tx.Raw("select coalesce((select look_again_why from referrals where report_id = ? and agency_id = ? and look_again_at is not null), '')", r.ID, a.ID).Row().Scan(&why)
	})
	return why
}

func (s *site) desk(r models.Report) (d models.DeskState) {
	s.t.Helper()
	s.Setup(s.t, func(tx *store.Tx) error { return tx.Raw("select desk from reports where id = ?", r.ID).Row().Scan(&d) })
	return d
}

// supplement is a report and a later one of the same provider that names it.
func (s *site) supplement() (first, second models.Report) {
	first = s.Report(s.t, s.chat, "one@mail.example", nil)
	s.Clock.Advance(time.Hour)
	second = s.Report(s.t, s.chat, "one@mail.example", func(r *models.Report, ids *[]models.Identifier) {
		r.Reported.Subjects[0].PriorReports = []int64{first.Number, 999}
		r.Reported.Incident.Escalate = "a plan to meet"
		*ids = append(*ids, storetest.TestIdentifier(r.ID, "phone", "subject", "+12025550101"))
	})
	return first, second
}

func TestASupplementSaysWhatChangedAndWhoMustLookAgain(t *testing.T) {
	s := newSite(t)
	first, second := s.supplement()
	s.Refer(t, first, s.bay)
	s.Refer(t, first, s.boroughs)
	s.Refer(t, second, s.bay)
	s.file(second, "new.png")
	s.link(second)
	s.link(second) // at-least-once delivery
	all := s.links()
	if len(all) != 1 || all[0].Kind != models.LinkSupplement || all[0].Earlier != first.ID || all[0].Later != second.ID {
		t.Fatalf("links %+v, want one supplement", all)
	}
	for _, a := range []models.Agency{s.bay, s.boroughs} {
		if s.marked(first, a) != lookAgainWhy || s.marked(second, a) != "" {
			t.Errorf("%s: marked %q", a.Code, s.marked(first, a))
		}
	}
	p, err := s.web.Links(t.Context(), s.dana, second.Number, "", "")
	if err != nil || len(p.Links) != 1 || p.Links[0].Other != first.Number || !p.Links[0].LaterHere {
		t.Fatalf("dana sees %+v (%v)", p, err)
	}
	got := ""
	for _, c := range p.Changes[p.Links[0].ID] {
		got += c.What + ": " + c.Is + "; "
	}
	if want := "Incident time: 2026-02-28T16:04:05Z; Why the provider asks for urgency: a plan to meet; New phone (subject): +12025550101; New file: new.png; "; got != want {
		t.Errorf("changes %q, want %q", got, want)
	}
	// Lee's agency was not sent the supplement, and learns neither its number nor that it is linked.
	if p, err := s.web.Links(t.Context(), s.lee, first.Number, "", ""); err != nil || len(p.Links) != 0 || len(p.Waiting) != 0 || p.Bundle != nil {
		t.Errorf("lee sees %+v (%v), want nothing", p, err)
	}
	if _, err := s.web.Links(t.Context(), s.lee, second.Number, "", ""); models.KindOf(err) != models.NotFound {
		t.Errorf("lee asks for a report that is not theirs: %v", err)
	}
	if p, err := s.web.Links(t.Context(), s.avery, first.Number, "", ""); err != nil || len(p.Links) != 1 || len(p.Waiting) != 2 {
		t.Errorf("avery sees %+v (%v)", p, err)
	}
}

func TestTheMarkOfAnotherLookIsTakenAwayByItsAgencyAlone(t *testing.T) {
	s := newSite(t)
	first, second := s.supplement()
	s.Refer(t, first, s.bay)
	s.Refer(t, first, s.boroughs)
	s.link(second)
	for who, want := range map[string]struct {
		a    auth.Actor
		n    int64
		kind models.Kind
	}{"nobody": {auth.Actor{}, first.Number, models.Forbidden}, "the clearinghouse": {s.avery, first.Number, models.Forbidden}, "no such report": {s.dana, 5, models.NotFound}, "not theirs": {s.dana, second.Number, models.NotFound}} {
		if err := s.web.LookedAgain(t.Context(), want.a, want.n); models.KindOf(err) != want.kind || err == nil {
			t.Errorf("%s: %v", who, err)
		}
	}
	if err := s.web.LookedAgain(t.Context(), s.dana, first.Number); err != nil {
		t.Fatal(err)
	}
	if s.marked(first, s.bay) != "" || s.marked(first, s.boroughs) == "" {
		t.Error("it was not taken away, or from another agency too")
	}
	s.link(second)
	if s.marked(first, s.bay) != "" {
		t.Error("doing the job again marked it anew")
	}
}

func TestTheSameIncidentFromTwoProvidersIsLinkedAndNotMerged(t *testing.T) {
	s := newSite(t)
	a := s.Report(t, s.chat, "one@mail.example", nil)
	b := s.Report(t, s.video, "one@mail.example", nil)
	s.file(a, "same.png")
	s.file(b, "same.png")
	file := s.Report(t, s.video, "other@mail.example", nil)
	s.file(file, "same.png")
	late := s.Report(t, s.video, "one@mail.example", func(r *models.Report, _ *[]models.Identifier) {
		at := s.Clock.Now().AddDate(0, 0, -30)
		r.IncidentAt = &at
	})
	s.link(a)
	s.link(b)
	s.link(late)
	kinds := map[uuid.UUID]models.LinkKind{}
	for _, l := range s.links() {
		kinds[l.Later] = l.Kind
	}
	if len(kinds) != 2 || kinds[b.ID] != models.LinkDuplicate || kinds[file.ID] != models.LinkSameIncident {
		t.Errorf("links %+v, want a duplicate and a same incident", s.links())
	}
}

func TestAPopularFileLinksNobodyAndBundlesWhatWaits(t *testing.T) {
	s := newSite(t)
	var waits []models.Report
	for i := range popularFrom + 1 {
		p := s.chat
		if i%2 == 1 {
			p = s.video
		}
		r := s.Report(t, p, fmt.Sprintf("p%d@mail.example", i), func(r *models.Report, _ *[]models.Identifier) {
			if i < 3 {
				r.Desk, r.Priority = models.DeskWaiting, 3
			}
			r.Urgent = i == 2
		})
		s.file(r, "viral.png")
		if i < 3 {
			waits = append(waits, r)
		}
	}
	more := s.Report(t, s.chat, "more@mail.example", func(r *models.Report, _ *[]models.Identifier) { r.Desk = models.DeskWaiting })
	s.file(more, "viral.png")
	s.file(more, "rare.png")
	last := s.Report(t, s.video, "last@mail.example", func(r *models.Report, _ *[]models.Identifier) { r.Desk = models.DeskWaiting })
	s.file(last, "viral.png")
	s.link(last)
	s.link(last)
	s.link(more)
	if all := s.links(); len(all) != 0 {
		t.Errorf("a widely spread file linked %d reports", len(all))
	}
	if s.desk(waits[0]) != models.DeskWaiting || s.desk(waits[1]) != models.DeskDone || s.desk(last) != models.DeskDone {
		t.Errorf("desk %s, %s, %s; want the oldest to stand for the others", s.desk(waits[0]), s.desk(waits[1]), s.desk(last))
	}
	if s.desk(waits[2]) != models.DeskWaiting || s.desk(more) != models.DeskWaiting {
		t.Error("an urgent report, or one with a further file, was taken off the desk")
	}
	p, err := s.web.Links(t.Context(), s.avery, last.Number, "", "")
	if err != nil || p.Bundle == nil || p.Head != waits[0].Number || p.Bundle.Size != popularFrom || len(p.Members) != pageSize || p.More != "" {
		t.Fatalf("the bundle is %+v (%v)", p, err)
	}
	s.Refer(t, last, s.bay)
	if p, err := s.web.Links(t.Context(), s.dana, last.Number, "", ""); err != nil || p.Bundle != nil || len(p.Members) != 0 {
		t.Errorf("an agency sees the bundle: %+v (%v)", p, err)
	}
	for who, a := range map[string]auth.Actor{"nobody": {}, "an agency": s.dana, "an auditor": s.al} {
		if err := s.web.TakeOut(t.Context(), a, last.Number); models.KindOf(err) != models.Forbidden {
			t.Errorf("%s: %v", who, err)
		}
	}
	if err := s.web.TakeOut(t.Context(), s.avery, last.Number); err != nil {
		t.Fatal(err)
	}
	s.link(last)
	if s.desk(last) != models.DeskWaiting {
		t.Errorf("taken out, it is %s; want it to wait again and stay out", s.desk(last))
	}
	if err := s.web.TakeOut(t.Context(), s.avery, last.Number); models.KindOf(err) != models.Conflict {
		t.Errorf("twice: %v", err)
	}
}

func TestBatchesOfOneFileAreOneRow(t *testing.T) {
	s := newSite(t)
	var list []models.Report
	for i := range 3 {
		r := s.Report(t, s.chat, fmt.Sprintf("b%d@mail.example", i), func(r *models.Report, _ *[]models.Identifier) {
			r.Batched, r.Desk, r.Priority = true, models.DeskWaiting, 3
		})
		s.file(r, "batch.png")
		s.link(r)
		list = append(list, r)
	}
	if s.desk(list[0]) != models.DeskWaiting || s.desk(list[1]) != models.DeskDone || s.desk(list[2]) != models.DeskDone {
		t.Errorf("desk %s %s %s", s.desk(list[0]), s.desk(list[1]), s.desk(list[2]))
	}
}

func TestALinkIsConfirmedRejectedAndMadeByHand(t *testing.T) {
	s := newSite(t)
	first, second := s.supplement()
	s.Refer(t, first, s.bay)
	s.Refer(t, second, s.bay)
	s.link(second)
	l := s.links()[0]
	decide := func(a auth.Actor, number int64, why string, version int) error {
		return s.web.Decide(t.Context(), a, number, l.ID, false, why, version)
	}
	third := s.Report(t, s.chat, "three@mail.example", nil)
	for what, c := range map[string]struct {
		err  error
		kind models.Kind
	}{
		"nobody":          {decide(auth.Actor{}, first.Number, "x", 1), models.Forbidden},
		"an agency":       {decide(s.dana, first.Number, "x", 1), models.Forbidden},
		"no such report":  {decide(s.avery, 7, "x", 1), models.NotFound},
		"another report":  {decide(s.avery, third.Number, "x", 1), models.NotFound},
		"no reason":       {decide(s.avery, first.Number, " ", 1), models.Invalid},
		"an old form":     {decide(s.avery, first.Number, "x", 4), models.Conflict},
		"itself":          {s.web.ByHand(t.Context(), s.avery, first.Number, first.Number, models.LinkDuplicate, "x"), models.Invalid},
		"linked already":  {s.web.ByHand(t.Context(), s.avery, first.Number, second.Number, models.LinkDuplicate, "x"), models.Invalid},
		"no such other":   {s.web.ByHand(t.Context(), s.avery, first.Number, 8, models.LinkDuplicate, "x"), models.Invalid},
		"an agency links": {s.web.ByHand(t.Context(), s.dana, first.Number, second.Number, models.LinkDuplicate, "x"), models.Forbidden},
	} {
		if models.KindOf(c.err) != c.kind || c.err == nil {
			t.Errorf("%s: %v", what, c.err)
		}
	}
	if now := s.links()[0]; now.State != models.LinkFound || now.Version != 1 {
		t.Fatalf("it was changed: %+v", now)
	}
	if err := decide(s.avery, first.Number, "another matter", 1); err != nil {
		t.Fatal(err)
	}
	s.link(second)
	if all := s.links(); len(all) != 1 || all[0].State != models.LinkRejected || all[0].DecidedByName != "Avery" {
		t.Errorf("links %+v, want it rejected and not found again", all)
	}
	if err := s.web.ByHand(t.Context(), s.avery, first.Number, third.Number, models.LinkSameIncident, "the same wording"); err != nil {
		t.Fatal(err)
	}
	if all := s.links(); len(all) != 2 || all[1].State != models.LinkConfirmed || all[1].How != "by-hand" {
		t.Errorf("links %+v", all)
	}
	// Dana holds the first and not the third.
	if p, err := s.web.Links(t.Context(), s.dana, first.Number, "", ""); err != nil || len(p.Links) != 1 || p.Links[0].Other != second.Number {
		t.Errorf("dana sees %+v (%v)", p, err)
	}
}
