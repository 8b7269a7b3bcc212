package wire

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// kind is the XSD base of a simple type.
type kind int

const (
	stringKind   kind = iota // xs:string, white space kept
	boolKind                 // xs:boolean
	flagKind                 // xs:boolean fixed to true: empty or "true"
	intKind                  // xs:integer between min and max
	longKind                 // xs:long
	doubleKind               // xs:double
	dateTimeKind             // xs:dateTime
	dateKind                 // xs:date
)

// xsdBase is the name of each kind in XSD.
var xsdBase = [...]string{
	"xs:string", "xs:boolean", "xs:boolean", "xs:integer", "xs:long", "xs:double", "xs:dateTime", "xs:date",
}

// simple describes a type of text: what XSD can say of it, and in must what
// XSD cannot.
type simple struct {
	name     string // in the schema file; "" for a bare XSD type
	doc      string
	kind     kind
	maxChars int // characters; 0: no limit
	min, max int64
	enum     []string
	pattern  string // XSD regular expression ...
	matches  func(string) bool
	expects  string // what a message says was expected

	// must is the business-level part: it answers what is wrong, or "".
	must func(c *check, value string) string
}

// wrong answers what is wrong with a value at the schema level, or "". The
// answer completes a sentence that begins with the element's name.
func (t *simple) wrong(value string) string {
	if t.kind != stringKind && t.kind != flagKind {
		value = strings.Trim(value, " \t\n\r")
	}
	switch t.kind {
	case stringKind:
		return t.wrongString(value)
	case boolKind:
		if value != "true" && value != "false" && value != "1" && value != "0" {
			return "must be true or false" + got(value)
		}
	case flagKind:
		if value != "" && value != "true" {
			return "is a mark: it is empty or true, or left out" + got(value)
		}
	case intKind:
		if v, ok := parseInteger(value); !ok || v < t.min || v > t.max {
			return fmt.Sprintf("must be a whole number from %d to %d%s", t.min, t.max, got(value))
		}
	case longKind:
		if _, ok := parseInteger(value); !ok {
			return "must be a whole number of at most 64 bits" + got(value)
		}
	case doubleKind:
		if !isDouble(value) {
			return "must be a decimal number" + got(value)
		}
	case dateTimeKind:
		if _, ok := parseDateTime(value); !ok {
			return "must be a date and time such as 2024-05-01T13:04:05Z" + got(value)
		}
	case dateKind:
		if _, ok := parseDate(value); !ok {
			return "must be a date such as 2001-05-31" + got(value)
		}
	}
	return ""
}

func (t *simple) wrongString(value string) string {
	if t.enum != nil {
		if slices.Contains(t.enum, value) {
			return ""
		}
		if t.expects != "" {
			return "must be " + t.expects + got(value)
		}
		return "must be one of '" + strings.Join(t.enum, "', '") + "'" + got(value)
	}
	if t.maxChars > 0 && len(value) > t.maxChars {
		if n := utf8.RuneCountInString(value); n > t.maxChars {
			return fmt.Sprintf("may have at most %d characters but has %d", t.maxChars, n)
		}
	}
	if t.matches != nil && !t.matches(value) {
		return "must be " + t.expects
	}
	return ""
}

// got quotes a short value of a closed type; longer ones are shortened, because
// what stands in a wrong place may be anything.
func got(value string) string {
	return ", but is " + strings.ReplaceAll(strconv.Quote(head(value, 40)), `"`, "'")
}

// parseInteger reads an xs:integer of at most 64 bits.
func parseInteger(s string) (int64, bool) {
	digits := strings.TrimLeft(strings.TrimPrefix(strings.TrimPrefix(s, "+"), "-"), "0")
	if !allDigits(digits) || len(digits) > 19 || s == "" || s == "+" || s == "-" || strings.HasPrefix(s, "+-") {
		return 0, false
	}
	if digits == "" {
		return 0, s[len(s)-1] == '0'
	}
	if s[0] == '-' {
		digits = "-" + digits
	}
	v, err := strconv.ParseInt(digits, 10, 64)
	return v, err == nil
}

// isDouble reports whether s is an xs:double: decimal digits with at least one
// digit, an optional exponent, or INF, -INF, NaN.
func isDouble(s string) bool {
	if s == "INF" || s == "-INF" || s == "NaN" {
		return true
	}
	if s != "" && (s[0] == '+' || s[0] == '-') {
		s = s[1:]
	}
	mantissa, exponent, scientific := s, "", false
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		mantissa, exponent, scientific = s[:i], s[i+1:], true
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if !allDigits(whole) || !allDigits(fraction) || whole == "" && fraction == "" {
		return false
	}
	if !scientific {
		return true
	}
	if exponent != "" && (exponent[0] == '+' || exponent[0] == '-') {
		exponent = exponent[1:]
	}
	return exponent != "" && allDigits(exponent)
}

// allDigits reports whether s holds nothing but ASCII digits; true for "".
func allDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// parseBool reads an xs:boolean that wrong has accepted.
func parseBool(s string) bool {
	s = strings.Trim(s, " \t\n\r")
	return s == "true" || s == "1"
}
