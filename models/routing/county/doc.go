// Package county says in which county of the United States a place lies: a ZIP
// code, a city with its state, or a pair of coordinates.
//
// Six states (California, Florida, Illinois, New York, Texas, Virginia) are
// divided between task forces by county, while reports carry a city and a ZIP
// code and location databases carry coordinates. This package is the bridge.
// It is pure: everything it knows is embedded, it reads no file and calls
// nothing.
//
// # Where the knowledge comes from
//
// County names, numbers (FIPS) and shapes are the Census Bureau's cartographic
// boundaries of 2017, simplified, as redistributed by us-atlas 3.0.1. ZIP codes
// with their city, state and centre are those of the npm package zipcodes
// 8.0.0. Licences are in the NOTICE file beside this one; the program in gen
// makes the table again from the two packages.
//
// # How sure it is
//
// A ZIP code is a set of delivery routes, not an area, and may lie in several
// counties. No shares by population were at hand, so gen estimates shares by
// area: points around a ZIP's centre that are nearer to it than to any other
// ZIP's centre are counted by the county that they fall in, points near the
// centre for more than points at the edge. Shares below five
// in a hundred are dropped. The result is good where counties are large beside
// ZIP codes, and only an estimate along borders; callers get the shares, not a
// single answer, so that doubt stays visible. Boundaries are of 2017: the
// planning regions that replaced Connecticut's counties are not in it.
package county
