package deconflict

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

// site is two agencies and a provider.
type site struct {
	*storetest.DB
	t             *testing.T
	provider      models.Provider
	bay, boroughs models.Agency
	dana, lee     auth.Actor
}

func newSite(t *testing.T) *site {
	t.Helper()
	d := storetest.New(t)
	s := &site{DB: d, t: t, provider: d.Provider(t, "Example Chat"), bay: d.Agency(t, "bay"), boroughs: d.Agency(t, "boroughs")}
	s.dana, s.lee = d.Person(t, s.bay, "Dana", auth.Investigator), d.Person(t, s.boroughs, "Lee", auth.Investigator)
	return s
}

// hold refers a report with the identifiers to the agency and matches it.
func (s *site) hold(a models.Agency, ids ...models.Identifier) models.Report {
	s.t.Helper()
	rep := s.Report(s.t, s.provider, "x@mail.example", func(r *models.Report, list *[]models.Identifier) {
		*list = nil
		for _, id := range ids {
			id.ID, id.ReportID = store.NewID(), r.ID
			*list = append(*list, id)
		}
	})
	s.Refer(s.t, rep, a)
	if err := New(s.Work).Match(s.t.Context(), rep.ID, a.ID); err != nil {
		s.t.Fatal(err)
	}
	return rep
}

func (s *site) hits(who auth.Actor) []Hit {
	s.t.Helper()
	p, err := New(s.Web).Hits(s.t.Context(), who, "")
	if err != nil {
		s.t.Fatal(err)
	}
	return p.Hits
}

func id(kind, whose, value string) models.Identifier {
	return storetest.TestIdentifier(uuid.Nil, kind, whose, value)
}

func TestBothAgenciesAreToldOfASharedIdentifierAndNothingElse(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	mine := s.hold(s.bay, id("email", "subject", "one@mail.example"), id("phone", "subject", "+12025550111"))
	if got := s.hits(s.dana); len(got) != 0 {
		t.Fatalf("alone, Dana has hits: %+v", got)
	}
	theirs := s.hold(s.boroughs, id("email", "subject", "one@mail.example"))
	for _, c := range []struct {
		who   auth.Actor
		own   models.Report
		other models.Agency
	}{{s.dana, mine, s.boroughs}, {s.lee, theirs, s.bay}} {
		got := s.hits(c.who)
		if len(got) != 1 || got[0].Number != c.own.Number || got[0].Value != "one@mail.example" || !got[0].New {
			t.Fatalf("%s sees %+v, want one new hit on own report %d", c.who.Name, got, c.own.Number)
		}
		if len(got[0].Holders) != 1 || got[0].Holders[0].Agency != c.other.Name || got[0].Holders[0].Phone == "" {
			t.Errorf("%s sees holders %+v, want %s with whom to call", c.who.Name, got[0].Holders, c.other.Name)
		}
	}
	for _, r := range []struct {
		rep    models.Report
		agency models.Agency
	}{{mine, s.bay}, {theirs, s.boroughs}} {
		var shared int
		s.Setup(t, func(tx *store.Tx) error {
			return tx.Raw("select shared from referrals where report_id = ? and agency_id = ?", r.rep.ID, r.agency.ID).Row().Scan(&shared)
		})
		if shared != 1 {
			t.Errorf("report %d at %s is marked with %d shared identifiers, want 1", r.rep.Number, r.agency.Code, shared)
		}
	}
}

func TestMatchingAgainChangesNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.hold(s.bay, id("email", "subject", "one@mail.example"))
	rep := s.hold(s.boroughs, id("email", "subject", "one@mail.example"))
	before := s.hits(s.dana)
	s.Clock.Advance(time.Hour)
	if err := New(s.Work).Match(t.Context(), rep.ID, s.boroughs.ID); err != nil {
		t.Fatal(err)
	}
	var notices, links int
	s.Setup(t, func(tx *store.Tx) error {
		return tx.Raw("select (select count(*) from deconfliction_notices), (select links from match_stats)").Row().Scan(&notices, &links)
	})
	if notices != 2 || links != 2 {
		t.Errorf("after matching twice: %d notices, %d links counted, want 2 and 2", notices, links)
	}
	if after := s.hits(s.dana); !after[0].At.Equal(before[0].At) && s.hits(s.lee)[0].New != true {
		t.Errorf("the hit moved from %v to %v", before[0].At, after[0].At)
	}
}

func TestWhoseIdentifierItIsIsRespected(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		here, there string
		want        int
	}{
		{"subject", "subject", 1}, {"subject", "recipient", 1}, {"unknown", "subject", 1},
		{"subject", "victim", 0}, {"victim", "subject", 0}, {"victim", "victim", 0}, {"reporter", "subject", 0}, {"subject", "reporter", 0},
	} {
		t.Run(c.here+" against "+c.there, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			s.hold(s.bay, id("email", c.here, "one@mail.example"))
			s.hold(s.boroughs, id("email", c.there, "one@mail.example"))
			if d, l := len(s.hits(s.dana)), len(s.hits(s.lee)); d != c.want || l != c.want {
				t.Errorf("hits: Dana %d, Lee %d, want %d each", d, l, c.want)
			}
		})
	}
}

func TestAnAddressMatchesOnlyNearItsTime(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		apart time.Duration
		want  int
	}{{23 * time.Hour, 1}, {25 * time.Hour, 0}} {
		t.Run(c.apart.String(), func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			at, later := storetest.Start, storetest.Start.Add(c.apart)
			a, b := id("ip", "subject", "192.0.2.7"), id("ip", "subject", "192.0.2.7")
			a.At, b.At = &at, &later
			s.hold(s.bay, a)
			s.hold(s.boroughs, b)
			if got := len(s.hits(s.dana)); got != c.want {
				t.Errorf("%d hits at %v apart, want %d", got, c.apart, c.want)
			}
		})
	}
}

func TestAValueSharedByTooManySubjectsIsNoHit(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for i := range 51 {
		s.hold(s.bay, id("email", "subject", "support@mail.example"), id("phone", "subject", fmt.Sprintf("+1202555%04d", i)))
	}
	s.hold(s.boroughs, id("email", "subject", "support@mail.example"))
	if got := s.hits(s.lee); len(got) != 0 {
		t.Errorf("a value of 52 different subjects made a hit: %+v", got)
	}
}

func TestAFileIsOneHitAndNotThree(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	file := []models.Identifier{id("hash_md5", "unknown", "aa"), id("hash_sha1", "unknown", "bb"), id("hash_sha256", "unknown", "cc")}
	s.hold(s.bay, file...)
	s.hold(s.boroughs, file...)
	if got := s.hits(s.dana); len(got) != 1 || got[0].Kind != "hash_sha256" {
		t.Errorf("hits %+v, want the SHA-256 alone", got)
	}
}

func TestOneReportAtTwoAgenciesIsNoHitOfItself(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	rep := s.hold(s.bay, id("email", "subject", "one@mail.example"))
	s.Refer(t, rep, s.boroughs)
	if err := New(s.Work).Match(t.Context(), rep.ID, s.boroughs.ID); err != nil {
		t.Fatal(err)
	}
	if d, l := len(s.hits(s.dana)), len(s.hits(s.lee)); d != 0 || l != 0 {
		t.Errorf("hits: Dana %d, Lee %d, want none", d, l)
	}
	for _, c := range []struct {
		who   auth.Actor
		asks  models.Agency
		holds int
	}{{s.dana, s.bay, 1}, {s.lee, s.boroughs, 1}, {s.lee, s.bay, 0}} {
		var n int
		err := s.Web.As(t.Context(), c.who, func(tx *store.Tx) error {
			return tx.Raw("select count(*) from report_holders(?, ?)", rep.ID, c.asks.ID).Row().Scan(&n)
		})
		if err != nil || n != c.holds {
			t.Errorf("%s asks as %s who else holds the report: %d (%v), want %d", c.who.Name, c.asks.Code, n, err, c.holds)
		}
	}
}

func TestASeenHitIsOnesOwn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.hold(s.bay, id("email", "subject", "one@mail.example"))
	s.hold(s.boroughs, id("email", "subject", "one@mail.example"))
	hit := s.hits(s.dana)[0]
	svc := New(s.Web)
	if err := svc.Seen(t.Context(), auth.Actor{}, hit.ID); models.KindOf(err) != models.Forbidden {
		t.Errorf("nobody: %v, want forbidden", err)
	}
	if err := svc.Seen(t.Context(), s.lee, hit.ID); models.KindOf(err) != models.NotFound {
		t.Errorf("another agency: %v, want not found", err)
	}
	if err := svc.Seen(t.Context(), s.dana, uuid.Must(uuid.NewV7())); models.KindOf(err) != models.NotFound {
		t.Errorf("no such hit: %v, want not found", err)
	}
	if !s.hits(s.dana)[0].New {
		t.Error("the hit was marked by somebody else")
	}
	if err := svc.Seen(t.Context(), s.dana, hit.ID); err != nil || s.hits(s.dana)[0].New {
		t.Errorf("the owner: %v, still new %v", err, s.hits(s.dana)[0].New)
	}
}

func TestPointersAnswerNothingAboutAnothersReport(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	rep := s.hold(s.bay, id("email", "subject", "one@mail.example"))
	s.hold(s.boroughs, id("email", "subject", "one@mail.example"))
	for _, agency := range []models.Agency{s.bay, s.boroughs} {
		var n int
		err := s.Web.As(t.Context(), s.lee, func(tx *store.Tx) error {
			return tx.Raw("select count(*) from deconfliction_pointers(?, ?)", rep.ID, agency.ID).Row().Scan(&n)
		})
		if err != nil || n != 0 {
			t.Errorf("Lee asked about Dana's report as %s and got %d rows (%v)", agency.Code, n, err)
		}
	}
}
