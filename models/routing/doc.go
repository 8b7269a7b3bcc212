// Package routing infers which agency has jurisdiction over a report, says how
// sure it is, and explains it in words.
//
// It is pure: values in, values out, no clock, no database, no network. What it
// knows is embedded: the territory of each agency by day (territory), weights
// (weights.csv, factors.csv), counties by ZIP code, city and coordinates
// (package county), and the numbering plans of telephony. A caller that has a
// location database for IP addresses hands in a lookup.
//
//	signals := routing.Extract(reported, files, lookup)
//	decision := routing.Infer(signals, coverage, received, routing.Options{})
//
// # Signals
//
// Extract reads every place in a report: postal addresses, the provider's own
// estimate, the place of the incident, coordinates, telephone numbers, events
// with an IP address, e-mail domains. Each signal carries whose it is, what was
// reported, how a place was derived from it, and where it cannot be placed,
// why not. A subject's signals, and those that the report gives for the
// incident as a whole, say where the suspect acts. A victim's signals make
// candidates of their own, in the victim's capacity, and never say where a
// suspect is: a report may be due to several agencies. An intended recipient's
// place is shown and routes nothing. The reporter's is not read.
//
// The provider API has no element for a language or a time zone, and a profile's
// text is not searched for places: what it would give is a guess. A school's
// name is a place only where one is written behind it. An address of the
// network is placed with the radius that the location database gives: shared
// out among the counties in its circle, or the state alone, or the country.
//
// # How belief is reckoned
//
// Each kind of signal has three weights between 0 and 1: how far it is to be
// believed about the country, about the state if the country is right, and
// about the county if the state is right. weights.csv holds them with a reason
// each: established by an agency; an address whose parts agree; an estimate
// marked as verified; the place of the incident; an upload near the incident; a
// purchase, a log-in, a registration; a verified number; what is unverified; a
// mail domain. ParseRules refuses tables in which verified does not beat stated,
// an upload a log-in, or near far. factors.csv lowers them: distance in time
// from the incident, a proxy or hosting company (the country at best), a mobile
// carrier, a business or technical address, an account that was taken over. A
// factor lowers the belief in the county as a whole; each level bears its cube
// root.
//
// Signals are witnesses. Those who agree add up, and by more than each is worth,
// since it is rare that two who are wrong name the same place; those who
// contradict each other leave doubt. Further ones of one kind count for half
// the one before, and everything read off the network is one witness: see
// combine in combine.go. A candidate's confidence is the belief in the country,
// times that in the state, times that in its part of the state, times a factor
// for the certainty of the territory row. In a state with several holders what
// no signal claims for a county is shared out evenly among them.
//
// The weights are judgement, not measurement of real reports. A fit on one seed
// of package population showed which were far off; they were then set by hand,
// in round numbers, and measured on other seeds (docs/benchmarks.md), so that a
// confidence means what it says. A complete address of the subject alone, a
// verified estimate, or independent signals that agree down to one agency pass
// 0.90, the default level at which a report goes without a person. No number of events on
// one network does, nor an unverified number, nor a county assigned by
// elimination, nor an address that contradicts itself. While strong evidence
// stands for another place, nothing passes 0.85. testdata/expected.csv shows
// what they do. Change a weight there, read the difference, and change Version.
//
// Weights and factors are a value, Rules, so that an instance can edit, try and
// publish its own; a decision names the version by which it was made.
//
// # Pools
//
// What no agency's territory covers has a home too: "United States, state
// unknown", "country unknown", "county unknown" in a divided state, Texas
// (three forces, no public county list), a federal pool (territories, armed
// forces abroad; tribal land cannot be told from an address), countries
// without a contact point, and what was returned. An agency that returned a
// report is never its candidate again, and after two holders the third hop goes
// to the clearinghouse, so that a report cannot travel in circles.
//
// A decision holds every input it saw, the territory rows it used and the
// version of the rules, so that it can be stored as one row and understood
// without them.
package routing
