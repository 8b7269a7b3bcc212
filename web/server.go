package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"reeve/auth/session"
	"reeve/handlers"
	"reeve/handlers/ispws/wire"
	"reeve/handlers/scim"
	"reeve/models/audit"
)

// Server answers HTTP requests.
type Server struct {
	echo   *echo.Echo
	table  []Route
	byPath map[string]Route // "METHOD path" of the pattern
	config Config
	deps   Deps
	pages  *handlers.Pages
	signIn *handlers.Session // also departs for a test of sign-in settings
	scim   *scim.API         // agencies' directories; set with its routes
}

// New wires use cases to handlers and handlers to paths. Everything is registered
// here, before the first request; nothing may be added later.
func New(c Config, d Deps) (*Server, error) {
	if c.BaseURL == nil || d.Store == nil || d.SignIn == nil {
		return nil, errors.New("web: a base URL, a store and the sign-in are needed")
	}
	if d.Log == nil {
		d.Log = slog.Default()
	}
	sessions, err := session.New(session.Options{Store: d.Store, BaseURL: c.BaseURL, Unseen: isQuestion})
	if err != nil {
		return nil, err
	}
	s := &Server{echo: echo.New(), config: c, deps: d, byPath: map[string]Route{}}
	s.pages = &handlers.Pages{Sessions: sessions, Demo: c.Demo, Now: d.Store.Now, Exists: s.serves}
	s.signIn = &handlers.Session{Pages: s.pages, SignIn: d.SignIn, Accounts: c.DemoAccounts, Password: c.DemoPassword}
	if d.Issuers != nil {
		s.signIn.Tests = d.Issuers
	}
	s.table = routes(s.areas())
	for _, part := range [][]Route{s.accountRoutes(), s.peopleRoutes(), s.signInRoutes(), s.agencyRoutes(), s.providerRoutes(), s.scimRoutes(),
		s.deskRoutes(), s.rulesRoutes(), s.territoryRoutes(), s.labelsRoutes(), s.linksRoutes(), s.knownRoutes(), s.urgentRoutes(), s.publicRoutes(), s.poolsRoutes()} {
		s.table = append(s.table, part...)
	}

	e := s.echo
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = s.writeError
	e.IPExtractor = clientIP(c.TrustedProxies)
	e.Use(
		s.observe,  // counts and logs what comes out at the end
		s.recover,  // a panic becomes an error
		requestID,  // before anything that may fail
		s.deadline, // and limits
		s.headers,
		s.rateLimit(),
		s.onPages(sessions.Middleware(handlers.RequestID)),
		s.onPages(s.sameOrigin()),
	)
	for _, r := range s.table {
		if err := s.add(r); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// areas makes the handlers of the table.
func (s *Server) areas() areas {
	a := areas{
		pages:   s.pages,
		session: s.signIn,
		health:  &health{pool: s.deps.Store.Pool()},
		api:     s.deps.Provider,
		demo:    s.config.Demo,
	}
	d := s.deps
	if d.Casefile != nil && d.Triage != nil && d.Names != nil {
		a.inbox = &handlers.Inbox{Pages: s.pages, Files: d.Casefile, Providers: d.Names, Types: wire.IncidentTypes()}
		a.report = &handlers.Report{Pages: s.pages, Read: d.Casefile, Work: d.Casefile, Manage: d.Casefile, Referrer: d.Triage, Agencies: d.Names, Labels: s.labelPanels(), Links: s.linkPages(), Urgent: s.urgent()}
		a.search = &handlers.Search{Pages: s.pages, Files: d.Casefile}
	}
	if d.Outcome != nil {
		a.outcome = &handlers.Outcome{Pages: s.pages, Outcomes: d.Outcome}
		if d.Names != nil {
			a.board = &handlers.Board{Pages: s.pages, Feedback: d.Outcome, Names: d.Names}
		}
	}
	if d.Deconflict != nil {
		a.deconfliction = &handlers.Deconfliction{Pages: s.pages, Deconflict: d.Deconflict}
	}
	if d.Audit != nil && d.Names != nil {
		a.audit = &handlers.Audit{Pages: s.pages, Audit: d.Audit, Names: d.Names,
			Head: func(ctx context.Context) (audit.Head, error) { return audit.ReadHead(ctx, d.Store) }}
	}
	return a
}

// add registers a route behind its permission, and HEAD with GET.
func (s *Server) add(r Route) error {
	if r.Needs == "" || r.Name == "" || r.Handler == nil || !strings.HasPrefix(r.Path, "/") {
		return fmt.Errorf("web: the route %s %s lacks a name, a permission or a handler", r.Method, r.Path)
	}
	if _, twice := s.byPath[r.Method+" "+r.Path]; twice {
		return fmt.Errorf("web: the route %s %s stands twice in the table", r.Method, r.Path)
	}
	s.byPath[r.Method+" "+r.Path] = r
	h := s.needs(r)
	s.echo.Add(r.Method, r.Path, h)
	if r.Method == http.MethodGet {
		s.echo.Add(http.MethodHead, r.Path, h)
	}
	return nil
}

// Routes is the table as it is served.
func (s *Server) Routes() []Route { return s.table }

// serves reports whether the table has a page at the path.
func (s *Server) serves(path string) bool {
	_, ok := s.byPath[http.MethodGet+" "+path]
	return ok
}

// route answers the line of the table that the request met, if any.
func (s *Server) route(c echo.Context) (Route, bool) {
	method := c.Request().Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	r, ok := s.byPath[method+" "+c.Path()]
	return r, ok
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.echo.ServeHTTP(w, r) }
