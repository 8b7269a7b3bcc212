// Package escalation is the urgent path: it calls on-call contacts about an urgent
// report, one after the other, until somebody answers.
//
// Raise opens one escalation for a report and one line for each agency that may have
// jurisdiction, and calls the first contact of each at once. Climb, run by the worker,
// calls the next contact where the wait is over, and gives the report back to the desk
// where the ladder has ended. A line ends when somebody acknowledges it (signed in, by
// the link in the mail, or through the desk), when the agency works on the report or
// has it no more, or when the report is urgent no more.
//
// What an agency learns: that it was called, whom of its own people, and who answered.
// The report's number only once the report was referred to it; of other agencies
// nothing, ever.
package escalation
