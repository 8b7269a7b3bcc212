package ispws_test

import (
	"bufio"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
)

func TestUploadsAsClientsSendThem(t *testing.T) {
	t.Parallel()
	s := start(t)
	number := s.submit()
	id := fmt.Sprint(number)
	header := func(disposition, content string) string {
		return "--b\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + content + "\r\n"
	}
	const multipart = "multipart/form-data; boundary=b"
	for _, c := range []struct {
		name, path, kind, body, wantName, wantContent string
		chunked                                       bool
	}{
		{name: "id before file", kind: multipart, body: header(`name="id"`, id) + header(`name="file"; filename="a.png"`, "one") + "--b--\r\n", wantName: "a.png", wantContent: "one"},
		{name: "file before id", kind: multipart, body: header(`name="file"; filename="a.png"`, "two") + header(`name="id"`, id) + "--b--\r\n", wantName: "a.png", wantContent: "two"},
		{name: "id in the query", path: "?id=" + id, kind: multipart, body: header(`name="file"; filename="a.png"`, "three") + "--b--\r\n", wantName: "a.png", wantContent: "three"},
		{name: "chunked", kind: multipart, body: header(`name="id"`, id) + header(`name="file"; filename="a.png"`, strings.Repeat("four", 50_000)) + "--b--\r\n", wantName: "a.png", wantContent: strings.Repeat("four", 50_000), chunked: true},
		{name: "no file name", kind: multipart, body: header(`name="id"`, id) + header(`name="file"`, "five") + "--b--\r\n", wantContent: "five"},
		{name: "a name with spaces and quotes", kind: multipart, body: header(`name="id"`, id) + header(`name="file"; filename="my \"holiday\" film 1.mp4"`, "six") + "--b--\r\n", wantName: `my "holiday" film 1.mp4`, wantContent: "six"},
		{name: "a name in UTF-8", kind: multipart, body: header(`name="id"`, id) + header(`name="file"; filename="dessin été 図.png"`, "7") + "--b--\r\n", wantName: "dessin été 図.png", wantContent: "7"},
		{name: "an encoded name", kind: multipart, body: header(`name="id"`, id) + header(`name="file"; filename*=UTF-8''%C3%A9t%C3%A9.png`, "8") + "--b--\r\n", wantName: "été.png", wantContent: "8"},
		{name: "a name with directories is kept as sent", kind: multipart, body: header(`name="id"`, id) + header(`name="file"; filename="../../etc/a.png"`, "9") + "--b--\r\n", wantName: "../../etc/a.png", wantContent: "9"},
		{name: "a name that is not UTF-8", kind: multipart, body: header(`name="id"`, id) + header("name=\"file\"; filename=\"a\xff.png\"", "10") + "--b--\r\n", wantName: "a\uFFFD.png", wantContent: "10"},
		{name: "no bytes", kind: multipart, body: header(`name="id"`, id) + header(`name="file"; filename="empty"`, "") + "--b--\r\n", wantName: "empty"},
		{name: "parts of other names", kind: multipart, body: header(`name="MAX_FILE_SIZE"`, "1") + header(`name="id"`, id) + header(`name="x"; filename="y"`, "z") + header(`name="file"; filename="a"`, "11") + "--b--\r\n", wantName: "a", wantContent: "11"},
		{name: "the id twice, the same", kind: multipart, body: header(`name="id"`, id) + header(`name="id"`, " "+id+"\r\n") + header(`name="file"; filename="a"`, "12") + "--b--\r\n", wantName: "a", wantContent: "12"},
		{name: "quoted-printable is not undone", kind: multipart, body: header(`name="id"`, id) + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=41\r\n--b--\r\n", wantName: "a", wantContent: "=41"},
		{name: "bytes that look like a boundary", kind: multipart, body: header(`name="id"`, id) + header(`name="file"; filename="a"`, "\r\n--bb\r\n--c--\r\n") + "--b--\r\n", wantName: "a", wantContent: "\r\n--bb\r\n--c--\r\n"},
		{name: "a quoted boundary and text after the end", kind: `Multipart/Form-Data; Boundary="b"`, body: header(`name="id"`, id) + header(`name="file"; filename="a"`, "13") + "--b--\r\nepilogue", wantName: "a", wantContent: "13"},
	} {
		var body io.Reader = strings.NewReader(c.body)
		if c.chunked {
			body = struct{ io.Reader }{body} // its length is not known
		}
		a := s.do(s.request(http.MethodPost, "/upload"+c.path, c.kind, body))
		if a.Status != http.StatusOK || a.ReportID != number {
			t.Errorf("%s: %d %s", c.name, a.Status, a.Body)
			continue
		}
		sum := md5.Sum([]byte(c.wantContent))
		f := s.file(a.FileID)
		if a.Hash != hex.EncodeToString(sum[:]) || f.Name != c.wantName || f.Size != int64(len(c.wantContent)) {
			t.Errorf("%s: got %q, %d bytes, %s", c.name, f.Name, f.Size, a.Hash)
		}
	}
}

func TestRefusedUploadsLeaveNothing(t *testing.T) {
	t.Parallel()
	s := start(t)
	number := s.submit()
	id := part{"id", "", fmt.Sprint(number)}
	content := strings.Repeat("bytes", 100_000)
	file := part{"file", "a", content}
	kind, whole := form(id, file)
	parts := []part{id}
	for range 70 {
		parts = append(parts, part{"x", "", "y"})
	}
	for _, c := range []struct {
		name string
		do   func() *answer
		want int
	}{
		{"two files", func() *answer { return s.form("/upload", id, file, file) }, 4200},
		{"two files before the id", func() *answer { return s.form("/upload", file, file, id) }, 4200},
		{"file before the id of no such report", func() *answer { return s.form("/upload", file, part{"id", "", "123456789"}) }, 5001},
		{"file before an id that is none", func() *answer { return s.form("/upload", file, part{"id", "", "one"}) }, 4000},
		{"file without id", func() *answer { return s.form("/upload", file) }, 4000},
		{"no end of the body", func() *answer { return s.post("/upload", kind, whole[:len(whole)-10]) }, 4200},
		{"no end of the file", func() *answer { return s.post("/upload", kind, whole[:len(whole)/2]) }, 4200},
		{"another boundary", func() *answer { return s.post("/upload", "multipart/form-data; boundary=other", whole) }, 4200},
		{"no boundary", func() *answer { return s.post("/upload", "multipart/form-data", whole) }, 4200},
		{"many parts", func() *answer { return s.form("/upload", append(parts, file)...) }, 4200},
		{"nothing", func() *answer { return s.post("/upload", "", "") }, 4200},
		{"a negative id in the query", func() *answer { return s.post("/upload?id=-1", kind, whole) }, 4000},
		{"another id in the query", func() *answer { return s.post("/upload?id=123456789", kind, whole) }, 4000},
	} {
		if a := c.do(); a.Code == nil || *a.Code != c.want || a.Status == http.StatusOK {
			t.Errorf("%s: got %d %s, want code %d", c.name, a.Status, a.Body, c.want)
		}
		if rows, stored := s.left(0); rows+stored != 0 {
			t.Fatalf("%s: %d rows and %d stored files are left", c.name, rows, stored)
		}
	}
}

func TestAClientThatBreaksOffLeavesNothing(t *testing.T) {
	t.Parallel()
	s := start(t)
	number := s.submit()
	u, _ := url.Parse(s.URL)
	kind, whole := form(part{"id", "", fmt.Sprint(number)}, part{"file", "a", strings.Repeat("bytes", 1_000_000)})
	req := s.request(http.MethodPost, "/upload", kind, nil)
	for _, head := range []string{fmt.Sprintf("Content-Length: %d\r\n\r\n", len(whole)), fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n", len(whole))} {
		c, err := net.Dial("tcp", u.Host)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(c, "POST /ispws/upload HTTP/1.1\r\nHost: %s\r\nAuthorization: %s\r\nContent-Type: %s\r\n%s", u.Host, req.Header.Get("Authorization"), kind, head)
		if _, err := io.WriteString(c, whole[:len(whole)/2]); err != nil {
			t.Fatal(err)
		}
		// It is under way: the row that would find it after a crash is there.
		if rows, _ := s.left(1); rows != 1 {
			t.Errorf("%d rows while the upload is under way, want 1", rows)
		}
		c.Close()
		if rows, stored := s.left(0); rows+stored != 0 {
			t.Errorf("%d rows and %d stored files are left", rows, stored)
		}
	}
	if done := s.must(s.end("/finish", number)); len(done.Files) != 0 {
		t.Errorf("the report has %v", done.Files)
	}
}

// A client that asks before it sends (curl does, above a megabyte) is refused
// before it has sent anything.
func TestAnUploadThatWillBeRefusedIsRefusedBeforeItIsSent(t *testing.T) {
	t.Parallel()
	s := start(t)
	u, _ := url.Parse(s.URL)
	c, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	req := s.request(http.MethodPost, "/upload", "", nil)
	fmt.Fprintf(c, "POST /ispws/upload HTTP/1.1\r\nHost: %s\r\nAuthorization: %s\r\nContent-Type: image/png\r\nContent-Length: 1000000000\r\nExpect: 100-continue\r\n\r\n", u.Host, req.Header.Get("Authorization"))
	line, err := bufio.NewReader(c).ReadString('\n')
	if err != nil || !strings.Contains(line, " 400 ") {
		t.Errorf("got %q, %v", line, err)
	}
}

func TestUploadsAndDetailsInParallelOnOneReport(t *testing.T) {
	t.Parallel()
	s := start(t)
	number := s.submit()
	const n = 16
	ids := make([]string, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			kind, body := form(part{"id", "", fmt.Sprint(number)}, part{"file", "blob", fmt.Sprint("bytes ", i)})
			a, err := send(s.request(http.MethodPost, "/upload", kind, strings.NewReader(body)))
			if err == nil && a.Status == http.StatusOK {
				ids[i] = a.FileID
				a, err = send(s.request(http.MethodPost, "/fileinfo", "", strings.NewReader(fileDetails(number, a.FileID, ""))))
			}
			if err != nil || a.Status != http.StatusOK {
				t.Errorf("file %d: %v %+v", i, err, a)
			}
		})
	}
	wg.Wait()
	done := s.must(s.end("/finish", number))
	slices.Sort(ids)
	slices.Sort(done.Files)
	if !slices.Equal(done.Files, ids) {
		t.Errorf("got %v, want %v", done.Files, ids)
	}
}
