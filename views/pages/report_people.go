package pages

import (
	"strconv"
	"strings"
	"time"

	"reeve/models"
	"reeve/views/components"
)

// ReportGroup is the people of one part in a report. Victims stand apart.
type ReportGroup struct {
	Title, None string
	Apart       bool // victims: never to be taken for a subject
	People      []ReportPerson
}

// ReportPerson is one person or account.
type ReportPerson struct {
	Name  string
	Facts []components.Term
	Marks []components.BadgeArgs
	// Others are further accounts of the same person.
	Others []ReportPerson
}

// People reads the subjects, intended recipients and victims of a report. Zone is
// the reader's.
func People(r models.Reported, zone *time.Location) []ReportGroup {
	read := func(list []models.ReportedParty) []ReportPerson {
		var out []ReportPerson
		for i := range list {
			out = append(out, person(&list[i], zone))
		}
		return out
	}
	return []ReportGroup{
		{Title: "Subject", None: "The provider named no person or user.", People: read(r.Subjects)},
		{Title: "Intended recipient", None: "No intended recipient was named.", People: read(r.Recipients)},
		{Title: "Victim", None: "No victim was named.", Apart: true, People: read(r.Victims)},
	}
}

// person reads one party: who it is first, then how to reach it, then its account.
func person(p *models.ReportedParty, zone *time.Location) ReportPerson {
	out := ReportPerson{Name: nameOf(p)}
	add := func(term, text, note string) {
		if text != "" {
			out.Facts = append(out.Facts, components.Term{Term: term, Text: text, Note: note, Pre: strings.Contains(text, "\n")})
		}
	}
	full := strings.Join(strings.Fields(p.Person.FirstName+" "+p.Person.MiddleName+" "+p.Person.LastName), " ")
	out.Facts = append(out.Facts, components.Term{Term: "Name", Text: full, Missing: "not stated by the provider"}, bornTerm(&p.Person))
	for _, a := range p.Person.Addresses {
		add("Address", addressText(a), a.Type)
	}
	for _, e := range p.Person.Emails {
		add("E-mail", e.Address, verified(e.Type, e.Verified))
	}
	for _, n := range p.Person.Phones {
		number := strings.TrimSpace(n.CallingCode + " " + n.Number)
		if n.Extension != "" {
			number += " ext. " + n.Extension
		}
		add("Telephone", number, verified(n.Type, n.Verified))
	}
	add("School", p.SchoolName, "")
	add("Screen name", p.ScreenName, p.ESPService)
	add("Display name", strings.Join(p.DisplayNames, ", "), "")
	add("Provider's user id", p.ESPIdentifier, p.ESPService)
	add("Profile", strings.Join(p.ProfileURLs, " "), "")
	add("Profile text", p.ProfileBio, "")
	if l := p.EstimatedLocation; l != nil {
		note := "Estimated by the provider"
		if l.Verified != models.NotStated {
			note += ", verified: " + l.Verified.String()
		}
		add("Estimated place", joined(", ", l.City, l.Region, l.Country), note)
	}
	add("Vehicle", p.Vehicle, "")
	add("Group", p.GroupIdentifier, "")
	if len(p.PriorReports) > 0 {
		var list []string
		for _, n := range p.PriorReports {
			list = append(list, strconv.FormatInt(n, 10))
		}
		add("Earlier reports", strings.Join(list, ", "), "by this provider about the same account, as it says")
	}
	for _, text := range p.AdditionalInfo {
		add("Additional information", text, "")
	}
	out.Marks = accountMarks(p, zone)
	for i := range p.Associated {
		a := &p.Associated[i]
		other := person(&a.ReportedParty, zone)
		other.Name = joined(" · ", other.Name, joined(" ", a.Type, "account"), a.Platform)
		out.Others = append(out.Others, other)
	}
	return out
}

// nameOf is what a heading calls a party by.
func nameOf(p *models.ReportedParty) string {
	for _, s := range []string{strings.TrimSpace(p.Person.FirstName + " " + p.Person.LastName), p.ScreenName, strings.Join(p.DisplayNames, ", "), p.ESPIdentifier} {
		if s != "" {
			return s
		}
	}
	if len(p.Person.Emails) > 0 {
		return p.Person.Emails[0].Address
	}
	return "No name"
}

func bornTerm(p *models.ReportedPerson) components.Term {
	t := components.Term{Term: "Born", Text: p.DateOfBirth, Missing: "not stated by the provider"}
	if p.Age != nil {
		age := strconv.Itoa(*p.Age) + " years old"
		if t.Text == "" {
			t.Term, t.Text = "Age", age
		} else {
			t.Text += " (" + age + ")"
		}
	}
	if p.AgeAssertionDiscrepant == models.Yes {
		t.Note = "The provider doubts the stated age."
	}
	return t
}

func verified(kind string, v models.Truth) string {
	words := "verification not stated"
	switch v {
	case models.Yes:
		words = "verified by the provider"
	case models.No:
		words = "not verified"
	}
	return joined(", ", kind, words)
}

func addressText(a models.ReportedAddress) string {
	return joined(", ", a.Street, a.City, joined(" ", a.State, a.ZIP), a.NonUSAState, a.Country)
}

// joined joins what is not empty.
func joined(by string, parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, by)
}

// accountMarks are what a colleague must know of an account at one look.
func accountMarks(p *models.ReportedParty, zone *time.Location) []components.BadgeArgs {
	var out []components.BadgeArgs
	if p.Compromised == models.Yes {
		out = append(out, components.BadgeArgs{Label: "Account may be compromised", Tone: components.ToneWarn, Icon: components.IconWarn})
	}
	if p.ThirdPartyUser == models.Yes {
		out = append(out, components.BadgeArgs{Label: "User of a third party", Icon: components.IconProvider})
	}
	disabled := func(d *models.ReportedDisabled, how string) {
		if d == nil || !d.Disabled {
			return
		}
		b := components.BadgeArgs{Label: "Account disabled " + how, Icon: components.IconLock}
		if !d.DisabledDate.At.IsZero() {
			b.Title = "Since " + components.ExactMinute(d.DisabledDate.At.In(zone))
		}
		out = append(out, b)
		switch d.UserNotified {
		case models.Yes:
			out = append(out, components.BadgeArgs{Label: "User was told", Tone: components.ToneWarn, Icon: components.IconWarn, Title: "The provider told the user that the account was disabled"})
		case models.No:
			out = append(out, components.BadgeArgs{Label: "User was not told", Icon: components.IconInfo})
		}
	}
	disabled(p.PermanentlyDisabled, "for good")
	disabled(p.TemporarilyDisabled, "for a time")
	return out
}
