package web

import (
	"log/slog"
	"net/netip"
	"net/url"

	"github.com/labstack/echo/v4"

	"reeve/auth/apikey"
	"reeve/auth/oidc"
	"reeve/models/agencies"
	"reeve/models/audit"
	"reeve/models/casefile"
	"reeve/models/deconflict"
	"reeve/models/escalation"
	"reeve/models/issuers"
	"reeve/models/known"
	"reeve/models/labelling"
	"reeve/models/linking"
	"reeve/models/names"
	"reeve/models/outcome"
	"reeve/models/people"
	"reeve/models/pools"
	"reeve/models/providers"
	"reeve/models/provisioning"
	"reeve/models/publicform"
	"reeve/models/store"
	"reeve/models/territory"
	"reeve/models/triage"
	"reeve/views/pages"
)

// Config is what an administrator decides.
type Config struct {
	BaseURL        *url.URL       // the address that browsers see
	TrustedProxies []netip.Prefix // whose X-Forwarded-For is believed
	Demo           bool           // demonstration data: every page says so, accounts are shown
	DemoAccounts   []pages.DemoAccount
	DemoPassword   string
	// LoginsPerMinute is how many requests to the sign-in one address may make;
	// 0 is the default of 60. An agency behind one address signs in at nine o'clock.
	LoginsPerMinute int
	EmergencyNumber string // that the public's form tells people to call; empty: 911
	LeaveURL        string // where "Leave this page" of that form ends; empty: on an empty page
}

// Deps is what the server works with.
type Deps struct {
	Store    *store.Store // as reeve_web
	SignIn   *oidc.Service
	Provider ProviderAPI // nil: no provider API is served
	// ProviderAuth is what the provider API remembers of providers' credentials; a
	// page that changes one tells it. nil: nothing is remembered.
	ProviderAuth *apikey.Authenticator
	Log          *slog.Logger
	Metrics      *Metrics // nil: nothing is counted

	// The use cases behind the pages. Those that are nil have no pages.
	Casefile   *casefile.Service
	Triage     *triage.Service
	Names      *names.Names
	Outcome    *outcome.Service
	Audit      *audit.Service
	Deconflict *deconflict.Service

	People       *people.Service
	Issuers      *issuers.Service
	Agencies     *agencies.Service
	Providers    *providers.Service
	Provisioning *provisioning.Service

	Known      *known.Service
	Labelling  *labelling.Service
	Linking    *linking.Service
	Escalation *escalation.Service
	PublicForm *publicform.Service
	Territory  *territory.Service
	Pools      *pools.Service
}

// ProviderAPI is the provider protocol, whose clients need XML in every answer.
// Its handlers read their own credentials.
type ProviderAPI interface {
	// Authenticate finds the provider by HTTP Basic and puts its actor into the
	// request's context. It answers an error when it cannot, which comes back to
	// WriteError like every other.
	Authenticate(next echo.HandlerFunc) echo.HandlerFunc
	// WriteError answers in XML, whatever went wrong: also an unknown path, a wrong
	// method, too large a body, too many requests.
	WriteError(c echo.Context, status int, err error) error

	Status(c echo.Context) error
	Schema(c echo.Context) error
	Submit(c echo.Context) error
	Upload(c echo.Context) error
	FileInfo(c echo.Context) error
	Finish(c echo.Context) error
	Retract(c echo.Context) error
}
