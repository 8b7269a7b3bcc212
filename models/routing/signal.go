package routing

import (
	"net/netip"
	"strings"
	"time"

	"reeve/models"
)

// Whose says to whom in a report a signal belongs. A victim's or a reporter's
// place never says where a suspect is.
type Whose string

// The parties. WhoseUnknown is for what a report says of the incident as a
// whole: it counts towards where the suspect acted.
const (
	Subject      Whose = "subject"
	Recipient    Whose = "recipient"
	Victim       Whose = "victim"
	Reporter     Whose = "reporter"
	WhoseUnknown Whose = "unknown"
)

// Kind says what sort of thing a signal is.
type Kind string

// The kinds, from what usually tells most to what tells least.
const (
	AgencyFinding     Kind = "agency-finding"     // an agency or analyst has established the place
	PostalAddress     Kind = "postal-address"     // an address of a person
	EstimatedLocation Kind = "estimated-location" // the provider's own estimate
	IncidentPlace     Kind = "incident-place"     // where the incident is said to have happened
	Coordinates       Kind = "coordinates"        // of a cell phone incident
	FileGeotag        Kind = "file-geotag"        // coordinates in a file's details as the provider sent them
	IPAddress         Kind = "ip-address"         // an event with an IP address
	Phone             Kind = "phone"              // a telephone number
	EmailDomain       Kind = "email-domain"       // a country's domain in an e-mail address
	School            Kind = "school"             // a victim's school by name
)

// Place is where a signal points, as far as it goes: a country, or a country
// and state, and so on. Share is the part of the signal's weight that goes
// there; the shares of a signal's places add up to at most 1.
type Place struct {
	Country string  `json:"country"`
	State   string  `json:"state,omitempty"`
	FIPS    string  `json:"fips,omitempty"`   // the county's number
	County  string  `json:"county,omitempty"` // "Santa Clara County"
	City    string  `json:"city,omitempty"`
	Share   float64 `json:"share,omitempty"`
	Reading string  `json:"reading,omitempty"` // which part of the signal says so, when its parts disagree: "by ZIP code"
}

// Label names the place with its state or country: "Santa Clara County,
// California".
func (p Place) Label() string {
	switch {
	case p.Country == "":
		return "place unknown"
	case p.Country != "US":
		return CountryName(p.Country)
	case p.State == "":
		return "United States, state unknown"
	case p.County == "" || p.County == StateName(p.State):
		return StateName(p.State)
	default:
		return p.County + ", " + StateName(p.State)
	}
}

// Short names the place for a row of a list: "San Jose, Santa Clara County".
func (p Place) Short() string {
	var parts []string
	if p.City != "" {
		parts = append(parts, p.City)
	}
	switch {
	case p.Country != "US":
		parts = append(parts, CountryName(p.Country))
	case p.County != "" && p.County == p.City:
		parts = append(parts, StateName(p.State))
	case p.County != "":
		parts = append(parts, p.County)
	case p.State != "":
		parts = append(parts, StateName(p.State))
	default:
		parts = append(parts, "United States")
	}
	return strings.Join(parts, ", ")
}

// Signal is one thing in a report that says something about a place, with how
// that was derived. Nothing in it is guessed beyond what Derivation tells.
type Signal struct {
	Kind  Kind   `json:"kind"`
	Whose Whose  `json:"whose"`
	Path  string `json:"path,omitempty"` // where in the report: "subjects[0].person.addresses[1]"

	Value      string  `json:"value"`            // what was reported, in one line
	Places     []Place `json:"places,omitempty"` // none: it places nothing, and Problem says why
	Derivation string  `json:"derivation"`       // how Value became Places, in words
	Problem    string  `json:"problem,omitempty"`

	Type     string       `json:"type,omitempty"` // Home, Mobile, Billing, ... as reported
	Verified models.Truth `json:"verified"`
	Event    string       `json:"event,omitempty"` // Upload, Login, ... as reported
	At       time.Time    `json:"at,omitzero"`     // when, UTC
	// Distance is the time between At and the incident, in seconds, never
	// below zero; nil when either is not stated.
	Distance *int64       `json:"distanceSeconds,omitempty"`
	Proxy    models.Truth `json:"proxy"`

	// Detail says how complete an address is: full, part or state.
	Detail string `json:"detail,omitempty"`
	// Network is what a location database says of the network: hosting,
	// mobile, anonymous; empty when it says nothing.
	Network     string       `json:"network,omitempty"`
	Compromised models.Truth `json:"compromised,omitempty"` // the account is said to be taken over
	Associated  string       `json:"associated,omitempty"`  // type of the associated account that it was read from
	// Disagree tells how the signal's own parts contradict each other.
	Disagree string `json:"disagree,omitempty"`
}

// ProblemNoDatabase marks a signal from an IP address that could not be placed
// for want of a location database.
const ProblemNoDatabase = "no location database is configured"

// GeoPlace is what a location database says of an IP address.
type GeoPlace struct {
	Country    string   // two letters
	State      string   // United States postal code, or a region's code
	City       string   // English
	PostalCode string   // often only the network's, not a person's
	Latitude   *float64 // degrees; nil when not given
	Longitude  *float64
	AccuracyKm int    // radius, 0 when not given
	Network    string // hosting, mobile, anonymous, or empty
	Database   string // its name and date, for the derivation
}

// GeoLookup looks up an IP address, without zone and unmapped. It reports
// false when the database has no entry. A nil GeoLookup means that no database
// is configured.
type GeoLookup func(address netip.Addr) (GeoPlace, bool)
