package routing

import (
	"fmt"
	"math"
	"strings"

	"reeve/models"
	"reeve/models/routing/county"
)

// address reads a postal address. The provider API's address has no county, so
// in the United States the county comes from the city and the ZIP code, which
// must agree with each other and with the state; where they do not, each
// reading gets a part of the weight - half, or less if the third contradicts it
// too - and the disagreement is told.
func (x *extraction) address(h holder, kind Kind, path string, a models.ReportedAddress) {
	s := Signal{Kind: kind, Path: path, Type: a.Type, Value: addressValue(a)}
	country := strings.ToUpper(strings.TrimSpace(a.Country))
	state := stateCode(a.State)
	switch {
	case territoryCountries[country]:
		country, state = "US", country
	case country == "" && state != "":
		country, s.Derivation = "US", "read as the United States by its state"
	}
	zip, knownZIP := county.ZIP{}, false
	if country == "US" || country == "" && a.NonUSAState == "" && a.State == "" {
		zip, knownZIP = county.ByZIP(a.ZIP)
		if knownZIP && stateNames[zip.State] == "" {
			knownZIP = false // a freely associated state, which is another country
		}
	}
	if country == "" && knownZIP && zip.City != "" && sameCity(zip, a.City) {
		country, s.Derivation = "US", "read as the United States by its city and ZIP code"
	}
	switch {
	case noPlaceCountries[country]:
		s.Problem = fmt.Sprintf("%s is a code for no country", country)
	case country == "":
		s.Problem = "no country and no state is given"
	case !validCountry(country):
		s.Problem = fmt.Sprintf("%q is not a country", country)
	case country != "US":
		s.Places = []Place{{Country: country, City: oneLine(a.City), Share: 1}}
		s.Detail = detailOf(a.City != "" || a.ZIP != "", a.City != "" && a.ZIP != "")
		if state != "" {
			s.Disagree = fmt.Sprintf("the country is %s, the state %s of the United States", CountryName(country), StateName(state))
			s.Places = []Place{{Country: country, City: oneLine(a.City), Share: 0.5, Reading: "by country"}, {Country: "US", State: state, Share: 0.5, Reading: "by state"}}
		}
	default:
		x.addressUS(&s, a, state, zip, knownZIP)
	}
	x.add(h, s)
}

func detailOf(part, full bool) string {
	switch {
	case full:
		return "full"
	case part:
		return "part"
	default:
		return "state"
	}
}

// addressUS places an address in the United States by state, city and ZIP code.
func (x *extraction) addressUS(s *Signal, a models.ReportedAddress, state string, zip county.ZIP, knownZIP bool) {
	switch {
	case state == "" && !knownZIP:
		s.Detail = "state"
		s.Places = []Place{{Country: "US", Share: 1}}
		s.note("no state and no known ZIP code: the country only")
		return
	case state == "":
		s.Detail = detailOf(true, sameCity(zip, a.City))
		s.Places = countyPlaces(zip.State, a.City, zip.Shares, 1, "")
		s.note("state and county by ZIP code")
		if a.City != "" && !sameCity(zip, a.City) {
			s.Disagree = fmt.Sprintf("the ZIP code %s is of %s, %s, not of %s", zip.ZIP, zip.City, zip.State, oneLine(a.City))
		}
		return
	case knownZIP && zip.State != state:
		s.Detail = "part"
		s.Disagree = fmt.Sprintf("the state is %s, the ZIP code %s lies in %s", StateName(state), zip.ZIP, StateName(zip.State))
		byState, part := county.ByCity(state, a.City), 0.5
		switch inZIP := sameCity(zip, a.City); {
		case inZIP && len(byState) == 0:
			part = 0.25 // city and ZIP code against the state
		case !inZIP && len(byState) > 0:
			part = 0.75 // city and state against the ZIP code
		}
		s.Places = append(countyPlaces(state, a.City, byState, part, "by state"), countyPlaces(zip.State, "", zip.Shares, 1-part, "by ZIP code")...)
		return
	}
	byCity := county.ByCity(state, a.City)
	switch {
	case knownZIP && len(byCity) > 0:
		both, agree := agreeing(byCity, zip.Shares)
		if !agree {
			s.Detail = "part"
			s.Disagree = fmt.Sprintf("the city %s and the ZIP code %s lie in different counties", oneLine(a.City), zip.ZIP)
			s.Places = append(countyPlaces(state, a.City, byCity, 0.5, "by city"), countyPlaces(state, zip.City, zip.Shares, 0.5, "by ZIP code")...)
			return
		}
		s.Detail = "full"
		s.Places = countyPlaces(state, a.City, both, 1, "")
		s.note("county by city and ZIP code")
	case knownZIP && len(zip.Shares) > 0:
		s.Detail = "part"
		s.Places = countyPlaces(state, a.City, zip.Shares, 1, "")
		s.note("county by ZIP code")
		if a.City != "" {
			s.note("the city is not in our table")
		}
	case len(byCity) > 0:
		s.Detail = "part"
		s.Places = countyPlaces(state, a.City, byCity, 1, "")
		s.note("county by city")
		if a.ZIP != "" {
			s.note("the ZIP code is not in our table")
		}
	default:
		s.Detail = "state"
		s.Places = []Place{{Country: "US", State: state, City: oneLine(a.City), Share: 1}}
		if a.City != "" || a.ZIP != "" {
			s.note("neither city nor ZIP code is in our table: the state only")
		} else {
			s.note("the state only")
		}
	}
}

// note adds to the derivation.
func (s *Signal) note(text string) {
	if s.Derivation != "" {
		s.Derivation += "; "
	}
	s.Derivation += text
}

// agreeing joins the counties of a city and of a ZIP code: those in both, by
// the product of their shares. None in both: they disagree. Neighbouring
// counties that hold less than a tenth of the joint share are left out, being
// within the error of the table.
func agreeing(a, b []county.Share) ([]county.Share, bool) {
	var out []county.Share
	total := 0.0
	for _, x := range a {
		for _, y := range b {
			if x.FIPS == y.FIPS {
				out = append(out, county.Share{County: x.County, Share: x.Share * y.Share})
				total += x.Share * y.Share
			}
		}
	}
	if total == 0 {
		return nil, false
	}
	kept, rest := out[:0], 0.0
	for _, s := range out {
		if s.Share/total >= 0.1 {
			kept = append(kept, s)
			rest += s.Share
		}
	}
	for i := range kept {
		kept[i].Share = math.Round(kept[i].Share/rest*1e4) / 1e4
	}
	return kept, true
}

// countyPlaces makes places of shares, scaled to a part of the signal; without
// shares the place is the state.
func countyPlaces(state, city string, in []county.Share, part float64, reading string) []Place {
	if len(in) == 0 {
		return []Place{{Country: "US", State: state, City: oneLine(city), Share: part, Reading: reading}}
	}
	out := make([]Place, 0, len(in))
	for _, s := range in {
		out = append(out, Place{Country: "US", State: s.State, FIPS: s.FIPS, County: s.Label(), City: oneLine(city), Share: s.Share * part, Reading: reading})
	}
	return out
}

// sameCity reports whether a city may be that of a ZIP code: the post office's
// name, or one that lies in the same county.
func sameCity(zip county.ZIP, city string) bool {
	if strings.TrimSpace(city) == "" {
		return false
	}
	if county.Key(city) == county.Key(zip.City) {
		return true
	}
	_, ok := agreeing(county.ByCity(zip.State, city), zip.Shares)
	return ok
}

// addressValue gives the address in one line without the street: routing does
// not need it, and a decision is read by more people than a report.
func addressValue(a models.ReportedAddress) string {
	state := a.State
	if state == "" {
		state = a.NonUSAState
	}
	return oneLine(a.City, strings.TrimSpace(oneLine(state)+" "+oneLine(a.ZIP)), a.Country)
}

// estimate reads estimatedLocation, whose region is a state's code when the
// country is the United States.
func (x *extraction) estimate(h holder, path string, l models.ReportedLocation) {
	s := Signal{Kind: EstimatedLocation, Path: path, Verified: l.Verified, At: l.Timestamp.At, Value: oneLine(l.City, l.Region, l.Country)}
	country, state := strings.ToUpper(strings.TrimSpace(l.Country)), stateCode(l.Region)
	switch {
	case territoryCountries[country]:
		country, state = "US", country
	case country == "" && state != "":
		// "CA" may be Canada's province-less shorthand; a bare region is too little.
		s.Problem = "a region without a country"
	}
	switch {
	case s.Problem != "":
	case country == "" || noPlaceCountries[country] || !validCountry(country):
		s.Problem = "no country is given"
	case country != "US":
		s.Places = []Place{{Country: country, City: oneLine(l.City), Share: 1}}
	case state == "":
		s.Places = []Place{{Country: "US", Share: 1}}
		s.note("no state is given: the country only")
	default:
		shares := county.ByCity(state, l.City)
		s.Places = countyPlaces(state, l.City, shares, 1, "")
		switch {
		case len(shares) > 0:
			s.note("county by city")
		case l.City != "":
			s.note("the city is not in our table: the state only")
		default:
			s.note("the state only")
		}
	}
	x.add(h, s)
}
