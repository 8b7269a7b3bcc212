package handlers

import (
	"testing"

	"reeve/auth"
)

func TestOnlyPathsOfThisPortalAreGoneTo(t *testing.T) {
	t.Parallel()
	for to, want := range map[string]bool{
		"/": true, "/inbox": true, "/reports/123?tab=trail": true, "/reports/123#outcome": true, "/search?q=https://x.example/": true,
		"": false, "inbox": false, "//x.example": false, "///x.example": false, `/\x.example`: false, "/a\\b": false, "https://x.example/": false,
		"javascript:alert(1)": false, "/a\r\nSet-Cookie: b": false, "/\t/x.example": false, "/a\x7f": false, string(make([]byte, 3000)): false,
	} {
		if got := SafeReturn(to); got != want {
			t.Errorf("%q: got %v, want %v", to, got, want)
		}
	}
}

func TestRolesAreNamedInWords(t *testing.T) {
	t.Parallel()
	if got, want := RolesInWords([]auth.Role{auth.AgencyAdmin, auth.Supervisor}), "Supervisor, agency admin"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := RolesInWords(nil); got != "" {
		t.Errorf("nobody's roles are %q", got)
	}
	for _, r := range auth.Roles() {
		if r.Words() == "" {
			t.Errorf("%s has no words", r)
		}
	}
}

// Everybody lands on a page that exists, also while pages are still missing.
func TestEverybodyHasAHome(t *testing.T) {
	t.Parallel()
	all := &Pages{Exists: func(string) bool { return true }}
	none := &Pages{Exists: func(string) bool { return false }}
	for role, want := range map[auth.Role]string{
		auth.Investigator: "/inbox", auth.ReadOnly: "/inbox", auth.Analyst: "/desk", auth.DeskSupervisor: "/desk",
		auth.ClearinghouseAdmin: "/desk/feedback", auth.Auditor: "/audit", auth.AgencyAdmin: "/agency/users",
	} {
		a := auth.Actor{Side: auth.SideAgency, Roles: []auth.Role{role}}
		if got := all.Home(a); got != want {
			t.Errorf("%s lands at %s, want %s", role, got, want)
		}
		if got := none.Home(a); got != "/account" {
			t.Errorf("%s lands at %s, want /account", role, got)
		}
	}
}
