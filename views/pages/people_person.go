package pages

import (
	"time"

	"reeve/views/components"
	"reeve/views/layout"
)

// PersonView is one account: who it is, what they may do, where they are signed in,
// what they hold, and what was done to the account.
type PersonView struct {
	Frame    layout.PageArgs
	Name     string
	Agency   string
	Lead     string // where the account stands, as a sentence
	Other    string // said when it is not the reader's own agency
	Conflict string // what was in the way of a deed; empty: nothing
	Problems []components.FieldError

	Version string
	Path    string // of the person, to which deeds add their verb
	Self    string // why the reader changes nothing here; empty: it is somebody else

	Identity []components.Term
	Access   []components.Term // approval, review, last sign-in
	Invite   *PersonInvite     // to be sent to a person who has not signed in

	Approve    *PersonDeed // nil: not now
	Reactivate *PersonDeed
	Recertify  *PersonDeed
	Suspend    *PersonDeed
	Roles      *PersonRoles
	RemoveURL  string // empty: not now
	NoRemove   string // why not

	Open     string // open work in words
	OpenMany bool
	HandOver *PersonWork // nil: nothing to hand over, or not the reader's to do

	ShowSessions bool
	Sessions     []PersonSession
	History      []components.TrailItem
	HistoryNote  string
	AuditURL     string // everything that the person did
}

// PersonDeed is a deed of one button.
type PersonDeed struct {
	Label  string
	Text   string // what it does
	No     string // why it cannot be done now; the button is then dead
	Why    string // the reason as typed
	WhyErr string
}

// PersonRoles is the form of a person's roles.
type PersonRoles struct {
	Choices []components.Choice
	Error   string
	No      string
	Note    string // what must be known before: the last admin, roles from the provider
}

// PersonWork is what may become of open work.
type PersonWork struct {
	Heirs     []components.Option
	MoreHeirs bool   // one is named by e-mail address instead
	Release   bool   // it may go back into the queue
	Leave     bool   // it may be left as it is
	Choice    string // as chosen: heir, release or leave
	Heir      string
	Email     string
	Error     string
}

// PersonInvite is what an admin sends to somebody who was invited.
type PersonInvite struct {
	Address string // of the sign-in page
	Text    string // to be copied into a message
	Through string // where the person will sign in, as a sentence
}

// PersonSession is one open session of the person.
type PersonSession struct {
	ID      string
	Browser string
	IP      string
	Since   time.Time
	Until   time.Time
	Proof   string // "a strong proof of who they are", "a proof ..."
	AuthAt  time.Time
}

func (v PersonView) hidden() []components.Pair {
	return []components.Pair{{Name: "version", Value: v.Version}}
}

func (w PersonWork) choices() components.ChoicesArgs {
	a := components.ChoicesArgs{Label: "What becomes of it?", Name: "work"}
	if len(w.Heirs) > 0 || w.MoreHeirs {
		a.Choices = append(a.Choices, components.Choice{Value: "heir", Label: "Give it to a colleague", Help: "Each report stays where it stands, under the colleague's name.", Checked: w.Choice == "" || w.Choice == "heir"})
	}
	if w.Release {
		a.Choices = append(a.Choices, components.Choice{Value: "release", Label: "Put it back into the queue", Help: "Each report is nobody's; whoever takes it goes on.", Checked: w.Choice == "release"})
	}
	if w.Leave {
		a.Choices = append(a.Choices, components.Choice{Value: "leave", Label: "Leave it for now", Help: "It stays under this name, and the person in the list of leavers with open work.", Checked: w.Choice == "leave" || len(a.Choices) == 0})
	}
	return a
}
