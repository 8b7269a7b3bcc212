package web

import (
	"net/http"
	"strings"

	"reeve/auth"
	"reeve/handlers"
	"reeve/handlers/scim"
)

// scimRoutes is a part of THE table. Agencies' directories: `/scim/v2` and the tokens page `/agency/directory`.
func (s *Server) scimRoutes() []Route {
	p := s.deps.Provisioning
	if p == nil {
		return nil
	}
	d := scim.New(p, s.config.BaseURL, s.deps.Store.Now)
	s.scim = d
	portal := strings.TrimSuffix(s.config.BaseURL.String(), "/")
	h := &handlers.Directory{Pages: s.pages, Tokens: p, Portal: portal, Endpoint: portal + scim.Root}
	const needs, page = auth.ProvisionUsers, "/agency/directory"
	return []Route{
		// For people: tokens, and who approves. The agency's admin connects, a commander decides.
		{Method: http.MethodGet, Path: page, Name: "directory.show", Needs: auth.ManageSignIn, Handler: h.Show},
		{Method: http.MethodPost, Path: page + "/tokens", Name: "directory.make", Needs: auth.ManageSignIn, Handler: h.Make, Fresh: true},
		{Method: http.MethodGet, Path: page + "/tokens/:id/revoke", Name: "directory.ask-revoke", Needs: auth.ManageSignIn, Handler: h.AskRevoke},
		{Method: http.MethodPost, Path: page + "/tokens/:id/revoke", Name: "directory.revoke", Needs: auth.ManageSignIn, Handler: h.Revoke, Fresh: true},
		{Method: http.MethodGet, Path: page + "/approval", Name: "directory.ask-approval", Needs: auth.ApproveUsers, Handler: h.AskApproval},
		{Method: http.MethodPost, Path: page + "/approval", Name: "directory.approve", Needs: auth.ApproveUsers, Handler: h.SetApproval, Fresh: true},

		// For directories: a token, SCIM.
		{Method: http.MethodGet, Path: scim.Root + "/ServiceProviderConfig", Name: "scim.config", Needs: needs, Handler: d.Config},
		{Method: http.MethodGet, Path: scim.Root + "/ResourceTypes", Name: "scim.types", Needs: needs, Handler: d.ResourceTypes},
		{Method: http.MethodGet, Path: scim.Root + "/ResourceTypes/:id", Name: "scim.type", Needs: needs, Handler: d.ResourceTypes},
		{Method: http.MethodGet, Path: scim.Root + "/Schemas", Name: "scim.schemas", Needs: needs, Handler: d.Schemas},
		{Method: http.MethodGet, Path: scim.Root + "/Schemas/:id", Name: "scim.schema", Needs: needs, Handler: d.Schemas},
		{Method: http.MethodGet, Path: scim.Root + "/Users", Name: "scim.users", Needs: needs, Handler: d.ListUsers},
		{Method: http.MethodPost, Path: scim.Root + "/Users", Name: "scim.user-create", Needs: needs, Handler: d.CreateUser},
		{Method: http.MethodGet, Path: scim.Root + "/Users/:id", Name: "scim.user", Needs: needs, Handler: d.GetUser},
		{Method: http.MethodPut, Path: scim.Root + "/Users/:id", Name: "scim.user-replace", Needs: needs, Handler: d.ReplaceUser},
		{Method: http.MethodPatch, Path: scim.Root + "/Users/:id", Name: "scim.user-patch", Needs: needs, Handler: d.PatchUser},
		{Method: http.MethodDelete, Path: scim.Root + "/Users/:id", Name: "scim.user-delete", Needs: needs, Handler: d.DeleteUser},
		{Method: http.MethodGet, Path: scim.Root + "/Groups", Name: "scim.groups", Needs: needs, Handler: d.ListGroups},
		{Method: http.MethodPost, Path: scim.Root + "/Groups", Name: "scim.group-create", Needs: needs, Handler: d.NoNewGroups},
		{Method: http.MethodGet, Path: scim.Root + "/Groups/:id", Name: "scim.group", Needs: needs, Handler: d.GetGroup},
		{Method: http.MethodPut, Path: scim.Root + "/Groups/:id", Name: "scim.group-replace", Needs: needs, Handler: d.ReplaceGroup},
		{Method: http.MethodPatch, Path: scim.Root + "/Groups/:id", Name: "scim.group-patch", Needs: needs, Handler: d.PatchGroup},
		{Method: http.MethodDelete, Path: scim.Root + "/Groups/:id", Name: "scim.group-delete", Needs: needs, Handler: d.NoLessGroups},
	}
}
