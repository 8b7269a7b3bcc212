package ispws

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/labstack/echo/v4"

	"reeve/handlers/ispws/wire"
	"reeve/models"
	"reeve/models/intake"
)

// realm is what clients are told to send their credentials for.
const realm = `Basic realm="ESP Web Services"`

// refusal is an answer other than success, with the code that says why.
type refusal struct {
	code        wire.Code
	status      int    // the code's own when 0
	description string // the code's meaning when empty
}

// Error says the refusal for logs.
func (r *refusal) Error() string { return fmt.Sprintf("provider API: code %d", r.code) }

// Unwrap answers the status in the server's terms.
func (r *refusal) Unwrap() error { return echo.NewHTTPError(r.httpStatus()) }

func (r *refusal) httpStatus() int {
	if r.status != 0 {
		return r.status
	}
	return r.code.HTTPStatus()
}

func refuse(code wire.Code, description string) error {
	return &refusal{code: code, description: description}
}

// invalidRequest is code 4000 with words of our own.
func invalidRequest(words string) error {
	return refuse(wire.InvalidRequest, wire.InvalidRequest.Meaning()+"\n"+words)
}

// answered gives an error of the use cases its response code. What is not the
// client's doing stays as it is and becomes 1000.
func answered(err error) error {
	var e *models.Error
	switch {
	case err == nil:
		return nil
	case errors.Is(err, intake.ErrNoReport):
		return refuse(wire.NoSuchReport, "")
	case errors.Is(err, intake.ErrNoFile):
		return refuse(wire.NoSuchFile, "")
	case errors.Is(err, intake.ErrRetracted):
		return refuse(wire.AlreadyRetracted, "")
	case errors.Is(err, intake.ErrFinished):
		return refuse(wire.AlreadyFinished, "")
	case errors.As(err, &e) && e.Kind == models.Invalid:
		return refuse(wire.ValidationFailed, wire.ValidationFailed.Meaning()+"\n"+e.Message)
	}
	return err
}

// unreadable is a body that ended early or did not come in time.
func unreadable(err error) error {
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return tooLarge(large.Limit)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return &refusal{code: wire.InvalidRequest, status: http.StatusRequestTimeout, description: "Invalid request\nThe body did not come in time"}
	case errors.Is(err, context.Canceled):
		return err
	}
	return invalidRequest("The body ended before it was complete")
}

func tooLarge(limit int64) error {
	return &refusal{code: wire.InvalidRequest, status: http.StatusRequestEntityTooLarge,
		description: fmt.Sprintf("Invalid request\nThe body may have at most %d bytes", limit)}
}

// success answers code 0 with HTTP 200.
func success(c echo.Context, r wire.Response) error { return write(c, http.StatusOK, r.XML()) }

func write(c echo.Context, status int, document []byte) error {
	return c.Blob(status, echo.MIMEApplicationXMLCharsetUTF8, document)
}

// WriteError answers any error in XML. Of an error that is not ours it shows only
// the code's meaning.
func (a *API) WriteError(c echo.Context, status int, err error) error {
	var r *refusal
	if !errors.As(err, &r) {
		r = &refusal{code: codeOf(c.Path(), status), status: status}
		if words := wordsOf(status); words != "" {
			r.description = r.code.Meaning() + "\n" + words
		}
	}
	a.count(c, r.code)
	if r.httpStatus() == http.StatusUnauthorized {
		c.Response().Header().Set(echo.HeaderWWWAuthenticate, realm)
	}
	return write(c, r.httpStatus(), wire.Response{Code: r.code, Description: r.description}.XML())
}

// codeOf chooses the code of an error that came from outside the endpoints.
func codeOf(path string, status int) wire.Code {
	switch {
	case status == http.StatusUnauthorized:
		return wire.AuthRequired
	case status == http.StatusForbidden && strings.HasSuffix(path, "/submit"):
		return wire.MayNotSubmit
	case status == http.StatusForbidden && (strings.HasSuffix(path, "/status") || strings.HasSuffix(path, "/xsd")):
		return wire.NotAuthorized
	case status == http.StatusForbidden:
		return wire.MayNotUpdate
	case status == http.StatusNotFound:
		return wire.ResourceNotFound
	case status == http.StatusTooManyRequests, status >= 500:
		return wire.ServerError
	}
	return wire.InvalidRequest
}

func wordsOf(status int) string {
	switch status {
	case http.StatusMethodNotAllowed:
		return "This resource is not used with this method; see the header Allow"
	case http.StatusRequestEntityTooLarge:
		return "The body is larger than is accepted"
	case http.StatusTooManyRequests:
		return "Too many requests; try again later"
	}
	return ""
}

// drain reads what is left of a body that was refused early, up to a bound, so that
// a client that writes before it reads still sees the answer. One that waits for
// "100 Continue" has sent nothing and is not asked to.
func drain(req *http.Request) {
	if req.Header.Get("Expect") == "" {
		_, _ = io.CopyN(io.Discard, req.Body, maxDocument)
	}
}
