package pages

import (
	"strings"
	"time"

	"reeve/views/components"
	"reeve/views/layout"
)

// DomainsView is the clearinghouse's list of e-mail domains to decide about.
type DomainsView struct {
	Frame     layout.PageArgs
	Requests  []DomainRequest
	NextURL   string
	FirstURL  string // set when this is not the first page
	Decided   []DomainDecision
	Silent    []SilentDraft
	Action    string
	Conflict  string
	NoteLimit int
}

// DomainRequest is a domain that an agency asked for, with its own small form.
type DomainRequest struct {
	ID        string // unique on the page
	Domain    string
	Agency    string
	AgencyURL string // that agency's sign-in
	By        string
	At        time.Time
	Note      string
	Holder    string   // who has it already
	Near      []string // who has domains above or below it
	Hidden    []components.Pair
	Answer    string
	AnswerBad string
}

// SilentDraft is a draft that waits for the clearinghouse to accept how its provider
// enforces a second factor.
type SilentDraft struct {
	Name, URL, Agency, By, Note string
	At                          time.Time
}

// DomainDecision is a decision of late.
type DomainDecision struct {
	Domain, Agency, By, Answer string
	At                         time.Time
	State                      components.StateArgs
}

func (r DomainRequest) near() string { return strings.Join(r.Near, "; ") + "." }
