package ispws_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"reeve/models"
)

// curl runs curl as providers are told to, and answers what it printed.
func (s *site) curl(args ...string) *answer {
	s.t.Helper()
	tool, err := exec.LookPath("curl")
	if err != nil {
		s.t.Fatal("curl is missing; install it")
	}
	cmd := exec.CommandContext(s.t.Context(), tool, append([]string{"--silent", "--show-error", "--noproxy", "*", "--write-out", "\n%{http_code}", "-u", "esp:" + password}, args...)...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		s.t.Fatalf("curl %v: %v\n%s", args, err, out)
	}
	i := bytes.LastIndexByte(out, '\n')
	a := &answer{Body: string(out[:i])}
	if _, err := fmt.Sscan(string(out[i+1:]), &a.Status); err != nil {
		s.t.Fatal(err)
	}
	if err := xml.Unmarshal(out[:i], a); err != nil {
		s.t.Fatalf("%s: %v", out, err)
	}
	return a
}

// The documented walk-through, with curl: status, submit, upload, details of the
// file, finish; then once more with retract.
func TestTheWalkThroughWithCurl(t *testing.T) {
	t.Parallel()
	s := start(t)
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	base := s.URL + "/ispws"
	const xmlType = "Content-Type: text/xml; charset=utf-8"
	document := write("report.xml", report)
	image := write("a drawing 1.png", "\x89PNG\r\n\x1a\nnot really")

	status := s.must(s.curl("-X", "GET", base+"/status"))
	if got, want := *status.Description, "Remote User : esp, Remote Ip : 127.0.0.1"; got != want || status.ReportID != 0 {
		t.Errorf("got %q, want %q", got, want)
	}
	submit := func(flag string) int64 {
		n := s.must(s.curl("-X", "POST", "-H", xmlType, flag, "@"+document, base+"/submit")).ReportID
		if !regexp.MustCompile(`^\d{9,12}$`).MatchString(fmt.Sprint(n)) {
			t.Errorf("got the number %d", n)
		}
		return n
	}
	upload := func(n int64) *answer {
		a := s.must(s.curl("-X", "POST", "-F", fmt.Sprintf("id=%d", n), "-F", "file=@"+image, base+"/upload"))
		if a.ReportID != n || a.Hash != "e0a6ab16ec28c12ebed0e574fcc2d73f" || !regexp.MustCompile(`^[a-df][0-9a-f]{31}$`).MatchString(a.FileID) {
			t.Errorf("got %s", a.Body)
		}
		return a
	}
	number := submit("--data-binary")
	file := upload(number)
	if f := s.file(file.FileID); f.Name != "a drawing 1.png" || f.Size != 18 {
		t.Errorf("got %q, %d bytes", f.Name, f.Size)
	}
	info := write("fileinfo.xml", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"+fileDetails(number, file.FileID, "<originalFileName>a drawing 1.png</originalFileName><fileViewedByEsp>true</fileViewedByEsp>"))
	s.must(s.curl("-X", "POST", "-H", xmlType, "--data-binary", "@"+info, base+"/fileinfo"))
	done := s.must(s.curl("-X", "POST", "-F", fmt.Sprintf("id=%d", number), base+"/finish"))
	if done.XMLName.Local != "reportDoneResponse" || done.ReportID != number || !slices.Equal(done.Files, []string{file.FileID}) {
		t.Errorf("got %s", done.Body)
	}
	if n := s.rows("reports where number = ? and state = 'finished' and files_total = 1 and files_locked = 0", number); n != 1 {
		t.Error("the report is not there")
	}

	number = submit("--data") // strips line ends: one line is a document too
	upload(number)
	s.must(s.curl("-X", "POST", "-F", fmt.Sprintf("id=%d", number), base+"/retract"))
	if a := s.curl("-X", "POST", "-F", fmt.Sprintf("id=%d", number), base+"/finish"); a.Status != http.StatusConflict || *a.Code != 5101 {
		t.Errorf("finish after retract: %d %s", a.Status, a.Body)
	}
	// A chunked upload, above the size from which curl asks before it sends.
	number = submit("--data-binary")
	large := write("large.bin", strings.Repeat("x", 3<<20))
	a := s.must(s.curl("-X", "POST", "-H", "Transfer-Encoding: chunked", "-F", fmt.Sprintf("id=%d", number), "-F", "file=@"+large, base+"/upload"))
	if f := s.file(a.FileID); f.Size != 3<<20 {
		t.Errorf("got %d bytes", f.Size)
	}
	if a := s.curl("-X", "POST", "-F", "id=123456789", "-F", "file=@"+large, base+"/upload"); a.Status != http.StatusNotFound || *a.Code != 5001 {
		t.Errorf("a large upload to no such report: %d %s", a.Status, a.Body)
	}
}

// The npm package cybertipline-tools, unchanged but for the address it calls. It
// wants a newer Node than it needs, so npm's engine check stays off.
func TestTheNpmClient(t *testing.T) {
	t.Parallel()
	node, err1 := exec.LookPath("node")
	npm, err2 := exec.LookPath("npm")
	if err1 != nil || err2 != nil {
		if os.Getenv("REEVE_SKIP_NPM") == "1" {
			t.Skip("NOT TESTED: the npm client, for want of node and npm (REEVE_SKIP_NPM=1)")
		}
		t.Fatal("node and npm are missing; install nodejs and npm, or set REEVE_SKIP_NPM=1 to go without this test")
	}
	s := start(t)
	dir := t.TempDir()
	for _, name := range []string{"package.json", "package-lock.json", "client.mjs"} {
		b, err := os.ReadFile(filepath.Join("npmclient", name))
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
	run := exec.CommandContext(t.Context(), node, "client.mjs")
	run.Dir, run.Env = dir, append(os.Environ(), "ISPWS_BASE="+s.URL+"/ispws", "ISPWS_USER=esp", "ISPWS_PASSWORD="+password)
	var problems bytes.Buffer
	run.Stderr = &problems
	printed, err := run.Output()
	if err != nil {
		t.Fatalf("the client: %v\n%s", err, problems.String())
	}
	var got struct {
		Status                   struct{ ResponseDescription string }
		RequestID                string
		ReportID, Retracted      int64
		Files                    []string
		Hash                     string
		Details, Finish, Retract struct {
			ResponseCode int
			ReportID     int64
		}
		Errors map[string]string
	}
	if err := json.Unmarshal(printed, &got); err != nil {
		t.Fatalf("%s: %v", printed, err)
	}
	if got.Status.ResponseDescription != "Remote User : esp, Remote Ip : 127.0.0.1" || got.RequestID == "" || got.RequestID == "unknown" {
		t.Errorf("got %+v", got)
	}
	if got.Details.ReportID != got.ReportID || got.Finish.ReportID != got.ReportID || got.Retract.ReportID != got.Retracted || got.ReportID == 0 {
		t.Errorf("got %+v", got)
	}
	if len(got.Files) != 2 || got.Hash != "e9dd2797018cad79186e03e8c5aec8dc" {
		t.Errorf("got files %v with the hash %s", got.Files, got.Hash)
	}
	f := s.file(got.Files[0])
	if f.Viewed != models.Yes || f.Reported == nil || f.Reported.OriginalFileName != "drawing.png" || f.Size != 8 {
		t.Errorf("got %+v", f)
	}
	for name, want := range map[string]string{"finishAgain": "409", "retractAgain": "409", "noReport": "404", "invalid": "400", "wrongPassword": "401"} {
		if !strings.Contains(got.Errors[name], "http status "+want+" - ") || strings.Contains(got.Errors[name], "Request-ID: unknown") {
			t.Errorf("%s: got %q, want status %s with the code's name", name, got.Errors[name], want)
		}
	}
	if n := s.rows("reports where state = 'finished' and number = ? and files_total = 2", got.ReportID); n != 1 {
		t.Error("the report is not there")
	}
}
