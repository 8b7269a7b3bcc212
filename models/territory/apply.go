package territory

import (
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"reeve/models"
)

// Finding is why a draft cannot be published or a file not imported, with an example.
type Finding struct {
	Line   int    // of the file; 0: none
	Column string // of the file; empty: the line as a whole
	Area   string // the example's area
	Day    string // the example's day; empty: no day in particular
	Words  string
}

func territoryOf(c Change) models.Territory {
	return models.Territory{Country: c.Country, State: c.State, County: c.County, ValidFrom: c.FirstDay, ValidTo: c.LastDay, Lead: c.Lead, HolderKind: c.HolderKind,
		Basis: c.Basis, Certainty: c.Certainty, CertaintyNote: c.CertaintyNote, Source: c.Source}
}

// apply answers the territory as it would be with the changes, in their order, and
// what keeps a change from being made. The rows given are left as they are.
func (b *book) apply(changes []Change) ([]Row, []Finding) {
	rows := slices.Clone(b.rows)
	at := map[uuid.UUID]int{}
	for i, r := range rows {
		at[r.ID] = i
	}
	var found []Finding
	fail := func(c Change, r Row, on, words string) {
		found = append(found, Finding{Line: c.Line, Area: r.Area(), Day: on, Words: words})
	}
	for _, c := range changes {
		switch c.Deed {
		case Give:
			t := territoryOf(c)
			a := b.byCode[c.AgencyCode]
			t.AgencyID = a.ID
			r := b.row(t)
			r.Code, r.Line, r.fresh = c.AgencyCode, c.Line, true
			rows = append(rows, r)
		case End, Amend:
			i, there := at[*c.TerritoryID]
			if !there || rows[i].gone {
				fail(c, Row{Territory: territoryOf(c)}, "", "The row that this change is about holds no more. Take the change out: "+c.Words)
				continue
			}
			if c.Deed == End {
				end(&rows[i], c, fail)
			} else if fresh, ok := amend(&rows[i], c, fail); ok {
				rows = append(rows, fresh)
			}
		case Lead:
			n := 0
			for i := range rows {
				r := rows[i]
				if r.gone || r.Code != c.AgencyCode || r.Lead == c.Lead || r.ValidTo != nil && r.ValidTo.Before(*c.FirstDay) {
					continue
				}
				n++
				as := c
				as.HolderKind, as.Basis, as.Certainty, as.CertaintyNote, as.Source = r.HolderKind, r.Basis, r.Certainty, r.CertaintyNote, r.Source
				if fresh, ok := amend(&rows[i], as, fail); ok {
					rows = append(rows, fresh)
				}
			}
			if n == 0 {
				fail(c, Row{}, day(c.FirstDay), "No area of this agency is left to be led by somebody else. Take the change out: "+c.Words)
			}
		}
	}
	return rows, found
}

func end(r *Row, c Change, fail func(Change, Row, string, string)) {
	switch {
	case r.ValidTo != nil && !c.LastDay.Before(*r.ValidTo):
		fail(c, *r, day(r.ValidTo), fmt.Sprintf("%s of %s ends on %s already.", r.Area(), r.Name, day(r.ValidTo)))
	case r.ValidFrom != nil && c.LastDay.Before(*r.ValidFrom):
		r.gone, r.touched = true, true
	default:
		r.ValidTo, r.touched = c.LastDay, true
	}
}

// amend splits a row at the change's first day. A row that a draft adds is not there
// yet, and says something else from the beginning where the day allows it.
func amend(r *Row, c Change, fail func(Change, Row, string, string)) (Row, bool) {
	if r.ValidTo != nil && r.ValidTo.Before(*c.FirstDay) {
		fail(c, *r, day(r.ValidTo), fmt.Sprintf("%s of %s ends on %s, before this change begins.", r.Area(), r.Name, day(r.ValidTo)))
		return Row{}, false
	}
	after := *r
	after.Lead, after.HolderKind, after.Basis, after.Certainty, after.CertaintyNote, after.Source = c.Lead, c.HolderKind, c.Basis, c.Certainty, c.CertaintyNote, c.Source
	after.Line, after.fresh, after.touched = c.Line, true, false
	whole := r.ValidFrom != nil && !c.FirstDay.After(*r.ValidFrom)
	if whole && r.fresh {
		after.Line = r.Line
		*r = after
		return Row{}, false
	}
	after.ID = uuid.Nil
	after.ValidFrom = later(r.ValidFrom, c.FirstDay)
	r.touched = true
	if whole {
		r.gone = true
	} else {
		last := c.FirstDay.AddDate(0, 0, -1)
		r.ValidTo = &last
	}
	return after, true
}

// check answers what the changed territory must not leave behind. Only rows that the
// changes add are judged: what was wrong before does not keep a draft from mending
// something else, and stands on the overview.
func (b *book) check(rows []Row) []Finding {
	var found []Finding
	byArea := map[string][]int{}
	for i, r := range rows {
		if !r.gone && r.Covers() {
			byArea[r.key()] = append(byArea[r.key()], i)
		}
	}
	for i, r := range rows {
		if !r.fresh || r.gone {
			continue
		}
		found = append(found, b.checkHolder(r)...)
		if !r.Covers() {
			continue
		}
		for _, j := range byArea[r.key()] {
			o := rows[j]
			if j == i || o.fresh && j > i { // two added rows are told of once
				continue
			}
			if on, both := r.overlap(o); both {
				found = append(found, Finding{Line: r.Line, Area: r.Area(), Day: firstDay(on),
					Words: fmt.Sprintf("%s would be held by %s (%s) and by %s (%s)%s. End one of them the day before the other begins.", r.Area(), r.Name, r.Code, o.Name, o.Code, onDay(on))})
				break
			}
		}
	}
	return found
}

func (b *book) checkHolder(r Row) []Finding {
	a, known := b.byCode[r.Code]
	words := ""
	switch {
	case !known:
		words = fmt.Sprintf("There is no agency %q. Add it to the directory first, or correct the code.", r.Code)
	case a.ClosedAt != nil:
		words = fmt.Sprintf("%s (%s) is closed; nothing is referred to it. Give the area to another agency.", a.Name, a.Code)
	case a.Kind == models.KindClearinghouse:
		words = fmt.Sprintf("%s holds no area. Give it to a pool, whose owner the clearinghouse is.", a.Name)
	}
	if words == "" {
		return nil
	}
	return []Finding{{Line: r.Line, Area: r.Area(), Day: day(r.ValidFrom), Words: words}}
}

func firstDay(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

func onDay(t time.Time) string {
	if t.IsZero() {
		return " on every day"
	}
	return " on " + t.Format(time.DateOnly)
}
