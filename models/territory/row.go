package territory

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"reeve/models"
	"reeve/models/routing"
	"reeve/models/routing/county"
	"reeve/models/store"
)

// Row is one dated area with its holder.
type Row struct {
	models.Territory
	Code, Name string // the holder's
	Pool       bool
	Closed     bool // the holder is no more: routing passes the row over
	Line       int  // of the file whose import added it; 0: entered by hand, or published

	fresh   bool // a draft adds it
	touched bool // a draft ends it
	gone    bool // a draft withdraws it
}

// Area says the row's area in words.
func (r Row) Area() string { return r.routing().Area() }

// Covers reports whether the row names an area at all.
func (r Row) Covers() bool { return r.routing().Covers() }

// ValidOn reports whether the row holds on a day.
func (r Row) ValidOn(day time.Time) bool { return !r.gone && r.routing().ValidAt(day) }

func (r Row) routing() routing.Territory {
	t := routing.Territory{Code: r.Code, Name: r.Name, Kind: r.HolderKind, Lead: r.Lead, Country: r.Country, State: r.State, County: r.County,
		Basis: r.Basis, Certainty: routing.Certainty(r.Certainty), CertaintyNote: r.CertaintyNote, Source: r.Source}
	if r.ValidFrom != nil {
		t.ValidFrom = r.ValidFrom.UTC()
	}
	if r.ValidTo != nil {
		t.ValidTo = r.ValidTo.UTC()
	}
	return t
}

// key is the same for two rows of one area, however the county's name is written.
func (r Row) key() string { return areaKey(r.Country, r.State, r.County) }

func areaKey(country, state, name string) string {
	if c, ok := county.Named(state, name); ok && country == "US" {
		name = c.FIPS
	}
	if country != "US" {
		state, name = "", ""
	}
	return country + "/" + state + "/" + name
}

// overlap answers the first day on which both rows hold.
func (r Row) overlap(o Row) (time.Time, bool) {
	if r.gone || o.gone || r.Closed || o.Closed {
		return time.Time{}, false
	}
	from := later(r.ValidFrom, o.ValidFrom)
	to := earlier(r.ValidTo, o.ValidTo)
	if from != nil && to != nil && from.After(*to) {
		return time.Time{}, false
	}
	switch {
	case from != nil:
		return *from, true
	case to != nil:
		return *to, true
	}
	return time.Time{}, true
}

// later is the later of two first days; nil is as far back as known.
func later(a, b *time.Time) *time.Time {
	if a == nil || b != nil && b.After(*a) {
		return b
	}
	return a
}

// earlier is the earlier of two last days; nil is no end.
func earlier(a, b *time.Time) *time.Time {
	if a == nil || b != nil && b.Before(*a) {
		return b
	}
	return a
}

// book is the territory as it is published, with the directory's agencies.
type book struct {
	rows   []Row
	byCode map[string]models.Agency
	byID   map[uuid.UUID]models.Agency
}

func readBook(tx *store.Tx) (*book, error) {
	var agencies []models.Agency
	if err := tx.Find(&agencies).Error; err != nil {
		return nil, fmt.Errorf("reading agencies: %w", err)
	}
	b := &book{byCode: map[string]models.Agency{}, byID: map[uuid.UUID]models.Agency{}}
	for _, a := range agencies {
		b.byCode[a.Code], b.byID[a.ID] = a, a
	}
	var rows []models.Territory
	if err := tx.Where("withdrawn_at is null").Order("id").Find(&rows).Error; err != nil {
		return nil, fmt.Errorf("reading territory: %w", err)
	}
	for _, t := range rows {
		b.rows = append(b.rows, b.row(t))
	}
	return b, nil
}

func (b *book) row(t models.Territory) Row {
	a := b.byID[t.AgencyID]
	return Row{Territory: t, Code: a.Code, Name: a.Name, Pool: a.Kind == models.KindPool, Closed: a.ClosedAt != nil}
}

// coverage makes of rows what routing asks; closed agencies are passed over, as
// triage does.
func coverage(rows []Row) routing.Coverage {
	out := make([]routing.Territory, 0, len(rows))
	for _, r := range rows {
		if !r.gone && !r.Closed {
			out = append(out, r.routing())
		}
	}
	return routing.NewCoverage(out)
}

// dayOf is the calendar day of a moment in UTC, in which territory is counted.
func dayOf(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

func day(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

// sortRows orders rows by place and then by time.
func sortRows(rows []Row) {
	slices.SortStableFunc(rows, func(a, b Row) int {
		return cmp.Or(strings.Compare(a.Country, b.Country), strings.Compare(a.State, b.State), strings.Compare(a.County, b.County),
			strings.Compare(day(a.ValidFrom), day(b.ValidFrom)), strings.Compare(a.Code, b.Code))
	})
}
