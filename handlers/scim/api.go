package scim

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
	"golang.org/x/time/rate"

	"reeve/auth"
	"reeve/models/provisioning"
)

// Root is where the endpoints stand.
const Root = "/scim/v2"

// Serves reports whether a path is this package's to answer, errors included.
func Serves(path string) bool { return path == "/scim" || strings.HasPrefix(path, "/scim/") }

// Provisioning is what the endpoints ask of the use cases.
type Provisioning interface {
	Authenticate(ctx context.Context, token string, from provisioning.Asked) (provisioning.Caller, error)
	Users(ctx context.Context, a auth.Actor, q provisioning.Query) (*provisioning.Page, error)
	User(ctx context.Context, a auth.Actor, id uuid.UUID) (*provisioning.Person, error)
	Create(ctx context.Context, a auth.Actor, in provisioning.Update) (*provisioning.Person, error)
	Update(ctx context.Context, a auth.Actor, id uuid.UUID, version int, in provisioning.Update) (*provisioning.Person, error)
	Remove(ctx context.Context, a auth.Actor, id uuid.UUID, version int) error
	Groups(ctx context.Context, a auth.Actor, q provisioning.GroupQuery) ([]provisioning.Group, error)
	Group(ctx context.Context, a auth.Actor, id string, members bool) (*provisioning.Group, error)
	ChangeGroup(ctx context.Context, a auth.Actor, id string, in provisioning.GroupUpdate) (*provisioning.Group, error)
}

// API is the endpoints. It is safe for concurrent use.
type API struct {
	provisioning Provisioning
	base         string // address of Root as clients see it
	now          func() time.Time

	requests *limiter // by token
	guesses  *limiter // by address, tokens that let nobody in
	known    goodTokens
}

// New makes the endpoints below the portal's address. A nil clock is time.Now.
func New(p Provisioning, portal *url.URL, now func() time.Time) *API {
	if now == nil {
		now = time.Now
	}
	return &API{provisioning: p, base: strings.TrimSuffix(portal.String(), "/") + Root, now: now,
		requests: newLimiter(requestsPerSecond, requestsAtOnce), guesses: newLimiter(rate.Every(time.Minute/guessesPerMinute), guessesPerMinute)}
}

func actor(c echo.Context) auth.Actor { return auth.ActorFrom(c.Request().Context()) }

// write answers JSON. Nothing in it is meant for a page, so nothing is escaped for one.
func write(c echo.Context, status int, body any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(body); err != nil {
		return err
	}
	return c.Blob(status, mediaType, b.Bytes())
}

// nothing answers success without a body.
func nothing(c echo.Context) error { return c.NoContent(http.StatusNoContent) }
