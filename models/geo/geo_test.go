package geo

import (
	"bytes"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"reeve/models"
	"reeve/models/routing"
)

func demo(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := BuildDemo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestLookup(t *testing.T) {
	path := filepath.Join(t.TempDir(), "demo.mmdb")
	if err := os.WriteFile(path, demo(t), 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, tc := range []struct {
		name, addr, country, state, city string
		ok                               bool
	}{
		{"an address in the first half of a range", "192.0.2.10", "US", "CA", "San Jose", true},
		{"an address in the second half of a range", "192.0.2.200", "US", "CA", "Oakland", true},
		{"an address written as mapped into IPv6", "::ffff:198.51.100.7", "US", "NY", "Brooklyn", true},
		{"an address of six bytes more", "2001:db8:1::5", "US", "CA", "San Jose", true},
		{"an address with a zone", "2001:db8:2::5%eth0", "US", "NY", "New York", true},
		{"an address abroad", "203.0.113.9", "CA", "ON", "Toronto", true},
		{"an address without a state", "203.0.113.150", "US", "", "", true},
		{"an address that is not in the database", "10.0.0.1", "", "", "", false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, ok := db.Lookup(netip.MustParseAddr(tc.addr))
			if ok != tc.ok || got.Country != tc.country || got.State != tc.state || got.City != tc.city {
				t.Errorf("got %+v %v, want %s %s %s %v", got, ok, tc.country, tc.state, tc.city, tc.ok)
			}
			if ok && got.Database != "demonstration ranges with made-up places, 2026-01-01" {
				t.Errorf("database: got %q", got.Database)
			}
		})
	}
}

func TestTheDemonstrationIsTheSameEveryTime(t *testing.T) {
	if !bytes.Equal(demo(t), demo(t)) {
		t.Error("two builds differ")
	}
}

func TestOpenRefusesWhatIsNoDatabase(t *testing.T) {
	if _, err := Open(filepath.Join(t.TempDir(), "missing.mmdb")); err == nil {
		t.Error("a missing file was opened")
	}
	if _, err := OpenBytes([]byte("not a database")); err == nil {
		t.Error("a text was opened")
	}
}

// TestEveryDemonstrationNetworkRoutes makes sure that an upload from each range
// has a home, so that the demonstration's reports have one.
func TestEveryDemonstrationNetworkRoutes(t *testing.T) {
	db, err := OpenBytes(demo(t))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	want := map[string]string{
		"192.0.2.0/25": "ca-silicon-valley", "192.0.2.128/25": "ca-silicon-valley", "198.51.100.0/25": "ny-new-york-city",
		"198.51.100.128/26": "il-cook-county", "198.51.100.192/26": routing.PoolTexas, "203.0.113.0/26": "canada-ncecc",
		"203.0.113.64/26": "uk-nca", "203.0.113.128/26": routing.PoolUSUnknown, "203.0.113.192/26": "ny-state",
		"2001:db8:1::/48": "ca-silicon-valley", "2001:db8:2::/48": "ny-new-york-city",
	}
	for _, n := range DemoNetworks() {
		addr := netip.MustParsePrefix(n.CIDR).Addr().Next().String()
		rep := models.Reported{
			Incident: models.ReportedIncident{DateTime: models.Moment{At: at}},
			Subjects: []models.ReportedParty{{IPs: []models.ReportedIP{{Address: addr, Event: "Upload", DateTime: models.Moment{At: at}}}}},
		}
		d := routing.Infer(routing.Extract(rep, nil, db.Lookup), routing.DefaultCoverage(), at, routing.Options{})
		got := d.Pool
		if got == "" && len(d.Candidates) > 0 {
			got = d.Candidates[0].Code
		}
		if got != want[n.CIDR] {
			t.Errorf("%s (%s): got %q, want %q", n.CIDR, addr, got, want[n.CIDR])
		}
	}
}
