package web_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"reeve/web/webtest"
)

// Another implementation of SCIM, the npm package scimmy, builds requests, reads
// every answer by RFC 7643's schemas, and applies the same patches to its own copy.
func TestAnotherImplementationAgrees(t *testing.T) {
	t.Parallel()
	node, err1 := exec.LookPath("node")
	npm, err2 := exec.LookPath("npm")
	if err1 != nil || err2 != nil {
		if os.Getenv("REEVE_SKIP_NPM") == "1" {
			t.Skip("NOT TESTED: the npm package scimmy, for want of node and npm (REEVE_SKIP_NPM=1)")
		}
		t.Fatal("node and npm are missing; install nodejs and npm, or set REEVE_SKIP_NPM=1 to go without this test")
	}
	dir := t.TempDir()
	for _, name := range []string{"package.json", "package-lock.json", "witness.mjs"} {
		b, err := os.ReadFile(filepath.Join("testdata", "scimmy", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	install := exec.CommandContext(t.Context(), npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--engine-strict=false", "--loglevel=error")
	install.Dir = dir
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("npm ci: %v\n%s", err, out)
	}
	site := webtest.Start(t, webtest.Options{})
	d := connect(t, site, "ines@bay.example")
	run := exec.CommandContext(t.Context(), node, "witness.mjs", site.URL+"/scim/v2", d.token)
	run.Dir = dir
	var problems bytes.Buffer
	run.Stderr = &problems
	out, err := run.Output()
	if err != nil {
		t.Fatalf("the other implementation: %v\n%s", err, problems.String())
	}
	if n, err := strconv.Atoi(strings.TrimSpace(string(out))); err != nil || n < 30 {
		t.Errorf("only %q answers were read", out)
	}
}
