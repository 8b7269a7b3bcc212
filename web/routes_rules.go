package web

import (
	"net/http"

	"reeve/auth"
	"reeve/handlers"
)

// rulesRoutes is a part of THE table: rules of priority and routing that people edit, `/desk/rules`.
func (s *Server) rulesRoutes() []Route {
	if s.deps.Triage == nil {
		return nil
	}
	h := &handlers.Rules{Pages: s.pages, Book: s.deps.Triage}
	const reads, manages, one = auth.ReadDesk, auth.ManageRules, "/desk/rules/:id"
	return []Route{
		{Method: http.MethodGet, Path: "/desk/rules", Name: "rules.list", Needs: reads, Handler: h.List},
		{Method: http.MethodPost, Path: "/desk/rules", Name: "rules.start", Needs: manages, Handler: h.Start},
		{Method: http.MethodGet, Path: "/desk/rules/completeness", Name: "rules.gaps", Needs: reads, Handler: h.Gaps},
		{Method: http.MethodGet, Path: "/desk/rules/completeness/:provider", Name: "rules.provider-gaps", Needs: reads, Handler: h.ProviderGaps},
		{Method: http.MethodGet, Path: one, Name: "rules.show", Needs: reads, Handler: h.Show},
		{Method: http.MethodGet, Path: one + "/tables/:table", Name: "rules.download", Needs: reads, Handler: h.Download},
		{Method: http.MethodPost, Path: one + "/tables/:table", Name: "rules.upload", Needs: manages, Handler: h.Upload},
		{Method: http.MethodGet, Path: one + "/edit", Name: "rules.ask-edit", Needs: manages, Handler: h.Edit},
		{Method: http.MethodPost, Path: one + "/edit", Name: "rules.edit", Needs: manages, Handler: h.Save},
		{Method: http.MethodPost, Path: one + "/try", Name: "rules.try", Needs: manages, Handler: h.Try},
		{Method: http.MethodGet, Path: one + "/trial", Name: "rules.trial", Needs: reads, Handler: h.Trial},
		{Method: http.MethodGet, Path: one + "/publish", Name: "rules.ask-publish", Needs: manages, Handler: h.AskPublish},
		{Method: http.MethodPost, Path: one + "/publish", Name: "rules.publish", Needs: manages, Handler: h.Publish, Fresh: true},
		{Method: http.MethodGet, Path: one + "/drop", Name: "rules.ask-drop", Needs: manages, Handler: h.AskDrop},
		{Method: http.MethodPost, Path: one + "/drop", Name: "rules.drop", Needs: manages, Handler: h.Drop},
	}
}
