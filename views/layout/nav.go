package layout

import (
	"time"

	"reeve/views/components"
)

// Band is the colour of an agency's bar, so that nobody forgets as whom they
// act. It is one of a fixed set: a page never takes a colour from data.
type Band string

const (
	BandGraphite Band = "graphite" // the clearinghouse
	BandSteel    Band = "steel"
	BandTeal     Band = "teal"
	BandIndigo   Band = "indigo"
	BandPlum     Band = "plum"
	BandOlive    Band = "olive"
	BandRust     Band = "rust"
	BandPine     Band = "pine"
)

// Bands are all bands, in the order in which agencies get them. Graphite is not
// among them: it is the clearinghouse's alone.
var Bands = []Band{BandSteel, BandTeal, BandIndigo, BandPlum, BandOlive, BandRust, BandPine}

// BandFor gives an agency a band by its number, the same one each time.
func BandFor(n int) Band {
	if n < 0 {
		n = -n
	}
	return Bands[n%len(Bands)]
}

// class keeps unknown text out of the class attribute.
func (b Band) class() string {
	if b == BandGraphite {
		return "Bar--graphite"
	}
	for _, known := range Bands {
		if b == known {
			return "Bar--" + string(b)
		}
	}
	return "Bar--steel"
}

// NavItem is one line of the left rail.
type NavItem struct {
	Label, URL string
	Icon       components.Icon
	Active     bool
	// Count is ready to read and capped ("99+", see components.Capped); empty
	// draws nothing. CountOf says what is counted, for screen readers: "unread".
	Count, CountOf string
	// Group starts a part of the rail under a heading when it differs from the
	// item before: "Clearinghouse", "Administration".
	Group string
}

// Nav is what the frame knows of the person: view data, not the actor.
type Nav struct {
	Name   string // the person's name
	Email  string
	Agency string
	Band   Band
	Role   string // in words: "Investigator"
	Items  []NavItem
	// Notices is the capped count of unread notices; NoticesURL their page.
	// Without a URL the bell is not drawn.
	Notices, NoticesURL string
	SessionsURL         string // the person's own sessions; empty hides the link
	SignOutURL          string // default /logout; signing out is a POST
	HomeURL             string // default /
}

// Width is how a page uses the window.
type Width string

const (
	// Working uses the full width, for tables and boards.
	Working Width = ""
	// Reading keeps lines between 60 and 75 characters.
	Reading Width = "reading"
	// Form is a narrow column for forms.
	Form Width = "form"
	// SplitWidth lets a components.Split reach the edges.
	SplitWidth Width = "split"
)

func (w Width) class() string {
	switch w {
	case Reading:
		return "Main Main--reading"
	case Form:
		return "Main Main--form"
	case SplitWidth:
		return "Main Main--split"
	}
	return "Main"
}

// PageArgs is what the frame of a page needs.
type PageArgs struct {
	Title       string // of the window; the page draws its own h1 with components.Header
	Nav         Nav
	Flash       []components.AlertArgs
	Demo        bool
	RequestID   string
	Width       Width
	Breadcrumbs []components.Crumb
	Query       string // what stands in the global search
	// Now is the time of the page in the viewer's zone. Print shows it with the
	// person's name; scripts take it as the start for relative times.
	Now   time.Time
	Watch Watch
	// Marking stands on top of every printed page: "Law enforcement sensitive".
	Marking string
}

// PublicArgs is the frame of pages without a signed-in person: sign-in, errors,
// the public's form.
type PublicArgs struct {
	Title     string
	Flash     []components.AlertArgs
	Demo      bool
	RequestID string
	Wide      bool // a form rather than a card
	HomeURL   string
}

func or(s, d string) string {
	if s == "" {
		return d
	}
	return s
}
