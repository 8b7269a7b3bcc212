package directory

import (
	"hash/fnv"

	"reeve/models/routing"
)

// zones gives the time zone in which most people of a state read times; an admin
// may set another. States on Eastern time are the default.
var zones = map[string]string{
	"AK": "America/Anchorage", "HI": "Pacific/Honolulu",
	"CA": "America/Los_Angeles", "OR": "America/Los_Angeles", "WA": "America/Los_Angeles", "NV": "America/Los_Angeles",
	"AZ": "America/Phoenix", "CO": "America/Denver", "ID": "America/Boise", "MT": "America/Denver", "NM": "America/Denver", "UT": "America/Denver", "WY": "America/Denver",
	"AL": "America/Chicago", "AR": "America/Chicago", "IA": "America/Chicago", "IL": "America/Chicago", "KS": "America/Chicago", "LA": "America/Chicago",
	"MN": "America/Chicago", "MO": "America/Chicago", "MS": "America/Chicago", "ND": "America/Chicago", "NE": "America/Chicago", "OK": "America/Chicago",
	"SD": "America/Chicago", "TN": "America/Chicago", "TX": "America/Chicago", "WI": "America/Chicago",
}

func zoneOf(t routing.Territory) string {
	switch {
	case t.Country != "US":
		return "UTC"
	case zones[t.State] != "":
		return zones[t.State]
	default:
		return "America/New_York"
	}
}

// bands are the colour bands that the style sheet knows.
var bands = []string{"steel", "teal", "indigo", "plum", "olive", "rust", "pine"}

func bandOf(code string) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(code)) // a hash's Write never fails
	return bands[h.Sum32()%uint32(len(bands))]
}
