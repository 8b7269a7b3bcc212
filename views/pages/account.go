package pages

import (
	"fmt"
	"strings"
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
	Idle     time.Duration
	Absolute time.Duration
	Whom     Contact
	Sessions []AccountSession
	Kept     []KeptLine // forms that wait to be sent
}

// AccountSession is one place where the person is signed in. Its times are in the
// reader's zone.
type AccountSession struct {
	ID      string
	Since   time.Time // sign-in
	Seen    time.Time // last request
	Until   time.Time // its end, if nothing more is heard of it
	AuthAt  time.Time // last proof of who they are
	Strong  bool      // that proof met what the agency's provider must give
	IP      string
	Browser string // in words
	This    bool
}

// KeptLine is one kept form in a list.
type KeptLine struct {
	URL  string
	Deed string // "record an outcome"
	At   time.Time
}

func (v AccountView) identity() []components.Term {
	return []components.Term{
		{Term: "E-mail", Text: v.Email},
		{Term: "Provider", Text: v.Provider, Missing: "not known", Note: "People of " + v.Agency + " sign in there."},
	}
}

func (v AccountView) limits() string {
	return fmt.Sprintf("A session ends after %d minutes without use and after %s in any case.", int(v.Idle.Minutes()), plural(int(v.Absolute.Hours()), "hour", "hours"))
}

func (s AccountSession) from() string {
	if s.IP == "" {
		return "an address that was not noted"
	}
	return s.IP
}

func (s AccountSession) strength() string {
	if s.Strong {
		return "Confirmed with a second factor"
	}
	return "Confirmed; your agency's provider does not say whether with a second factor"
}

func (s AccountSession) deed() string {
	if s.This {
		return "Sign out here"
	}
	return "End"
}

func upperFirst(s string) string {
	r := []rune(s)
	if len(r) == 0 {
		return ""
	}
	return strings.ToUpper(string(r[0])) + string(r[1:])
}
