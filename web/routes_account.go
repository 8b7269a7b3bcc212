package web

import (
	"net/http"

	"reeve/auth"
	"reeve/handlers"
)

// accountRoutes is a part of THE table. One's own account, step-up, kept forms,
// back-channel logout.
func (s *Server) accountRoutes() []Route {
	a, in := &handlers.Account{Pages: s.pages}, s.signIn
	return []Route{
		{Method: http.MethodGet, Path: "/account", Name: "account.show", Needs: auth.SignedIn, Handler: a.Show},
		{Method: http.MethodPost, Path: "/account/sessions/end", Name: "account.end-sessions", Needs: auth.SignedIn, Handler: a.EndAll},
		{Method: http.MethodPost, Path: "/account/sessions/end-others", Name: "account.end-others", Needs: auth.SignedIn, Handler: a.EndOthers},
		{Method: http.MethodPost, Path: "/account/sessions/:id/end", Name: "account.end-session", Needs: auth.SignedIn, Handler: a.EndOne},
		// Asked by scripts; without a session the answer says so and is no error.
		{Method: http.MethodGet, Path: "/account/session", Name: "account.session", Needs: auth.Public, Handler: a.Left},
		{Method: http.MethodPost, Path: "/account/extend", Name: "account.extend", Needs: auth.SignedIn, Handler: a.Extend},

		{Method: http.MethodGet, Path: "/login/again", Name: "session.again", Needs: auth.SignedIn, Handler: in.Again},
		{Method: http.MethodPost, Path: "/login/again", Name: "session.step-up", Needs: auth.SignedIn, Handler: in.StepUp},
		// A provider's notice, without cookies: what it says is signed.
		{Method: http.MethodPost, Path: "/login/backchannel", Name: "session.back-channel", Needs: auth.Public, Handler: in.BackChannel, MaxBody: 32 << 10},

		{Method: http.MethodGet, Path: "/account/resume/:id", Name: "account.resume", Needs: auth.SignedIn, Handler: a.Resume},
		{Method: http.MethodPost, Path: "/account/resume/:id/discard", Name: "account.discard", Needs: auth.SignedIn, Handler: a.Discard},
	}
}
