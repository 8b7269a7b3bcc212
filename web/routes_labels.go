package web

import (
	"net/http"

	"reeve/auth"
	"reeve/handlers"
)

// labelsRoutes is a part of THE table: labels on reports and files, and the second look at them.
func (s *Server) labelsRoutes() []Route {
	panels := s.labelPanels()
	if panels == nil {
		return nil
	}
	h := &handlers.Labels{LabelPanels: panels, Labelling: s.deps.Labelling}
	const of, one = "/reports/:number/labels", "/reports/:number/labels/:id"
	return []Route{
		{Method: http.MethodGet, Path: of, Name: "labels.show", Needs: auth.ReadReport, Handler: h.Show},
		{Method: http.MethodPost, Path: of, Name: "labels.set", Needs: auth.LabelReport, Handler: h.Set},
		{Method: http.MethodGet, Path: one, Name: "labels.one", Needs: auth.ReadReport, Handler: h.One},
		{Method: http.MethodPost, Path: one + "/withdraw", Name: "labels.withdraw", Needs: auth.LabelReport, Handler: h.Withdraw},
		{Method: http.MethodPost, Path: one + "/ask", Name: "labels.ask", Needs: auth.LabelReport, Handler: h.Ask},
		{Method: http.MethodPost, Path: one + "/agree", Name: "labels.agree", Needs: auth.ReviewLabels, Handler: h.Agree},
		{Method: http.MethodPost, Path: one + "/dispute", Name: "labels.dispute", Needs: auth.ReviewLabels, Handler: h.Dispute},
		{Method: http.MethodPost, Path: one + "/uphold", Name: "labels.uphold", Needs: auth.ManageRules, Handler: h.Uphold},
		{Method: http.MethodPost, Path: one + "/overturn", Name: "labels.overturn", Needs: auth.ManageRules, Handler: h.Overturn},
		{Method: http.MethodGet, Path: "/desk/labels", Name: "labels.waiting", Needs: auth.ReviewLabels, Handler: h.Waiting},
		{Method: http.MethodGet, Path: "/desk/labels/schemes", Name: "labels.schemes", Needs: auth.ManageRules, Handler: h.SchemesPage},
		{Method: http.MethodPost, Path: "/desk/labels/schemes", Name: "labels.add-scheme", Needs: auth.ManageRules, Handler: h.AddScheme},
		{Method: http.MethodPost, Path: "/desk/labels/schemes/:code", Name: "labels.change-scheme", Needs: auth.ManageRules, Handler: h.ChangeScheme},
		{Method: http.MethodPost, Path: "/desk/labels/schemes/:code/values", Name: "labels.add-value", Needs: auth.ManageRules, Handler: h.AddValue},
	}
}

// labelPanels draws labels on the pages that show a report; nil: none are shown.
func (s *Server) labelPanels() *handlers.LabelPanels {
	if s.deps.Labelling == nil || s.deps.Names == nil {
		return nil
	}
	return &handlers.LabelPanels{Pages: s.pages, Schemes: s.deps.Labelling, Names: s.deps.Names}
}
