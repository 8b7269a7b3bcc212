package county

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"sync"
)

//go:embed counties.json.gz
var countiesGZ []byte

// shape is a county with its outline: rings of longitude, latitude pairs. A
// point is inside when a ray from it crosses the rings an odd number of times,
// which serves outer rings, holes and islands alike.
type shape struct {
	County
	rings                  [][]point
	minX, minY, maxX, maxY float64
	bands                  [][]edge // the edges that cross each of equal bands from minY to maxY
}

// edge is one side of a ring, the lower end first. A level one crosses no ray.
type edge struct{ a, b point }

type point struct{ x, y float64 } // longitude, latitude in degrees

type shapeIndex struct {
	list   []shape
	cells  map[cell][]int32 // whole degrees -> shapes whose box touches them, as indexes into list
	byFIPS map[string]County
	byName map[string]County // "CA/santa clara"
}

// shapes decodes the outlines once, on first use (about 20 ms). The data is
// embedded and covered by a test, so a failure here is a broken build.
var shapes = sync.OnceValue(func() *shapeIndex {
	ix, err := decodeShapes(countiesGZ)
	if err != nil {
		panic("county: embedded outlines: " + err.Error())
	}
	return ix
})

// decodeShapes reads gzipped TopoJSON with one object, "counties".
func decodeShapes(gz []byte) (*shapeIndex, error) {
	zr, err := gzip.NewReader(bytes.NewReader(gz))
	if err != nil {
		return nil, err
	}
	var topo struct {
		Transform struct {
			Scale     [2]float64 `json:"scale"`
			Translate [2]float64 `json:"translate"`
		} `json:"transform"`
		Arcs    [][][2]int `json:"arcs"`
		Objects struct {
			Counties struct {
				Geometries []struct {
					Type       string          `json:"type"`
					ID         string          `json:"id"`
					Arcs       json.RawMessage `json:"arcs"`
					Properties struct {
						Name string `json:"name"`
					} `json:"properties"`
				} `json:"geometries"`
			} `json:"counties"`
		} `json:"objects"`
	}
	if err := json.NewDecoder(zr).Decode(&topo); err != nil {
		return nil, err
	}
	// An arc's points are stored as steps from the one before, in whole units.
	arcs := make([][]point, len(topo.Arcs))
	for i, steps := range topo.Arcs {
		x, y := 0, 0
		arcs[i] = make([]point, len(steps))
		for j, d := range steps {
			x, y = x+d[0], y+d[1]
			arcs[i][j] = point{
				float64(x)*topo.Transform.Scale[0] + topo.Transform.Translate[0],
				float64(y)*topo.Transform.Scale[1] + topo.Transform.Translate[1],
			}
		}
	}
	ix := &shapeIndex{byFIPS: map[string]County{}, byName: map[string]County{}}
	for _, g := range topo.Objects.Counties.Geometries {
		if len(g.ID) != 5 {
			return nil, fmt.Errorf("county number %q is not five digits", g.ID)
		}
		state, ok := stateOfFIPS[g.ID[:2]]
		if !ok {
			return nil, fmt.Errorf("county %s: unknown state number", g.ID)
		}
		s := shape{County: County{FIPS: g.ID, State: state, Name: g.Properties.Name}}
		var polygons [][][]int
		if g.Type == "Polygon" {
			polygons = make([][][]int, 1)
			err = json.Unmarshal(g.Arcs, &polygons[0])
		} else {
			err = json.Unmarshal(g.Arcs, &polygons)
		}
		if err != nil {
			return nil, fmt.Errorf("county %s: %w", g.ID, err)
		}
		for _, polygon := range polygons {
			for _, ring := range polygon {
				s.rings = append(s.rings, joinArcs(arcs, ring))
			}
		}
		s.measure()
		ix.list = append(ix.list, s)
		ix.byFIPS[g.ID] = s.County
		ix.byName[state+"/"+s.County.key()] = s.County
	}
	ix.spread()
	return ix, nil
}

// joinArcs makes one ring of its arcs; a number below zero is that arc's
// complement, walked backwards.
func joinArcs(arcs [][]point, ring []int) []point {
	var out []point
	for _, a := range ring {
		if a >= 0 {
			out = append(out, arcs[a]...)
			continue
		}
		arc := arcs[^a]
		for i := len(arc) - 1; i >= 0; i-- {
			out = append(out, arc[i])
		}
	}
	return out
}

// measure finds the shape's box and sorts its edges into bands, so that a point
// is tested against the few edges at its height.
func (s *shape) measure() {
	s.minX, s.minY, s.maxX, s.maxY = 361, 91, -361, -91
	edges := 0
	for _, ring := range s.rings {
		edges += len(ring)
		for _, p := range ring {
			s.minX, s.maxX = min(s.minX, p.x), max(s.maxX, p.x)
			s.minY, s.maxY = min(s.minY, p.y), max(s.maxY, p.y)
		}
	}
	s.bands = make([][]edge, max(edges/8, 1))
	for _, ring := range s.rings {
		for i, j := 0, len(ring)-1; i < len(ring); j, i = i, i+1 {
			e := edge{ring[j], ring[i]}
			if e.a.y > e.b.y {
				e.a, e.b = e.b, e.a
			}
			if e.a.y == e.b.y {
				continue
			}
			for k := s.band(e.a.y); k <= s.band(e.b.y); k++ {
				s.bands[k] = append(s.bands[k], e)
			}
		}
	}
}

func (s *shape) band(y float64) int {
	return min(max(int((y-s.minY)/(s.maxY-s.minY)*float64(len(s.bands))), 0), len(s.bands)-1)
}

func (s *shape) contains(p point) bool {
	if p.x < s.minX || p.x > s.maxX || p.y < s.minY || p.y > s.maxY {
		return false
	}
	inside := false
	for _, e := range s.bands[s.band(p.y)] {
		if e.a.y <= p.y && p.y < e.b.y && p.x < (e.b.x-e.a.x)*(p.y-e.a.y)/(e.b.y-e.a.y)+e.a.x {
			inside = !inside
		}
	}
	return inside
}

// cell is a square of one degree.
type cell struct{ x, y int16 }

func cellOf(p point) cell { return cell{int16(math.Floor(p.x)), int16(math.Floor(p.y))} }

// spread enters every shape into the cells that its box touches.
func (ix *shapeIndex) spread() {
	ix.cells = map[cell][]int32{}
	for i := range ix.list {
		s := &ix.list[i]
		from, to := cellOf(point{s.minX, s.minY}), cellOf(point{s.maxX, s.maxY})
		for x := from.x; x <= to.x; x++ {
			for y := from.y; y <= to.y; y++ {
				ix.cells[cell{x, y}] = append(ix.cells[cell{x, y}], int32(i))
			}
		}
	}
}

// stateOfFIPS gives the postal letters of each state and territory number.
var stateOfFIPS = map[string]string{
	"01": "AL", "02": "AK", "04": "AZ", "05": "AR", "06": "CA", "08": "CO", "09": "CT", "10": "DE", "11": "DC",
	"12": "FL", "13": "GA", "15": "HI", "16": "ID", "17": "IL", "18": "IN", "19": "IA", "20": "KS", "21": "KY",
	"22": "LA", "23": "ME", "24": "MD", "25": "MA", "26": "MI", "27": "MN", "28": "MS", "29": "MO", "30": "MT",
	"31": "NE", "32": "NV", "33": "NH", "34": "NJ", "35": "NM", "36": "NY", "37": "NC", "38": "ND", "39": "OH",
	"40": "OK", "41": "OR", "42": "PA", "44": "RI", "45": "SC", "46": "SD", "47": "TN", "48": "TX", "49": "UT",
	"50": "VT", "51": "VA", "53": "WA", "54": "WV", "55": "WI", "56": "WY",
	"60": "AS", "66": "GU", "69": "MP", "72": "PR", "78": "VI",
}
