package county

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// abbreviations are the short words that place names are written with; the
// long form is compared.
var abbreviations = map[string]string{
	"st": "saint", "ste": "sainte", "mt": "mount", "mtn": "mountain", "ft": "fort",
	"pt": "point", "n": "north", "s": "south", "e": "east", "w": "west",
	"hts": "heights", "spgs": "springs", "spg": "spring", "pk": "park", "vlg": "village",
	"bch": "beach", "lk": "lake", "jct": "junction", "is": "island", "hls": "hills",
}

// fold brings a place name into the form in which names are compared: accents
// off, lower case, punctuation to spaces, apostrophes away, short words long.
func fold(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToValidUTF8(s, " ")) {
		switch {
		case unicode.Is(unicode.Mn, r), r == '\'', r == '\u2019':
		case unicode.IsLetter(r), unicode.IsDigit(r):
			b.WriteRune(unicode.ToLower(r))
		default:
			b.WriteByte(' ')
		}
	}
	words := strings.Fields(b.String())
	for i, w := range words {
		if long, ok := abbreviations[w]; ok {
			words[i] = long
		}
	}
	return strings.Join(words, " ")
}
