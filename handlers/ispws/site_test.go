package ispws_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"reeve/auth/apikey"
	"reeve/handlers/ispws"
	"reeve/models"
	"reeve/models/directory"
	"reeve/models/evidence"
	"reeve/models/intake"
	"reeve/models/selector"
	"reeve/models/store"
	"reeve/web"
	"reeve/web/webtest"
)

// site is a whole server with two providers' accounts, esp and rival, and its files
// in a directory.
type site struct {
	*webtest.Site
	t     testing.TB
	files string
}

func start(t testing.TB) *site {
	t.Helper()
	s := &site{t: t, files: t.TempDir()}
	storage, err := evidence.Open(t.Context(), "file://"+s.files, evidence.Keys{Current: 1, ByVersion: map[uint8][]byte{1: bytes.Repeat([]byte{7}, 32)}})
	if err != nil {
		t.Fatal(err)
	}
	keyer, err := selector.NewKeyer(1, bytes.Repeat([]byte{9}, 32))
	if err != nil {
		t.Fatal(err)
	}
	s.Site = webtest.Start(t, webtest.Options{Deps: func(d *web.Deps) {
		d.Provider = ispws.New(intake.New(d.Store, storage, keyer), apikey.NewAuthenticator(d.Store, apikey.Options{}, nil), ispws.Options{Now: d.Store.Now})
	}})
	dir := directory.New(s.DB.Owner)
	for user, name := range map[string]string{"esp": "Example Chat", "rival": "Example Photos"} {
		if err := dir.AddProvider(t.Context(), name, user, apikey.Hash(password), false); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

const password = "a password: with ünusual signs"

// answer is a response of the API, read as clients read it.
type answer struct {
	Status int
	Header http.Header
	Body   string

	XMLName     xml.Name
	Code        *int     `xml:"responseCode"`
	Description *string  `xml:"responseDescription"`
	ReportID    int64    `xml:"reportId"`
	FileID      string   `xml:"fileId"`
	Hash        string   `xml:"hash"`
	Files       []string `xml:"files>fileId"`
}

// request makes a request of esp's machine.
func (s *site) request(method, path, contentType string, body io.Reader) *http.Request {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), method, s.URL+"/ispws"+path, body)
	if err != nil {
		s.t.Fatal(err)
	}
	req.SetBasicAuth("esp", password)
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	return req
}

func (s *site) do(req *http.Request) *answer {
	s.t.Helper()
	a, err := send(req)
	if err != nil {
		s.t.Fatalf("%s %s: %v", req.Method, req.URL.Path, err)
	}
	return a
}

func send(req *http.Request) (*answer, error) { return sendBy(http.DefaultClient, req) }

func sendBy(c *http.Client, req *http.Request) (*answer, error) {
	res, err := c.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, err
	}
	a := &answer{Status: res.StatusCode, Header: res.Header, Body: string(b)}
	if err := xml.Unmarshal(b, a); err != nil {
		return nil, fmt.Errorf("the answer %d %q is not XML: %w", res.StatusCode, b, err)
	}
	return a, nil
}

func (s *site) post(path, contentType, body string) *answer {
	s.t.Helper()
	return s.do(s.request(http.MethodPost, path, contentType, strings.NewReader(body)))
}

// must fails the test when the answer is not a success.
func (s *site) must(a *answer) *answer {
	s.t.Helper()
	if a.Status != http.StatusOK || a.Code == nil || *a.Code != 0 {
		s.t.Fatalf("got %d %s", a.Status, a.Body)
	}
	return a
}

const report = `<?xml version="1.0" encoding="UTF-8"?>
<report>
  <incidentSummary>
    <incidentType>Online Enticement of Children for Sexual Acts</incidentType>
    <incidentDateTime>2026-01-05T10:11:12Z</incidentDateTime>
  </incidentSummary>
  <reporter>
    <reportingPerson>
      <firstName>Robin</firstName>
      <lastName>Vale</lastName>
      <email>robin.vale@provider.example</email>
    </reportingPerson>
  </reporter>
  <personOrUserReported>
    <espIdentifier>u-1001</espIdentifier>
  </personOrUserReported>
</report>
`

var batched = strings.Replace(report, "<report>\n", "<report>\n  <batchedReport reason=\"VIRAL_POTENTIAL_MEME\"/>\n", 1)

func (s *site) submit() int64 {
	s.t.Helper()
	return s.must(s.post("/submit", "text/xml; charset=utf-8", report)).ReportID
}

func fileDetails(number int64, file, rest string) string {
	return fmt.Sprintf("<fileDetails><reportId>%d</reportId><fileId>%s</fileId>\n%s</fileDetails>", number, file, rest)
}

// part is one part of a form's body; an empty file name makes it a plain field.
type part struct{ name, file, content string }

func form(parts ...part) (contentType, body string) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	_ = w.SetBoundary("----boundary-of-a-test")
	for _, p := range parts {
		var pw io.Writer
		if p.file != "" {
			pw, _ = w.CreateFormFile(p.name, p.file)
		} else {
			pw, _ = w.CreateFormField(p.name)
		}
		_, _ = io.WriteString(pw, p.content)
	}
	_ = w.Close()
	return w.FormDataContentType(), b.String()
}

func (s *site) form(path string, parts ...part) *answer {
	s.t.Helper()
	kind, body := form(parts...)
	return s.post(path, kind, body)
}

func (s *site) upload(number int64, content string) *answer {
	s.t.Helper()
	return s.must(s.form("/upload", part{"id", "", fmt.Sprint(number)}, part{"file", "drawing.png", content}))
}

func (s *site) end(path string, number int64) *answer {
	s.t.Helper()
	return s.post(path, "application/x-www-form-urlencoded", url.Values{"id": {fmt.Sprint(number)}}.Encode())
}

// rows counts rows as an administrator.
func (s *site) rows(query string, args ...any) (n int) {
	s.t.Helper()
	s.DB.Setup(s.t, func(tx *store.Tx) error { return tx.Raw("select count(*) from "+query, args...).Row().Scan(&n) })
	return n
}

// file reads an uploaded file's row.
func (s *site) file(public string) (f models.File) {
	s.t.Helper()
	s.DB.Setup(s.t, func(tx *store.Tx) error { return tx.Where("public_id = ?", public).Take(&f).Error })
	return f
}

// left counts what uploads have left: rows of files and uploads, and stored files,
// those being written included. It waits a little for what a broken connection ends.
func (s *site) left(want int) (rows, stored int) {
	s.t.Helper()
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		rows, stored = s.rows("files")+s.rows("uploads"), 0
		err := fs.WalkDir(os.DirFS(s.files), ".", func(_ string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				stored++
			}
			return err
		})
		if err == nil && rows == want && stored == want || time.Now().After(end) {
			return rows, stored
		}
	}
}
