package web

import (
	"net/http"

	"reeve/auth"
	"reeve/handlers"
)

// signInRoutes is a part of THE table. Agencies' own sign-in: `/agency/sign-in` and
// below, and the clearinghouse's list of e-mail domains.
func (s *Server) signInRoutes() []Route {
	if s.deps.Issuers == nil {
		return nil
	}
	h := &handlers.Issuers{Pages: s.pages, Settings: s.deps.Issuers, Probe: s.deps.SignIn, Depart: s.signIn.Depart, Base: s.config.BaseURL}
	const needs, root, draft = auth.ManageSignIn, "/agency/sign-in", "/agency/sign-in/drafts/:id"
	return []Route{
		{Method: http.MethodGet, Path: root, Name: "issuers.show", Needs: needs, Handler: h.Show},
		{Method: http.MethodPost, Path: root + "/domains", Name: "issuers.ask-domain", Needs: needs, Handler: h.Ask, Fresh: true},
		{Method: http.MethodPost, Path: root + "/domains/withdraw", Name: "issuers.withdraw-domain", Needs: needs, Handler: h.Withdraw, Fresh: true},
		{Method: http.MethodGet, Path: root + "/new", Name: "issuers.new", Needs: needs, Handler: h.New},
		{Method: http.MethodPost, Path: root + "/drafts", Name: "issuers.create", Needs: needs, Handler: h.Create, Fresh: true},
		{Method: http.MethodGet, Path: draft, Name: "issuers.draft", Needs: needs, Handler: h.Draft},
		{Method: http.MethodGet, Path: draft + "/edit", Name: "issuers.edit", Needs: needs, Handler: h.Edit},
		{Method: http.MethodPost, Path: draft, Name: "issuers.save", Needs: needs, Handler: h.Save, Fresh: true},
		{Method: http.MethodPost, Path: draft + "/look", Name: "issuers.look", Needs: needs, Handler: h.Look, Fresh: true},
		{Method: http.MethodPost, Path: draft + "/test", Name: "issuers.test", Needs: needs, Handler: h.Test, Fresh: true},
		{Method: http.MethodPost, Path: draft + "/accept", Name: "issuers.accept", Needs: auth.ManageAgencies, Handler: h.Attest, Fresh: true},
		{Method: http.MethodGet, Path: draft + "/on", Name: "issuers.ask-on", Needs: needs, Handler: h.AskOn},
		{Method: http.MethodPost, Path: draft + "/on", Name: "issuers.on", Needs: needs, Handler: h.On, Fresh: true},
		{Method: http.MethodGet, Path: draft + "/discard", Name: "issuers.ask-discard", Needs: needs, Handler: h.AskDiscard},
		{Method: http.MethodPost, Path: draft + "/discard", Name: "issuers.discard", Needs: needs, Handler: h.Discard, Fresh: true},
		{Method: http.MethodGet, Path: root + "/issuers/:id/off", Name: "issuers.ask-off", Needs: needs, Handler: h.AskOff},
		{Method: http.MethodPost, Path: root + "/issuers/:id/off", Name: "issuers.off", Needs: needs, Handler: h.Off, Fresh: true},

		{Method: http.MethodGet, Path: "/desk/agencies/domains", Name: "domains.list", Needs: auth.ManageAgencies, Handler: h.Domains},
		{Method: http.MethodPost, Path: "/desk/agencies/domains", Name: "domains.decide", Needs: auth.ManageAgencies, Handler: h.Decide, Fresh: true},
	}
}
