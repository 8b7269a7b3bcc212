package models

import "fmt"

// Whose says to whom in a report an identifier belongs. It travels with the
// identifier wherever it goes, because it decides what a match may do: an
// identifier of a victim or of a reporter never points at a target.
//
// The numbers are stored; they are never reused for another meaning.
type Whose int16

// Whose identifier it is. The zero value is WhoseUnknown, so that a forgotten
// value claims nothing about anybody.
const (
	WhoseUnknown   Whose = iota // the report does not say (a page, a file, an incident's own address)
	WhoseSubject                // the person or user reported
	WhoseRecipient              // an intended recipient
	WhoseVictim                 // a victim
	WhoseReporter               // who reports, at the provider or in public
)

var whoseNames = [...]string{"unknown", "subject", "recipient", "victim", "reporter"}

// String says it in one word, as it is shown and written to files.
func (w Whose) String() string {
	if w < 0 || int(w) >= len(whoseNames) {
		return whoseNames[WhoseUnknown]
	}
	return whoseNames[w]
}

// MarshalText writes the word.
func (w Whose) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// UnmarshalText reads the word and refuses any other.
func (w *Whose) UnmarshalText(b []byte) error {
	for i, name := range whoseNames {
		if name == string(b) {
			*w = Whose(i)
			return nil
		}
	}
	return fmt.Errorf("models: %q does not say whose identifier it is", b)
}

// Target says whether a match on this identifier may point at a person who is
// being investigated. Victims and reporters never are.
func (w Whose) Target() bool { return w != WhoseVictim && w != WhoseReporter }
