package handlers

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"reeve/auth"
	"reeve/models"
	"reeve/models/people"
	"reeve/views/components"
)

// listWords name the lists of people: on the tab, and what the list is for.
var listWords = map[people.View][2]string{
	people.Everybody: {"Everybody", ""},
	people.ToApprove: {"To approve", "These people were invited, and no commander has said yes. A supervisor of the agency, or of one above it, approves them."},
	people.ToReview:  {"To review", "Everybody's access is looked at once a year. Tick those who still need it; suspend those who do not. People stand here from 30 days before their review is due."},
	people.Idle:      {"Idle 90 days", "These people have not signed in for 90 days or more. Suspend whoever does not need the access now; it is given back in one click."},
	people.Leavers:   {"Leavers with open work", "Suspended or removed, and open reports still stand under their names. Hand them over or put them back into the queue."},
	people.Invited:   {"Invited", "They have not signed in yet. Open a person to copy what to send them."},
	people.Suspended: {"Suspended", ""},
	people.Removed:   {"Removed", "Their accounts have ended. The names stay, so that the audit log can be read. Invite somebody again to let them back."},
}

// roleHelp says what a role may do, where it is given.
var roleHelp = map[auth.Role]string{
	auth.Investigator: "Reads and works on reports, records outcomes.", auth.Supervisor: "As an investigator; also approves people and reads the audit log.",
	auth.AgencyAdmin: "Manages people, sign-in and settings of the agency and of those below. Opens no report by this role.", auth.ReadOnly: "Reads reports, records nothing: a prosecutor.",
	auth.Analyst: "Reads, classes and routes reports at the desk.", auth.DeskSupervisor: "As an analyst; also the feedback board, providers and the audit log.",
	auth.ClearinghouseAdmin: "Manages people, agencies, sign-in and providers.", auth.Auditor: "Reads the audit log of everybody, and nothing else.",
}

// strength says by what kind of proof somebody last signed in, as their provider
// said it: amr are methods of RFC 8176, acr the level in the provider's own words.
func strength(u models.User) components.StateArgs {
	if u.LastSignInAt == nil {
		return components.StateArgs{}
	}
	has := func(methods ...string) bool {
		return slices.ContainsFunc(u.LastAMR, func(m string) bool { return slices.Contains(methods, strings.ToLower(m)) })
	}
	acr := strings.ToLower(u.LastACR)
	good := components.StateArgs{Tone: components.ToneGood, Icon: components.IconShield}
	switch {
	case has("sc"):
		good.Label = "Smart card"
	case has("hwk", "fido", "pop") || slices.Contains([]string{"phr", "phrh"}, acr):
		good.Label = "Security key"
	case has("otp", "sms", "tel", "swk") && has("pwd", "pin", "mfa", "ngcmfa", "mca"):
		good.Label = "Two factors (code)"
	case has("mfa", "ngcmfa", "mca") || strings.Contains(acr, "mfa") || strings.HasSuffix(acr, "aal2") || strings.HasSuffix(acr, "aal/2") || strings.HasSuffix(acr, "aal3") || strings.HasSuffix(acr, "aal/3"):
		good.Label = "Two factors"
	case has("face", "fpt", "iris", "retina", "vbm"):
		good.Label = "Face or fingerprint"
	case has("pwd", "pin", "kba"):
		return components.StateArgs{Label: "Password only", Tone: components.ToneWarn}
	case has("otp", "sms", "tel", "swk"):
		return components.StateArgs{Label: "Code only", Tone: components.ToneWarn}
	case len(u.LastAMR) > 0 || acr != "":
		return components.StateArgs{Label: "Said otherwise", Icon: components.IconQuestion}
	default:
		return components.StateArgs{Label: "Not said", Icon: components.IconQuestion}
	}
	return good
}

// strengthNote is what the provider said, word by word.
func strengthNote(u models.User) string {
	var parts []string
	if len(u.LastAMR) > 0 {
		parts = append(parts, "methods "+strings.Join(u.LastAMR, ", "))
	}
	if u.LastACR != "" {
		parts = append(parts, "level "+u.LastACR)
	}
	if len(parts) == 0 {
		return "The provider said nothing of how it was proved."
	}
	return "The provider said: " + strings.Join(parts, "; ") + "."
}

// byWhom says who did something and on which day.
func byWhom(name string, at time.Time) string {
	if name == "" {
		return at.Format("2 Jan 2006")
	}
	return "by " + name + ", " + at.Format("2 Jan 2006")
}

// due says how an account's yearly review stands; empty while it is far off.
func due(u models.User, now time.Time) (string, components.Tone) {
	at := u.RecertifyDue()
	switch {
	case u.State == models.UserRemoved:
	case !at.After(now):
		return "Overdue", components.ToneBad
	case !at.After(now.Add(people.ReviewAhead)):
		return "Due soon", components.ToneWarn
	}
	return "", components.ToneNeutral
}

// sourceWords say how an account came.
func sourceWords(u models.User) string {
	by := ""
	if u.InvitedByName != "" {
		by = " by " + u.InvitedByName
	}
	switch u.Source {
	case models.ByInvitation:
		return "Invited" + by
	case models.ByFile:
		return "Imported from a file" + by
	case models.ByDirectory:
		return "Made by the agency's own directory"
	}
	return "Made at the console"
}

// openWork is a load in words; loads are counted up to a hundred.
func openWork(n int) string {
	switch {
	case n == 0:
		return ""
	case n >= 100:
		return "100+"
	}
	return components.Group(n)
}

// rolesOfTexts are roles as a form sends them.
func rolesOfTexts(texts []string) []auth.Role {
	var list []auth.Role
	for _, t := range texts {
		list = append(list, auth.Role(t))
	}
	return list
}

func rolesOfUser(u models.User) []auth.Role { return rolesOfTexts(u.Roles) }

// plural is a number with its noun.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return components.Group(n) + " " + many
}

// threeValued says a mark that may be unsaid; empty: it is.
func threeValued(b *bool) string {
	switch {
	case b == nil:
		return ""
	case *b:
		return "Yes"
	}
	return "No"
}

// providerName names an identity provider: as its agency does, or by its host.
func providerName(p people.Provider) string {
	switch {
	case p.Name != "":
		return p.Name
	case p.URL != "":
		return "the agency's provider, " + hostOf(p.URL)
	}
	return ""
}

// detailWhy is the reason that a line of the log notes, if any.
func detailWhy(detail []byte) string {
	var d struct{ Why string }
	if json.Unmarshal(detail, &d) != nil {
		return ""
	}
	return d.Why
}
