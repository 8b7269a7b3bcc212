package web

import (
	"net/http"
	"strings"

	"reeve/auth"
	"reeve/handlers"
)

// peopleRoutes is a part of THE table. Accounts: `/agency/users` and below. Reading
// needs no fresh sign-in; whatever changes who has access, and the pages on which
// one begins to type such a thing, do.
func (s *Server) peopleRoutes() []Route {
	if s.deps.People == nil || s.deps.Names == nil {
		return nil
	}
	h := &handlers.People{Pages: s.pages, People: s.deps.People, Agencies: s.deps.Names, SignIn: strings.TrimSuffix(s.config.BaseURL.String(), "/") + "/login"}
	const list, one = "/agency/users", "/agency/users/:id"
	return []Route{
		{Method: http.MethodGet, Path: list, Name: "people.list", Needs: auth.ReadUsers, Handler: h.List},
		{Method: http.MethodGet, Path: list + "/export.csv", Name: "people.export", Needs: auth.ManageUsers, Handler: h.Export, Stream: true, Fresh: true},
		{Method: http.MethodGet, Path: list + "/invite", Name: "people.ask-invite", Needs: auth.ManageUsers, Handler: h.AskInvite, Fresh: true},
		{Method: http.MethodPost, Path: list + "/invite", Name: "people.invite", Needs: auth.ManageUsers, Handler: h.Invite, Fresh: true},
		{Method: http.MethodGet, Path: list + "/import", Name: "people.ask-import", Needs: auth.ManageUsers, Handler: h.AskImport, Fresh: true},
		{Method: http.MethodPost, Path: list + "/import", Name: "people.import", Needs: auth.ManageUsers, Handler: h.Import, Fresh: true},
		{Method: http.MethodPost, Path: list + "/recertify", Name: "people.recertify-many", Needs: auth.ManageUsers, Handler: h.RecertifyMany, Fresh: true},
		{Method: http.MethodGet, Path: one, Name: "people.show", Needs: auth.ReadUsers, Handler: h.Show},
		{Method: http.MethodPost, Path: one + "/approve", Name: "people.approve", Needs: auth.ApproveUsers, Handler: h.Approve, Fresh: true},
		{Method: http.MethodPost, Path: one + "/roles", Name: "people.roles", Needs: auth.ManageUsers, Handler: h.SetRoles, Fresh: true},
		{Method: http.MethodPost, Path: one + "/suspend", Name: "people.suspend", Needs: auth.ManageUsers, Handler: h.Suspend, Fresh: true},
		{Method: http.MethodPost, Path: one + "/reactivate", Name: "people.reactivate", Needs: auth.ManageUsers, Handler: h.Reactivate, Fresh: true},
		{Method: http.MethodPost, Path: one + "/recertify", Name: "people.recertify", Needs: auth.ManageUsers, Handler: h.Recertify, Fresh: true},
		{Method: http.MethodPost, Path: one + "/hand-over", Name: "people.hand-over", Needs: auth.ManageUsers, Handler: h.HandOver, Fresh: true},
		{Method: http.MethodPost, Path: one + "/sessions/end", Name: "people.end-sessions", Needs: auth.ManageUsers, Handler: h.EndSessions, Fresh: true},
		{Method: http.MethodGet, Path: one + "/remove", Name: "people.ask-remove", Needs: auth.ManageUsers, Handler: h.AskRemove, Fresh: true},
		{Method: http.MethodPost, Path: one + "/remove", Name: "people.remove", Needs: auth.ManageUsers, Handler: h.Remove, Fresh: true},
	}
}
