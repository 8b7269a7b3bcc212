package oidc

import (
	"slices"
	"strings"

	"reeve/models"
)

// factors sorts authentication methods (RFC 8176) by what a person shows: something
// that they know, have, or are. Methods that are none of these (user, geo, rba, wia)
// or several at once are left out.
var factors = map[string]string{
	"pwd": "know", "pin": "know", "kba": "know",
	"otp": "have", "hwk": "have", "swk": "have", "sc": "have", "sms": "have", "tel": "have", "pop": "have",
	"face": "are", "fpt": "are", "iris": "are", "retina": "are", "vbm": "are",
}

// strong reports whether a sign-in was strong. Where the issuer's settings demand a
// sign of it, one of the values that they name must be there; nothing else counts.
// Where they demand none, it is strong if the clearinghouse accepted that this
// provider enforces a second factor without saying so, or if the methods name mfa or
// two different factors.
//
// Only the demand shuts people out: a provider of which none is made signs in, and
// steps up, whatever this answers.
func strong(i models.Issuer, acr string, amr []string) bool {
	if i.AsksForMFA() {
		return acr != "" && slices.Contains(i.RequiredACR, acr) ||
			slices.ContainsFunc(amr, func(m string) bool { return m != "" && slices.Contains(i.RequiredAMR, m) })
	}
	if i.MFAAttestedAt != nil || slices.Contains(amr, "mfa") {
		return true
	}
	seen := map[string]bool{}
	for _, m := range amr {
		if f := factors[m]; f != "" {
			seen[f] = true
		}
	}
	return len(seen) > 1
}

// tooWeak answers what is wrong with a sign-in that is not as strong as demanded,
// or nil.
func tooWeak(i models.Issuer, who claims) error {
	if !i.AsksForMFA() || strong(i, who.ACR, who.AMR) {
		return nil
	}
	return &trouble{step: stepStrong, reason: TooWeak, text: "A second factor is demanded and the token does not show one: " + demanded(i) + " was wanted, and it says " + shown(who) +
		". Require a second factor for Reeve at the provider, and have it say so in its tokens."}
}

func demanded(i models.Issuer) string {
	var parts []string
	if len(i.RequiredACR) > 0 {
		parts = append(parts, "acr "+strings.Join(i.RequiredACR, " or "))
	}
	if len(i.RequiredAMR) > 0 {
		parts = append(parts, "amr "+strings.Join(i.RequiredAMR, " or "))
	}
	return strings.Join(parts, ", or ")
}

func shown(who claims) string {
	acr, amr := who.ACR, strings.Join(who.AMR, ", ")
	if acr == "" && amr == "" {
		return "nothing of how the person signed in"
	}
	if acr == "" {
		acr = "(none)"
	}
	if amr == "" {
		amr = "(none)"
	}
	return "acr " + acr + " and amr " + amr
}
