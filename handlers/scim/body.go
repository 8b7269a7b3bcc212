package scim

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
)

// maxBody is the largest body in bytes: a group of some ten thousand members.
const maxBody = 2 << 20

// maxOperations is how many operations one PATCH may have.
const maxOperations = 1000

// object is a JSON object with its names in lower case, since SCIM's do not tell
// case apart (RFC 7643 2.1).
type object map[string]json.RawMessage

// readBody reads a request's JSON object.
func readBody(c echo.Context) (object, error) {
	req := c.Request()
	kind, _, err := mime.ParseMediaType(req.Header.Get(echo.HeaderContentType))
	if err != nil || kind != mediaType && kind != echo.MIMEApplicationJSON {
		return nil, &fault{status: http.StatusUnsupportedMediaType, detail: "Send the body as application/scim+json or application/json."}
	}
	if req.ContentLength > maxBody {
		return nil, tooLarge()
	}
	b, err := io.ReadAll(http.MaxBytesReader(c.Response().Writer, req.Body, maxBody))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, tooLarge()
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, &fault{status: http.StatusRequestTimeout, detail: "The body did not come in time."}
	case err != nil:
		return nil, bad(invalidSyntax, "The body ended before it was complete.")
	}
	return objectOf(b)
}

func tooLarge() error {
	return &fault{status: http.StatusRequestEntityTooLarge, detail: fmt.Sprintf("The body may have at most %d bytes. Send several smaller requests.", maxBody)}
}

// objectOf reads a JSON object. A name that comes twice is refused: whoever checked
// the request elsewhere may have read the other one.
func objectOf(raw json.RawMessage) (object, error) {
	dec := json.NewDecoder(strings.NewReader(string(raw)))
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return nil, bad(invalidSyntax, "A JSON object is needed here.")
	}
	out := object{}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, unreadable(err)
		}
		key := strings.ToLower(name.(string)) // a decoder answers only texts here
		if _, twice := out[key]; twice {
			return nil, bad(invalidSyntax, fmt.Sprintf("%.80q stands twice in one object.", name))
		}
		var value json.RawMessage
		if err := dec.Decode(&value); err != nil {
			return nil, unreadable(err)
		}
		out[key] = value
	}
	if _, err := dec.Token(); err != nil {
		return nil, unreadable(err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, bad(invalidSyntax, "Something follows the JSON object.")
	}
	return out, nil
}

func unreadable(err error) error {
	var at *json.SyntaxError
	if errors.As(err, &at) {
		return bad(invalidSyntax, fmt.Sprintf("This is no JSON, at byte %d.", at.Offset))
	}
	return bad(invalidSyntax, "This is no JSON, or it ends too early.")
}

// wants refuses a body that says of itself that it is something else. One that says
// nothing is taken for what the address is about.
func (o object) wants(schema string) error {
	raw, ok := o["schemas"]
	if !ok || null(raw) {
		return nil
	}
	var list []string
	if json.Unmarshal(raw, &list) != nil {
		return bad(invalidSyntax, "schemas is a list of texts.")
	}
	if !slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, schema) }) {
		return bad(invalidSyntax, "schemas must have "+schema+".")
	}
	return nil
}

func null(raw json.RawMessage) bool { return len(raw) == 0 || string(raw) == "null" }

// text reads a text. Null is nil: no value.
func text(name string, raw json.RawMessage) (*string, error) {
	if null(raw) {
		return nil, nil
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return nil, bad(invalidValue, name+" is a text.")
	}
	return &s, nil
}

// truth reads yes or no; Microsoft's directory also writes "True" and "False".
func truth(name string, raw json.RawMessage) (bool, error) {
	var b bool
	if json.Unmarshal(raw, &b) == nil && !null(raw) {
		return b, nil
	}
	var s string
	if json.Unmarshal(raw, &s) == nil {
		switch strings.ToLower(s) {
		case "true":
			return true, nil
		case "false":
			return false, nil
		}
	}
	return false, bad(invalidValue, name+" is true or false.")
}

// list reads a list; one value alone stands for a list of one, null for none.
func list(raw json.RawMessage) ([]json.RawMessage, error) {
	if null(raw) {
		return nil, nil
	}
	if strings.TrimLeft(string(raw), " \t\r\n")[0] != '[' {
		return []json.RawMessage{raw}, nil
	}
	var out []json.RawMessage
	if err := json.Unmarshal(raw, &out); err != nil {
		return nil, unreadable(err)
	}
	return out, nil
}
