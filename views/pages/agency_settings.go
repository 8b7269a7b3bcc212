package pages

import (
	"strconv"

	"reeve/views/components"
	"reeve/views/layout"
)

// AgencyPlace is one agency of the pages about the tree: what it is called and where
// one goes from it. Addresses that the reader may not open are empty.
type AgencyPlace struct {
	Name, Code                string
	PeopleURL, SignInURL      string
	SettingsURL, TreeURL      string
	AddURL, MoveURL, CloseURL string
	ReopenURL                 string // a POST, of an agency that is closed
	Version                   string
	Above                     string // the agency above; empty: none
}

// AgencySettingsView is an agency's settings.
type AgencySettingsView struct {
	Frame   layout.PageArgs
	Agency  AgencyPlace
	Tabs    []components.Tab
	Action  string
	Own     bool
	HasBand bool // the clearinghouse's colour is fixed
	Name    string
	Closed  string // since when, in words; empty: open

	Values   AgencySettingsValues
	Errors   map[string]string
	Problems []components.FieldError
	Conflict *AgencyConflictView
	Hidden   []components.Pair

	Zones, Bands        []components.Option
	MostIdle, MostHours int
}

// AgencySettingsValues are the fields as typed.
type AgencySettingsValues struct {
	Name, ContactName, ContactEmail, ContactPhone, Zone, Band, ORI, Idle, Hours string
}

// AgencyConflictView says what somebody else changed while a form was open.
type AgencyConflictView struct{ Changes []Change }

func (v AgencySettingsView) lead() string {
	switch {
	case v.Own:
		return "Your own agency."
	case v.Agency.Above != "":
		return "Below " + v.Agency.Above + "."
	}
	return "It stands below no other agency."
}

// most says who sets the upper bound of a session limit.
func (v AgencySettingsView) most(n int, unit string) string {
	text := "At most " + strconv.Itoa(n) + " " + unit
	if v.Agency.Above != "" {
		return text + ", as " + v.Agency.Above + " has it. Empty: the most there is."
	}
	return text + ". Empty: the most there is."
}

func (v AgencySettingsView) number(name, label, help, value string, least, most int) components.FieldArgs {
	return components.FieldArgs{Label: label, Name: name, Value: value, Error: v.Errors[name], Help: help, Type: "number", InputMode: "numeric", Width: "short", Autocomplete: "off",
		Attrs: map[string]any{"min": strconv.Itoa(least), "max": strconv.Itoa(most)}}
}
