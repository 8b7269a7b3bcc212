package pages

import (
	"time"

	"github.com/a-h/templ"

	"reeve/views/components"
	"reeve/views/layout"
)

// PeopleView is a list of an agency's people: who has access, and who should not.
type PeopleView struct {
	Frame  layout.PageArgs
	Agency string
	Other  string // said when it is not the reader's own agency

	Lists    []components.Tab // worklists, with counts
	Title    string           // of the list that is shown: "To approve"
	Note     string           // what the list is for, and what to do
	Chooser  []components.Option
	Choosing string // code of the agency that is shown
	Search   PeopleSearch
	Problems []components.FieldError

	Rows  []PeopleRow
	Pages components.PaginationArgs
	Empty components.EmptyArgs
	First string // the list's first page, where this one is empty

	InviteURL, ImportURL, ExportURL string // empty: the reader may not
	Confirm                         string // where "still needed" goes for ticked rows; empty: not in this list
	Back                            string // this page's address, to which deeds return
}

// PeopleSearch is the form that narrows the list.
type PeopleSearch struct {
	Words, Role     string
	Roles           []components.Option
	Hidden          []components.Pair
	ClearURL        string // empty: nothing is narrowed
	WordsErr, RoleE string
}

// PeopleRow is one person of the list.
type PeopleRow struct {
	ID       string
	URL      string
	Name     string
	Second   string // title and address
	Roles    string
	SignIn   time.Time // last sign-in; zero: never
	Strength components.StateArgs
	State    components.StateArgs
	Open     string // open work; empty: none
	OpenURL  string
	Due      time.Time // of the yearly review
	DueWord  string    // "overdue", "soon"; empty: not yet
	DueTone  components.Tone
	Tick     string // value of the row's box; empty: the row has none
	NoTick   string // why it has none
	Deed     *PeopleDeed
}

// PeopleDeed is a button in a row.
type PeopleDeed struct {
	Label  string
	Action string
	Hidden []components.Pair
	Danger bool
	Link   bool // it leads to a page instead
}

func (v PeopleView) columns() []components.Column {
	var list []components.Column
	if v.Confirm != "" {
		list = append(list, components.Column{Label: "Select", Hidden: true, Width: "narrow"})
	}
	list = append(list, components.Column{Label: "Name", Share: 25}, components.Column{Label: "Roles", Share: 20}, components.Column{Label: "Last sign-in"},
		components.Column{Label: "State"}, components.Column{Label: "Open work", Numeric: true}, components.Column{Label: "Yearly review"})
	if v.deeds() {
		list = append(list, components.Column{Label: "Deed", Hidden: true, Width: "narrow"})
	}
	return list
}

// deeds reports whether any row has a button.
func (v PeopleView) deeds() bool {
	for _, r := range v.Rows {
		if r.Deed != nil {
			return true
		}
	}
	return false
}

// named is the row's button; who reads it alone hears whom it is about.
func (d PeopleDeed) named(who string) components.ButtonArgs {
	a := components.ButtonArgs{Label: d.Label, Small: true, Attrs: templ.Attributes{"aria-label": d.Label + ": " + who}}
	if d.Danger {
		a.Variant = components.Danger
	}
	return a
}
