package handlers

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/auth/session"
	"reeve/models"
	"reeve/models/territory"
	"reeve/views/components"
	"reeve/views/pages"
)

// DraftForm is what the forms about a draft as a whole send.
type DraftForm struct {
	Name    string `form:"name"`
	Note    string `form:"note"`
	PastWhy string `form:"past_why"`
	Version string `form:"version"`
	Head    string `form:"head"`
}

func (f DraftForm) input() territory.DraftInput {
	return territory.DraftInput{Name: f.Name, Note: f.Note, PastWhy: f.PastWhy, Version: versionOf(f.Version)}
}

func versionPair(n int) components.Pair {
	return components.Pair{Name: "version", Value: strconv.Itoa(n)}
}

// AskBegin is the form of a new draft.
func (h *Territory) AskBegin(c echo.Context) error {
	return h.Render(c, http.StatusOK, pages.TerritoryForm(h.beginView(c, DraftForm{}, nil)))
}

// Begin makes a draft.
func (h *Territory) Begin(c echo.Context) error {
	f, err := BindForm[DraftForm](c)
	if err != nil {
		return err
	}
	id, err := h.Keeper.Begin(c.Request().Context(), h.Actor(c), f.input())
	if models.KindOf(err) == models.Invalid {
		return h.Render(c, http.StatusUnprocessableEntity, pages.TerritoryForm(h.beginView(c, f, models.FieldsOf(err))))
	}
	if err != nil {
		return err
	}
	return h.Redirect(c, draftURL(id))
}

func (h *Territory) beginView(c echo.Context, f DraftForm, wrong map[string]string) pages.TerritoryFormView {
	v := describeView(f, wrong)
	v.Frame, v.Title, v.Deed, v.Action, v.Back, v.Submit = h.Frame(c, "Begin a draft"), "Begin a draft", "begin", territoryURL+"/drafts", territoryURL, "Begin"
	v.Lead = "A draft collects changes. Nothing is in force until it is published."
	v.Frame.Width = "form"
	v.Frame.Breadcrumbs = []components.Crumb{crumb("Territory", territoryURL), crumb("Begin a draft", "")}
	return v
}

func describeView(f DraftForm, wrong map[string]string) pages.TerritoryFormView {
	return pages.TerritoryFormView{Values: map[string]string{"name": f.Name, "note": f.Note, "past_why": f.PastWhy}, Errors: wrong, Problems: problems(wrong, "name", "note", "past_why")}
}

// Draft is a draft with its changes.
func (h *Territory) Draft(c echo.Context) error {
	id, err := draftOf(c)
	if err != nil {
		return err
	}
	return h.draftPage(c, http.StatusOK, id, nil, nil)
}

func (h *Territory) draftPage(c echo.Context, status int, id uuid.UUID, typed *DraftForm, wrong map[string]string) error {
	s, err := h.Keeper.Sheet(c.Request().Context(), h.Actor(c), id)
	if err != nil {
		return err
	}
	d := s.Draft
	if d.State == territory.StatePublished {
		return h.Redirect(c, versionURL(*d.Number))
	}
	v := pages.TerritoryDraftView{Frame: h.Frame(c, d.Name), Name: d.Name, Findings: findingsView(s.Findings), Open: d.State == territory.StateDraft && h.Actor(c).Can(auth.ManageRules)}
	v.Frame.Breadcrumbs = []components.Crumb{crumb("Territory", territoryURL), crumb(d.Name, "")}
	at := draftURL(id)
	v.Lead = "Not in force. Routing goes by what is published."
	if d.State == territory.StateDropped {
		v.Lead = "Dropped by " + d.ChangedByName + ". Nothing of it is in force."
	}
	for _, ch := range s.Changes {
		line := pages.TerritoryChange{Words: ch.Words, By: ch.AddedByName, At: h.Local(c, ch.AddedAt)}
		if ch.Line > 0 {
			line.Line = fmt.Sprintf("line %d of the file", ch.Line)
		}
		if v.Open {
			line.Remove, line.Hidden = at+"/changes/"+ch.ID.String()+"/remove", []components.Pair{versionPair(d.Version)}
		}
		v.Changes = append(v.Changes, line)
	}
	v.Facts = []components.Term{{Term: "Note", Text: d.Note, Missing: "none", Pre: true}, {Term: "Reason for changing days that have passed", Text: d.PastWhy, Missing: "none; nothing of the past may change"},
		{Term: "Begun", Text: h.Local(c, d.MadeAt).Format("2006-01-02 15:04 MST"), Note: "by " + d.MadeByName}, {Term: "Changed", Text: h.Local(c, d.ChangedAt).Format("2006-01-02 15:04 MST"), Note: "by " + d.ChangedByName}}
	if v.Open {
		if len(s.Changes) > 0 {
			v.Effect = fmt.Sprintf("Publishing adds %s and ends %s. All of it holds from %s.", plainCount(s.Added, "row", "rows"), plainCount(s.Ended, "row", "rows"), s.From.Format("2006-01-02"))
			v.Deeds = append(v.Deeds, components.LinkButtonArgs{Label: "Preview", URL: at + "/preview", Icon: components.IconRoute})
			if len(s.Findings) == 0 {
				v.Deeds = append(v.Deeds, components.LinkButtonArgs{Label: "Publish …", URL: at + "/publish", Variant: components.Primary})
			}
		}
		v.Deeds = append(v.Deeds, components.LinkButtonArgs{Label: "Drop …", URL: at + "/drop", Variant: components.Plain})
		for _, deed := range []string{"give", "end", "amend", "lead", "import"} {
			v.Add = append(v.Add, components.LinkButtonArgs{Label: changeWords[deed].label, URL: at + "/add/" + deed, Icon: changeWords[deed].icon})
		}
		f := DraftForm{Name: d.Name, Note: d.Note, PastWhy: d.PastWhy}
		if typed != nil {
			f = *typed
		}
		v.Describe = describeView(f, wrong)
		v.Describe.Action, v.Describe.Back, v.Describe.Submit, v.Describe.Hidden = at, at, "Save", []components.Pair{versionPair(d.Version)}
	}
	return h.Render(c, status, pages.TerritoryDraft(v))
}

// findingsView shows findings, each with where it is.
func findingsView(list []territory.Finding) []pages.TerritoryFinding {
	var out []pages.TerritoryFinding
	for i, f := range list {
		if i == 50 {
			out = append(out, pages.TerritoryFinding{Words: fmt.Sprintf("And %d more like these.", len(list)-i)})
			break
		}
		var where []string
		if f.Line > 0 {
			where = append(where, fmt.Sprintf("Line %d", f.Line))
		}
		if f.Column != "" {
			where = append(where, f.Column)
		}
		out = append(out, pages.TerritoryFinding{Where: strings.Join(where, ", "), Words: f.Words})
	}
	return out
}

// Describe changes a draft's name, note and reason.
func (h *Territory) Describe(c echo.Context) error {
	id, err := draftOf(c)
	if err != nil {
		return err
	}
	f, err := BindForm[DraftForm](c)
	if err != nil {
		return err
	}
	err = h.Keeper.Describe(c.Request().Context(), h.Actor(c), id, f.input())
	if models.KindOf(err) == models.Invalid {
		return h.draftPage(c, http.StatusUnprocessableEntity, id, &f, models.FieldsOf(err))
	}
	if err != nil {
		return err
	}
	h.Flash(c, session.Done, "Saved.")
	return h.Redirect(c, draftURL(id))
}

// TakeOut takes a change out of a draft.
func (h *Territory) TakeOut(c echo.Context) error {
	id, err := draftOf(c)
	if err != nil {
		return err
	}
	change, err := uuid.Parse(c.Param("change"))
	if err != nil {
		return models.NotFoundf("This change is not in the draft any more. Look at the draft again.")
	}
	f, err := BindForm[DraftForm](c)
	if err != nil {
		return err
	}
	if err := h.Keeper.TakeOut(c.Request().Context(), h.Actor(c), id, change, versionOf(f.Version)); err != nil {
		return err
	}
	h.Flash(c, session.Done, "The change is taken out of the draft.")
	return h.Redirect(c, draftURL(id))
}
