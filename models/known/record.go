package known

import (
	"encoding/hex"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"reeve/models"
)

// Record is one entry of a hash list. A hash that the list does not give is nil.
type Record struct {
	MD5, SHA1, SHA256, PDQ []byte
	Category, Series       string
	Victim                 models.Truth // the victim is identified
	Flags                  int16
}

// What the bits of Record.Flags say, each only where the list says yes.
const (
	OffenderIdentified int16 = 1 << iota
	Distributed
	Suspected
	SelfGenerated
	CategorisedBefore
)

// Format is a kind of file that hash lists come in.
type Format string

// The formats.
const (
	VICS Format = "vics" // Project VIC, JSON, 1.1 to 2.0
	CSV  Format = "csv"
)

// What one field may hold. A list is made by machines: longer texts are damage.
const (
	categoryLimit = 64
	seriesLimit   = 200
)

// Broken says where a file stops being a hash list, and why. Nothing of such a file
// is kept.
type Broken struct {
	Line, Column, Offset int64 // Line and Column from 1, Column and Offset in bytes
	Record               int   // which record it is in or after; 0: before the first
	Reason               string
}

// Error is the whole as one sentence for the person who chose the file.
func (b *Broken) Error() string {
	where := fmt.Sprintf("Line %d, column %d (byte %d)", b.Line, b.Column, b.Offset)
	if b.Record > 0 {
		where += fmt.Sprintf(", record %d", b.Record)
	}
	return where + ": " + b.Reason
}

// sizes are how many bytes each kind of hash has.
var sizes = map[string]int{"MD5": 16, "SHA1": 20, "SHA256": 32, "PDQ": 32}

// readHash reads a hash in hexadecimal digits. The problem is in words; empty: none.
func readHash(kind, text string) (hash []byte, problem string) {
	want := 2 * sizes[kind]
	if len(text) != want {
		return nil, fmt.Sprintf("this %s has %d characters; it is written with %d hexadecimal digits.", kind, utf8.RuneCountInString(text), want)
	}
	hash, err := hex.DecodeString(text)
	if err != nil {
		return nil, fmt.Sprintf("this %s holds something other than the digits 0-9 and a-f.", kind)
	}
	return hash, ""
}

// readTruth reads yes and no as lists write them; nothing is not stated.
func readTruth(name, text string) (t models.Truth, problem string) {
	switch strings.ToLower(text) {
	case "":
		return models.NotStated, ""
	case "true", "1", "yes":
		return models.Yes, ""
	case "false", "0", "no":
		return models.No, ""
	}
	return models.NotStated, fmt.Sprintf("%s must be true or false, not %q.", name, clip(text))
}

// readText reads a short text for a page.
func readText(name, text string, most int) (string, string) {
	switch {
	case !utf8.ValidString(text):
		return "", fmt.Sprintf("%s is no readable text (UTF-8).", name)
	case utf8.RuneCountInString(text) > most:
		return "", fmt.Sprintf("%s has more than %d characters.", name, most)
	case strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }):
		return "", fmt.Sprintf("%s holds characters that nobody can see.", name)
	}
	return strings.TrimSpace(text), ""
}

// clip shortens what a file holds for a message about it.
func clip(text string) string {
	text = strings.ToValidUTF8(text, "?")
	if r := []rune(text); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return text
}
