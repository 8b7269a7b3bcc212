package web

import (
	"net/http"

	"reeve/auth"
	"reeve/handlers"
)

// linksRoutes is a part of THE table: reports about the same incident.
func (s *Server) linksRoutes() []Route {
	h := s.linkPages()
	if h == nil {
		return nil
	}
	const of = "/reports/:number/links"
	return []Route{
		{Method: http.MethodGet, Path: of, Name: "links.show", Needs: auth.ReadReport, Handler: h.Show},
		{Method: http.MethodPost, Path: of, Name: "links.add", Needs: auth.RouteReport, Handler: h.Add},
		{Method: http.MethodPost, Path: of + "/take-out", Name: "links.take-out", Needs: auth.RouteReport, Handler: h.TakeOut},
		{Method: http.MethodPost, Path: of + "/:id/confirm", Name: "links.confirm", Needs: auth.RouteReport, Handler: h.Confirm},
		{Method: http.MethodPost, Path: of + "/:id/reject", Name: "links.reject", Needs: auth.RouteReport, Handler: h.Reject},
		{Method: http.MethodPost, Path: "/reports/:number/looked-again", Name: "links.looked-again", Needs: auth.WorkReferral, Handler: h.LookedAgain},
	}
}

// linkPages draws links on the pages that show a report; nil: none are shown.
func (s *Server) linkPages() *handlers.Links {
	if s.deps.Linking == nil || s.deps.Names == nil {
		return nil
	}
	return &handlers.Links{Pages: s.pages, Linking: s.deps.Linking, Names: s.deps.Names}
}
