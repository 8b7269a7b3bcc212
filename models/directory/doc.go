// Package directory keeps who is who: agencies and what they cover, providers and
// their credentials, people and their identity providers.
//
// Its use cases are an administrator's at the console; each runs under
// auth.ForSetup and leaves an audit line. Territory is dated: a row that no longer
// holds is ended, never overwritten, so that an old decision can be read beside
// the territory it saw.
package directory
