package web

import (
	"net/http"

	"reeve/auth"
	"reeve/handlers"
	"reeve/handlers/ispws/wire"
)

// deskRoutes is a part of THE table: the desk: its queue and one report at a time, `/desk` and `/desk/reports`.
func (s *Server) deskRoutes() []Route {
	d := s.deps
	if d.Casefile == nil || d.Triage == nil || d.Names == nil {
		return nil
	}
	report := &handlers.Report{Pages: s.pages, Read: d.Casefile, Agencies: d.Names, Labels: s.labelPanels(), Links: s.linkPages(), Urgent: s.urgent()}
	h := &handlers.DeskWork{Pages: s.pages, Waits: d.Triage, Holds: d.Triage, Decide: d.Triage, Report: report, Names: d.Names, Types: wire.IncidentTypes()}
	const one = "/desk/reports/:number"
	return []Route{
		{Method: http.MethodGet, Path: "/desk", Name: "desk.show", Needs: auth.ReadDesk, Handler: h.List},
		{Method: http.MethodPost, Path: "/desk/next", Name: "desk.next", Needs: auth.RouteReport, Handler: h.Next},
		{Method: http.MethodGet, Path: one, Name: "desk.review", Needs: auth.ReadDesk, Handler: h.Show},
		{Method: http.MethodPost, Path: one + "/take", Name: "desk.take", Needs: auth.RouteReport, Handler: h.Take},
		{Method: http.MethodPost, Path: one + "/skip", Name: "desk.skip", Needs: auth.RouteReport, Handler: h.Skip},
		{Method: http.MethodPost, Path: one + "/hand-over", Name: "desk.hand-over", Needs: auth.RouteReport, Handler: h.HandOver},
		{Method: http.MethodPost, Path: one + "/release", Name: "desk.release", Needs: auth.RouteReport, Handler: h.Release},
		{Method: http.MethodPost, Path: one + "/decide", Name: "desk.decide", Needs: auth.RouteReport, Handler: h.DecideReport},
	}
}
