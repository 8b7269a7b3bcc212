package geo

import (
	"fmt"
	"io"
	"net"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"
)

// DemoNetwork is one range of the demonstration's database and where it is
// said to be.
type DemoNetwork struct {
	CIDR    string
	Country string
	State   string // subdivision's code; empty for none
	City    string
	Lat     float64
	Lon     float64
}

// DemoNetworks are the ranges of the demonstration. They are reserved for
// documentation and are nobody's; the places are real and the assignment is
// made up.
func DemoNetworks() []DemoNetwork {
	return []DemoNetwork{
		{"192.0.2.0/25", "US", "CA", "San Jose", 37.3387, -121.8853},
		{"192.0.2.128/25", "US", "CA", "Oakland", 37.8044, -122.2711},
		{"198.51.100.0/25", "US", "NY", "Brooklyn", 40.6501, -73.9496},
		{"198.51.100.128/26", "US", "IL", "Chicago", 41.8500, -87.6500},
		{"198.51.100.192/26", "US", "TX", "Houston", 29.7633, -95.3633},
		{"203.0.113.0/26", "CA", "ON", "Toronto", 43.7001, -79.4163},
		{"203.0.113.64/26", "GB", "ENG", "London", 51.5085, -0.1257},
		{"203.0.113.128/26", "US", "", "", 37.7510, -97.8220},
		{"203.0.113.192/26", "US", "NY", "Albany", 42.6526, -73.7562},
		{"2001:db8:1::/48", "US", "CA", "San Jose", 37.3387, -121.8853},
		{"2001:db8:2::/48", "US", "NY", "New York", 40.7143, -74.0060},
	}
}

// demoBuilt is the day that the demonstration's database says it was built;
// fixed, so that two builds are the same byte for byte.
const demoBuilt = 1_767_225_600 // 2026-01-01

// BuildDemo writes the demonstration's database in MaxMind's City format.
func BuildDemo(w io.Writer) error {
	tree, err := mmdbwriter.New(mmdbwriter.Options{
		DatabaseType:            "GeoIP2-City", // names the format of the records; readers refuse other names
		Description:             map[string]string{"en": "demonstration ranges with made-up places"},
		Languages:               []string{"en"},
		BuildEpoch:              demoBuilt,
		IncludeReservedNetworks: true, // documentation ranges are reserved
		RecordSize:              24,
	})
	if err != nil {
		return fmt.Errorf("geo: demonstration database: %w", err)
	}
	for _, n := range DemoNetworks() {
		_, network, err := net.ParseCIDR(n.CIDR)
		if err != nil {
			return fmt.Errorf("geo: demonstration network %s: %w", n.CIDR, err)
		}
		if err := tree.Insert(network, n.record()); err != nil {
			return fmt.Errorf("geo: demonstration network %s: %w", n.CIDR, err)
		}
	}
	if _, err := tree.WriteTo(w); err != nil {
		return fmt.Errorf("geo: writing the demonstration database: %w", err)
	}
	return nil
}

func (n DemoNetwork) record() mmdbtype.Map {
	radius := mmdbtype.Uint16(20)
	if n.City == "" {
		radius = 1000
	}
	rec := mmdbtype.Map{
		"country":  mmdbtype.Map{"iso_code": mmdbtype.String(n.Country)},
		"location": mmdbtype.Map{"latitude": mmdbtype.Float64(n.Lat), "longitude": mmdbtype.Float64(n.Lon), "accuracy_radius": radius},
	}
	if n.State != "" {
		rec["subdivisions"] = mmdbtype.Slice{mmdbtype.Map{"iso_code": mmdbtype.String(n.State)}}
	}
	if n.City != "" {
		rec["city"] = mmdbtype.Map{"names": mmdbtype.Map{"en": mmdbtype.String(n.City)}}
	}
	return rec
}
