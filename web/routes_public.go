package web

import (
	"cmp"
	"net/http"
	"strings"
	"time"

	"reeve/auth"
	"reeve/auth/session"
	"reeve/handlers"
)

// publicRoutes is a part of THE table: the public's form, `/report`. Nobody is signed
// in here; a draft's cookie, or a number with its code, is what somebody holds.
func (s *Server) publicRoutes() []Route {
	if s.deps.PublicForm == nil {
		return nil
	}
	h := &handlers.Public{Pages: s.pages, Reports: s.deps.PublicForm, Emergency: cmp.Or(s.config.EmergencyNumber, "911"), Onward: s.config.LeaveURL,
		// As the session's, and its own: neither may end the other.
		Cookie: strings.Replace(session.CookieName(s.config.BaseURL), "reeve-", "draft-", 1), Secure: s.config.BaseURL.Scheme == "https",
		Wait: publicLimits()}
	const first, step = "/report", "/report/:step"
	return []Route{
		{Method: http.MethodGet, Path: first, Name: "public.begin", Needs: auth.Public, Handler: h.Begin},
		{Method: http.MethodGet, Path: first + "/check", Name: "public.check", Needs: auth.Public, Handler: h.Check},
		{Method: http.MethodPost, Path: first + "/check", Name: "public.send", Needs: auth.Public, Handler: h.Send},
		{Method: http.MethodGet, Path: first + "/sent", Name: "public.sent", Needs: auth.Public, Handler: h.Sent},
		{Method: http.MethodPost, Path: first + "/leave", Name: "public.leave", Needs: auth.Public, Handler: h.Leave},
		{Method: http.MethodGet, Path: first + "/more", Name: "public.ask-more", Needs: auth.Public, Handler: h.AskMore},
		{Method: http.MethodPost, Path: first + "/more", Name: "public.more", Needs: auth.Public, Handler: h.More},
		{Method: http.MethodGet, Path: first + "/more/done", Name: "public.added", Needs: auth.Public, Handler: h.Added},
		{Method: http.MethodGet, Path: step, Name: "public.ask", Needs: auth.Public, Handler: h.Ask},
		{Method: http.MethodPost, Path: step, Name: "public.save", Needs: auth.Public, Handler: h.Save},
		{Method: http.MethodGet, Path: "/away", Name: "public.away", Needs: auth.Public, Handler: h.Away},
	}
}

// publicLimits slow down whoever hammers the form: each address, and all together. A
// school's pupils may share one address, so pages are cheap; guessing codes is not.
func publicLimits() func(deed, ip string) time.Duration {
	type pair struct{ each, all *limiter }
	limits := map[string]pair{
		"page": {newLimiter(120), newLimiter(3000)},
		"send": {newLimiter(12), newLimiter(300)},
		"more": {newLimiter(6), newLimiter(60)},
	}
	return func(deed, ip string) time.Duration {
		l, now := limits[deed], time.Now()
		if wait := l.each.wait(ip, now); wait > 0 {
			return wait
		}
		return l.all.wait("", now)
	}
}
