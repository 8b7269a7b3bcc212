package wire

import (
	"math"
	"net/netip"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Rules about one value that XSD cannot express. Each answers what is wrong, to
// complete a sentence that begins with the element's name, or "".

// mustHaveZone holds for every time: without a zone nobody can say when it was.
func mustHaveZone(_ *check, value string) string {
	t, _ := parseDateTime(value)
	switch {
	case !t.inRange:
		return "must have a year from 0001 to 9999"
	case !t.zoned:
		return "must say its time zone, as in 2024-05-01T13:04:05Z or 2024-05-01T13:04:05-04:00" + got(value)
	}
	return ""
}

// mustBePast allows a provider's clock to run a minute ahead of ours.
func mustBePast(c *check, value string) string {
	if wrong := mustHaveZone(c, value); wrong != "" {
		return wrong
	}
	if t, _ := parseDateTime(value); t.at.After(c.now) {
		return "must not lie in the future" + got(value)
	}
	return ""
}

// mustBePastDate asks for a day that has begun somewhere on earth.
func mustBePastDate(c *check, value string) string {
	t, _ := parseDate(value)
	latest := c.now
	if !t.zoned {
		latest = latest.Add(14 * time.Hour)
	}
	switch {
	case !t.inRange:
		return "must have a year from 0001 to 9999"
	case t.at.After(latest):
		return "must not lie in the future" + got(value)
	}
	return ""
}

// mustBeFinite keeps out NaN, the infinities and numbers beyond 64-bit floats,
// which are no coordinates. The range is not checked: real clients send test
// values outside of it.
func mustBeFinite(_ *check, value string) string {
	v, err := strconv.ParseFloat(strings.Trim(value, " \t\n\r"), 64)
	if err != nil && math.IsInf(v, 0) || math.IsNaN(v) || math.IsInf(v, 0) {
		return "must be a finite number" + got(value)
	}
	return ""
}

// mustBeIP takes IPv4, IPv6 and IPv4 mapped into IPv6, without a zone.
func mustBeIP(_ *check, value string) string {
	if a, err := netip.ParseAddr(value); err != nil || a.Zone() != "" {
		return "must be an IPv4 or IPv6 address"
	}
	return ""
}

// mustBeURL is lenient: providers send addresses without a scheme. What cannot
// be in any URL is refused.
func mustBeURL(_ *check, value string) string {
	if value == "" {
		return "must be a URL, but is empty"
	}
	if strings.ContainsFunc(value, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		return "must be a URL: white space and control characters are not allowed in it"
	}
	return ""
}

// mustBeEmail asks for local@domain: a local part of at most 64 characters, a
// domain of proper labels or an address in brackets (RFC 5321). Dots in odd
// places of the local part are let pass, since mailboxes with them exist.
func mustBeEmail(_ *check, value string) string {
	at := strings.LastIndexByte(value, '@')
	if at <= 0 || at == len(value)-1 {
		return "must be an e-mail address: local part, @ and domain"
	}
	local, domain := value[:at], value[at+1:]
	quoted := len(local) >= 2 && local[0] == '"' && local[len(local)-1] == '"'
	if !quoted && strings.ContainsFunc(local, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune(`"(),:;<>@[\]`, r)
	}) || strings.ContainsFunc(local, unicode.IsControl) {
		return "must be an e-mail address: the part before the @ holds a character that is not allowed there"
	}
	if utf8.RuneCountInString(local) > 64 {
		return "must be an e-mail address: the part before the @ may have at most 64 characters"
	}
	if !isDomain(domain) {
		return "must be an e-mail address: the part after the @ is no domain name"
	}
	return ""
}

// isDomain takes dot-separated labels of letters, digits and hyphens, letters of
// any script included, or an IP address in brackets.
func isDomain(s string) bool {
	if inner, ok := strings.CutPrefix(s, "["); ok && strings.HasSuffix(inner, "]") {
		_, err := netip.ParseAddr(strings.TrimPrefix(strings.TrimSuffix(inner, "]"), "IPv6:"))
		return err == nil
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 255 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		if strings.ContainsFunc(label, func(r rune) bool {
			return r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
		}) {
			return false
		}
	}
	return true
}
