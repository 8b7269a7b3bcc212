package gate

import (
	"fmt"
	"strings"
	"time"
)

// AuthorityKind is a sort of legal ground on which a locked file may be opened.
type AuthorityKind string

// The kinds of authority.
const (
	Warrant  AuthorityKind = "warrant"
	Consent  AuthorityKind = "consent"
	Exigency AuthorityKind = "exigency"
	Policy   AuthorityKind = "policy" // the agency's written policy; not in the strict regime
)

// AuthorityKinds lists them in the order in which forms offer them.
var AuthorityKinds = []AuthorityKind{Warrant, Consent, Exigency, Policy}

// Words is the kind with its article, to stand in a sentence.
func (k AuthorityKind) Words() string {
	switch k {
	case Warrant:
		return "a warrant"
	case Consent:
		return "a consent"
	case Exigency:
		return "an emergency with its approver"
	case Policy:
		return "an agency policy"
	default:
		return "this authority"
	}
}

// Authority is what a person records before opening a locked file. Which fields are
// needed depends on the kind; Lacks says what is missing.
type Authority struct {
	Kind     AuthorityKind
	Number   string    // warrant, policy
	Court    string    // warrant
	Date     time.Time // of issue, of the consent, of the approval, of the policy
	Until    time.Time // the last moment at which it may be used; zero if it sets none
	Scope    string    // what it covers, in its own words
	GivenBy  string    // consent: who gave it, and by what right over the account
	Approver string    // exigency: who approved, a different person from the one who asks
	Danger   string    // exigency: what would happen to whom without opening at once
	AskedBy  string    // who asks to open the file
	AskedAt  time.Time // when; given by the caller because this package has no clock
}

// Lacks says in words what keeps the authority from being relied on; "" if nothing.
func (a Authority) Lacks() string {
	var missing []string
	need := func(value, what string) {
		if strings.TrimSpace(value) == "" {
			missing = append(missing, what)
		}
	}
	switch a.Kind {
	case Warrant:
		need(a.Number, "its number")
		need(a.Court, "the court")
		need(a.Scope, "what it covers")
	case Consent:
		need(a.GivenBy, "who gave it")
		need(a.Scope, "what it covers")
	case Exigency:
		need(a.Approver, "who approved it")
		need(a.Danger, "what the danger is")
	case Policy:
		need(a.Number, "its number or title")
	default:
		return "no kind of authority was chosen"
	}
	if a.Date.IsZero() {
		missing = append(missing, "its date")
	}
	if len(missing) > 0 {
		return fmt.Sprintf("%s needs %s", a.Kind.Words(), and(missing))
	}
	switch {
	case a.AskedAt.IsZero() || strings.TrimSpace(a.AskedBy) == "":
		return "who asks and when was not recorded"
	case a.Date.After(a.AskedAt):
		return "the date of the authority lies in the future"
	case !a.Until.IsZero() && a.AskedAt.After(a.Until):
		return "the authority ended on " + a.Until.Format("2 January 2006")
	case a.Kind == Exigency && same(a.Approver, a.AskedBy):
		return "an emergency must be approved by somebody other than the person who opens the file"
	default:
		return ""
	}
}

// String says the authority as it is kept in the record of an opening.
func (a Authority) String() string {
	date := a.Date.Format("2 January 2006")
	switch a.Kind {
	case Warrant:
		return fmt.Sprintf("warrant %s of %s, dated %s, for %s", a.Number, a.Court, date, a.Scope)
	case Consent:
		return fmt.Sprintf("the consent of %s, dated %s, for %s", a.GivenBy, date, a.Scope)
	case Exigency:
		return fmt.Sprintf("an emergency approved by %s on %s: %s", a.Approver, date, a.Danger)
	case Policy:
		return fmt.Sprintf("agency policy %s, dated %s", a.Number, date)
	default:
		return "no authority"
	}
}

func same(a, b string) bool { return strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b)) }

func and(parts []string) string {
	if len(parts) == 1 {
		return parts[0]
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " and " + parts[len(parts)-1]
}
