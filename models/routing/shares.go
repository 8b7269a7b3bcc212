package routing

import (
	"math"
	"slices"
)

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

// round keeps four places, downwards, so that 0.89999 never shows as 0.9.
func round(v float64) float64 { return math.Floor(v*1e4+1e-6) / 1e4 }
