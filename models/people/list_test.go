package people_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/people"
)

func (o *office) names(t testing.TB, a auth.Actor, f people.Filter) []string {
	t.Helper()
	p, err := o.people.List(t.Context(), a, f)
	if err != nil {
		t.Fatalf("%s lists %+v: %v", a.Name, f, err)
	}
	names := []string{}
	for _, r := range p.Rows {
		names = append(names, r.Name)
	}
	return names
}

func TestAListHoldsTheAgencysPeopleAndItsWorklists(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	old := o.Clock.Now()
	o.Clock.Advance(100 * 24 * time.Hour)
	waiting, invited := o.Person(t, o.bay, "Waiting", auth.Investigator), o.Person(t, o.bay, "Invited", auth.ReadOnly)
	left, out := o.Person(t, o.bay, "Left", auth.Investigator), o.Person(t, o.bay, "Out", auth.Investigator)
	gone := o.Person(t, o.bay, "Gone", auth.Investigator)
	o.exec(t, "update users set approved_at = created_at where agency_id = ?", o.bay.ID)
	o.exec(t, "update users set state = 'waiting', approved_at = null where id = ?", waiting.UserID)
	o.exec(t, "update users set state = 'invited', approved_at = null, subject = null where id = ?", invited.UserID)
	o.exec(t, "update users set state = 'removed' where id in (?, ?)", left.UserID, gone.UserID)
	o.exec(t, "update users set state = 'suspended' where id = ?", out.UserID)
	o.exec(t, "update users set last_sign_in_at = ? where id <> ?", o.Clock.Now(), o.dana.UserID)
	// Reviews count from the last one or from the beginning.
	o.exec(t, "update users set recertified_at = ?, created_at = ?", o.Clock.Now(), old)
	o.exec(t, "update users set recertified_at = null, created_at = ? where id = ?", o.Clock.Now().Add(-models.RecertifyAfter+people.ReviewAhead), o.sup.UserID)
	o.working(t, o.bay, left, 2, models.ReferralTaken)
	o.working(t, o.bay, out, 1, models.ReferralWorking)
	o.working(t, o.bay, gone, 1, models.ReferralClosed)
	o.working(t, o.bay, o.dana, 3, models.ReferralTaken)

	for view, want := range map[people.View][]string{
		people.Everybody: {"Dana", "Ines", "Invited", "Noor", "Out", "Sup", "Waiting"}, people.ToApprove: {"Invited", "Waiting"}, people.ToReview: {"Sup"},
		people.Idle: {"Dana"}, people.Leavers: {"Left", "Out"}, people.Invited: {"Invited"}, people.Suspended: {"Out"}, people.Removed: {"Gone", "Left"},
	} {
		if got := o.names(t, o.noor, people.Filter{View: view}); !slices.Equal(got, want) {
			t.Errorf("the list %q: %q, want %q", view, got, want)
		}
	}
	p, err := o.people.List(t.Context(), o.noor, people.Filter{View: people.Leavers})
	if err != nil {
		t.Fatal(err)
	}
	if want := (people.Counts{ToApprove: 2, ToReview: 1, Idle: 1, Leavers: 2}); p.Counts != want {
		t.Errorf("counted %+v, want %+v", p.Counts, want)
	}
	if p.Rows[0].Open != 2 || p.Rows[1].Open != 1 {
		t.Errorf("open work %d and %d, want 2 and 1", p.Rows[0].Open, p.Rows[1].Open)
	}
	// From above the same figures are seen, from the clearinghouse too.
	if p, err = o.people.List(t.Context(), o.sam, people.Filter{Agency: "bay", View: people.Leavers}); err != nil || p.Counts.Leavers != 2 || p.Rows[0].Open != 2 {
		t.Errorf("the clearinghouse sees %+v (%v)", p, err)
	}
	if e := o.last(t); e.Action != "users.listed" || len(e.Concerns) != 1 || e.Concerns[0] != o.bay.ID {
		t.Errorf("written as %+v", e)
	}
	// A review is due to the minute.
	o.exec(t, "update users set created_at = ? where id = ?", o.Clock.Now().Add(-models.RecertifyAfter+people.ReviewAhead+time.Second), o.sup.UserID)
	if got := o.names(t, o.noor, people.Filter{View: people.ToReview}); len(got) != 0 {
		t.Errorf("a second early: %q", got)
	}
}

func TestWhoseListsOneMaySee(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	pool := o.Pool(t, "us-pool")
	for _, c := range []struct {
		who  auth.Actor
		code string
		want models.Kind
	}{
		{o.noor, "", 0}, {o.noor, "bay", 0}, {o.noor, "below", 0}, {o.noor, "beside", models.NotFound}, {o.noor, "clearinghouse", models.NotFound}, {o.noor, "nowhere", models.NotFound},
		{o.noor, pool.Code, models.NotFound}, {o.sam, pool.Code, models.NotFound}, {o.noor, "x' or true", models.NotFound}, {o.noor, "\xff\x00", models.NotFound}, {o.noor, strings.Repeat("x", 5000), models.NotFound},
		{o.sup, "below", 0}, {o.robin, "", 0}, {o.robin, "bay", models.NotFound}, {o.kit, "bay", models.NotFound}, {o.sam, "", 0}, {o.sam, "bay", 0}, {o.sam, "beside", 0},
		{o.dana, "", models.Forbidden}, {o.avery, "", models.Forbidden}, {auth.Actor{}, "", models.Forbidden}, {auth.ByDirectory(o.bay.ID, "t"), "", models.Forbidden},
	} {
		_, err := o.people.List(t.Context(), c.who, people.Filter{Agency: c.code})
		if (c.want == 0) != (err == nil) || err != nil && kind(err) != c.want {
			t.Errorf("%s lists %q: %v, want kind %v", c.who.Name, clip(c.code), err, c.want)
		}
	}
	_, not := o.people.List(t.Context(), o.noor, people.Filter{Agency: "beside"})
	notLine := o.last(t)
	_, none := o.people.List(t.Context(), o.noor, people.Filter{Agency: "nowhere"})
	if noneLine := o.last(t); not.Error() != none.Error() || notLine.Words != noneLine.Words || !notLine.Refused || notLine.Action != noneLine.Action {
		t.Errorf("another's agency and none differ: %v, %v; %+v, %+v", not, none, notLine, noneLine)
	}
}

func clip(s string) string {
	if len(s) > 30 {
		return s[:30]
	}
	return s
}

func TestAFilterThatCannotBeIsSaid(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for field, f := range map[string]people.Filter{"view": {View: "nothing"}, "q": {Search: "\x00"}, "role": {Role: "king"}, "after": {After: o.dana.UserID, Before: o.noor.UserID}} {
		if _, err := o.people.List(t.Context(), o.noor, f); kind(err) != models.Invalid || models.FieldsOf(err)[field] == "" {
			t.Errorf("%+v: %v, want Invalid on %s", f, err, field)
		}
	}
	for _, search := range []string{"\xff", strings.Repeat("x", 101)} {
		if _, err := o.people.List(t.Context(), o.noor, people.Filter{Search: search}); kind(err) != models.Invalid {
			t.Errorf("%q: %v", clip(search), err)
		}
	}
}

func TestPeopleAreFoundByTheBeginningOfAWordOrOfTheAddress(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for name, email := range map[string]string{"Mary Haddad": "m.haddad@bay.example", "Ha_dy 100%": "hardy@bay.example", "Şule Öz": "sule@bay.example"} {
		p := o.Person(t, o.bay, "X"+uuid.NewString()[:8], auth.Investigator)
		o.exec(t, "update users set name = ?, email = ? where id = ?", name, email, p.UserID)
	}
	for search, want := range map[string][]string{
		"mary": {"Mary Haddad"}, "HADD": {"Mary Haddad"}, "add": {}, "m.had": {"Mary Haddad"}, "ha": {"Ha_dy 100%", "Mary Haddad"}, "ha_": {"Ha_dy 100%"}, "100%": {"Ha_dy 100%"},
		"%": {}, "_": {}, `\`: {}, "öz": {"Şule Öz"}, " noor ": {"Noor"}, "dana@bay.example": {"Dana"}, "nobody": {}, "kit": {},
	} {
		if got := o.names(t, o.noor, people.Filter{Search: search}); !slices.Equal(got, want) {
			t.Errorf("%q finds %q, want %q", search, got, want)
		}
	}
	if got := o.names(t, o.noor, people.Filter{Role: auth.Supervisor}); !slices.Equal(got, []string{"Noor", "Sup"}) {
		t.Errorf("supervisors: %q", got)
	}
}

// crowd makes n people of the agency: most active, some of each other state, some
// of whom are idle, due or not approved.
func (o *office) crowd(t testing.TB, a models.Agency, n int) {
	t.Helper()
	o.exec(t, `insert into users (id, agency_id, issuer_id, subject, email, name, roles, state, created_at, approved_at, recertified_at, last_sign_in_at)
		select gen_random_uuid(), ?, (select id from issuers where agency_id = ? limit 1), 's' || g, 'person' || g || '@' || ?, 'Person ' || md5(g::text), '{investigator}',
		  case when g % 10 < 6 then 'active' when g % 10 = 6 then 'waiting' when g % 10 = 7 then 'suspended' else 'removed' end,
		  ?::timestamptz - interval '400 days', case when g % 20 = 6 then null else ?::timestamptz end, case when g % 3 = 0 then null else ?::timestamptz end,
		  ?::timestamptz - (g % 200) * interval '1 day'
		from generate_series(1, ?) g`, a.ID, a.ID, a.Code+".example", o.Clock.Now(), o.Clock.Now(), o.Clock.Now(), o.Clock.Now(), n)
	o.exec(t, "analyze users")
}

func TestPagesFollowOnOneAnotherBothWays(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.crowd(t, o.below, 400)
	o.exec(t, "update users set name = 'Same Name' where email like 'person1%' and agency_id = ?", o.below.ID) // ties go by id
	for _, view := range people.Views() {
		var all []uuid.UUID
		f := people.Filter{Agency: "below", View: view}
		var pages []*people.Page
		for {
			p, err := o.people.List(t.Context(), o.noor, f)
			if err != nil {
				t.Fatal(err)
			}
			pages = append(pages, p)
			for _, r := range p.Rows {
				all = append(all, r.ID)
			}
			if p.After == uuid.Nil {
				break
			}
			f.After = p.After
		}
		where, want := map[people.View]string{people.Everybody: "state <> 'removed'", people.Removed: "state = 'removed'", people.Suspended: "state = 'suspended'"}[view], 0
		if where != "" {
			if want = o.count(t, "select count(*) from users where agency_id = ? and "+where, o.below.ID); len(all) != want {
				t.Errorf("the list %q shows %d people, want %d", view, len(all), want)
			}
		}
		seen := map[uuid.UUID]bool{}
		for _, id := range all {
			if seen[id] {
				t.Fatalf("the list %q shows %v twice", view, id)
			}
			seen[id] = true
		}
		for i := len(pages) - 1; i > 0; i-- {
			back, err := o.people.List(t.Context(), o.noor, people.Filter{Agency: "below", View: view, Before: pages[i].Before})
			if err != nil {
				t.Fatal(err)
			}
			if fmt.Sprint(ids(back)) != fmt.Sprint(ids(pages[i-1])) || back.After != pages[i-1].After || (back.Before == uuid.Nil) != (i == 1) {
				t.Fatalf("the list %q: the way back to page %d is another", view, i)
			}
		}
		if pages[0].Before != uuid.Nil {
			t.Errorf("the list %q: the first page leads back", view)
		}
	}
	// A place that is nobody's, or somebody else's, is the end of the list.
	for _, id := range []uuid.UUID{uuid.New(), o.kit.UserID} {
		if p, err := o.people.List(t.Context(), o.noor, people.Filter{After: id}); err != nil || len(p.Rows) != 0 {
			t.Errorf("after nobody: %d rows, %v", len(p.Rows), err)
		}
	}
}

func ids(p *people.Page) (out []uuid.UUID) {
	for _, r := range p.Rows {
		out = append(out, r.ID)
	}
	return out
}

// With ten thousand people a page must stay cheap: a list reads in step with its
// page, a worklist or search at worst with the agency once.
func TestAListOfTenThousandStaysCheap(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.crowd(t, o.bay, 10_000)
	o.crowd(t, o.beside, 10_000)
	whole := o.count(t, "select pg_relation_size('users') / 8192") // both agencies
	for _, who := range []auth.Actor{o.noor, o.sam} {
		for _, view := range people.Views() {
			for name, f := range map[string]people.Filter{"first page": {Agency: "bay", View: view}, "search": {Agency: "bay", View: view, Search: "person f"}, "rare search": {Agency: "bay", View: view, Search: "zzz"}} {
				total := 0
				var plans []string
				for _, s := range o.Statements(t, func() {
					if _, err := o.people.List(t.Context(), who, f); err != nil {
						t.Fatal(err)
					}
				}) {
					if strings.HasPrefix(strings.TrimSpace(strings.ToLower(s.SQL)), "insert") {
						continue
					}
					p := o.Explain(t, who, s, false)
					total += p.Buffers
					plans = append(plans, fmt.Sprint(p.Buffers), s.SQL, p.Text)
				}
				limit := 900 // a load of some nine for each row, the counts, the page
				if name != "first page" || view == people.ToReview || view == people.Idle {
					limit = whole + 900
				}
				t.Logf("%s, %q, %s: %d buffers", who.Name, view, name, total)
				if total > limit {
					t.Errorf("%s, %q, %s: %d buffers, want at most %d\n%s", who.Name, view, name, total, limit, strings.Join(plans, "\n"))
				}
			}
		}
	}
}
