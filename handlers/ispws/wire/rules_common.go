package wire

import (
	"slices"
	"strings"
)

// Rules of the shared types and of the parties.

// verificationRule: a date of verification needs the verification.
func verificationRule(c *check, n *node) {
	if _, dated := n.attr("verificationDate"); !dated {
		return
	}
	if verified, ok := n.attr("verified"); !ok || !parseBool(verified) {
		c.business(n, "element '%s' has a verificationDate and so must have verified=\"true\"", n.name)
	}
}

// callingCodeRule: with countryCallingCode the number comes without it. The
// number is kept either way, so this is only remarked.
func callingCodeRule(c *check, n *node) {
	if _, ok := n.attr("countryCallingCode"); ok && strings.HasPrefix(strings.TrimSpace(n.text), "+") {
		c.notice(n, LevelBusiness, "element '%s' has a countryCallingCode, so its number should come without the calling code", n.name)
	}
}

// locationRule: a country always; in the US a state code as region, and that
// whenever there is a city.
func locationRule(c *check, n *node) {
	country, region := n.child("countryCode"), n.child("region")
	if country == nil || country.text == "" {
		c.business(n, "element 'countryCode' is needed in element '%s'", n.name)
		return
	}
	if country.text != "US" {
		return
	}
	if region == nil || region.text == "" {
		if city := n.child("city"); city != nil && city.text != "" {
			c.business(n, "element 'region' is needed in element '%s' for a city in the US", n.name)
		}
		return
	}
	if !slices.Contains(states, region.text) {
		c.business(region, "element 'region' must be the two-letter code of a US state, since countryCode is US")
	}
}

// disabledRule: an account is disabled first, then its user is told, and later
// it may be enabled again.
func disabledRule(c *check, n *node) {
	disabled, ok := n.instant("disabledDate")
	if !ok {
		return
	}
	if told, ok := n.instant("userNotifiedDate"); ok && told.at.Before(disabled.at) {
		c.business(n, "attribute 'userNotifiedDate' of element '%s' must not be before disabledDate", n.name)
	}
	if again, ok := n.instant("reenabledDate"); ok && !again.at.After(disabled.at) {
		c.business(n, "attribute 'reenabledDate' of element '%s' must be after disabledDate", n.name)
	}
}

// instant reads a dateTime attribute; ok is false when it is absent or not one.
func (n *node) instant(name string) (instant, bool) {
	value, ok := n.attr(name)
	if !ok {
		return instant{}, false
	}
	return parseDateTime(value)
}

// associatedRule: an age or a date of birth, and one kind of account.
func associatedRule(c *check, n *node) {
	if n.child("approximateAge") != nil && n.child("dateOfBirth") != nil {
		c.business(n, "element '%s' may have approximateAge or dateOfBirth, not both", n.name)
	}
	kind, ok1 := n.attr("type")
	other, ok2 := n.attr("accountType")
	switch {
	case ok1 && ok2 && kind != other:
		c.business(n, "attributes 'type' and 'accountType' of element '%s' say different things", n.name)
	case !ok1 && !ok2:
		c.notice(n, LevelBusiness, "element '%s' says no type; it is read as Other", n.name)
	}
}

// reporterEmailRule: the published text asks for an e-mail address of the
// reporting person; the schema does not, and real clients send none.
func reporterEmailRule(c *check, n *node) {
	p := n.child("reportingPerson")
	if p == nil || p.child("email") != nil {
		return
	}
	const message = "element 'reportingPerson' should have at least one 'email'"
	if c.opt.RequireReporterEmail {
		c.business(p, message)
	} else {
		c.notice(p, LevelBusiness, message)
	}
}
