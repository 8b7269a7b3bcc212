// Package priority proposes how soon a report wants attention and whether it is
// a referral or informational, with every reason, and says what is missing in
// it. A person confirms or changes the proposal.
//
// It is pure: a report as sent and what the portal learnt of it go in, a result
// comes out; no clock, no database.
//
// # Rules
//
// rules.csv holds points for what the provider states: that it asks for high
// priority, the incident type, its marks on the report and on files, the
// industry class, victims and their age, what ties a subject to a victim (the
// same postal address, the same connection, a guardian's account). Further rows
// are for what the portal learnt: files that are known material or new, labels
// that the clearinghouse's people set, earlier reports about the same subject.
// Text written freely is never read for meaning. Points add up; from
// threshold/imminent the priority is 1 (imminent), from threshold/near it is 2
// (near), else 3 (past or unclear). What several files share counts once.
// Urgent is a flag beside the priority: the provider asked for it, or a rule
// that stands for harm going on now applied, or the priority is 1.
//
// The rules are data (Rules). People edit and publish them at /desk/rules;
// without a published version the embedded tables hold. Rules that no report can
// satisfy are refused with an example.
//
// What tells of other reports (Reason.Desk) is for the clearinghouse alone:
// another agency may hold them without wanting to be known.
//
// The order follows the scale of the Internet Crimes Against Children review
// board, as cited in task force agreements (child at immediate risk; child
// vulnerable to a known offender; soliciting; home-made material; high volume;
// other), and 34 U.S.C. 21114: likelihood of finding a victim, seriousness,
// danger. The points themselves are judgement; testdata/expected.csv shows
// what they do.
//
// A report is informational when the provider marks it so, when it is batched,
// spam, or holds nothing but memes, or when nothing in it could be acted on;
// never when it is urgent.
//
// # What is missing
//
// Missing things never lower the priority: danger is not less because a
// provider left out a port. They are told apart, with a score of completeness
// from 0 to 100 (missing.csv), since what an investigator misses most is the
// upload address, the file, and the time with its meaning.
package priority
