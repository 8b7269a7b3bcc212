// Package providers keeps providers' accounts as the clearinghouse keeps them:
// credentials, allowed addresses, use and errors.
//
//	List                     every provider, with what it sent and what was refused
//	Read                     one provider: credentials, addresses, use by day, errors by code
//	Add, Enable              a first credential; a new one after all were disabled
//	Rotate, EndOverlap       a new password while the old one works on, or works no more
//	Disable                  all credentials at once
//	SetAllowed, SetContact   networks its machines may call from; name and whom to call
//
// A password never comes here: the caller makes it, shows it once and hands over its
// hash. Of one provider at most two passwords work at a time, the new one and the one
// that it replaces. Everything is for who may ManageProviders, and bound by the row
// policies to the clearinghouse's side. Counts are written by auth/apikey.
package providers
