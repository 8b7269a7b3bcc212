package handlers

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// deed is one kind of line in the audit log, as the filter offers it.
type deed struct{ code, words, group string }

// deeds lists every kind of line in the order of the filter. A test compares it
// with what the use cases write.
var deeds = []deed{
	{"report.read", "Report read", "Reports"},
	{"report.files", "List of files read", "Reports"},
	{"report.document", "Document downloaded", "Reports"},
	{"report.routed", "Report routed by rule", "Reports"},
	{"report.referred", "Report referred by hand", "Reports"},
	{"report.sent-by-public", "Report sent by the public's form", "Reports"},
	{"report.added-to", "Report added to by its reporter", "Reports"},
	{"report.addition-read", "Told of a reporter's addition", "Reports"},
	{"report.reassessed", "Priority proposed anew", "Reports"},
	{"report.decided", "Report decided at the desk", "Reports"},
	{"file.opened", "File opened", "Reports"},
	{"labels.read", "Labels of a report read", "Reports"},
	{"label.read", "Label read", "Reports"},
	{"label.set", "Labels set", "Reports"},
	{"label.withdrawn", "Label withdrawn", "Reports"},
	{"label.asked", "Second look at a label asked for", "Reports"},
	{"label.agreed", "Second person agreed with a label", "Reports"},
	{"label.disputed", "Label disputed", "Reports"},
	{"label.settled", "Dispute about a label settled", "Reports"},
	{"links.read", "Links of a report read", "Reports"},
	{"report.linked", "Report linked with others", "Reports"},
	{"link.confirmed", "Link confirmed", "Reports"},
	{"link.rejected", "Link rejected", "Reports"},
	{"report.bundled", "Reports of one file bundled", "Reports"},
	{"report.unbundled", "Report taken out of its bundle", "Reports"},
	{"search", "Search", "Reports"},

	{"inbox.read", "Inbox looked at", "Work"},
	{"colleagues.read", "Names of colleagues asked for", "Work"},
	{"referral.taken", "Report taken", "Work"},
	{"referral.assigned", "Report given to somebody", "Work"},
	{"referral.released", "Report put back", "Work"},
	{"referral.started", "Investigation started", "Work"},
	{"referral.prioritised", "Priority changed", "Work"},
	{"referral.reopened", "Report opened again", "Work"},
	{"referral.returning", "Return begun", "Work"},
	{"referral.kept", "Return taken back", "Work"},
	{"referral.returned", "Report returned", "Work"},
	{"referral.look-again", "Report marked for another look", "Work"},
	{"referral.looked-again", "Mark for another look taken away", "Work"},
	{"referral.overdue", "Reports marked overdue", "Work"},
	{"outcome.form", "Outcome form opened", "Work"},
	{"outcome.recorded", "Outcome recorded", "Work"},
	{"outcome.undone", "Outcome undone", "Work"},

	{"urgent.raised", "Urgent report: calls begun", "Urgent"},
	{"urgent.called", "Urgent report: next contact called", "Urgent"},
	{"urgent.acknowledged", "Urgent report: call acknowledged", "Urgent"},
	{"urgent.stopped", "Urgent report: calls to an agency ended", "Urgent"},
	{"urgent.silent", "Urgent report: nobody answered, back to the desk", "Urgent"},
	{"urgent.withdrawn", "Urgent report: calls withdrawn", "Urgent"},
	{"urgent.ended", "Urgent report: ended by the desk", "Urgent"},
	{"urgent.listed", "Urgent calls looked at", "Urgent"},
	{"urgent.read", "One report's urgent calls looked at", "Urgent"},
	{"on-call.listed", "On-call contacts looked at", "Urgent"},
	{"on-call.changed", "On-call contacts changed", "Urgent"},
	{"on-call.tested", "Test message to a contact", "Urgent"},
	{"mail.failed", "Mail given up", "Urgent"},

	{"deconfliction.listed", "Hits looked at", "Deconfliction"},
	{"deconfliction.noticed", "Hit found", "Deconfliction"},
	{"deconfliction.seen", "Hit marked as seen", "Deconfliction"},

	{"desk.listed", "Desk looked at", "Clearinghouse"},
	{"desk.reviewed", "Report looked at at the desk", "Clearinghouse"},
	{"desk.taken", "Report taken at the desk", "Clearinghouse"},
	{"desk.skipped", "Report passed by at the desk", "Clearinghouse"},
	{"desk.handed-over", "Report handed over at the desk", "Clearinghouse"},
	{"desk.released", "Report put back at the desk", "Clearinghouse"},
	{"pools.listed", "Pools looked at", "Clearinghouse"},
	{"pool.claimed", "Report claimed in a pool", "Clearinghouse"},
	{"pool.released", "Report put back into its pool", "Clearinghouse"},
	{"pool.terms", "Owner or clock of a pool set", "Clearinghouse"},
	{"pool.late", "Late reports of pools put back on the desk", "Clearinghouse"},
	{"report.findings", "Findings about a report read", "Clearinghouse"},
	{"report.finding", "Where a person is found recorded", "Clearinghouse"},
	{"report.finding.withdrawn", "Finding withdrawn", "Clearinghouse"},
	{"pool.listed", "One pool looked at", "Clearinghouse"},
	{"rules.listed", "Versions of rules looked at", "Clearinghouse"},
	{"rules.read", "Version of rules looked at", "Clearinghouse"},
	{"rules.drafted", "Draft of rules begun", "Clearinghouse"},
	{"rules.edited", "Draft of rules edited", "Clearinghouse"},
	{"rules.tried", "Draft of rules tried on reports", "Clearinghouse"},
	{"rules.trial", "Trial of rules looked at", "Clearinghouse"},
	{"rules.published", "Rules published", "Clearinghouse"},
	{"rules.dropped", "Draft of rules dropped", "Clearinghouse"},
	{"completeness.listed", "Completeness of providers' reports looked at", "Clearinghouse"},
	{"completeness.read", "Completeness of one provider's reports looked at", "Clearinghouse"},
	{"labels.listed", "Labels that wait looked at", "Clearinghouse"},
	{"label-scheme.added", "Scheme of labels added", "Clearinghouse"},
	{"label-scheme.value", "Value of a scheme of labels added", "Clearinghouse"},
	{"label-scheme.changed", "Scheme of labels changed", "Clearinghouse"},
	{"territory.looked", "Territory looked at", "Clearinghouse"},
	{"territory.asked", "Holder of a place asked for", "Clearinghouse"},
	{"territory.read", "Draft or version of territory read", "Clearinghouse"},
	{"territory.begun", "Draft of territory begun", "Clearinghouse"},
	{"territory.described", "Draft of territory described", "Clearinghouse"},
	{"territory.asked-change", "Form of a change of territory opened", "Clearinghouse"},
	{"territory.changed", "Change added to a draft of territory", "Clearinghouse"},
	{"territory.loaded", "File imported into a draft of territory", "Clearinghouse"},
	{"territory.taken-out", "Change taken out of a draft of territory", "Clearinghouse"},
	{"territory.tried", "Draft of territory tried", "Clearinghouse"},
	{"territory.published", "Territory published", "Clearinghouse"},
	{"territory.dropped", "Draft of territory dropped", "Clearinghouse"},
	{"territory.elsewhere", "Reports that would go elsewhere looked for", "Clearinghouse"},
	{"signals.listed", "Hit rates of signals looked at", "Clearinghouse"},
	{"signals.read", "Hit rate of one signal looked at", "Clearinghouse"},
	{"signals.tried", "Another weight of a signal tried", "Clearinghouse"},
	{"feedback.read", "Feedback board looked at", "Clearinghouse"},
	{"feedback.rows", "Reports behind a figure looked at", "Clearinghouse"},
	{"feedback.rebuilt", "Feedback figures made again", "Clearinghouse"},

	{"known.listed", "Hash sets looked at", "Known material"},
	{"known.read", "One hash set looked at", "Known material"},
	{"known.begun", "Import of a hash set begun", "Known material"},
	{"known.imported", "Hash set imported", "Known material"},
	{"known.failed", "Import of a hash set failed", "Known material"},
	{"known.cancelled", "Import of a hash set cancelled", "Known material"},
	{"known.withdrawn", "Hash set withdrawn", "Known material"},
	{"known.taken-back", "Marks of a withdrawn hash set taken back", "Known material"},
	{"files.decoded", "Files' content read to compare it", "Known material"},
	{"files.examined", "Files compared with known material", "Known material"},

	{"report.opened", "Report opened by a provider", "Providers"},
	{"file.uploaded", "File uploaded", "Providers"},
	{"file.described", "File described", "Providers"},
	{"report.finished", "Report finished", "Providers"},
	{"report.retracted", "Report retracted", "Providers"},
	{"report.expired", "Report expired", "Providers"},
	{"report.erased", "Report erased", "Providers"},
	{"provider.signed-in", "Provider's credentials", "Providers"},
	{"providers.listed", "Providers looked at", "Providers"},
	{"provider.read", "Provider's account looked at", "Providers"},
	{"provider.changed", "Provider's contact changed", "Providers"},
	{"provider.addresses", "Provider's addresses changed", "Providers"},
	{"provider.overlap-ended", "Provider's old password ended", "Providers"},
	{"provider.enabled", "Provider enabled", "Providers"},

	{"agencies.listed", "List of agencies looked at", "Agencies"},
	{"agency.read", "Agency looked at", "Agencies"},
	{"agency.changed", "Agency's settings changed", "Agencies"},
	{"agency.added", "Agency added", "Agencies"},
	{"agency.moved", "Agency moved in the tree", "Agencies"},
	{"agency.closed", "Agency closed", "Agencies"},
	{"agency.reopened", "Agency opened again", "Agencies"},

	{"session.signed-in", "Signed in", "Access"},
	{"session.signed-out", "Signed out", "Access"},
	{"session.refused", "Sign-in refused", "Access"},
	{"session.ended", "Session ended", "Access"},
	{"session.proved", "Proved anew who they are", "Access"},
	{"session.bound", "Account bound to an identity", "Access"},
	{"session.ended-by-provider", "Session ended by the provider", "Access"},
	{"session.logout-refused", "Provider's sign-out refused", "Access"},
	{"user.invited", "Person invited", "Access"},
	{"user.approved", "Person approved", "Access"},
	{"user.roles", "Person's roles changed", "Access"},
	{"user.suspended", "Person suspended", "Access"},
	{"user.reactivated", "Suspended person let back", "Access"},
	{"user.recertified", "Yearly review of a person", "Access"},
	{"user.removed", "Person removed", "Access"},
	{"user.handed-over", "Person's open work handed over", "Access"},
	{"user.sessions-ended", "Person's sessions ended", "Access"},
	{"user.changed", "Person's details changed", "Access"},
	{"user.read", "Person's account looked at", "Access"},
	{"users.listed", "List of people looked at", "Access"},
	{"users.recertified", "Yearly review of several people", "Access"},
	{"users.reviewed", "State of yearly reviews looked at", "Access"},
	{"users.exported", "List of people exported", "Access"},
	{"users.import-tried", "Import of people tried", "Access"},
	{"users.imported", "People imported", "Access"},
	{"issuer.set", "Agency's sign-in set", "Access"},
	{"issuer.read", "Sign-in settings asked for", "Access"},
	{"issuer.draft-made", "Sign-in settings prepared", "Access"},
	{"issuer.draft-changed", "Draft of sign-in settings changed", "Access"},
	{"issuer.draft-discarded", "Draft of sign-in settings thrown away", "Access"},
	{"issuer.looked-at", "Identity provider looked at", "Access"},
	{"issuer.test-begun", "Test of sign-in settings begun", "Access"},
	{"issuer.tested", "Sign-in settings tested", "Access"},
	{"issuer.mfa-accepted", "Silent second factor accepted", "Access"},
	{"issuer.switched-on", "Sign-in settings switched on", "Access"},
	{"issuer.switched-off", "Identity provider switched off", "Access"},
	{"domain.asked", "E-mail domain asked for", "Access"},
	{"domain.withdrawn", "E-mail domain taken back", "Access"},
	{"domain.approved", "E-mail domain approved", "Access"},
	{"domain.refused", "E-mail domain refused", "Access"},
	{"domains.read", "E-mail domains to decide about asked for", "Access"},
	{"agency.contact", "Agency's desk named", "Access"},
	{"clearinghouse.made", "Clearinghouse made", "Access"},
	{"provider.added", "Provider account added", "Access"},
	{"provider.rotated", "Provider's password changed", "Access"},
	{"provider.disabled", "Provider account disabled", "Access"},
	{"territory.imported", "Territory imported", "Access"},
	{"demonstration.marked", "Demonstration data marked", "Access"},
	{"directory.read", "Directory's tokens looked at", "Access"},
	{"directory.token-made", "Directory's token made", "Access"},
	{"directory.token-revoked", "Directory's token revoked", "Access"},
	{"directory.approval", "Decided who approves the directory's accounts", "Access"},
	{"directory.group", "Directory named a group", "Access"},
	{"directory.refused", "Directory refused", "Access"},
}

// isDeed reports whether the log has lines of the kind.
func isDeed(code string) bool {
	return slices.ContainsFunc(deeds, func(d deed) bool { return d.code == code })
}

// deedWords names a kind of line, by its code if it has no words.
func deedWords(code string) string {
	for _, d := range deeds {
		if d.code == code {
			return strings.ToLower(d.words[:1]) + d.words[1:]
		}
	}
	return code
}

// detailLimit is how much of a line's details a page shows, in characters.
const detailLimit = 300

// detailWords puts a line's details into one line of text: "reason: outside our
// area; agencies: bay, boroughs". Details within details are left to the export.
func detailWords(detail json.RawMessage) string {
	var facts map[string]any
	if len(detail) == 0 || json.Unmarshal(detail, &facts) != nil {
		return ""
	}
	var parts []string
	for name, fact := range facts {
		if text := factWords(fact); text != "" {
			parts = append(parts, strings.ReplaceAll(name, "_", " ")+": "+text)
		}
	}
	slices.Sort(parts) // a map has no order, a page needs one
	text := []rune(strings.Join(parts, "; "))
	if len(text) > detailLimit {
		return string(text[:detailLimit]) + "…"
	}
	return string(text)
}

func factWords(fact any) string {
	switch f := fact.(type) {
	case string:
		return f
	case float64:
		return strings.TrimSuffix(fmt.Sprintf("%.2f", f), ".00")
	case bool:
		if f {
			return "yes"
		}
		return "no"
	case []any:
		var parts []string
		for _, one := range f {
			if text := factWords(one); text != "" {
				parts = append(parts, text)
			}
		}
		return strings.Join(parts, ", ")
	}
	return ""
}
