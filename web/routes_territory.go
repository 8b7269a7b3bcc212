package web

import (
	"net/http"

	"reeve/auth"
	"reeve/handlers"
)

// territoryRoutes is a part of THE table: territory as dated data and what returns teach, `/desk/routing`.
// Reading is the analysts'; drafts are the supervisors', and publishing one asks for a fresh sign-in.
func (s *Server) territoryRoutes() []Route {
	if s.deps.Territory == nil {
		return nil
	}
	h := &handlers.Territory{Pages: s.pages, Keeper: s.deps.Territory}
	const top, drafts, draft, signals = "/desk/routing", "/desk/routing/drafts", "/desk/routing/drafts/:id", "/desk/routing/signals"
	return []Route{
		{Method: http.MethodGet, Path: top, Name: "territory.show", Needs: auth.ReadDesk, Handler: h.Show},
		{Method: http.MethodGet, Path: top + "/holder", Name: "territory.holder", Needs: auth.ReadDesk, Handler: h.Holder},
		{Method: http.MethodGet, Path: top + "/elsewhere", Name: "territory.elsewhere", Needs: auth.ReadDesk, Handler: h.Elsewhere},
		{Method: http.MethodGet, Path: top + "/versions/:number", Name: "territory.version", Needs: auth.ReadDesk, Handler: h.Version},
		{Method: http.MethodGet, Path: drafts + "/new", Name: "territory.ask-begin", Needs: auth.ManageRules, Handler: h.AskBegin},
		{Method: http.MethodPost, Path: drafts, Name: "territory.begin", Needs: auth.ManageRules, Handler: h.Begin},
		{Method: http.MethodGet, Path: draft, Name: "territory.draft", Needs: auth.ReadDesk, Handler: h.Draft},
		{Method: http.MethodPost, Path: draft, Name: "territory.describe", Needs: auth.ManageRules, Handler: h.Describe},
		{Method: http.MethodGet, Path: draft + "/add/:deed", Name: "territory.ask-add", Needs: auth.ManageRules, Handler: h.AskAdd},
		{Method: http.MethodPost, Path: draft + "/add/:deed", Name: "territory.add", Needs: auth.ManageRules, Handler: h.Add, MaxBody: handlers.TerritoryFileBytes},
		{Method: http.MethodPost, Path: draft + "/changes/:change/remove", Name: "territory.take-out", Needs: auth.ManageRules, Handler: h.TakeOut},
		{Method: http.MethodGet, Path: draft + "/preview", Name: "territory.preview", Needs: auth.ManageRules, Handler: h.Preview},
		{Method: http.MethodGet, Path: draft + "/publish", Name: "territory.ask-publish", Needs: auth.ManageRules, Handler: h.AskPublish},
		{Method: http.MethodPost, Path: draft + "/publish", Name: "territory.publish", Needs: auth.ManageRules, Handler: h.Publish, Fresh: true},
		{Method: http.MethodGet, Path: draft + "/drop", Name: "territory.ask-drop", Needs: auth.ManageRules, Handler: h.AskDrop},
		{Method: http.MethodPost, Path: draft + "/drop", Name: "territory.drop", Needs: auth.ManageRules, Handler: h.Drop},
		{Method: http.MethodGet, Path: signals, Name: "signals.list", Needs: auth.ReadDesk, Handler: h.Signals},
		{Method: http.MethodGet, Path: signals + "/one", Name: "signals.show", Needs: auth.ReadDesk, Handler: h.Signal},
		{Method: http.MethodGet, Path: signals + "/weight", Name: "signals.weight", Needs: auth.ManageRules, Handler: h.Weight},
	}
}
