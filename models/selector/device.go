package selector

import "strings"

// normaliseDevice recognises the forms in which devices are numbered everywhere
// and gives each one spelling:
//
//	imei:35209900176148        the 14 digits that name the handset; the check digit
//	                           and the software version are left away, so that IMEI
//	                           and IMEISV of one handset agree
//	meid:a1000009296f75        14 hexadecimal digits
//	mac:00:00:5e:00:53:01      a network interface
//	uuid:…                     advertising and vendor ids
//
// Any other id means something only to the provider that made it, so it is kept as
// it is, with its type, and scoped by the provider.
func normaliseDevice(reported string, ctx Context) (string, bool, string) {
	scope := ctx.Scope(Device)
	kind := slug(ctx.DeviceType)
	text := clean(reported)
	for {
		next := strings.TrimSpace(trimScope(text, scope))
		if next == text {
			break
		}
		text = next
	}
	if text == "" {
		return "", false, whyEmpty
	}
	body, hint := text, kind
	if p, rest, found := strings.Cut(text, ":"); found {
		if p = strings.ToLower(p); p == "imei" || p == "meid" || p == "mac" || p == "uuid" {
			body, hint = strings.TrimSpace(rest), p
		}
	}
	if value, ok := knownDevice(body, hint); ok {
		return value, true, ""
	}
	// An id that is called an IMEI and is none is a mistake, not an opaque id.
	if strings.Contains(hint, "imei") || strings.Contains(kind, "imei") {
		return text, false, "Not a valid IMEI: wrong number of digits or wrong check digit."
	}
	// Hexadecimal ids are the same in either case; anything else may not be.
	if isHex(text) {
		text = strings.ToLower(text)
	}
	if kind == "" {
		return scoped(text, scope)
	}
	if !strings.HasPrefix(text, kind+"=") {
		text = kind + "=" + text
	}
	return scoped(text, scope)
}

func knownDevice(body, hint string) (string, bool) {
	bare := strings.NewReplacer(" ", "", "-", "", "/", "", ".", "", ":", "", "{", "", "}", "").Replace(body)
	if !isHex(bare) {
		return "", false
	}
	bare = strings.ToLower(bare)
	says := func(word string) bool { return strings.Contains(hint, word) }
	switch {
	case len(bare) == 32:
		return "uuid:" + bare[:8] + "-" + bare[8:12] + "-" + bare[12:16] + "-" + bare[16:20] + "-" + bare[20:], true
	case len(bare) == 15 && isDigits(bare) && luhn(bare):
		return "imei:" + bare[:14], true
	case says("imei") && isDigits(bare) && (len(bare) == 14 || len(bare) == 16):
		return "imei:" + bare[:14], true
	case says("meid") && len(bare) == 14:
		return "meid:" + bare, true
	case len(bare) == 12 && (says("mac") || macShaped(body)):
		var pairs []string
		for i := 0; i < 12; i += 2 {
			pairs = append(pairs, bare[i:i+2])
		}
		return "mac:" + strings.Join(pairs, ":"), true
	}
	return "", false
}

// macShaped knows aa:bb:cc:dd:ee:ff, aa-bb-cc-dd-ee-ff and aabb.ccdd.eeff.
func macShaped(s string) bool {
	return len(s) == 17 && (strings.Count(s, ":") == 5 || strings.Count(s, "-") == 5) ||
		len(s) == 14 && strings.Count(s, ".") == 2
}

// luhn checks the last digit of an IMEI.
func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}
