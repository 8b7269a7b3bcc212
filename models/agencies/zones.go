package agencies

import (
	_ "embed"
	"strings"
	"time"
)

// zoneTable lists the zones of the IANA time zone database that stand for a place,
// by group. Antarctica is left out.
//
//go:embed zones.csv
var zoneTable string

// Zone is a time zone that an agency may read times in.
type Zone struct {
	Name  string // IANA: "America/New_York"
	Label string // for a reader: "New York"
	Group string // "United States"
}

// Zones lists the time zones to choose from, those of the United States and Canada
// first.
func Zones() []Zone {
	var list []Zone
	for line := range strings.Lines(zoneTable) {
		group, name, _ := strings.Cut(strings.TrimSpace(line), ",")
		_, label, found := strings.Cut(name, "/")
		if !found {
			label = name
		}
		list = append(list, Zone{Name: name, Label: strings.NewReplacer("_", " ", "/", ", ").Replace(label), Group: group})
	}
	return list
}

// isZone reports whether a name is one of the zones and this machine knows it.
func isZone(name string) bool {
	for _, z := range Zones() {
		if z.Name == name {
			_, err := time.LoadLocation(name)
			return err == nil
		}
	}
	return false
}
