package devidp

import (
	"bytes"
	_ "embed"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/zitadel/oidc/v3/pkg/op"
)

//go:embed page.html
var pageHTML string

//go:embed style.css
var styleCSS []byte

var pages = template.Must(template.New("page").Parse(pageHTML))

// page is what the templates show.
type page struct {
	Organisation string
	Base         string // the issuer's path
	Request      string
	Email        string
	Emails       []string
	Note         string
	Failed       bool
	Gone         bool
	SignedOut    bool
}

// showLogin shows the form, or goes on at once if the browser's session serves.
func (i *issuer) showLogin(w http.ResponseWriter, r *http.Request) {
	id := r.URL.Query().Get("request")
	hint, done, ok := i.store.pending(id)
	switch {
	case !ok:
		i.show(w, http.StatusNotFound, page{Gone: true})
	case done:
		i.goOn(w, r, id)
	default:
		i.show(w, http.StatusOK, page{Request: id, Email: hint})
	}
}

// login checks the form.
func (i *issuer) login(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil {
		http.Error(w, "This form could not be read.", http.StatusBadRequest)
		return
	}
	id, email := r.PostForm.Get("request"), r.PostForm.Get("email")
	if _, done, ok := i.store.pending(id); !ok || done {
		i.show(w, http.StatusNotFound, page{Gone: true})
		return
	}
	s := i.store.signIn(id, email, r.PostForm.Get("password"))
	if s == nil {
		i.show(w, http.StatusUnprocessableEntity, page{Request: id, Email: email, Failed: true})
		return
	}
	i.setSession(w, s.id)
	i.goOn(w, r, id)
}

// goOn hands the browser back to the protocol, which makes the code.
func (i *issuer) goOn(w http.ResponseWriter, r *http.Request, id string) {
	ctx := op.ContextWithIssuer(r.Context(), i.url)
	http.Redirect(w, r, op.AuthCallbackURL(i.op)(ctx, id), http.StatusSeeOther)
}

func (i *issuer) showSignedOut(w http.ResponseWriter, _ *http.Request) {
	i.show(w, http.StatusOK, page{SignedOut: true})
}

func showStyle(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "max-age=3600")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(styleCSS)
}

// show renders whole, then writes.
func (i *issuer) show(w http.ResponseWriter, status int, p page) {
	p.Organisation, p.Base, p.Note, p.Emails = i.name, i.path, i.note, i.store.emails()
	var b bytes.Buffer
	if err := pages.Execute(&b, p); err != nil {
		http.Error(w, "This page could not be shown.", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action "+i.formTargets())
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	w.WriteHeader(status)
	_, _ = b.WriteTo(w)
}

// formTargets are this provider and its client: browsers hold the form's
// policy against every redirect that its answer leads through.
func (i *issuer) formTargets() string {
	i.store.mu.Lock()
	defer i.store.mu.Unlock()
	list := []string{"'self'"}
	for _, uri := range i.store.client.redirects {
		if u, err := url.Parse(uri); err == nil {
			if origin := u.Scheme + "://" + u.Host; !slices.Contains(list, origin) {
				list = append(list, origin)
			}
		}
	}
	return strings.Join(list, " ")
}
