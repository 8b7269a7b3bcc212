// Package agencies keeps the tree of agencies: an agency's own settings, the
// agencies below it, and for the clearinghouse all of them.
//
// Whose: an agency's admins change their own agency and every one below it, at any
// depth; the clearinghouse changes all and alone those that stand below no other.
// An agency that the actor does not manage does not exist for them, although its
// name stands in the directory that everybody may read. Moving and closing are deeds
// from above: nobody moves or closes their own agency.
//
// Session limits go downwards only: never laxer than the portal's own (30 minutes
// without a request, 12 hours after sign-in), and never laxer than the parent's.
// What stands in an agency's row is what holds for its people. A tighter limit
// tightens every agency below in the same deed, and so does a move below a stricter
// agency; loosening it again leaves those below as they are, for their own admins to
// decide. The database enforces this (migrations/0015_agencies.sql).
//
// Of agencies below, an admin learns figures: accounts, open work as a number, the
// last sign-in. No report of theirs is ever read here.
package agencies
