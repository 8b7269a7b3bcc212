package routing

import (
	"strings"

	"reeve/models/routing/county"
)

// school reads a victim's school. No table of schools is at hand, so a name by
// itself places nothing; only a place written behind it, after a comma, is
// read: "Example School, San Jose, CA". A state within a name ("Washington
// School") is no place.
func (x *extraction) school(h holder, path, name string) {
	s := Signal{Kind: School, Path: path, Value: oneLine(name)}
	parts := strings.Split(s.Value, ",")
	last := strings.Fields(parts[len(parts)-1])
	zip := county.ZIP{}
	if n := len(last); n > 1 && len(parts) > 1 {
		if found, ok := county.ByZIP(last[n-1]); ok {
			zip, last = found, last[:n-1]
		}
	}
	state := ""
	if len(parts) > 1 {
		state = stateCode(strings.Join(last, " "))
	}
	if state == "" {
		s.Problem = "no table of schools is at hand and no place is written with it; look it up by hand"
		x.add(h, s)
		return
	}
	city := ""
	if len(parts) > 2 {
		city = strings.TrimSpace(parts[len(parts)-2])
	}
	shares := county.ByCity(state, city)
	s.note("by the place written with the school's name")
	switch {
	case zip.State == state && len(zip.Shares) > 0:
		shares = zip.Shares
		s.note("county by ZIP code")
	case len(shares) > 0:
		s.note("county by city")
	default:
		s.note("the state only")
	}
	s.Places = countyPlaces(state, city, shares, 1, "")
	x.add(h, s)
}
