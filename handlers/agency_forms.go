package handlers

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"reeve/auth/session"
	"reeve/models"
	"reeve/models/agencies"
	"reeve/views/components"
	"reeve/views/pages"
)

// AgencyMoveForm is the form for moving an agency.
type AgencyMoveForm struct {
	Parent  string `form:"parent"`
	Version string `form:"version"`
}

// AskMove asks where an agency is to stand.
func (h *Agencies) AskMove(c echo.Context) error {
	m, err := h.Tree.AskMove(c.Request().Context(), h.Actor(c), c.Param("code"))
	if err != nil {
		return err
	}
	return h.Render(c, http.StatusOK, pages.AgencyMove(h.moveView(c, m, "", nil)))
}

// Move moves an agency with all that stands below it.
func (h *Agencies) Move(c echo.Context) error {
	f, err := BindForm[AgencyMoveForm](c)
	if err != nil {
		return err
	}
	ctx, a, code := c.Request().Context(), h.Actor(c), c.Param("code")
	done, err := h.Tree.Move(ctx, a, code, f.Parent, versionOf(f.Version))
	kind := models.KindOf(err)
	switch {
	case err == nil:
		to := "no other agency"
		if done.Below != "" {
			to = done.Below
		}
		text := fmt.Sprintf("%s now stands below %s.", done.Name, to)
		if done.Tighter {
			text += " Session limits became tighter, as its new place has them."
		}
		h.Renamed()
		h.Flash(c, session.Done, text)
		return h.Redirect(c, h.home(c, code))
	case kind != models.Invalid && kind != models.Conflict:
		return err
	}
	m, merr := h.Tree.AskMove(ctx, a, code)
	if merr != nil {
		return merr
	}
	v := h.moveView(c, m, f.Parent, models.FieldsOf(err))
	if kind == models.Conflict {
		v.Conflict = models.MessageOf(err)
		return h.Render(c, http.StatusConflict, pages.AgencyMove(v))
	}
	return h.Render(c, http.StatusUnprocessableEntity, pages.AgencyMove(v))
}

func (h *Agencies) moveView(c echo.Context, m *agencies.Moving, value string, wrong map[string]string) pages.AgencyMoveView {
	above := ""
	if m.Above != nil {
		above = m.Above.Name
	}
	g := &m.Agency
	v := pages.AgencyMoveView{Frame: h.Frame(c, "Move "+g.Name), Agency: h.place(c, g, above), Action: below(g.Code, "move"), Cancel: h.home(c, g.Code), Value: value,
		Error: wrong["parent"], Problems: problems(wrong, "parent"), Hidden: version(g), MayRoot: m.MayRoot}
	v.Frame.Width = "reading"
	v.Frame.Breadcrumbs = []components.Crumb{{Label: "Agencies", URL: h.home(c, "")}, {Label: "Move"}}
	for _, p := range m.Places {
		label := p.Name
		if m.Above != nil && p.ID == m.Above.ID {
			label += " (now)"
		}
		v.Places = append(v.Places, components.Option{Value: p.Code, Label: label})
	}
	if wrong == nil && value == "" && m.Above != nil {
		v.Value = m.Above.Code // pressed by mistake, nothing happens
	}
	here := 0
	if m.Above != nil {
		here = 1
	}
	v.Nowhere = m.Places != nil && len(m.Places) <= here && !(m.MayRoot && m.Above != nil)
	if v.Places == nil && m.Places != nil {
		v.Places = []components.Option{}
	}
	return v
}

func version(g *models.Agency) []components.Pair {
	return []components.Pair{{Name: "version", Value: strconv.Itoa(g.Version)}}
}

// AgencyCloseForm is the confirmation for closing an agency.
type AgencyCloseForm struct {
	Why     string `form:"why"`
	Version string `form:"version"`
}

// AskClose asks whether an agency is to be closed, and says what that does.
func (h *Agencies) AskClose(c echo.Context) error {
	q, err := h.Tree.AskClose(c.Request().Context(), h.Actor(c), c.Param("code"))
	if err != nil {
		return err
	}
	return h.Render(c, http.StatusOK, pages.AgencyClose(h.closeView(c, q, "", nil)))
}

// Close closes an agency and shuts its people out.
func (h *Agencies) Close(c echo.Context) error {
	f, err := BindForm[AgencyCloseForm](c)
	if err != nil {
		return err
	}
	ctx, a, code := c.Request().Context(), h.Actor(c), c.Param("code")
	ended, err := h.Tree.Close(ctx, a, code, f.Why, versionOf(f.Version))
	kind := models.KindOf(err)
	switch {
	case err == nil:
		h.Renamed()
		h.Flash(c, session.Done, fmt.Sprintf("Closed. Its people are shut out; %s ended.", sessionsWords(ended)))
		return h.Redirect(c, h.home(c, code))
	case kind != models.Invalid && kind != models.Conflict:
		return err
	}
	q, qerr := h.Tree.AskClose(ctx, a, code)
	if qerr != nil {
		return qerr
	}
	v := h.closeView(c, q, f.Why, models.FieldsOf(err))
	if kind == models.Conflict {
		if v.Not == "" {
			v.Conflict = models.MessageOf(err)
		}
		return h.Render(c, http.StatusConflict, pages.AgencyClose(v))
	}
	return h.Render(c, http.StatusUnprocessableEntity, pages.AgencyClose(v))
}

func sessionsWords(n int) string {
	if n == 1 {
		return "1 session"
	}
	return fmt.Sprintf("%d sessions", n)
}

func (h *Agencies) closeView(c echo.Context, q *agencies.Closing, why string, wrong map[string]string) pages.AgencyCloseView {
	g := &q.Agency
	v := pages.AgencyCloseView{Frame: h.Frame(c, "Close "+g.Name), Agency: h.place(c, g, ""), Action: below(g.Code, "close"), Cancel: h.home(c, g.Code), Why: why,
		Error: wrong["why"], Problems: problems(wrong, "why"), Hidden: version(g), Not: q.Why()}
	v.Frame.Width = "reading"
	v.Frame.Breadcrumbs = []components.Crumb{{Label: "Agencies", URL: h.home(c, "")}, {Label: "Close"}}
	switch n := q.Figures.Active; n {
	case 0:
		v.People = "Nobody has an active account there. Nobody can sign in for it any more."
	case 1:
		v.People = "One person is signed out at once and cannot sign in any more."
	default:
		v.People = capped(n, agencies.MostCounted) + " people are signed out at once and cannot sign in any more."
	}
	switch {
	case q.Areas == 1:
		v.Areas = "It covers one area. Reports from there go to the next agency that covers it, or to a pool, until the territory file names another."
	case q.Areas > 1:
		v.Areas = "It covers " + capped(q.Areas, agencies.MostCounted) + " areas. Reports from there go to the next agency that covers them, or to a pool, until the territory file names another."
	}
	return v
}

// Reopen opens a closed agency again.
func (h *Agencies) Reopen(c echo.Context) error {
	f, err := BindForm[AgencyMoveForm](c)
	if err != nil {
		return err
	}
	code := c.Param("code")
	g, err := h.Tree.Reopen(c.Request().Context(), h.Actor(c), code, versionOf(f.Version))
	if err != nil {
		return h.notNow(c, err, h.home(c, code))
	}
	h.Renamed()
	h.Flash(c, session.Done, g.Name+" is open again. Its accounts are as they were.")
	return h.Redirect(c, h.home(c, code))
}
