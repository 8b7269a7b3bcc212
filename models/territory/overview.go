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

// Query says what of the territory to show.
type Query struct {
	Day  string // YYYY-MM-DD; empty: today
	Text string // part of an agency's name or code, of a state, a county or a country
}

// Holding is what one agency holds of a state or as a country, by one row or by
// several that say the same.
type Holding struct {
	Rows  []Row    // at least one; they differ in the county alone
	Areas []string // counties, or the rest or the whole of the state
}

// Place is a state or a country with who holds it on the day.
type Place struct {
	Code     string // US-CA, CA
	Name     string
	Abroad   bool
	Holdings []Holding
}

// Gap is a place without a holder on the day.
type Gap struct {
	Area string
	More int // further counties of the same state
}

// Clash is an area with two holders on the day.
type Clash struct {
	Area string
	Of   []Row
}

// Overview is the territory on a day.
type Overview struct {
	Day      time.Time
	Today    time.Time
	Text     string
	Places   []Place
	Unplaced []Row // holders whose area is not known
	Gaps     []Gap
	Clashes  []Clash
	Rows     int // that hold on the day
	Agencies []models.Agency
	Drafts   []Draft   // open ones, newest first, at most listed
	Versions []Version // newest first, at most listed
	Head     int
}

// listed is how many drafts and versions the overview shows.
const listed = 20

// Overview answers the territory on a day, what of it has no holder or two, the open
// drafts and the newest versions. A day that cannot be read is Invalid.
func (s *Service) Overview(ctx context.Context, a auth.Actor, q Query) (*Overview, error) {
	line := audit.Event{Action: "territory.looked", Words: "Looked at the territory."}
	if err := s.read(ctx, a, line); err != nil {
		return nil, err
	}
	f := map[string]string{}
	on := readDay(f, "day", q.Day, false)
	if err := faults(f); err != nil {
		return nil, err
	}
	q.Text = text(f, "q", q.Text, 200)
	var out *Overview
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		out = &Overview{Today: dayOf(tx.Now), Text: q.Text}
		out.Day = out.Today
		if on != nil {
			out.Day = *on
		}
		b, err := readBook(tx)
		if err != nil {
			return err
		}
		out.fill(b)
		if err := tx.Where("state = ?", StateDraft).Order("changed_at desc, id desc").Limit(listed).Find(&out.Drafts).Error; err != nil {
			return fmt.Errorf("listing drafts: %w", err)
		}
		if err := tx.Order("number desc").Limit(listed).Find(&out.Versions).Error; err != nil {
			return fmt.Errorf("listing versions: %w", err)
		}
		if len(out.Versions) > 0 {
			out.Head = out.Versions[0].Number
		}
		line.Subject = day(&out.Day)
		return audit.Record(tx, line)
	})
	return out, err
}

// fill answers everything that follows from the rows.
func (o *Overview) fill(b *book) {
	for _, a := range b.byCode {
		if a.ClosedAt == nil && a.Kind != models.KindClearinghouse {
			o.Agencies = append(o.Agencies, a)
		}
	}
	byName(o.Agencies)
	var rows []Row
	byArea := map[string][]Row{}
	for _, r := range b.rows {
		if !r.ValidOn(o.Day) || r.Closed {
			continue
		}
		o.Rows++
		rows = append(rows, r)
		if r.Covers() {
			byArea[r.key()] = append(byArea[r.key()], r)
		}
	}
	sortRows(rows)
	for _, r := range rows {
		if of := byArea[r.key()]; r.Covers() && len(of) > 1 && of[0].ID == r.ID {
			o.Clashes = append(o.Clashes, Clash{Area: r.Area(), Of: of})
		}
		if !o.shows(r) {
			continue
		}
		if !r.Covers() {
			o.Unplaced = append(o.Unplaced, r)
			continue
		}
		o.place(r)
	}
	slices.SortStableFunc(o.Places, func(x, y Place) int {
		if x.Abroad != y.Abroad {
			return b2i(x.Abroad) - b2i(y.Abroad)
		}
		return strings.Compare(x.Name, y.Name)
	})
	o.gaps(byArea)
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// shows reports whether the search finds a row.
func (o *Overview) shows(r Row) bool {
	if o.Text == "" {
		return true
	}
	want := strings.ToLower(o.Text)
	for _, in := range []string{r.Name, r.Code, r.Lead, r.State, r.Area(), routing.StateName(r.State), r.County} {
		if strings.Contains(strings.ToLower(in), want) {
			return true
		}
	}
	return r.Country != "US" && strings.EqualFold(r.Country, o.Text)
}

// place puts a row with those of its holder that say the same.
func (o *Overview) place(r Row) {
	p := Place{Code: r.Country, Name: routing.CountryName(r.Country), Abroad: true}
	area := r.Area()
	switch {
	case r.Country == "--":
		p.Name = "Every other country"
	case r.Country == "US":
		p = Place{Code: "US-" + r.State, Name: routing.StateName(r.State)}
		if r.County == "*" {
			area = "the whole state"
			if r.Basis == "complement" {
				area = "the rest of the state"
			}
		} else {
			area, _, _ = strings.Cut(area, ",")
		}
	}
	at := slices.IndexFunc(o.Places, func(x Place) bool { return x.Code == p.Code })
	if at < 0 {
		o.Places, at = append(o.Places, p), len(o.Places)
	}
	into := &o.Places[at]
	for i := range into.Holdings {
		h := &into.Holdings[i]
		f := h.Rows[0]
		if f.AgencyID == r.AgencyID && f.Certainty == r.Certainty && f.Source == r.Source && f.Lead == r.Lead && day(f.ValidFrom) == day(r.ValidFrom) && day(f.ValidTo) == day(r.ValidTo) {
			h.Rows, h.Areas = append(h.Rows, r), append(h.Areas, area)
			return
		}
	}
	into.Holdings = append(into.Holdings, Holding{Rows: []Row{r}, Areas: []string{area}})
}

// gaps lists states, and counties of divided states, that nobody holds.
func (o *Overview) gaps(byArea map[string][]Row) {
	for _, state := range states {
		if len(byArea[areaKey("US", state, "*")]) > 0 {
			continue
		}
		var missing []string
		all := county.Of(state)
		for _, c := range all {
			if len(byArea[areaKey("US", state, c.Name)]) == 0 {
				missing = append(missing, c.Label())
			}
		}
		switch {
		case len(missing) == len(all):
			o.Gaps = append(o.Gaps, Gap{Area: routing.StateName(state)})
		case len(missing) > 0:
			first := missing[:min(len(missing), 5)]
			o.Gaps = append(o.Gaps, Gap{Area: strings.Join(first, ", ") + " in " + routing.StateName(state), More: len(missing) - len(first)})
		}
	}
	if len(byArea[areaKey("--", "", "")]) == 0 {
		o.Gaps = append(o.Gaps, Gap{Area: "Countries without a row of their own"})
	}
}

// states are those whose places must belong to somebody, by postal code: the states,
// the district and the territories that have counties.
var states = strings.Fields(`AK AL AR AZ CA CO CT DC DE FL GA HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND NE NH NJ NM NV NY OH OK OR PA
	RI SC SD TN TX UT VA VT WA WI WV WY AS GU MP PR VI`)

// States lists the postal codes of the states whose places must belong to somebody.
func States() []string { return slices.Clone(states) }
