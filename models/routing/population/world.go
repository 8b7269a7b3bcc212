package population

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"reeve/models/routing"
	"reeve/models/routing/county"
)

// people are the inhabitants of the states in hundred thousands, by the census
// of 2020, rounded.
var people = map[string]float64{
	"AL": 50, "AK": 7, "AZ": 72, "AR": 30, "CA": 395, "CO": 58, "CT": 36, "DE": 10, "DC": 7, "FL": 215, "GA": 107, "HI": 15, "ID": 18,
	"IL": 128, "IN": 68, "IA": 32, "KS": 29, "KY": 45, "LA": 47, "ME": 14, "MD": 62, "MA": 70, "MI": 101, "MN": 57, "MS": 30, "MO": 62,
	"MT": 11, "NE": 20, "NV": 31, "NH": 14, "NJ": 93, "NM": 21, "NY": 202, "NC": 104, "ND": 8, "OH": 118, "OK": 40, "OR": 42, "PA": 130,
	"RI": 11, "SC": 51, "SD": 9, "TN": 69, "TX": 291, "UT": 33, "VT": 6, "VA": 86, "WA": 77, "WV": 18, "WI": 59, "WY": 6,
	"PR": 33, "GU": 2, "VI": 1, "MP": 0.5,
}

// large are the large counties of divided states, likewise; the other counties
// of a state share the rest of its people by their ZIP codes, for want of a
// table.
var large = map[string]float64{
	"06037": 100, "06073": 33, "06059": 32, "06065": 24, "06071": 22, "06085": 19, "06001": 17, "06067": 16, "06013": 12, "06019": 10,
	"06029": 9, "06075": 9, "06111": 8, "06081": 8, "06077": 8,
	"12086": 27, "12011": 19, "12099": 15, "12057": 15, "12095": 14, "12031": 10, "12103": 10, "12071": 8, "12105": 7, "12009": 6,
	"17031": 53, "17043": 9, "17089": 5, "17097": 7, "17197": 7,
	"36047": 27, "36081": 24, "36061": 17, "36103": 15, "36005": 15, "36059": 14, "36119": 10, "36029": 9.5, "36055": 7.6, "36085": 5,
	"51059": 11.5, "51153": 4.8, "51107": 4.2, "51810": 4.6, "51041": 3.6, "51087": 3.3, "51013": 2.4,
}

// countries are those of suspects abroad with their share: large senders of
// reports and neighbours first, with and without a contact point of their own.
var countries = []struct {
	code, domain string
	share        float64
}{
	{"CA", "ca", 8}, {"GB", "uk", 9}, {"DE", "de", 9}, {"FR", "fr", 7}, {"NL", "nl", 4}, {"BE", "be", 2}, {"CH", "ch", 2}, {"NO", "no", 2},
	{"AU", "au", 5}, {"NZ", "nz", 2}, {"AR", "ar", 4}, {"MD", "md", 1}, {"IN", "in", 10}, {"BR", "br", 7}, {"MX", "mx", 7}, {"PH", "", 8},
	{"JP", "jp", 3}, {"IT", "it", 3}, {"ES", "es", 3}, {"PL", "pl", 2}, {"SE", "se", 2},
}

// spot is a county, or a country other than the United States.
type spot struct {
	fips    string
	state   string
	country string  // of a spot abroad; "US" otherwise
	weight  float64 // share among all people of the United States, or of all abroad
	inState float64 // share in the state
	lat     float64
	lon     float64
	next    []int // the nearest counties
	zips    []county.ZIP
	zipSum  []float64 // running sums of the share of each ZIP code
	holder  string
	sure    float64 // how often our territory is right about it
}

// World is the map on which reports are drawn. It is not changed after it is
// made and may be shared.
type World struct {
	spots   []spot // counties first, then countries
	us      int    // number of counties
	sumUS   []float64
	sumOut  []float64
	byState map[string][]int
	cumul   map[string][]float64
	byFIPS  map[string]int
	near    [][]int // the counties of whose neighbours each is one
	zips    []county.ZIP
	// cityZIPs are the ZIP codes of a city, as indexes into zips.
	cityZIPs map[string][]int
	domains  map[string]float64 // share of people abroad whose country has the mail domain
	cov      routing.Coverage
	at       time.Time
}

// certainties say how often a row of our territory is right. Nobody has
// measured it; these are the numbers that factors.csv assumes.
var certainties = map[routing.Certainty]float64{routing.High: 1, routing.Medium: 0.99, routing.Low: 0.88}

// NewWorld makes the map for a coverage as of a day.
func NewWorld(cov routing.Coverage, at time.Time) *World {
	w := &World{byState: map[string][]int{}, cumul: map[string][]float64{}, byFIPS: map[string]int{}, cityZIPs: map[string][]int{}, domains: map[string]float64{}, zips: county.ZIPs(), cov: cov, at: at}
	zips := map[string][]county.ZIP{}
	shares := map[string][]float64{}
	for i, z := range w.zips {
		w.cityZIPs[z.State+"/"+z.City] = append(w.cityZIPs[z.State+"/"+z.City], i)
		for _, s := range z.Shares {
			zips[s.FIPS], shares[s.FIPS] = append(zips[s.FIPS], z), append(shares[s.FIPS], s.Share)
		}
	}
	states := make([]string, 0, len(people))
	for s := range people {
		states = append(states, s)
	}
	slices.Sort(states)
	for _, state := range states {
		w.addState(state, zips, shares)
	}
	w.us = len(w.spots)
	total := 0.0
	for i := range w.spots {
		total += w.spots[i].weight
	}
	sum := 0.0
	for i := range w.spots {
		w.spots[i].weight /= total
		sum += w.spots[i].weight
		w.sumUS = append(w.sumUS, sum)
	}
	total = 0
	for _, c := range countries {
		total += c.share
	}
	sum = 0
	for _, c := range countries {
		s := spot{country: c.code, weight: c.share / total}
		s.holder, s.sure = w.hold(routing.Place{Country: c.code})
		sum += s.weight
		w.domains[c.domain] += s.weight
		w.spots, w.sumOut = append(w.spots, s), append(w.sumOut, sum)
	}
	w.neighbours()
	return w
}

// addState enters the counties of a state with their people.
func (w *World) addState(state string, zips map[string][]county.ZIP, shares map[string][]float64) {
	var named, rest float64
	of := county.Of(state)
	for _, c := range of {
		named += large[c.FIPS]
		if large[c.FIPS] == 0 {
			for _, s := range shares[c.FIPS] {
				rest += s
			}
		}
	}
	sum := 0.0
	for _, c := range of {
		s := spot{fips: c.FIPS, state: state, country: "US", zips: zips[c.FIPS], weight: large[c.FIPS]}
		for _, share := range shares[c.FIPS] {
			s.zipSum = append(s.zipSum, share+last(s.zipSum))
		}
		if len(s.zips) == 0 {
			continue
		}
		if s.weight == 0 {
			s.weight = (people[state] - named) * last(s.zipSum) / rest
		}
		s.inState = s.weight / people[state]
		s.lat, s.lon = middle(c.FIPS)
		s.holder, s.sure = w.hold(routing.Place{Country: "US", State: state, FIPS: c.FIPS})
		sum += s.inState
		w.byFIPS[c.FIPS] = len(w.spots)
		w.byState[state] = append(w.byState[state], len(w.spots))
		w.cumul[state] = append(w.cumul[state], sum)
		w.spots = append(w.spots, s)
	}
}

func last(sums []float64) float64 {
	if len(sums) == 0 {
		return 0
	}
	return sums[len(sums)-1]
}

func (w *World) hold(p routing.Place) (string, float64) {
	t, ok := w.cov.Holder(p, w.at)
	if !ok {
		return routing.PoolFederal, 1
	}
	return t.Code, certainties[t.Certainty]
}

// middle finds a point inside a county near the middle of its box.
func middle(fips string) (lat, lon float64) {
	south, west, north, east, _ := county.Bounds(fips)
	r := rand.New(rand.NewPCG(1, 1))
	lat, lon = (south+north)/2, (west+east)/2
	for spread := 0.1; ; spread = math.Min(spread+0.01, 1) {
		if c, ok := county.At(lat, lon); ok && c.FIPS == fips {
			return lat, lon
		}
		lat = (south+north)/2 + (r.Float64()-0.5)*spread*(north-south)
		lon = (west+east)/2 + (r.Float64()-0.5)*spread*(east-west)
	}
}

// neighbours finds the five nearest counties of each, in whatever state.
func (w *World) neighbours() {
	type near struct {
		i int
		d float64
	}
	w.near = make([][]int, w.us)
	for i := range w.us {
		a := &w.spots[i]
		var best []near
		for j := range w.us {
			b := &w.spots[j]
			dy, dx := a.lat-b.lat, (a.lon-b.lon)*math.Cos(a.lat*math.Pi/180)
			if d := dx*dx + dy*dy; j != i && (len(best) < 5 || d < best[4].d) {
				best = append(best, near{j, d})
				slices.SortFunc(best, func(x, y near) int { return cmp.Compare(x.d, y.d) })
				best = best[:min(len(best), 5)]
			}
		}
		for _, n := range best {
			a.next = append(a.next, n.i)
			w.near[n.i] = append(w.near[n.i], i)
		}
	}
}

func pick(sums []float64, r *rand.Rand) int {
	i, _ := slices.BinarySearch(sums, r.Float64()*last(sums))
	return min(i, len(sums)-1)
}

func (w *World) anyUS(r *rand.Rand) int     { return pick(w.sumUS, r) }
func (w *World) anyAbroad(r *rand.Rand) int { return w.us + pick(w.sumOut, r) }

func (w *World) anyInState(state string, r *rand.Rand) int {
	return w.byState[state][pick(w.cumul[state], r)]
}

// anywhere draws a person's place.
func (w *World) anywhere(r *rand.Rand) int {
	if r.Float64() < abroad {
		return w.anyAbroad(r)
	}
	return w.anyUS(r)
}

func (w *World) isUS(i int) bool { return i < w.us }

// zip draws a ZIP code of a county.
func (s *spot) zip(r *rand.Rand) county.ZIP { return s.zips[pick(s.zipSum, r)] }
