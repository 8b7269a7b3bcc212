package pages

import (
	"time"

	"reeve/views/components"
	"reeve/views/layout"
)

// AgenciesView is the clearinghouse's list of all agencies.
type AgenciesView struct {
	Frame      layout.PageArgs
	Tabs       []components.Tab
	Words      string // what was searched for
	Which      string // the list searched in, carried through the form
	ClearURL   string
	Rows       []AgencyRow
	Pages      components.PaginationArgs
	First      string // the list's first page, when this is another
	AddURL     string
	RolesURL   string
	Domains    string // how many e-mail domains wait; empty: none
	DomainsURL string
	Empty      components.EmptyArgs
}

// AgencyProfileView is what the clearinghouse sees of one agency.
type AgencyProfileView struct {
	Frame        layout.PageArgs
	Agency       AgencyPlace
	Kind         string // "Agency", "Pool", "The clearinghouse"
	AboveURL     string
	Closed       string // since when, in words; empty: open
	Alerts       []components.AlertArgs
	InviteURL    string // of the first admin; empty: there is one, or it may not be done
	Contact      []components.Term
	Figures      []components.Term
	Admins       []AgencyAdminRow
	AskedDomains bool   // an e-mail domain waits for a decision
	DomainsURL   string // where that is decided
	Areas        []AreaRow
	MoreAreas    bool
	Below        []AgencyRow
	TreeURL      string // all below it; empty: nothing more
	People       bool   // somebody can have an account there
}

// AgencyAdminRow is an admin of an agency, or somebody on the way to being one.
type AgencyAdminRow struct {
	Name, Email, Roles, State string
	Tone                      components.Tone
	LastSignIn                time.Time
}

// AreaRow is a dated row of an agency's territory.
type AreaRow struct {
	Area, From, To string
	Over           bool // no longer, or not yet
	Certainty      string
	Tone           components.Tone
	Basis, Source  string
}

func (v AgencyProfileView) lead() string {
	switch {
	case v.Kind != "Agency":
		return "It has no place in the tree and cannot be closed."
	case v.Agency.Above == "":
		return "It stands below no other agency."
	}
	return "Below " + v.Agency.Above + "."
}

// RolesView is who may do what, as the program has it.
type RolesView struct {
	Frame  layout.PageArgs
	Tabs   []components.Tab
	Yours  []string // the reader's own roles, in words
	Tables []RolesTable
	Reach  []components.Term // what the words in the tables mean
}

// RolesTable is one party's part of the matrix.
type RolesTable struct {
	ID, Title, Note string
	Roles           []RoleHead
	Rows            []RoleRow
}

// RoleHead is a role as a column.
type RoleHead struct {
	Name, Means string
	Yours       bool
}

// RoleRow is a permission with how far each role has it.
type RoleRow struct {
	Words string
	Cells []RoleCell
}

// RoleCell is whether, and how far, a role has a permission.
type RoleCell struct {
	Role  string
	Reach string
	Has   bool
	Yours bool
}
