package pages

import (
	"reeve/views/components"
	"reeve/views/layout"
)

// Contact is a desk that a person can call.
type Contact struct {
	Name  string
	Email string
	Phone string
}

// Known reports whether there is anything to show.
func (c Contact) Known() bool { return c.Name != "" || c.Email != "" || c.Phone != "" }

// Link is an address with its words.
type Link struct{ Label, URL string }

// ErrorView is a page that says why something could not be done and what to do
// next.
type ErrorView struct {
	SignedIn  bool
	Frame     layout.PageArgs   // when SignedIn
	Public    layout.PublicArgs // otherwise
	Title     string            // what is so
	Text      string            // what to do next
	RequestID string            // shown when it is on our side
	Whom      Contact           // whom to ask; may be unknown
	WhomWhy   string            // what that desk can do, as a sentence
	Fields    []components.FieldError
	Next      Link
}

func contactTerms(c Contact) []components.Term {
	var list []components.Term
	add := func(term, text, url string) {
		if text != "" {
			list = append(list, components.Term{Term: term, Text: text, URL: url})
		}
	}
	add("Desk", c.Name, "")
	if c.Email != "" {
		add("E-mail", c.Email, "mailto:"+c.Email)
	}
	add("Phone", c.Phone, "")
	return list
}
