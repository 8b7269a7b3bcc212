package reeve

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// allowed says which of our own packages a package may import. A key ending in /
// stands for everything below it; the longest key that fits decides. "*" allows all.
var allowed = map[string][]string{
	"reeve":                        nil,
	"reeve/auth":                   nil,
	"reeve/models":                 nil,
	"reeve/migrations":             nil,
	"reeve/static":                 nil,
	"reeve/models/routing":         {"reeve/models", "reeve/models/routing/"},
	"reeve/models/routing/":        {"reeve/models/routing", "reeve/models/routing/"},
	"reeve/models/priority":        {"reeve/models"},
	"reeve/models/selector":        {"reeve/models"},
	"reeve/models/gate":            {"reeve/models"},
	"reeve/models/pdq":             nil,
	"reeve/models/hashindex":       nil,
	"reeve/models/geo":             {"reeve/models", "reeve/models/routing"},
	"reeve/models/keyring":         nil,
	"reeve/models/evidence":        {"reeve/models", "reeve/models/keyring"},
	"reeve/models/store":           {"reeve/auth", "reeve/models", "reeve/migrations"},
	"reeve/models/store/pgcluster": nil,
	"reeve/models/storetest":       {"*"},
	"reeve/models/audit":           {"reeve/auth", "reeve/models", "reeve/models/store"},
	"reeve/models/referral":        {"reeve/auth", "reeve/models", "reeve/models/store"},
	"reeve/models/account":         {"reeve/auth", "reeve/models", "reeve/models/store"},
	"reeve/models/mail":            {"reeve/auth", "reeve/models", "reeve/models/store", "reeve/models/audit"},
	"reeve/models/jobs":            {"reeve/models"},
	"reeve/models/names":           {"reeve/auth", "reeve/models", "reeve/models/store"},
	"reeve/views":                  nil, // a test only

	// Made-up reports, to measure routing by.
	"reeve/models/routing/population": {"reeve/models", "reeve/models/routing", "reeve/models/routing/county"},

	// Use cases: the spine, the pure packages, and none of their kind.
	"reeve/models/": {"reeve/auth", "reeve/models", "reeve/models/store", "reeve/models/audit", "reeve/models/referral", "reeve/models/account", "reeve/models/mail",
		"reeve/models/routing", "reeve/models/routing/", "reeve/models/priority", "reeve/models/selector", "reeve/models/gate", "reeve/models/pdq", "reeve/models/hashindex", "reeve/models/evidence", "reeve/models/geo", "reeve/models/names"},
	"reeve/auth/devidp":         nil,
	"reeve/auth/":               {"reeve/auth", "reeve/auth/", "reeve/models", "reeve/models/store", "reeve/models/audit", "reeve/models/keyring"},
	"reeve/views/":              {"reeve/auth", "reeve/models", "reeve/views/", "reeve/static"},
	"reeve/handlers":            {"reeve/auth", "reeve/auth/", "reeve/models", "reeve/models/", "reeve/views/", "reeve/static"},
	"reeve/handlers/":           {"reeve/auth", "reeve/auth/", "reeve/models", "reeve/models/", "reeve/handlers/"},
	"reeve/handlers/ispws/wire": {"reeve/models"},
	"reeve/web":                 {"*"},
	"reeve/web/":                {"*"},
	"reeve/cmd/":                {"*"},
}

// outside says which packages alone may import a library.
var outside = map[string][]string{
	"github.com/labstack/echo/v4": {"reeve/web", "reeve/web/", "reeve/handlers", "reeve/handlers/", "reeve/auth/session", "reeve/auth/oidc", "reeve/auth/apikey", "reeve/cmd/"},
	"gorm.io/gorm": {"reeve/models/store", "reeve/models/storetest", "reeve/models/audit", "reeve/models/referral", "reeve/models/casefile", "reeve/models/outcome", "reeve/models/intake",
		"reeve/models/triage", "reeve/models/deconflict", "reeve/models/directory", "reeve/auth/",
		"reeve/models/account", "reeve/models/people", "reeve/models/issuers", "reeve/models/agencies", "reeve/models/providers", "reeve/models/provisioning",
		"reeve/models/known", "reeve/models/labelling", "reeve/models/linking", "reeve/models/escalation", "reeve/models/publicform", "reeve/models/mail"},
	"github.com/wneessen/go-mail": {"reeve/models/mail"},
	"encoding/xml":                {"reeve/handlers/ispws/"},
	"github.com/a-h/templ":        {"reeve/views/", "reeve/handlers", "reeve/web", "reeve/web/"},
	"github.com/zitadel/oidc/v3/": {"reeve/auth/devidp"},
}

// pure packages use no clock, no network, no files and no database.
var pure = []string{"reeve/models/routing", "reeve/models/priority", "reeve/models/selector", "reeve/models/gate", "reeve/models/pdq", "reeve/models/hashindex"}

// impure are the standard library's ways out.
var impure = []string{"os", "net/http", "database/sql", "os/exec", "io/ioutil"}

func TestImportsPointInwards(t *testing.T) {
	out, err := exec.Command("go", "list", "-tags", "demo", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	seen := 0
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		pkg, imports := fields[0], fields[1:]
		if strings.HasSuffix(pkg, "/gen") {
			continue // a generator runs by hand and is linked into nothing
		}
		seen++
		rule, ok := ruleFor(pkg)
		if !ok {
			t.Errorf("%s stands in no room of the house: give it a rule here", pkg)
			continue
		}
		for _, imp := range imports {
			if (imp == "reeve" || strings.HasPrefix(imp, "reeve/")) && !fits(imp, rule) {
				t.Errorf("%s may not import %s", pkg, imp)
			}
			for lib, who := range outside {
				if fits(imp, []string{lib}) && !fits(pkg, who) {
					t.Errorf("%s may not import %s", pkg, imp)
				}
			}
			if slices.Contains(pure, pkg) && slices.Contains(impure, imp) {
				t.Errorf("%s reasons; it may not import %s", pkg, imp)
			}
		}
	}
	if seen < 20 {
		t.Errorf("only %d packages were looked at", seen)
	}
}

func ruleFor(pkg string) ([]string, bool) {
	if r, ok := allowed[pkg]; ok {
		return r, true
	}
	best := ""
	for k := range allowed {
		if strings.HasSuffix(k, "/") && strings.HasPrefix(pkg, k) && len(k) > len(best) {
			best = k
		}
	}
	return allowed[best], best != ""
}

func fits(name string, list []string) bool {
	for _, k := range list {
		if k == "*" || k == name || strings.HasSuffix(k, "/") && strings.HasPrefix(name, k) {
			return true
		}
	}
	return false
}
