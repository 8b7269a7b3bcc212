package pages

import (
	"strconv"
	"strings"
	"time"

	"reeve/views/components"
	"reeve/views/layout"
)

// DeconflictionView is what an agency shares with others, newest first.
type DeconflictionView struct {
	Frame layout.PageArgs
	Hits  []DeconflictionHit
	// Own is the desk of the reader's agency that others are told to call.
	Own     Contact
	Cursor  string // of this page, for returning to it
	Next    string // address of the page after this one; empty on the last
	First   string // address of the first page; empty on it
	CanMark bool
}

// DeconflictionHit is one identifier that the agency and others hold.
type DeconflictionHit struct {
	ID         string
	Kind       string // in words: "E-mail address"
	Value      string // from the agency's own report
	Number     string // of that report
	ReportURL  string
	At         time.Time
	New        bool
	SeenAction string
	Holders    []DeconflictionHolder
}

// DeconflictionHolder is another agency that holds the identifier, and whom to
// call there.
type DeconflictionHolder struct {
	Agency  string
	Contact Contact
	Since   time.Time
	Reports int  // of its own, among the newest 64
	More    bool // the identifier stands in 64 reports or more
}

// newHits counts the hits of the page that nobody has marked as seen.
func (v DeconflictionView) newHits() int {
	n := 0
	for _, h := range v.Hits {
		if h.New {
			n++
		}
	}
	return n
}

func (v DeconflictionView) lead() string {
	if len(v.Hits) == 0 {
		return "Identifiers that your reports share with another agency's."
	}
	switch n := v.newHits(); n {
	case 0:
		return "Identifiers that your reports share with another agency's. Call before you act."
	case 1:
		return "One is new. Call the other agency before you act."
	default:
		return components.Group(n) + " are new. Call the other agency before you act."
	}
}

// theySee says what the other agency is shown of the reader's.
func (v DeconflictionView) theySee() string {
	desk := ""
	for _, part := range []string{v.Own.Name, v.Own.Phone, v.Own.Email} {
		if part == "" {
			continue
		}
		if desk != "" {
			desk += ", "
		}
		desk += part
	}
	if desk == "" {
		desk = "no desk yet, because none is named for your agency; ask your agency's admin to have one entered"
	}
	return "The other agency sees of you: your agency's name, whom to call (" + desk +
		"), how many of your reports hold the identifier, and since when. It never sees your reports, their numbers, or who works on them."
}

// reports says how many of the holder's reports carry the identifier.
func (h DeconflictionHolder) reports() string {
	words := strconv.Itoa(h.Reports) + " reports"
	if h.Reports == 1 {
		words = "1 report"
	}
	if h.More {
		return words + " of the newest 64"
	}
	return words
}

// many reports whether the identifier stands in more reports than are looked at.
func (h DeconflictionHit) many() bool {
	for _, o := range h.Holders {
		if o.More {
			return true
		}
	}
	return false
}

// telDigits is a telephone number as an address holds it: digits and a leading plus.
func telDigits(phone string) string {
	var b strings.Builder
	for i, r := range phone {
		if r >= '0' && r <= '9' || r == '+' && i == 0 {
			b.WriteRune(r)
		}
	}
	return b.String()
}
