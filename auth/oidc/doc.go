// Package oidc signs people in at their own agency's OpenID provider.
//
// The provider is found from the part of the e-mail address after @ (each domain
// belongs to one issuer, each issuer to one agency), so an issuer can never vouch
// for another agency's people. The flow is the authorization code with PKCE S256,
// state and nonce, as RFC 9700 asks; the issuer named in the answer is checked
// (RFC 9207). What belongs to one attempt stays in the person's session on our
// side and is used once.
//
// Who a person is: the pair (issuer, subject). The e-mail address is looked at
// once, to bind an invited user at the first sign-in, and then only if the
// provider does not say that it is unverified and its domain is the issuer's own.
//
// Every sign-in, refused sign-in and sign-out is an audit line. A refusal tells
// the person its reason in general words and whom to call, and the log the rest.
//
// Only this package speaks to identity providers, and to each only at the
// issuer's own host. With LoopbackOnly, as in the demonstration and in tests, it
// speaks to this machine alone.
package oidc
