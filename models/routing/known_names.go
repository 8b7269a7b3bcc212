package routing

import (
	"maps"
	"slices"
	"strings"
)

// StateCode finds a state, the district or a territory by its postal code or its
// name, in any case; empty when there is none.
func StateCode(s string) string { return stateCode(s) }

// StateCodes lists the postal codes of the states, the district and the territories,
// by name. The armed forces' mail is no place.
func StateCodes() []string {
	list := slices.Collect(maps.Keys(stateNames))
	list = slices.DeleteFunc(list, func(c string) bool { return c == "AA" || c == "AE" || c == "AP" })
	slices.SortFunc(list, func(a, b string) int { return strings.Compare(stateNames[a], stateNames[b]) })
	return list
}

// KnownCountry reports whether a two-letter code names a country that routing can
// place a report in.
func KnownCountry(code string) bool { return validCountry(code) && !noPlaceCountries[code] }
