package routing

import (
	"fmt"
	"strings"

	"github.com/nyaruka/phonenumbers"

	"reeve/models"
)

// phone reads a telephone number. Its calling code gives the country, and in
// North America its area code the state to which the code belongs; a number
// may be carried to another carrier and another state, so it never gives a
// county. Toll-free and other non-geographic numbers place nothing.
func (x *extraction) phone(h holder, path string, p models.ReportedPhone) {
	s := Signal{Kind: Phone, Path: path, Type: p.Type, Verified: p.Verified, Value: oneLine(p.CallingCode + " " + p.Number)}
	number := strings.TrimSpace(p.Number)
	switch {
	case strings.HasPrefix(number, "+"):
	case p.CallingCode != "":
		number = "+" + strings.TrimPrefix(strings.TrimSpace(p.CallingCode), "+") + " " + number
	case northAmerican(number):
		number = "+1 " + number
		s.Detail = "guessed"
		s.note("no calling code is given: read as a North American number")
	default:
		s.Problem = "no calling code is given"
		x.add(h, s)
		return
	}
	n, err := phonenumbers.Parse(number, "ZZ")
	if err != nil || !phonenumbers.IsValidNumber(n) {
		s.Problem = "not a possible telephone number"
		x.add(h, s)
		return
	}
	switch phonenumbers.GetNumberType(n) {
	case phonenumbers.TOLL_FREE, phonenumbers.PREMIUM_RATE, phonenumbers.SHARED_COST, phonenumbers.PERSONAL_NUMBER, phonenumbers.UAN, phonenumbers.VOICEMAIL, phonenumbers.PAGER:
		s.Problem = "a number of this kind belongs to no place"
		x.add(h, s)
		return
	}
	region := phonenumbers.GetRegionCodeForNumber(n)
	switch {
	case territoryCountries[region]:
		s.Places = []Place{{Country: "US", State: region, Share: 1}}
		s.note("state by area code")
	case region == "US":
		place := Place{Country: "US", Share: 1}
		name, _ := phonenumbers.GetGeocodingForNumber(n, "en")
		if i := strings.LastIndex(name, ", "); i >= 0 && stateCode(name) == "" {
			name = name[i+2:] // "New York, NY"
		}
		if place.State = stateCode(name); place.State != "" {
			s.note("state by area code; the number follows its owner, not the place")
		} else {
			s.note("the area code belongs to no state")
		}
		s.Places = []Place{place}
	case validCountry(region):
		s.Places = []Place{{Country: region, Share: 1}}
		s.note("country by calling code")
	default:
		s.Problem = "the calling code belongs to no country"
	}
	x.add(h, s)
}

// northAmerican reports whether a number without a calling code has the ten
// digits of the North American plan, perhaps with a 1 before them.
func northAmerican(number string) bool {
	digits := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, number)
	digits = strings.TrimPrefix(digits, "1")
	return len(digits) == 10 && digits[0] >= '2' && digits[3] >= '2'
}

// nationalDomains are the country domains that people mostly use at home. Many
// others (.io, .co, .tv, .me, .ai) are sold all over the world and say nothing.
var nationalDomains = map[string]string{
	"ar": "AR", "at": "AT", "au": "AU", "be": "BE", "br": "BR", "ca": "CA", "ch": "CH", "cl": "CL", "cz": "CZ",
	"de": "DE", "dk": "DK", "es": "ES", "fi": "FI", "fr": "FR", "gr": "GR", "hu": "HU", "ie": "IE", "il": "IL",
	"in": "IN", "it": "IT", "jp": "JP", "kr": "KR", "md": "MD", "mx": "MX", "nl": "NL", "no": "NO", "nz": "NZ",
	"pl": "PL", "pt": "PT", "ro": "RO", "se": "SE", "sk": "SK", "tr": "TR", "ua": "UA", "uk": "GB", "za": "ZA",
}

// email reads the country's domain of an address, if it has a telling one; an
// address without one is no signal at all.
func (x *extraction) email(h holder, path string, e models.ReportedEmail) {
	_, domain, ok := strings.Cut(strings.ToLower(strings.TrimSpace(e.Address)), "@")
	if !ok {
		return
	}
	top := domain[strings.LastIndexByte(domain, '.')+1:]
	country := nationalDomains[top]
	if country == "" || top == domain {
		return
	}
	x.add(h, Signal{Kind: EmailDomain, Path: path, Type: e.Type, Value: "." + top, Verified: models.NotStated,
		Places: []Place{{Country: country, Share: 1}}, Derivation: fmt.Sprintf(".%s is the domain of %s", top, CountryName(country))})
}
