package routing

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"reeve/models"
	"reeve/models/routing/county"
)

// coordinates places a pair of degrees. The API sets no range, so a pair that
// cannot be on Earth is kept and said to place nothing; so is 0, 0, which is
// what devices write when they know nothing.
func (x *extraction) coordinates(h holder, kind Kind, path string, lat, lon float64) {
	s := Signal{Kind: kind, Path: path, Value: fmt.Sprintf("%.4f, %.4f", lat, lon)}
	switch {
	case math.IsNaN(lat) || math.IsNaN(lon) || math.Abs(lat) > 90 || math.Abs(lon) > 180:
		s.Problem = "not coordinates on Earth"
	case lat == 0 && lon == 0:
		s.Problem = "zero coordinates are what a device writes when it knows nothing"
	default:
		c, ok := county.At(lat, lon)
		if !ok {
			s.Problem = "outside the counties of the United States; no other map is at hand"
			break
		}
		s.Places = countyPlaces(c.State, "", []county.Share{{County: c, Share: 1}}, 1, "")
		s.note("county by its outline")
	}
	x.add(h, s)
}

var sexagesimal = regexp.MustCompile(`^\s*([0-9]+(?:\.[0-9]+)?)\s*(?:deg|°|,|\s)\s*([0-9]+(?:\.[0-9]+)?)\s*(?:'|′|,|\s)\s*([0-9]+(?:\.[0-9]+)?)\s*(?:"|″|'')?\s*([NSEW]?)\s*$`)

// degrees reads "37.33", "-121.9", "37 deg 19' 58.44\" N", "37,19,58.44". ref
// is the hemisphere given apart, if any.
func degrees(value, ref string) (float64, bool) {
	v := strings.ToUpper(strings.TrimSpace(value))
	ref = strings.ToUpper(strings.TrimSpace(ref))
	for _, hemisphere := range []string{"N", "S", "E", "W"} {
		if rest, ok := strings.CutSuffix(v, hemisphere); ok {
			v, ref = strings.TrimSpace(rest), hemisphere
		}
	}
	out, err := strconv.ParseFloat(v, 64)
	if err != nil {
		m := sexagesimal.FindStringSubmatch(strings.ReplaceAll(v, "DEG", "deg"))
		if m == nil {
			return 0, false
		}
		d, _ := strconv.ParseFloat(m[1], 64)
		minutes, _ := strconv.ParseFloat(m[2], 64)
		seconds, _ := strconv.ParseFloat(m[3], 64)
		if minutes >= 60 || seconds >= 60 {
			return 0, false
		}
		out = d + minutes/60 + seconds/3600
	}
	if out > 0 && (strings.HasPrefix(ref, "S") || strings.HasPrefix(ref, "W")) {
		out = -out
	}
	return out, !math.IsNaN(out) && !math.IsInf(out, 0)
}

// geotag finds a latitude and a longitude among the values that the provider
// sent about a file. Nothing is read from the file itself: that would be
// opening it.
func geotag(details []models.ReportedDetail) (lat, lon float64, ok bool) {
	values := map[string]string{}
	for _, d := range details {
		key := strings.Map(func(r rune) rune {
			if r >= 'a' && r <= 'z' {
				return r
			}
			return -1
		}, strings.ToLower(d.Name))
		if _, twice := values[key]; !twice {
			values[key] = d.Value
		}
	}
	lat, okLat := degrees(values["gpslatitude"], values["gpslatituderef"])
	lon, okLon := degrees(values["gpslongitude"], values["gpslongituderef"])
	return lat, lon, okLat && okLon
}
