// Package web is the HTTP server: it wires use cases to handlers, and puts before
// every handler what all of them rely on.
//
// routes.go is the whole table of who may reach what, and testdata/routes.golden
// prints it. The order of the middleware is in server.go, top to bottom: metrics
// and access log, recover, request id, client address, deadlines and size limits,
// security headers, rate limit of sign-in, session, cross-origin check, and, on
// each route, its permission.
//
// A request comes in by one of four doors, told apart by its path: pages (a
// browser with a session cookie), the provider API under /ispws (HTTP Basic, XML),
// agencies' systems under /api (JSON), and machinery (static files, health). Only
// pages know cookies; only pages can be forged by another site.
//
// errors.go is the only writer of errors. Somebody without a session cannot tell
// a page that does not exist from one that is not for them: both lead to sign-in.
package web
