package county

import (
	"slices"
	"strings"
)

// County is one county, parish, borough, independent city or municipality.
type County struct {
	FIPS  string `json:"fips"`  // five digits: state and county, e.g. "06085"
	State string `json:"state"` // two letters, e.g. "CA"
	Name  string `json:"name"`  // as the Census Bureau writes it, e.g. "Santa Clara"
}

// Share is a county and the part of a place that lies in it, 0 to 1.
type Share struct {
	County
	Share float64 `json:"share"`
}

// independentCities are the states with cities outside every county, by the
// first county number that the Census Bureau gives to such cities.
var independentCities = map[string]string{"VA": "51510", "MO": "29510", "MD": "24510", "NV": "32510"}

// City reports whether the county is an independent city, which may share its
// name with a county beside it (Fairfax in Virginia).
func (c County) City() bool {
	first, ok := independentCities[c.State]
	return ok && c.FIPS >= first
}

// Label names the county as people write it: "Santa Clara County",
// "Fairfax city", "Orleans Parish", "Ponce Municipio".
func (c County) Label() string {
	switch {
	case c.Name == "":
		return ""
	case c.City():
		if strings.HasSuffix(strings.ToLower(c.Name), " city") {
			return c.Name
		}
		return c.Name + " city"
	case c.State == "LA":
		return c.Name + " Parish"
	case c.State == "PR":
		return c.Name + " Municipio"
	case c.State == "AK", c.State == "DC", c.State == "AS", c.State == "GU", c.State == "MP", c.State == "VI":
		return c.Name
	default:
		return c.Name + " County"
	}
}

// Key is the form in which county names are compared within a state: lower
// case, no accents or punctuation, without the word "county" or "parish"; the
// word "city" stays, since it tells an independent city from a county.
func Key(name string) string {
	k := fold(name)
	for _, suffix := range []string{" county", " parish", " municipio"} {
		k = strings.TrimSuffix(k, suffix)
	}
	return k
}

// key is Key of the county's own name, marked as a city if it is one.
func (c County) key() string {
	k := Key(c.Name)
	if c.City() && !strings.HasSuffix(k, " city") {
		k += " city"
	}
	return k
}

// Named finds a county of a state by name, with or without "County". In
// Virginia, Missouri and Maryland "Fairfax" is the county and "Fairfax city"
// the city; a name that only a city bears finds the city.
func Named(state, name string) (County, bool) {
	ix := shapes()
	state = strings.ToUpper(strings.TrimSpace(state))
	k := Key(name)
	if c, ok := ix.byName[state+"/"+k]; ok {
		return c, true
	}
	c, ok := ix.byName[state+"/"+k+" city"]
	return c, ok
}

// ByFIPS finds a county by its five digits.
func ByFIPS(fips string) (County, bool) {
	c, ok := shapes().byFIPS[fips]
	return c, ok
}

// Of lists the counties of a state by FIPS number; none for an unknown state.
func Of(state string) []County {
	var out []County
	for _, s := range shapes().list {
		if s.State == strings.ToUpper(state) {
			out = append(out, s.County)
		}
	}
	slices.SortFunc(out, func(a, b County) int { return strings.Compare(a.FIPS, b.FIPS) })
	return out
}
