// Package audit keeps the log of who did what, concerning which report and which
// agencies.
//
// # Writing
//
// Record writes a line in the transaction of the deed: no line, no deed. Refused
// writes in a transaction of its own, since the refused deed's transaction rolls
// back. A line's id begins with its own time (see lineID), so that ids order the
// log and bound it in time.
//
// # Sealing
//
// The Sealer, a loop in the worker, appends committed lines to a Merkle tree (RFC
// 6962's, as golang.org/x/mod/sumdb/tlog computes it) and signs its head as a note
// (golang.org/x/mod/sumdb/note): "reeve audit", the number of lines, the root in
// base64, the time. Nothing chains one line to the one before, so writers never
// wait for each other; the order is (transaction id, id), read only below the
// oldest transaction still running, and has no gaps. Leaf n in audit_leaves names
// its event and carries the hashes that it completes.
//
// A leaf's record is text: the title "reeve audit line 1", then every column of
// audit_events in the table's order, each on a line of its own as
//
//	name=length:value
//
// with the length in bytes, or name=- when it is null. Ids, numbers and truth
// values are in Postgres's text form, times in UTC with six decimals and a Z,
// "detail" in the text form of jsonb, "concerns" as ids with a space between. Who
// wants to check a line without this program hashes a zero byte and the record
// with SHA-256.
//
// # Verifying
//
// Verify needs the public key only. It recomputes every leaf from its line,
// rebuilds the tree, compares it with every signed checkpoint and names the first
// fault. Whoever has the database but not the key can change nothing unseen
// except by cutting off the newest lines with their checkpoints; the copies that
// an ExportFile keeps elsewhere show that, too.
//
// # Reading
//
// Service.List is the audit page, Trail the part about one report. Which lines an
// actor sees is decided by the policies in the migration; both read in step with
// what they show, not with the log.
package audit
