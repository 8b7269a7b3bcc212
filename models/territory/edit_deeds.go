package territory

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"time"

	"reeve/models"
	"reeve/models/routing"
)

func makeGive(b *book, rows []Row, in Input) ([]Change, error) {
	f := map[string]string{}
	c := Change{Deed: Give, AgencyCode: strings.TrimSpace(in.AgencyCode), Country: strings.ToUpper(strings.TrimSpace(in.Country)), State: strings.ToUpper(strings.TrimSpace(in.State)), County: strings.TrimSpace(in.County),
		Certainty: in.Certainty, Lead: text(f, "lead", in.Lead, SourceLimit), CertaintyNote: text(f, "note", in.Note, SourceLimit), Source: text(f, "source", in.Source, SourceLimit)}
	c.FirstDay, c.LastDay = readDay(f, "first_day", in.FirstDay, true), readDay(f, "last_day", in.LastDay, false)
	a, known := b.byCode[c.AgencyCode]
	switch {
	case c.AgencyCode == "":
		f["agency"] = "Choose who is to hold the area."
	case !known && routing.IsPool(c.AgencyCode):
		f["agency"] = fmt.Sprintf("There is no pool %q. The pools are %s.", c.AgencyCode, strings.Join(routing.Pools(), ", "))
	default:
		if found := b.checkHolder(Row{Code: c.AgencyCode}); len(found) > 0 {
			f["agency"] = found[0].Words
		}
	}
	c.HolderKind, c.Basis = b.kindOf(a, c.Country), basisOf(b, c)
	if c.Country == "US" && c.County == "" && f["county"] == "" {
		f["county"] = "Name a county, or write * for the whole or the rest of the state."
	}
	if len(f) == 0 {
		checkArea(f, c, a.Name)
	}
	if err := faults(f); err != nil {
		return nil, err
	}
	c.Words = c.sentence(Row{}, a.Name, 0)
	var out []Change
	if in.EndOthers {
		out = endOthers(rows, c)
	}
	return append(out, c), nil
}

// endOthers ends whoever holds the area on the days of the change.
func endOthers(rows []Row, c Change) []Change {
	given := Row{Territory: territoryOf(c)}
	last := c.FirstDay.AddDate(0, 0, -1)
	var out []Change
	for _, r := range rows {
		if r.fresh || r.gone || r.key() != given.key() || !r.Covers() {
			continue
		}
		if _, both := r.overlap(given); both {
			out = append(out, endOf(r, last, 0))
		}
	}
	return out
}

func endOf(r Row, last time.Time, line int) Change {
	id := r.ID
	e := Change{Deed: End, TerritoryID: &id, AgencyCode: r.Code, Country: r.Country, State: r.State, County: r.County, LastDay: &last, Line: line}
	e.Words = e.sentence(r, r.Name, 0)
	return e
}

// kindOf is what sort of holder an agency is: what its rows say, or what fits.
func (b *book) kindOf(a models.Agency, country string) string {
	if a.Kind == models.KindPool {
		return routing.KindPool
	}
	for _, r := range b.rows {
		if r.AgencyID == a.ID && r.HolderKind != "" {
			return r.HolderKind
		}
	}
	if country == "US" {
		return routing.KindTaskForce
	}
	return routing.KindNationalContact
}

func basisOf(b *book, c Change) string {
	switch {
	case routing.IsPool(c.AgencyCode):
		return "pool"
	case c.Country != "US":
		return "national"
	case c.County != "*":
		return "listed"
	case slices.ContainsFunc(b.rows, func(r Row) bool { return r.State == c.State && r.Covers() && r.County != "*" }):
		return "complement"
	}
	return "statewide"
}

// checkArea asks the reader of territory files what is wrong with a row, so that a
// form and a file obey the same rules.
func checkArea(f map[string]string, c Change, name string) {
	var buf bytes.Buffer
	w := csv.NewWriter(&buf)
	_ = w.WriteAll([][]string{ // a buffer takes everything
		{"code", "name", "kind", "country", "state", "county", "valid_from", "valid_to", "certainty", "source", "lead", "basis", "certainty_note"},
		{c.AgencyCode, name, c.HolderKind, c.Country, c.State, c.County, day(c.FirstDay), day(c.LastDay), c.Certainty, c.Source, c.Lead, c.Basis, c.CertaintyNote},
	})
	_, err := routing.ParseTerritory(&buf)
	fields := map[string]string{"code": "agency", "valid_from": "first_day", "valid_to": "last_day", "certainty_note": "note", "name": "agency", "kind": "agency", "basis": "agency"}
	for _, e := range routing.LineErrors(err) {
		field := e.Column
		if to := fields[field]; to != "" {
			field = to
		}
		f[field] = upperFirst(e.Message) + "."
	}
}

func upperFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// readDay reads a day as a form gives it.
func readDay(f map[string]string, field, v string, required bool) *time.Time {
	v = strings.TrimSpace(v)
	if v == "" {
		if required {
			f[field] = "Say from which day, as year-month-day."
		}
		return nil
	}
	t, err := time.Parse(time.DateOnly, v)
	if err != nil || t.Year() < 1900 || t.Year() > 2200 {
		f[field] = "Write the day as year-month-day, for example 2026-12-01."
		return nil
	}
	return &t
}

// rowOf finds the published row that a change is about.
func rowOf(b *book, id string) (Row, error) {
	for _, r := range b.rows {
		if r.ID.String() == id {
			return r, nil
		}
	}
	return Row{}, models.NotFoundf("This row of the territory does not exist any more. Look at the territory again.")
}

func makeEnd(b *book, _ []Row, in Input) ([]Change, error) {
	r, err := rowOf(b, in.Row)
	if err != nil {
		return nil, err
	}
	f := map[string]string{}
	last := readDay(f, "last_day", in.LastDay, true)
	if err := faults(f); err != nil {
		return nil, err
	}
	return []Change{endOf(r, *last, 0)}, nil
}

func makeAmend(b *book, _ []Row, in Input) ([]Change, error) {
	r, err := rowOf(b, in.Row)
	if err != nil {
		return nil, err
	}
	f := map[string]string{}
	c := amendOf(r)
	c.FirstDay = readDay(f, "first_day", in.FirstDay, true)
	c.Certainty, c.CertaintyNote, c.Source = in.Certainty, text(f, "note", in.Note, SourceLimit), text(f, "source", in.Source, SourceLimit)
	if len(f) == 0 {
		as := c
		as.LastDay = nil
		checkArea(f, as, r.Name)
	}
	if len(f) == 0 && c.differs(r) == "" {
		f["certainty"] = "Nothing is different from what the row says. Change the certainty or the source, or leave it."
	}
	if err := faults(f); err != nil {
		return nil, err
	}
	c.Words = c.sentence(r, r.Name, 0)
	return []Change{c}, nil
}

// amendOf is an amendment that says of a row what it says already.
func amendOf(r Row) Change {
	id := r.ID
	return Change{Deed: Amend, TerritoryID: &id, AgencyCode: r.Code, Country: r.Country, State: r.State, County: r.County, Lead: r.Lead, HolderKind: r.HolderKind,
		Basis: r.Basis, Certainty: r.Certainty, CertaintyNote: r.CertaintyNote, Source: r.Source}
}

func makeLead(b *book, rows []Row, in Input) ([]Change, error) {
	f := map[string]string{}
	c := Change{Deed: Lead, AgencyCode: strings.TrimSpace(in.AgencyCode), Lead: text(f, "lead", in.Lead, SourceLimit)}
	c.FirstDay = readDay(f, "first_day", in.FirstDay, true)
	a, known := b.byCode[c.AgencyCode]
	if !known || a.Kind != models.KindAgency {
		f["agency"] = "Choose the agency that is led by somebody else from then on."
	}
	if c.Lead == "" && f["lead"] == "" {
		f["lead"] = "Name the agency that leads from that day on."
	}
	if err := faults(f); err != nil {
		return nil, err
	}
	n := 0
	for _, r := range rows {
		if !r.gone && r.Code == c.AgencyCode && r.Lead != c.Lead && (r.ValidTo == nil || !r.ValidTo.Before(*c.FirstDay)) {
			n++
		}
	}
	if n == 0 {
		return nil, invalid("lead", fmt.Sprintf("%s holds no area on that day that is not led by this agency already.", a.Name))
	}
	c.Words = c.sentence(Row{}, a.Name, n)
	return []Change{c}, nil
}
