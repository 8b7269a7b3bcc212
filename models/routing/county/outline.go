package county

import (
	"math"
	"strconv"
	"sync"
)

// Outline is a state drawn small: the outlines of its counties as SVG path data,
// in a box of Width by Height units whose origin is the north-west corner.
type Outline struct {
	State         string
	Width, Height float64
	Counties      map[string]string // path data by FIPS number
	All           string            // every county in one path, for thin lines
}

// outlineSize is the longer side of an outline in units. Points are kept to half a
// unit, which is finer than a small map shows and keeps a page small.
const outlineSize = 300

var outlines sync.Map // state -> *Outline, each made once

// OutlineOf draws a state. It answers false for one without counties here. The
// result is shared; do not change it.
func OutlineOf(state string) (*Outline, bool) {
	if o, ok := outlines.Load(state); ok {
		return o.(*Outline), true
	}
	o := draw(state)
	if o == nil {
		return nil, false
	}
	kept, _ := outlines.LoadOrStore(state, o)
	return kept.(*Outline), true
}

func draw(state string) *Outline {
	var of []*shape
	west, south, east, north := 361.0, 91.0, -361.0, -91.0
	for i := range shapes().list {
		s := &shapes().list[i]
		if s.State != state {
			continue
		}
		of = append(of, s)
		for _, ring := range s.rings {
			for _, p := range ring {
				x := eastward(p.x)
				west, east = min(west, x), max(east, x)
				south, north = min(south, p.y), max(north, p.y)
			}
		}
	}
	if len(of) == 0 {
		return nil
	}
	// A degree of longitude is shorter the farther it is from the equator; one
	// factor for the whole state bends nothing that a small map could show.
	narrow := math.Cos((south + north) / 2 * math.Pi / 180)
	scale := outlineSize / max((east-west)*narrow, north-south)
	o := &Outline{State: state, Width: math.Ceil((east - west) * narrow * scale), Height: math.Ceil((north - south) * scale), Counties: map[string]string{}}
	var all []byte
	for _, s := range of {
		var d []byte
		for _, ring := range s.rings {
			d = appendRing(d, ring, func(p point) (int, int) {
				return int(math.Round((eastward(p.x) - west) * narrow * scale * 2)), int(math.Round((north - p.y) * scale * 2))
			})
		}
		o.Counties[s.FIPS] = string(d)
		all = append(all, d...)
	}
	o.All = string(all)
	return o
}

// eastward keeps Alaska in one piece: its islands lie on both sides of the 180th
// meridian.
func eastward(lon float64) float64 {
	if lon > 0 {
		return lon - 360
	}
	return lon
}

// appendRing writes a ring in half units, leaving out points that fall on the one
// before; an islet that shrinks to less than three points is not drawn.
func appendRing(d []byte, ring []point, at func(point) (x, y int)) []byte {
	begin, points := len(d), 0
	lastX, lastY := 0, 0
	for _, p := range ring {
		x, y := at(p)
		switch {
		case points == 0:
			d = append(d, 'M')
			d = appendHalf(appendHalf(d, x, false), y, true)
			d = append(d, 'l')
		case x == lastX && y == lastY:
			continue
		default:
			d = appendHalf(appendHalf(d, x-lastX, points > 1), y-lastY, true)
		}
		lastX, lastY = x, y
		points++
	}
	if points < 3 {
		return d[:begin]
	}
	return append(d, 'z')
}

// appendHalf writes half of n, with a space before it where a sign does not part it
// from the number before.
func appendHalf(d []byte, n int, apart bool) []byte {
	if apart && n >= 0 {
		d = append(d, ' ')
	}
	return strconv.AppendFloat(d, float64(n)/2, 'f', -1, 64)
}
