package wire

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"reeve/models"
)

// testNow is the present of every test of this package.
var testNow = time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)

var testOptions = Options{Now: testNow, MaxFindings: 10_000}

// decodeAny decodes by the root that the document seems to have.
func decodeAny(doc []byte, opt Options) (any, []models.NewerElement, []Finding, error) {
	if isFileDetails(doc) {
		f, findings, err := DecodeFileDetails(doc, opt)
		if err != nil {
			return nil, nil, findings, err
		}
		return f, f.Newer, findings, nil
	}
	r, findings, err := DecodeReport(doc, opt)
	if err != nil {
		return nil, nil, findings, err
	}
	return r, r.Newer, findings, nil
}

func isFileDetails(doc []byte) bool { return bytes.Contains(doc, []byte("<fileDetails")) }

// schemaValid is our verdict at the level of the schema file alone: unknown
// elements that we keep are not valid there.
func schemaValid(findings []Finding) bool {
	for _, f := range findings {
		if f.Level == LevelSchema || f.Level == LevelForm {
			return false
		}
	}
	return true
}

// xmllint validates files with our schema in one run and answers which of them
// it accepts. A test that needs it fails when the program is not installed,
// unless REEVE_SKIP_XMLLINT=1.
func xmllint(t *testing.T, files []string) map[string]bool {
	t.Helper()
	program, err := exec.LookPath("xmllint")
	if err != nil {
		if os.Getenv("REEVE_SKIP_XMLLINT") == "1" {
			const message = "NOT TESTED: xmllint is not installed and REEVE_SKIP_XMLLINT=1, so our validator was not compared with an XSD validator"
			fmt.Fprintln(os.Stderr, message)
			t.Skip(message)
		}
		t.Fatal("xmllint is not installed; `make test` installs it with the package libxml2-utils (REEVE_SKIP_XMLLINT=1 leaves this test out)")
	}
	schema := filepath.Join(t.TempDir(), "reeve.xsd")
	if err := os.WriteFile(schema, Schema(), 0o600); err != nil {
		t.Fatal(err)
	}
	// The exit code only says that some file failed; the lines say which.
	out, _ := exec.Command(program, append([]string{"--noout", "--nonet", "--schema", schema}, files...)...).CombinedOutput()
	if bytes.Contains(out, []byte("failed to compile")) {
		t.Fatalf("xmllint does not accept our schema:\n%s", out)
	}
	verdict := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		if file, ok := strings.CutSuffix(strings.TrimSpace(line), " validates"); ok {
			verdict[file] = true
		}
	}
	return verdict
}

// lines joins findings for a failure message.
func lines(findings []Finding) string {
	var b strings.Builder
	for _, f := range findings {
		fmt.Fprintf(&b, "\n    %s (%s, severity %d)", f, f.Level, f.Severity)
	}
	return b.String()
}

// aReport is a short valid report in which tests replace parts.
const aReport = `<?xml version="1.0" encoding="UTF-8"?>
<report>
  <incidentSummary>
    <incidentType>Child Sex Tourism</incidentType>
    <incidentDateTime>2024-03-05T10:11:12Z</incidentDateTime>
  </incidentSummary>
  <reporter>
    <reportingPerson><email>desk@provider.example</email></reportingPerson>
  </reporter>
  <additionalInfo>note</additionalInfo>
</report>
`

// replaced answers aReport with one part replaced; the part must be there.
func replaced(t testing.TB, old, new string) []byte {
	t.Helper()
	if !strings.Contains(aReport, old) {
		t.Fatalf("the test's report does not contain %q", old)
	}
	return []byte(strings.Replace(aReport, old, new, 1))
}
