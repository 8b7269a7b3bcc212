package pages

import (
	"time"

	"reeve/views/components"
	"reeve/views/layout"
)

// AccountView is a person's own account.
type AccountView struct {
	Frame    layout.PageArgs
	Name     string
	Email    string
	Agency   string
	Roles    string // in words
	Provider string // where they sign in
	Whom     Contact
	Sessions []AccountSession
}

// AccountSession is one place where the person is signed in.
type AccountSession struct {
	Since, Until time.Time // in the reader's zone; Until if nothing more is heard of it
	This         bool
}

func (v AccountView) identity() []components.Term {
	return []components.Term{
		{Term: "E-mail", Text: v.Email},
		{Term: "Provider", Text: v.Provider, Missing: "not known", Note: "People of " + v.Agency + " sign in there."},
	}
}
