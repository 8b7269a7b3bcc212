package agencies_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"reeve/auth"
	"reeve/models"
	"reeve/models/agencies"
	"reeve/models/store"
)

func TestTheListShowsRootsAllClosedAndThoseApart(t *testing.T) {
	t.Parallel()
	s := setup(t)
	ctx, sam := t.Context(), s.who["clearinghouse"]
	s.db.Setup(t, func(tx *store.Tx) error {
		if err := tx.Exec("update agencies set ori = 'CA0430000' where code = 'post'").Error; err != nil {
			return err
		}
		return tx.Exec("insert into agency_domains (agency_id, domain, asked_at) values (?, 'post.example', now())", s.by["post"].ID).Error
	})
	if _, err := s.svc.Close(ctx, sam, "sister", "merged into the hub", s.by["sister"].Version); err != nil {
		t.Fatal(err)
	}
	s.db.Agency(t, "empty")
	for _, c := range []struct {
		f    agencies.Filter
		want []string
	}{
		{agencies.Filter{}, []string{"empty", "hub", "other"}},
		{agencies.Filter{Which: agencies.All}, []string{"empty", "hub", "other", "post", "unit"}},
		{agencies.Filter{Which: agencies.Closed}, []string{"sister"}},
		{agencies.Filter{Which: agencies.Apart}, []string{"clearinghouse", "pool"}},
		{agencies.Filter{Which: agencies.NoAdmin}, []string{"empty"}},
		{agencies.Filter{Words: " POS "}, []string{"post"}},
		{agencies.Filter{Words: "ca0430000"}, []string{"post"}},
		{agencies.Filter{Words: "%"}, nil},
		{agencies.Filter{Words: "_nit"}, nil},
		{agencies.Filter{Words: `\`}, nil},
		{agencies.Filter{Which: agencies.Closed, Words: "unit"}, nil},
	} {
		for _, who := range []string{"clearinghouse", "desk"} {
			l, err := s.svc.List(ctx, s.who[who], c.f, "")
			noError(t, "list", err)
			if got := codes(l.Nodes); !slices.Equal(got, c.want) || l.Next != "" || l.Domains != 1 {
				t.Errorf("%+v as %s: %q and %d domains, want %q and 1", c.f, who, got, l.Domains, c.want)
			}
		}
	}
	_, err := s.svc.List(ctx, sam, agencies.Filter{Which: "everything; drop table"}, "")
	wantKind(t, "a list that is none", err, models.NotFound)
	_, err = s.svc.List(ctx, sam, agencies.Filter{}, "nonsense")
	wantKind(t, "a damaged cursor", err, models.Invalid)
	for _, who := range []string{"hub", "investigator"} {
		_, err := s.svc.List(ctx, s.who[who], agencies.Filter{}, "")
		wantKind(t, "the list of all as "+who, err, models.Forbidden)
		_, err = s.svc.Show(ctx, s.who[who], who)
		wantKind(t, "a profile as "+who, err, models.Forbidden)
	}
}

func TestTheListComesInPagesByName(t *testing.T) {
	t.Parallel()
	s := setup(t)
	for i := range 60 {
		s.db.Agency(t, fmt.Sprintf("county-%02d", i))
	}
	// Names that are the same are told apart by their ids.
	s.db.Setup(t, func(tx *store.Tx) error {
		return tx.Exec("update agencies set name = 'County' where code like 'county-%'").Error
	})
	seen := map[string]int{}
	cursor, pages := "", 0
	for {
		l, err := s.svc.List(t.Context(), s.who["desk"], agencies.Filter{}, cursor)
		noError(t, "page", err)
		for _, n := range l.Nodes {
			seen[n.Code]++
		}
		pages++
		if cursor = l.Next; cursor == "" {
			break
		}
	}
	if len(seen) != 62 || pages != 3 {
		t.Errorf("%d agencies on %d pages, want 62 on 3", len(seen), pages)
	}
	for code, n := range seen {
		if n != 1 {
			t.Errorf("%s is listed %d times", code, n)
		}
	}
}

func TestAProfileShowsTerritoryAdminsAndWhatStandsBelow(t *testing.T) {
	t.Parallel()
	s := setup(t)
	hub := s.by["hub"]
	past, today := s.db.Clock.Now().AddDate(-3, 0, 0), time.Now()
	ended := today.AddDate(0, 0, -1)
	s.db.Setup(t, func(tx *store.Tx) error {
		return tx.Create(&[]models.Territory{
			{ID: store.NewID(), AgencyID: hub.ID, Country: "US", State: "CA", County: "Alameda", ValidFrom: &past, ValidTo: &ended, Certainty: "high"},
			{ID: store.NewID(), AgencyID: hub.ID, Country: "US", State: "CA", County: "Santa Clara", ValidFrom: &past, Certainty: "medium", CertaintyNote: "by elimination"},
		}).Error
	})
	s.db.Person(t, hub, "Second", auth.AgencyAdmin, auth.Supervisor)
	p, err := s.svc.Show(t.Context(), s.who["desk"], "hub")
	noError(t, "profile", err)
	if len(p.Areas) != 2 || p.Areas[0].County != "Santa Clara" || p.MoreAreas {
		t.Errorf("areas %+v, want the one in force first", p.Areas)
	}
	if len(p.Admins) != 2 || p.Admins[0].Name != "Admin" || p.Admins[1].Name != "Second" {
		t.Errorf("admins %+v", p.Admins)
	}
	if got := codes(p.Below); !slices.Equal(got, []string{"sister", "unit"}) || p.Below[1].Figures.Children != 1 {
		t.Errorf("below %q, %+v", got, p.Below)
	}
	for _, code := range []string{"", "nowhere"} {
		_, err := s.svc.Show(t.Context(), s.who["desk"], code)
		wantKind(t, "the profile of "+code, err, models.NotFound)
	}
	if lines := s.lines(t, "agency.read"); len(lines) == 0 || !slices.Contains(lines[0].Concerns, hub.ID) {
		t.Errorf("audit lines %+v", lines)
	}
}
