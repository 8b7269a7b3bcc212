// Package session keeps people signed in: a cookie with a random secret, and a
// row in the database that knows only the secret's hash.
//
// A session ends after 30 minutes without a request and 12 hours after sign-in,
// whichever comes first (NIST SP 800-63B, authenticator assurance level 2). The
// secret changes at sign-in, so that a cookie planted before is worth nothing
// after. The row, the user and the agency are read in one statement per request;
// an account suspended or removed a moment ago is therefore signed out at its
// next request. A row is written only when its data changed, or once a minute to
// note that the person is still there.
//
// Row-level security lets only the system actor auth.ForSession touch the table.
// Deciding who a person is belongs to auth/oidc; this package believes it.
package session
