package handlers

import "strings"

// routeWords say what a route does, as an answer to "You are about to ...". They
// stand on the page that asks for a new proof and on that of a kept form; a test
// demands words for every route that asks for a fresh sign-in.
var routeWords = map[string]string{
	"inbox.take":              "take reports",
	"report.take":             "take a report",
	"report.start":            "start an investigation",
	"report.release":          "put a report back",
	"report.assign":           "give a report to somebody",
	"report.reopen":           "open a report again",
	"report.priority":         "change your agency's priority of a report",
	"report.refer":            "refer a report",
	"deconfliction.seen":      "mark a hit as seen",
	"outcome.record":          "record an outcome",
	"outcome.undo":            "undo an outcome",
	"return.return":           "return a report",
	"return.keep":             "keep a report after all",
	"agency.save":             "change an agency's settings",
	"agency.add":              "add an agency",
	"agency.move":             "move an agency",
	"agency.close":            "close an agency",
	"agency.reopen":           "reopen an agency",
	"agencies.add":            "add an agency",
	"rules.publish":           "publish rules",
	"providers.add":           "add a provider's account",
	"providers.rotate":        "give a provider a new password",
	"providers.end":           "end a provider's old password",
	"providers.disable":       "disable a provider's account",
	"providers.enable":        "enable a provider's account",
	"providers.addresses":     "change from where a provider may send",
	"providers.contact":       "change whom to call at a provider",
	"known.ask-import":        "import a hash set",
	"known.import":            "import a hash set",
	"known.cancel":            "cancel the import of a hash set",
	"known.withdraw":          "withdraw a hash set",
	"issuers.ask-domain":      "ask for an e-mail domain",
	"issuers.withdraw-domain": "take an e-mail domain back",
	"issuers.create":          "prepare sign-in settings",
	"issuers.save":            "change a draft of sign-in settings",
	"issuers.look":            "look at an identity provider",
	"issuers.test":            "test sign-in settings",
	"issuers.accept":          "accept how a provider enforces a second factor",
	"issuers.on":              "switch sign-in settings on",
	"issuers.discard":         "throw a draft of sign-in settings away",
	"issuers.off":             "switch an identity provider off",
	"domains.decide":          "decide about an e-mail domain",
	"people.export":           "export a list of people",
	"people.ask-invite":       "invite a person",
	"people.invite":           "invite a person",
	"people.ask-import":       "import people",
	"people.import":           "import people",
	"people.recertify-many":   "confirm people's access",
	"people.approve":          "approve a person",
	"people.roles":            "change a person's roles",
	"people.suspend":          "suspend a person",
	"people.reactivate":       "let a suspended person back",
	"people.recertify":        "confirm a person's access",
	"people.hand-over":        "hand over a person's open work",
	"people.end-sessions":     "end a person's sessions",
	"people.ask-remove":       "remove a person",
	"people.remove":           "remove a person",
	"directory.make":          "make a token for the directory",
	"directory.revoke":        "revoke a token of the directory",
	"directory.approve":       "decide who approves the directory's accounts",
	"account.end-session":     "end one of your sessions",
	"account.end-others":      "end your other sessions",
	"account.end-sessions":    "sign out everywhere",
	"territory.publish":       "publish a change of territory",
	"territory.begin":         "begin a draft of territory",
	"territory.describe":      "describe a draft of territory",
	"territory.add":           "add a change to a draft of territory",
	"territory.take-out":      "take a change out of a draft of territory",
	"territory.drop":          "drop a draft of territory",
}

// deedInWords says what a route does: "record an outcome".
func deedInWords(route string) string {
	if w := routeWords[route]; w != "" {
		return w
	}
	return "send a form"
}

// fieldInWords makes a field's name readable: "state_why" is "State why".
func fieldInWords(name string) string {
	w := strings.TrimSpace(strings.NewReplacer("_", " ", "-", " ", ".", " ").Replace(name))
	if w == "" {
		return "Without a name"
	}
	return upperFirst(w)
}

func upperFirst(s string) string {
	r := []rune(s)
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}

// isSecret reports whether a field may hold what no screen should show.
func isSecret(name string) bool {
	name = strings.ToLower(name)
	for _, mark := range []string{"secret", "password", "token", "private"} {
		if strings.Contains(name, mark) {
			return true
		}
	}
	return false
}

// isQuiet reports whether a field is one that pages put into forms for themselves:
// nobody typed it.
func isQuiet(name string) bool {
	return name == "version" || name == "return" || strings.HasPrefix(name, "seen_") || strings.HasSuffix(name, "_version")
}
