// Command fit proposes weights and factors: it changes one number after the
// other as long as the decisions about a population get nearer to the truth,
// and prints the two tables. It was used to set weights.csv and factors.csv,
// on a seed that no benchmark uses; what it prints is read, rounded and judged
// by a person before it becomes the rules.
//
//	go run ./models/routing/population/fit -seed 4711 -cases 6000 -passes 4
package main

import (
	"flag"
	"fmt"
	"maps"
	"math"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"

	"reeve/models/routing"
	"reeve/models/routing/population"
)

func main() {
	seed := flag.Uint64("seed", 4711, "of the population")
	cases := flag.Int("cases", 6000, "how many reports")
	passes := flag.Int("passes", 4, "over all numbers")
	flag.Parse()
	f := newFit(*seed, *cases)
	weights, factors := routing.DefaultRules().WeightRows(), routing.DefaultRules().FactorRows()
	step := 0.6
	for pass := range *passes {
		f.pass(weights, factors, step)
		fmt.Fprintf(os.Stderr, "pass %d, step %.2f: %.5f\n", pass+1, step, f.total())
		step *= 0.6
	}
	rules, err := routing.RulesOf("fit", weights, factors)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Print(rules.Weights(), "\n", rules.Factors())
}

type fit struct {
	cov      routing.Coverage
	at       time.Time
	signals  [][]routing.Signal
	agency   []string
	loss     []float64
	affected map[string][]int // reason -> cases whose decision gives it
	all      []int
}

func newFit(seed uint64, cases int) *fit {
	f := &fit{cov: routing.DefaultCoverage(), at: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), affected: map[string][]int{}}
	w := population.NewWorld(f.cov, f.at)
	for i := range cases {
		c := w.Draw(seed, uint64(i))
		f.signals = append(f.signals, routing.Extract(c.Reported, c.Files, c.Lookup))
		f.agency = append(f.agency, c.Agency)
		d := routing.Infer(f.signals[i], f.cov, f.at, routing.Options{})
		reasons := map[string]bool{}
		for _, e := range d.Evidence {
			for _, r := range e.Reasons {
				reasons[r] = true
			}
		}
		for r := range maps.Keys(reasons) {
			f.affected[r] = append(f.affected[r], i)
		}
		f.all = append(f.all, i)
	}
	f.loss = f.losses(routing.DefaultRules(), f.all)
	return f
}

// losses scores decisions by the logarithm of the confidence in the truth, the
// one score that rewards a confidence for being neither too high nor too low.
func (f *fit) losses(rules *routing.Rules, of []int) []float64 {
	out := make([]float64, len(of))
	var wg sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for k := range workers {
		wg.Go(func() {
			for i := k; i < len(of); i += workers {
				d := routing.Infer(f.signals[of[i]], f.cov, f.at, routing.Options{Rules: rules})
				rest, truth, known := 1.0, 0.0, false
				for _, c := range d.Candidates {
					if c.Capacity == routing.CapacitySuspect {
						rest -= c.Confidence
						if c.Code == f.agency[of[i]] {
							truth, known = c.Confidence, true
						}
					}
				}
				if !known {
					// What is left is shared by all agencies that are not named.
					truth = rest
				}
				out[i] = -math.Log(math.Max(truth, 0.005))
			}
		})
	}
	wg.Wait()
	return out
}

func (f *fit) total() float64 {
	sum := 0.0
	for _, l := range f.loss {
		sum += l
	}
	return sum / float64(len(f.loss))
}

// try keeps a change when the decisions that it bears on get better.
func (f *fit) try(weights []routing.WeightRow, factors []routing.FactorRow, of []int) bool {
	rules, err := routing.RulesOf("fit", weights, factors)
	if err != nil {
		return false
	}
	now := f.losses(rules, of)
	gain := 0.0
	for i, l := range now {
		gain += f.loss[of[i]] - l
	}
	if gain <= 1e-3 {
		return false
	}
	for i, l := range now {
		f.loss[of[i]] = l
	}
	return true
}

func (f *fit) pass(weights []routing.WeightRow, factors []routing.FactorRow, step float64) {
	move := func(v *float64, most float64, of []int) {
		if *v == 0 || len(of) == 0 {
			return
		}
		was := *v
		for _, s := range []float64{step, -step} {
			for {
				before := *v
				x := math.Min(math.Max(before, 0.01), 0.995)
				*v = math.Min(math.Round(1e4/(1+math.Exp(-(math.Log(x/(1-x))+s))))/1e4, most)
				if *v == before || !f.try(weights, factors, of) {
					*v = before
					break
				}
			}
			if *v != was {
				break
			}
		}
	}
	for i := range weights {
		w := &weights[i]
		of := f.affected[w.Why]
		move(&w.Country, 0.995, of)
		move(&w.State, 0.995, of)
		move(&w.County, 0.995, of)
	}
	for i := range factors {
		r := &factors[i]
		switch {
		case r.Key == "again", strings.HasPrefix(r.Key, "network/"), strings.HasPrefix(r.Key, "coincidence/"):
			move(&r.Factor, 0.995, f.all)
		case strings.HasPrefix(r.Key, "floor/"), strings.HasPrefix(r.Key, "conflict/"), strings.HasPrefix(r.Key, "candidate/"), strings.HasPrefix(r.Key, "certainty/"), r.Key == "hops":
		default:
			move(&r.Factor, 1, f.affected[r.Why])
		}
	}
}
