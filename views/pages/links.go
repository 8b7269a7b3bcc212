package pages

import (
	"strconv"
	"time"

	"reeve/views/components"
	"reeve/views/layout"
)

// LinksView is what a report is linked with: a panel on its page, and a page of its own
// with the deeds.
type LinksView struct {
	Frame     layout.PageArgs
	Number    int64
	ReportURL string
	PageURL   string // the page of its own; empty on that page
	Rows      []LinkRow
	Pages     components.PaginationArgs
	Waiting   []string // agencies that were asked to look again and have not yet
	Bundle    *LinkBundle
	Form      *LinkForm // nil: the reader links nothing
	Conflict  string
	Now       time.Time
}

// LinkRow is one linked report.
type LinkRow struct {
	ID, URL, Number, Kind string
	Supplement            string // which of the two supplements the other
	Type, Provider        string
	Subject               string
	Received              time.Time
	Why, Found            string
	State                 components.BadgeArgs
	Decided               string
	Changes               []components.Term
	ChangesOf             string // heading of the changes
	Confirm, Reject       string // addresses; empty: not now, or not for this reader
	Version               int
	Error, Typed          string
}

// LinkBundle is the bundle of one widely spread file.
type LinkBundle struct {
	Head     bool // this report stands for the others
	HeadURL  string
	HeadName string
	Size     int
	Why      string
	Members  []LinkMember
	Pages    components.PaginationArgs
	TakeOut  string // address that takes this report out; empty: it is the head
}

// LinkMember is a report for which the head stands.
type LinkMember struct {
	Number, URL, Type, Subject, State string
	Received                          time.Time
	TakeOut                           string
}

// LinkForm links two reports by hand.
type LinkForm struct {
	Action, Other, Kind, Why string
	Errors                   map[string]string
}

func (v LinksView) number() string { return strconv.FormatInt(v.Number, 10) }

func (v LinksView) count() string { return countOf(len(v.Rows)) }

func (f *LinkForm) errors() []components.FieldError {
	var out []components.FieldError
	for _, e := range []struct{ field, id string }{{"other", "f-other"}, {"kind", "f-kind"}, {"why", "f-link-why"}} {
		if text := f.Errors[e.field]; text != "" {
			out = append(out, components.FieldError{ID: e.id, Message: text})
		}
	}
	return out
}

func (b *LinkBundle) sentence() string {
	if b.Head {
		return "At the desk this report stands for " + plural(b.Size, "other report", "other reports") + " of one widely spread file."
	}
	return "At the desk another report stands for this one."
}
