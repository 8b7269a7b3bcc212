package ispws_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/auth/apikey"
	"reeve/handlers/ispws"
	"reeve/models"
	"reeve/models/intake"
)

// credentials answers one error, or a provider.
type credentials struct{ err error }

func (c credentials) Authenticate(context.Context, apikey.Login) (auth.Actor, error) {
	return auth.Provider(uuid.Max, "Example Chat"), c.err
}
func (credentials) RetryAfter() time.Duration { return 90*time.Second + 1 }

// broken is intake when the database or the storage is away.
type broken struct{ err error }

func (b broken) Open(context.Context, auth.Actor, intake.Submission) (int64, error) { return 0, b.err }
func (b broken) Receive(_ context.Context, _ auth.Actor, _ int64, _ string, r io.Reader) (*intake.Upload, error) {
	if _, err := io.Copy(io.Discard, r); err != nil {
		return nil, err
	}
	return &intake.Upload{}, b.err
}
func (b broken) Attach(context.Context, auth.Actor, int64, *intake.Upload) (*models.File, error) {
	return &models.File{PublicID: "a"}, b.err
}
func (b broken) Discard(context.Context, auth.Actor, *intake.Upload) error { return b.err }
func (b broken) Batched(context.Context, auth.Actor, int64) (bool, error)  { return false, b.err }
func (b broken) Describe(context.Context, auth.Actor, *models.ReportedFile, []byte) error {
	return b.err
}
func (b broken) Finish(context.Context, auth.Actor, int64) ([]string, error) { return nil, b.err }
func (b broken) Retract(context.Context, auth.Actor, int64) error            { return b.err }

func TestFaultsOfOurOwnAre1000AndTellNothing(t *testing.T) {
	api := ispws.New(broken{errors.New("secret of the database")}, credentials{}, ispws.Options{})
	kind, upload := form(part{"id", "", "123456789"}, part{"file", "a", "x"})
	for name, c := range map[string]struct {
		do         echo.HandlerFunc
		kind, body string
	}{
		"submit":   {api.Submit, "", report},
		"upload":   {api.Upload, kind, upload},
		"fileinfo": {api.FileInfo, "", fileDetails(123456789, "a0000000000000000000000000000000", "")},
		"finish":   {api.Finish, "application/x-www-form-urlencoded", "id=123456789"},
		"retract":  {api.Retract, "application/x-www-form-urlencoded", "id=123456789"},
	} {
		rec := httptest.NewRecorder()
		req := httptest.NewRequest(http.MethodPost, "/ispws/"+name, strings.NewReader(c.body))
		req.Header.Set("Content-Type", c.kind)
		ctx := echo.New().NewContext(req, rec)
		err := c.do(ctx)
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		if err := api.WriteError(ctx, http.StatusInternalServerError, err); err != nil {
			t.Fatal(err)
		}
		if rec.Code != 500 || !strings.Contains(rec.Body.String(), "<responseCode>1000<") || strings.Contains(rec.Body.String(), "secret") {
			t.Errorf("%s: %d %s", name, rec.Code, rec.Body)
		}
	}
}

func TestErrorsFromOutsideTheEndpointsHaveTheirCodes(t *testing.T) {
	for _, c := range []struct {
		path         string
		status, want int
		err          error
	}{
		{"/ispws/status", 403, 3000, nil}, {"/ispws/submit", 403, 3100, nil}, {"/ispws/upload", 403, 3300, nil}, {"/ispws/finish", 403, 3300, nil},
		{"/ispws/status", 401, 2000, nil}, {"/ispws/x", 404, 1210, nil}, {"/ispws/submit", 405, 4000, nil}, {"/ispws/submit", 413, 4000, nil},
		{"/ispws/submit", 429, 1000, nil}, {"/ispws/submit", 500, 1000, nil}, {"/ispws/submit", 503, 1000, nil},
		{"/ispws/status", 429, 1000, apikey.ErrTooMany}, {"/ispws/status", 503, 1000, apikey.ErrBusy}, {"/ispws/status", 401, 2000, apikey.ErrRefused},
	} {
		api := ispws.New(broken{}, credentials{c.err}, ispws.Options{})
		rec := httptest.NewRecorder()
		req := httptest.NewRequest(http.MethodGet, c.path, nil)
		req.SetBasicAuth("esp", "x")
		ctx := echo.New().NewContext(req, rec)
		ctx.SetPath(c.path)
		err := errors.New("secret")
		if c.err != nil {
			err = api.Authenticate(func(echo.Context) error { t.Errorf("%v passed", c.err); return nil })(ctx)
		}
		if err := api.WriteError(ctx, c.status, err); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(rec.Body.String(), "<responseCode>"+strconv.Itoa(c.want)+"<") || rec.Code != c.status || strings.Contains(rec.Body.String(), "secret") {
			t.Errorf("%s %d %v: got %d %s", c.path, c.status, c.err, rec.Code, rec.Body)
		}
		if got, want := rec.Header().Get("WWW-Authenticate") != "", c.status == 401; got != want {
			t.Errorf("%s %d: WWW-Authenticate %v, want %v", c.path, c.status, got, want)
		}
		if wait := rec.Header().Get("Retry-After"); errors.Is(c.err, apikey.ErrTooMany) && wait != "91" || errors.Is(c.err, apikey.ErrBusy) && wait != "1" {
			t.Errorf("%v: Retry-After %q", c.err, wait)
		}
	}
}

func TestGuessingOverHTTPIsAnswered429InXML(t *testing.T) {
	t.Parallel()
	s := start(t)
	var last *answer
	for range 6 {
		req := s.request(http.MethodGet, "/status", "", nil)
		req.SetBasicAuth("esp", "guess")
		last = s.do(req)
	}
	if last.Status != http.StatusTooManyRequests || *last.Code != 1000 || last.Header.Get("Retry-After") != "180" || last.Header.Get("Request-ID") == "" {
		t.Errorf("got %d %v %s", last.Status, last.Header, last.Body)
	}
}
