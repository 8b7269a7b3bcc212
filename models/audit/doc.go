// Package audit keeps the log of who did what, concerning which report and which
// agencies.
//
// Record writes a line in the transaction of the deed: no line, no deed. Refused
// writes in a transaction of its own, since the refused deed's transaction rolls
// back. A sequencer (Sealer) appends committed lines to a Merkle tree and signs
// its head, so that Verify needs only the public key to show that nothing was
// changed, removed or slipped in.
package audit
