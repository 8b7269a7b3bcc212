package components

import (
	"testing"
	"time"
)

func TestAgoSaysTheDistanceInTheShortestUsefulWords(t *testing.T) {
	now := time.Date(2026, 11, 22, 16, 0, 0, 0, time.UTC)
	cases := []struct {
		name string
		back time.Duration
		want string
	}{
		{"seconds are just now", 59 * time.Second, "just now"},
		{"a minute", time.Minute, "1 min ago"},
		{"minutes up to the hour", 59*time.Minute + 59*time.Second, "59 min ago"},
		{"an hour", time.Hour, "1 h ago"},
		{"hours last for two days", 47*time.Hour + 59*time.Minute, "47 h ago"},
		{"then days", 48 * time.Hour, "2 d ago"},
		{"days last for ten weeks", 69 * 24 * time.Hour, "69 d ago"},
		{"then months", 70 * 24 * time.Hour, "2 mo ago"},
		{"months last for two years", 729 * 24 * time.Hour, "24 mo ago"},
		{"then years", 730 * 24 * time.Hour, "2 y ago"},
		{"the future", -5 * 24 * time.Hour, "in 5 d"},
		{"a clock slightly ahead", -10 * time.Second, "just now"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := Ago(now.Add(-c.back), now); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestExactTimesCarryTheirZone(t *testing.T) {
	at := time.Date(2026, 11, 22, 16, 31, 5, 0, time.UTC)
	cases := []struct {
		name string
		zone *time.Location
		want string
	}{
		{"UTC", time.UTC, "22 Nov 2026, 16:31:05 UTC"},
		{"a zone with letters", time.FixedZone("PST", -8*3600), "22 Nov 2026, 08:31:05 PST"},
		{"a zone that only has a number", time.FixedZone("+0530", 5*3600+1800), "22 Nov 2026, 22:01:05 UTC+05:30"},
		{"a zone without a name", time.FixedZone("", 0), "22 Nov 2026, 16:31:05 UTC"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := Exact(at.In(c.zone)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestNumbersAreGroupedAndCapped(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1\u202f000", 10482: "10\u202f482", 1234567: "1\u202f234\u202f567", -1500: "\u22121\u202f500"} {
		if got := Group(n); got != want {
			t.Errorf("Group(%d): got %q, want %q", n, got, want)
		}
	}
	for n, want := range map[int]string{-1: "", 0: "", 7: "7", 99: "99", 100: "99+"} {
		if got := Capped(n, 99); got != want {
			t.Errorf("Capped(%d): got %q, want %q", n, got, want)
		}
	}
}

func TestClocksTurnAmberAtThirtyDaysAndRedAtSeven(t *testing.T) {
	for days, want := range map[int]Tone{365: ToneNeutral, 31: ToneNeutral, 30: ToneWarn, 8: ToneWarn, 7: ToneBad, 0: ToneBad, -4: ToneBad} {
		if got := clockTone(days); got != want {
			t.Errorf("%d days: got %q, want %q", days, got, want)
		}
	}
}

func TestTimelineKeepsItsDotsApartAndOnTheAxis(t *testing.T) {
	start := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	var events []TimelineEvent
	for i := range 40 {
		events = append(events, TimelineEvent{At: start.Add(time.Duration(i*i) * time.Hour), Kind: "Log-in"})
	}
	events = append(events, TimelineEvent{Kind: "without a time"}, TimelineEvent{At: start.Add(90 * time.Hour), Kind: "Incident", Incident: true})
	got := place(events)
	if len(got) != 41 {
		t.Fatalf("got %d events, want the 41 that have a time", len(got))
	}
	for i, p := range got {
		if p.x < timelineMargin || p.x > timelineWidth-timelineMargin {
			t.Errorf("event %d lies at %.1f, outside the axis", i, p.x)
		}
		if i > 0 && p.x < got[i-1].x {
			t.Errorf("event %d lies before the one before it", i)
		}
	}
	if got[0].apart != "3 d before" {
		t.Errorf("distance of the first event: got %q, want %q", got[0].apart, "3 d before")
	}
}

func TestSharesRoundDownButNeverHideWhatIsThere(t *testing.T) {
	cases := []struct {
		part, whole int
		want        string
	}{{0, 10, "0 %"}, {1, 1000, "<1 %"}, {77, 100, "77 %"}, {999, 1000, "99 %"}, {5, 5, "100 %"}, {3, 0, "0 %"}}
	for _, c := range cases {
		if got := share(c.part, c.whole); got != c.want {
			t.Errorf("%d of %d: got %q, want %q", c.part, c.whole, got, c.want)
		}
	}
}
