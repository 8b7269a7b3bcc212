package routing

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"

	"reeve/models"
)

// Version names the rules and weights that a decision was made by. It changes
// with any change to weights.csv, factors.csv or the reasoning, so that a
// stored decision can be told from one that would be made today.
const Version = "2026-11-1"

//go:embed weights.csv
var weightsCSV string

//go:embed factors.csv
var factorsCSV string

// weight is how far one signal by itself is to be believed, 0 to 1, about the
// country, about the state if the country is right, and about the county if
// the state is right.
type weight struct{ country, state, county float64 }

// times lowers the belief in the county as a whole by a factor; each of the
// three levels bears an equal part of it, so that what makes a county doubtful
// makes the country less so.
func (w weight) times(f float64) weight {
	f = math.Cbrt(f)
	return weight{w.country * f, w.state * f, w.county * f}
}

type ruleBook struct {
	weights map[string]weight
	factors map[string]float64
	why     map[string]string
}

// rules reads the two tables once; both are embedded and tested.
var rules = sync.OnceValue(func() *ruleBook {
	b, err := readRules(weightsCSV, factorsCSV)
	if err != nil {
		panic("routing: embedded rules: " + err.Error())
	}
	return b
})

func readRules(weights, factors string) (*ruleBook, error) {
	b := &ruleBook{map[string]weight{}, map[string]float64{}, map[string]string{}}
	read := func(table string, numbers int, limit float64, take func(key string, n []float64)) error {
		records, err := csv.NewReader(strings.NewReader(table)).ReadAll()
		if err != nil {
			return err
		}
		for _, r := range records[1:] {
			n := make([]float64, numbers)
			for i := range n {
				if n[i], err = strconv.ParseFloat(r[i+1], 64); err != nil || math.IsNaN(n[i]) || n[i] < 0 || n[i] > limit {
					return fmt.Errorf("%s: %q is not a number from 0 to %g", r[0], r[i+1], limit)
				}
			}
			if _, twice := b.why[r[0]]; twice {
				return fmt.Errorf("%s is there twice", r[0])
			}
			b.why[r[0]] = r[numbers+1]
			take(r[0], n)
		}
		return nil
	}
	// A weight of 1 would silence every other signal for ever.
	if err := read(weights, 3, 0.999, func(k string, n []float64) { b.weights[k] = weight{n[0], n[1], n[2]} }); err != nil {
		return nil, err
	}
	return b, read(factors, 1, 100, func(k string, n []float64) { b.factors[k] = n[0] })
}

// factor gives a factor, or 1 for a key without one.
func (b *ruleBook) factor(key string) float64 {
	if f, ok := b.factors[key]; ok {
		return f
	}
	return 1
}

// of weighs a signal and gives the reasons in words.
func (b *ruleBook) of(s Signal) (weight, []string) {
	key := s.weightKey()
	w, ok := b.weights[key]
	if !ok {
		return weight{}, []string{"no weight is set for this kind of signal"}
	}
	reasons := []string{b.why[key]}
	apply := func(key string) {
		if f, ok := b.factors[key]; ok && f != 1 {
			w = w.times(f)
			reasons = append(reasons, b.why[key])
		}
	}
	applyLevels := func(key string) {
		w = weight{w.country * b.factor(key+"/country"), w.state * b.factor(key+"/state"), w.county * b.factor(key+"/county")}
		reasons = append(reasons, b.why[key+"/country"])
	}
	switch s.Kind {
	case IPAddress:
		apply(distanceKey(s.Distance))
		if s.Proxy == models.Yes {
			applyLevels("proxy")
		}
		if s.Network != "" && b.why["network-"+s.Network+"/country"] != "" {
			applyLevels("network-" + s.Network)
		}
	case EstimatedLocation:
		if s.Distance != nil && s.Verified != models.Yes {
			apply(distanceKey(s.Distance))
		}
	case PostalAddress:
		apply("address-type/" + s.Type)
	case Phone:
		apply("phone-type/" + s.Type)
	}
	if s.Compromised == models.Yes {
		apply("compromised")
	}
	if s.Associated != "" {
		apply("associated/" + s.Associated)
	}
	if s.Whose == WhoseUnknown && (s.Kind == Phone || s.Kind == IPAddress) {
		apply("whose/unknown")
	}
	return w, reasons
}

func (s Signal) weightKey() string {
	switch s.Kind {
	case PostalAddress, IncidentPlace:
		return string(s.Kind) + "/" + s.Detail
	case EstimatedLocation:
		if s.Verified == models.Yes {
			return "estimated-location/verified"
		}
	case Phone:
		if s.Verified == models.Yes {
			return "phone/verified"
		}
		if s.Detail == "guessed" {
			return "phone/guessed"
		}
	case IPAddress:
		switch s.Event {
		case "Upload", "Purchase", "Login", "Registration":
			return "ip/" + s.Event
		}
		if s.Detail != "" { // file, peer
			return "ip/" + s.Detail
		}
		return "ip/Other"
	}
	return string(s.Kind)
}

// distanceSteps are the bounds of the table's steps, in seconds.
var distanceSteps = []int64{3600, 86400, 604800, 2592000, 31536000}

func distanceKey(d *int64) string {
	if d == nil {
		return "distance/unknown"
	}
	for _, step := range distanceSteps {
		if *d <= step {
			return "distance/" + strconv.FormatInt(step, 10)
		}
	}
	return "distance/beyond"
}
