// Package bulk fills a migrated database with very many made-up reports, for the
// tests of growth and for benchmarks.
//
// Rows are made inside Postgres from generate_series and its hash functions, so
// that equal options give equal data and a million reports take a minute or two.
// They hold what lists, pages and matching read (states, times, identifiers,
// links, notices, outcomes, board cells, audit lines) and little else: a report's
// document is one short text for all. Reports that are to be whole go through the
// provider API instead (package demodata).
//
// Load needs an empty database and a superuser, since it puts indexes and foreign
// keys aside while it writes. It is for private databases of tests and benchmarks.
package bulk
