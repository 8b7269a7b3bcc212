package selector

import (
	"strconv"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// normalisePhone answers E.164 ("+14155550123"). The country comes from the
// number itself, from the calling code given beside it, or from the person's
// stated country. It is never guessed from where the portal or the provider is:
// the same ten digits are somebody else's number in another country. An extension
// is not part of the value; the line is.
func normalisePhone(reported string, ctx Context) (string, bool, string) {
	text := fold(reported)
	for strings.HasPrefix(text, "tel:") {
		text = strings.TrimSpace(strings.TrimPrefix(text, "tel:"))
	}
	if text == "" {
		return "", false, whyEmpty
	}
	region := strings.ToUpper(ctx.Region)
	if code, err := strconv.Atoi(strings.TrimPrefix(clean(ctx.CallingCode), "+")); err == nil && code > 0 {
		region = phonenumbers.GetRegionCodeForCountryCode(code)
		if region == phonenumbers.UNKNOWN_REGION || region == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY {
			return phoneValue(text, "+"+strconv.Itoa(code)+" "+text, "")
		}
	}
	return phoneValue(text, text, region)
}

func phoneValue(text, number, region string) (string, bool, string) {
	if strings.HasPrefix(text, "+") {
		number = text
	}
	if region == "" && !strings.HasPrefix(number, "+") {
		return text, false, "The number has no country: neither a calling code nor the person's country is stated."
	}
	parsed, err := phonenumbers.Parse(number, region)
	if err != nil {
		return text, false, "Cannot be read as a telephone number."
	}
	if !phonenumbers.IsPossibleNumber(parsed) {
		return text, false, "Too short or too long for a telephone number of its country."
	}
	value := phonenumbers.Format(parsed, phonenumbers.E164)
	again, err := phonenumbers.Parse(value, "")
	if err != nil || phonenumbers.Format(again, phonenumbers.E164) != value {
		return text, false, "Cannot be read as a telephone number."
	}
	if !phonenumbers.IsValidNumber(parsed) && !reservedForExamples(value) {
		return value, false, "No such telephone number can exist in the numbering plan of its country."
	}
	return value, true, ""
}

// reservedForExamples knows the North American numbers 555-0100 to 555-0199,
// which are set aside for fiction. Training data and demonstrations use them and
// need them to match.
func reservedForExamples(e164 string) bool {
	return len(e164) == 12 && strings.HasPrefix(e164, "+1") && e164[2] >= '2' && e164[5:10] == "55501"
}
