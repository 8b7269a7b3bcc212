package web

import (
	"net/http"

	"reeve/auth"
	"reeve/handlers"
)

// poolsRoutes is a part of THE table: pools with an owner and a clock, and what was
// found out about where a report's people are.
func (s *Server) poolsRoutes() []Route {
	d := s.deps
	if d.Pools == nil || d.Names == nil {
		return nil
	}
	h := &handlers.Pools{Pages: s.pages, Keep: d.Pools, Findings: d.Pools, Names: d.Names}
	const list, one, found = "/desk/pools", "/desk/pools/:code", "/reports/:number/findings"
	return []Route{
		{Method: http.MethodGet, Path: list, Name: "desk.pools", Needs: auth.ReadDesk, Handler: h.List},
		{Method: http.MethodGet, Path: one, Name: "desk.pool", Needs: auth.ReadDesk, Handler: h.Show},
		{Method: http.MethodPost, Path: one + "/next", Name: "pool.next", Needs: auth.RouteReport, Handler: h.Next},
		{Method: http.MethodPost, Path: one + "/claim", Name: "pool.claim", Needs: auth.RouteReport, Handler: h.Claim},
		{Method: http.MethodPost, Path: one + "/release", Name: "pool.release", Needs: auth.RouteReport, Handler: h.PutBack},
		{Method: http.MethodPost, Path: one + "/terms", Name: "pool.terms", Needs: auth.ManageRules, Handler: h.SetTerms},
		{Method: http.MethodGet, Path: found, Name: "finding.ask", Needs: auth.RouteReport, Handler: h.AskFinding},
		{Method: http.MethodPost, Path: found, Name: "finding.keep", Needs: auth.RouteReport, Handler: h.Find},
		{Method: http.MethodPost, Path: found + "/:id/withdraw", Name: "finding.withdraw", Needs: auth.RouteReport, Handler: h.WithdrawFinding},
	}
}
