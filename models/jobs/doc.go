// Package jobs runs what happens after a transaction: routing, matching, sending
// returns, and the upkeep that a clock starts.
//
// A worker is a few lines: call one use case, return its error. Delivery is at
// least once, so every use case here is harmless to repeat. Arguments are ids
// (models/job_args.go), never case data, because job rows carry no row policy.
//
// Four things are loops and no jobs. Two run every fraction of a second: sealing
// the audit log and folding the feedback board's changes. The third takes up what
// a killed worker left unfinished, and the fourth keeps the pictures of known material
// in memory as the table has them.
package jobs
