package oidc

import (
	"encoding/json"
	"strings"
	"testing"

	"reeve/models"
)

func TestClaimsBecomeRolesOfTheAgencysKindOnly(t *testing.T) {
	t.Parallel()
	groups := models.RoleMap{"cases": {"investigator"}, "leads": {"supervisor", "investigator"}, "desk": {"analyst"}, "odd": {"system", "provider", "no-such-role"}, "both": {"analyst", "read-only"}}
	for _, c := range []struct {
		name, claim, token string
		kind               models.AgencyKind
		want, says         string
	}{
		{"a list", "groups", `{"groups": ["leads", "x"]}`, models.KindAgency, "investigator supervisor", ""},
		{"a text", "groups", `{"groups": "cases"}`, models.KindAgency, "investigator", ""},
		{"nested", "realm_access.roles", `{"realm_access": {"roles": ["leads"]}}`, models.KindAgency, "investigator supervisor", ""},
		{"a name with dots is a name first", "https://bay.example/roles", `{"https://bay.example/roles": ["cases"]}`, models.KindAgency, "investigator", ""},
		{"several", "groups", `{"groups": ["cases", "leads"]}`, models.KindAgency, "investigator supervisor", ""},
		{"the clearinghouse's", "groups", `{"groups": ["desk", "leads"]}`, models.KindClearinghouse, "analyst", ""},
		{"the part that is of the right kind", "groups", `{"groups": ["both"]}`, models.KindAgency, "read-only", ""},
		{"of the wrong kind", "groups", `{"groups": ["desk"]}`, models.KindAgency, "", "cannot have"},
		{"roles that no person has", "groups", `{"groups": ["odd"]}`, models.KindAgency, "", "cannot have"},
		{"no claim", "groups", `{"sub": "x"}`, models.KindAgency, "", "has no claim"},
		{"an empty list", "groups", `{"groups": []}`, models.KindAgency, "", "0 values"},
		{"none that is known", "groups", `{"groups": ["CASES", "cases "]}`, models.KindAgency, "", "2 values"},
		{"no list of texts", "groups", `{"groups": [1, {"cases": true}]}`, models.KindAgency, "", "0 values"},
		{"no list at all", "groups", `{"groups": {"cases": true}}`, models.KindAgency, "", "has no claim"},
		{"a path into a text", "groups.roles", `{"groups": "cases"}`, models.KindAgency, "", "has no claim"},
	} {
		var all map[string]any
		if err := json.Unmarshal([]byte(c.token), &all); err != nil {
			t.Fatal(err)
		}
		i := issuer{models.Issuer{RolesClaim: c.claim, RoleMap: groups}, models.Agency{Kind: c.kind}}
		got, err := mapped(i, claims{All: all})
		if strings.Join(got, " ") != c.want || (err == nil) != (c.says == "") || err != nil && (!strings.Contains(err.Error(), c.says) || reasonOf(err) != NoRole) {
			t.Errorf("%s: got %v, %v", c.name, got, err)
		}
	}
	if mapsRoles(models.Issuer{RolesClaim: "groups"}) || mapsRoles(models.Issuer{RoleMap: groups}) || !mapsRoles(models.Issuer{RolesClaim: "groups", RoleMap: groups}) {
		t.Error("half a mapping is none")
	}
}
