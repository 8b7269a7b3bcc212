package handlers

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/auth/session"
	"reeve/models"
	"reeve/views/pages"
)

// resumePrefix is where the pages of kept forms are.
const resumePrefix = "/account/resume/"

// KeptParam is the query parameter by which a form that was kept says, when it is
// sent at last, which one it is.
const KeptParam = "kept"

// KeepForm keeps the request's form for its person and answers the page where it
// can be looked at and sent. An empty address says that it cannot be kept: it is no
// form, or too long. Files are not kept; they are asked for again on that page.
func (p *Pages) KeepForm(c echo.Context, route string) (string, error) {
	r := c.Request()
	f, err := readForm(r)
	if err == nil {
		f.Path, f.Deed, f.Page = r.URL.RequestURI(), route, PageOf(r)
		var id uuid.UUID
		if id, err = p.Sessions.Keep(r.Context(), f); err == nil {
			return ResumePath(id), nil
		}
	}
	if errors.Is(err, errNotKeepable) || models.KindOf(err) == models.Invalid {
		return "", nil
	}
	return "", err
}

// PageOf is the page of ours from which a form was sent, or an empty text.
func PageOf(r *http.Request) string {
	ref, err := url.Parse(r.Referer())
	if err != nil || ref.Host != r.Host {
		return ""
	}
	if at := ref.RequestURI(); !strings.HasPrefix(at, resumePrefix) {
		return safeReturn(at)
	}
	return ""
}

// Resume shows a kept form: what is about to be done and what was typed. Nothing is
// sent by itself.
func (h *Account) Resume(c echo.Context) error {
	ctx := c.Request().Context()
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return models.NotFoundf("This form is no longer kept.")
	}
	f, err := h.Sessions.Form(ctx, id)
	if err != nil {
		return err
	}
	all, err := h.Sessions.Forms(ctx)
	if err != nil {
		return err
	}
	v := pages.ResumeView{Frame: h.Frame(c, "Not sent yet"), Deed: deedInWords(f.Deed), Page: f.Page, At: h.Local(c, f.At), Until: h.Local(c, f.Until()),
		Action: sendPath(f), Discard: ResumePath(id) + "/discard", Upload: f.Parts}
	v.Frame.Width = "reading"
	for _, x := range f.Fields {
		v.Fields = append(v.Fields, pages.KeptField{Name: x.Name, Label: fieldInWords(x.Name), Value: x.Text, Secret: isSecret(x.Name), Quiet: isQuiet(x.Name)})
	}
	for _, x := range f.Files {
		v.Files = append(v.Files, pages.KeptField{Name: x.Name, Label: fieldInWords(x.Name), Value: x.Text})
	}
	for _, other := range all {
		if other.ID != id {
			v.Others = append(v.Others, pages.KeptLine{URL: ResumePath(other.ID), Deed: deedInWords(other.Deed), At: h.Local(c, other.At)})
		}
	}
	return h.Render(c, http.StatusOK, pages.Resume(v))
}

// sendPath is where a kept form goes: its own address, and which form it is.
func sendPath(f session.Form) string {
	sep := "?"
	if strings.Contains(f.Path, "?") {
		sep = "&"
	}
	return f.Path + sep + KeptParam + "=" + f.ID.String()
}

// Discard forgets a kept form.
func (h *Account) Discard(c echo.Context) error {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return models.NotFoundf("This form is no longer kept.")
	}
	ctx := c.Request().Context()
	f, err := h.Sessions.Form(ctx, id)
	if err != nil {
		return err
	}
	if err := h.Sessions.Discard(ctx, id); err != nil {
		return err
	}
	h.Flash(c, session.Done, fmt.Sprintf("Discarded: to %s. Nothing was sent.", deedInWords(f.Deed)))
	if f.Page != "" {
		return h.Redirect(c, f.Page)
	}
	return h.Redirect(c, "/account")
}
