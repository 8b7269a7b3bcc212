package oidc

import (
	"testing"
	"time"

	"reeve/models"
)

func TestHowStrongASignInWas(t *testing.T) {
	t.Parallel()
	at := time.Now()
	nothing := models.Issuer{}
	attested := models.Issuer{MFAAttestedAt: &at}
	acr := models.Issuer{RequiredACR: models.TextList{"aal2", "aal3"}}
	amr := models.Issuer{RequiredAMR: models.TextList{"mfa", "hwk"}, MFAAttestedAt: &at}
	both := models.Issuer{RequiredACR: models.TextList{"aal2"}, RequiredAMR: models.TextList{"mfa"}}
	for _, c := range []struct {
		name         string
		issuer       models.Issuer
		acr          string
		amr          []string
		strong, weak bool
	}{
		{"nothing demanded, nothing said", nothing, "", nil, false, false},
		{"nothing demanded, a password", nothing, "aal1", []string{"pwd"}, false, false},
		{"nothing demanded, mfa said", nothing, "", []string{"pwd", "mfa"}, true, false},
		{"nothing demanded, two factors", nothing, "", []string{"pwd", "otp"}, true, false},
		{"nothing demanded, two of one factor", nothing, "", []string{"pwd", "pin"}, false, false},
		{"nothing demanded, a factor and something that is none", nothing, "", []string{"pwd", "user", "geo", "rba"}, false, false},
		{"nothing demanded, a class that only looks strong", nothing, "aal3", nil, false, false},
		{"accepted by the clearinghouse", attested, "", []string{"pwd"}, true, false},
		{"the class demanded", acr, "aal2", nil, true, false},
		{"another class demanded", acr, "aal3", []string{"pwd"}, true, false},
		{"a weaker class", acr, "aal1", []string{"pwd", "mfa"}, false, true},
		{"no class", acr, "", []string{"mfa"}, false, true},
		{"the method demanded", amr, "", []string{"pwd", "hwk"}, true, false},
		{"two factors, and neither is the method demanded", amr, "", []string{"pwd", "otp"}, false, true},
		{"the class or the method: the class", both, "aal2", []string{"pwd"}, true, false},
		{"the class or the method: the method", both, "aal1", []string{"mfa"}, true, false},
		{"the class or the method: neither", both, "aal1", []string{"pwd"}, false, true},
		{"an empty demand and an empty answer", models.Issuer{RequiredACR: models.TextList{""}, RequiredAMR: models.TextList{""}}, "", []string{""}, false, true},
	} {
		if got := strong(c.issuer, c.acr, c.amr); got != c.strong {
			t.Errorf("%s: strong %v, want %v", c.name, got, c.strong)
		}
		err := tooWeak(c.issuer, claims{ACR: c.acr, AMR: c.amr})
		if (err != nil) != c.weak {
			t.Errorf("%s: refused with %v, want refused %v", c.name, err, c.weak)
		}
		if err != nil && reasonOf(err) != TooWeak {
			t.Errorf("%s: refused as %s", c.name, reasonOf(err))
		}
	}
}
