package auth

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/roles.md anew")

func TestEveryPermissionSaysWhatItLetsOneDoAndHowFarItReaches(t *testing.T) {
	for _, p := range Permissions() {
		r, ok := rules[p]
		if !ok || !strings.HasSuffix(r.words, ".") {
			t.Errorf("%s needs a sentence in rules (auth/policy_words.go)", p)
			continue
		}
		for _, role := range Roles() {
			if role != Machine && (Actor{Roles: []Role{role}}).Can(p) && ReachOf(role, p) == NoReach {
				t.Errorf("%s holds %s, and rules does not say how far it reaches there", role, p)
			}
		}
	}
	if len(rules) != len(Permissions()) {
		t.Errorf("rules has %d permissions, the matrix %d", len(rules), len(Permissions()))
	}
}

func TestEveryGrantIsOfAListedRoleAndPermission(t *testing.T) {
	for role, list := range grants {
		if !slices.Contains(Roles(), role) || role.Words() == "" || role.Means() == "" {
			t.Errorf("the role %q is not listed, or has no words", role)
		}
		for _, p := range list {
			if !slices.Contains(Permissions(), p) {
				t.Errorf("%s is granted %q, which is not listed", role, p)
			}
		}
	}
}

// Whoever gives access reads no report, so that nobody can let themselves in to one.
func TestNoAdminRoleReadsReports(t *testing.T) {
	for _, role := range Roles() {
		a := Actor{Roles: []Role{role}}
		if a.Can(ManageUsers) && (a.Can(ReadReport) || a.Can(ReadInbox) || a.Can(Search)) {
			t.Errorf("%s manages people and reads reports", role)
		}
	}
}

func TestNobodyMayOnlyWhatIsPublic(t *testing.T) {
	for _, p := range Permissions() {
		if got := (Actor{}).Can(p); got != (p == Public) {
			t.Errorf("nobody may %s: %v", p, got)
		}
	}
}

// docs/roles.md is the table of this package for readers.
func TestTheDocumentOfRolesIsCurrent(t *testing.T) {
	const file = "../docs/roles.md"
	got := rolesDocument()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || got != string(want) {
		t.Errorf("%s is stale (%v); run go test ./auth -run Document -update and read the difference", file, err)
	}
}

func rolesDocument() string {
	var b strings.Builder
	b.WriteString(`# Who may do what

Made from the one table of the program (` + "`auth/policy.go`" + `), from which routes, use cases and buttons also come. Do not edit it here: run ` + "`go test ./auth -run Document -update`" + `.

A role says what a person may do. Whose things they may do it to is another question, which the database answers for each row: a person of an agency sees a report only if it was sent to that agency, and accounts and settings only of that agency and of those below it. What a person may not see does not exist for them. What each address of the portal answers to each role is in ` + "`web/testdata/matrix.golden`" + `, tried one by one by a test.

## The roles

A person may hold several.

| role | who |
|---|---|
`)
	for _, r := range Roles() {
		fmt.Fprintf(&b, "| %s | %s |\n", r.Words(), r.Means())
	}
	section := func(title string, roles []Role) {
		fmt.Fprintf(&b, "\n## %s\n\n| what it lets one do |", title)
		for _, r := range roles {
			fmt.Fprintf(&b, " %s |", r.Words())
		}
		b.WriteString("\n|---|" + strings.Repeat("---|", len(roles)) + "\n")
		for _, p := range Permissions() {
			if p == Public || !slices.ContainsFunc(roles, func(r Role) bool { return ReachOf(r, p) != NoReach }) {
				continue
			}
			fmt.Fprintf(&b, "| %s |", p.Words())
			for _, r := range roles {
				fmt.Fprintf(&b, " %s |", ReachOf(r, p).Words())
			}
			b.WriteByte('\n')
		}
	}
	section("People of an agency", AgencyRoles())
	section("People of the clearinghouse", ClearinghouseRoles())
	section("Machines", []Role{ProviderMachine, Directory})
	b.WriteString(`
## How far

| word | on whose things |
|---|---|
| oneself | what is one's own, or nobody's |
| own agency | what is one's own agency's, and what was sent to it |
| own agency and below | also every agency below it in the tree, at any depth: accounts, sign-in, settings and figures, never reports |
| everything | every agency's |
`)
	return b.String()
}
