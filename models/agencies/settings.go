package agencies

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// Settings are an agency's own, with what bounds them.
type Settings struct {
	Agency    models.Agency
	Parent    *models.Agency // nil: it stands below no other
	Own       bool           // it is the actor's own
	MayRename bool           // an agency does not rename itself: its name is how others know it
	MostIdle  int            // minutes; never laxer than the parent's
	MostHours int
}

// Input is what an admin sets. Nil limits are the most that is allowed.
type Input struct {
	Name          string
	ContactName   string
	ContactEmail  string
	ContactPhone  string
	Zone          string
	Band          string
	ORI           string
	IdleMinutes   *int16
	AbsoluteHours *int16
	Version       int
}

// Saved is what Save did.
type Saved struct {
	Name    string
	Changed []string // in words, each what it is now
	Tighter int      // agencies below whose session limits were tightened too
}

// Settings answers the settings of an agency that the actor manages; an empty code
// is the actor's own. A pool has none and is NotFound.
func (s *Service) Settings(ctx context.Context, a auth.Actor, code string) (*Settings, error) {
	line := audit.Event{Action: "agency.read", Subject: code, Words: "Looked at the settings of an agency."}
	var out *Settings
	err := s.do(ctx, a, auth.ManageAgency, line, askAdmin, func(tx *store.Tx) error {
		g, err := find(tx, code)
		if err != nil {
			return err
		}
		if out, err = settingsOf(tx, g); err != nil {
			return err
		}
		line.Subject, line.Concerns = g.Code, []uuid.UUID{g.ID}
		return audit.Record(tx, line)
	})
	return out, err
}

func settingsOf(tx *store.Tx, g *models.Agency) (*Settings, error) {
	if g.Kind == models.KindPool {
		return nil, models.NotFoundf("A pool has no people, and therefore no settings.")
	}
	out := &Settings{Agency: *g, Own: g.ID == tx.Actor.AgencyID, MostIdle: MostIdle, MostHours: MostHours}
	out.MayRename = !out.Own || tx.Actor.Side == auth.SideClearinghouse
	var err error
	if out.Parent, err = byID(tx, g.ParentID); err != nil {
		return nil, err
	}
	if p := out.Parent; p != nil {
		out.MostIdle, out.MostHours = limit(p.IdleMinutes, MostIdle), limit(p.AbsoluteHours, MostHours)
	}
	return out, nil
}

func limit(set *int16, most int) int {
	if set == nil {
		return most
	}
	return int(*set)
}

// Save changes an agency's settings. The version must be the one that the form
// showed, else the answer is Conflict. A tighter session limit also tightens every
// agency below. What breaks a rule is Invalid by field; what is not the actor's is
// NotFound.
func (s *Service) Save(ctx context.Context, a auth.Actor, code string, in Input) (*Saved, error) {
	line := audit.Event{Action: "agency.changed", Subject: code, Words: "Changed the settings of an agency."}
	var out *Saved
	err := s.do(ctx, a, auth.ManageAgency, line, askAdmin, func(tx *store.Tx) error {
		out = nil
		g, err := lock(tx, code, in.Version)
		if err != nil {
			return err
		}
		bounds, err := settingsOf(tx, g)
		if err != nil {
			return err
		}
		next, err := in.check(*bounds)
		if err != nil {
			return err
		}
		tighter, err := laxerBelow(tx, next)
		if err != nil {
			return err
		}
		out = &Saved{Name: next.Name, Changed: difference(*g, next), Tighter: len(tighter)}
		if len(out.Changed) == 0 {
			return nil // nothing was done, so nothing is written
		}
		err = save(tx, g, map[string]any{"name": next.Name, "zone": next.Zone, "band": next.Band, "contact_name": next.ContactName,
			"contact_email": next.ContactEmail, "contact_phone": next.ContactPhone, "ori": next.ORI,
			"idle_minutes": next.IdleMinutes, "absolute_hours": next.AbsoluteHours})
		if err != nil {
			return err
		}
		line.Subject, line.Concerns = g.Code, append(tighter, g.ID)
		line.Detail = map[string]any{"changed": out.Changed, "tightened below": float64(len(tighter))}
		return audit.Record(tx, line)
	})
	return out, err
}

// check answers the agency as the form would have it.
func (in Input) check(s Settings) (models.Agency, error) {
	f, g := faults{}, s.Agency
	if s.MayRename {
		g.Name = f.line("name", in.Name, 2, 120)
	}
	g.ContactName, g.ContactEmail, g.ContactPhone = f.line("contact_name", in.ContactName, 0, 120), f.email("contact_email", in.ContactEmail), f.phone("contact_phone", in.ContactPhone)
	if g.ContactEmail == "" && g.ContactPhone == "" && f["contact_email"] == "" && f["contact_phone"] == "" && s.Agency.ContactEmail+s.Agency.ContactPhone != "" {
		f["contact_email"] = "Leave an e-mail address or a telephone number: on a hit, another agency needs a way to reach this desk."
	}
	if in.Zone != g.Zone { // one that is set already may be of an older list
		g.Zone = f.zone("zone", in.Zone)
	}
	if g.Kind == models.KindAgency {
		g.Band = in.Band
		if in.Band != s.Agency.Band && !known(Bands, in.Band) {
			f["band"] = "Choose one of the colours."
		}
	}
	g.ORI = f.ori("ori", in.ORI)
	g.IdleMinutes = f.within("idle_minutes", in.IdleMinutes, LeastIdle, s.MostIdle, "minutes", s)
	g.AbsoluteHours = f.within("absolute_hours", in.AbsoluteHours, LeastHours, s.MostHours, "hours", s)
	return g, f.err()
}

func known(list []string, one string) bool {
	for _, k := range list {
		if k == one {
			return true
		}
	}
	return false
}

// within checks a limit. None is the parent's, or the portal's where there is no parent.
func (f faults) within(field string, n *int16, least, most int, unit string, s Settings) *int16 {
	switch {
	case n == nil && s.Parent != nil && field == "idle_minutes":
		return s.Parent.IdleMinutes
	case n == nil && s.Parent != nil:
		return s.Parent.AbsoluteHours
	case n != nil && (int(*n) < least || int(*n) > most):
		f[field] = fmt.Sprintf("From %d to %d %s.", least, most, unit)
		if s.Parent != nil {
			f[field] = fmt.Sprintf("From %d to %d %s: %s allows no more.", least, most, unit, s.Parent.Name)
		}
	}
	return n
}

// laxerBelow answers the agencies below whose limits the new ones will tighten.
func laxerBelow(tx *store.Tx, g models.Agency) ([]uuid.UUID, error) {
	var ids []uuid.UUID
	err := tx.Raw(`with recursive below (id, idle, hours) as (
			select a.id, a.idle_minutes, a.absolute_hours from agencies a where a.parent_id = @id
			union all
			select a.id, a.idle_minutes, a.absolute_hours from agencies a join below b on a.parent_id = b.id)
		select id from below where coalesce(idle, @mostIdle) > @idle or coalesce(hours, @mostHours) > @hours`,
		map[string]any{"id": g.ID, "mostIdle": MostIdle, "mostHours": MostHours, "idle": limit(g.IdleMinutes, MostIdle), "hours": limit(g.AbsoluteHours, MostHours)}).Scan(&ids).Error
	if err != nil {
		return nil, fmt.Errorf("looking for laxer agencies below: %w", err)
	}
	return ids, nil
}

// difference names what is different, as a court can read it.
func difference(was, is models.Agency) []string {
	var list []string
	add := func(what, before, after string) {
		if before != after {
			list = append(list, fmt.Sprintf("%s: %s, was %s", what, orNone(after), orNone(before)))
		}
	}
	add("name", was.Name, is.Name)
	add("desk", was.ContactName, is.ContactName)
	add("e-mail", was.ContactEmail, is.ContactEmail)
	add("telephone", was.ContactPhone, is.ContactPhone)
	add("time zone", was.Zone, is.Zone)
	add("colour", was.Band, is.Band)
	add("ORI", was.ORI, is.ORI)
	add("minutes without a request", fmt.Sprint(limit(was.IdleMinutes, MostIdle)), fmt.Sprint(limit(is.IdleMinutes, MostIdle)))
	add("hours after sign-in", fmt.Sprint(limit(was.AbsoluteHours, MostHours)), fmt.Sprint(limit(is.AbsoluteHours, MostHours)))
	return list
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}
