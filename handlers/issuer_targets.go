package handlers

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
)

// AllowForms lets forms of this session's pages end at the provider of the address.
// Browsers hold a form to the page's policy also where its answer leads on, and the
// answer to "test the sign-in" leads to a provider that is not live yet, perhaps by
// way of the page that asks for a new proof.
func (p *Pages) AllowForms(c echo.Context, address string) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") || strings.ContainsFunc(u.Host, notInOrigin) {
		return
	}
	ctx, origin := c.Request().Context(), u.Scheme+"://"+u.Host
	list := p.FormTargets(ctx)
	if slices.Contains(list, origin) {
		return
	}
	list = append(list, origin)
	p.Sessions.Put(ctx, keyFormTargets, strings.Join(list[max(0, len(list)-maxFormTargets):], " "))
}

// FormTargets are the origins that AllowForms let in, in this session.
func (p *Pages) FormTargets(ctx context.Context) []string {
	return strings.Fields(p.Sessions.Get(ctx, keyFormTargets))
}

// notInOrigin says which characters a host has none of; anything else could end a
// policy's directive and begin another.
func notInOrigin(r rune) bool {
	return (r < 'a' || r > 'z') && (r < '0' || r > '9') && !strings.ContainsRune(".-:[]", r)
}

// keyFormTargets is where the session keeps them; a few are kept, the newest.
const (
	keyFormTargets = "form-targets"
	maxFormTargets = 4
)
