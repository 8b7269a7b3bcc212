package pages

import (
	"strconv"
	"strings"
	"time"

	"reeve/views/components"
	"reeve/views/layout"
)

// AgencyRow is an agency with its figures. Figures are ready to read and capped.
type AgencyRow struct {
	Name, URL, Code  string
	Depth            int    // in a tree: below its top
	Above            string // in a list: the agency above
	Own              bool
	Closed           bool
	Kind             string // in words, where it is no ordinary agency: "pool"
	Active           string
	Waiting, Invited string // empty: none
	Due              string
	Open             string
	PeopleURL        string
	SignIn           AgencySignIn
	LastSignIn       time.Time
	NoAdmin          bool // nobody is its admin
	AdminInvited     bool // ... and somebody is on the way
	AskedDomains     bool
	NoPeople         bool // a pool: nobody signs in for it
}

// AgencySignIn is how an agency's sign-in stands.
type AgencySignIn struct {
	Words string
	Tone  components.Tone
	URL   string
}

// AgencyTreeView is the agencies at and below one.
type AgencyTreeView struct {
	Frame  layout.PageArgs
	Title  string
	Top    AgencyPlace
	Tabs   []components.Tab
	Rows   []AgencyRow
	Alone  bool // nothing stands below
	Pages  components.PaginationArgs
	AddURL string
}

// level is the class that sets a row in by its depth, from a fixed set.
func (r AgencyRow) level() string {
	d := min(max(r.Depth, 0), 8)
	return "AgencyName AgencyName--" + strconv.Itoa(d)
}

// second is the quiet line below a name.
func (r AgencyRow) second() string {
	parts := []string{r.Code}
	if r.Kind != "" {
		parts = append(parts, r.Kind)
	}
	if r.Above != "" {
		parts = append(parts, "below "+r.Above)
	}
	if r.Own {
		parts = append(parts, "your own")
	}
	return strings.Join(parts, " · ")
}

// people is the second line of the people's cell.
func (r AgencyRow) people() string {
	var parts []string
	if r.Waiting != "" {
		parts = append(parts, r.Waiting+" waiting")
	}
	if r.Invited != "" {
		parts = append(parts, r.Invited+" invited")
	}
	return strings.Join(parts, ", ")
}

// AgencyFormView is the form for a new agency.
type AgencyFormView struct {
	Frame    layout.PageArgs
	Above    string // the agency that it will stand below; empty: a root
	Action   string
	Cancel   string
	Values   AgencyFormValues
	Errors   map[string]string
	Problems []components.FieldError
	Hidden   []components.Pair
	Zones    []components.Option
}

// AgencyFormValues are the fields as typed.
type AgencyFormValues struct{ Name, Code, Zone, ContactName, ContactEmail, ContactPhone string }

// AgencyMoveView asks where an agency goes.
type AgencyMoveView struct {
	Frame    layout.PageArgs
	Agency   AgencyPlace
	Action   string
	Cancel   string
	Value    string
	Error    string
	Problems []components.FieldError
	Conflict string
	Hidden   []components.Pair
	Places   []components.Option // nil: the code is typed
	MayRoot  bool
	Nowhere  bool // there is no other place
}

// AgencyCloseView asks whether an agency is to be closed.
type AgencyCloseView struct {
	Frame    layout.PageArgs
	Agency   AgencyPlace
	Action   string
	Cancel   string
	Why      string // what was typed
	Error    string
	Problems []components.FieldError
	Conflict string
	Not      string // why it cannot be closed now
	Hidden   []components.Pair
	People   string // how many are shut out, in words
	Areas    string // what becomes of its territory, in words; empty: it has none
}
