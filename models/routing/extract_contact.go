package routing

import (
	"fmt"
	"strings"
	"sync"

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
	if national, ok := nanp(number); ok && s.area(national) {
		x.add(h, s)
		return
	}
	n, err := phonenumbers.Parse(number, "ZZ")
	if err != nil || !phonenumbers.IsValidNumber(n) {
		s.Problem = "not a possible telephone number"
		x.add(h, s)
		return
	}
	if nowhere(n) {
		s.Problem = problemNowhere
		x.add(h, s)
		return
	}
	region, state := phonenumbers.GetRegionCodeForNumber(n), ""
	if region == "US" {
		state = stateOf(n)
	}
	s.region(region, state)
	x.add(h, s)
}

const problemNowhere = "a number of this kind belongs to no place"

// nowhere reports whether a number is toll-free or of another kind that belongs
// to no place.
func nowhere(n *phonenumbers.PhoneNumber) bool {
	switch phonenumbers.GetNumberType(n) {
	case phonenumbers.TOLL_FREE, phonenumbers.PREMIUM_RATE, phonenumbers.SHARED_COST, phonenumbers.PERSONAL_NUMBER, phonenumbers.UAN, phonenumbers.VOICEMAIL, phonenumbers.PAGER:
		return true
	}
	return false
}

// region places a number by the region of its plan, and in the United States by
// the state, if it is known.
func (s *Signal) region(region, state string) {
	switch {
	case territoryCountries[region]:
		s.Places = []Place{{Country: "US", State: region, Share: 1}}
		s.note("state by area code")
	case region == "US":
		s.Places = []Place{{Country: "US", State: state, Share: 1}}
		if state != "" {
			s.note("state by area code; the number follows its owner, not the place")
		} else {
			s.note("the area code belongs to no state")
		}
	case validCountry(region):
		s.Places = []Place{{Country: region, Share: 1}}
		s.note("country by calling code")
	default:
		s.Problem = "the calling code belongs to no country"
	}
}

// areaCode is what the plan of North America says of one.
type areaCode struct {
	valid, nowhere bool
	region, state  string
	mixed          bool // it depends on more digits; ask the library
}

// areaCodes are read from the library once: a number's place hangs on its first
// three digits alone nearly everywhere, and the library takes its time.
var areaCodes = sync.OnceValue(func() *[1000]areaCode {
	var out [1000]areaCode
	for code := 200; code < 1000; code++ {
		out[code] = readAreaCode(fmt.Sprintf("+1 %d 555 0123", code))
		for _, other := range []string{"234 5678", "776 5432", "999 0000"} {
			if readAreaCode(fmt.Sprintf("+1 %d %s", code, other)) != out[code] {
				out[code].mixed = true
			}
		}
	}
	return &out
})

func readAreaCode(number string) areaCode {
	n, err := phonenumbers.Parse(number, "ZZ")
	if err != nil || !phonenumbers.IsValidNumber(n) {
		return areaCode{}
	}
	a := areaCode{valid: true, nowhere: nowhere(n), region: phonenumbers.GetRegionCodeForNumber(n)}
	if a.region == "US" {
		a.state = stateOf(n)
	}
	return a
}

// stateOf is the state that a number of the United States belongs to, if any.
func stateOf(n *phonenumbers.PhoneNumber) string {
	name, _ := phonenumbers.GetGeocodingForNumber(n, "en")
	if i := strings.LastIndex(name, ", "); i >= 0 && stateCode(name) == "" {
		name = name[i+2:] // "New York, NY"
	}
	return stateCode(name)
}

// area places a number of the North American plan by its ten digits; false when
// its area code does not settle it.
func (s *Signal) area(national string) bool {
	code := areaCodes()[int(national[0]-'0')*100+int(national[1]-'0')*10+int(national[2]-'0')]
	switch {
	case code.mixed:
		return false
	case !code.valid || national[3] < '2':
		s.Problem = "not a possible telephone number"
	case code.nowhere:
		s.Problem = problemNowhere
	default:
		s.region(code.region, code.state)
	}
	return true
}

// nanp takes the ten digits out of a number with calling code 1 that holds only
// digits and the marks between them; the rest is for the library to judge.
func nanp(number string) (string, bool) {
	rest, ok := strings.CutPrefix(strings.TrimSpace(number), "+")
	if !ok {
		return "", false
	}
	digits := make([]byte, 0, 12)
	for i := range len(rest) {
		switch c := rest[i]; {
		case c >= '0' && c <= '9':
			digits = append(digits, c)
		case c == ' ', c == '-', c == '.', c == '(', c == ')':
		default:
			return "", false
		}
	}
	if len(digits) != 11 || digits[0] != '1' {
		return "", false
	}
	return string(digits[1:]), true
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
