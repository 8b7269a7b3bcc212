package priority

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"reeve/models"
)

// completeness lists what is missing, dearest first.
func (s *scoring) completeness() Completeness {
	c := Completeness{Score: 100, Missing: []Missing{}}
	miss := func(key, more string) {
		m := s.book.missing[key]
		m.Text += more + "."
		c.Missing = append(c.Missing, m)
		c.Score = max(0, c.Score-m.Cost)
	}
	rep := s.in.Report
	if rep.BatchReason != "" {
		miss("batched", "")
		return c
	}
	if !slices.ContainsFunc(rep.Subjects, identified) {
		miss("identity", "")
	}
	s.addresses(miss)
	if s.in.Uploaded == 0 && len(s.in.Files) == 0 {
		miss("file", "")
	}
	unsaid := max(s.in.Uploaded-len(s.in.Files), 0)
	for _, f := range s.in.Files {
		if f.Viewed == models.NotStated {
			unsaid++
		}
	}
	if unsaid > 0 {
		miss("file-viewed", fmt.Sprintf(" (%d of %d not said)", unsaid, max(s.in.Uploaded, len(s.in.Files))))
	}
	if strings.TrimSpace(rep.Incident.DateTimeDescription) == "" {
		miss("time-meaning", "")
	}
	return c
}

// identified reports whether anything names the party or its account.
func identified(p models.ReportedParty) bool {
	return p.ESPIdentifier != "" || p.ScreenName != "" || p.Person.FirstName != "" || p.Person.LastName != "" ||
		len(p.Person.Emails) > 0 || len(p.Person.Phones) > 0 || len(p.Person.Addresses) > 0 || len(p.ProfileURLs) > 0 ||
		slices.ContainsFunc(p.Associated, func(a models.ReportedAssociated) bool { return identified(a.ReportedParty) })
}

// addresses judges the IP events of subjects and of reported files.
func (s *scoring) addresses(miss func(key, more string)) {
	var events []models.ReportedIP
	for _, p := range s.in.Report.Subjects {
		events = append(events, p.IPs...)
		for _, a := range p.Associated {
			events = append(events, a.IPs...)
		}
	}
	for _, in := range s.in.Report.Internet {
		events = append(events, in.IPs...)
	}
	uploads := slices.ContainsFunc(events, func(e models.ReportedIP) bool { return e.Event == "Upload" })
	for _, f := range s.in.Files {
		if f.IP != nil {
			events, uploads = append(events, *f.IP), true // the address stated with a file is where it came from
		}
	}
	if len(events) == 0 {
		miss("no-ip", "")
		return
	}
	timed := slices.ContainsFunc(events, func(e models.ReportedIP) bool { return !e.DateTime.At.IsZero() })
	if !uploads {
		miss("no-upload-ip", nearestEvent(events, s.in.Report.Incident.DateTime.At))
	}
	if !timed {
		miss("ip-time", "")
	}
	portless := slices.ContainsFunc(events, func(e models.ReportedIP) bool {
		a, err := netip.ParseAddr(e.Address)
		return err == nil && a.Unmap().Is4()
	}) && !slices.ContainsFunc(events, func(e models.ReportedIP) bool { return e.Port > 0 })
	if portless {
		miss("ip-port", "")
	}
}

// nearestEvent says which event lies nearest the incident: ". The nearest event is a
// log-in 9 days before". Of two equally near the earlier one is named.
func nearestEvent(events []models.ReportedIP, incident time.Time) string {
	if incident.IsZero() {
		return ""
	}
	var best models.ReportedIP
	found := false
	for _, e := range events {
		if e.DateTime.At.IsZero() {
			continue
		}
		d, b := e.DateTime.At.Sub(incident).Abs(), best.DateTime.At.Sub(incident).Abs()
		if !found || d < b || d == b && (e.DateTime.At.Before(best.DateTime.At) || e.DateTime.At.Equal(best.DateTime.At) && e.Event < best.Event) {
			best, found = e, true
		}
	}
	if !found {
		return ""
	}
	name := map[string]string{"Login": "a log-in", "Registration": "a registration", "Purchase": "a purchase"}[best.Event]
	if name == "" {
		name = "an event without a name"
	}
	d := best.DateTime.At.Sub(incident)
	switch {
	case d.Abs() < time.Minute:
		return ". The nearest event is " + name + " at the same time"
	case d < 0:
		return ". The nearest event is " + name + " " + span(-d) + " before"
	default:
		return ". The nearest event is " + name + " " + span(d) + " after"
	}
}

// span says a length of time in its largest unit.
func span(d time.Duration) string {
	say := func(n int, unit string) string {
		if n == 1 {
			return "1 " + unit
		}
		return fmt.Sprintf("%d %ss", n, unit)
	}
	switch {
	case d < time.Hour:
		return say(int(d/time.Minute), "minute")
	case d < 48*time.Hour:
		return say(int(d/time.Hour), "hour")
	case d < 60*24*time.Hour:
		return say(int(d/(24*time.Hour)), "day")
	case d < 2*365*24*time.Hour:
		return say(int(d/(30*24*time.Hour)), "month")
	default:
		return say(int(d/(365*24*time.Hour)), "year")
	}
}
