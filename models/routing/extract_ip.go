package routing

import (
	"cmp"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"reeve/models"
	"reeve/models/routing/county"
)

// carrierNAT is the address block that carriers share among customers
// (RFC 6598); an address in it belongs to no one place.
var carrierNAT = netip.MustParsePrefix("100.64.0.0/10")

// ip reads one event with an IP address. detail is "file" for the address
// stated with a file and "peer" for one seen in a peer-to-peer network.
func (x *extraction) ip(h holder, detail, path string, e models.ReportedIP) {
	s := Signal{Kind: IPAddress, Path: path, Event: e.Event, At: e.DateTime.At, Proxy: e.PossibleProxy, Detail: detail, Value: oneLine(e.Address)}
	addr, err := netip.ParseAddr(strings.TrimSpace(e.Address))
	switch {
	case err != nil:
		s.Problem = "not an IP address"
	case addr.Unmap().IsPrivate(), addr.Unmap().IsLoopback(), addr.Unmap().IsLinkLocalUnicast(), addr.IsUnspecified(), addr.Unmap().IsMulticast():
		s.Problem = "an address of a private network"
	case carrierNAT.Contains(addr.Unmap()):
		s.Problem = "an address that a carrier shares among its customers"
	case x.geo == nil:
		s.Problem = ProblemNoDatabase
	default:
		place, ok := x.geo(addr.Unmap().WithZone(""))
		if !ok {
			s.Problem = "the location database does not know this address"
			break
		}
		x.locate(&s, place)
	}
	x.add(h, s)
}

// locate places a signal by a database's answer, once for all events that have
// the same.
func (x *extraction) locate(s *Signal, g GeoPlace) {
	for i := range x.located {
		if l := &x.located[i]; l.geo.same(g) {
			s.Network, s.Places, s.Derivation, s.Problem = l.s.Network, slices.Clone(l.s.Places), l.s.Derivation, l.s.Problem
			return
		}
	}
	s.locate(g)
	x.located = append(x.located, located{g, *s})
}

func (g GeoPlace) same(o GeoPlace) bool {
	equal := func(a, b *float64) bool { return a == b || a != nil && b != nil && *a == *b }
	return g.Country == o.Country && g.State == o.State && g.City == o.City && g.PostalCode == o.PostalCode && g.AccuracyKm == o.AccuracyKm &&
		g.Network == o.Network && g.Database == o.Database && equal(g.Latitude, o.Latitude) && equal(g.Longitude, o.Longitude)
}

// locate places a signal by what the location database says.
func (s *Signal) locate(g GeoPlace) {
	s.Network = g.Network
	country, state := strings.ToUpper(g.Country), stateCode(g.State)
	if territoryCountries[country] {
		country, state = "US", country
	}
	if !validCountry(country) {
		s.Problem = "the location database gives no country for this address"
		return
	}
	s.note("by location database")
	if g.Database != "" {
		s.note(oneLine(g.Database))
	}
	switch {
	case country != "US":
		s.Places = []Place{{Country: country, City: oneLine(g.City), Share: 1}}
	case state == "":
		s.Places = []Place{{Country: "US", Share: 1}}
		s.note("which gives no state")
	case g.AccuracyKm > stateKm:
		s.Places = []Place{{Country: "US", Share: 1}}
		s.note("accurate to " + strconv.Itoa(g.AccuracyKm) + " km only, which is wider than any state: the country only")
	default:
		s.Places = countyPlaces(state, g.City, s.counties(state, g), 1, "")
	}
}

// How far a location database may be from the mark and still tell a county or
// a state: a circle of 100 km reaches over a dozen counties, one of 500 km over
// several states.
const (
	countyKm = 100
	stateKm  = 500
)

// counties shares an address out among the counties of a state. A database
// gives a city, and a point with the radius of a circle in which the address
// lies more often than not. A circle within one county is that county. One that
// reaches over several is shared out by the part of it in each; the city, as
// the database's own best guess, has half a say. A circle too wide for any
// county leaves the state.
func (s *Signal) counties(state string, g GeoPlace) []county.Share {
	byCity := county.ByCity(state, g.City)
	switch {
	case g.AccuracyKm > countyKm:
		s.note("accurate to " + strconv.Itoa(g.AccuracyKm) + " km only, which is wider than any county: the state only")
		return nil
	case g.Latitude == nil || g.Longitude == nil:
	case g.AccuracyKm <= 0 && len(byCity) > 0:
		// Without a radius the point says no more than the city.
	default:
		circle := within(state, county.Around(*g.Latitude, *g.Longitude, float64(g.AccuracyKm)))
		radius := "accurate to " + strconv.Itoa(g.AccuracyKm) + " km"
		switch {
		case len(circle) == 0:
			s.note("its point lies outside the state")
		case len(byCity) == 0:
			s.note("county by its coordinates, " + radius)
			if len(circle) > 1 {
				s.note("that circle reaches over " + plural(len(circle), "county", "counties") + " and is shared out by area")
			}
			return circle
		case len(circle) == 1 && len(byCity) == 1 && circle[0].FIPS == byCity[0].FIPS:
			s.note("county by its city and its coordinates, " + radius)
			return circle
		default:
			both := mean(byCity, circle)
			s.note("county half by its city, half by the circle around its coordinates (" + radius + "), which reaches over " + plural(len(circle), "county", "counties"))
			return both
		}
	}
	if len(byCity) > 0 {
		s.note("county by its city")
	}
	return byCity
}

// mean gives each of two lists of shares half a say, the larger first.
func mean(a, b []county.Share) []county.Share {
	out := make([]county.Share, 0, len(a)+len(b))
	for _, list := range [][]county.Share{a, b} {
		for _, s := range list {
			i := slices.IndexFunc(out, func(o county.Share) bool { return o.FIPS == s.FIPS })
			if i < 0 {
				i, out = len(out), append(out, county.Share{County: s.County})
			}
			out[i].Share += s.Share / 2
		}
	}
	slices.SortStableFunc(out, func(a, b county.Share) int { return cmp.Compare(b.Share, a.Share) })
	return out
}

// within keeps the shares of one state and makes them whole again.
func within(state string, in []county.Share) []county.Share {
	var out []county.Share
	total := 0.0
	for _, s := range in {
		if s.State == state {
			out = append(out, s)
			total += s.Share
		}
	}
	for i := range out {
		out[i].Share /= total
	}
	return out
}
