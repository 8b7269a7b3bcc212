// Package outcome records what became of a referral, and shows the clearinghouse
// what became of what it sent.
//
// A referral has a dated list of outcomes; recording one is not closing, though
// some codes close. An outcome can be undone for ten minutes. A return as wrong
// jurisdiction waits ten minutes, or goes at once, and is then routed anew by the
// worker.
//
// The feedback board reads counts that are folded once a second from the changes
// which models/referral appends, plus the changes not yet folded, in one statement:
// it is exact at any moment and costs the same at any number of referrals. Rows
// answers the referrals behind each of its figures.
package outcome
