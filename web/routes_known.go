package web

import (
	"net/http"

	"reeve/auth"
	"reeve/handlers"
)

// knownRoutes is a part of THE table: hash sets of known material, `/desk/known`. The
// form asks for a fresh proof already, so that nobody sends gigabytes and is asked then.
func (s *Server) knownRoutes() []Route {
	if s.deps.Known == nil {
		return nil
	}
	h := &handlers.Known{Pages: s.pages, Sets: s.deps.Known}
	const needs, one = auth.ManageKnown, "/desk/known/:id"
	return []Route{
		{Method: http.MethodGet, Path: "/desk/known", Name: "known.list", Needs: needs, Handler: h.List},
		{Method: http.MethodGet, Path: "/desk/known/import", Name: "known.ask-import", Needs: needs, Handler: h.AskImport, Fresh: true},
		{Method: http.MethodPost, Path: "/desk/known/import", Name: "known.import", Needs: needs, Handler: h.Import, Fresh: true, Stream: true},
		{Method: http.MethodGet, Path: one, Name: "known.show", Needs: needs, Handler: h.Show},
		{Method: http.MethodPost, Path: one + "/cancel", Name: "known.cancel", Needs: needs, Handler: h.Cancel},
		{Method: http.MethodGet, Path: one + "/withdraw", Name: "known.ask-withdraw", Needs: needs, Handler: h.AskWithdraw},
		{Method: http.MethodPost, Path: one + "/withdraw", Name: "known.withdraw", Needs: needs, Handler: h.Withdraw, Fresh: true},
	}
}
