package routing

import (
	"fmt"
	"net/netip"
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
		s.locate(place)
	}
	x.add(h, s)
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
	default:
		shares := county.ByCity(state, g.City)
		switch {
		case len(shares) > 0:
			s.note("county by its city")
		case g.Latitude != nil && g.Longitude != nil && g.AccuracyKm <= 100:
			shares = within(state, county.Around(*g.Latitude, *g.Longitude, float64(g.AccuracyKm)))
			s.note(fmt.Sprintf("county by its coordinates, accurate to %d km", g.AccuracyKm))
		}
		s.Places = countyPlaces(state, g.City, shares, 1, "")
	}
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
