// Package provisioning is what an agency's directory does here by SCIM, and the
// tokens by which it may.
//
//	Authenticate            a token becomes the actor auth.ByDirectory of its agency
//	Users, User             the agency's people as the directory sees them
//	Create, Update, Remove  one account each; through models/account, whose rules hold
//	Groups, Group, ChangeGroup  roles as groups
//	Tokens, Token, Make, Revoke  the page on which an admin manages tokens
//	Approval, SetApproval   whether the directory's accounts need a commander's yes
//
// A directory is bound to exactly its own agency. The row policies alone would also
// show it the agencies below; every statement here names the agency.
//
// Reading writes no audit line: a directory asks for everybody every forty minutes.
// Each request that changes something writes one, and each deed that was refused.
package provisioning
