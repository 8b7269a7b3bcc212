package ispws_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"reeve/handlers/ispws"
)

// FuzzBodies gives every endpoint that reads a form any body and any Content-Type:
// never a panic, and always either success or an error that is answered in XML with
// a status of the client's fault, since nothing of ours can fail here.
func FuzzBodies(f *testing.F) {
	kind, whole := form(part{"id", "", "123456789"}, part{"file", "a.png", "bytes"})
	for _, body := range []string{whole, whole[:len(whole)-8], whole[:60], "", "id=123456789", "id=%zz&id=1", "--x--", strings.ReplaceAll(whole, "\r\n", "\n")} {
		for _, k := range []string{kind, "multipart/form-data; boundary=\"\"", "application/x-www-form-urlencoded", "text/plain", "", "multipart/form-data; boundary=x; boundary=y"} {
			f.Add(k, body, "")
		}
	}
	f.Add(kind, whole, "id=5")
	f.Add(kind, strings.Replace(whole, `filename="a.png"`, "filename*=UTF-16''%ff; filename=\"\x00\xff\"", 1), "id=;&&")
	api := ispws.New(broken{}, credentials{}, ispws.Options{})
	f.Fuzz(func(t *testing.T, kind, body, query string) {
		for name, do := range map[string]echo.HandlerFunc{"upload": api.Upload, "finish": api.Finish, "retract": api.Retract} {
			rec := httptest.NewRecorder()
			req := httptest.NewRequest(http.MethodPost, "/ispws/"+name, strings.NewReader(body))
			req.URL.RawQuery = query
			req.Header.Set("Content-Type", kind)
			c := echo.New().NewContext(req, rec)
			if err := do(c); err != nil {
				var he *echo.HTTPError
				if !errors.As(err, &he) || he.Code < 400 || he.Code >= 500 {
					t.Fatalf("%s: %v", name, err)
				}
				if err := api.WriteError(c, he.Code, err); err != nil {
					t.Fatal(err)
				}
			}
			if b, _ := io.ReadAll(rec.Body); !strings.HasPrefix(string(b), "<?xml") || !strings.Contains(string(b), "<responseCode>") {
				t.Fatalf("%s: answered %q", name, b)
			}
		}
	})
}
