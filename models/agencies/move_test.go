package agencies_test

import (
	"slices"
	"sync"
	"testing"

	"reeve/models"
	"reeve/models/agencies"
	"reeve/models/store"
)

func TestAnAgencyIsAddedBelowOnesOwnOrAsARoot(t *testing.T) {
	t.Parallel()
	s := setup(t)
	ctx := t.Context()
	s.db.Setup(t, func(tx *store.Tx) error {
		return tx.Exec("update agencies set idle_minutes = 10, demonstration = true where code = 'unit'").Error
	})
	for _, c := range []struct {
		who      string
		in       agencies.Draft
		code, up string
	}{
		{"hub", agencies.Draft{Name: "North Field Office (test)", Zone: "America/Denver"}, "north-field-office", "hub"},
		{"hub", agencies.Draft{Name: "North Field Office", Zone: "UTC"}, "north-field-office-2", "hub"},
		{"hub", agencies.Draft{ParentCode: "unit", Name: "Sub", Code: "SUB-1", Zone: "UTC", ContactEmail: "desk@sub.example"}, "sub-1", "unit"},
		{"unit", agencies.Draft{Name: "New", Zone: "UTC"}, "new-2", "unit"}, // "new" means something else in addresses
		{"clearinghouse", agencies.Draft{Name: "Root Force", Zone: "UTC"}, "root-force", ""},
		{"clearinghouse", agencies.Draft{ParentCode: "post", Name: "Deep", Zone: "UTC"}, "deep", "post"},
	} {
		g, err := s.svc.Add(ctx, s.who[c.who], c.in)
		noError(t, c.in.Name, err)
		got := s.read(t, c.code)
		if g.Code != c.code || got.Kind != models.KindAgency || got.Zone != c.in.Zone || got.Version != 1 || got.Band == "" {
			t.Errorf("%s: got %+v", c.code, got)
		}
		if (got.ParentID == nil) != (c.up == "") || got.ParentID != nil && *got.ParentID != s.by[c.up].ID {
			t.Errorf("%s stands below %v, want %q", c.code, got.ParentID, c.up)
		}
	}
	if got := s.read(t, "sub-1"); got.IdleMinutes == nil || *got.IdleMinutes != 10 || !s.read(t, "new-2").Demonstration {
		t.Errorf("limits and the demonstration's mark are inherited: %+v", got)
	}
	for what, c := range map[string]struct {
		who   string
		in    agencies.Draft
		field string
	}{
		"a taken code":      {"hub", agencies.Draft{Name: "X Y", Code: "unit", Zone: "UTC"}, "code"},
		"another's code":    {"hub", agencies.Draft{Name: "X Y", Code: "other", Zone: "UTC"}, "code"},
		"a reserved code":   {"hub", agencies.Draft{Name: "X Y", Code: "roles", Zone: "UTC"}, "code"},
		"a wrong code":      {"hub", agencies.Draft{Name: "X Y", Code: "a/b", Zone: "UTC"}, "code"},
		"no letters":        {"hub", agencies.Draft{Name: "شركة", Zone: "UTC"}, "code"},
		"no name":           {"hub", agencies.Draft{Zone: "UTC"}, "name"},
		"an unknown zone":   {"hub", agencies.Draft{Name: "X Y", Zone: "Mars/Olympus"}, "zone"},
		"a wrong telephone": {"hub", agencies.Draft{Name: "X Y", Zone: "UTC", ContactPhone: "<script>"}, "contact_phone"},
	} {
		_, err := s.svc.Add(ctx, s.who[c.who], c.in)
		if models.KindOf(err) != models.Invalid || models.FieldsOf(err)[c.field] == "" {
			t.Errorf("%s: %v, fields %v", what, err, models.FieldsOf(err))
		}
	}
	_, err := s.svc.Add(ctx, s.who["desk"], agencies.Draft{Name: "Root", Zone: "UTC"})
	wantKind(t, "a root by a desk supervisor", err, models.Forbidden)
	_, err = s.svc.Add(ctx, s.who["clearinghouse"], agencies.Draft{ParentCode: "pool", Name: "Root", Zone: "UTC"})
	wantKind(t, "below a pool", err, models.NotFound)
	if lines := s.lines(t, "agency.added"); len(lines) != 8 || !lines[6].Refused || !lines[7].Refused {
		t.Errorf("%d audit lines, want six deeds and two refusals", len(lines))
	}
}

func TestAnAgencyMovesWithinTheSubtreeOnly(t *testing.T) {
	t.Parallel()
	s := setup(t)
	ctx := t.Context()
	move := func(who, code, to string) error {
		_, err := s.svc.Move(ctx, s.who[who], code, to, s.read(t, code).Version)
		return err
	}
	for who, want := range map[string][]string{"hub": {"hub", "sister", "unit"}, "unit": {"unit"}, "clearinghouse": {"hub", "other", "sister", "unit"}} {
		m, err := s.svc.AskMove(ctx, s.who[who], "post")
		noError(t, "asking as "+who, err)
		var got []string
		for _, p := range m.Places {
			got = append(got, p.Code)
		}
		if !slices.Equal(got, want) || m.Above.Code != "unit" || m.MayRoot != (who == "clearinghouse") {
			t.Errorf("%s may move the post to %q, want %q", who, got, want)
		}
	}
	m, err := s.svc.AskMove(ctx, s.who["hub"], "unit")
	if err != nil || len(m.Places) != 2 {
		t.Errorf("the unit may go to %d places (%v), want the hub and the sister, not what is below it", len(m.Places), err)
	}
	wantKind(t, "out of the subtree", move("hub", "post", "other"), models.Invalid)
	wantKind(t, "to the root", move("hub", "post", ""), models.Invalid)
	wantKind(t, "below itself", move("hub", "unit", "post"), models.Invalid)
	wantKind(t, "where it stands already", move("hub", "post", "unit"), models.Invalid)
	wantKind(t, "one's own", move("hub", "hub", "unit"), models.Forbidden)
	wantKind(t, "one's own below the parent", move("unit", "unit", "post"), models.Forbidden)
	wantKind(t, "a pool", move("clearinghouse", "pool", "hub"), models.Forbidden)
	wantKind(t, "below a pool", move("clearinghouse", "post", "pool"), models.Invalid)
	noError(t, "a closed sister", closeIt(t, s, "hub", "sister"))
	wantKind(t, "below a closed one", move("hub", "post", "sister"), models.Invalid)
	if got := s.read(t, "post"); *got.ParentID != s.by["unit"].ID {
		t.Fatal("a refused move moved")
	}
	_, err = s.svc.Move(ctx, s.who["hub"], "post", "hub", 99)
	wantKind(t, "an old form", err, models.Conflict)

	noError(t, "within the subtree", move("hub", "post", "hub"))
	if got := s.read(t, "post"); *got.ParentID != s.by["hub"].ID || got.Version != s.by["post"].Version+1 {
		t.Errorf("after the move: %+v", got)
	}
	noError(t, "to the root by the clearinghouse", move("clearinghouse", "unit", ""))
	if got := s.read(t, "unit"); got.ParentID != nil {
		t.Errorf("after the move: %+v", got)
	}
	wantKind(t, "what is no longer below", move("hub", "unit", "hub"), models.NotFound)

	s.db.Setup(t, func(tx *store.Tx) error {
		return tx.Exec("update agencies set idle_minutes = 12 where code = 'other'").Error
	})
	done, err := s.svc.Move(ctx, s.who["clearinghouse"], "hub", "other", s.read(t, "hub").Version)
	if err != nil || !done.Tighter || done.Below != s.by["other"].Name {
		t.Fatalf("below a stricter one: %+v, %v", done, err)
	}
	for _, code := range []string{"hub", "post"} {
		if got := s.read(t, code); got.IdleMinutes == nil || *got.IdleMinutes != 12 {
			t.Errorf("%s has the limit %v, want its new parent's 12", code, got.IdleMinutes)
		}
	}
}

// What the use case refuses, the database refuses too, whoever writes.
func TestTheDatabaseKeepsTheTree(t *testing.T) {
	t.Parallel()
	s := setup(t)
	write := func(who, sql string, args ...any) error {
		return s.db.Web.As(t.Context(), s.who[who], func(tx *store.Tx) error { return tx.Exec(sql, args...).Error })
	}
	for what, err := range map[string]error{
		"moving out of the subtree": write("hub", "update agencies set parent_id = ? where code = 'post'", s.by["other"].ID),
		"moving to the root":        write("hub", "update agencies set parent_id = null where code = 'post'"),
		"moving oneself":            write("unit", "update agencies set parent_id = null where code = 'unit'"),
		"a circle":                  write("clearinghouse", "update agencies set parent_id = ? where code = 'hub'", s.by["post"].ID),
		"below a pool":              write("clearinghouse", "update agencies set parent_id = ? where code = 'post'", s.by["pool"].ID),
		"a pool below an agency":    write("clearinghouse", "update agencies set parent_id = ? where code = 'pool'", s.by["hub"].ID),
		"closing oneself":           write("hub", "update agencies set closed_at = now() where code = 'hub'"),
		"closing a pool":            write("clearinghouse", "update agencies set closed_at = now() where code = 'pool'"),
		"closing the clearinghouse": write("clearinghouse", "update agencies set closed_at = now() where code = 'clearinghouse'"),
	} {
		if err == nil {
			t.Errorf("%s was let through", what)
		}
	}
	noError(t, "another's row", write("other", "update agencies set name = 'Mine now' where code = 'hub'"))
	if got := s.read(t, "hub"); got.Name != s.by["hub"].Name {
		t.Error("another agency renamed the hub")
	}
	noError(t, "laxer than the parent", write("hub", "update agencies set idle_minutes = 10 where code = 'hub'"))
	noError(t, "laxer than the parent", write("unit", "update agencies set idle_minutes = 30 where code = 'unit'"))
	if got := s.read(t, "unit"); got.IdleMinutes == nil || *got.IdleMinutes != 10 {
		t.Errorf("a child has %v minutes, its parent 10", got.IdleMinutes)
	}
}

// Each of two moves would be right alone; together they would make a circle.
func TestTwoMovesAtOnceMakeNoCircle(t *testing.T) {
	t.Parallel()
	s := setup(t)
	for range 5 {
		var done sync.WaitGroup
		for _, m := range [][2]string{{"unit", "sister"}, {"sister", "unit"}} {
			version := s.read(t, m[0]).Version
			done.Go(func() { _, _ = s.svc.Move(t.Context(), s.who["clearinghouse"], m[0], m[1], version) })
		}
		done.Wait()
		var n int
		s.db.Setup(t, func(tx *store.Tx) error {
			return tx.Raw(`with recursive t (id, d) as (select id, 1 from agencies where code = 'hub' union all select a.id, t.d + 1 from agencies a join t on a.parent_id = t.id where t.d < 9)
				select count(*) from t`).Row().Scan(&n)
		})
		if n != 4 {
			t.Fatalf("%d agencies at and below the hub, want 4", n)
		}
		_, _ = s.svc.Move(t.Context(), s.who["clearinghouse"], "unit", "hub", s.read(t, "unit").Version)
		_, _ = s.svc.Move(t.Context(), s.who["clearinghouse"], "sister", "hub", s.read(t, "sister").Version)
	}
}

func closeIt(t *testing.T, s *scene, who, code string) error {
	t.Helper()
	_, err := s.svc.Close(t.Context(), s.who[who], code, "merged into another", s.read(t, code).Version)
	return err
}
