package demodata

import (
	"encoding/binary"
	"net/netip"
)

// place is where a made-up subject lives, with the documentation range that the
// demonstration's location database puts there.
type place struct{ city, zip, state, region, country, net string }

var (
	bay = []place{
		{"San Jose", "95113", "CA", "", "US", "192.0.2.0/25"}, {"San Jose", "95126", "CA", "", "US", "192.0.2.0/25"},
		{"Palo Alto", "94301", "CA", "", "US", "192.0.2.0/25"}, {"Oakland", "94607", "CA", "", "US", "192.0.2.128/25"},
		{"San Francisco", "94103", "CA", "", "US", "192.0.2.128/25"}, {"Santa Cruz", "95060", "CA", "", "US", ""},
	}
	boroughs = []place{
		{"Brooklyn", "11201", "NY", "", "US", "198.51.100.0/25"}, {"New York", "10003", "NY", "", "US", "198.51.100.0/25"},
		{"Bronx", "10451", "NY", "", "US", "198.51.100.0/25"}, {"Staten Island", "10301", "NY", "", "US", ""},
	}
	north = []place{
		{"Toronto", "M5H 2N2", "", "Ontario", "CA", "203.0.113.0/26"}, {"Ottawa", "K1P 1J1", "", "Ontario", "CA", ""},
	}
	elsewhere = []place{
		{"Chicago", "60601", "IL", "", "US", "198.51.100.128/26"}, {"Springfield", "62701", "IL", "", "US", ""},
		{"Houston", "77002", "TX", "", "US", "198.51.100.192/26"}, {"Albany", "12207", "NY", "", "US", "203.0.113.192/26"},
		{"Los Angeles", "90012", "CA", "", "US", ""}, {"Fresno", "93721", "CA", "", "US", ""}, {"Seattle", "98101", "WA", "", "US", ""},
		{"Denver", "80202", "CO", "", "US", ""}, {"Atlanta", "30303", "GA", "", "US", ""}, {"Boise", "83702", "ID", "", "US", ""},
		{"Trenton", "08608", "NJ", "", "US", ""}, {"Columbus", "43215", "OH", "", "US", ""}, {"Orlando", "32801", "FL", "", "US", ""},
		{"London", "SW1A 1AA", "", "England", "GB", "203.0.113.64/26"}, {"Bern", "3003", "", "Bern", "CH", ""}, {"Lima", "15001", "", "Lima", "PE", ""},
	}
	nowhere = place{}
	usOnly  = place{country: "US", net: "203.0.113.128/26"}
)

// address draws an address of a range.
func (g *Generator) address(cidr string) string {
	p := netip.MustParsePrefix(cidr).Masked()
	b := p.Addr().As4()
	n := binary.BigEndian.Uint32(b[:]) + 1 + uint32(g.r.IntN(1<<(32-p.Bits())-2))
	binary.BigEndian.PutUint32(b[:], n)
	return netip.AddrFrom4(b).String()
}

// incidents are incident types in the protocol's own words; the first is the commonest.
var incidents = []string{
	"Child Pornography (possession, manufacture, and distribution)",
	"Child Pornography (possession, manufacture, and distribution)",
	"Child Pornography (possession, manufacture, and distribution)",
	"Online Enticement of Children for Sexual Acts",
	"Online Enticement of Children for Sexual Acts",
	"Child Sex Trafficking",
	"Unsolicited Obscene Material Sent to a Child",
}

var (
	platforms   = []string{"Example Chat", "Example Share", "Example Quest", "Example Mail"}
	words       = []string{"amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "harbor", "indigo", "juniper", "kestrel", "lagoon", "maple", "north", "ochre", "pebble"}
	nouns       = []string{"wren", "finch", "otter", "badger", "heron", "lynx", "marten", "plover", "robin", "swift", "teal", "vole"}
	firsts      = []string{"Alex", "Blake", "Casey", "Drew", "Emery", "Frankie", "Gray", "Hayden", "Jamie", "Kai", "Logan", "Morgan", "Noel", "Quinn", "Riley", "Sage"}
	lasts       = []string{"Example", "Sample", "Placeholder-Vale", "Tester", "Demo", "Specimen"}
	displays    = []string{"amber wren", "The Quiet Heron", "نموذج مثال", "דוגמה", "例の名前", "A display name that is a good deal longer than most names and goes on for a while so that lists have to cope with it"}
	escalations = []string{
		"The account states a plan to meet a child in person this week.",
		"A child says that the person waits outside the school.",
		"The person threatens to publish pictures unless a child complies tonight.",
	}
)

// longNote is a provider's note of some three thousand characters.
var longNote = func() string {
	s := "This account was reviewed after a report by another user. The following is our standing explanation of the fields above and is the same in each report. "
	for len(s) < 2900 {
		s += "Times are in UTC and come from our servers. Addresses are those seen by our edge and may belong to a carrier. "
	}
	return s
}()
