package handlers

import (
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"reeve/auth/session"
	"reeve/views/layout"
)

// watch is what the frame's script needs to warn before the session ends.
func (p *Pages) watch(c echo.Context) layout.Watch {
	left := p.left(c)
	if left == 0 {
		return layout.Watch{}
	}
	return layout.Watch{Left: strconv.Itoa(left), Who: p.who(c)}
}

// left is how many seconds the session lasts if nothing more is heard of its
// person; 0 if nobody is signed in.
func (p *Pages) left(c echo.Context) int {
	until, ok := session.Until(c.Request().Context())
	if !ok {
		return 0
	}
	// A second that has begun counts: a page is not covered while its session lasts.
	return max(0, int((until.Sub(p.Now())+time.Second-1)/time.Second))
}

// who tells persons apart, so that a page left open notices that it is no longer
// its own person who is signed in.
func (p *Pages) who(c echo.Context) string {
	if person, ok := session.PersonFrom(c.Request().Context()); ok {
		return person.UserID.String()
	}
	return ""
}
