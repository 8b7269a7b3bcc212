package routing

import (
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// stateNames are the states, the district, the territories and the states of
// the armed forces' mail, by postal code.
var stateNames = map[string]string{
	"AK": "Alaska", "AL": "Alabama", "AR": "Arkansas", "AZ": "Arizona", "CA": "California", "CO": "Colorado",
	"CT": "Connecticut", "DC": "District of Columbia", "DE": "Delaware", "FL": "Florida", "GA": "Georgia",
	"HI": "Hawaii", "IA": "Iowa", "ID": "Idaho", "IL": "Illinois", "IN": "Indiana", "KS": "Kansas",
	"KY": "Kentucky", "LA": "Louisiana", "MA": "Massachusetts", "MD": "Maryland", "ME": "Maine",
	"MI": "Michigan", "MN": "Minnesota", "MO": "Missouri", "MS": "Mississippi", "MT": "Montana",
	"NC": "North Carolina", "ND": "North Dakota", "NE": "Nebraska", "NH": "New Hampshire", "NJ": "New Jersey",
	"NM": "New Mexico", "NV": "Nevada", "NY": "New York", "OH": "Ohio", "OK": "Oklahoma", "OR": "Oregon",
	"PA": "Pennsylvania", "RI": "Rhode Island", "SC": "South Carolina", "SD": "South Dakota",
	"TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VA": "Virginia", "VT": "Vermont", "WA": "Washington",
	"WI": "Wisconsin", "WV": "West Virginia", "WY": "Wyoming",
	"AS": "American Samoa", "GU": "Guam", "MP": "Northern Mariana Islands", "PR": "Puerto Rico", "VI": "U.S. Virgin Islands",
	"AA": "Armed Forces Americas", "AE": "Armed Forces Europe", "AP": "Armed Forces Pacific",
}

// territoryCountries are the United States territories that ISO 3166-1 also
// lists as countries; they are read as states.
var territoryCountries = map[string]bool{"AS": true, "GU": true, "MP": true, "PR": true, "VI": true}

// noPlaceCountries are codes of the provider API's list that name no country:
// anonymous proxy, satellite, other, Asia-Pacific, and "EU" as a whole.
var noPlaceCountries = map[string]bool{"A1": true, "A2": true, "O1": true, "AP": true}

// StateName names a state by its postal code; empty for an unknown one.
func StateName(code string) string { return stateNames[code] }

// stateCode finds a state by postal code or name; location databases and the
// phone library give names, some of them unusual.
func stateCode(s string) string {
	s = strings.TrimSpace(s)
	if up := strings.ToUpper(s); stateNames[up] != "" {
		return up
	}
	switch strings.ToLower(s) {
	case "washington state":
		return "WA"
	case "washington d.c.", "washington, d.c.", "washington dc", "d.c.":
		return "DC"
	case "virgin islands":
		return "VI"
	case "new york state":
		return "NY"
	}
	for code, name := range stateNames {
		if strings.EqualFold(name, s) {
			return code
		}
	}
	return ""
}

// extraCountries are codes that the provider API accepts beyond today's ISO
// 3166-1.
var extraCountries = map[string]string{"AN": "Netherlands Antilles", "EU": "European Union", "FX": "Metropolitan France", "XK": "Kosovo"}

// CountryName names a country by its two-letter code, in English; an unknown
// code comes back as it is.
func CountryName(code string) string {
	if n := extraCountries[code]; n != "" {
		return n
	}
	r, err := language.ParseRegion(code)
	if err != nil {
		return code
	}
	if n := display.English.Regions().Name(r); n != "" {
		return n
	}
	return code
}

func validCountry(code string) bool {
	if len(code) != 2 || code != strings.ToUpper(code) {
		return false
	}
	if extraCountries[code] != "" {
		return true
	}
	r, err := language.ParseRegion(code)
	return err == nil && r.IsCountry() && r.Canonicalize().String() == code
}
