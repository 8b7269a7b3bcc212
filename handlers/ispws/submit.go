package ispws

import (
	"io"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/handlers/ispws/wire"
	"reeve/models/intake"
)

// Submit opens a report.
func (a *API) Submit(c echo.Context) error {
	body, err := document(c)
	if err != nil {
		return err
	}
	reported, findings, err := wire.DecodeReport(body, a.wireOptions())
	if err != nil {
		return rejected(err, findings)
	}
	ctx := c.Request().Context()
	number, err := a.intake.Open(ctx, auth.ActorFrom(ctx), intake.Submission{Reported: reported, Document: body})
	if err != nil {
		return answered(err)
	}
	return success(c, wire.Response{ReportID: number})
}

// FileInfo takes what the provider says of an uploaded file. What the file of a
// batched report may say differs, and only the document names the report: so it is
// read, and read once more with those rules when the report is a batched one.
func (a *API) FileInfo(c echo.Context) error {
	body, err := document(c)
	if err != nil {
		return err
	}
	options := a.wireOptions()
	said, findings, err := wire.DecodeFileDetails(body, options)
	if err != nil {
		return rejected(err, findings)
	}
	ctx := c.Request().Context()
	actor := auth.ActorFrom(ctx)
	if options.Batched, err = a.intake.Batched(ctx, actor, said.ReportNumber); err != nil {
		return answered(err)
	}
	if options.Batched {
		if said, findings, err = wire.DecodeFileDetails(body, options); err != nil {
			return rejected(err, findings)
		}
	}
	if err := a.intake.Describe(ctx, actor, said, body); err != nil {
		return answered(err)
	}
	return success(c, wire.Response{ReportID: said.ReportNumber, FileID: said.FileID})
}

// rejected is the answer to a document that is refused, with every finding.
func rejected(err error, findings []wire.Finding) error {
	code := wire.CodeOf(err)
	if code == wire.ServerError {
		return err
	}
	return refuse(code, wire.Describe(code, findings))
}

// document reads a whole XML document, whatever its Content-Type.
func document(c echo.Context) ([]byte, error) {
	req := c.Request()
	if err := plain(req); err != nil {
		return nil, err
	}
	if req.ContentLength > maxDocument {
		return nil, tooLarge(maxDocument)
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.Response().Writer, req.Body, maxDocument))
	if err != nil {
		return nil, unreadable(err)
	}
	return body, nil
}

// plain refuses compressed bodies: nothing documents them, and what is kept as
// evidence is what was received.
func plain(req *http.Request) error {
	if e := req.Header.Get("Content-Encoding"); e != "" && !strings.EqualFold(e, "identity") {
		return &refusal{code: wire.InvalidRequest, status: http.StatusUnsupportedMediaType, description: "Invalid request\nThe body must not be compressed (Content-Encoding)"}
	}
	return nil
}
