package handlers

import (
	"testing"
	"time"

	"reeve/models"
)

func TestSignInStrengthIsSaidInWords(t *testing.T) {
	now := time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		amr  []string
		acr  string
		want string
	}{
		{nil, "", "Not said"}, {[]string{"pwd"}, "", "Password only"}, {[]string{"pwd", "otp", "mfa"}, "http://idmanagement.gov/ns/assurance/aal/2", "Two factors (code)"},
		{[]string{"otp"}, "", "Code only"}, {[]string{"HWK"}, "", "Security key"}, {[]string{"pwd", "hwk"}, "", "Security key"}, {nil, "phr", "Security key"}, {[]string{"sc", "pin"}, "", "Smart card"},
		{[]string{"pwd", "mfa"}, "", "Two factors"}, {[]string{"rsa", "ngcmfa"}, "", "Two factors"}, {nil, "http://idmanagement.gov/ns/assurance/aal/2", "Two factors"}, {[]string{"fpt"}, "", "Face or fingerprint"},
		{[]string{"pwd"}, "http://idmanagement.gov/ns/assurance/aal/1", "Password only"}, {nil, "urn:something", "Said otherwise"}, {[]string{"rba"}, "", "Said otherwise"},
	} {
		u := models.User{LastSignInAt: &now, LastAMR: c.amr, LastACR: c.acr}
		if got := strength(u).Label; got != c.want {
			t.Errorf("amr %q, acr %q: %q, want %q", c.amr, c.acr, got, c.want)
		}
	}
	if got := strength(models.User{LastAMR: []string{"pwd"}}).Label; got != "" {
		t.Errorf("somebody who never signed in: %q", got)
	}
}

func TestAReviewIsOverdueOrSoonOrNeither(t *testing.T) {
	now := time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		reviewed time.Duration // ago
		state    models.UserState
		want     string
	}{
		{models.RecertifyAfter, models.UserActive, "Overdue"}, {models.RecertifyAfter - time.Second, models.UserActive, "Due soon"}, {models.RecertifyAfter - 31*24*time.Hour, models.UserActive, ""},
		{2 * models.RecertifyAfter, models.UserRemoved, ""}, {2 * models.RecertifyAfter, models.UserSuspended, "Overdue"},
	} {
		at := now.Add(-c.reviewed)
		if got, _ := due(models.User{State: c.state, RecertifiedAt: &at}, now); got != c.want {
			t.Errorf("reviewed %v ago, %s: %q, want %q", c.reviewed, c.state, got, c.want)
		}
	}
}

func TestNobodyIsListedForAReason(t *testing.T) {
	for view, words := range listWords {
		if words[0] == "" {
			t.Errorf("the list %q has no name", view)
		}
	}
}
