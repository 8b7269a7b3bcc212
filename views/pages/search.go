package pages

import (
	"strconv"
	"strings"
	"time"

	"reeve/views/components"
	"reeve/views/layout"
)

// SearchView is the page of a search.
type SearchView struct {
	Frame layout.PageArgs
	Q     string   // as typed
	Error string   // what is wrong with it; empty: nothing
	As    []string // what the text was taken for: "E-mail address"
	Rows  []SearchRow
	More  bool // there are more than are shown
	Ours  bool // only reports of the reader's own agency were searched
}

// SearchRow is one report that was found.
type SearchRow struct {
	Number    int64
	Type      string
	Provider  string
	Subject   string
	Received  time.Time
	State     string // in words; empty for clearinghouse staff
	StateTone components.Tone
	StateIcon components.Icon
	Outcome   string // in words; empty: none stands
	By        []string
}

func (r SearchRow) number() string { return strconv.FormatInt(r.Number, 10) }

func (r SearchRow) by() string { return sentenceList(r.By) }

// understood says what the text was read as.
func (v SearchView) understood() string {
	if len(v.As) == 0 {
		return "This is no number, identifier or hash that Reeve can read."
	}
	return "Read as: " + sentenceList(v.As) + "."
}

func (v SearchView) found() string {
	switch {
	case v.More:
		return "The newest " + strconv.Itoa(len(v.Rows)) + " reports are shown; there are more. Search by something rarer."
	case len(v.Rows) == 1:
		return "1 report"
	}
	return strconv.Itoa(len(v.Rows)) + " reports, newest first"
}

func (v SearchView) where() string {
	if v.Ours {
		return "among the reports of your agency"
	}
	return "among all reports"
}

// sentenceList joins words as a sentence does, all but the first in lower case
// unless they are abbreviations: "Telephone number, screen name or MD5".
func sentenceList(words []string) string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = w
		if i > 0 && len(w) > 1 && (w[1] < 'A' || w[1] > 'Z') {
			out[i] = strings.ToLower(w[:1]) + w[1:]
		}
	}
	if len(out) < 2 {
		return strings.Join(out, "")
	}
	return strings.Join(out[:len(out)-1], ", ") + " or " + out[len(out)-1]
}
