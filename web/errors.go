package web

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/auth/session"
	"reeve/handlers"
	"reeve/handlers/scim"
	"reeve/models"
	"reeve/views/components"
	"reeve/views/pages"
)

// errNobody is a route that demands somebody; errRole one that demands more than
// the actor's roles grant.
var (
	errNobody = errors.New("nobody is signed in")
	errRole   = &models.Error{Kind: models.Forbidden, Message: "Your role may not do this."}
)

// statusOf is the one table from what went wrong to an HTTP status.
func statusOf(err error) int {
	var he *echo.HTTPError
	var large *http.MaxBytesError
	switch {
	case errors.Is(err, errNobody):
		return http.StatusUnauthorized
	case errors.As(err, &large):
		return http.StatusRequestEntityTooLarge
	case models.KindOf(err) != models.Internal:
		switch models.KindOf(err) {
		case models.Invalid:
			return http.StatusUnprocessableEntity
		case models.NotFound:
			return http.StatusNotFound
		case models.Forbidden:
			return http.StatusForbidden
		case models.Conflict:
			return http.StatusConflict
		case models.Unavailable:
			return http.StatusServiceUnavailable
		}
	case errors.As(err, &he):
		return he.Code
	}
	return http.StatusInternalServerError
}

// writeError is the only writer of errors. Once a response has begun there is
// nothing left to write; the log says so.
func (s *Server) writeError(err error, c echo.Context) {
	ctx, status := c.Request().Context(), statusOf(err)
	gone := errors.Is(err, context.Canceled) && ctx.Err() != nil
	if status >= 500 && !gone {
		s.deps.Log.LogAttrs(ctx, slog.LevelError, "request failed", slog.String("request", handlers.RequestID(c)),
			slog.Int("status", status), slog.Bool("begun", c.Response().Committed), slog.String("err", err.Error()))
	}
	if c.Response().Committed || gone {
		return
	}
	var werr error
	switch at(c) {
	case providerDoor:
		if s.deps.Provider != nil {
			werr = s.deps.Provider.WriteError(c, status, err)
			break
		}
		werr = c.String(status, http.StatusText(status)+"\n")
	case apiDoor:
		if scim.Serves(c.Request().URL.Path) {
			werr = scim.WriteError(c, status, err)
			break
		}
		werr = s.writeJSON(c, status, err)
	case machineDoor:
		werr = c.String(status, http.StatusText(status)+"\n")
	default:
		werr = s.writePage(c, status, err)
	}
	if werr != nil && !c.Response().Committed {
		s.deps.Log.ErrorContext(ctx, "the error page failed too", "request", handlers.RequestID(c), "err", werr)
		lastResort(c)
	}
}

func (s *Server) writeJSON(c echo.Context, status int, err error) error {
	type problem struct {
		Error     string            `json:"error"`
		Fields    map[string]string `json:"fields,omitempty"`
		RequestID string            `json:"request_id"`
	}
	_, text := wordsOf(status, err)
	return c.JSON(status, problem{Error: text, Fields: models.FieldsOf(err), RequestID: handlers.RequestID(c)})
}

// writePage answers a browser. Without a session every address that is not public
// leads to sign-in, whether it exists or not.
func (s *Server) writePage(c echo.Context, status int, err error) error {
	signedIn := auth.ActorFrom(c.Request().Context()).Known()
	hidden := status == http.StatusUnauthorized || status == http.StatusNotFound || status == http.StatusMethodNotAllowed
	if !signedIn && hidden && models.KindOf(err) == models.Internal {
		return s.toSignIn(c)
	}
	title, text := wordsOf(status, err)
	v := pages.ErrorView{SignedIn: signedIn, Title: title, Text: text, Next: pages.Link{Label: "Go to the start page", URL: "/"}}
	if signedIn {
		v.Frame = s.pages.Frame(c, title)
		v.Frame.Width = "reading"
	} else {
		v.Public = s.pages.Public(c, title)
	}
	for field, message := range models.FieldsOf(err) {
		v.Fields = append(v.Fields, components.FieldError{ID: "f-" + field, Message: message})
	}
	if status >= 500 {
		v.RequestID = handlers.RequestID(c)
	}
	if signedIn && status == http.StatusForbidden {
		a := s.pages.Person(c).Agency
		v.Whom = pages.Contact{Name: a.ContactName, Email: a.ContactEmail, Phone: a.ContactPhone}
		v.WhomWhy = "This desk can change what you may do here."
	}
	return s.pages.Render(c, status, pages.Error(v))
}

// toSignIn sends the browser to sign in, with the address to return to. A form
// that came too late, from a page that outlived its session, is kept for its person
// and returned to; any other cannot be repeated, so its page is returned to instead.
func (s *Server) toSignIn(c echo.Context) error {
	r := c.Request()
	back := ""
	kept, done, err := s.tooLate(c)
	switch {
	case err != nil || done:
		return err
	case kept != "":
		back = kept
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		back = r.URL.RequestURI()
	default:
		if ref, err := url.Parse(r.Referer()); err == nil && ref.Host == r.Host {
			back = ref.RequestURI()
		}
	}
	q := url.Values{}
	if back != "/" && handlers.SafeReturn(back) {
		q.Set("return", back)
	}
	if _, was := session.WasFrom(r.Context()); was || session.Ended(r.Context()) {
		q.Set("ended", "1")
	}
	to := "/login"
	if len(q) > 0 {
		to += "?" + q.Encode()
	}
	c.Response().Header().Del(echo.HeaderAllow) // would tell which paths exist
	return s.pages.Redirect(c, to)
}

// wordsOf says what is so and what to do next, in a colleague's words.
func wordsOf(status int, err error) (title, text string) {
	if e := (*models.Error)(nil); errors.As(err, &e) && e.Message != "" {
		text = e.Message
	}
	or := func(s string) string {
		if text != "" && status != http.StatusInternalServerError {
			return text
		}
		return s
	}
	switch status {
	case http.StatusUnauthorized:
		return "Sign in first", or("Send your credentials with the request.")
	case http.StatusBadRequest:
		return "This request cannot be read", or("Go back, reload the page and try again.")
	case http.StatusForbidden:
		return "You may not do this", or("Your role may not do this.")
	case http.StatusNotFound:
		return "Nothing here for you", or("This page does not exist, or not for you. Check the address; a number is digits only.")
	case http.StatusMethodNotAllowed:
		return "This page cannot be used like that", or("Open it from a link here rather than by its address.")
	case http.StatusConflict:
		return "Somebody else was first", or("This changed while you worked on it. Reload it and look again.")
	case http.StatusRequestEntityTooLarge:
		return "That is too large", or("What you sent is larger than this page takes. Nothing was kept.")
	case http.StatusUnprocessableEntity:
		return "Something needs correcting", or("Go back and correct it.")
	case http.StatusTooManyRequests:
		return "Too many tries", or("Too many sign-ins came from your network in the last minute. Wait a minute and try again.")
	case http.StatusServiceUnavailable:
		return "Not available just now", or("Try again in a minute. Nothing was changed.")
	}
	if status < 500 {
		return "This could not be done", or("Go back and try again.")
	}
	return "Something went wrong on our side", "Nothing was changed. Try again in a minute."
}

// lastResort is written when even the error page cannot be: one that needs
// neither database nor template.
func lastResort(c echo.Context) {
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, echo.MIMETextHTMLCharsetUTF8)
	c.Response().WriteHeader(http.StatusInternalServerError)
	_, _ = io.WriteString(c.Response(), strings.ReplaceAll(lastResortPage, "{id}", h.Get(echo.HeaderXRequestID)))
}

const lastResortPage = `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Not available · Reeve</title></head>
<body><h1>Something went wrong on our side</h1>
<p>Try again in a minute. If it lasts, tell your administrator this request number: {id}</p></body></html>
`
