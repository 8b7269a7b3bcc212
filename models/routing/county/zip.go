package county

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:generate go run ./gen -zipcodes $ZIPCODES_CODES_JS -out zips.csv.gz

//go:embed zips.csv.gz
var zipsGZ []byte

// ZIP is what is known of a five-digit ZIP code. States of the mail that are
// not places (AA, AE, AP: armed forces abroad) and freely associated states
// (FM, MH, PW) occur; they have no shares.
type ZIP struct {
	ZIP    string
	State  string
	City   string  // the post office's own name for it
	Shares []Share // counties of that state, larger first
}

type zipIndex struct {
	byZIP  map[string]ZIP
	byCity map[string][]Share // "CA/san jose"
}

var zips = sync.OnceValue(func() *zipIndex {
	zr, err := gzip.NewReader(bytes.NewReader(zipsGZ))
	if err == nil {
		var ix *zipIndex
		if ix, err = decodeZIPs(zr); err == nil {
			return ix
		}
	}
	panic("county: embedded ZIP table: " + err.Error())
})

// decodeZIPs reads lines of zip,state,city,shares; shares are
// "06085:1" or "06085:0.7 06081:0.3".
func decodeZIPs(r io.Reader) (*zipIndex, error) {
	cr := csv.NewReader(r)
	cr.FieldsPerRecord = 4
	cr.ReuseRecord = true
	ix := &zipIndex{byZIP: map[string]ZIP{}, byCity: map[string][]Share{}}
	cities := map[string]map[string]float64{}
	for {
		rec, err := cr.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		z := ZIP{ZIP: strings.Clone(rec[0]), State: strings.Clone(rec[1]), City: strings.Clone(rec[2])}
		for part := range strings.FieldsSeq(rec[3]) {
			fips, number, _ := strings.Cut(part, ":")
			share, err := strconv.ParseFloat(number, 64)
			c, ok := shapes().byFIPS[fips]
			if err != nil || !ok {
				return nil, fmt.Errorf("ZIP %s: share %q", z.ZIP, part)
			}
			z.Shares = append(z.Shares, Share{c, share})
		}
		ix.byZIP[z.ZIP] = z
		key := z.State + "/" + fold(z.City)
		if cities[key] == nil {
			cities[key] = map[string]float64{}
		}
		for _, s := range z.Shares {
			cities[key][s.FIPS] += s.Share
		}
	}
	for key, count := range cities {
		if len(count) > 0 {
			ix.byCity[key] = normalise(count, 0.02)
		}
	}
	return ix, nil
}

// ByZIP looks up a ZIP code; "95113-1234" and "951131234" are read by their
// first five digits. Anything else finds none.
func ByZIP(zip string) (ZIP, bool) {
	z := strings.TrimSpace(zip)
	if len(z) == 10 && (z[5] == '-' || z[5] == ' ') {
		z = z[:5] + z[6:]
	}
	if len(z) != 5 && len(z) != 9 {
		return ZIP{}, false
	}
	for i := range len(z) {
		if z[i] < '0' || z[i] > '9' {
			return ZIP{}, false
		}
	}
	found, ok := zips().byZIP[z[:5]]
	return found, ok
}

// ZIPs lists every known ZIP code by number, those without shares included.
// The slice is the caller's own; the shares in it are not to be changed.
func ZIPs() []ZIP {
	out := slices.Collect(maps.Values(zips().byZIP))
	slices.SortFunc(out, func(a, b ZIP) int { return strings.Compare(a.ZIP, b.ZIP) })
	return out
}

// otherNames are names that people use and the post office does not list as a
// ZIP code's first name, each with the counties meant.
var otherNames = map[string][]string{
	"NY/new york city": {"36005", "36047", "36061", "36081", "36085"},
	"NY/nyc":           {"36005", "36047", "36061", "36081", "36085"},
	"NY/manhattan":     {"36061"},
	"NY/queens":        {"36081"},
	"NY/the bronx":     {"36005"},
	"IL/chicago city":  {"17031"},
	"CA/la":            {"06037"},
	"CA/sf":            {"06075"},
}

// ByCity gives the counties in which a city of a state lies, by the number of
// its ZIP codes in each; none when the name is not known. Case, accents and
// short forms ("St", "Mt", "N") do not matter.
func ByCity(state, city string) []Share {
	key := strings.ToUpper(strings.TrimSpace(state)) + "/" + fold(city)
	if shares := zips().byCity[key]; len(shares) > 0 {
		return shares
	}
	if others := otherNames[key]; len(others) > 0 {
		count := map[string]float64{}
		for _, f := range others {
			count[f] = 1
		}
		return normalise(count, 0)
	}
	if short, ok := strings.CutSuffix(key, " city"); ok { // "Albany City"
		return zips().byCity[short]
	}
	return nil
}
