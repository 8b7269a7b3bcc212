package routing

import (
	"fmt"
	"strings"
	"time"

	"reeve/models"
)

// Extract reads a report and its files and gives every signal about a place,
// in the order of the report. It normalises nothing in the report; what could
// not be placed is a signal too, with the reason, so that the decision can tell
// a missing address from an unreadable one. geo may be nil.
//
// The reporter's own data (the provider's staff) says nothing about the
// incident and is not read.
func Extract(rep models.Reported, files []models.ReportedFile, geo GeoLookup) []Signal {
	x := &extraction{geo: geo, incident: rep.Incident.DateTime.At}
	for i, p := range rep.Subjects {
		x.party(Subject, fmt.Sprintf("subjects[%d]", i), p)
	}
	for i, p := range rep.Recipients {
		x.party(Recipient, fmt.Sprintf("recipients[%d]", i), p)
	}
	for i, p := range rep.Victims {
		x.party(Victim, fmt.Sprintf("victims[%d]", i), p)
	}
	for i, in := range rep.Internet {
		x.internet(fmt.Sprintf("internet[%d]", i), in)
	}
	for i, f := range files {
		x.file(fmt.Sprintf("files[%d]", i), f)
	}
	return x.signals
}

type extraction struct {
	geo      GeoLookup
	incident time.Time
	signals  []Signal
	located  []located
}

// located is a database's answer as it was placed. The events of a report
// mostly come from one network, and need be placed once.
type located struct {
	geo GeoPlace
	s   Signal
}

// holder is whose data is being read, and what colours all of it.
type holder struct {
	whose       Whose
	compromised models.Truth
	associated  string
}

func (x *extraction) party(whose Whose, path string, p models.ReportedParty) {
	h := holder{whose: whose, compromised: p.Compromised}
	x.account(h, path, p)
	if p.SchoolName != "" {
		x.school(h, path+".schoolName", p.SchoolName)
	}
	for i, a := range p.Associated {
		kind := a.Type
		if kind == "" {
			kind = "Other"
		}
		compromised := a.Compromised
		if compromised == models.NotStated {
			compromised = p.Compromised
		}
		x.account(holder{whose, compromised, kind}, fmt.Sprintf("%s.associated[%d]", path, i), a.ReportedParty)
	}
}

// account reads one account: addresses, estimate, numbers, mail, IP events.
func (x *extraction) account(h holder, path string, p models.ReportedParty) {
	for i, a := range p.Person.Addresses {
		x.address(h, PostalAddress, fmt.Sprintf("%s.person.addresses[%d]", path, i), a)
	}
	if p.EstimatedLocation != nil {
		x.estimate(h, path+".estimatedLocation", *p.EstimatedLocation)
	}
	for i, n := range p.Person.Phones {
		x.phone(h, fmt.Sprintf("%s.person.phones[%d]", path, i), n)
	}
	for i, e := range p.Person.Emails {
		x.email(h, fmt.Sprintf("%s.person.emails[%d]", path, i), e)
	}
	for i, ip := range p.IPs {
		x.ip(h, "", fmt.Sprintf("%s.ips[%d]", path, i), ip)
	}
}

func (x *extraction) internet(path string, in models.ReportedInternet) {
	h := holder{whose: WhoseUnknown}
	for i, a := range in.Addresses {
		x.address(h, IncidentPlace, fmt.Sprintf("%s.addresses[%d]", path, i), a)
	}
	if in.Phone != nil {
		x.phone(h, path+".phone", *in.Phone)
	}
	if in.Latitude != nil && in.Longitude != nil {
		x.coordinates(h, Coordinates, path+".latitude", *in.Latitude, *in.Longitude)
	}
	for i, ip := range in.IPs {
		x.ip(h, "peer", fmt.Sprintf("%s.ips[%d]", path, i), ip)
	}
}

// file reads what a provider states with a file: the address from which it was
// sent is the reported user's, while coordinates in a picture may be another's.
func (x *extraction) file(path string, f models.ReportedFile) {
	if f.IP != nil {
		x.ip(holder{whose: Subject}, "file", path+".ip", *f.IP)
	}
	if lat, lon, ok := geotag(f.Details); ok {
		x.coordinates(holder{whose: WhoseUnknown}, FileGeotag, path+".details", lat, lon)
	}
}

// add completes a signal with whose it is and how far it is from the incident.
func (x *extraction) add(h holder, s Signal) {
	s.Whose, s.Compromised, s.Associated = h.whose, h.compromised, h.associated
	if !s.At.IsZero() && !x.incident.IsZero() {
		d := int64(s.At.Sub(x.incident) / time.Second)
		if d < 0 {
			d = -d
		}
		s.Distance = &d
	}
	x.signals = append(x.signals, s)
}

// oneLine brings a reported text into one line of at most 200 characters.
func oneLine(parts ...string) string {
	if len(parts) == 1 && plain(parts[0]) {
		return parts[0]
	}
	var kept []string
	for _, p := range parts {
		if p = strings.Join(strings.Fields(strings.ToValidUTF8(p, "\ufffd")), " "); p != "" {
			kept = append(kept, p)
		}
	}
	s := []rune(strings.Join(kept, ", "))
	if len(s) > 200 {
		s = append(s[:199], '…')
	}
	return string(s)
}

// plain reports whether a text is one line already: printable ASCII with single
// spaces within.
func plain(s string) bool {
	if len(s) > 200 {
		return false
	}
	space := true
	for i := range len(s) {
		c := s[i]
		if c <= ' ' && c != ' ' || c >= 0x7f || c == ' ' && space {
			return false
		}
		space = c == ' '
	}
	return !space || s == ""
}
