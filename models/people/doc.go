// Package people keeps accounts of an agency and the agencies below it: lists, worklists, invitations, every deed of an admin or commander, files in and out, and the agency's own trail of them.
package people
