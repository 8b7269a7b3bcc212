package territory

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Deed says what a change does.
type Deed string

// The deeds.
const (
	Give  Deed = "give"  // an area to an agency from a day
	End   Deed = "end"   // a row after its last day
	Amend Deed = "amend" // a row says something else of its area from a day
	Lead  Deed = "lead"  // an agency is led by another from a day
)

// Change is one change of a draft. It never changes once it is added.
type Change struct {
	ID            uuid.UUID `gorm:"primaryKey"`
	DraftID       uuid.UUID
	Deed          Deed
	TerritoryID   *uuid.UUID // the row that is ended or amended
	AgencyCode    string
	Country       string
	State         string
	County        string
	FirstDay      *time.Time
	LastDay       *time.Time
	Lead          string
	HolderKind    string
	Basis         string
	Certainty     string
	CertaintyNote string
	Source        string
	Line          int    // of the file that it was imported from
	Words         string // the change as a sentence
	AddedByName   string
	AddedAt       time.Time
}

// TableName names the table for gorm.
func (Change) TableName() string { return "territory_changes" }

// from is the first day on which the change makes a difference; the zero time is as
// far back as known.
func (c Change) from() time.Time {
	switch {
	case c.Deed == End:
		return c.LastDay.AddDate(0, 0, 1)
	case c.FirstDay == nil:
		return time.Time{}
	}
	return *c.FirstDay
}

// sentence says the change. r is the row that it ends or amends, name the agency's,
// areas how many rows a change of lead touches.
func (c Change) sentence(r Row, name string, areas int) string {
	switch c.Deed {
	case Give:
		s := fmt.Sprintf("Gives %s to %s (%s) %s", Row{Territory: territoryOf(c)}.Area(), name, c.AgencyCode, since(c.FirstDay))
		if c.LastDay != nil {
			s += " until " + day(c.LastDay)
		}
		return s + fmt.Sprintf("; certainty %s.", c.Certainty)
	case End:
		if r.ValidFrom != nil && c.LastDay.Before(*r.ValidFrom) {
			return fmt.Sprintf("Withdraws %s from %s (%s), which was to hold it from %s.", r.Area(), r.Name, r.Code, day(r.ValidFrom))
		}
		return fmt.Sprintf("Ends %s for %s (%s); its last day is %s.", r.Area(), r.Name, r.Code, day(c.LastDay))
	case Amend:
		return fmt.Sprintf("From %s, %s of %s (%s): %s.", day(c.FirstDay), r.Area(), r.Name, r.Code, c.differs(r))
	default:
		return fmt.Sprintf("From %s, %s (%s) is led by %q, in %s.", day(c.FirstDay), name, c.AgencyCode, c.Lead, counted(areas, "area", "areas"))
	}
}

func since(t *time.Time) string {
	if t == nil {
		return "as far back as known"
	}
	return "from " + day(t)
}

// differs lists what an amendment changes of a row.
func (c Change) differs(r Row) string {
	var parts []string
	for _, p := range []struct{ what, was, is string }{{"certainty", r.Certainty, c.Certainty}, {"note", r.CertaintyNote, c.CertaintyNote}, {"source", r.Source, c.Source},
		{"basis", r.Basis, c.Basis}, {"lead", r.Lead, c.Lead}, {"kind", r.HolderKind, c.HolderKind}} {
		switch {
		case p.was == p.is:
		case p.what == "certainty":
			parts = append(parts, fmt.Sprintf("certainty %s instead of %s", p.is, p.was))
		case p.is == "":
			parts = append(parts, fmt.Sprintf("no %s any more", p.what))
		default:
			parts = append(parts, fmt.Sprintf("%s %q", p.what, shorten(p.is)))
		}
	}
	return strings.Join(parts, ", ")
}

func shorten(s string) string {
	if r := []rune(s); len(r) > 80 {
		return string(r[:79]) + "…"
	}
	return s
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "one " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
