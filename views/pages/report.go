package pages

import (
	"fmt"
	"strconv"
	"time"

	"reeve/views/components"
	"reeve/views/layout"
)

// ReportView is the page of one report, without the content of its files.
type ReportView struct {
	Frame  layout.PageArgs
	Number int64
	Head   ReportHead
	Deeds  ReportDeeds

	Gaps ReportGaps
	Why  []ReportWhy // routings, the one that brought it here first
	// NotRouted says what stands in place of a routing that is not there.
	NotRouted string

	Sent  []ReportSentTo
	Refer *ReportRefer // nil: the reader refers no reports

	Public      *ReportPublic // nil: a provider sent it
	People      []ReportGroup
	Identifiers []ReportIdentifier
	Hashes      []ReportIdentifier // of files, apart because there are many
	MoreIDs     bool
	Shared      []ReportPointer
	AlsoAt      []ReportAlsoAt
	SharedURL   string // the page of shared identifiers; empty: none is served
	Related     []ReportRelated

	Timeline components.TimelineArgs
	Untimed  []components.Term // addresses without a time

	Files      []ReportFile
	KnownFiles []ReportFile // listed as known material; below the others
	FilesNote  string       // how many are locked, in words
	MoreURL    string       // the rest of the files; empty: all are shown

	AsSent    []SentPart
	Erased    string // said when the report's data was erased
	Documents []ReportDocument

	Staff    ReportStaff
	Labels   *LabelPanelView  // nil: none are shown
	Links    *LinksView       // nil: there are none
	Urgent   *UrgentPanelView // nil: nobody was called, as far as the reader may know
	Outcomes []ReportOutcome
	Trail    []components.TrailItem
}

// ReportHead answers what it is, how urgent, and whose.
type ReportHead struct {
	Type, Provider string
	Priority       components.PriorityArgs
	Reasons        []ReportReason
	AgencyPriority int // 0: the agency set none
	IncidentAt     time.Time
	IncidentMeans  string // what the provider says the time is
	Received       time.Time
	Referred       time.Time // zero for clearinghouse staff
	Clock          components.ClockArgs
	State          components.StateArgs // without a label: none for clearinghouse staff
	Assignee       string               // empty: nobody
	Mine           bool
	Place          string
	Victim         bool // here because of the victim's place
	Marks          []components.BadgeArgs
	Desk           string    // where it stands at the desk; empty for agencies
	ReturnsAt      time.Time // when a waiting return is carried out; zero: none waits
	Outcome        string    // the latest standing one, in words
	Batched        bool
}

// ReportReason is one rule that made the priority.
type ReportReason struct {
	Points int
	Text   string
	Source string
}

func (r ReportReason) points() string {
	if r.Points > 0 {
		return "+" + strconv.Itoa(r.Points)
	}
	if r.Points < 0 {
		return "\u2212" + strconv.Itoa(-r.Points)
	}
	return "0"
}

// ReportDeeds says what the reader may do now, in the order of use.
type ReportDeeds struct {
	Version                                          int
	Take, Start, Release, Reopen, Assign, Prioritise bool
	OutcomeURL, ReturnURL, KeepURL                   string // empty: not now, or no such page
	Colleagues                                       []components.Option
	Assignee, Priority, AssignError, PriorityError   string
	PriorityOptions                                  []components.Option
	// Why says why nothing can be done; empty when something can.
	Why string
}

func (d ReportDeeds) any() bool {
	return d.Take || d.Start || d.Release || d.Reopen || d.OutcomeURL != "" || d.ReturnURL != "" || d.KeepURL != ""
}

// ReportGaps says what the report lacks and what that costs.
type ReportGaps struct {
	Known bool // the report was assessed
	Score int  // of 100
	List  []ReportGap
}

// ReportGap is one thing that is missing.
type ReportGap struct {
	Text string
	Cost int // of 100
}

// ReportSentTo is an agency that the report was referred to.
type ReportSentTo struct {
	Agency, Code         string
	Own                  bool
	Contact              Contact
	At                   time.Time
	Why, Capacity        string
	State                components.StateArgs
	Assignee, OutcomeNow string
}

// ReportRefer is the form by which clearinghouse staff refer a report by hand.
type ReportRefer struct {
	FoundURL    string // of the page on which staff say where somebody is; empty: none is served
	Version     int
	Agency      string
	Reason      string
	Agencies    []components.Option
	AgencyError string
	ReasonError string
	OtherError  string
}

func (r ReportRefer) errors() []components.FieldError {
	var out []components.FieldError
	for _, e := range []components.FieldError{{ID: "f-agency", Message: r.AgencyError}, {ID: "f-reason", Message: r.ReasonError}, {Message: r.OtherError}} {
		if e.Message != "" {
			out = append(out, e)
		}
	}
	return out
}

// ReportStaff is what the clearinghouse's staff and rules said of the report.
type ReportStaff struct {
	Class, ClassWhy string
	Version         string // of the rules
	Points          int
	Desk, DeskWhy   string
	Assessed        bool
}

func (v ReportView) number() string { return strconv.FormatInt(v.Number, 10) }

func (v ReportView) url(deed string) string { return "/reports/" + v.number() + deed }

func (v ReportView) lead() string {
	return v.Head.Type + ", sent by " + v.Head.Provider
}

// index is the list of sections at the side.
func (v ReportView) index() []components.Tab {
	count := func(n int) string {
		if n == 0 {
			return ""
		}
		return components.Group(n)
	}
	list := []components.Tab{{Label: "At a glance", URL: "#glance"}, {Label: "Why here", URL: "#why"}}
	if v.showSent() {
		list = append(list, components.Tab{Label: "Where it was sent", URL: "#sent", Count: count(len(v.Sent))})
	}
	if v.Public != nil {
		list = append(list, components.Tab{Label: "Told by the public", URL: "#public"})
		if n := len(v.Public.Additions); n > 0 {
			list = append(list, components.Tab{Label: "Added later", URL: "#additions", Count: count(n)})
		}
	}
	people := 0
	for _, g := range v.People {
		people += len(g.People)
	}
	list = append(list, components.Tab{Label: "People", URL: "#people", Count: count(people)},
		components.Tab{Label: "Identifiers", URL: "#identifiers", Count: count(len(v.Identifiers) + len(v.Hashes))})
	if len(v.Related) > 0 {
		list = append(list, components.Tab{Label: "Same subject", URL: "#related", Count: count(len(v.Related))})
	}
	list = append(list, components.Tab{Label: "Timeline", URL: "#timeline", Count: count(len(v.Timeline.Events) + len(v.Untimed))},
		components.Tab{Label: "Files", URL: "#files", Count: count(len(v.Files) + len(v.KnownFiles))},
		components.Tab{Label: "As reported", URL: "#reported"},
		components.Tab{Label: "Staff's notes", URL: "#staff"})
	if v.Links != nil {
		list = append(list, components.Tab{Label: "Linked reports", URL: "#links", Count: v.Links.count()})
	}
	if v.Labels != nil {
		list = append(list, components.Tab{Label: "Labels", URL: "#labels", Count: v.Labels.count()})
	}
	return append(list, components.Tab{Label: "Outcomes", URL: "#outcomes", Count: count(len(v.Outcomes))},
		components.Tab{Label: "Trail", URL: "#trail", Count: count(len(v.Trail))})
}

// showSent says whether where it was sent says more than "here".
func (v ReportView) showSent() bool {
	return v.Refer != nil || len(v.Sent) > 1 || len(v.Sent) == 1 && !v.Sent[0].Own
}

// incidentNote is what the incident's time means, or that nobody says.
func (h ReportHead) incidentNote() string {
	if h.IncidentMeans == "" {
		return "The provider did not say what this time means; it is often when the matter was detected, not when it happened."
	}
	return "What it means, as the provider says: " + h.IncidentMeans
}

func (g ReportGaps) note() string {
	return fmt.Sprintf("%d of 100 of what an investigator needs is there", g.Score)
}
