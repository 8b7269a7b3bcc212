// Command gen makes zips.csv.gz, the table from ZIP codes to counties, from the
// file lib/codes.js of the npm package zipcodes 8.0.0 and the county outlines
// embedded in package county. How shares are estimated is told in the
// package's documentation.
//
// Use: npm pack zipcodes@8.0.0, unpack it, set ZIPCODES_CODES_JS to the path of
// its lib/codes.js and run go generate, or
// go run ./gen -zipcodes package/lib/codes.js -out zips.csv.gz
package main

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"slices"
	"strings"

	"reeve/models/routing/county"
)

type code struct {
	ZIP       string  `json:"zip"`
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
	City      string  `json:"city"`
	State     string  `json:"state"`
}

// least is the smallest share that is kept: below it lies the error of the
// simplified outlines.
const least = 0.05

func main() {
	log.SetFlags(0)
	in := flag.String("zipcodes", "", "path of lib/codes.js of npm zipcodes 8.0.0")
	out := flag.String("out", "zips.csv.gz", "file to write")
	flag.Parse()
	codes, err := read(*in)
	if err != nil {
		log.Fatal(err)
	}
	grid := newGrid(codes)
	var buf bytes.Buffer
	zw, _ := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	cw := csv.NewWriter(zw)
	placed, split, unplaced := 0, 0, 0
	for _, c := range codes {
		shares := c.shares(grid)
		switch len(shares) {
		case 0:
			unplaced++
		case 1:
			placed++
		default:
			split++
		}
		if err := cw.Write([]string{c.ZIP, c.State, c.City, strings.Join(shares, " ")}); err != nil {
			log.Fatal(err)
		}
	}
	cw.Flush()
	if err := zw.Close(); err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(*out, buf.Bytes(), 0o644); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%d ZIP codes: %d in one county, %d in several, %d in none; %d bytes\n",
		len(codes), placed, split, unplaced, buf.Len())
}

// read takes the one JSON object out of the module's first statement.
func read(path string) ([]code, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	_, rest, ok := bytes.Cut(raw, []byte("exports.codes = "))
	if !ok {
		return nil, fmt.Errorf("%s: no exports.codes", path)
	}
	var byZIP map[string]code
	if err := json.NewDecoder(bytes.NewReader(rest)).Decode(&byZIP); err != nil {
		return nil, err
	}
	codes := make([]code, 0, len(byZIP))
	for _, c := range byZIP {
		codes = append(codes, c)
	}
	slices.SortFunc(codes, func(a, b code) int { return strings.Compare(a.ZIP, b.ZIP) })
	return codes, nil
}

// shares lists "FIPS:share" of the counties of the ZIP's own state, larger
// first. Without coordinates, or with a centre outside its state, none.
func (c code) shares(g *grid) []string {
	if c.Latitude == 0 || c.Longitude == 0 {
		return nil
	}
	x, y := c.Longitude, c.Latitude
	radius := g.reach(x, y)
	count, total := map[string]float64{}, 0.0
	take := func(x, y, weight float64) {
		if found, ok := county.At(y, x); ok && found.State == c.State {
			count[found.FIPS] += weight
			total += weight
		}
	}
	const steps = 9
	for i := -steps; i <= steps; i++ {
		for j := -steps; j <= steps; j++ {
			dx, dy := float64(i)/steps, float64(j)/steps
			if dx*dx+dy*dy > 1 {
				continue
			}
			px, py := x+dx*radius/math.Cos(y*math.Pi/180), y+dy*radius
			if g.nearest(px, py, x, y) {
				take(px, py, 1-0.75*(dx*dx+dy*dy)) // people live nearer to the centre than to the edge
			}
		}
	}
	if total == 0 {
		// A centre just off the coast: look a little around it.
		for _, s := range county.Around(y, x, 5) {
			if s.State == c.State {
				count[s.FIPS] += s.Share
				total += s.Share
			}
		}
	}
	type share struct {
		fips string
		part float64
	}
	var kept []share
	sum := 0.0
	for f, n := range count {
		if n/total >= least {
			kept = append(kept, share{f, n})
			sum += n
		}
	}
	slices.SortFunc(kept, func(a, b share) int {
		if a.part != b.part {
			if a.part > b.part {
				return -1
			}
			return 1
		}
		return strings.Compare(a.fips, b.fips)
	})
	var out []string
	for _, s := range kept {
		out = append(out, fmt.Sprintf("%s:%g", s.fips, math.Round(s.part/sum*100)/100))
	}
	return out
}

// grid finds neighbouring ZIP centres; post-office-box codes repeat a centre,
// so equal centres count once.
type grid struct{ cells map[[2]int][][2]float64 }

const cell = 0.25 // degrees

func newGrid(codes []code) *grid {
	g := &grid{cells: map[[2]int][][2]float64{}}
	seen := map[[2]float64]bool{}
	for _, c := range codes {
		p := [2]float64{c.Longitude, c.Latitude}
		if p[0] == 0 || p[1] == 0 || seen[p] {
			continue
		}
		seen[p] = true
		k := key(p[0], p[1])
		g.cells[k] = append(g.cells[k], p)
	}
	return g
}

func key(x, y float64) [2]int { return [2]int{int(math.Floor(x / cell)), int(math.Floor(y / cell))} }

func distance(x1, y1, x2, y2 float64) float64 {
	return math.Hypot((x1-x2)*math.Cos((y1+y2)/2*math.Pi/180), y1-y2)
}

// near calls yield for every centre in the cells around a point.
func (g *grid) near(x, y float64, rings int, yield func(p [2]float64)) {
	k := key(x, y)
	for i := -rings; i <= rings; i++ {
		for j := -rings; j <= rings; j++ {
			for _, p := range g.cells[[2]int{k[0] + i, k[1] + j}] {
				yield(p)
			}
		}
	}
}

// reach is how far from its centre a ZIP code is taken to go, in degrees of
// latitude: the distance to its sixth neighbour, at least 0.01 and at most 0.3.
func (g *grid) reach(x, y float64) float64 {
	var ds []float64
	g.near(x, y, 2, func(p [2]float64) {
		if d := distance(x, y, p[0], p[1]); d > 0 {
			ds = append(ds, d)
		}
	})
	if len(ds) < 6 {
		return 0.3
	}
	slices.Sort(ds)
	return math.Min(math.Max(ds[5], 0.01), 0.3)
}

// nearest reports whether no other centre is nearer to the point than (x, y).
func (g *grid) nearest(px, py, x, y float64) bool {
	own, best := distance(px, py, x, y), true
	g.near(px, py, 2, func(p [2]float64) {
		if distance(px, py, p[0], p[1]) < own-1e-9 {
			best = false
		}
	})
	return best
}
