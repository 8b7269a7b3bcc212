// Package population makes up reports whose true place is known, so that
// routing can be measured: `reeve bench routing`.
//
// Truth is drawn first: where the suspect really is. Only then is a report
// written as a provider would send it, each fact of it passing through noise
// whose rates are stated in rates.go with a reason each. Routing reads the
// report alone; nothing of the truth or of the rates reaches it.
//
// # What is modelled
//
// Place. A county of the United States by its people, or another country. What
// our own territory says of the place is taken for true as often as the row's
// certainty says, since nobody publishes the whole map.
//
// The account. Some accounts are taken over: then the address, the numbers and
// the mail belong to their owner, who lives anywhere, and the activity to the
// suspect. Only some of them are marked.
//
// The network. Each account has one usual network, and all events from it show
// the same place in a location database, right or wrong. That is the point:
// the errors of network addresses come in families, so that many log-ins from
// one place are hardly better than one. The usual network may be a carrier's,
// whose gateway stands elsewhere; a relay, an office or a block of addresses
// that the database has wrong; and where it is the home, the database may have
// it in the next county, with a radius that is only partly honest about it.
//
// Events. Each may instead come from a journey, from a proxy (marked or not),
// from a hosting company, or, if it is old, from where the suspect lived
// before. Times may be missing, addresses unknown to the database.
//
// What is stated. Postal addresses may be false, old, in part, of an office, or
// contradict themselves; telephone numbers travel with their owners; the
// provider's unverified estimate is mostly read off the same network; pictures
// carry the coordinates of other people's cameras.
//
// # The oracle
//
// Oracle gives the posterior of every agency by Bayes' rule, knowing the rates
// and the shares of all places: no reader of the same report could know more.
// A report can be placed, for the benchmark, if the oracle is 0.90 sure of one
// agency, the level at which a report is released by rule. It is the hardest
// fair definition: it excuses routing only where the evidence itself is too
// thin, never because our rules choose to be careful.
//
// # What it cannot say
//
// The rates are judgement from public figures and experience of such data, not
// measurement of real reports, which nobody may publish. Precision measured
// here is precision on this model. The model's independence of signals beyond
// the shared causes above is kinder than life; its share of reports abroad is
// smaller than in life, which is harder, since a country is easier to tell than
// a county.
package population
