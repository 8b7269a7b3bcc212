// Package store is the only door to the database.
//
// As opens a transaction for an actor, says for whom in the transaction's own
// settings (which row-level security compares against), and runs one use case in
// it. There is no way to a query without an actor. A Tx carries the time at which
// the use case runs, so that clocks can be set in tests, and Enqueue, which makes
// a job that exists if and only if the transaction commits.
//
// What this package leaves to others: which role may do what (auth), what is
// written to the audit log (models/audit), and every query (the use cases).
package store
