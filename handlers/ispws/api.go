package ispws

import (
	"context"
	"io"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/auth/apikey"
	"reeve/handlers/ispws/wire"
	"reeve/models"
	"reeve/models/intake"
)

// maxDocument is the largest <report> or <fileDetails>, in bytes. The interface
// states no limit; files, which are what is large, have none.
const maxDocument = 16 << 20

// maxForm is the largest body of /finish and /retract, in bytes.
const maxForm = 64 << 10

// Intake is what the endpoints ask of the use cases.
type Intake interface {
	Open(ctx context.Context, a auth.Actor, in intake.Submission) (int64, error)
	Receive(ctx context.Context, a auth.Actor, number int64, name string, r io.Reader) (*intake.Upload, error)
	Attach(ctx context.Context, a auth.Actor, number int64, up *intake.Upload) (*models.File, error)
	Discard(ctx context.Context, a auth.Actor, up *intake.Upload) error
	Batched(ctx context.Context, a auth.Actor, number int64) (bool, error)
	Describe(ctx context.Context, a auth.Actor, said *models.ReportedFile, document []byte) error
	Finish(ctx context.Context, a auth.Actor, number int64) ([]string, error)
	Retract(ctx context.Context, a auth.Actor, number int64) error
}

// Credentials proves whose machine a request is from.
type Credentials interface {
	Authenticate(ctx context.Context, l apikey.Login) (auth.Actor, error)
	RetryAfter() time.Duration
}

// Options are what an administrator may decide about the interface.
type Options struct {
	// RequireReporterEmail refuses reports whose reporting person has no e-mail
	// address, as the interface's text says. Real clients send none.
	RequireReporterEmail bool
	Now                  func() time.Time // the clock that dates are compared with; time.Now when nil
	// Count is told how each request of a provider ended; nil: nobody counts.
	Count func(apikey.Answer)
}

// API is the provider API. It implements web.ProviderAPI.
type API struct {
	intake      Intake
	credentials Credentials
	options     Options
}

// New makes the endpoints.
func New(in Intake, c Credentials, o Options) *API {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &API{intake: in, credentials: c, options: o}
}

func (a *API) wireOptions() wire.Options {
	return wire.Options{Now: a.options.Now(), RequireReporterEmail: a.options.RequireReporterEmail, MaxBytes: maxDocument}
}

// Status says who asks, and that the credentials work.
func (a *API) Status(c echo.Context) error {
	user, _, _ := c.Request().BasicAuth()
	return success(c, wire.Response{Description: "Remote User : " + user + ", Remote Ip : " + c.RealIP()})
}

// Schema answers our schema file, which providers' programs check their documents with.
func (a *API) Schema(c echo.Context) error {
	return write(c, http.StatusOK, wire.Schema())
}
