package ispws_test

import (
	"bytes"
	"encoding/base64"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"reeve/handlers/ispws/wire"
)

var update = flag.Bool("update", false, "write the golden files")

// moving is what differs from run to run.
var moving = []struct {
	pattern *regexp.Regexp
	with    string
}{
	{regexp.MustCompile(`<reportId>\d{9,12}</reportId>`), "<reportId>NUMBER</reportId>"},
	{regexp.MustCompile(`[a-df][0-9a-f]{31}([ <])`), "FILE$1"},
	{regexp.MustCompile(`\b\d{9,12}\b`), "NUMBER"},
}

// Every answer of the interface in one file: a change to what providers' programs
// read is a visible difference.
func TestEveryAnswer(t *testing.T) {
	t.Parallel()
	s := start(t)
	open, done, gone, batch := s.submit(), s.submit(), s.submit(), s.must(s.post("/submit", "", batched)).ReportID
	f, bf := s.upload(open, "x").FileID, s.upload(batch, "x").FileID
	s.must(s.post("/fileinfo", "", fileDetails(open, f, "")))
	df := s.upload(done, "x").FileID
	s.upload(batch, "y")
	s.must(s.end("/finish", done))
	s.must(s.end("/retract", gone))
	theirs := func(path, kind, body string) *answer {
		req := s.request(http.MethodPost, path, kind, strings.NewReader(body))
		req.SetBasicAuth("rival", password)
		return s.do(req)
	}
	auth := func(header string) *answer {
		req := s.request(http.MethodGet, "/status", "", nil)
		req.Header.Del("Authorization")
		if header != "" {
			req.Header.Set("Authorization", header)
		}
		return s.do(req)
	}
	get := func(method, path string) *answer { return s.do(s.request(method, path, "", nil)) }
	id := func(n int64) part { return part{"id", "", fmt.Sprint(n)} }
	file := part{"file", "a.png", "x"}
	const urlencoded = "application/x-www-form-urlencoded"
	var out strings.Builder
	seen := map[int]bool{}
	var documents []string
	for _, c := range []struct {
		name string
		get  func() *answer
	}{
		{"status", func() *answer { return get("GET", "/status") }},
		{"submit", func() *answer { return s.post("/submit", "text/xml; charset=utf-8", report) }},
		{"submit of a text without a type", func() *answer { return s.post("/submit", "text/plain;charset=UTF-8", report) }},
		{"upload", func() *answer { return s.form("/upload", id(s.submit()), file) }},
		{"fileinfo", func() *answer {
			n := s.submit()
			return s.post("/fileinfo", "", fileDetails(n, s.upload(n, "x").FileID, "<fileViewedByEsp>true</fileViewedByEsp>"))
		}},
		{"finish by urlencoded form", func() *answer { n := s.submit(); s.upload(n, "x"); return s.end("/finish", n) }},
		{"finish by multipart form, no files", func() *answer { return s.form("/finish", id(s.submit())) }},
		{"finish by query", func() *answer { return s.post(fmt.Sprintf("/finish?id=%d", s.submit()), "", "") }},
		{"finish with an unknown type", func() *answer { return s.post("/finish", "text/plain", fmt.Sprintf("id=%d\n", s.submit())) }},
		{"retract by urlencoded form", func() *answer { return s.end("/retract", s.submit()) }},
		{"retract by multipart form", func() *answer { return s.form("/retract", id(s.submit())) }},

		{"no credentials", func() *answer { return auth("") }},
		{"a wrong password", func() *answer { return auth("Basic " + base64.StdEncoding.EncodeToString([]byte("esp:guess"))) }},
		{"an unknown user", func() *answer { return auth("Basic " + base64.StdEncoding.EncodeToString([]byte("nobody:guess"))) }},
		{"another scheme", func() *answer { return auth("Bearer abc") }},
		{"broken credentials", func() *answer { return auth("Basic !!!") }},
		{"unknown path", func() *answer { return get("GET", "/nothing") }},
		{"the bare prefix", func() *answer { return get("GET", "") }},
		{"GET of submit", func() *answer { return get("GET", "/submit") }},
		{"POST of status", func() *answer { return get("POST", "/status") }},
		{"PUT of upload", func() *answer { return get("PUT", "/upload") }},

		{"submit of nothing", func() *answer { return s.post("/submit", "text/xml", "") }},
		{"submit that is not well formed", func() *answer { return s.post("/submit", "text/xml", "<report>\n  <incidentSummary>\n</report>") }},
		{"submit with a DOCTYPE", func() *answer { return s.post("/submit", "text/xml", "<!DOCTYPE report [<!ENTITY a \"b\">]>\n"+report) }},
		{"submit of file details", func() *answer { return s.post("/submit", "text/xml", fileDetails(open, f, "")) }},
		{"submit that breaks rules", func() *answer {
			return s.post("/submit", "text/xml", strings.NewReplacer("2026-01-05", "2027-01-05", "<firstName>Robin</firstName>", "<age>many</age>").Replace(report))
		}},
		{"submit naming another provider's prior report", func() *answer {
			return theirs("/submit", "text/xml", strings.Replace(report, "</espIdentifier>", fmt.Sprintf("</espIdentifier><priorCTReports>%d</priorCTReports>", open), 1))
		}},
		{"submit that is compressed", func() *answer {
			req := s.request("POST", "/submit", "text/xml", strings.NewReader("x"))
			req.Header.Set("Content-Encoding", "gzip")
			return s.do(req)
		}},
		{"submit of more than 16 MiB", func() *answer { return s.post("/submit", "text/xml", strings.Repeat(" ", 16<<20+1)) }},
		{"submit of more than 16 MiB, chunked", func() *answer {
			return s.do(s.request("POST", "/submit", "text/xml", struct{ *strings.Reader }{strings.NewReader(strings.Repeat(" ", 16<<20+1))}))
		}},

		{"upload without a file", func() *answer { return s.form("/upload", id(open)) }},
		{"upload without an id", func() *answer { return s.form("/upload", file) }},
		{"upload of two files", func() *answer { return s.form("/upload", id(open), file, file) }},
		{"upload with two ids", func() *answer { return s.form("/upload", id(open), id(done), file) }},
		{"upload with an id that is no number", func() *answer { return s.form("/upload", part{"id", "", "abc"}, file) }},
		{"upload that is no form", func() *answer { return s.post("/upload", "image/png", "x") }},
		{"upload to no such report", func() *answer { return s.form("/upload", id(123456789), file) }},
		{"upload to another provider's report", func() *answer { k, b := form(id(open), file); return theirs("/upload", k, b) }},
		{"upload to a finished report", func() *answer { return s.form("/upload", id(done), file) }},
		{"upload to a retracted report", func() *answer { return s.form("/upload", id(gone), file) }},

		{"fileinfo a second time", func() *answer { return s.post("/fileinfo", "", fileDetails(open, f, "")) }},
		{"fileinfo of no such file", func() *answer {
			return s.post("/fileinfo", "", fileDetails(open, "a0000000000000000000000000000000", ""))
		}},
		{"fileinfo of another report's file", func() *answer { return s.post("/fileinfo", "", fileDetails(open, bf, "")) }},
		{"fileinfo of another provider's report", func() *answer { return theirs("/fileinfo", "", fileDetails(open, f, "")) }},
		{"fileinfo of a finished report", func() *answer { return s.post("/fileinfo", "", fileDetails(done, df, "")) }},
		{"fileinfo that breaks rules", func() *answer {
			return s.post("/fileinfo", "", fileDetails(open, f, "<fileViewedByEsp>perhaps</fileViewedByEsp>"))
		}},
		{"fileinfo that a batched report may not have", func() *answer {
			return s.post("/fileinfo", "", fileDetails(batch, bf, "<originalFileName>a</originalFileName><additionalInfo>b</additionalInfo>"))
		}},
		{"fileinfo that a batched report may have", func() *answer {
			return s.post("/fileinfo", "", fileDetails(batch, bf, "<fileAnnotations><viral/></fileAnnotations>"))
		}},

		{"finish of a batched report with two files", func() *answer { return s.end("/finish", batch) }},
		{"finish without an id", func() *answer { return s.post("/finish", urlencoded, "") }},
		{"finish with a broken form", func() *answer { return s.post("/finish", "multipart/form-data; boundary=x", "--x\r\n") }},
		{"finish with too large a form", func() *answer { return s.post("/finish", urlencoded, "a="+strings.Repeat("x", 65<<10)) }},
		{"finish of no such report", func() *answer { return s.end("/finish", 123456789) }},
		{"finish of another provider's report", func() *answer { return theirs("/finish", urlencoded, fmt.Sprintf("id=%d", open)) }},
		{"finish of a finished report", func() *answer { return s.end("/finish", done) }},
		{"finish of a retracted report", func() *answer { return s.end("/finish", gone) }},
		{"retract of no such report", func() *answer { return s.end("/retract", 123456789) }},
		{"retract of another provider's report", func() *answer { return theirs("/retract", urlencoded, fmt.Sprintf("id=%d", open)) }},
		{"retract of a finished report", func() *answer { return s.end("/retract", done) }},
		{"retract of a retracted report", func() *answer { return s.end("/retract", gone) }},
	} {
		a := c.get()
		fmt.Fprintf(&out, "== %s\n%d %s\n", c.name, a.Status, a.Header.Get("Content-Type"))
		for _, h := range []string{"WWW-Authenticate", "Allow", "Retry-After"} {
			if v := a.Header.Get(h); v != "" {
				fmt.Fprintf(&out, "%s: %s\n", h, v)
			}
		}
		body := a.Body
		for _, m := range moving {
			body = m.pattern.ReplaceAllString(body, m.with)
		}
		out.WriteString(body + "\n")
		if a.Header.Get("Request-ID") == "" {
			t.Errorf("%s: no Request-ID", c.name)
		}
		if a.Code == nil {
			t.Errorf("%s: no code", c.name)
			continue
		}
		if (a.Status == http.StatusOK) != (*a.Code == 0) {
			t.Errorf("%s: HTTP %d with code %d", c.name, a.Status, *a.Code)
		}
		if a.Status != http.StatusOK && (a.XMLName.Local != "reportResponse" || a.Description == nil || *a.Description == "") {
			t.Errorf("%s: an error must be a reportResponse with a description: %s", c.name, a.Body)
		}
		seen[*a.Code] = true
		documents = append(documents, a.Body)
	}
	golden(t, "testdata/answers.golden", out.String())
	for _, code := range []int{0, 1210, 2000, 4000, 4100, 4110, 4200, 5001, 5002, 5101, 5102} {
		if !seen[code] {
			t.Errorf("no answer has the code %d", code)
		}
	}
	agreesWithSchema(t, documents)
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	g, w := strings.Split(got, "== "), strings.Split(string(b), "== ")
	for i := range max(len(g), len(w)) {
		switch {
		case i >= len(g):
			t.Errorf("missing: %s", w[i])
		case i >= len(w):
			t.Errorf("not in the golden file: %s", g[i])
		case g[i] != w[i]:
			t.Errorf("got %swant %s", g[i], w[i])
		}
	}
}

// agreesWithSchema checks every answer with libxml2 against our own schema file.
func agreesWithSchema(t *testing.T, documents []string) {
	t.Helper()
	tool, err := exec.LookPath("xmllint")
	if err != nil {
		t.Fatal("xmllint is missing; install libxml2-utils")
	}
	dir := t.TempDir()
	args := []string{"--noout", "--nonet", "--schema", filepath.Join(dir, "ispws.xsd")}
	if err := os.WriteFile(args[3], wire.Schema(), 0o600); err != nil {
		t.Fatal(err)
	}
	slices.Sort(documents)
	for i, d := range slices.Compact(documents) {
		name := filepath.Join(dir, fmt.Sprintf("%d.xml", i))
		if err := os.WriteFile(name, []byte(d), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, name)
	}
	var out bytes.Buffer
	cmd := exec.Command(tool, args...)
	cmd.Stderr = &out
	if err := cmd.Run(); err != nil {
		t.Errorf("xmllint: %v\n%s", err, out.String())
	}
}

func TestTheSchemaIsServedToProviders(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.do(s.request(http.MethodGet, "/xsd", "", nil))
	if a.Status != http.StatusOK || !strings.Contains(a.Header.Get("Content-Type"), "application/xml") || a.Body != string(wire.Schema()) {
		t.Errorf("got %d %s, %d bytes", a.Status, a.Header.Get("Content-Type"), len(a.Body))
	}
}
