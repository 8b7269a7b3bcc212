package pages

import (
	"time"

	"reeve/views/components"
	"reeve/views/layout"
)

// UrgentCall is one call to one contact.
type UrgentCall struct {
	Name, Duty   string
	Email, Phone string
	At           time.Time
	By           string // who called, where that was a person
	Mail         components.StateArgs
	MailNote     string
}

// UrgentLine is the calls to one agency.
type UrgentLine struct {
	Agency, Code string
	State        components.StateArgs
	Calls        []UrgentCall
	Next         time.Time // when the next contact is called; zero: no more
	Answer       string    // who answered, and how; empty: nobody yet
	AnsweredAt   time.Time
	Note         string
	Without      string // said where the agency has not got the report
	NoList       string // said where it has named no on-call contact
	Waits        bool
	Version      int
}

// UrgentRow is one urgent report's calls.
type UrgentRow struct {
	Number   string
	URL      string
	Type     string
	Provider string
	Priority components.PriorityArgs
	Raised   time.Time
	Desk     string // why the desk itself must act; empty: not yet
	DeskAt   time.Time
	End      string // how it ended; empty: it has not
	EndAt    time.Time
	Lines    []UrgentLine
}

// UrgentDeskView is the clearinghouse's page of urgent reports.
type UrgentDeskView struct {
	Frame     layout.PageArgs
	Tabs      []components.Tab
	Figures   []components.FigureArgs
	Past      bool
	Rows      []UrgentRow
	Pages     components.PaginationArgs
	NoLists   string // how many agencies have no contacts; empty: all have
	NoListURL string
}

// UrgentReportView is one report's calls, with the desk's deeds.
type UrgentReportView struct {
	Frame    layout.PageArgs
	Row      UrgentRow
	Report   string // address of the report
	Open     bool
	MayAct   bool
	Version  int
	Problems []components.FieldError
	Conflict string
	// What was typed into the form of one agency, and into the one that ends it.
	Code, Text, TextErr string
	Why, WhyErr         string
}

// UrgentOwnView is an agency's page of the calls to it.
type UrgentOwnView struct {
	Frame     layout.PageArgs
	MayAnswer bool
	Open      []UrgentOwnLine
	More      bool
	Past      []UrgentOwnLine
	Pages     components.PaginationArgs
	Desk      string // how to reach the clearinghouse
}

// UrgentOwnLine is a call to the reader's own agency.
type UrgentOwnLine struct {
	UrgentLine
	Title     string // "Report 123", or that the report is not the agency's yet
	URL       string // of the report; empty: not the agency's
	AnswerURL string // where to acknowledge
	Since     time.Time
	Who       string
}

// UrgentPanelView is the part of a report's page about its calls.
type UrgentPanelView struct {
	Note   string
	Lines  []UrgentLine
	Now    time.Time
	Answer string // where to acknowledge; empty: nothing waits for the reader
	URL    string // the desk's page; empty: not for the reader
}

// UrgentBanner stands on top of the inbox while calls wait.
type UrgentBanner struct{ Text, URL string }

// UrgentAnswerView is the page behind the link in a mail.
type UrgentAnswerView struct {
	Public layout.PublicArgs
	Action string // empty: it is done
}

// OnCallView is an agency's on-call contacts.
type OnCallView struct {
	Frame layout.PageArgs
	Title string
	Lead  string

	Contacts []OnCallContact
	After    []string // what happens when the list ends
	Changed  string
	Hidden   []components.Pair
	Form     OnCallForm
	Full     bool
	Conflict string
	All      string // the page of agencies without contacts; empty: not for the reader
}

// OnCallContact is one contact of the list.
type OnCallContact struct {
	Place              int
	Name, Duty         string
	Email, Phone       string
	Hours              string
	Wait               string
	Duties             components.StateArgs // on duty now, or not
	Test               string
	EditURL            string
	Up, Down, TestPath string // where to post; empty: not possible
}

// OnCallForm is the form of one contact.
type OnCallForm struct {
	Action                         string
	Name, Duty, Email, Phone, Days string
	From, To, Wait                 string
	Errors                         map[string]string
	Problems                       []components.FieldError
}

// OnCallEditView is the page of one contact.
type OnCallEditView struct {
	Frame    layout.PageArgs
	Title    string
	Lead     string
	Hidden   []components.Pair
	Form     OnCallForm
	Remove   string
	Back     string
	Conflict string
}

// UnlistedView is the list of agencies without on-call contacts.
type UnlistedView struct {
	Frame layout.PageArgs
	Rows  []UnlistedRow
	Pages components.PaginationArgs
}

// UnlistedRow is one such agency.
type UnlistedRow struct {
	Name, URL  string // URL: where its contacts are edited; empty: not by the reader
	Instead    string
	InsteadBad bool
	Above      string
}

// reach is an address and a number, as far as they are known.
func reach(email, phone string) string {
	switch {
	case email == "":
		return phone
	case phone == "":
		return email
	}
	return email + ", " + phone
}

func (f OnCallForm) field(name, label, value string) components.FieldArgs {
	return components.FieldArgs{Name: name, Label: label, Value: value, Error: f.Errors[name]}
}

func (f OnCallForm) hours(name, label, value string) components.FieldArgs {
	a := components.FieldArgs{Name: name, Label: label, Value: value, Type: "time", Width: "short"}
	if name == "from" {
		a.Error, a.ID = f.Errors["hours"], "f-hours"
		a.Help = "In the agency's zone. Both empty: at all hours. An end before the beginning is on the next day."
	}
	return a
}

func daysOptions() []components.Option {
	return []components.Option{{Value: "all", Label: "Every day"}, {Value: "weekdays", Label: "Monday to Friday"}, {Value: "weekends", Label: "Saturday and Sunday"}}
}
