// Package mail is the outbox: mail is written in the transaction of the deed that
// causes it and sent afterwards by a worker.
//
// Mail leaves the house unprotected and lies in mailboxes for years. It therefore
// names no person and shows nothing of a report but its number; whoever needs to know
// more follows the link and signs in.
package mail
