package routing

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"reeve/models"
)

// incident is the time of the incident in every case.
var incident = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// caseGeo is a location database in words: a city and its state or country,
// each given one documentation address by caseReport.
type caseGeo map[netip.Addr]GeoPlace

func (g caseGeo) lookup(a netip.Addr) (GeoPlace, bool) {
	p, ok := g[a]
	return p, ok
}

// caseReport reads the facts of a case, written as "whose what: value; ...",
// into a report as a provider would send it, and the options of the inference.
// It is the grammar of testdata/expected.csv; README.md there explains it.
func caseReport(t *testing.T, facts string) (models.Reported, []models.ReportedFile, GeoLookup, Options, time.Time) {
	t.Helper()
	rep := models.Reported{Incident: models.ReportedIncident{DateTime: models.Moment{At: incident}}}
	var files []models.ReportedFile
	geo, opts, at, withGeo := caseGeo{}, Options{}, incident, true
	parties := map[string]*models.ReportedParty{}
	internet := models.ReportedInternet{}
	party := func(whose string) *models.ReportedParty {
		if parties[whose] == nil {
			parties[whose] = &models.ReportedParty{}
		}
		return parties[whose]
	}
	for fact := range strings.SplitSeq(facts, ";") {
		what, value, _ := strings.Cut(strings.TrimSpace(fact), ":")
		value = strings.TrimSpace(value)
		words := strings.Fields(what)
		switch {
		case len(words) == 0:
			continue
		case what == "nothing":
			continue
		case what == "no location database":
			withGeo = false
			continue
		case what == "returned by":
			opts.Excluded = append(opts.Excluded, value)
			continue
		case what == "held by":
			opts.Hops, _ = strconv.Atoi(strings.Fields(value)[0])
			continue
		case what == "on":
			at, _ = time.Parse(time.DateOnly, value)
			continue
		case what == "incident time":
			rep.Incident.DateTime = models.Moment{}
			continue
		}
		whose, words := words[0], words[1:]
		switch {
		case whose == "incident" && slices.Contains(words, "address"):
			internet.Addresses = append(internet.Addresses, caseAddress(t, words, value))
		case whose == "incident" && slices.Contains(words, "coordinates"):
			lat, lon := casePair(t, value)
			internet.Latitude, internet.Longitude = &lat, &lon
		case whose == "incident" && slices.Contains(words, "phone"):
			p := casePhone(words, value)
			internet.Phone = &p
		case whose == "incident" && slices.Contains(words, "sharing"):
			internet.IPs = append(internet.IPs, caseIP(t, geo, words, value))
		case whose == "file" && slices.Contains(words, "geotag"):
			lat, lon, _ := strings.Cut(value, ",")
			files = append(files, models.ReportedFile{Details: []models.ReportedDetail{{Type: "EXIF", Name: "GPSLatitude", Value: lat}, {Type: "EXIF", Name: "GPSLongitude", Value: strings.TrimSpace(lon)}}})
		case whose == "file":
			ip := caseIP(t, geo, words, value)
			files = append(files, models.ReportedFile{IP: &ip})
		case slices.Contains(words, "address"):
			p := party(whose)
			p.Person.Addresses = append(p.Person.Addresses, caseAddress(t, words, value))
		case slices.Contains(words, "estimate"):
			parts := strings.Split(value, "/")
			for len(parts) < 3 {
				parts = append([]string{""}, parts...)
			}
			l := models.ReportedLocation{City: strings.TrimSpace(parts[0]), Region: strings.TrimSpace(parts[1]), Country: strings.TrimSpace(parts[2])}
			if slices.Contains(words, "verified") {
				l.Verified = models.Yes
			}
			party(whose).EstimatedLocation = &l
		case slices.Contains(words, "phone"):
			p := party(whose)
			p.Person.Phones = append(p.Person.Phones, casePhone(words, value))
		case slices.Contains(words, "email"):
			p := party(whose)
			p.Person.Emails = append(p.Person.Emails, models.ReportedEmail{Address: value})
		case slices.Contains(words, "school"):
			party(whose).SchoolName = value
		case slices.Contains(words, "compromised"):
			party(whose).Compromised = models.Yes
		default:
			p := party(whose)
			p.IPs = append(p.IPs, caseIP(t, geo, words, value))
		}
	}
	if p := parties["subject"]; p != nil {
		rep.Subjects = []models.ReportedParty{*p}
	}
	if p := parties["guardian"]; p != nil {
		if len(rep.Subjects) == 0 {
			rep.Subjects = []models.ReportedParty{{}}
		}
		rep.Subjects[0].Associated = []models.ReportedAssociated{{Type: "Parent/Guardian", ReportedParty: *p}}
	}
	if p := parties["recipient"]; p != nil {
		rep.Recipients = []models.ReportedParty{*p}
	}
	if p := parties["victim"]; p != nil {
		rep.Victims = []models.ReportedParty{*p}
	}
	rep.Internet = []models.ReportedInternet{internet}
	if !withGeo {
		return rep, files, nil, opts, at
	}
	return rep, files, geo.lookup, opts, at
}

// caseAddress reads "San Jose, CA 95113" or "Toronto, Canada" or "CA".
func caseAddress(t *testing.T, words []string, value string) models.ReportedAddress {
	t.Helper()
	a := models.ReportedAddress{}
	for _, w := range words {
		for _, kind := range []string{"Home", "Business", "Billing", "Shipping", "Technical"} {
			if strings.EqualFold(kind, w) {
				a.Type = kind
			}
		}
	}
	parts := strings.Split(value, ",")
	last := strings.TrimSpace(parts[len(parts)-1])
	if len(parts) > 1 {
		a.City = strings.TrimSpace(parts[0])
	}
	for _, w := range strings.Fields(last) {
		switch {
		case stateNames[w] != "" && a.Country == "":
			a.State = w
		case w[0] >= '0' && w[0] <= '9':
			a.ZIP = w
		case caseCountries[w] != "":
			a.Country = caseCountries[w]
		default:
			t.Fatalf("address %q: %q is no state, ZIP or country", value, w)
		}
	}
	return a
}

var caseCountries = map[string]string{"Canada": "CA", "Kingdom": "GB", "Germany": "DE", "Brazil": "BR", "Zealand": "NZ", "New": "NZ", "United": "GB", "USA": "US", "Mexico": "MX", "Proxyland": "A1", "Guam": "GU", "India": "IN", "Europe": "EU"}

// casePoints are where the case's location database has some cities.
var casePoints = map[string][2]float64{
	"San Jose, CA": {37.3387, -121.8853}, "Brooklyn, NY": {40.6501, -73.9496}, "Yonkers, NY": {40.9312, -73.8988}, "Chicago, IL": {41.85, -87.65},
	"Fairfax, VA": {38.8462, -77.3064}, "Seattle, WA": {47.6062, -122.3321}, "Los Angeles, CA": {34.0522, -118.2437},
}

func casePhone(words []string, value string) models.ReportedPhone {
	p := models.ReportedPhone{Number: value}
	if slices.Contains(words, "verified") {
		p.Verified = models.Yes
	}
	return p
}

func casePair(t *testing.T, value string) (float64, float64) {
	t.Helper()
	a, b, _ := strings.Cut(value, ",")
	lat, err1 := strconv.ParseFloat(strings.TrimSpace(a), 64)
	lon, err2 := strconv.ParseFloat(strings.TrimSpace(b), 64)
	if err1 != nil || err2 != nil {
		t.Fatalf("coordinates %q", value)
	}
	return lat, lon
}

// caseIP reads "upload 5 minutes proxy: San Jose, CA" into an event whose
// address the case's database knows to be there.
func caseIP(t *testing.T, geo caseGeo, words []string, value string) models.ReportedIP {
	t.Helper()
	ip := models.ReportedIP{}
	g := GeoPlace{Database: "test table"}
	for i, w := range words {
		switch w {
		case "km":
			km, err := strconv.Atoi(words[i-1])
			point, ok := casePoints[value]
			if err != nil || !ok {
				t.Fatalf("a radius around %q", value)
			}
			g.AccuracyKm, g.Latitude, g.Longitude = km, &point[0], &point[1]
		case "other", "file", "sharing":
			if w == "other" {
				ip.Event = "Other"
			}
		case "upload":
			ip.Event = "Upload"
		case "log-in":
			ip.Event = "Login"
		case "registration":
			ip.Event = "Registration"
		case "purchase":
			ip.Event = "Purchase"
		case "proxy":
			ip.PossibleProxy = models.Yes
		case "hosting", "mobile", "anonymous":
			g.Network = w
		case "minutes", "hours", "days":
			n, err := strconv.Atoi(words[i-1])
			if err != nil {
				t.Fatalf("time %v", words)
			}
			unit := map[string]time.Duration{"minutes": time.Minute, "hours": time.Hour, "days": 24 * time.Hour}[w]
			ip.DateTime.At = incident.Add(-time.Duration(n) * unit)
		}
	}
	if value == "private" {
		ip.Address = "192.168.1.20"
		return ip
	}
	addr := netip.AddrFrom4([4]byte{192, 0, 2, byte(len(geo) + 1)})
	for a, known := range geo {
		if fmt.Sprint(known.City, ", ", known.State, known.Country) == value && known.AccuracyKm == g.AccuracyKm {
			addr = a
		}
	}
	ip.Address = addr.String()
	if value == "not in the database" {
		return ip
	}
	city, where, ok := strings.Cut(value, ", ")
	if !ok {
		city, where = "", value
	}
	g.City = city
	switch {
	case caseCountries[where] == "US":
		g.Country = "US"
	case caseCountries[where] != "":
		g.Country = caseCountries[where]
	default:
		g.Country, g.State = "US", where
	}
	geo[addr] = g
	return ip
}

// decide runs a case.
func decide(t *testing.T, facts string) Decision {
	t.Helper()
	rep, files, geo, opts, at := caseReport(t, facts)
	return Infer(Extract(rep, files, geo), DefaultCoverage(), at, opts)
}
