package population

import (
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"reeve/models"
	"reeve/models/routing"
	"reeve/models/routing/county"
)

var day = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

var theWorld = NewWorld(routing.DefaultCoverage(), day)

func TestTheSameSeedMakesTheSameReports(t *testing.T) {
	for i := range uint64(50) {
		a, b := theWorld.Draw(7, i), theWorld.Draw(7, i)
		if !reflect.DeepEqual(a, b) {
			t.Fatalf("report %d differs: %+v and %+v", i, a, b)
		}
	}
	if reflect.DeepEqual(theWorld.Draw(7, 1).Reported, theWorld.Draw(8, 1).Reported) {
		t.Error("another seed made the same report")
	}
}

// TestTheOracleMeansWhatItSays makes sure that the likelihoods are those of the
// drawing: of the reports of which the oracle is sure to some degree, so many
// are right.
func TestTheOracleMeansWhatItSays(t *testing.T) {
	const cases = 3000
	var bins [10]Bin
	for i := range uint64(cases) {
		c := theWorld.Draw(99, i)
		agency, p := theWorld.Oracle(c)
		if p < 0 || p > 1+1e-9 || math.IsNaN(p) {
			t.Fatalf("report %d: a posterior of %g", i, p)
		}
		b := &bins[min(int(p*10), 9)]
		b.Cases++
		b.Sum += p
		b.Right += one(agency == c.Agency)
	}
	for i, b := range bins {
		// Four standard errors, and a little for what the oracle leaves out
		// (the age of an event whose time is not stated).
		allowed := 0.03 + 4*math.Sqrt(0.25/math.Max(float64(b.Cases), 1))
		if off := math.Abs(b.Mean() - b.Share()); b.Cases > 0 && off > allowed {
			t.Errorf("%.1f to %.1f: mean posterior %.3f, right %.3f in %d reports", float64(i)/10, float64(i+1)/10, b.Mean(), b.Share(), b.Cases)
		}
	}
	if b := bins[9]; math.Abs(b.Mean()-b.Share()) > 0.02 {
		t.Errorf("where it is sure: mean posterior %.3f, right %.3f", b.Mean(), b.Share())
	}
}

// TestWithoutNoiseRoutingIsRight: where no noise was drawn, what is routed goes
// to the right agency, and what routing reads is what was drawn.
func TestWithoutNoiseRoutingIsRight(t *testing.T) {
	r := theWorld.Measure(5, 2000, nil)
	if g := r.Groups["no noise"]; g == nil || g.Routed < 150 || float64(g.RoutedRight) < 0.99*float64(g.Routed) {
		t.Errorf("without noise: got %+v", g)
	}
	if r.Cases != 2000 || r.Placed > r.Placeable || r.PlacedRight > r.Placed || r.RoutedRight > r.Routed {
		t.Errorf("the counts do not fit: %+v", r)
	}
}

// TestRoutingKeepsItsGoalsOnASeedThatNothingWasFittedOn guards the figures of
// docs/benchmarks.md with room for chance.
func TestRoutingKeepsItsGoalsOnASeedThatNothingWasFittedOn(t *testing.T) {
	r := theWorld.Measure(31, 3000, nil)
	if r.Precision() < 0.975 || r.CalibrationError() > 0.035 || r.Reach() < 0.65 {
		t.Errorf("precision %.4f, calibration error %.4f, reach %.4f", r.Precision(), r.CalibrationError(), r.Reach())
	}
}

func TestTheMapIsWhole(t *testing.T) {
	total := 0.0
	for i := range theWorld.us {
		s := &theWorld.spots[i]
		total += s.weight
		if c, ok := county.At(s.lat, s.lon); !ok || c.FIPS != s.fips {
			t.Errorf("%s: its middle lies in %s", s.fips, c.FIPS)
		}
		if !(s.weight > 0) || len(s.next) != 5 || slices.Contains(s.next, i) {
			t.Errorf("%s: weight %g, neighbours %v", s.fips, s.weight, s.next)
		}
	}
	if math.Abs(total-1) > 1e-9 {
		t.Errorf("the people add up to %g", total)
	}
	for state, cumul := range theWorld.cumul {
		if math.Abs(last(cumul)-1) > 1e-9 {
			t.Errorf("%s: the people add up to %g", state, last(cumul))
		}
	}
}

// TestNumbersOfFictionAreReadAsTheirPlace makes sure that a drawn number says
// what it was drawn for.
func TestNumbersOfFictionAreReadAsTheirPlace(t *testing.T) {
	for i := range theWorld.spots {
		s := &theWorld.spots[i]
		if theWorld.isUS(i) && theWorld.byState[s.state][0] != i {
			continue // one of each state is enough
		}
		c := &Case{}
		c.Reported.Subjects = append(c.Reported.Subjects, party(theWorld.number(i)))
		signal := routing.Extract(c.Reported, nil, nil)[0]
		if len(signal.Places) != 1 || signal.Places[0].Country != s.country || signal.Places[0].State != s.state {
			t.Errorf("%s %s: %q is read as %+v %s", s.country, s.state, signal.Value, signal.Places, signal.Problem)
		}
	}
}

func party(n models.ReportedPhone) models.ReportedParty {
	return models.ReportedParty{Person: models.ReportedPerson{Phones: []models.ReportedPhone{n}}}
}
