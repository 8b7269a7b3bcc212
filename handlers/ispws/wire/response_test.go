package wire

import (
	"encoding/xml"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

func TestResponsesAreWrittenInTheOrderOfTheInterface(t *testing.T) {
	for _, c := range []struct {
		name string
		got  []byte
		want string
	}{
		{"status has no report", Response{Code: Success, Description: "Remote User : ann, Remote Ip : 192.0.2.1"}.XML(),
			"<reportResponse>\n  <responseCode>0</responseCode>\n  <responseDescription>Remote User : ann, Remote Ip : 192.0.2.1</responseDescription>\n</reportResponse>\n"},
		{"upload has everything", Response{Code: Success, ReportID: 123456789, FileID: "b1d0", Hash: "d41d8cd98f00b204e9800998ecf8427e"}.XML(),
			"<reportResponse>\n  <responseCode>0</responseCode>\n  <responseDescription>Success</responseDescription>\n  <reportId>123456789</reportId>\n  <fileId>b1d0</fileId>\n  <hash>d41d8cd98f00b204e9800998ecf8427e</hash>\n</reportResponse>\n"},
		{"an error has its meaning", Response{Code: NoSuchReport}.XML(),
			"<reportResponse>\n  <responseCode>5001</responseCode>\n  <responseDescription>The report does not exist</responseDescription>\n</reportResponse>\n"},
		{"text is escaped and lines stay lines", Response{Code: ValidationFailed, Description: "a < b & \"c\"\nd\x00"}.XML(),
			"<reportResponse>\n  <responseCode>4100</responseCode>\n  <responseDescription>a &lt; b &amp; &quot;c&quot;\nd\uFFFD</responseDescription>\n</reportResponse>\n"},
		{"finish without files", Done{ReportID: 5}.XML(),
			"<reportDoneResponse>\n  <responseCode>0</responseCode>\n  <reportId>5</reportId>\n  <files/>\n</reportDoneResponse>\n"},
		{"finish with files", Done{ReportID: 5, Files: []string{"b1", "b2"}}.XML(),
			"<reportDoneResponse>\n  <responseCode>0</responseCode>\n  <reportId>5</reportId>\n  <files>\n    <fileId>b1</fileId>\n    <fileId>b2</fileId>\n  </files>\n</reportDoneResponse>\n"},
	} {
		want := `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" + c.want
		if got := string(c.got); got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, want)
		}
		if err := xml.Unmarshal(c.got, new(struct{})); err != nil {
			t.Errorf("%s: not well formed: %v", c.name, err)
		}
	}
}

// The writers and the description of the responses are held together here.
func TestResponsesAreValidBySchema(t *testing.T) {
	docs := map[string][]byte{
		"response.xml": Response{Code: Success, ReportID: 9007199254740991, FileID: "b1", Hash: "00"}.XML(),
		"error.xml":    Response{Code: ValidationFailed, Description: "a\nb"}.XML(),
		"done.xml":     Done{ReportID: 5, Files: []string{"b1", "b2"}}.XML(),
		"empty.xml":    Done{ReportID: 5}.XML(),
	}
	dir := t.TempDir()
	var files []string
	for name, doc := range docs {
		file := filepath.Join(dir, name)
		files = append(files, file)
		if err := os.WriteFile(file, doc, 0o600); err != nil {
			t.Fatal(err)
		}
		root := responseElement
		if name == "done.xml" || name == "empty.xml" {
			root = doneElement
		}
		if d := read(doc, root, testOptions); d.err != nil {
			t.Errorf("%s: %v%s", name, d.err, lines(d.findings))
		}
	}
	verdict := xmllint(t, files)
	for _, file := range files {
		if !verdict[file] {
			t.Errorf("xmllint refuses %s", filepath.Base(file))
		}
	}
}

func TestCodesHaveTheirStatus(t *testing.T) {
	want := map[Code]int{
		Success: http.StatusOK, ServerError: 500, SaveFailed: 500, UploadFailed: 500, FileUploadFailed: 500, UpdateFailed: 500,
		AuthRequired: 401, NotAuthorized: 403, MayNotSubmit: 403, MayNotUpdate: 403,
		ResourceNotFound: 404, NoSuchReport: 404, NoSuchFile: 404,
		InvalidRequest: 400, ValidationFailed: 400, MalformedXML: 400, MalformedFile: 400,
		AlreadyRetracted: 409, AlreadyFinished: 409,
	}
	if len(Codes) != len(want) {
		t.Errorf("got %d codes, want %d", len(Codes), len(want))
	}
	for _, c := range Codes {
		if c.Status != want[c.Code] || c.Code.HTTPStatus() != want[c.Code] || c.Meaning == "" || c.Code.Meaning() != c.Meaning {
			t.Errorf("code %d: got %d %q, want %d", c.Code, c.Status, c.Meaning, want[c.Code])
		}
	}
	if got := Code(77).HTTPStatus(); got != 500 {
		t.Errorf("an unknown code: got %d, want 500", got)
	}
}

func TestErrorsHaveTheirCode(t *testing.T) {
	for _, c := range []struct {
		err  error
		want Code
	}{{nil, Success}, {ErrMalformed, MalformedXML}, {ErrInvalid, ValidationFailed}, {errors.New("other"), ServerError}} {
		if got := CodeOf(c.err); got != c.want {
			t.Errorf("%v: got %d, want %d", c.err, got, c.want)
		}
	}
}

func TestTheSchemaIsAsBefore(t *testing.T) { golden(t, "schema.xsd", Schema()) }
