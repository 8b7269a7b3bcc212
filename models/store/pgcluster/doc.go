// Package pgcluster runs a private Postgres cluster: the database of `make run`,
// of a portal that was given no database address, and of the tests.
//
// # What it promises
//
//   - Nothing shared with any other Postgres of the machine: own data directory,
//     own socket directory, loopback only, a free port, a password for every
//     role (scram-sha-256), four roles with four passwords.
//   - One owner: a second Start on the same directory is refused with the number
//     of the process that holds it.
//   - It does not outlive its owner. Stop ends it; on Linux the kernel ends it
//     when its owner is killed; elsewhere, and for whatever slips through, the
//     next Start on the directory ends the server that was left behind.
//   - Starting again on the same directory finds the same data and passwords.
//
// # Directory
//
//	Dir/lock            held while a cluster runs
//	Dir/passwords.json  0600, of the user who called Start
//	Dir/postgres.log    the server's log since its last start; no statements, no values
//	Dir/data            the cluster's files, of the user that Postgres runs as
//	Dir/run             the unix socket
//	Dir/elsewhere       only if needed: where data and run are instead
//	Dir/socket          only if needed: where the socket is instead
//
// Postgres refuses to run as root. When the caller is root, the server runs as
// the user postgres, else nobody. If that user cannot enter Dir because a parent
// directory is closed to it, data and socket go to a new short directory below
// the system's temporary directory, and Dir/elsewhere remembers where. Call
// Erase, not os.RemoveAll, to start over: it follows that note.
//
// # Tests
//
// ForTests gives every test process a fast cluster. See there for how processes
// share the work.
//
// Unix only. Proven on Linux; written for macOS, but not tried there.
package pgcluster
