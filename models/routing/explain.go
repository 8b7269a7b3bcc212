package routing

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"reeve/models"
)

// headline names a signal: "Subject's home address", "Victim's phone number
// (verified)", "Upload from 192.0.2.10, 3 minutes from the incident".
func headline(s *Signal) string {
	var b strings.Builder
	b.Grow(96)
	switch s.Whose {
	case Subject:
		b.WriteString("Subject's ")
	case Recipient:
		b.WriteString("Intended recipient's ")
	case Victim:
		b.WriteString("Victim's ")
	case Reporter:
		b.WriteString("Reporter's ")
	}
	if s.Associated != "" {
		b.WriteString("associated account's ")
	}
	typed := func(what string) {
		if s.Type != "" {
			b.WriteString(strings.ToLower(s.Type))
			b.WriteByte(' ')
		}
		b.WriteString(what)
	}
	switch s.Kind {
	case AgencyFinding:
		b.WriteString("place, as established by an agency")
	case PostalAddress:
		typed("address")
	case EstimatedLocation:
		b.WriteString("location as estimated by the provider")
	case IncidentPlace:
		b.WriteString("Place of the incident")
	case Coordinates:
		b.WriteString("Coordinates of the phone")
	case FileGeotag:
		b.WriteString("Coordinates in a file's details")
	case IPAddress:
		ipHeadline(&b, s)
	case Phone:
		typed("phone number")
	case EmailDomain:
		b.WriteString("e-mail domain")
	case School:
		b.WriteString("school")
	default:
		b.WriteString(string(s.Kind))
	}
	if s.Verified == models.Yes {
		b.WriteString(" (verified)")
	}
	return upperFirst(b.String())
}

func ipHeadline(b *strings.Builder, s *Signal) {
	event := "activity"
	switch {
	case s.Event == "Login":
		event = "log-in"
	case s.Event == "Registration":
		event = "registration"
	case s.Event == "Purchase":
		event = "purchase"
	case s.Event == "Upload":
		event = "upload"
	case s.Detail == "file":
		event = "file sent"
	case s.Detail == "peer":
		event = "sharing"
	}
	b.WriteString(event)
	b.WriteString(" from ")
	b.WriteString(s.Value)
	if s.Distance != nil {
		b.WriteString(", ")
		b.WriteString(Span(time.Duration(*s.Distance) * time.Second))
		b.WriteString(" from the incident")
	}
	if s.Proxy == models.Yes {
		b.WriteString(", possibly a proxy")
	}
}

// sentence is a signal in one plain sentence with its value and place.
func sentence(s *Signal) string {
	var b strings.Builder
	b.Grow(256)
	b.WriteString(headline(s))
	if s.Kind != IPAddress && s.Value != "" {
		b.WriteString(": ")
		b.WriteString(s.Value)
	}
	switch {
	case len(s.Places) > 0:
		b.WriteString(" - ")
		placesInWords(&b, s.Places)
		if s.Derivation != "" {
			b.WriteString(", ")
			b.WriteString(s.Derivation)
		}
	case s.Problem != "":
		b.WriteString(" - places nothing: ")
		b.WriteString(s.Problem)
	}
	b.WriteByte('.')
	return b.String()
}

// placesInWords lists up to three places, with shares when there are several.
func placesInWords(b *strings.Builder, places []Place) {
	if len(places) == 1 {
		b.WriteString(places[0].Label())
		return
	}
	for i, p := range places {
		if i > 0 {
			b.WriteString(", ")
		}
		if i == 3 {
			b.WriteString(strconv.Itoa(len(places) - 3))
			b.WriteString(" more")
			return
		}
		b.WriteString(p.Label())
		b.WriteByte(' ')
		b.WriteString(strconv.Itoa(int(math.RoundToEven(p.Share * 100))))
		b.WriteByte('%')
		if p.Reading != "" {
			b.WriteByte(' ')
			b.WriteString(p.Reading)
		}
	}
}

// why is the one sentence for a list's row: what, and where in short.
func (r *reasoning) why(index int, code, state string) string {
	s := &r.d.Evidence[index].Signal
	place, most := Place{}, -1.0
	for _, p := range s.Places {
		if row, ok := r.cov.Holder(p, r.at); ok && row.Code == code && p.Share > most {
			place, most = p, p.Share
		}
	}
	if most < 0 && len(s.Places) > 0 {
		for _, p := range s.Places {
			if p.Country == "US" && p.State == state && p.Share > most {
				place, most = p, p.Share
			}
		}
		return headline(s) + ": " + place.Short() + ", county not known"
	}
	return headline(s) + ": " + place.Short()
}

// Span says a length of time in the largest fitting unit: "3 minutes",
// "9 days".
func Span(d time.Duration) string {
	if d < 0 {
		d = -d
	}
	switch {
	case d < time.Minute:
		return plural(int(d/time.Second), "second", "seconds")
	case d < time.Hour:
		return plural(int(d/time.Minute), "minute", "minutes")
	case d < 48*time.Hour:
		return plural(int(d/time.Hour), "hour", "hours")
	case d < 60*24*time.Hour:
		return plural(int(d/(24*time.Hour)), "day", "days")
	case d < 2*365*24*time.Hour:
		return plural(int(d/(30*24*time.Hour)), "month", "months")
	default:
		return plural(int(d/(365*24*time.Hour)), "year", "years")
	}
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}

func upperFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

func lowerFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 || strings.HasPrefix(s, "IP") {
		return s
	}
	return string(unicode.ToLower(r)) + s[n:]
}
