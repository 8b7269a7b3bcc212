// Package casefile is an agency's view of its reports: the inbox, one report with
// everything known of it, the received documents, search, and the deeds that say
// whose work a report is (take, assign, release, start, reopen, prioritise).
//
// Clearinghouse staff read reports and search through it too. What became of a
// report is recorded in models/outcome; content of files is not opened here.
//
// Each exported method is one use case: a question of role, one transaction scoped
// to the actor, one audit line. Rows are the database's question: a report that was
// not referred to the actor's agency is NotFound, exactly like one that does not
// exist, and both leave the same line.
//
// Lists are ordered walks over an index, never sorts of a whole set. A filter that
// an index answers narrows the walk; any other is applied on the way, for at most
// scanLimit rows, after which the page says how far it looked and where to go on.
// So every page costs the same at any number of reports (see plan).
package casefile
