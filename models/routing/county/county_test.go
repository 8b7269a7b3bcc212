package county

import (
	"bytes"
	"strings"
	"testing"
)

func TestByZIPAndCity(t *testing.T) {
	for _, tc := range []struct{ name, zip, state, city, fips string }{
		{"San Jose", "95113", "CA", "San Jose", "06085"},
		{"with accents", "95113", "CA", "San José", "06085"},
		{"Los Angeles", "90012", "CA", "los angeles", "06037"},
		{"Manhattan", "10001", "NY", "Manhattan", "36061"},
		{"Brooklyn", "11201-0001", "NY", "Brooklyn", "36047"},
		{"Albany", "12207", "NY", "Albany", "36001"},
		{"Chicago", "60601", "IL", "Chicago", "17031"},
		{"a name with a short form", "32084", "FL", "St Augustine", "12109"},
		{"an independent city", "22314", "VA", "Alexandria", "51510"},
		{"Miami", "33130", "FL", "Miami", "12086"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			z, ok := ByZIP(tc.zip)
			if !ok || z.State != tc.state || len(z.Shares) == 0 || z.Shares[0].FIPS != tc.fips {
				t.Errorf("ZIP %s: got %+v, want %s first", tc.zip, z, tc.fips)
			}
			if got := ByCity(tc.state, tc.city); len(got) == 0 || got[0].FIPS != tc.fips {
				t.Errorf("city: got %+v, want %s first", got, tc.fips)
			}
		})
	}
	for _, bad := range []string{"", "9511", "951133", "abcde", "95113-12", "00000", "٩٥١١٣"} {
		if z, ok := ByZIP(bad); ok {
			t.Errorf("ZIP %q: got %+v, want none", bad, z)
		}
	}
	if got := ByCity("CA", "Nowhereville"); got != nil {
		t.Errorf("an unknown city: got %+v", got)
	}
}

func TestAt(t *testing.T) {
	for _, tc := range []struct {
		name     string
		lat, lon float64
		want     string
	}{
		{"San Jose", 37.3333, -121.8907, "Santa Clara County"},
		{"Oakland", 37.8044, -122.2711, "Alameda County"},
		{"Brooklyn", 40.6501, -73.9496, "Kings County"},
		{"a city inside a county that surrounds it", 38.8462, -77.3064, "Fairfax city"},
		{"the county that surrounds it", 38.9, -77.25, "Fairfax County"},
		{"Honolulu", 21.3099, -157.8581, "Honolulu County"},
		{"San Juan", 18.40, -66.06, "San Juan Municipio"},
		{"New Orleans", 29.9511, -90.0715, "Orleans Parish"},
		{"the sea", 30, -140, ""},
		{"London", 51.5, -0.1, ""},
		{"out of range", 123, 12, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c, _ := At(tc.lat, tc.lon)
			if got := c.Label(); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestNamed(t *testing.T) {
	for _, tc := range []struct{ state, name, fips string }{
		{"CA", "Santa Clara", "06085"}, {"CA", "santa clara county", "06085"}, {"FL", "St. Johns", "12109"}, {"FL", "Saint Johns", "12109"},
		{"FL", "Miami Dade", "12086"}, {"FL", "DeSoto", "12027"}, {"VA", "Fairfax", "51059"}, {"VA", "Fairfax city", "51600"}, {"VA", "Alexandria", "51510"},
		{"VA", "Roanoke County", "51161"}, {"VA", "Roanoke city", "51770"}, {"MO", "St. Louis", "29189"}, {"MO", "St. Louis city", "29510"},
		{"NV", "Carson City", "32510"}, {"LA", "Orleans Parish", "22071"}, {"CA", "Cook", ""}, {"XX", "Santa Clara", ""},
	} {
		if c, _ := Named(tc.state, tc.name); c.FIPS != tc.fips {
			t.Errorf("%s %s: got %q, want %q", tc.state, tc.name, c.FIPS, tc.fips)
		}
	}
}

func TestTheTableIsWhole(t *testing.T) {
	counties := 0
	for _, state := range stateOfFIPS {
		for _, c := range Of(state) {
			counties++
			if got, ok := Named(state, c.Label()); !ok || got.FIPS != c.FIPS {
				t.Errorf("%s %s is not found by its own label: got %s", state, c.Label(), got.FIPS)
			}
		}
	}
	if counties != 3231 {
		t.Errorf("got %d counties, want 3231", counties)
	}
	several, without := 0, 0
	for zip, z := range zips().byZIP {
		sum := 0.0
		for _, s := range z.Shares {
			sum += s.Share
			if s.State != z.State {
				t.Fatalf("ZIP %s of %s has a county of %s", zip, z.State, s.State)
			}
		}
		switch {
		case len(z.Shares) == 0:
			without++
		case sum < 0.97 || sum > 1.03:
			t.Errorf("ZIP %s: the shares add up to %g", zip, sum)
		case len(z.Shares) > 1:
			several++
		}
	}
	t.Logf("%d ZIP codes, %d in several counties, %d in none", len(zips().byZIP), several, without)
	if len(zips().byZIP) < 42000 {
		t.Errorf("got %d ZIP codes", len(zips().byZIP))
	}
}

func TestAroundAddsUp(t *testing.T) {
	for _, km := range []float64{0, 5, 50, 1000, -3} {
		sum := 0.0
		for _, s := range Around(37.3333, -121.8907, km) {
			sum += s.Share
		}
		if sum < 0.999 || sum > 1.001 {
			t.Errorf("%g km: the shares add up to %g", km, sum)
		}
	}
	if got := Around(30, -140, 10); got != nil {
		t.Errorf("at sea: got %+v", got)
	}
}

func TestBrokenTablesAreRefused(t *testing.T) {
	if _, err := decodeShapes([]byte("not gzip")); err == nil {
		t.Error("outlines that are no gzip were read")
	}
	for _, bad := range []string{"95113,CA\n", "95113,CA,San Jose,99999:1\n", "95113,CA,San Jose,06085:x\n"} {
		if _, err := decodeZIPs(strings.NewReader(bad)); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
	if !bytes.HasPrefix(zipsGZ, []byte{0x1f, 0x8b}) {
		t.Error("the ZIP table is not gzip")
	}
}

func FuzzFold(f *testing.F) {
	f.Add("San José")
	f.Add("O'Brien's St. \xff")
	f.Add("0\xf3é") // a broken byte once kept the accent beside it
	f.Fuzz(func(t *testing.T, s string) {
		once := fold(s)
		if twice := fold(once); twice != once {
			t.Errorf("%q: %q then %q", s, once, twice)
		}
	})
}

func BenchmarkAt(b *testing.B) {
	for b.Loop() {
		At(37.3333, -121.8907)
	}
}
