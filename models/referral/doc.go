// Package referral is the state machine of a report at an agency.
//
// Every change goes through one table (transitions) and one function (save),
// which checks the version, and writes the change for the feedback board's
// counts in the same transaction. All functions take a *store.Tx: they are steps
// of a use case, not use cases. They write no audit line; the use case does.
//
//	deed      from                  to
//	take      new taken             taken
//	start     new taken             working
//	close     new taken working     closed
//	note      new taken working     working   (an outcome that does not close)
//	reopen    closed                working
//	return    new taken working     returning
//	keep      returning             what it was
//	send      returning             returned
package referral
