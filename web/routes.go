package web

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/handlers"
)

// Route is one line of the table.
type Route struct {
	Method  string
	Path    string
	Name    string          // stable, for logs and metrics
	Needs   auth.Permission // there is no default; auth.Public must be written
	Handler echo.HandlerFunc
	// Stream marks bodies that may be huge, either way: they have no size limit
	// here, and their deadlines move on as long as bytes do.
	Stream bool
	// Fresh marks a deed that asks for a fresh, strong sign-in (step-up, in the
	// spirit of RFC 9470): managing people and sign-in, exports, opening a file.
	Fresh bool
	// MaxBody is the limit of a page's request body in bytes; 0 is 1 MiB.
	MaxBody int64
}

// areas are the handlers that the table names.
type areas struct {
	pages   *handlers.Pages
	session *handlers.Session
	health  *health
	api     ProviderAPI
	demo    bool

	inbox         *handlers.Inbox // nil: not served, as those below
	report        *handlers.Report
	search        *handlers.Search
	deconfliction *handlers.Deconfliction // both sides' hits
	audit         *handlers.Audit
	outcome       *handlers.Outcome
	board         *handlers.Board // what became of what was sent
}

// routes is THE table: everything that can be reached, and what it demands.
// HEAD follows GET. A path that is not here does not exist.
func routes(a areas) []Route {
	list := []Route{
		// Machinery.
		{Method: http.MethodGet, Path: "/healthz", Name: "health.alive", Needs: auth.Public, Handler: a.health.Alive},
		{Method: http.MethodGet, Path: "/readyz", Name: "health.ready", Needs: auth.Public, Handler: a.health.Ready},
		{Method: http.MethodGet, Path: "/static/*", Name: "static", Needs: auth.Public, Handler: serveStatic},

		// Signing in and out.
		{Method: http.MethodGet, Path: "/login", Name: "session.ask", Needs: auth.Public, Handler: a.session.Ask},
		{Method: http.MethodPost, Path: "/login", Name: "session.begin", Needs: auth.Public, Handler: a.session.Begin},
		{Method: http.MethodGet, Path: "/login/callback", Name: "session.callback", Needs: auth.Public, Handler: a.session.Callback},
		{Method: http.MethodPost, Path: "/logout", Name: "session.end", Needs: auth.Public, Handler: a.session.End},
		{Method: http.MethodGet, Path: "/", Name: "home", Needs: auth.SignedIn, Handler: a.session.Home},
	}
	if a.inbox != nil {
		list = append(list,
			// An agency's work.
			Route{Method: http.MethodGet, Path: "/inbox", Name: "inbox.list", Needs: auth.ReadInbox, Handler: a.inbox.List},
			Route{Method: http.MethodPost, Path: "/inbox/take", Name: "inbox.take", Needs: auth.WorkReferral, Handler: a.inbox.Take},
			Route{Method: http.MethodGet, Path: "/search", Name: "search.find", Needs: auth.Search, Handler: a.search.Find},
			Route{Method: http.MethodGet, Path: "/reports/:number", Name: "report.show", Needs: auth.ReadReport, Handler: a.report.Show},
			Route{Method: http.MethodGet, Path: "/reports/:number/files", Name: "report.files", Needs: auth.ReadReport, Handler: a.report.MoreFiles},
			Route{Method: http.MethodGet, Path: "/reports/:number/documents/:document", Name: "report.document", Needs: auth.ReadReport, Handler: a.report.Document},
			Route{Method: http.MethodPost, Path: "/reports/:number/take", Name: "report.take", Needs: auth.WorkReferral, Handler: a.report.Take},
			Route{Method: http.MethodPost, Path: "/reports/:number/start", Name: "report.start", Needs: auth.WorkReferral, Handler: a.report.Start},
			Route{Method: http.MethodPost, Path: "/reports/:number/release", Name: "report.release", Needs: auth.WorkReferral, Handler: a.report.Release},
			Route{Method: http.MethodPost, Path: "/reports/:number/assign", Name: "report.assign", Needs: auth.WorkReferral, Handler: a.report.Assign},
			Route{Method: http.MethodPost, Path: "/reports/:number/reopen", Name: "report.reopen", Needs: auth.WorkReferral, Handler: a.report.Reopen},
			Route{Method: http.MethodPost, Path: "/reports/:number/priority", Name: "report.priority", Needs: auth.WorkReferral, Handler: a.report.SetPriority},
			Route{Method: http.MethodPost, Path: "/reports/:number/refer", Name: "report.refer", Needs: auth.RouteReport, Handler: a.report.Refer},
		)
	}
	if a.deconfliction != nil {
		list = append(list,
			Route{Method: http.MethodGet, Path: "/deconfliction", Name: "deconfliction.show", Needs: auth.ReadDeconfliction, Handler: a.deconfliction.Show},
			Route{Method: http.MethodPost, Path: "/deconfliction/:id/seen", Name: "deconfliction.seen", Needs: auth.ReadDeconfliction, Handler: a.deconfliction.Seen},
		)
	}
	if a.audit != nil {
		list = append(list, Route{Method: http.MethodGet, Path: "/audit", Name: "audit.show", Needs: auth.ReadAudit, Handler: a.audit.Show})
	}
	if a.outcome != nil {
		list = append(list,
			Route{Method: http.MethodGet, Path: "/reports/:number/outcome", Name: "outcome.ask", Needs: auth.WorkReferral, Handler: a.outcome.Ask},
			Route{Method: http.MethodPost, Path: "/reports/:number/outcome", Name: "outcome.record", Needs: auth.WorkReferral, Handler: a.outcome.Record},
			Route{Method: http.MethodPost, Path: "/reports/:number/outcome/:id/undo", Name: "outcome.undo", Needs: auth.WorkReferral, Handler: a.outcome.Undo},
			Route{Method: http.MethodGet, Path: "/reports/:number/return", Name: "return.ask", Needs: auth.WorkReferral, Handler: a.outcome.AskReturn},
			Route{Method: http.MethodPost, Path: "/reports/:number/return", Name: "return.return", Needs: auth.WorkReferral, Handler: a.outcome.Return},
			Route{Method: http.MethodPost, Path: "/reports/:number/return/keep", Name: "return.keep", Needs: auth.WorkReferral, Handler: a.outcome.Keep},
		)
	}
	if a.board != nil {
		list = append(list,
			Route{Method: http.MethodGet, Path: "/desk/feedback", Name: "feedback.show", Needs: auth.ReadFeedback, Handler: a.board.Show},
			Route{Method: http.MethodGet, Path: "/desk/feedback/rows", Name: "feedback.rows", Needs: auth.ReadFeedback, Handler: a.board.Rows},
		)
	}
	if a.demo {
		list = append(list, Route{Method: http.MethodGet, Path: "/styleguide", Name: "styleguide", Needs: auth.Public, Handler: a.pages.Styleguide})
	}
	if a.api != nil {
		list = append(list,
			Route{Method: http.MethodGet, Path: "/ispws/status", Name: "ispws.status", Needs: auth.SubmitReport, Handler: a.api.Status},
			Route{Method: http.MethodGet, Path: "/ispws/xsd", Name: "ispws.schema", Needs: auth.SubmitReport, Handler: a.api.Schema},
			Route{Method: http.MethodPost, Path: "/ispws/submit", Name: "ispws.submit", Needs: auth.SubmitReport, Handler: a.api.Submit},
			Route{Method: http.MethodPost, Path: "/ispws/upload", Name: "ispws.upload", Needs: auth.SubmitReport, Handler: a.api.Upload, Stream: true},
			Route{Method: http.MethodPost, Path: "/ispws/fileinfo", Name: "ispws.fileinfo", Needs: auth.SubmitReport, Handler: a.api.FileInfo},
			Route{Method: http.MethodPost, Path: "/ispws/finish", Name: "ispws.finish", Needs: auth.SubmitReport, Handler: a.api.Finish},
			Route{Method: http.MethodPost, Path: "/ispws/retract", Name: "ispws.retract", Needs: auth.SubmitReport, Handler: a.api.Retract},
		)
	}
	return list
}
