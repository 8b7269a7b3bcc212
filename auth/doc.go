// Package auth says who acts and what a role may do.
//
// It is pure: an Actor is a value, Can is a question about roles only. Which
// rows an actor may touch is the store's question, answered by row-level
// security; both must say yes. Signing in lives in the packages below
// (oidc, session, apikey).
package auth
