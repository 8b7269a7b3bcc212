package casefile

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"reeve/models"
)

// ipEvents orders the report's IP addresses on one axis with the incident; those
// without a time come last, in the order of the report.
func ipEvents(ids []Identifier, incident *time.Time) []IPEvent {
	var out []IPEvent
	for i := range ids {
		id := &ids[i]
		if id.Kind != "ip" {
			continue
		}
		e := IPEvent{Address: id.Value, Event: id.Event, Upload: strings.EqualFold(id.Event, "Upload"), At: id.At, Port: id.Port, Proxy: id.Proxy, Whose: id.Whose, Source: id.Source}
		if e.Address == "" {
			e.Address = id.Reported
		}
		if id.At != nil && incident != nil {
			d := id.At.Sub(*incident)
			e.Distance = &d
		}
		out = append(out, e)
	}
	slices.SortStableFunc(out, func(a, b IPEvent) int {
		switch {
		case a.At == nil && b.At == nil:
			return 0
		case a.At == nil:
			return 1
		case b.At == nil:
			return -1
		default:
			return a.At.Compare(*b.At)
		}
	})
	if n := nearest(out); n >= 0 {
		out[n].Nearest = true
	}
	return out
}

func nearest(events []IPEvent) int {
	found := -1
	for i := range events {
		if events[i].Distance != nil && (found < 0 || events[i].Distance.Abs() < events[found].Distance.Abs()) {
			found = i
		}
	}
	return found
}

// missing says what the report cannot tell and what that costs, in words. It says
// only what the report's facts show; what lowered its priority is in its assessment.
func missing(r *models.Report, ids []Identifier, events []IPEvent) []string {
	var out []string
	if !slices.ContainsFunc(ids, func(i Identifier) bool { return i.Whose == "subject" && i.Kind != "ip" }) {
		out = append(out, "No account or person is identified. Only addresses and files can lead on.")
	}
	if !slices.ContainsFunc(events, func(e IPEvent) bool { return e.Upload }) {
		out = append(out, noUpload(events))
	}
	without := 0
	for _, e := range events {
		if e.Port == nil {
			without++
		}
	}
	if without > 0 {
		out = append(out, fmt.Sprintf("No port for %d of %d IP addresses. Behind an address that many share, a subscriber cannot be told apart without it.", without, len(events)))
	}
	switch {
	case r.IncidentAt == nil:
		out = append(out, "No incident time. Distances of events from it cannot be said.")
	case r.Reported != nil && r.Reported.Incident.DateTimeDescription == "":
		out = append(out, "The incident time is not defined. It may be when the provider detected the act, not when it happened.")
	}
	if r.FilesTotal == 0 {
		out = append(out, "No file was uploaded with the report.")
	}
	return out
}

func noUpload(events []IPEvent) string {
	n := nearest(events)
	switch {
	case len(events) == 0:
		return "No IP address at all. No subscriber can be asked for."
	case n < 0:
		return "No upload address, and no event's distance from the incident is known."
	default:
		what := events[n].Event
		if what == "" || strings.EqualFold(what, "Unknown") {
			what = "event of an unstated kind"
		}
		return fmt.Sprintf("No upload address. The nearest event is a %s %s.", strings.ToLower(what), apart(*events[n].Distance))
	}
}

// apart says a distance from the incident in one unit.
func apart(d time.Duration) string {
	side := "before"
	if d >= 0 {
		side = "after"
	}
	d = d.Abs()
	n, unit := int(d.Hours()/24), "day"
	switch {
	case d < time.Minute:
		return "within the same minute"
	case d < time.Hour:
		n, unit = int(d.Minutes()), "minute"
	case d < 48*time.Hour:
		n, unit = int(d.Hours()), "hour"
	}
	if n != 1 {
		unit += "s"
	}
	return fmt.Sprintf("%d %s %s the incident", n, unit, side)
}
