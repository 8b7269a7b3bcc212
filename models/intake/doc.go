// Package intake takes reports in: open, add files, describe them, finish or
// retract; and expires what was abandoned.
//
//	open ──finish──▶ finished
//	  │ ╲──retract─▶ retracted ┐
//	  ╰──(24 h, 1 h)▶ expired  ┴─▶ erased: a tombstone stays
//
// Nothing is acknowledged before it is durable, and each step is one transaction.
// Finish is the moment at which a report becomes one: identifiers are read out of
// it, the preservation clock starts (18 U.S.C. 2258A(h)), and the job that routes
// it exists if and only if the transaction commits.
//
// This package knows no XML and no HTTP. The provider protocol (handlers/ispws)
// and, later, the public's form meet here.
package intake
