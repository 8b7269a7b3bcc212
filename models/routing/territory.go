package routing

import (
	_ "embed"
	"strings"
	"sync"
	"time"
)

// Kinds of holder that a territory row may name.
const (
	KindTaskForce       = "task-force"       // an Internet Crimes Against Children task force
	KindNationalContact = "national-contact" // a country's contact point
	KindFederal         = "federal"          // a federal agency with an area of its own
	KindAffiliate       = "affiliate"        // an agency below a task force; gets its own area only where a row says so
	KindCoordination    = "coordination"     // a body that co-ordinates others and holds no area
	KindPool            = "pool"             // a queue of the clearinghouse with an owner and a clock
)

// The pools: homes for what no agency's territory covers. A place that is not
// known is a queue that someone owns, never an empty field.
const (
	PoolUSUnknown      = "pool-us-unknown"      // United States, state unknown
	PoolCountryUnknown = "pool-country-unknown" // no country, or none that is believable
	PoolCountyUnknown  = "pool-county-unknown"  // a state divided by county, county unknown
	PoolTexas          = "pool-texas"           // Texas: three forces, no public county list
	PoolFederal        = "pool-federal"         // territories, tribal land, armed forces abroad
	PoolForeign        = "pool-foreign"         // a country without a direct contact point
	PoolReturned       = "pool-returned"        // those the evidence points to have returned it
)

// Pools lists every pool's code in the order of a desk's page.
func Pools() []string {
	return []string{PoolUSUnknown, PoolCountryUnknown, PoolCountyUnknown, PoolTexas, PoolFederal, PoolForeign, PoolReturned}
}

// Certainty says how sure a territory row is.
type Certainty string

// The certainties. A row of Unknown certainty names a holder whose area is not
// known: it is in the directory and never a candidate.
const (
	High    Certainty = "high"
	Medium  Certainty = "medium"
	Low     Certainty = "low"
	Unknown Certainty = "unknown"
)

// Territory is one area of one holder for a span of days.
//
// Country is ISO 3166-1 alpha-2, "--" for every country that has no row of its
// own, or empty for a row without an area. State is a United States postal code
// or "*". County is a county's name, "*" for all counties of the state that no
// other row names on that day, or empty when the area within the state is not
// known.
type Territory struct {
	Code          string    `json:"code"` // stable, lower case: "ca-silicon-valley"
	Name          string    `json:"name"`
	Kind          string    `json:"kind"`
	Parent        string    `json:"parent,omitempty"` // code of the agency above, if any
	Lead          string    `json:"lead,omitempty"`   // the agency that leads a task force
	Country       string    `json:"country,omitempty"`
	State         string    `json:"state,omitempty"`
	County        string    `json:"county,omitempty"`
	ValidFrom     time.Time `json:"validFrom,omitzero"` // first day, UTC; zero: as far back as known
	ValidTo       time.Time `json:"validTo,omitzero"`   // last day, UTC; zero: still
	Basis         string    `json:"basis,omitempty"`    // listed, statewide, elimination, affiliates, complement, name, register, reading, national, pool, unknown
	Certainty     Certainty `json:"certainty"`
	CertaintyNote string    `json:"certaintyNote,omitempty"` // in words
	Source        string    `json:"source"`
	Line          int       `json:"line,omitempty"` // of the file it was read from
}

// ValidAt reports whether the row holds on the day of t, counted in UTC. The
// first and the last day belong to the span.
func (t Territory) ValidAt(at time.Time) bool {
	if t.ValidFrom.IsZero() && t.ValidTo.IsZero() {
		return true
	}
	day := at.UTC().Truncate(24 * time.Hour)
	return (t.ValidFrom.IsZero() || !day.Before(t.ValidFrom)) && (t.ValidTo.IsZero() || !day.After(t.ValidTo))
}

// Covers reports whether the row names an area at all.
func (t Territory) Covers() bool {
	return t.Country != "" && t.Certainty != Unknown && (t.Country != "US" || t.State != "" && t.County != "")
}

// Area says the row's area in words: "Santa Clara County, California", "the
// rest of Illinois", "Texas, area not known", "Canada".
func (t Territory) Area() string {
	switch {
	case t.Country == "":
		return "no area"
	case t.Country == "--":
		return "countries without a contact point of their own"
	case t.Country != "US":
		return CountryName(t.Country)
	case t.State == "" || t.State == "*":
		return "United States"
	case t.County == "":
		return StateName(t.State) + ", area not known"
	case t.County == "*" && t.Basis == "complement":
		return "the rest of " + StateName(t.State)
	case t.County == "*":
		return StateName(t.State)
	default:
		return Place{Country: "US", State: t.State, County: countyLabel(t.State, t.County)}.Label()
	}
}

// IsPool reports whether a code names a pool.
func IsPool(code string) bool { return strings.HasPrefix(code, "pool-") }

//go:embed territory/territory.csv
var territoryCSV string

var defaultTerritory = sync.OnceValue(func() []Territory {
	rows, err := ParseTerritory(strings.NewReader(territoryCSV))
	if err != nil {
		panic("routing: embedded territory: " + err.Error())
	}
	return rows
})

// DefaultTerritory gives the embedded rows: the 61 task forces by county where
// a state is divided, the national contact points and the pools, with the
// certainty of each. The slice is the caller's own.
func DefaultTerritory() []Territory { return append([]Territory(nil), defaultTerritory()...) }

// DefaultTerritoryCSV is the embedded set in the format that ParseTerritory
// reads, as a start for an instance's own file.
func DefaultTerritoryCSV() string { return territoryCSV }
