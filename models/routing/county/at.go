package county

import (
	"math"
	"slices"
	"strings"
)

// At finds the county that contains a point given in degrees (WGS 84). A point
// at sea, abroad or out of range finds none. Outlines are simplified to a few
// hundred metres, so a point that close to a border may find the neighbour.
func At(lat, lon float64) (County, bool) {
	if math.IsNaN(lat) || math.IsNaN(lon) || math.Abs(lat) > 90 || math.Abs(lon) > 180 {
		return County{}, false
	}
	if s := shapes().at(point{lon, lat}); s != nil {
		return s.County, true
	}
	return County{}, false
}

func (ix *shapeIndex) at(p point) *shape {
	for _, i := range ix.cells[cellOf(p)] {
		if s := &ix.list[i]; s.contains(p) {
			return s
		}
	}
	return nil
}

// Bounds gives the box of degrees around a county's outline; false for an
// unknown number.
func Bounds(fips string) (south, west, north, east float64, ok bool) {
	for i := range shapes().list {
		if s := &shapes().list[i]; s.FIPS == fips {
			return s.minY, s.minX, s.maxY, s.maxX, true
		}
	}
	return 0, 0, 0, 0, false
}

// Around gives the counties within a circle of radius km (0 to 200; more is
// read as 200) with the part of the circle in each, estimated from 37 points.
// Points outside every county are left out of the count. The shares are in
// falling order and add up to 1, or there are none.
func Around(lat, lon, km float64) []Share {
	km = math.Min(math.Max(km, 0), 200)
	ix := shapes()
	var out []Share
	inside := 0.0
	for _, p := range circle(point{lon, lat}, km) {
		s := ix.at(p)
		if s == nil {
			continue
		}
		inside++
		i := slices.IndexFunc(out, func(o Share) bool { return o.FIPS == s.FIPS })
		if i < 0 {
			i, out = len(out), append(out, Share{County: s.County})
		}
		out[i].Share++
	}
	for i := range out {
		out[i].Share = math.Round(out[i].Share/inside*1e6) / 1e6
	}
	slices.SortFunc(out, larger)
	return out
}

// larger puts the larger share first, then the lower number, so that the order
// is stable.
func larger(a, b Share) int {
	if a.Share != b.Share {
		if a.Share > b.Share {
			return -1
		}
		return 1
	}
	return strings.Compare(a.FIPS, b.FIPS)
}

// circle gives points spread evenly by area: the centre and rings of 6, 12, 18
// at a third, two thirds and the whole of the radius.
func circle(c point, km float64) []point {
	out := []point{c}
	if km <= 0 {
		return out
	}
	const kmPerDegree = 111.2
	east := kmPerDegree * math.Max(math.Cos(c.y*math.Pi/180), 0.05)
	for ring := 1; ring <= 3; ring++ {
		r := km * float64(ring) / 3
		for i := range 6 * ring {
			a := 2 * math.Pi * float64(i) / float64(6*ring)
			out = append(out, point{c.x + r*math.Cos(a)/east, c.y + r*math.Sin(a)/kmPerDegree})
		}
	}
	return out
}

// normalise turns counts by FIPS into shares that add up to 1, without those
// below least; larger first, then by number, so that the order is stable.
func normalise(count map[string]float64, least float64) []Share {
	fips := make([]string, 0, len(count))
	for f := range count {
		fips = append(fips, f)
	}
	slices.Sort(fips) // summing in one order keeps the result the same to the last bit
	total := 0.0
	for _, f := range fips {
		total += count[f]
	}
	kept := 0.0
	var out []Share
	for _, f := range fips {
		if s := count[f] / total; s >= least && s > 0 {
			out = append(out, Share{shapes().byFIPS[f], s})
			kept += s
		}
	}
	for i := range out {
		out[i].Share = math.Round(out[i].Share/kept*1e6) / 1e6
	}
	slices.SortFunc(out, larger)
	return out
}
