package routing

import (
	"net/netip"

	"reeve/models"
)

// Warm reads the embedded tables (counties, ZIP codes, numbering plans, rules),
// which are otherwise read at the first use: about half a second of one
// processor and some tens of megabytes. A worker may call it once at start, in
// a goroutine of its own, so that the first report does not wait.
func Warm() {
	lat, lon := 37.3333, -121.8907
	rep := models.Reported{
		Subjects: []models.ReportedParty{{Person: models.ReportedPerson{
			Addresses: []models.ReportedAddress{{City: "San Jose", State: "CA", ZIP: "95113"}},
			Phones:    []models.ReportedPhone{{Number: "4085550123", CallingCode: "+1"}},
		}}},
		Internet: []models.ReportedInternet{{Latitude: &lat, Longitude: &lon}},
	}
	signals := Extract(rep, nil, func(netip.Addr) (GeoPlace, bool) { return GeoPlace{}, false })
	Infer(signals, DefaultCoverage(), defaultTerritory()[0].ValidFrom, Options{})
}
