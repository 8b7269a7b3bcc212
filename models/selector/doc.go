// Package selector reads the identifiers out of a report and brings each into
// one normal form, so that the same e-mail address, telephone number or file
// is the same value whichever provider wrote it down.
//
// It is pure: values in, values out, no clock, no database, no network.
//
//	Extract    every identifier of a report, with whose it is and where it stood
//	Normalise  one identifier into its normal form, or why that is not possible
//	Keyer      the keyed hash under which a value is matched across agencies
//	WellKnown  values that identify nobody (test addresses, private networks)
//	Limits     how widely a value may be shared before it stops meaning anything
//
// Three principles decide the rules:
//
//   - The reported text is never lost. Normalising makes a second value beside it.
//   - A missed match is better than a false one: it costs a telephone call, a
//     false match can put a bystander into an investigation. Look-alike letters of
//     other scripts are therefore not folded together, and address tricks of mail
//     hosts only where the host documents them.
//   - What cannot be read is kept and marked as not matchable, with the reason in
//     words, instead of being dropped or guessed.
//
// Normalise is idempotent: the normal form of a normal form is itself.
package selector
