// Package account moves accounts through their states, for every use case that
// manages people: pages, files, the console and an agency's directory.
//
//	deed        from                       to
//	invite      (none) removed             invited
//	sign in     invited                    active if approved, else waiting
//	approve     invited waiting            invited, active
//	suspend     invited waiting active     suspended
//	reactivate  suspended                  active if bound and approved, else invited or waiting
//	remove      all but removed            removed
//	roles, recertify: invited waiting active suspended, the state stays
//
// Every function takes the caller's transaction and writes no audit line: one use
// case, one line. Rows are guarded by row policies (the caller's own agency and
// those below); what a role may do is asked before. Three rules hold for everybody:
// nobody changes their own access, nobody leaves an agency without its last admin,
// and only roles of the agency's own kind are given.
package account
