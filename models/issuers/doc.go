// Package issuers keeps agencies' own sign-in: which identity providers vouch for
// an agency's people, and by which e-mail domains people are led there.
//
// What is live stands in issuers and is never edited. An admin prepares a draft,
// looks at the provider, signs in there once as a test, and switches the draft on;
// the settings that it replaces are kept as a draft for going back. So a wrong
// setting never shuts anybody out:
//
//	draft          any admin of the agency, or of one above it
//	test           of exactly these settings: every edit makes it void
//	switch on      the very admin whose test succeeded as themselves; from outside
//	               the agency only after one of its admins tested, or when it has none
//	switch off     as long as one active admin of the agency still has a way in
//
// A domain leads to a sign-in only after the clearinghouse approved it for that
// agency, and for one agency only. Identity is the pair of provider and subject:
// when a provider's address or client changes, its people are bound anew by their
// verified e-mail at their next sign-in, the tester at once.
//
// Secrets and private keys are sealed on their way in and never come out again,
// except to auth/oidc, which opens them when it speaks to the provider.
package issuers
