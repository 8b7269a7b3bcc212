package web

import (
	"context"
	"net/http"

	"reeve/auth"
	"reeve/handlers"
	"reeve/models"
)

// urgentRoutes is a part of THE table: the urgent path: `/desk/urgent`, on-call contacts, answers.
func (s *Server) urgentRoutes() []Route {
	h := s.urgent()
	if h == nil {
		return nil
	}
	on := &handlers.OnCall{Pages: s.pages, Lists: s.deps.Escalation}
	return []Route{
		{Method: http.MethodGet, Path: "/urgent", Name: "urgent.own", Needs: auth.ReadInbox, Handler: h.Own},
		{Method: http.MethodPost, Path: "/urgent/:id/acknowledge", Name: "urgent.acknowledge", Needs: auth.WorkReferral, Handler: h.Acknowledge},
		{Method: http.MethodPost, Path: "/reports/:number/acknowledge", Name: "urgent.acknowledge-report", Needs: auth.WorkReferral, Handler: h.AcknowledgeReport},
		// The link in a mail: whoever holds it holds the right, once.
		{Method: http.MethodGet, Path: "/urgent/answer/:secret", Name: "urgent.ask-answer", Needs: auth.Public, Handler: h.AskAnswer},
		{Method: http.MethodPost, Path: "/urgent/answer/:secret", Name: "urgent.answer", Needs: auth.Public, Handler: h.Answer},
		{Method: http.MethodGet, Path: "/urgent/answered", Name: "urgent.answered", Needs: auth.Public, Handler: h.Answered},

		{Method: http.MethodGet, Path: "/desk/urgent", Name: "urgent.list", Needs: auth.ReadUrgent, Handler: h.List},
		{Method: http.MethodGet, Path: "/desk/urgent/:number", Name: "urgent.show", Needs: auth.ReadUrgent, Handler: h.Show},
		{Method: http.MethodPost, Path: "/desk/urgent/:number/call", Name: "urgent.call", Needs: auth.RouteReport, Handler: h.CallNext},
		{Method: http.MethodPost, Path: "/desk/urgent/:number/acknowledge", Name: "urgent.acknowledge-for", Needs: auth.RouteReport, Handler: h.AcknowledgeFor},
		{Method: http.MethodPost, Path: "/desk/urgent/:number/end", Name: "urgent.end", Needs: auth.RouteReport, Handler: h.End},

		{Method: http.MethodGet, Path: "/desk/on-call", Name: "on-call.unlisted", Needs: auth.ReadUrgent, Handler: on.Unlisted},
		{Method: http.MethodGet, Path: "/agency/on-call", Name: "on-call.show", Needs: auth.ManageOnCall, Handler: on.Show},
		{Method: http.MethodPost, Path: "/agency/on-call", Name: "on-call.add", Needs: auth.ManageOnCall, Handler: on.Add},
		{Method: http.MethodGet, Path: "/agency/on-call/:id", Name: "on-call.ask-change", Needs: auth.ManageOnCall, Handler: on.AskChange},
		{Method: http.MethodPost, Path: "/agency/on-call/:id", Name: "on-call.change", Needs: auth.ManageOnCall, Handler: on.Change},
		{Method: http.MethodPost, Path: "/agency/on-call/:id/up", Name: "on-call.up", Needs: auth.ManageOnCall, Handler: on.Up},
		{Method: http.MethodPost, Path: "/agency/on-call/:id/down", Name: "on-call.down", Needs: auth.ManageOnCall, Handler: on.Down},
		{Method: http.MethodPost, Path: "/agency/on-call/:id/remove", Name: "on-call.remove", Needs: auth.ManageOnCall, Handler: on.Remove},
		{Method: http.MethodPost, Path: "/agency/on-call/:id/test", Name: "on-call.test", Needs: auth.ManageOnCall, Handler: on.Test},
	}
}

// urgent makes the pages of the urgent path, and the part of a report's page that is
// theirs; nil without their use cases.
func (s *Server) urgent() *handlers.Urgent {
	if s.deps.Escalation == nil || s.deps.Names == nil {
		return nil
	}
	s.pages.Urgent = s.deps.Escalation.Waiting
	return &handlers.Urgent{Pages: s.pages, Desk: s.deps.Escalation, Answers: s.deps.Escalation, House: func(ctx context.Context) (models.Agency, error) {
		all, err := s.deps.Names.Agencies(ctx)
		for _, g := range all {
			if g.Kind == models.KindClearinghouse {
				return g, err
			}
		}
		return models.Agency{}, err
	}}
}
