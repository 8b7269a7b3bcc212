package web

import (
	"net/http"

	"reeve/auth"
	"reeve/handlers"
)

// agencyRoutes is a part of THE table. The tree of agencies: `/agency/settings`, `/agency/agencies`, `/desk/agencies`.
func (s *Server) agencyRoutes() []Route {
	if s.deps.Agencies == nil || s.deps.Names == nil {
		return nil
	}
	h := &handlers.Agencies{Pages: s.pages, Tree: s.deps.Agencies, Renamed: s.deps.Names.Forget}
	return []Route{
		{Method: http.MethodGet, Path: "/agency/settings", Name: "agency.settings", Needs: auth.ManageAgency, Handler: h.Settings},
		{Method: http.MethodPost, Path: "/agency/settings", Name: "agency.save", Needs: auth.ManageAgency, Handler: h.Save, Fresh: true},
		{Method: http.MethodGet, Path: "/agency/agencies", Name: "agency.below", Needs: auth.ManageAgency, Handler: h.Below},
		{Method: http.MethodGet, Path: "/agency/agencies/new", Name: "agency.new", Needs: auth.ManageAgency, Handler: h.New},
		{Method: http.MethodPost, Path: "/agency/agencies", Name: "agency.add", Needs: auth.ManageAgency, Handler: h.Add, Fresh: true},
		{Method: http.MethodGet, Path: "/agency/agencies/:code/move", Name: "agency.ask-move", Needs: auth.ManageAgency, Handler: h.AskMove},
		{Method: http.MethodPost, Path: "/agency/agencies/:code/move", Name: "agency.move", Needs: auth.ManageAgency, Handler: h.Move, Fresh: true},
		{Method: http.MethodGet, Path: "/agency/agencies/:code/close", Name: "agency.ask-close", Needs: auth.ManageAgency, Handler: h.AskClose},
		{Method: http.MethodPost, Path: "/agency/agencies/:code/close", Name: "agency.close", Needs: auth.ManageAgency, Handler: h.Close, Fresh: true},
		{Method: http.MethodPost, Path: "/agency/agencies/:code/reopen", Name: "agency.reopen", Needs: auth.ManageAgency, Handler: h.Reopen, Fresh: true},

		{Method: http.MethodGet, Path: "/desk/agencies", Name: "agencies.list", Needs: auth.ReadAgencies, Handler: h.List},
		{Method: http.MethodGet, Path: "/desk/agencies/new", Name: "agencies.new", Needs: auth.ManageAgencies, Handler: h.NewRoot},
		{Method: http.MethodPost, Path: "/desk/agencies", Name: "agencies.add", Needs: auth.ManageAgencies, Handler: h.Add, Fresh: true},
		{Method: http.MethodGet, Path: "/desk/agencies/roles", Name: "agencies.roles", Needs: auth.SignedIn, Handler: h.Roles},
		{Method: http.MethodGet, Path: "/desk/agencies/:code", Name: "agencies.show", Needs: auth.ReadAgencies, Handler: h.Show},
	}
}
