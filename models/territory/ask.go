package territory

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/routing"
	"reeve/models/routing/county"
	"reeve/models/store"
)

// Asked is a question for a place on a day.
type Asked struct {
	Country string // two letters; empty: US
	State   string // postal code
	County  string // a county's name; empty: not known
	Day     string // YYYY-MM-DD; empty: today
}

// Answer says who holds a place on a day.
type Answer struct {
	Place    string
	Day      time.Time
	Held     bool
	Row      Row
	Why      string
	AddedBy  *Version // the version that added the row; nil: it was there before
	Others   []Row    // who holds parts of the state, when the county is needed to tell
	Withdrew []Row    // rows of the same area that were withdrawn since: what an old decision may have seen
}

// WhoHolds answers who holds a place on a day, by which row and why. A place that
// does not exist is Invalid at its field.
func (s *Service) WhoHolds(ctx context.Context, a auth.Actor, in Asked) (*Answer, error) {
	line := audit.Event{Action: "territory.asked", Words: "Asked who holds a place on a day."}
	if err := s.read(ctx, a, line); err != nil {
		return nil, err
	}
	f := map[string]string{}
	on := readDay(f, "on", in.Day, false)
	p, c := in.place(f)
	if err := faults(f); err != nil {
		return nil, err
	}
	var out *Answer
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		out = &Answer{Place: p.Label(), Day: dayOf(tx.Now)}
		if on != nil {
			out.Day = *on
		}
		b, err := readBook(tx)
		if err != nil {
			return err
		}
		out.find(b, p, c)
		if out.Held && out.Row.AddedIn != nil {
			out.AddedBy = &Version{}
			if err := tx.Where("number = ?", *out.Row.AddedIn).Take(out.AddedBy).Error; err != nil {
				return fmt.Errorf("reading the version of a row: %w", err)
			}
		}
		var withdrawn []models.Territory
		if err := tx.Where("withdrawn_at is not null and country = ? and state = ?", p.Country, p.State).Order("withdrawn_at desc, id").Limit(50).Find(&withdrawn).Error; err != nil {
			return fmt.Errorf("reading withdrawn rows: %w", err)
		}
		for _, t := range withdrawn {
			if r := b.row(t); (r.County == "*" || c != nil && r.key() == areaKey("US", p.State, c.Name)) && r.ValidOn(out.Day) {
				out.Withdrew = append(out.Withdrew, r)
			}
		}
		line.Subject, line.Detail = out.Place, map[string]any{"day": day(&out.Day), "holder": out.Row.Code}
		return audit.Record(tx, line)
	})
	return out, err
}

// place reads what was asked for.
func (in Asked) place(f map[string]string) (routing.Place, *county.County) {
	p := routing.Place{Country: strings.ToUpper(strings.TrimSpace(in.Country)), State: strings.ToUpper(strings.TrimSpace(in.State))}
	if p.Country == "" {
		p.Country = "US"
	}
	if p.Country != "US" {
		if len(p.Country) != 2 || routing.CountryName(p.Country) == p.Country {
			f["country"] = "Write the country's two letters, for example CA."
		}
		p.State = ""
		return p, nil
	}
	if routing.StateName(p.State) == "" {
		f["state"] = "Choose a state."
		return p, nil
	}
	name := strings.TrimSpace(in.County)
	if name == "" {
		return p, nil
	}
	c, ok := county.Named(p.State, name)
	if !ok {
		f["county"] = fmt.Sprintf("%s has no county %q.", routing.StateName(p.State), shorten(name))
		return p, nil
	}
	p.County, p.FIPS = c.Label(), c.FIPS
	return p, &c
}

// find asks what routing asks, and says why in words.
func (o *Answer) find(b *book, p routing.Place, c *county.County) {
	cov := coverage(b.rows)
	t, held := cov.Holder(p, o.Day)
	if held {
		i := slices.IndexFunc(b.rows, func(r Row) bool {
			return !r.Closed && r.ValidOn(o.Day) && r.Covers() && r.Code == t.Code && r.Country == t.Country && r.State == t.State && r.County == t.County
		})
		o.Held, o.Row = true, b.rows[i]
	}
	switch {
	case held && p.Country != "US" && t.Country == "--":
		o.Why = "It has no row of its own; the row for every other country holds it."
	case held && c != nil && t.County == "*":
		o.Why = fmt.Sprintf("No row names %s; the row for %s holds it.", p.County, o.Row.Area())
	case held && c != nil:
		o.Why = "A row names this county."
	case held && p.Country != "US":
		o.Why = "A row names this country."
	case held:
		o.Why = "One agency holds the whole state."
	case p.Country == "US" && c == nil && cov.Divided(p.State, o.Day):
		o.Why = fmt.Sprintf("%s is divided: name the county. Without one a report waits in %s.", routing.StateName(p.State), b.byCode[routing.PoolCountyUnknown].Name)
		for _, h := range cov.HoldersIn(p.State, o.Day) {
			i := slices.IndexFunc(b.rows, func(r Row) bool { return r.Code == h.Code && r.State == p.State && r.ValidOn(o.Day) })
			o.Others = append(o.Others, b.rows[i])
		}
	case p.Country != "US":
		o.Why = "No row names this country, and there is no row for every other country. A report goes to the pool for countries without a contact."
	default:
		o.Why = "No row covers it on this day. A report goes to the federal pool."
	}
}
