package scim

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"reeve/models"
	"reeve/models/provisioning"
)

// mediaType is what every answer is (RFC 7644 8.1).
const mediaType = "application/scim+json"

const schemaError = "urn:ietf:params:scim:api:messages:2.0:Error"

// The scimTypes of RFC 7644, table 9, that we use.
const (
	invalidFilter = "invalidFilter"
	invalidPath   = "invalidPath"
	invalidSyntax = "invalidSyntax"
	invalidValue  = "invalidValue"
	mutability    = "mutability"
	noTarget      = "noTarget"
	uniqueness    = "uniqueness"
)

// fault is an answer other than success.
type fault struct {
	status   int
	scimType string // empty where RFC 7644 has none
	detail   string // what is so and what to do next, in plain words
}

// Error says the fault for logs.
func (f *fault) Error() string { return "scim: " + strconv.Itoa(f.status) + " " + f.scimType }

// Unwrap answers the status in the server's terms.
func (f *fault) Unwrap() error { return echo.NewHTTPError(f.status) }

// bad is a request that breaks a rule of the protocol.
func bad(scimType, detail string) error {
	return &fault{status: http.StatusBadRequest, scimType: scimType, detail: detail}
}

// WriteError answers any error in SCIM's form (RFC 7644 3.12), whatever went wrong
// and wherever. Of an error that is not ours it shows only what its status means.
func WriteError(c echo.Context, status int, err error) error {
	f := faultOf(status, err)
	if f.status == http.StatusUnauthorized && c.Response().Header().Get(echo.HeaderWWWAuthenticate) == "" {
		c.Response().Header().Set(echo.HeaderWWWAuthenticate, realm)
	}
	body := struct {
		Schemas  []string `json:"schemas"`
		Status   string   `json:"status"`
		ScimType string   `json:"scimType,omitempty"`
		Detail   string   `json:"detail"`
	}{[]string{schemaError}, strconv.Itoa(f.status), f.scimType, f.detail}
	return write(c, f.status, body)
}

func faultOf(status int, err error) *fault {
	var f *fault
	var e *models.Error
	switch {
	case errors.As(err, &f):
		return f
	case errors.Is(err, provisioning.ErrChanged):
		return &fault{status: http.StatusPreconditionFailed, detail: "The resource has changed since you read it. Read it again, look, and send your change with its new version."}
	case errors.Is(err, provisioning.ErrToken):
		return &fault{status: http.StatusUnauthorized, detail: "This token lets nobody in: it is not known, has expired or was revoked. An admin of the agency makes a new one on the page Directory."}
	case errors.As(err, &e) && e.Kind == models.Invalid:
		scimType := invalidValue
		if _, ok := e.Fields["filter"]; ok {
			scimType = invalidFilter
		}
		return &fault{status: http.StatusBadRequest, scimType: scimType, detail: named(e)}
	case errors.As(err, &e) && e.Kind == models.Conflict:
		f = &fault{status: http.StatusConflict, detail: e.Message}
		if len(e.Fields) > 0 {
			f.scimType = uniqueness
		}
		return f
	case errors.As(err, &e) && status < 500 && e.Message != "":
		return &fault{status: status, detail: e.Message}
	}
	return &fault{status: status, detail: meaning(status)}
}

// named puts the attribute before what is wrong with it.
func named(e *models.Error) string {
	var parts []string
	for field, message := range e.Fields {
		parts = append(parts, field+": "+message)
	}
	if len(parts) == 0 {
		return e.Message
	}
	slices.Sort(parts)
	return strings.Join(parts, " ")
}

func meaning(status int) string {
	switch status {
	case http.StatusUnauthorized:
		return "Send the agency's directory token with the header Authorization: Bearer. An admin of the agency makes it on the page Directory."
	case http.StatusForbidden:
		return "This token may not do this."
	case http.StatusNotFound:
		return "There is nothing at this address. What there is: /scim/v2/ServiceProviderConfig, ResourceTypes, Schemas, Users and Groups."
	case http.StatusMethodNotAllowed:
		return "This resource is not used with this method; see the header Allow."
	case http.StatusRequestEntityTooLarge:
		return "The body is larger than is accepted. Send several smaller requests."
	case http.StatusTooManyRequests:
		return "Too many requests. Wait as long as the header Retry-After says."
	case http.StatusServiceUnavailable:
		return "Not available just now. Nothing was changed; try again in a minute."
	}
	if status < 500 {
		return "This request could not be done as it is."
	}
	return "Something went wrong on our side. Nothing was changed; try again in a minute."
}
