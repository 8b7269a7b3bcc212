package ispws

import (
	"context"
	"encoding/hex"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"

	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/handlers/ispws/wire"
	"reeve/models"
	"reeve/models/intake"
)

// maxParts is how many parts of a multipart body are read. Two are needed.
const maxParts = 64

// Upload takes one file of an open report.
func (a *API) Upload(c echo.Context) error {
	req := c.Request()
	ctx := req.Context()
	f, number, err := a.upload(ctx, auth.ActorFrom(ctx), req)
	if err != nil {
		drain(req)
		return err
	}
	return success(c, wire.Response{ReportID: number, FileID: f.PublicID, Hash: hex.EncodeToString(f.MD5)})
}

// upload reads the body part by part. The file is stored as it comes and attached
// when the body has been read to its end: a second file part, a missing end or a
// wrong id that comes late then leaves nothing.
func (a *API) upload(ctx context.Context, actor auth.Actor, req *http.Request) (f *models.File, number int64, err error) {
	if err := plain(req); err != nil {
		return nil, 0, err
	}
	parts, err := multipartOf(req)
	if err != nil {
		return nil, 0, malformedFile("The body must be multipart/form-data with the parts id and file")
	}
	id := reportID{}
	if err := id.fromQuery(req); err != nil {
		return nil, 0, err
	}
	var up *intake.Upload
	defer func() {
		if up != nil {
			err = errors.Join(err, a.intake.Discard(ctx, actor, up))
		}
	}()
	for n := 0; ; n++ {
		part, err := parts.NextRawPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, 0, broken(ctx, err, "The multipart body is damaged or ended early")
		}
		if n == maxParts {
			return nil, 0, malformedFile("The body has too many parts")
		}
		switch part.FormName() {
		case "id":
			if err := id.fromPart(part); err != nil {
				return nil, 0, err
			}
		case "file":
			if up != nil {
				return nil, 0, malformedFile("The body has more than one file; send each by its own request")
			}
			body := &watched{r: part}
			if up, err = a.intake.Receive(ctx, actor, id.number, fileName(part), body); err != nil {
				if body.err != nil {
					return nil, 0, broken(ctx, body.err, "The file ended before it was complete")
				}
				return nil, 0, answered(err)
			}
		default: // curl and other tools may add parts of their own
			if _, err := io.Copy(io.Discard, part); err != nil {
				return nil, 0, broken(ctx, err, "The multipart body is damaged or ended early")
			}
		}
	}
	switch {
	case up == nil:
		return nil, 0, malformedFile("The body has no part named file")
	case id.number == 0:
		return nil, 0, errNoID
	}
	attaching := up
	up = nil // Attach removes the bytes itself when it refuses
	if f, err = a.intake.Attach(ctx, actor, id.number, attaching); err != nil {
		return nil, 0, answered(err)
	}
	return f, id.number, nil
}

func malformedFile(words string) error {
	return refuse(wire.MalformedFile, wire.MalformedFile.Meaning()+"\n"+words)
}

// broken is a body that could not be read to its end.
func broken(ctx context.Context, err error, words string) error {
	if ctx.Err() != nil {
		return ctx.Err() // the client has gone; nobody reads an answer
	}
	if r := (*refusal)(nil); errors.As(unreadable(err), &r) && r.status != 0 {
		return r // too slow
	}
	return malformedFile(words)
}

// watched remembers that reading failed, to tell the client's fault from storage's.
type watched struct {
	r   io.Reader
	err error
}

// Read implements io.Reader.
func (w *watched) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if err != nil && err != io.EOF {
		w.err = err
	}
	return n, err
}

var errNotMultipart = errors.New("not multipart/form-data")

// multipartOf answers the parts of a form's body, unread.
func multipartOf(req *http.Request) (*multipart.Reader, error) {
	kind, params, err := mime.ParseMediaType(req.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" || params["boundary"] == "" || len(params["boundary"]) > 200 {
		return nil, errNotMultipart
	}
	return multipart.NewReader(req.Body, params["boundary"]), nil
}

// fileName answers the part's name for the file as it was sent, directories
// included: it is evidence, and never a path of ours.
func fileName(p *multipart.Part) string {
	_, params, err := mime.ParseMediaType(p.Header.Get("Content-Disposition"))
	if err != nil {
		return p.FileName()
	}
	return params["filename"]
}
