// Package keyring holds the one secret from which the others come.
//
//	master key ──HKDF-SHA-256──┬─ match    keys under which identifiers are compared
//	(32 bytes, versions)       ├─ file     encryption of stored files
//	                           ├─ secret   wrapping of secrets kept in the database
//	                           ├─ cursor   signing of page cursors
//	                           └─ session  hashing of session tokens
//
// The master key comes from REEVE_MASTER_KEY or from a file that only its owner may
// read. It is made only where that is asked for (the demonstration); anywhere else a
// missing key stops the program, because a new one would make stored files
// unreadable without anybody noticing in time.
//
// # Rotation
//
// A key text holds one or more versions, newest first, divided by white space or
// commas: "2:BASE64 1:BASE64". A text without a number is version 1. New work uses
// the highest version; what was made under an older one stays readable while that one
// is given. Rotate adds a version to a file.
//
// # Losing it
//
// Without the master key the stored files, the wrapped secrets and the match keys are
// lost; reports, referrals and the audit log remain. Keep a copy apart from the
// backups of the database, never with them.
//
// # The audit signing key
//
// It is not derived from the master key but has a file of its own, so that who can
// read reports cannot forge the log of who read them. Its public half is printed and
// handed to whoever checks the log.
package keyring
