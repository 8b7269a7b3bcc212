package selector

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// clean makes text safe to store and compare without changing what it says:
// valid UTF-8, composed, without control and invisible formatting characters
// (zero-width spaces and joiners are a known way to make equal names look
// different to a program), runs of white space as one space, trimmed.
func clean(s string) string {
	s = norm.NFC.String(strings.ToValidUTF8(s, "\uFFFD"))
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Variation_Selector, r):
			return -1
		default:
			return r
		}
	}, s)
	// Taking characters out can bring others together, so compose once more.
	return norm.NFC.String(strings.Join(strings.Fields(s), " "))
}

// fold brings names that differ only in width, ligature or case together:
// compatibility composition and case folding, to a fixed point, because each can
// give the other something new to do. Letters of different scripts that merely
// look alike stay different.
func fold(s string) string {
	s = clean(s)
	for range 4 {
		next := clean(norm.NFKC.String(cases.Fold().String(norm.NFKC.String(s))))
		if next == s {
			break
		}
		s = next
	}
	return s
}

// slug makes a scope out of a provider's or a service's name: folded letters and
// digits with single hyphens, so that it can hold neither a space nor "@".
func slug(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range fold(s) {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '.' {
			gap = b.Len() > 0
			continue
		}
		if gap {
			b.WriteByte('-')
			gap = false
		}
		b.WriteRune(r)
	}
	return b.String()
}

func isDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

func isHex(s string) bool {
	for i := range len(s) {
		c := s[i] | 0x20
		if (s[i] < '0' || s[i] > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return s != ""
}
