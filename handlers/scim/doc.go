// Package scim speaks SCIM 2.0 (RFC 7643, RFC 7644) with agencies' directories, as
// far as docs/scim.md says and no farther. models/provisioning decides what a
// directory may do; this package only knows how it says so.
//
//	api.go, authenticate.go   the endpoints; whose directory a token is; how fast it may ask
//	body.go                   a request's JSON, bounded, with plain words for what is wrong
//	lex.go, filter.go, path.go  filters and attribute paths: one small scanner
//	user_change.go, group_change.go  what a body or PATCH says, in the use cases' terms
//	users.go, groups.go, discovery.go  the endpoints themselves
//	resource.go, project.go   what is answered, and the parts of it that were asked for
//	fault.go                  errors in SCIM's form
package scim
