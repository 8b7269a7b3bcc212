package pages

import "reeve/views/layout"

// AgainView asks for a new proof of who somebody is.
type AgainView struct {
	SignedIn bool
	Frame    layout.PageArgs   // of somebody who is signed in
	Public   layout.PublicArgs // of somebody whose session has ended
	Deed     string            // "suspend a person's access"; empty: not named
	Provider string            // host of their provider
	Agency   string
	Strong   bool   // the provider must give a second factor
	Return   string // where to go afterwards
	Kept     bool   // there waits what they typed
	// Unkept is the answer to a form that could not be kept.
	Unkept bool
}

func (v AgainView) title() string {
	if v.SignedIn {
		return "Confirm who you are"
	}
	return "Your session has ended"
}

func (v AgainView) lead() string {
	switch {
	case !v.SignedIn:
		return "Nothing was done. Sign in again, and send it then."
	case v.Deed != "":
		return "You are about to " + v.Deed + ". Whoever holds your session must not be able to do that, so confirm who you are."
	}
	return "You are about to change who has access. Confirm who you are."
}

func (v AgainView) how() string {
	if v.SignedIn {
		return "Confirm who you are"
	}
	return "Sign in"
}

func (v AgainView) elsewhere() string {
	if v.SignedIn {
		return "/login/again"
	}
	return "/login"
}
