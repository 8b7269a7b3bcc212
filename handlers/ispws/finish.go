package ispws

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/handlers/ispws/wire"
)

// Finish completes a report. Its answer is the provider's notice of receipt
// (18 U.S.C. 2258A(h)(1)).
func (a *API) Finish(c echo.Context) error {
	number, err := idOf(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	files, err := a.intake.Finish(ctx, auth.ActorFrom(ctx), number)
	if err != nil {
		return answered(err)
	}
	return write(c, http.StatusOK, wire.Done{ReportID: number, Files: files}.XML())
}

// Retract takes an open report back.
func (a *API) Retract(c echo.Context) error {
	number, err := idOf(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	if err := a.intake.Retract(ctx, auth.ActorFrom(ctx), number); err != nil {
		return answered(err)
	}
	return success(c, wire.Response{ReportID: number})
}

var (
	errNoID  = invalidRequest("The report's id is missing")
	errBadID = invalidRequest("id must be the number of a report")
	errTwoID = invalidRequest("id is given more than once, with different numbers")
)

// reportID is a report's number as found in a request; 0 until it is.
type reportID struct{ number int64 }

func (id *reportID) set(text string) error {
	text = strings.TrimSpace(text)
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n <= 0 || text[0] == '+' {
		return errBadID
	}
	if id.number != 0 && id.number != n {
		return errTwoID
	}
	id.number = n
	return nil
}

func (id *reportID) fromValues(v url.Values) error {
	for _, text := range v["id"] {
		if err := id.set(text); err != nil {
			return err
		}
	}
	return nil
}

// fromQuery is not documented; it is tolerated.
func (id *reportID) fromQuery(req *http.Request) error { return id.fromValues(req.URL.Query()) }

func (id *reportID) fromPart(p *multipart.Part) error {
	text, err := io.ReadAll(io.LimitReader(p, 64))
	if err != nil {
		return unreadable(err)
	}
	return id.set(string(text))
}

// idOf reads the id of /finish and /retract from a multipart body, from any other
// body as an urlencoded one, and from the query.
func idOf(c echo.Context) (int64, error) {
	req := c.Request()
	id := reportID{}
	if err := id.fromQuery(req); err != nil {
		return 0, err
	}
	if err := plain(req); err != nil {
		return 0, err
	}
	req.Body = http.MaxBytesReader(c.Response().Writer, req.Body, maxForm)
	if parts, err := multipartOf(req); err == nil {
		if err := id.fromParts(parts); err != nil {
			return 0, err
		}
	} else {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return 0, unreadable(err)
		}
		// What does not parse names no id, and the answer says that it is missing.
		values, _ := url.ParseQuery(strings.TrimSpace(string(body)))
		if err := id.fromValues(values); err != nil {
			return 0, err
		}
	}
	if id.number == 0 {
		return 0, errNoID
	}
	return id.number, nil
}

func (id *reportID) fromParts(parts *multipart.Reader) error {
	for {
		part, err := parts.NextRawPart()
		if err == io.EOF { // itself: a body that is cut short wraps it
			return nil
		}
		if err != nil {
			if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
				return tooLarge(large.Limit)
			}
			return invalidRequest("The multipart body is damaged or ended early")
		}
		if part.FormName() == "id" {
			if err := id.fromPart(part); err != nil {
				return err
			}
		}
	}
}
