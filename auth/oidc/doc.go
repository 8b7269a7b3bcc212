// Package oidc signs people in at their own agency's OpenID provider.
//
// The provider is found from the part of the e-mail address after @ (each domain
// belongs to one issuer, each issuer to one agency), so an issuer can never vouch
// for another agency's people. The flow is the authorization code with PKCE S256,
// state and nonce, as RFC 9700 asks; the issuer named in the answer is checked
// (RFC 9207). What belongs to one attempt stays in the person's session on our
// side and is used once. Reeve proves itself to the provider by a secret, by a
// signed assertion (RFC 7523), or as a public client not at all.
//
// Who a person is: the pair (issuer, subject). The e-mail address is looked at
// once, to bind an account at its first sign-in, and then only if the provider
// does not say that it is unverified and its domain is the issuer's own. An account
// that no commander approved is bound and waits: its person is not let in. When an
// agency moves to another provider, its accounts are bound anew in the same way.
//
// How they proved it: acr and amr (RFC 8176) are read, and where the issuer's
// settings name values that show a second factor, a sign-in without one of them is
// refused. auth_time is read and held against max_age. A step-up (Ask.Fresh) asks
// for a new proof of the same person and believes none older than the question.
// Where nothing is demanded, nobody is shut out for what the provider does not say;
// how strong a sign-in was is noted in any case (see strong).
//
// What they may do is given here, unless the issuer's settings map a claim to
// roles: then each sign-in sets them, never to none, never to one of the wrong kind,
// and never so that an agency loses its last admin.
//
// Settings in the making are tried by a test sign-in (Ask.Draft) and looked at by
// Probe. Both tell an agency's admin in plain words, step by step, what was found;
// so does the issuer's row when a sign-in in earnest fails by the provider's fault.
//
// A provider may end sessions by the back channel (BackChannel).
//
// Every sign-in, refused sign-in and sign-out is an audit line; where anybody could
// cause refusals without end, one line stands for many. A refusal tells the person
// its reason in general words and whom to call, and the log the rest. Sign-ins
// under one e-mail address are limited, wherever they come from (see names); limits
// are in memory, per process.
//
// A provider that is slow, down or changing its keys: its description is fetched
// once and renewed beside the work; one that fails is left alone for a while; a key
// that is not known is asked for once, and then not again for a while. Clocks may be
// a minute apart.
//
// Only this package speaks to identity providers, and to each only at the
// issuer's own host (and where its maker documents tokens and keys, see besides),
// never on the portal's own machine. With LoopbackOnly, as in the demonstration and in tests, it
// speaks to this machine alone.
package oidc
