package pages

import (
	"strconv"
	"strings"
	"time"

	"reeve/models"
	"reeve/views/components"
	"reeve/views/layout"
)

// InboxView is a page of an agency's referrals.
type InboxView struct {
	Frame  layout.PageArgs
	Title  string       // the view's name: "Open"
	Lead   string       // one sentence about it
	Urgent UrgentBanner // while calls wait for the agency
	Views  []components.Tab

	Filter components.FilterBarArgs // the filters as a sentence
	Fields InboxFields              // the fields that change them

	Rows  []InboxRow
	Sorts InboxSorts
	Pages components.PaginationArgs
	// Looked says that only a part of the view was searched, and how far; empty
	// when all of it was.
	Looked string

	// CanTake says whether the reader may take rows; Back is this page's address,
	// to which taking returns.
	CanTake bool
	Back    string
	Empty   InboxEmpty
}

// InboxFields are the filters as a form shows them.
type InboxFields struct {
	Sort, Priority, Urgent, Type, Provider, Assignee, State, Age string
	SortOptions, Types, Assignees, States, Ages                  []components.Option
	ProviderError                                                string   // what is wrong with the provider's name as typed
	ProvidersHere                                                []string // names that the page proposes
}

// InboxSorts are the addresses of the same list in other orders; an empty address
// is an order that the view does not have.
type InboxSorts struct {
	UrgencyURL, ReceivedURL string
	Urgency, Received       string // "ascending", "descending" or empty: not this order
}

// InboxEmpty says why there are no rows and what to do next.
type InboxEmpty struct {
	Title, Text string
	Links       []Link
}

// InboxRow is one referral of the list.
type InboxRow struct {
	Number   int64
	Priority int  // the agency's own if it set one, else the clearinghouse's
	Own      bool // the priority is the agency's
	Urgent   bool
	Reason   string
	Type     string
	Provider string
	Subject  string
	Place    string
	Why      string // what brought it here, in one sentence
	Victim   bool   // it is here because of the victim's place
	Received time.Time
	// Days are the whole days of preservation left until Until; NoClock says that
	// none runs.
	Days        int
	Until       time.Time
	NoClock     bool
	Files       int
	Locked      int
	Shared      int
	Unread      bool
	Overdue     bool
	LookAgain   string // why somebody must look again; empty: nobody must
	State       string // in words
	StateTone   components.Tone
	StateIcon   components.Icon
	Assignee    string
	Mine        bool
	Outcome     string    // in words; empty: none stands
	ReturnsAt   time.Time // when a waiting return is carried out; zero: none waits
	Deconflicts string    // address of the page of shared identifiers; empty: none is served
}

func (r InboxRow) number() string { return strconv.FormatInt(r.Number, 10) }

func (r InboxRow) url() string { return "/reports/" + r.number() }

// what is the type and who sent it, for the row's one line.
func (r InboxRow) what() string { return r.Type + ", " + r.Provider }

func (r InboxRow) reason() string {
	if r.Own {
		return strings.TrimSuffix("your agency's priority; "+r.Reason, "; ")
	}
	return r.Reason
}

func (r InboxRow) place() string {
	if r.Victim && r.Place != "" {
		return r.Place + " (victim)"
	}
	return r.Place
}

// marks are what stands out about a row, each with icon, word and colour.
func (r InboxRow) marks() []components.BadgeArgs {
	var out []components.BadgeArgs
	if r.Overdue {
		out = append(out, components.BadgeArgs{Label: "Overdue", Tone: components.ToneWarn, Icon: components.IconWarn, Title: "Nothing was heard of this report for too long"})
	}
	if r.LookAgain != "" {
		out = append(out, components.BadgeArgs{Label: "Look again", Tone: components.ToneWarn, Icon: components.IconReturn, Title: r.LookAgain})
	}
	if r.Unread && r.State != "New" {
		out = append(out, components.BadgeArgs{Label: "Unread", Tone: components.ToneInfo, Icon: components.IconUnread, Title: "Nobody at your agency has opened it"})
	}
	if r.Shared > 0 {
		out = append(out, components.BadgeArgs{Label: "Shared " + strconv.Itoa(r.Shared), Tone: components.ToneInfo, Icon: components.IconShare, URL: r.Deconflicts,
			Title: "Another agency holds " + plural(r.Shared, "identifier", "identifiers") + " of this report"})
	}
	return out
}

// state is where the row stands: an unread one says so in place of "New".
func (r InboxRow) state() components.StateArgs {
	if r.Unread && r.State == "New" {
		return components.StateArgs{Label: "Unread", Tone: components.ToneInfo, Icon: components.IconUnread}
	}
	label := r.State
	if label == models.ReferralWorking.Words() {
		label = "Working" // the column is narrow
	}
	return components.StateArgs{Label: label, Tone: r.StateTone, Icon: r.StateIcon}
}

func (r InboxRow) who() string {
	switch {
	case r.Mine:
		return "you"
	default:
		return r.Assignee
	}
}

// files says how many files there are and how many of them are locked.
func (r InboxRow) files() string {
	switch {
	case r.Files == 0:
		return "none"
	case r.Locked == 0:
		return "0/" + strconv.Itoa(r.Files)
	}
	return strconv.Itoa(r.Locked) + "/" + strconv.Itoa(r.Files)
}

func (r InboxRow) filesInWords() string {
	switch {
	case r.Files == 0:
		return "No files"
	case r.Locked == 0:
		return plural(r.Files, "file", "files") + ", none locked"
	}
	return strconv.Itoa(r.Locked) + " of " + plural(r.Files, "file", "files") + " locked"
}

// plural counts things: "1 file", "3 files".
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return components.Group(n) + " " + many
}

// stateInWords is the state cell at its full length.
func (r InboxRow) stateInWords(now time.Time) string {
	words := r.state().Label
	switch {
	case r.Mine:
		words += ", held by you"
	case r.Assignee != "":
		words += ", held by " + r.Assignee
	}
	if r.Outcome != "" {
		words += ": " + r.Outcome
	}
	if !r.ReturnsAt.IsZero() {
		words += ", goes back " + components.Ago(r.ReturnsAt, now)
	}
	return words
}

func (v InboxView) columns() []components.Column {
	var list []components.Column
	if v.CanTake {
		list = append(list, components.Column{Label: "Select", Hidden: true, Width: "narrow"})
	}
	return append(list,
		components.Column{Label: "Priority and reason", Share: 30, SortURL: v.Sorts.UrgencyURL, Sort: v.Sorts.Urgency},
		components.Column{Label: "Report", Width: "narrow"},
		components.Column{Label: "Type and provider", Share: 15},
		components.Column{Label: "Subject", Share: 15},
		components.Column{Label: "Place", Share: 10},
		components.Column{Label: "Received", Width: "narrow", SortURL: v.Sorts.ReceivedURL, Sort: v.Sorts.Received},
		components.Column{Label: "Preserved", Width: "narrow"},
		components.Column{Label: "Locked", Width: "narrow"},
		components.Column{Label: "Marks", Hidden: true, Width: "narrow"},
		components.Column{Label: "State", Share: 15},
	)
}
