package pages

import (
	"reeve/views/components"
	"reeve/views/components/gallery"
	"reeve/views/layout"
)

// Styleguide is the page that shows every component in every state. It is
// served in demonstrations and tests only, and is what the accessibility test
// reads.
type Styleguide struct {
	Groups    []gallery.Group
	RequestID string
}

// NewStyleguide fills the page with the whole gallery.
func NewStyleguide(requestID string) Styleguide {
	return Styleguide{Groups: gallery.Groups(), RequestID: requestID}
}

// frame shows the layout at its fullest, with the gallery's own person.
func (p Styleguide) frame() layout.PageArgs {
	return layout.PageArgs{
		Title: "Style guide",
		Nav: layout.Nav{
			Name: "Dana Reyes", Email: "dana@bay.example", Role: "Investigator",
			Agency: "Bay Region Task Force (demonstration)", Band: layout.BandTeal,
			Items: []layout.NavItem{
				{Label: "Inbox", URL: "/inbox", Icon: components.IconInbox, Count: components.Capped(214, 99), CountOf: "not taken"},
				{Label: "Cases", URL: "/cases", Icon: components.IconCases},
				{Label: "Deconfliction", URL: "/deconfliction", Icon: components.IconLink, Count: "3", CountOf: "new"},
				{Label: "Search", URL: "/search", Icon: components.IconSearch},
				{Label: "Agency users", URL: "/agency/users", Icon: components.IconAgency, Group: "Administration"},
				{Label: "Audit", URL: "/audit", Icon: components.IconAudit, Group: "Administration"},
				{Label: "Style guide", URL: "/styleguide", Icon: components.IconLabel, Group: "Demonstration", Active: true},
			},
			Notices: "2", NoticesURL: "/notices", SessionsURL: "/sessions",
		},
		Demo:        true,
		RequestID:   p.RequestID,
		Now:         gallery.Now,
		Breadcrumbs: []components.Crumb{{Label: "Demonstration", URL: "/"}, {Label: "Style guide"}},
		Marking:     "Demonstration",
	}
}
