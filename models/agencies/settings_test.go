package agencies_test

import (
	"slices"
	"strings"
	"testing"

	"reeve/models"
	"reeve/models/agencies"
)

// Every use case that names an agency, as everybody who must not reach it: what is
// not theirs looks like what does not exist, and the rows stay as they are.
func TestOnlyThoseAboveReachAnAgency(t *testing.T) {
	t.Parallel()
	s := setup(t)
	ctx := t.Context()
	unit := s.by["unit"]
	type call struct {
		name string
		run  func(who string, code string) error
	}
	calls := []call{
		{"settings", func(who, code string) error { _, err := s.svc.Settings(ctx, s.who[who], code); return err }},
		{"save", func(who, code string) error {
			in := as(unit)
			in.ContactName = "Taken over"
			_, err := s.svc.Save(ctx, s.who[who], code, in)
			return err
		}},
		{"tree", func(who, code string) error { _, err := s.svc.Tree(ctx, s.who[who], code, ""); return err }},
		{"place for", func(who, code string) error { _, err := s.svc.PlaceFor(ctx, s.who[who], code); return err }},
		{"add", func(who, code string) error {
			_, err := s.svc.Add(ctx, s.who[who], agencies.Draft{ParentCode: code, Name: "New", Zone: "UTC"})
			return err
		}},
		{"ask move", func(who, code string) error { _, err := s.svc.AskMove(ctx, s.who[who], code); return err }},
		{"move", func(who, code string) error {
			_, err := s.svc.Move(ctx, s.who[who], code, who, unit.Version)
			return err
		}},
		{"ask close", func(who, code string) error { _, err := s.svc.AskClose(ctx, s.who[who], code); return err }},
		{"close", func(who, code string) error {
			_, err := s.svc.Close(ctx, s.who[who], code, "no longer", unit.Version)
			return err
		}},
		{"reopen", func(who, code string) error { _, err := s.svc.Reopen(ctx, s.who[who], code, unit.Version); return err }},
	}
	before := s.read(t, "unit")
	for _, c := range calls {
		for _, who := range []string{"other", "post", "sister"} {
			foreign, none := c.run(who, "unit"), c.run(who, "nowhere")
			wantKind(t, c.name+" as "+who, foreign, models.NotFound)
			wantKind(t, c.name+" of none as "+who, none, models.NotFound)
			if models.MessageOf(foreign) != models.MessageOf(none) {
				t.Errorf("%s as %s: %q tells from %q", c.name, who, models.MessageOf(foreign), models.MessageOf(none))
			}
		}
		wantKind(t, c.name+" as an investigator", c.run("investigator", "unit"), models.Forbidden)
		wantKind(t, c.name+" as a desk supervisor", c.run("desk", "unit"), models.Forbidden)
	}
	if got := s.read(t, "unit"); got.Version != before.Version || got.ContactName != before.ContactName || got.ClosedAt != nil || *got.ParentID != *before.ParentID {
		t.Errorf("the agency changed: %+v", got)
	}
	for _, l := range append(s.lines(t, "agency.changed"), s.lines(t, "agency.closed")...) {
		if !l.Refused {
			t.Errorf("a refusal was written as a deed: %+v", l)
		}
	}
	for _, who := range []string{"hub", "unit", "clearinghouse"} {
		if _, err := s.svc.Settings(ctx, s.who[who], "unit"); err != nil {
			t.Errorf("settings as %s: %v", who, err)
		}
	}
	_, err := s.svc.Settings(ctx, s.who["clearinghouse"], "pool")
	wantKind(t, "settings of a pool", err, models.NotFound)
}

func TestSettingsAreCheckedSavedAndWritten(t *testing.T) {
	t.Parallel()
	s := setup(t)
	ctx, hub := t.Context(), s.who["hub"]
	for field, edit := range map[string]func(*agencies.Input){
		"contact_name":   func(in *agencies.Input) { in.ContactName = "two\nlines" },
		"contact_email":  func(in *agencies.Input) { in.ContactEmail = "desk@unit.example\r\nBcc: all@unit.example" },
		"contact_phone":  func(in *agencies.Input) { in.ContactPhone = "call me" },
		"zone":           func(in *agencies.Input) { in.Zone = "../../etc/passwd" },
		"band":           func(in *agencies.Input) { in.Band = "graphite" },
		"ori":            func(in *agencies.Input) { in.ORI = "12345" },
		"idle_minutes":   func(in *agencies.Input) { in.IdleMinutes = n(31) },
		"absolute_hours": func(in *agencies.Input) { in.AbsoluteHours = n(0) },
		"name":           func(in *agencies.Input) { in.Name = "" },
	} {
		in := as(s.by["unit"])
		edit(&in)
		_, err := s.svc.Save(ctx, hub, "unit", in)
		if models.KindOf(err) != models.Invalid || models.FieldsOf(err)[field] == "" {
			t.Errorf("a wrong %s: %v, fields %v", field, err, models.FieldsOf(err))
		}
	}
	in := as(s.by["unit"])
	in.ContactEmail, in.ContactPhone = "", ""
	_, err := s.svc.Save(ctx, hub, "unit", in)
	wantKind(t, "a desk that nobody can reach", err, models.Invalid)

	in = as(s.by["unit"])
	in.Name, in.ContactName, in.ContactEmail, in.ContactPhone, in.Zone, in.Band, in.ORI = "Unit renamed", "Duty desk", "Duty@Unit.example", "+1 202 555 0111", "America/Toronto", "plum", "ca0430000"
	in.IdleMinutes = n(15)
	done, err := s.svc.Save(ctx, hub, "unit", in)
	noError(t, "saving", err)
	got := s.read(t, "unit")
	if got.Name != "Unit renamed" || got.ContactName != "Duty desk" || got.ContactEmail != "duty@unit.example" || got.Zone != "America/Toronto" || got.Band != "plum" ||
		got.ORI != "CA0430000" || got.IdleMinutes == nil || *got.IdleMinutes != 15 || got.AbsoluteHours != nil || got.Version != s.by["unit"].Version+1 {
		t.Errorf("saved %+v", got)
	}
	if len(done.Changed) != 8 || !slices.Contains(done.Changed, "time zone: America/Toronto, was America/Los_Angeles") || done.Tighter != 1 {
		t.Errorf("said %+v", done)
	}
	lines := s.lines(t, "agency.changed")
	if len(lines) != 1 || lines[0].Subject != "unit" || !slices.Contains(lines[0].Concerns, got.ID) || !strings.Contains(string(lines[0].Detail), "Duty desk") {
		t.Errorf("audit lines %+v", lines)
	}
	// The form of before: somebody else was first.
	_, err = s.svc.Save(ctx, s.who["unit"], "", in)
	wantKind(t, "saving an old form", err, models.Conflict)
	// What was not changed is no deed.
	done, err = s.svc.Save(ctx, hub, "unit", as(got))
	if err != nil || len(done.Changed) != 0 || len(s.lines(t, "agency.changed")) != 1 || s.read(t, "unit").Version != got.Version {
		t.Errorf("saving what is so already: %+v, %v", done, err)
	}
}

// An agency's name is how all others know it.
func TestAnAgencyDoesNotRenameItself(t *testing.T) {
	t.Parallel()
	s := setup(t)
	in := as(s.by["hub"])
	in.Name, in.ContactName = "Somebody Else's Name", "Duty desk"
	_, err := s.svc.Save(t.Context(), s.who["hub"], "", in)
	noError(t, "saving", err)
	if got := s.read(t, "hub"); got.Name != s.by["hub"].Name || got.ContactName != "Duty desk" {
		t.Errorf("saved %+v", got)
	}
	in.Version++
	_, err = s.svc.Save(t.Context(), s.who["clearinghouse"], "hub", in)
	if got := s.read(t, "hub"); err != nil || got.Name != "Somebody Else's Name" {
		t.Errorf("renamed by the clearinghouse: %v, %+v", err, got)
	}
}

func TestSessionLimitsAreNeverLaxerThanTheParents(t *testing.T) {
	t.Parallel()
	s := setup(t)
	ctx := t.Context()
	set := func(who, code string, idle, hours *int16) (*agencies.Saved, error) {
		in := as(s.read(t, code))
		in.IdleMinutes, in.AbsoluteHours = idle, hours
		return s.svc.Save(ctx, s.who[who], code, in)
	}
	limits := func(code string) [2]int16 {
		g := s.read(t, code)
		out := [2]int16{30, 12}
		if g.IdleMinutes != nil {
			out[0] = *g.IdleMinutes
		}
		if g.AbsoluteHours != nil {
			out[1] = *g.AbsoluteHours
		}
		return out
	}
	if _, err := set("unit", "unit", n(10), nil); err != nil {
		t.Fatal(err)
	}
	done, err := set("hub", "hub", n(20), n(8))
	noError(t, "tightening", err)
	for code, want := range map[string][2]int16{"hub": {20, 8}, "unit": {10, 8}, "post": {10, 8}, "sister": {20, 8}, "other": {30, 12}} {
		if got := limits(code); got != want {
			t.Errorf("%s: %v, want %v", code, got, want)
		}
	}
	if done.Tighter != 3 {
		t.Errorf("%d agencies below were tightened, want 3", done.Tighter)
	}
	if lines := s.lines(t, "agency.changed"); len(lines[len(lines)-1].Concerns) != 3 {
		t.Errorf("the line concerns %v, want the three below", lines[len(lines)-1].Concerns)
	}
	_, err = set("sister", "sister", n(25), n(8))
	if models.FieldsOf(err)["idle_minutes"] == "" || !strings.Contains(models.FieldsOf(err)["idle_minutes"], s.by["hub"].Name) {
		t.Errorf("laxer than the parent: %v", models.FieldsOf(err))
	}
	// None means the most that is allowed: the parent's.
	if _, err := set("unit", "unit", nil, nil); err != nil || limits("unit") != [2]int16{20, 8} {
		t.Errorf("none: %v, %v", limits("unit"), err)
	}
	// Loosened again, those below stay as they are, for their own admins to decide.
	if _, err := set("hub", "hub", nil, nil); err != nil || limits("hub") != [2]int16{30, 12} || limits("sister") != [2]int16{20, 8} {
		t.Errorf("loosened: hub %v, sister %v, %v", limits("hub"), limits("sister"), err)
	}
}

func TestEveryZoneIsKnownAndListedOnce(t *testing.T) {
	t.Parallel()
	s := setup(t)
	seen := map[string]bool{}
	for _, z := range agencies.Zones() {
		if seen[z.Name] || z.Label == "" || z.Group == "" {
			t.Errorf("%+v stands twice or lacks words", z)
		}
		seen[z.Name] = true
	}
	if len(seen) < 250 || agencies.Zones()[0].Name != "America/New_York" {
		t.Errorf("%d zones, the first %v", len(seen), agencies.Zones()[0])
	}
	for _, name := range []string{"UTC", "Pacific/Guam", "Asia/Kathmandu"} {
		in := as(s.read(t, "unit"))
		in.Zone = name
		if _, err := s.svc.Save(t.Context(), s.who["hub"], "unit", in); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
