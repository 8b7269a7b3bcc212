package components

import (
	"sort"
	"time"
)

// TimelineEvent is one moment on a Timeline.
type TimelineEvent struct {
	At     time.Time
	Kind   string // "Log-in", "Upload", "Registration"
	Detail string // the IP address with its port
	Note   string // place, proxy mark
	// Incident marks the moment that the report is about; Strong the events that
	// bear on where it happened (an upload), as against log-ins.
	Incident, Strong bool
	URL              string
}

// The axis is counted in thousandths of its width and drawn in per cent, so that
// dots stay round at any width; the ends keep room for them.
const (
	timelineWidth  = 1000.0
	timelineMargin = 20.0
)

// placed is an event with its place on the axis.
type placed struct {
	TimelineEvent
	x     float64
	lane  int
	apart string // distance from the incident, "9 d before"
}

// place sorts the events, puts them on the axis and into lanes so that no two
// dots cover each other.
func place(events []TimelineEvent) []placed {
	var out []placed
	for _, e := range events {
		if !e.At.IsZero() {
			out = append(out, placed{TimelineEvent: e})
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].At.Before(out[j].At) })
	if len(out) == 0 {
		return nil
	}
	first, last := out[0].At, out[len(out)-1].At
	whole := last.Sub(first)
	incident := incidentOf(events)
	var laneEnd [4]float64
	for i := range laneEnd {
		laneEnd[i] = -timelineWidth
	}
	for i := range out {
		p := &out[i]
		p.x = timelineWidth / 2
		if whole > 0 {
			p.x = timelineMargin + float64(p.At.Sub(first))/float64(whole)*(timelineWidth-2*timelineMargin)
		}
		p.apart = Apart(p.At, incident)
		if p.Incident {
			p.apart = "the incident"
			continue
		}
		for lane := range laneEnd {
			p.lane = lane
			if p.x-laneEnd[lane] >= 16 {
				break
			}
		}
		laneEnd[p.lane] = p.x
	}
	return out
}

func incidentOf(events []TimelineEvent) time.Time {
	for _, e := range events {
		if e.Incident {
			return e.At
		}
	}
	return time.Time{}
}

// Apart says how far at lies from the incident: "9 d before", "14 min after",
// "at the same time"; empty if either is not known.
func Apart(at, incident time.Time) string {
	if at.IsZero() || incident.IsZero() {
		return ""
	}
	d := at.Sub(incident)
	switch {
	case d == 0:
		return "at the same time"
	case d < 0:
		return Span(d) + " before"
	}
	return Span(d) + " after"
}

func eventClass(p placed) string {
	switch {
	case p.Incident:
		return "Timeline-incident"
	case p.Strong:
		return "Timeline-strong"
	}
	return "Timeline-event"
}

// percent writes a place on the axis for an SVG attribute.
func percent(x float64) string { return num(x/10) + "%" }

// labelAnchor keeps the incident's label inside the drawing.
func labelAnchor(x float64) string {
	if x > timelineWidth*0.8 {
		return "end"
	}
	return "start"
}

func labelDX(x float64) string {
	if x > timelineWidth*0.8 {
		return "-6"
	}
	return "6"
}

// laneY is the height of a lane's dots above the axis at 84 pixels.
func laneY(lane int) float64 { return 66 - float64(lane)*16 }
