// Package devidp is an OpenID provider for the demonstration and for tests:
// several issuers on one loopback listener, each with its own keys, client,
// users and sign-in page, as if each agency ran its own.
//
// The protocol is a real provider's (zitadel/oidc): discovery, authorization
// code with PKCE S256, which every client must use, ES256 ID tokens with nonce,
// at_hash, auth_time, acr, amr and sid, userinfo, revocation, sign-out started
// by the client, and the issuer's name in the answer (RFC 9207). What is small
// here is what lies behind it: users are given by the caller, everything is in
// memory, keys are new at each start.
//
// A client proves itself by a secret, by a signed assertion (private_key_jwt), or
// not at all. Sign-outs that the client did not start reach it by the back channel
// (LogOut), if it said where.
//
// What it does not do: it asks for no second factor. A user with MFA set is
// vouched for as if a one-time code had been asked. There are no refresh tokens.
//
// Tests can change a user between two sign-ins (SetUser), change the signing key
// (Rotate) and make an issuer misbehave in a named way (Break): a wrong nonce, an
// expired or unsigned token, somebody else's issuer, a foreign key, a slow or
// broken description, and so on.
//
// It listens on loopback only and refuses requests under any other host name.
// It must never be part of a production binary: cmd/reeve imports it only under
// the build tag demo.
package devidp
