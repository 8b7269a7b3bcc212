package routing

import (
	"maps"
	"math"
	"slices"
)

// shares adds up the shares of places by a key.
func shares(places []Place, key func(Place) string) map[string]float64 {
	out := map[string]float64{}
	for _, p := range places {
		if k := key(p); k != "" {
			out[k] += p.Share
		}
	}
	return out
}

func sum(places []Place) float64 {
	total := 0.0
	for _, p := range places {
		total += p.Share
	}
	return math.Max(total, 1e-9)
}

// shared makes sure that shares are sane: not negative, even when none is
// given, at most 1 together.
func shared(places []Place) []Place {
	out := slices.Clone(places)
	total := 0.0
	for i := range out {
		if !(out[i].Share >= 0) || math.IsInf(out[i].Share, 0) {
			out[i].Share = 0
		}
		total += out[i].Share
	}
	for i := range out {
		switch {
		case total == 0:
			out[i].Share = 1 / float64(len(out))
		case total > 1:
			out[i].Share /= total
		}
	}
	return out
}

// heaviest gives the key of the largest value, the first in order on a tie.
func heaviest(m map[string]float64) string {
	key, most := "", 0.0
	for _, k := range slices.Sorted(maps.Keys(m)) {
		if m[k] > most+1e-12 {
			key, most = k, m[k]
		}
	}
	return key
}

// round keeps four places, downwards, so that 0.89999 never shows as 0.9.
func round(v float64) float64 { return math.Floor(v*1e4+1e-6) / 1e4 }
