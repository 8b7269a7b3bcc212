package web

import (
	"net/http"

	"reeve/auth"
	"reeve/handlers"
	"reeve/handlers/ispws/wire"
)

// providerRoutes is a part of THE table. Providers' accounts: `/desk/providers`.
func (s *Server) providerRoutes() []Route {
	if s.deps.Providers == nil {
		return nil
	}
	h := &handlers.Providers{Pages: s.pages, Accounts: s.deps.Providers, API: s.config.BaseURL.JoinPath("ispws").String(),
		Meaning: func(code int) string { return wire.Code(code).Meaning() }}
	if s.deps.ProviderAuth != nil {
		h.Changed = s.deps.ProviderAuth.Forget
	}
	const needs, one = auth.ManageProviders, "/desk/providers/:id"
	return []Route{
		{Method: http.MethodGet, Path: "/desk/providers", Name: "providers.list", Needs: needs, Handler: h.List},
		{Method: http.MethodGet, Path: "/desk/providers/new", Name: "providers.ask-add", Needs: needs, Handler: h.AskAdd},
		{Method: http.MethodPost, Path: "/desk/providers", Name: "providers.add", Needs: needs, Handler: h.Add, Fresh: true},
		{Method: http.MethodGet, Path: one, Name: "providers.show", Needs: needs, Handler: h.Show},
		{Method: http.MethodGet, Path: one + "/password", Name: "providers.ask-rotate", Needs: needs, Handler: h.AskRotate},
		{Method: http.MethodPost, Path: one + "/password", Name: "providers.rotate", Needs: needs, Handler: h.Rotate, Fresh: true},
		{Method: http.MethodGet, Path: one + "/overlap", Name: "providers.ask-end", Needs: needs, Handler: h.AskEnd},
		{Method: http.MethodPost, Path: one + "/overlap", Name: "providers.end", Needs: needs, Handler: h.End, Fresh: true},
		{Method: http.MethodGet, Path: one + "/disable", Name: "providers.ask-disable", Needs: needs, Handler: h.AskDisable},
		{Method: http.MethodPost, Path: one + "/disable", Name: "providers.disable", Needs: needs, Handler: h.Disable, Fresh: true},
		{Method: http.MethodGet, Path: one + "/enable", Name: "providers.ask-enable", Needs: needs, Handler: h.AskEnable},
		{Method: http.MethodPost, Path: one + "/enable", Name: "providers.enable", Needs: needs, Handler: h.Enable, Fresh: true},
		{Method: http.MethodGet, Path: one + "/addresses", Name: "providers.ask-addresses", Needs: needs, Handler: h.AskAddresses},
		{Method: http.MethodPost, Path: one + "/addresses", Name: "providers.addresses", Needs: needs, Handler: h.SetAddresses, Fresh: true},
		{Method: http.MethodGet, Path: one + "/contact", Name: "providers.ask-contact", Needs: needs, Handler: h.AskContact},
		{Method: http.MethodPost, Path: one + "/contact", Name: "providers.contact", Needs: needs, Handler: h.SetContact, Fresh: true},
	}
}
