// Package referral is the state machine of a report at an agency.
//
// Every change goes through one table (transitions) and one function (save),
// which checks the version, and writes the change for the feedback board's
// counts in the same transaction. All functions take a *store.Tx: they are steps
// of a use case, not use cases. They write no audit line; the use case does.
//
//	deed        from                  to
//	take        new taken             taken
//	assign      new taken working     new becomes taken, else as it was
//	release     taken working         taken becomes new, else as it was
//	start       new taken             working
//	prioritise  new taken working     as it was
//	close       new taken working     closed
//	note        new taken working     working   (an outcome that does not close)
//	add         closed                closed    (a further outcome of a closed one)
//	reopen      closed                working
//	return      new taken working     returning
//	keep        returning             what it was
//	send        returning             returned
package referral
