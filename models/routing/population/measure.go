package population

import (
	"math"
	"runtime"
	"sync"

	"reeve/models/routing"
)

// Release is the confidence from which the default policy sends a report to an
// agency without a person.
const Release = 0.90

// Result is what routing made of a population.
type Result struct {
	Cases int `json:"cases"`

	Routed      int `json:"routed"`      // to an agency, at Release or surer
	RoutedRight int `json:"routedRight"` // of those, to the right one
	// Placeable are the cases of which the oracle is sure at Release or more.
	Placeable   int `json:"placeable"`
	Placed      int `json:"placed"`      // of those, routed
	PlacedRight int `json:"placedRight"` // and to the right agency
	OracleRight int `json:"oracleRight"` // of the placeable, those where the oracle is right
	// Surer counts the same for reports of which the oracle is surer than
	// Release: 0.95 and 0.98.
	Surer [2]Surer `json:"surer"`
	// Conflicted are the placeable cases that were not routed because serious
	// evidence stands for another place, which a person must settle.
	Conflicted int `json:"conflicted"`
	// Left are the cases that cannot be placed and were rightly left to a pool
	// or a person.
	Left int `json:"left"`

	// Bins are tenths of confidence: of the best candidate of every report
	// that has one, routed or not.
	Bins [10]Bin `json:"bins"`
	// Groups are parts of the population, by the sort of place and by the noise.
	Groups map[string]*Group `json:"groups"`
}

// Surer are the reports of which the oracle is at least so sure.
type Surer struct {
	Percent   int `json:"percent"`
	Placeable int `json:"placeable"`
	Placed    int `json:"placed"`
}

// Bin is one tenth of confidence.
type Bin struct {
	Cases int     `json:"cases"`
	Sum   float64 `json:"sum"` // of the confidences
	Right int     `json:"right"`
}

// Group is a part of the population.
type Group struct {
	Cases       int `json:"cases"`
	Placeable   int `json:"placeable"`
	Placed      int `json:"placed"`
	Routed      int `json:"routed"`
	RoutedRight int `json:"routedRight"`
}

// Measure routes a number of cases of the population with a seed, by the
// embedded rules when rules is nil.
func (w *World) Measure(seed uint64, cases int, rules *routing.Rules) Result {
	workers := runtime.GOMAXPROCS(0)
	results := make([]Result, workers)
	var wg sync.WaitGroup
	for k := range workers {
		wg.Go(func() {
			results[k].Groups = map[string]*Group{}
			for i := k; i < cases; i += workers {
				results[k].add(w, w.Draw(seed, uint64(i)), rules)
			}
		})
	}
	wg.Wait()
	total := results[0]
	for _, r := range results[1:] {
		total.join(r)
	}
	return total
}

// add routes one case.
func (r *Result) add(w *World, c *Case, rules *routing.Rules) {
	d := routing.Infer(routing.Extract(c.Reported, c.Files, c.Lookup), w.cov, c.At, routing.Options{Rules: rules})
	agency, posterior := w.Oracle(c)
	r.count(c, d, posterior)
	r.OracleRight += one(posterior >= Release && agency == c.Agency)
}

func (r *Result) count(c *Case, d routing.Decision, posterior float64) {
	best, has := routing.Candidate{}, false
	for _, o := range d.Candidates {
		if o.Capacity == routing.CapacitySuspect {
			best, has = o, true
			break
		}
	}
	right := has && best.Code == c.Agency
	routed := has && d.Pool == "" && best.Confidence >= Release
	placeable := posterior >= Release
	for _, name := range groups(c) {
		g := r.Groups[name]
		if g == nil {
			g = &Group{}
			r.Groups[name] = g
		}
		g.Cases++
		g.Placeable += one(placeable)
		g.Placed += one(placeable && routed)
		g.Routed += one(routed)
		g.RoutedRight += one(routed && right)
	}
	r.Cases++
	r.Routed += one(routed)
	r.RoutedRight += one(routed && right)
	r.Placeable += one(placeable)
	r.Placed += one(placeable && routed)
	r.PlacedRight += one(placeable && routed && right)
	r.Left += one(!placeable && !routed)
	for i, percent := range []int{95, 98} {
		sure := posterior*100 >= float64(percent)
		r.Surer[i].Percent = percent
		r.Surer[i].Placeable += one(sure)
		r.Surer[i].Placed += one(sure && routed)
	}
	if placeable && !routed {
		for _, x := range d.Conflicts {
			if x.Serious && x.Capacity == routing.CapacitySuspect {
				r.Conflicted++
				break
			}
		}
	}
	if has {
		b := &r.Bins[min(int(best.Confidence*10), 9)]
		b.Cases++
		b.Sum += best.Confidence
		b.Right += one(right)
	}
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// groups names the parts of the population that a case is of.
func groups(c *Case) []string {
	out := []string{"abroad"}
	if c.Place.Country == "US" {
		out[0] = "state with one agency"
		if c.Divided {
			out[0] = "divided state"
		}
		if routing.IsPool(c.Agency) {
			out[0] = "no agency known for the place"
		}
	} else if routing.IsPool(c.Agency) {
		out[0] = "abroad, no contact point"
	}
	seen := map[string]bool{}
	for _, n := range c.Noise {
		if !seen[n] {
			out, seen[n] = append(out, "noise: "+n), true
		}
	}
	if len(c.Noise) == 0 {
		out = append(out, "no noise")
	}
	switch {
	case len(c.seen.ofOwner)+len(c.seen.ofSuspect) > 0:
		out = append(out, "evidence: more than the network")
	case len(c.seen.events) > 0:
		out = append(out, "evidence: the network only")
	}
	return out
}

func (r *Result) join(o Result) {
	r.Cases += o.Cases
	r.Routed += o.Routed
	r.RoutedRight += o.RoutedRight
	r.Placeable += o.Placeable
	r.Placed += o.Placed
	r.PlacedRight += o.PlacedRight
	r.OracleRight += o.OracleRight
	r.Conflicted += o.Conflicted
	r.Left += o.Left
	for i := range r.Surer {
		r.Surer[i].Placeable += o.Surer[i].Placeable
		r.Surer[i].Placed += o.Surer[i].Placed
	}
	for i := range r.Bins {
		r.Bins[i].Cases += o.Bins[i].Cases
		r.Bins[i].Sum += o.Bins[i].Sum
		r.Bins[i].Right += o.Bins[i].Right
	}
	for name, g := range o.Groups {
		mine := r.Groups[name]
		if mine == nil {
			mine = &Group{}
			r.Groups[name] = mine
		}
		mine.Cases += g.Cases
		mine.Placeable += g.Placeable
		mine.Placed += g.Placed
		mine.Routed += g.Routed
		mine.RoutedRight += g.RoutedRight
	}
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// Precision is the share of what was routed that went to the right agency.
func (r Result) Precision() float64 { return ratio(r.RoutedRight, r.Routed) }

// Reach is the share of what can be placed that was routed.
func (r Result) Reach() float64 { return ratio(r.Placed, r.Placeable) }

// Share is the share of these that was routed.
func (s Surer) Share() float64 { return ratio(s.Placed, s.Placeable) }

// Mean is the mean confidence of the bin's cases.
func (b Bin) Mean() float64 { return b.Sum / math.Max(float64(b.Cases), 1) }

// Share is the share of the bin's cases that went to the right agency.
func (b Bin) Share() float64 { return ratio(b.Right, b.Cases) }

// LeftShare is the share of what cannot be placed that was not routed.
func (r Result) LeftShare() float64 { return ratio(r.Left, r.Cases-r.Placeable) }

// CalibrationError is the expected calibration error: the distance between
// confidence and the share that is right, averaged over the bins by their
// cases.
func (r Result) CalibrationError() float64 {
	total, sum := 0, 0.0
	for _, b := range r.Bins {
		total += b.Cases
		sum += math.Abs(b.Sum - float64(b.Right))
	}
	return sum / math.Max(float64(total), 1)
}
