package routing

import (
	"math"
	"strconv"

	"reeve/models"
)

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

// factor gives a factor, or 1 for a key without one.
func (b *Rules) factor(key string) float64 {
	if f, ok := b.factors[key]; ok {
		return f
	}
	return 1
}

// of weighs a signal and gives the reasons in words.
func (b *Rules) of(s Signal) (weight, []string) {
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
