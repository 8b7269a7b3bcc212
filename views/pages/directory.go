package pages

import (
	"time"

	"reeve/views/components"
	"reeve/views/layout"
)

// DirectoryView is the page on which an admin connects the agency's directory.
type DirectoryView struct {
	Frame     layout.PageArgs
	Agency    string
	Own       bool
	Closed    bool // the agency is closed: nothing more is made
	Base      string
	Others    []components.Option // further agencies, to choose one
	OthersURL string

	Live, Ended []DirectoryToken
	Make        DirectoryMake
	Groups      []DirectoryGroup
	Approval    DirectoryApproval
}

// DirectoryToken is a token without its secret.
type DirectoryToken struct {
	Name      string
	Hint      string // its last four characters
	State     components.StateArgs
	Expires   time.Time
	LastUsed  time.Time // zero: never
	LastIP    string
	Made      time.Time
	MadeBy    string
	Revoked   time.Time // zero: not revoked
	RevokedBy string
	RevokeURL string
}

// DirectoryMake is the form of a new token, as typed.
type DirectoryMake struct {
	Action   string
	Hidden   []components.Pair
	Name     string
	Days     string
	Terms    []components.Option
	Problems []components.FieldError
}

// DirectoryGroup is a role as the directory's group.
type DirectoryGroup struct {
	Name, ID, Does, ExternalID string
}

// DirectoryApproval is whether the directory's accounts need a commander's yes.
type DirectoryApproval struct {
	Directory bool
	By        string
	At        time.Time
	URL       string // where it is decided; for a commander, and as what to pass on
	May       bool   // the reader may decide
}

// DirectorySecretView shows a new token, once.
type DirectorySecretView struct {
	Frame        layout.PageArgs
	Agency, Name string
	Base, Token  string
	Expires      time.Time
	BackURL      string
}

// DirectoryRevokeView asks before a token is revoked.
type DirectoryRevokeView struct {
	Frame  layout.PageArgs
	Agency string
	Token  DirectoryToken
	Action string
	Hidden []components.Pair
	Back   string
	Not    string // why it cannot be done
}

// DirectoryApprovalView is where a commander decides.
type DirectoryApprovalView struct {
	Frame    layout.PageArgs
	Agency   string
	Approval DirectoryApproval
	Action   string
	BackURL  string // the tokens page; empty: the reader may not open it
	Conflict string
}

func (v DirectoryMake) problem(field string) string {
	for _, p := range v.Problems {
		if p.ID == "f-"+field {
			return p.Message
		}
	}
	return ""
}

func (v DirectoryView) lead() string {
	switch {
	case v.Closed:
		return "This agency is closed: no token of its directory works."
	case len(v.Live) == 0:
		return "No directory is connected. With a token, the agency's own directory makes accounts, gives roles and shuts people out, without anybody here."
	}
	return "The agency's directory makes accounts, gives roles and shuts people out by itself. " + plural(len(v.Live), "token works.", "tokens work.")
}

func (a DirectoryApproval) state() components.StateArgs {
	if a.Directory {
		return components.StateArgs{Label: "The directory approves", Tone: components.ToneInfo, Icon: components.IconLink}
	}
	return components.StateArgs{Label: "A commander approves each account", Tone: components.ToneGood, Icon: components.IconShield}
}
