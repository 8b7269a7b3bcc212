package casefile

import (
	"slices"
	"strings"
	"time"
)

// ipEvents orders the report's IP addresses on one axis with the incident; those
// without a time come last, in the order of the report. An address stated with a
// file is where the file came from, so it is an upload whatever its event says.
func ipEvents(ids []Identifier, incident *time.Time) []IPEvent {
	var out []IPEvent
	for i := range ids {
		id := &ids[i]
		if id.Kind != "ip" {
			continue
		}
		e := IPEvent{Address: id.Value, Event: id.Event, At: id.At, Port: id.Port, Proxy: id.Proxy, Whose: id.Whose, Source: id.Source,
			Upload: strings.EqualFold(id.Event, "Upload") || strings.HasPrefix(id.Source, "file ")}
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
	nearest := -1
	for i := range out {
		if out[i].Distance != nil && (nearest < 0 || out[i].Distance.Abs() < out[nearest].Distance.Abs()) {
			nearest = i
		}
	}
	if nearest >= 0 {
		out[nearest].Nearest = true
	}
	return out
}
