package territory

import (
	"math"
	"testing"

	"reeve/models/routing"
)

func near(a, b float64) bool { return math.Abs(a-b) < 0.0005 }

// The figures are those of the published formula, reckoned by hand.
func TestTheIntervalIsWilsons(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		confirmed, returned int64
		low, high           float64
	}{
		{0, 0, 0, 1},
		{1, 0, 0.2065, 1},
		{0, 1, 0, 0.7935},
		{5, 5, 0.2366, 0.7634},
		{81, 182, 0.2553, 0.3662}, // Newcombe 1998, table I
		{15, 133, 0.0624, 0.1605},
		{29, 1, 0.8333, 0.9941},
		{990, 10, 0.9817, 0.9946},
	} {
		low, high := Hits{Confirmed: c.confirmed, Returned: c.returned}.Interval()
		if !near(low, c.low) || !near(high, c.high) {
			t.Errorf("%d of %d: %.4f to %.4f, want %.4f to %.4f", c.confirmed, c.confirmed+c.returned, low, high, c.low, c.high)
		}
	}
}

func TestAProposalFollowsWhatBecameOfThem(t *testing.T) {
	t.Parallel()
	now := routing.WeightRow{Key: "ip/Login", Country: 0.85, State: 0.72, County: 0.62}
	product := func(w routing.WeightRow) float64 { return w.Country * w.State * w.County }
	if _, ok := Propose(now, Hits{Decisive: 10}); ok {
		t.Error("something is proposed though nothing was judged")
	}
	// As expected: nothing changes.
	p, ok := Propose(now, Hits{Decisive: 100, Confirmed: 90, Returned: 10, Claimed: 90_000})
	if !ok || !near(p.Shrunken, 0.9) || !near(product(p.Proposed), product(now)) || p.Few {
		t.Errorf("as expected: %+v", p)
	}
	// Worse than claimed: lower, by the shrunken quotient, borne by the three levels.
	p, _ = Propose(now, Hits{Decisive: 100, Confirmed: 60, Returned: 40, Claimed: 90_000})
	want := (60 + 40*0.9) / 140.0
	if !near(p.Shrunken, want) || math.Abs(product(p.Proposed)/product(now)-want/0.9) > 0.005 {
		t.Errorf("worse: %+v, quotient %.4f", p, product(p.Proposed)/product(now))
	}
	// Few cases are drawn to what was expected, and said to be few.
	few, _ := Propose(now, Hits{Decisive: 2, Returned: 2, Claimed: 1_800})
	if !few.Few || few.Shrunken < 0.85 || few.Proposed.County >= now.County {
		t.Errorf("few: %+v", few)
	}
	// Better: higher, and never to certainty.
	up, _ := Propose(routing.WeightRow{Country: 0.99, State: 0.99, County: 0.99}, Hits{Confirmed: 1000, Claimed: 500_000})
	if up.Proposed.County != 0.999 {
		t.Errorf("better: %+v", up)
	}
	// A level that says nothing goes on saying nothing.
	phone, _ := Propose(routing.WeightRow{Country: 0.93, State: 0.75}, Hits{Confirmed: 50, Returned: 50, Claimed: 90_000})
	if phone.Proposed.County != 0 || phone.Proposed.State >= 0.75 {
		t.Errorf("a phone: %+v", phone)
	}
}
