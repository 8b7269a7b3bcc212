package pools_test

import (
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/pools"
	"reeve/models/routing"
	"reeve/models/store"
	"reeve/models/storetest"
	"reeve/models/triage"
)

type site struct {
	*storetest.DB
	t                *testing.T
	provider         models.Provider
	agency           map[string]models.Agency
	house            models.Agency
	avery, sam, dana auth.Actor
	svc              *pools.Service
}

// newSite has a divided state, an undivided one, the pools and a clearinghouse.
func newSite(t *testing.T) *site {
	t.Helper()
	d := storetest.New(t)
	s := &site{DB: d, t: t, provider: d.Provider(t, "Example Chat"), agency: map[string]models.Agency{}, svc: pools.New(d.Web)}
	for _, row := range routing.DefaultTerritory() {
		if row.State != "CA" && row.State != "OH" && !routing.IsPool(row.Code) {
			continue
		}
		if _, there := s.agency[row.Code]; !there {
			if routing.IsPool(row.Code) {
				s.agency[row.Code] = d.Pool(t, row.Code)
			} else {
				s.agency[row.Code] = d.Agency(t, row.Code)
			}
		}
		d.Setup(t, func(tx *store.Tx) error {
			return tx.Create(&models.Territory{ID: store.NewID(), AgencyID: s.agency[row.Code].ID, Country: row.Country, State: row.State, County: row.County,
				HolderKind: row.Kind, Basis: row.Basis, Certainty: string(row.Certainty), Source: row.Source}).Error
		})
	}
	s.house = d.Clearinghouse(t)
	s.avery, s.sam = d.Person(t, s.house, "Avery", auth.Analyst), d.Person(t, s.house, "Sam", auth.DeskSupervisor)
	s.dana = d.Person(t, s.agency["ca-silicon-valley"], "Dana", auth.Investigator, auth.Supervisor)
	return s
}

// lost makes a report of which nothing but the country is known, routed into its pool.
func (s *site) lost(urgency int16) models.Report {
	s.t.Helper()
	r := s.Report(s.t, s.provider, uuid.NewString()+"@mail.example", func(r *models.Report, _ *[]models.Identifier) {
		r.RoutingRound = 0
		r.Reported.Subjects[0].Person.Addresses = []models.ReportedAddress{{Country: "US"}}
	})
	s.route(r, 1)
	if urgency > 0 {
		s.Setup(s.t, func(tx *store.Tx) error {
			return tx.Exec("update referrals set urgency = ? where report_id = ?", urgency, r.ID).Error
		})
	}
	return r
}

func (s *site) route(r models.Report, round int16) {
	s.t.Helper()
	if err := triage.New(s.Work, nil).Route(s.t.Context(), r.ID, round); err != nil {
		s.t.Fatal(err)
	}
}

// at answers the referrals of a report by the agency's code, the closed ones too.
func (s *site) at(r models.Report) map[string]models.Referral {
	s.t.Helper()
	out := map[string]models.Referral{}
	s.Setup(s.t, func(tx *store.Tx) error {
		var list []models.Referral
		err := tx.Where("report_id = ?", r.ID).Find(&list).Error
		for _, f := range list {
			for code, a := range s.agency {
				if a.ID == f.AgencyID {
					out[code] = f
				}
			}
		}
		return err
	})
	return out
}

func (s *site) refused(who string, err error, want models.Kind) {
	s.t.Helper()
	if models.KindOf(err) != want {
		s.t.Errorf("%s: %v, want kind %d", who, err, want)
	}
}

const unknown = routing.PoolUSUnknown

func TestAReportInAPoolIsClaimedByOne(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	r := s.lost(0)
	ctx := t.Context()
	s.refused("nobody", s.svc.Claim(ctx, auth.Actor{}, unknown, r.Number), models.Forbidden)
	s.refused("an agency", s.svc.Claim(ctx, s.dana, unknown, r.Number), models.Forbidden)
	s.refused("no such report", s.svc.Claim(ctx, s.avery, unknown, 9), models.NotFound)
	s.refused("no such pool", s.svc.Claim(ctx, s.avery, "pool-none", r.Number), models.NotFound)
	s.refused("an agency as a pool", s.svc.Claim(ctx, s.avery, "ca-silicon-valley", r.Number), models.NotFound)
	if f := s.at(r)[unknown]; f.AssigneeID != nil {
		t.Fatalf("claimed by %s after nothing but refusals", f.Assignee)
	}
	if err := s.svc.Claim(ctx, s.avery, unknown, r.Number); err != nil {
		t.Fatal(err)
	}
	s.refused("a colleague", s.svc.Claim(ctx, s.sam, unknown, r.Number), models.Conflict)
	if f := s.at(r)[unknown]; f.Assignee != "Avery" || f.State != models.ReferralTaken {
		t.Errorf("held by %q, state %s; want Avery, taken", f.Assignee, f.State)
	}
	mine, err := s.svc.Read(ctx, s.avery, unknown, pools.Mine, "")
	if err != nil || len(mine.Rows) != 1 {
		t.Errorf("Avery's own: %+v (%v), want the report", mine, err)
	}
	// A colleague without the say cannot take it away; a supervisor can.
	jo := s.Person(t, s.house, "Jo", auth.Analyst)
	s.refused("a colleague puts it back", s.svc.PutBack(ctx, jo, unknown, r.Number), models.Conflict)
	if err := s.svc.PutBack(ctx, s.sam, unknown, r.Number); err != nil {
		t.Fatal(err)
	}
	s.refused("twice", s.svc.PutBack(ctx, s.sam, unknown, r.Number), models.Conflict)
	if f := s.at(r)[unknown]; f.AssigneeID != nil || f.State != models.ReferralNew {
		t.Errorf("after it was put back: held by %q, state %s", f.Assignee, f.State)
	}
}

func TestManyWhoTakeTheNextNeverGetTheSame(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	const reports = 8
	var urgent models.Report
	for i := range reports {
		r := s.lost(0)
		if i == 3 {
			urgent = r
			s.Setup(t, func(tx *store.Tx) error {
				return tx.Exec("update referrals set urgency = 7 where report_id = ?", r.ID).Error
			})
		}
	}
	first, err := s.svc.ClaimNext(t.Context(), s.avery, unknown)
	if err != nil || first != urgent.Number {
		t.Fatalf("the first is %d (%v), want the urgent %d", first, err, urgent.Number)
	}
	var mu sync.Mutex
	got := map[int64]int{first: 1}
	var all sync.WaitGroup
	for i := range reports + 4 {
		who := s.avery
		if i%2 == 1 {
			who = s.sam
		}
		all.Go(func() {
			n, err := s.svc.ClaimNext(t.Context(), who, unknown)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			if n != 0 {
				got[n]++
			}
		})
	}
	all.Wait()
	if len(got) != reports {
		t.Errorf("%d reports were handed out, there are %d", len(got), reports)
	}
	for n, times := range got {
		if times != 1 {
			t.Errorf("report %d was handed out %d times", n, times)
		}
	}
}

func TestWhoAnswersForAPool(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ctx := t.Context()
	in := pools.Terms{Owner: s.avery.UserID, Hours: 24}
	s.refused("nobody", s.svc.SetTerms(ctx, auth.Actor{}, unknown, in), models.Forbidden)
	s.refused("an analyst", s.svc.SetTerms(ctx, s.avery, unknown, in), models.Forbidden)
	s.refused("an agency", s.svc.SetTerms(ctx, s.dana, unknown, in), models.Forbidden)
	s.refused("no such pool", s.svc.SetTerms(ctx, s.sam, "pool-none", in), models.NotFound)
	s.refused("somebody elsewhere", s.svc.SetTerms(ctx, s.sam, unknown, pools.Terms{Owner: s.dana.UserID, Hours: 24}), models.Invalid)
	s.refused("no hours", s.svc.SetTerms(ctx, s.sam, unknown, pools.Terms{}), models.Invalid)
	s.refused("too many hours", s.svc.SetTerms(ctx, s.sam, unknown, pools.Terms{Hours: 2161}), models.Invalid)
	if err := s.svc.SetTerms(ctx, s.sam, unknown, in); err != nil {
		t.Fatal(err)
	}
	s.refused("an old form", s.svc.SetTerms(ctx, s.sam, unknown, pools.Terms{Hours: 1}), models.Conflict)
	if err := s.svc.SetTerms(ctx, s.sam, unknown, pools.Terms{Owner: s.avery.UserID, Hours: 12, Version: 1}); err != nil {
		t.Fatal(err)
	}
	list, err := s.svc.List(ctx, s.avery)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range list {
		want := models.PoolTerms{Hours: models.PoolHours}
		if p.Code == unknown {
			want = models.PoolTerms{OwnerName: "Avery", Hours: 12}
		}
		if p.Terms.OwnerName != want.OwnerName || p.Terms.Hours != want.Hours {
			t.Errorf("%s: %+v", p.Code, p.Terms)
		}
	}
	_, err = s.svc.List(ctx, s.dana)
	s.refused("an agency lists the pools", err, models.Forbidden)
}

func TestWhatLiesTooLongInAPoolGoesBackToTheDesk(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	ctx := t.Context()
	if err := s.svc.SetTerms(ctx, s.sam, unknown, pools.Terms{Owner: s.sam.UserID, Hours: 24}); err != nil {
		t.Fatal(err)
	}
	r := s.lost(0)
	s.Setup(t, func(tx *store.Tx) error { return tx.Exec("update reports set desk = 'done' where id = ?", r.ID).Error })
	upkeep := pools.New(s.Work)
	s.Clock.Advance(23 * time.Hour)
	if n, err := upkeep.ReturnLate(ctx); n != 0 || err != nil {
		t.Fatalf("an hour before the clock runs out: %d (%v)", n, err)
	}
	s.Clock.Advance(2 * time.Hour)
	if n, err := upkeep.ReturnLate(ctx); n != 1 || err != nil {
		t.Fatalf("after it ran out: %d (%v), want one", n, err)
	}
	if n, err := upkeep.ReturnLate(ctx); n != 0 || err != nil {
		t.Fatalf("again: %d (%v), want none", n, err)
	}
	var rep models.Report
	s.Setup(t, func(tx *store.Tx) error { return tx.Where("id = ?", r.ID).Take(&rep).Error })
	if rep.Desk != models.DeskWaiting || rep.DeskWhy == "" || !s.at(r)[unknown].Overdue {
		t.Errorf("desk %s (%s), overdue %v", rep.Desk, rep.DeskWhy, s.at(r)[unknown].Overdue)
	}
	late, err := s.svc.Read(ctx, s.avery, unknown, pools.Late, "")
	if err != nil || len(late.Rows) != 1 {
		t.Errorf("what is late: %+v (%v)", late, err)
	}
}
