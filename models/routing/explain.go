package routing

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"reeve/models"
)

// headline names a signal: "Subject's home address", "Victim's phone number
// (verified)", "Upload from 192.0.2.10, 3 minutes from the incident".
func headline(s Signal) string {
	who := map[Whose]string{Subject: "Subject's ", Recipient: "Intended recipient's ", Victim: "Victim's ", Reporter: "Reporter's "}[s.Whose]
	if s.Associated != "" {
		who += "associated account's "
	}
	var what string
	switch s.Kind {
	case AgencyFinding:
		what = "place, as established by an agency"
	case PostalAddress:
		what = strings.TrimSpace(strings.ToLower(s.Type) + " address")
	case EstimatedLocation:
		what = "location as estimated by the provider"
	case IncidentPlace:
		what = "Place of the incident"
	case Coordinates:
		what = "Coordinates of the phone"
	case FileGeotag:
		what = "Coordinates in a file's details"
	case IPAddress:
		what = ipHeadline(s)
	case Phone:
		what = strings.TrimSpace(strings.ToLower(s.Type) + " phone number")
	case EmailDomain:
		what = "e-mail domain"
	case School:
		what = "school"
	default:
		what = string(s.Kind)
	}
	if s.Verified == models.Yes {
		what += " (verified)"
	}
	return upperFirst(who + what)
}

func ipHeadline(s Signal) string {
	event := map[string]string{"Login": "log-in", "Registration": "registration", "Purchase": "purchase", "Upload": "upload"}[s.Event]
	if event == "" {
		event = map[string]string{"file": "file sent", "peer": "sharing"}[s.Detail]
	}
	if event == "" {
		event = "activity"
	}
	out := event + " from " + s.Value
	if s.Distance != nil {
		out += ", " + Span(time.Duration(*s.Distance)*time.Second) + " from the incident"
	}
	if s.Proxy == models.Yes {
		out += ", possibly a proxy"
	}
	return out
}

// sentence is a signal in one plain sentence with its value and place.
func sentence(s Signal) string {
	out := headline(s)
	if s.Kind != IPAddress && s.Value != "" {
		out += ": " + s.Value
	}
	if len(s.Places) == 0 {
		if s.Problem != "" {
			out += " - places nothing: " + s.Problem
		}
		return out + "."
	}
	out += " - " + placesInWords(s.Places)
	if s.Derivation != "" {
		out += ", " + s.Derivation
	}
	return out + "."
}

// placesInWords lists up to three places, with shares when there are several.
func placesInWords(places []Place) string {
	if len(places) == 1 {
		return places[0].Label()
	}
	var parts []string
	for i, p := range places {
		if i == 3 {
			parts = append(parts, fmt.Sprintf("%d more", len(places)-3))
			break
		}
		w := fmt.Sprintf("%s %.0f%%", p.Label(), p.Share*100)
		if p.Reading != "" {
			w += " " + p.Reading
		}
		parts = append(parts, w)
	}
	return strings.Join(parts, ", ")
}

// why is the one sentence for a list's row: what, and where in short.
func (r *reasoning) why(index int, code, state string) string {
	s := r.d.Evidence[index].Signal
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
	return fmt.Sprintf("%d %s", n, many)
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
