package handlers

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"reeve/auth/session"
	"reeve/models"
	"reeve/models/triage"
	"reeve/views/components"
	"reeve/views/pages"
)

// PublishForm is the form of publishing and of dropping.
type PublishForm struct {
	Note    string `form:"note"`
	Version string `form:"version"`
	Current string `form:"current"`
}

// AskPublish asks before a draft is published.
func (h *Rules) AskPublish(c echo.Context) error {
	v, err := h.Book.Version(c.Request().Context(), h.Actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	return h.Render(c, http.StatusOK, pages.RulesPublish(h.publishView(c, v, "Publish", "")))
}

// Publish puts a draft into force.
func (h *Rules) Publish(c echo.Context) error {
	return h.end(c, "Publish", func(id string, f PublishForm) error {
		return h.Book.PublishRules(c.Request().Context(), h.Actor(c), id, triage.Publication{Note: f.Note, Version: versionOf(f.Version), Current: f.Current})
	}, "Published. What comes in from now on goes by it.")
}

// AskDrop asks before a draft is dropped.
func (h *Rules) AskDrop(c echo.Context) error {
	v, err := h.Book.Version(c.Request().Context(), h.Actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	return h.Render(c, http.StatusOK, pages.RulesDrop(h.publishView(c, v, "Drop", "")))
}

// Drop puts a draft away.
func (h *Rules) Drop(c echo.Context) error {
	return h.end(c, "Drop", func(id string, f PublishForm) error {
		return h.Book.DropRules(c.Request().Context(), h.Actor(c), id, versionOf(f.Version))
	}, "The draft is dropped.")
}

// end does what ends a draft, or shows the question again with what is in the way.
func (h *Rules) end(c echo.Context, deed string, do func(id string, f PublishForm) error, done string) error {
	id := c.Param("id")
	f, err := BindForm[PublishForm](c)
	if err != nil {
		return err
	}
	err = do(id, f)
	if err == nil {
		h.Flash(c, session.Done, done)
		return h.Redirect(c, ruleURL(id))
	}
	var wrong *triage.RulesError
	kind := models.KindOf(err)
	if !errors.As(err, &wrong) && kind != models.Invalid && kind != models.Conflict {
		return err
	}
	v, rerr := h.Book.Version(c.Request().Context(), h.Actor(c), id)
	if rerr != nil {
		return rerr
	}
	view := h.publishView(c, v, deed, f.Note)
	status := http.StatusUnprocessableEntity
	switch {
	case wrong != nil:
		for _, finding := range wrong.Findings {
			view.Problems = append(view.Problems, components.FieldError{Message: findingWords(finding)})
		}
	case kind == models.Conflict:
		status, view.Conflict = http.StatusConflict, models.MessageOf(err)
	default:
		view.NoteError = models.FieldsOf(err)["note"]
		view.Problems = []components.FieldError{{ID: "f-note", Message: view.NoteError}}
	}
	page := pages.RulesPublish(view)
	if deed == "Drop" {
		page = pages.RulesDrop(view)
	}
	return h.Render(c, status, page)
}

func (h *Rules) publishView(c echo.Context, v *triage.RuleVersion, deed, note string) pages.RulesPublishView {
	view := pages.RulesPublishView{Frame: h.Frame(c, deed+" "+v.Name), Title: deed + " " + v.Name, Name: v.Name, Against: v.Against, Changes: changeRows(v.Changes), Note: note, NoteLimit: triage.NoteLimit,
		Back: ruleURL(v.ID), Action: c.Request().URL.Path, Hidden: []components.Pair{{Name: "version", Value: strconv.Itoa(v.Version)}, {Name: "current", Value: v.Against}}}
	view.Frame.Breadcrumbs = rulesCrumbs(v.Kind, components.Crumb{Label: v.Name, URL: view.Back}, components.Crumb{Label: deed})
	view.Tried = components.AlertArgs{Tone: components.ToneWarn, Static: true, Slim: true, Text: triedWords(v.Trial)}
	if v.Trial != nil && !v.Trial.Stale {
		view.Tried.Tone = components.ToneInfo
	}
	switch {
	case v.State != models.RulesDraft:
		view.Not = v.Name + " is no draft, so there is nothing to " + map[string]string{"Publish": "publish", "Drop": "drop"}[deed] + ". Begin a draft from it."
	case deed == "Publish" && len(v.Changes) == 0:
		view.Not = "Nothing in " + v.Name + " differs from " + v.Against + ", which holds now."
	case deed == "Publish" && v.BasedOn != v.Against:
		view.Lead = "It was begun from " + v.BasedOn + "; meanwhile " + v.Against + " holds. Look below whether it takes back what was published since."
	}
	return view
}
