// Package issuers keeps agencies' own sign-in: drafts, tests, switching on and off, e-mail domains.
package issuers
