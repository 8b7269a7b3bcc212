package pages

import (
	"net/url"

	"reeve/views/layout"
)

// LoginView is the sign-in page.
type LoginView struct {
	Frame  layout.PublicArgs
	Email  string // as typed
	Error  string // about the e-mail
	Return string // where to go afterwards; a local path or empty
	Ended  bool   // a session ended by itself
	Kept   bool   // what was typed in it waits at Return
	// PublicForm leads on whoever is looking for the public's form, where one is served.
	PublicForm bool
	// Accounts are the demonstration's; empty elsewhere.
	Accounts []DemoAccount
	Password string // the demonstration's one password
}

// DemoAccount is one account of the demonstration.
type DemoAccount struct {
	Email    string
	Name     string
	Does     string // role in words
	Agency   string
	Provider string // the identity provider where it signs in
}

// RefusedView says why a sign-in did not succeed, in general words.
type RefusedView struct {
	Frame  layout.PublicArgs
	Title  string
	Text   string
	Whom   Contact
	Return string
	// Confirm is where to try again what was no sign-in but a new proof of somebody
	// who is signed in.
	Confirm string
	// Provider and Agency say where the person signed in and why there: people
	// of that agency do. Either may be empty.
	Provider string
	Agency   string
}

func (v RefusedView) again() string {
	if v.Confirm != "" {
		return v.Confirm
	}
	if v.Return == "" {
		return "/login"
	}
	return "/login?" + url.Values{"return": {v.Return}}.Encode()
}

func (v RefusedView) label() string {
	if v.Confirm != "" {
		return "Confirm again"
	}
	return "Sign in again"
}
