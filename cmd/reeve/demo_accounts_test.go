//go:build demo

package main

import (
	"slices"
	"testing"
)

// What the sign-in page and the terminal show is the contract's list, however many
// people the demonstration has.
func TestTheAccountsShownAreTheContracts(t *testing.T) {
	var shown []string
	for _, a := range accountsShown() {
		shown = append(shown, a.Email)
	}
	want := []string{"avery@clearinghouse.example", "sam@clearinghouse.example", "dana@bay.example", "noor@bay.example", "lee@boroughs.example", "kit@boroughs.example", "robin@paloalto.example", "jules@north.example"}
	if !slices.Equal(shown, want) {
		t.Errorf("shown are %q, want %q", shown, want)
	}
	for _, p := range demoAccounts {
		if p.does != "" || slices.Contains(shown, p.user+"@bay.example") {
			t.Errorf("%s is shown", p.name)
		}
	}
}
