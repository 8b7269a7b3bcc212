package account

import (
	"fmt"
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"

	"reeve/models"
)

// Email answers an address in the form in which accounts keep it. One that could
// break out of a mail header or is no plain address is refused.
func Email(text string) (string, error) {
	sound := utf8.ValidString(text)
	text = strings.ToLower(strings.TrimSpace(text))
	a, err := mail.ParseAddress(text)
	if err != nil || !sound || a.Name != "" || a.Address != text || len(text) > 254 || strings.ContainsFunc(text, notInAddress) {
		return "", models.InvalidField("email", "Write one whole e-mail address, like name@agency.example.")
	}
	return text, nil
}

// notInAddress are characters that nobody sees, by which one address could pass for
// another.
func notInAddress(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
}

// Name answers a person's name as accounts keep it.
func Name(text string) (string, error) { return plain("name", text, 1, 120) }

// Title answers a person's rank or office as accounts keep it; it may be empty.
func Title(text string) (string, error) { return plain("title", text, 0, 80) }

// plain is a Line that no spreadsheet takes for a formula: lists of people are
// opened in one (OWASP, "CSV Injection").
func plain(field, text string, least, most int) (string, error) {
	text, err := Line(field, text, least, most)
	if err == nil && strings.IndexAny(text, "=+-@") == 0 {
		return "", models.InvalidField(field, "Do not begin with "+text[:1]+"; a spreadsheet would take it for a formula.")
	}
	return text, err
}

// Line answers a text of one line without control characters.
func Line(field, text string, least, most int) (string, error) {
	if !utf8.ValidString(text) {
		return "", models.InvalidField(field, "This is no readable text.")
	}
	text = strings.TrimSpace(text)
	n := utf8.RuneCountInString(text)
	switch {
	case n < least:
		return "", models.InvalidField(field, "Fill this in.")
	case n > most:
		return "", models.InvalidField(field, fmt.Sprintf("At most %d characters.", most))
	case strings.ContainsFunc(text, notInLine):
		return "", models.InvalidField(field, "Write one line without control characters.")
	}
	return text, nil
}

// notInLine are characters that end a line or turn the direction of what follows,
// so that a name could write over its neighbours (Unicode TR 36, 3.2). Joiners
// stay: names in Arabic and Indic scripts need them.
func notInLine(r rune) bool {
	switch {
	case unicode.IsControl(r), r == '\u2028', r == '\u2029', r == '\ufeff':
		return true
	case r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
		return true
	}
	return false
}
