// Package geo looks up where an IP address is, in a location database in
// MaxMind's City format (GeoIP2 City, GeoLite2 City, GeoIP2 Enterprise, or one
// made with the same fields). It is the adapter between such a file and package
// routing, which knows no files.
//
// The file is the operator's: none is shipped and nothing is downloaded.
// BuildDemo makes a small one from address ranges reserved for documentation
// (RFC 5737, RFC 3849), which belong to nobody, for the demonstration and for
// tests.
//
// A location is where an address is registered or estimated to be, not where a
// person sat; what it is worth is for package routing to weigh.
package geo
