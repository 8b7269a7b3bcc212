package main

import (
	"fmt"
	"math"
	"strings"
)

// calibrationPlot draws confidence against the share that was right: on the
// diagonal a confidence means what it says. It has a title and a description
// with every figure, so that nobody needs to see it, and tells nothing by
// colour alone.
func calibrationPlot(r routingResult) string {
	const (
		width, height = 520, 500
		left, top     = 70, 50
		side          = 400
	)
	x := func(v float64) float64 { return left + v*side }
	y := func(v float64) float64 { return top + (1-v)*side }
	most := 1
	for _, b := range r.Result.Bins {
		most = max(most, b.Cases)
	}
	var b strings.Builder
	out := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	out(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-labelledby="title desc" font-family="sans-serif" font-size="13">`, width, height, width, height)
	out(`<title id="title">Calibration of routing on %d made-up reports</title>`, r.Result.Cases)
	out(`<desc id="desc">%s</desc>`, plotWords(r))
	out(`<rect width="%d" height="%d" fill="#ffffff"/>`, width, height)
	out(`<text x="%d" y="24" font-size="15" font-weight="bold" fill="#1b1b1b">How often the best candidate is right, by its confidence</text>`, left-50)
	for i := range 11 {
		v := float64(i) / 10
		out(`<line x1="%.0f" y1="%.0f" x2="%.0f" y2="%.0f" stroke="#dfe1e2"/>`, x(v), y(0), x(v), y(1))
		out(`<line x1="%.0f" y1="%.0f" x2="%.0f" y2="%.0f" stroke="#dfe1e2"/>`, x(0), y(v), x(1), y(v))
		if i%2 == 0 {
			out(`<text x="%.0f" y="%.0f" text-anchor="middle" fill="#1b1b1b">%.1f</text>`, x(v), y(0)+18, v)
			out(`<text x="%.0f" y="%.0f" text-anchor="end" fill="#1b1b1b">%.1f</text>`, x(0)-8, y(v)+4, v)
		}
	}
	out(`<line x1="%.0f" y1="%.0f" x2="%.0f" y2="%.0f" stroke="#565c65" stroke-dasharray="6 4"/>`, x(0), y(0), x(1), y(1))
	out(`<line x1="%.0f" y1="%.0f" x2="%.0f" y2="%.0f" stroke="#1b1b1b" stroke-dasharray="2 3"/>`, x(0.9), y(0), x(0.9), y(1))
	out(`<text x="%.0f" y="%.0f" text-anchor="end" fill="#1b1b1b">released by rule from 0.90</text>`, x(0.9)-6, y(0)-8)
	var points []string
	for _, bin := range r.Result.Bins {
		if bin.Cases > 0 {
			points = append(points, fmt.Sprintf("%.1f,%.1f", x(bin.Mean()), y(bin.Share())))
		}
	}
	out(`<polyline points="%s" fill="none" stroke="#1a4480" stroke-width="1.5"/>`, strings.Join(points, " "))
	for _, bin := range r.Result.Bins {
		if bin.Cases > 0 {
			radius := math.Max(12*math.Sqrt(float64(bin.Cases)/float64(most)), 2.5)
			out(`<circle cx="%.1f" cy="%.1f" r="%.1f" fill="#1a4480" fill-opacity="0.7" stroke="#1a4480"/>`, x(bin.Mean()), y(bin.Share()), radius)
		}
	}
	out(`<text x="%.0f" y="%d" text-anchor="middle" fill="#1b1b1b">Confidence; a dot's area is the number of reports</text>`, x(0.5), height-10)
	out(`<text x="18" y="%.0f" text-anchor="middle" transform="rotate(-90 18 %.0f)" fill="#1b1b1b">Share that is right</text>`, y(0.5), y(0.5))
	out(`</svg>`)
	return b.String()
}

// plotWords tells the picture in words.
func plotWords(r routingResult) string {
	var parts []string
	for i, bin := range r.Result.Bins {
		if bin.Cases > 0 {
			parts = append(parts, fmt.Sprintf("from %.1f to %.1f: %d reports, mean confidence %.3f, right %.3f", float64(i)/10, float64(i+1)/10, bin.Cases, bin.Mean(), bin.Share()))
		}
	}
	return fmt.Sprintf("Confidence of the best candidate against the share that is right, in tenths of confidence; on the dashed diagonal both are equal. %s. Expected calibration error %.4f. Made-up reports with a stated noise model, seed %d, rules %s.",
		strings.Join(parts, "; "), r.CalibrationError, r.Seed, r.Rules)
}
