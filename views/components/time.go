package components

import (
	"fmt"
	"strings"
	"time"
)

// Ago says how far at lies from now in the shortest words that still decide
// something: "just now", "12 min ago", "3 h ago", "9 d ago", "in 5 d". Hours
// last for two days, days for ten weeks, months for two years.
// static/js/reeve.js holds the same rule; change both.
func Ago(at, now time.Time) string {
	d := now.Sub(at)
	future := d < 0
	if future {
		d = -d
	}
	if d < time.Minute {
		return "just now"
	}
	s := Span(d)
	if future {
		return "in " + s
	}
	return s + " ago"
}

// Span writes a length of time in one unit, rounded down: "12 min", "3 h",
// "9 d", "5 mo", "2 y".
func Span(d time.Duration) string {
	if d < 0 {
		d = -d
	}
	const day = 24 * time.Hour
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", int(d/time.Second))
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d/time.Minute))
	case d < 2*day:
		return fmt.Sprintf("%d h", int(d/time.Hour))
	case d < 70*day:
		return fmt.Sprintf("%d d", int(d/day))
	case d < 730*day:
		return fmt.Sprintf("%d mo", int(d/(30*day)))
	}
	return fmt.Sprintf("%d y", int(d/(365*day)))
}

// Exact writes a moment to the second with its zone: "22 Nov 2026, 16:31:05
// PST". A zone that has no letters is shown as its distance from UTC.
func Exact(at time.Time) string {
	return at.Format("2 Jan 2006, 15:04:05 ") + zone(at)
}

// ExactMinute is Exact without the seconds, for where they say nothing.
func ExactMinute(at time.Time) string {
	return at.Format("2 Jan 2006, 15:04 ") + zone(at)
}

func zone(at time.Time) string {
	name, _ := at.Zone()
	if name == "" || strings.ContainsAny(name[:1], "+-") {
		if _, off := at.Zone(); off == 0 {
			return "UTC"
		}
		return "UTC" + at.Format("-07:00")
	}
	return name
}

// Group writes a whole number with thin gaps between thousands: 10 482.
// The gap is a narrow no-break space, so a number never breaks across lines.
func Group(n int) string {
	s := fmt.Sprintf("%d", n)
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimPrefix(s, "-")
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "\u202f" + s[i:]
	}
	if neg {
		s = "\u2212" + s
	}
	return s
}

// Capped writes a count that was only taken up to limit: "37", or "99+".
// Zero gives the empty string, so that nothing is drawn.
func Capped(n, limit int) string {
	switch {
	case n <= 0:
		return ""
	case n > limit:
		return Group(limit) + "+"
	}
	return Group(n)
}
