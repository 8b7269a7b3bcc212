// Package pools is what the clearinghouse does with reports that no agency covers:
// who answers for each pool, who works on which report, how long one may lie there,
// and what was found out about where its people are.
//
// A pool is an agency of kind pool (docs/decisions/0001), so a report lies in it by a
// referral like any other, and to claim it is to take that referral.
package pools
