package routing

import (
	"encoding/json"
	"math"
	"net/netip"
	"strings"
	"testing"

	"reeve/models"
)

func TestDegrees(t *testing.T) {
	for _, tc := range []struct {
		value, ref string
		want       float64
		ok         bool
	}{
		{"37.3333", "", 37.3333, true},
		{"-121.89", "", -121.89, true},
		{"121.89", "W", -121.89, true},
		{"121.89 W", "", -121.89, true},
		{`37 deg 20' 0.00" N`, "", 37.3333, true},
		{"37,20,0", "N", 37.3333, true},
		{"37 20 0", "South", -37.3333, true},
		{"37 deg 75' 0\"", "", 0, false},
		{"north", "", 0, false},
		{"", "N", 0, false},
		{"NaN", "", 0, false},
		{"Inf", "", 0, false},
	} {
		got, ok := degrees(tc.value, tc.ref)
		if ok != tc.ok || ok && math.Abs(got-tc.want) > 0.0001 {
			t.Errorf("degrees(%q, %q): got %g %v, want %g %v", tc.value, tc.ref, got, ok, tc.want, tc.ok)
		}
	}
}

func TestTheReportersDataIsNotRead(t *testing.T) {
	rep := models.Reported{Reporter: models.ReportedReporter{Person: models.ReportedPerson{
		Addresses: []models.ReportedAddress{{City: "San Jose", State: "CA", ZIP: "95113"}},
		Phones:    []models.ReportedPhone{{Number: "+14085550123"}},
	}}}
	if got := Extract(rep, nil, nil); len(got) != 0 {
		t.Errorf("got %+v, want nothing", got)
	}
}

func TestASignalHoldsNoStreet(t *testing.T) {
	rep := models.Reported{Subjects: []models.ReportedParty{{Person: models.ReportedPerson{
		Addresses: []models.ReportedAddress{{Street: "1 Example Street", City: "San Jose", State: "CA", ZIP: "95113"}}}}}}
	b, _ := json.Marshal(Infer(Extract(rep, nil, nil), DefaultCoverage(), incident, Options{}))
	if strings.Contains(string(b), "Example Street") {
		t.Error("the street is in the decision")
	}
}

func TestIPAddressesThatBelongToNoOneAreNotLookedUp(t *testing.T) {
	asked := []string{}
	geo := func(a netip.Addr) (GeoPlace, bool) {
		asked = append(asked, a.String())
		return GeoPlace{Country: "US", State: "CA", City: "San Jose"}, true
	}
	var ips []models.ReportedIP
	for _, a := range []string{"10.1.2.3", "127.0.0.1", "169.254.1.1", "100.64.0.9", "::1", "fe80::1%eth0", "224.0.0.1", "not an address", "::ffff:192.0.2.7", " 192.0.2.8 "} {
		ips = append(ips, models.ReportedIP{Address: a})
	}
	signals := Extract(models.Reported{Subjects: []models.ReportedParty{{IPs: ips}}}, nil, geo)
	if len(signals) != len(ips) {
		t.Errorf("got %d signals, want one for each of %d addresses", len(signals), len(ips))
	}
	if got, want := strings.Join(asked, " "), "192.0.2.7 192.0.2.8"; got != want {
		t.Errorf("asked for %q, want %q", got, want)
	}
}

func TestCoordinatesOfADatabaseGiveTheCountyWhereItsCityIsUnknown(t *testing.T) {
	lat, lon := 37.3333, -121.8907
	geo := func(netip.Addr) (GeoPlace, bool) {
		return GeoPlace{Country: "US", State: "CA", Latitude: &lat, Longitude: &lon, AccuracyKm: 10}, true
	}
	s := Extract(models.Reported{Subjects: []models.ReportedParty{{IPs: []models.ReportedIP{{Address: "192.0.2.1", Event: "Upload"}}}}}, nil, geo)[0]
	if len(s.Places) == 0 || s.Places[0].FIPS != "06085" {
		t.Errorf("got %+v", s.Places)
	}
	sum := 0.0
	for _, p := range s.Places {
		sum += p.Share
	}
	if math.Abs(sum-1) > 0.001 {
		t.Errorf("the shares add up to %g", sum)
	}
}

func TestPhones(t *testing.T) {
	for _, tc := range []struct{ name, code, number, want string }{
		{"a number of California", "+1", "408-555-0123", "US/CA"},
		{"the calling code without its plus", "1", "(212) 555-0123", "US/NY"},
		{"a number of the capital", "+1", "202 555 0123", "US/DC"},
		{"a number of Washington state", "+1", "206 555 0123", "US/WA"},
		{"a number of Puerto Rico", "+1", "787 555 0123", "US/PR"},
		{"a number of Canada", "+1", "416 555 0123", "CA/"},
		{"a number of Jamaica", "+1", "876 555 0123", "JM/"},
		{"a toll-free number", "+1", "800 555 0123", ""},
		{"a British number", "+44", "20 7946 0123", "GB/"},
		{"no calling code, ten digits", "", "408 555 0123", "US/CA"},
		{"no calling code, too few digits", "", "5550123", ""},
		{"no number at all", "+1", "unknown", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			rep := models.Reported{Subjects: []models.ReportedParty{{Person: models.ReportedPerson{Phones: []models.ReportedPhone{{Number: tc.number, CallingCode: tc.code}}}}}}
			s := Extract(rep, nil, nil)[0]
			got := ""
			if len(s.Places) > 0 {
				got = s.Places[0].Country + "/" + s.Places[0].State
			}
			if got != tc.want {
				t.Errorf("got %q (%s), want %q", got, s.Problem, tc.want)
			}
			if got == "" && s.Problem == "" {
				t.Error("it places nothing and does not say why")
			}
			if len(s.Places) > 0 && s.Places[0].FIPS != "" {
				t.Error("a number gave a county")
			}
		})
	}
}

// FuzzExtract reads any report and makes a decision of it: nothing may panic,
// every signal places something or says why not, and every confidence is a
// probability.
func FuzzExtract(f *testing.F) {
	f.Add("San Jose", "95113", "CA", "US", "+14085550123", "192.0.2.1", "37.3", "-121.9", 37.3, -121.9)
	f.Add("", "", "", "", "", "", "", "", math.NaN(), math.Inf(1))
	f.Add("St. Paul\x00", "9511\xff", "ca", "PR", "1(800)5550100x9", "::ffff:1.2.3.4%z", "37 deg 20' 1\" N", "W", 91.0, 181.0)
	f.Fuzz(func(t *testing.T, city, zip, state, country, phone, ip, latText, lonText string, lat, lon float64) {
		party := models.ReportedParty{
			Person: models.ReportedPerson{
				Addresses: []models.ReportedAddress{{City: city, ZIP: zip, State: state, Country: country}, {City: city, NonUSAState: state, Country: country}},
				Phones:    []models.ReportedPhone{{Number: phone}, {Number: phone, CallingCode: "+1"}},
				Emails:    []models.ReportedEmail{{Address: phone + "@" + city}},
			},
			EstimatedLocation: &models.ReportedLocation{City: city, Region: state, Country: country},
			IPs:               []models.ReportedIP{{Address: ip, Event: state}},
			SchoolName:        city,
		}
		rep := models.Reported{Subjects: []models.ReportedParty{party}, Victims: []models.ReportedParty{party},
			Internet: []models.ReportedInternet{{Latitude: &lat, Longitude: &lon}}}
		files := []models.ReportedFile{{Details: []models.ReportedDetail{{Name: "GPSLatitude", Value: latText}, {Name: "GPS Longitude", Value: lonText}}}}
		geo := func(netip.Addr) (GeoPlace, bool) {
			return GeoPlace{Country: country, State: state, City: city, Latitude: &lat, Longitude: &lon, AccuracyKm: len(city)}, zip != ""
		}
		signals := Extract(rep, files, geo)
		for _, s := range signals {
			if len(s.Places) == 0 && s.Problem == "" {
				t.Fatalf("%s %q places nothing and does not say why", s.Kind, s.Value)
			}
			sum := 0.0
			for _, p := range s.Places {
				sum += p.Share
				if p.Country == "" {
					t.Fatalf("%s %q: a place without a country", s.Kind, s.Value)
				}
			}
			if sum > 1.001 {
				t.Fatalf("%s %q: shares of %g", s.Kind, s.Value, sum)
			}
		}
		d := Infer(signals, DefaultCoverage(), incident, Options{})
		for _, c := range d.Candidates {
			if !(c.Confidence >= 0 && c.Confidence < 1) {
				t.Fatalf("confidence %g", c.Confidence)
			}
		}
		if _, err := json.Marshal(d); err != nil {
			t.Fatal(err)
		}
	})
}

func BenchmarkExtract(b *testing.B) {
	rep := models.Reported{Subjects: []models.ReportedParty{{Person: models.ReportedPerson{
		Addresses: []models.ReportedAddress{{City: "San Jose", State: "CA", ZIP: "95113"}},
		Phones:    []models.ReportedPhone{{Number: "4085550123", CallingCode: "+1"}},
	}}}}
	for b.Loop() {
		Extract(rep, nil, nil)
	}
}

func TestAreaCodesSayWhatTheLibrarySaysOfTheNumber(t *testing.T) {
	for _, tc := range []struct{ number, country, state string }{
		{"+1 408 555 0123", "US", "CA"}, {"+1 (206) 555-0123", "US", "WA"}, {"+1.212.555.0123", "US", "NY"}, {"+12025550123", "US", "DC"},
		{"+1 416 555 0123", "CA", ""}, {"+1 787 555 0123", "US", "PR"}, {"+1 340 555 0123", "US", "VI"}, {"+1 876 555 0123", "JM", ""},
		{"+1 800 555 0123", "", ""}, {"+1 900 555 0123", "", ""}, {"+1 111 555 0123", "", ""}, {"+1 408 155 0123", "", ""}, {"+1 408 555 012", "", ""},
	} {
		rep := models.Reported{Subjects: []models.ReportedParty{{Person: models.ReportedPerson{Phones: []models.ReportedPhone{{Number: tc.number}}}}}}
		s := Extract(rep, nil, nil)[0]
		got := Place{}
		if len(s.Places) > 0 {
			got = s.Places[0]
		}
		if got.Country != tc.country || got.State != tc.state || got.Country == "" && s.Problem == "" {
			t.Errorf("%s: got %+v %q, want %s %s", tc.number, got, s.Problem, tc.country, tc.state)
		}
	}
}

func TestTheRadiusOfADatabaseSpreadsAnAddressOverCounties(t *testing.T) {
	lat, lon := 40.6501, -73.9496 // Brooklyn
	for _, tc := range []struct {
		name   string
		geo    GeoPlace
		places int // at least
		county string
		says   string
	}{
		{"a small circle stays in the county", GeoPlace{Country: "US", State: "NY", City: "Brooklyn", Latitude: &lat, Longitude: &lon, AccuracyKm: 1}, 1, "36047", "by its city and its coordinates, accurate to 1 km"},
		{"a wide circle is shared out, the city keeping half", GeoPlace{Country: "US", State: "NY", City: "Brooklyn", Latitude: &lat, Longitude: &lon, AccuracyKm: 50}, 4, "36047", "half by the circle around its coordinates (accurate to 50 km), which reaches over"},
		{"without a city the circle alone speaks", GeoPlace{Country: "US", State: "NY", Latitude: &lat, Longitude: &lon, AccuracyKm: 50}, 4, "", "shared out by area"},
		{"a circle wider than any county leaves the state", GeoPlace{Country: "US", State: "NY", City: "Brooklyn", Latitude: &lat, Longitude: &lon, AccuracyKm: 200}, 1, "", "the state only"},
		{"a circle wider than any state leaves the country", GeoPlace{Country: "US", State: "NY", City: "Brooklyn", Latitude: &lat, Longitude: &lon, AccuracyKm: 1000}, 1, "", "the country only"},
		{"without a radius the city speaks", GeoPlace{Country: "US", State: "NY", City: "Brooklyn", Latitude: &lat, Longitude: &lon}, 1, "36047", "county by its city"},
		{"a point outside the state leaves the city", GeoPlace{Country: "US", State: "CA", City: "San Jose", Latitude: &lat, Longitude: &lon, AccuracyKm: 10}, 1, "06085", "its point lies outside the state"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := Signal{}
			s.locate(tc.geo)
			total := 0.0
			for _, p := range s.Places {
				total += p.Share
			}
			if len(s.Places) < tc.places || math.Abs(total-1) > 0.001 || tc.county != "" && s.Places[0].FIPS != tc.county || !strings.Contains(s.Derivation, tc.says) {
				t.Errorf("got %+v, %q", s.Places, s.Derivation)
			}
			if tc.county == "36047" && tc.places == 4 && s.Places[0].Share < 0.5 {
				t.Errorf("the city has %g, want half or more", s.Places[0].Share)
			}
		})
	}
}

func TestASchoolIsPlacedOnlyByAPlaceWrittenBehindIt(t *testing.T) {
	for _, tc := range []struct{ name, state, fips string }{
		{"Example School, San Jose, CA", "CA", "06085"}, {"Example School, San Jose, California 95113", "CA", "06085"}, {"Example School, Ohio", "OH", ""},
		{"Washington School", "", ""}, {"Virginia, Example School", "", ""}, {"Example School", "", ""}, {"Example School, Exampletown", "", ""},
	} {
		s := Extract(models.Reported{Victims: []models.ReportedParty{{SchoolName: tc.name}}}, nil, nil)[0]
		got := Place{}
		if len(s.Places) > 0 {
			got = s.Places[0]
		}
		if got.State != tc.state || got.FIPS != tc.fips || got.State == "" && !strings.Contains(s.Problem, "look it up by hand") || s.Whose != Victim {
			t.Errorf("%s: got %+v %q", tc.name, got, s.Problem)
		}
	}
}
