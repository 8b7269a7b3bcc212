package pages

import (
	"strings"
	"time"

	"reeve/views/components"
	"reeve/views/layout"
)

// IssuersView is an agency's own sign-in as it stands.
type IssuersView struct {
	Frame     layout.PageArgs
	Agency    string
	Own       bool // it is the reader's own agency
	Lead      string
	NewURL    string
	DecideURL string // where the clearinghouse decides about domains; empty: not for the reader
	Drafts    []IssuerDraftLine
	Providers []IssuerCard
	Register  IssuerRegister
	Domains   []IssuerDomain
	Ask       IssuerAsk
	// Others are further agencies whose sign-in the reader manages.
	Others    []components.Option
	OthersURL string
}

// IssuerCard is one provider that is live or switched off.
type IssuerCard struct {
	ID      string // for the heading
	Name    string
	On      bool
	Trouble string // what is wrong with it in plain words; empty: nothing
	Since   time.Time
	Facts   []components.Term
	URL     string // its own address
	Domains []string
	People  int
	Key     IssuerKey
	// ChangeURL begins a draft of it, OffURL asks before it is switched off.
	ChangeURL, OffURL string
}

// IssuerKey is the public half of Reeve's key for one provider, as JSON Web Key Set
// and as PEM; empty: Reeve proves itself otherwise.
type IssuerKey struct{ JWKS, PEM string }

// IssuerRegister is what an admin copies into their provider.
type IssuerRegister struct{ Redirect, SignedOut, BackChannel string }

// IssuerDraftLine is a draft in the list.
type IssuerDraftLine struct {
	Name, URL, What string
	By              string
	At              time.Time
	State           components.StateArgs
}

// IssuerDomain is an e-mail domain of the agency.
type IssuerDomain struct {
	Name  string
	State components.StateArgs
	Leads string // the provider to which it leads; empty: to none
	Asked string // who asked
	At    time.Time
	Text  string // the note, or what the clearinghouse answered
	// Withdraw says what taking it back is called; empty: it cannot be.
	Withdraw string
}

// IssuerAsk is the form that asks for a domain.
type IssuerAsk struct {
	Action, WithdrawAction string
	Hidden                 []components.Pair
	Domain, Note           string
	Problems               []components.FieldError
	NoteLimit              int
}

func (a IssuerAsk) problem(field string) string { return problemOf(a.Problems, field) }

// problemOf answers what is wrong with a field.
func problemOf(list []components.FieldError, field string) string {
	for _, p := range list {
		if p.ID == "f-"+field {
			return p.Message
		}
	}
	return ""
}

// IssuerStep is one thing that was tried at a provider.
type IssuerStep struct {
	Name, Text string
	OK         bool
}

// IssuerReport is what a look or a test found.
type IssuerReport struct {
	At    time.Time
	OK    bool
	Title string
	Steps []IssuerStep
	Facts []components.Term
}

// IssuerDraftView is a draft with what is left to do, in the order of doing it.
type IssuerDraftView struct {
	Frame  layout.PageArgs
	Agency string
	Title  string
	Lead   string
	// EditURL changes it, DiscardURL asks before it is thrown away.
	EditURL, DiscardURL string
	Replaced            bool // settings that were live before
	Facts               []components.Term
	Changes             []Change // against what is live
	Register            IssuerRegister
	Key                 IssuerKey
	Look, Test          *IssuerReport
	LookAction          string
	TestAction          string
	TestAs              string // as whom the reader must sign in there; empty: from outside
	Hidden              []components.Pair
	Missing             []string
	OnURL               string
	// Silent says that the provider is said to enforce a second factor without saying
	// so; Accepted who accepted that; AcceptAction lets the reader do it.
	Silent, Accepted, AcceptAction string
}

// IssuerConfirmView asks before a deed on sign-in settings.
type IssuerConfirmView struct {
	Frame    layout.PageArgs
	Title    string
	Lead     string
	Points   []string // what will happen
	Warning  string
	Conflict string // why it was not done just now
	Not      string // why it cannot be done; there is no form then
	Confirm  components.ConfirmArgs
	// LockOut is the text of a box that must be ticked; empty: none.
	LockOut      string
	LockOutError string
	Back         string
}

func (c IssuerCard) state() components.StateArgs {
	if c.On {
		return components.StateArgs{Label: "Switched on", Tone: components.ToneGood}
	}
	return components.StateArgs{Label: "Switched off", Icon: components.IconLock}
}

func (c IssuerCard) domains() string { return strings.Join(c.Domains, ", ") }

func (r IssuerReport) tone() components.Tone {
	if r.OK {
		return components.ToneGood
	}
	return components.ToneBad
}

// steps are those that were good, or those that were not.
func (r IssuerReport) steps(good bool) []IssuerStep {
	var list []IssuerStep
	for _, s := range r.Steps {
		if s.OK == good {
			list = append(list, s)
		}
	}
	return list
}

func (s IssuerStep) state() components.StateArgs {
	if s.OK {
		return components.StateArgs{Label: s.Name, Tone: components.ToneGood}
	}
	return components.StateArgs{Label: s.Name, Tone: components.ToneBad}
}

func issuerChange(on bool) string {
	if on {
		return "Change"
	}
	return "Change or switch on again"
}

func issuerAgain(label string, again bool) string {
	if again {
		return label + " again"
	}
	return label
}
