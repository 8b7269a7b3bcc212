package devidp

import (
	"context"
	"net/http"
	"net/url"
	"strings"
)

// cookieName carries the port and the issuer: cookies know paths but not ports,
// and two demonstrations on one machine must not sign each other out.
func cookieName(issuerURL, path string) string {
	port := "0"
	if u, err := url.Parse(issuerURL); err == nil {
		port = u.Port()
	}
	return "devidp-" + port + strings.ReplaceAll(path, "/", "-")
}

// withSession puts the id of the browser's session where the store finds it.
func (i *issuer) withSession(r *http.Request) *http.Request {
	c, err := r.Cookie(i.cookie)
	if err != nil {
		return r
	}
	return r.WithContext(context.WithValue(r.Context(), browserSession{}, c.Value))
}

// setSession gives the browser its session for as long as it is open.
func (i *issuer) setSession(w http.ResponseWriter, id string) {
	http.SetCookie(w, &http.Cookie{Name: i.cookie, Value: id, Path: i.path, HttpOnly: true, SameSite: http.SameSiteLaxMode})
}
