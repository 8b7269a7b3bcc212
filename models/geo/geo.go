package geo

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	geoip2 "github.com/oschwald/geoip2-golang/v2"

	"reeve/models/routing"
)

// DB is an open location database. It may be used by several goroutines.
type DB struct {
	reader     *geoip2.Reader
	name       string
	enterprise bool // it also tells what kind of network an address is in
}

// Open opens a database file. It fails when the file cannot be read or is not
// of a City type.
func Open(path string) (*DB, error) {
	r, err := geoip2.Open(path)
	if err != nil {
		return nil, fmt.Errorf("geo: opening the location database %s: %w", path, err)
	}
	return checked(r)
}

// OpenBytes opens a database held in memory, as BuildDemo makes one. The bytes
// must not change while it is open.
func OpenBytes(b []byte) (*DB, error) {
	r, err := geoip2.OpenBytes(b)
	if err != nil {
		return nil, fmt.Errorf("geo: reading the location database: %w", err)
	}
	return checked(r)
}

// checked makes sure that city lookups will work and keeps the name.
func checked(r *geoip2.Reader) (*DB, error) {
	if _, err := r.City(netip.IPv4Unspecified()); err != nil {
		_ = r.Close()
		return nil, fmt.Errorf("geo: not a city database: %w", err)
	}
	m := r.Metadata()
	built := time.Unix(int64(m.BuildEpoch), 0).UTC()
	title := m.Description["en"]
	if title == "" || len(title) > 80 {
		title = m.DatabaseType
	}
	name := fmt.Sprintf("%s, %s", title, built.Format(time.DateOnly))
	return &DB{r, name, strings.Contains(m.DatabaseType, "Enterprise")}, nil
}

// Close releases the file; no lookup may follow.
func (d *DB) Close() error { return d.reader.Close() }

// Name names the database with the day it was built, for a decision's record.
func (d *DB) Name() string { return d.name }

// Lookup finds an address; false when the database has no entry with a country
// for it. It is a routing.GeoLookup.
func (d *DB) Lookup(addr netip.Addr) (routing.GeoPlace, bool) {
	rec, err := d.reader.City(addr.Unmap().WithZone(""))
	if err != nil || !rec.HasData() {
		return routing.GeoPlace{}, false
	}
	p := routing.GeoPlace{
		Country:    rec.Country.ISOCode,
		City:       rec.City.Names.English,
		PostalCode: rec.Postal.Code,
		Latitude:   rec.Location.Latitude,
		Longitude:  rec.Location.Longitude,
		AccuracyKm: int(rec.Location.AccuracyRadius),
		Database:   d.name,
	}
	if p.Country == "" {
		// Some networks have only a country of registration, which is weaker
		// than a location and is not taken for one.
		return routing.GeoPlace{}, false
	}
	if len(rec.Subdivisions) > 0 {
		p.State = rec.Subdivisions[0].ISOCode
	}
	if d.enterprise {
		p.Network = d.network(addr)
	}
	return p, true
}

// network says hosting or mobile where an Enterprise database does.
func (d *DB) network(addr netip.Addr) string {
	rec, err := d.reader.Enterprise(addr.Unmap().WithZone(""))
	if err != nil {
		return ""
	}
	switch rec.Traits.UserType {
	case "hosting", "content_delivery_network":
		return "hosting"
	case "cellular":
		return "mobile"
	}
	if rec.Traits.ConnectionType == "Cellular" {
		return "mobile"
	}
	return ""
}
