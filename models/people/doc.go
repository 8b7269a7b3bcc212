// Package people keeps accounts of an agency and the agencies below it: the list
// with its worklists, a person's page, invitations, every deed of an admin or a
// commander, the yearly review, and files in and out.
//
// An agency is chosen by its code; the empty code is the actor's own. The row
// policies decide whose accounts those are: one's own agency's and, for admins and
// commanders, those of every agency below; for the clearinghouse everybody's. What
// is not the actor's to manage is NotFound, as if it were not there. models/account
// moves the accounts; every use case here is one transaction and one audit line,
// which names the agency concerned when it is not the actor's own.
package people
