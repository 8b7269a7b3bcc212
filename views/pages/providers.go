package pages

import (
	"time"

	"reeve/views/components"
	"reeve/views/layout"
)

// ProvidersView is the clearinghouse's list of providers.
type ProvidersView struct {
	Frame   layout.PageArgs
	Lead    string // how many fail
	AddURL  string
	Tabs    []components.Tab
	Search  string
	Problem string            // what is wrong with the search
	Hidden  []components.Pair // what else the search's address carries
	All     string            // the address of the whole list
	Columns []components.Column
	Rows    []ProvidersRow
	Empty   ProvidersEmpty
	Pages   components.PaginationArgs
}

// ProvidersEmpty says why the list has no rows.
type ProvidersEmpty struct{ Title, Text string }

// ProvidersRow is one provider.
type ProvidersRow struct {
	Name, URL  string
	Username   string // empty: it never had one
	State      components.StateArgs
	Note       string // besides the state: when the old password ends
	LastUsed   time.Time
	Day, Week  ProvidersCount
	Worst      string // the commonest error in words; empty: none
	WorstCount string
	Fails      bool
}

// ProvidersCount is requests and errors in one stretch of time.
type ProvidersCount struct {
	Requests, Errors, Share string // errors empty: none
	Warn                    bool
}

func (r ProvidersRow) mark() components.BadgeArgs {
	return components.BadgeArgs{Label: "Fails", Tone: components.ToneBad, Icon: components.IconWarn, Title: "At least a fifth of its requests of the last 24 hours were answered with an error"}
}

// ProviderView is one provider's account.
type ProviderView struct {
	Frame       layout.PageArgs
	Name        string
	Lead        string
	Alerts      []components.AlertArgs
	Deeds       []components.LinkButtonArgs
	Figures     []components.FigureArgs
	Use         components.ChartArgs
	Faults      []ProviderFault
	Credentials []ProviderCredential
	EndURL      string // where an old password can be ended; empty: none overlaps
	Networks    []string
	NetworksURL string
	Seen        []ProviderAddress
	SeenMore    bool
	Contact     []components.Term
	ContactURL  string
	ListURL     string
}

// ProviderFault is one kind of error answer.
type ProviderFault struct {
	Code       string
	What, Hint string
	Week, All  string
	LastAt     time.Time
	LastIP     string
}

// ProviderCredential is one password of a provider, without the password.
type ProviderCredential struct {
	Username string
	State    components.StateArgs
	Made     time.Time
	MadeBy   string
	LastUsed time.Time // zero: never
	Ends     time.Time // zero: no end
	EndWords string    // "ends", "ended", "disabled"
	EndedBy  string
	Why      string
}

// ProviderAddress is an address from which a right password came.
type ProviderAddress struct {
	IP      string
	Last    time.Time // zero: not among the newest
	Outside bool      // it is not allowed now
}

// ProviderFormView is a page that asks for one deed on a provider's account.
type ProviderFormView struct {
	Frame    layout.PageArgs
	Title    string
	Lead     string
	Action   string
	Back     string // address of the provider, or of the list
	Hidden   []components.Pair
	Problems []components.FieldError
	Conflict string // what is in the way; nothing was done
	Not      string // why the deed cannot be done now; then there is no form

	Name, Username                          string
	ContactName, ContactEmail, ContactPhone string
	Overlap                                 string
	Why                                     string
	Networks                                string
	OldUsed                                 time.Time // when the old password was last used; zero: never
	OldUsedSince                            bool      // after the new one was made
	OldEnds                                 time.Time
	LastUsed                                time.Time
	Excludes                                []ProviderAddress // would be shut out by the list as typed
	Sure                                    string            // the value that confirms it
	Seen                                    []ProviderAddress
	WhyLimit, NetworksLimit, MaxOverlap     int
}

func (v ProviderFormView) problem(field string) string {
	for _, p := range v.Problems {
		if p.ID == "f-"+field {
			return p.Message
		}
	}
	return ""
}

func (v ProviderFormView) field(name, label, value string) components.FieldArgs {
	return components.FieldArgs{Label: label, Name: name, Value: value, Error: v.problem(name), Autocomplete: "off"}
}

func (v ProviderFormView) required(a components.FieldArgs) components.FieldArgs {
	a.Required = true
	return a
}

func (v ProviderFormView) help(a components.FieldArgs, text string) components.FieldArgs {
	a.Help = text
	return a
}

// ProviderSecretView shows a new password, once.
type ProviderSecretView struct {
	Frame              layout.PageArgs
	Title              string
	Name               string
	Username, Password string
	API                string // address of the provider API
	OldUntil           time.Time
	OldEnded           bool // there was an old password and it works no more
	Contact, Email     string
	URL                string // the provider's page
}
