// Package territory keeps who covers what, as dated data that the desk changes, and
// counts what returns teach about the signals that routing goes by.
//
// Changes are collected in a draft, tried on recent reports, and published as one
// numbered version or not at all. No row is rewritten: publishing ends rows and adds
// others, so that an old decision can be read beside the territory it saw. A row that
// is corrected from its first day on is withdrawn and kept. Open referrals never
// move by a change of territory; OpenElsewhere lists those that would go elsewhere
// today, for a person to decide.
//
// Each kind of signal has counts of how often it decided where a report went, and of
// how often that was confirmed by an outcome or returned as wrong jurisdiction. From
// them a weight can be proposed (Propose), whose effect is shown before anything.
package territory
