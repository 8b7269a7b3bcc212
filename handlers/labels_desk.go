package handlers

import (
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/auth/session"
	"reeve/models"
	"reeve/models/labelling"
	"reeve/views/components"
	"reeve/views/pages"
)

const schemesURL = labelsURL + "/schemes"

// Waiting is the worklist of the second look; show=disputed is the supervisors'.
func (h *Labels) Waiting(c echo.Context) error {
	ctx, a, cursor := c.Request().Context(), h.Actor(c), c.QueryParam("cursor")
	disputed, list := c.QueryParam("show") == "disputed", labelsURL
	if disputed {
		list += "?show=disputed"
	}
	page, err := h.Labelling.Worklist(ctx, a, disputed, cursor)
	if err != nil {
		return h.damaged(c, err, list)
	}
	schemes, err := h.Labelling.Schemes(ctx, a)
	if err != nil {
		return err
	}
	v := pages.LabelsWaitingView{Frame: h.Frame(c, "Labels"), Disputed: disputed, First: earlier(list, cursor), Tabs: []components.Tab{
		{Label: "Second look", URL: labelsURL, Current: !disputed}, {Label: "Disputed", URL: labelsURL + "?show=disputed", Current: disputed}}}
	if a.Can(auth.ManageRules) {
		v.SchemesURL = schemesURL
	}
	for i := range page.Rows {
		row, err := h.waitingRow(c, schemes, &page.Rows[i])
		if err != nil {
			return err
		}
		v.Rows = append(v.Rows, row)
	}
	v.Pages = components.PaginationArgs{Shown: plainCount(len(page.Rows), "label", "labels") + " shown", Newer: "Oldest", Older: "Newer", NewerURL: v.First}
	if page.Next != "" {
		v.Pages.OlderURL = labelsURL + "?cursor=" + page.Next
		if disputed {
			v.Pages.OlderURL += "&show=disputed"
		}
	}
	return h.Render(c, http.StatusOK, pages.LabelsWaiting(v))
}

func (h *Labels) waitingRow(c echo.Context, schemes labelling.Schemes, w *labelling.Waiting) (pages.LabelWaitingRow, error) {
	row := pages.LabelWaitingRow{Number: number(w.Number), Type: w.IncidentType, Since: h.Local(c, w.LabelledAt), Yours: w.LabelledBy != nil && *w.LabelledBy == h.Actor(c).UserID}
	var err error
	if row.Label, err = h.row(c, schemes, w.Number, &w.Label); err != nil {
		return row, err
	}
	row.URL = row.Label.URL + "?from=desk"
	row.Label.About = "about the report"
	if w.FileID != nil {
		row.Label.About = "about " + w.FileName
	}
	switch {
	case w.Review == models.ReviewDisputed:
		row.Asked, row.Reason = w.ReviewedByName+" disputed it", w.ReviewWhy
		if w.ReviewedAt != nil {
			row.Since = h.Local(c, *w.ReviewedAt)
		}
	case w.AskedAgency != nil:
		a, _, err := h.Names.Agency(c.Request().Context(), *w.AskedAgency)
		if err != nil {
			return row, err
		}
		row.Asked, row.Reason = fmt.Sprintf("%s asked, %s", w.AskedByName, a.Name), w.AskedWhy
	case schemes.SecondLook(w.Scheme, w.Value):
		row.Asked = "The rule of the scheme asks for a second person"
	default:
		row.Asked = "Whoever set it asks for a second person"
	}
	return row, nil
}

// SchemeForm is what the forms of the page of schemes send.
type SchemeForm struct {
	Code       string `form:"code"`
	Name       string `form:"name"`
	Help       string `form:"help"`
	About      string `form:"about"`
	Several    string `form:"several"`
	SecondLook string `form:"second_look"`
	Words      string `form:"words"`
	Excludes   string `form:"excludes"`
	Value      string `form:"value"`
	Offered    string `form:"offered"`
	Version    string `form:"version"`
}

// SchemesPage is the page of schemes.
func (h *Labels) SchemesPage(c echo.Context) error {
	return h.schemes(c, http.StatusOK, "", SchemeForm{}, nil)
}

// schemes draws the page; of is the scheme whose form of a new value has errors, empty
// for the form of a new scheme.
func (h *Labels) schemes(c echo.Context, status int, of string, f SchemeForm, wrong map[string]string) error {
	list, err := h.Labelling.Schemes(c.Request().Context(), h.Actor(c))
	if err != nil {
		return err
	}
	if _, known := list.Of(of); !known && of != "" {
		return models.NotFoundf("There is no such scheme of labels. Choose one from the page of schemes.")
	}
	v := pages.LabelSchemesView{Frame: h.Frame(c, "Schemes of labels")}
	v.Frame.Breadcrumbs = []components.Crumb{crumb("Labels", labelsURL), crumb("Schemes", "")}
	if of == "" {
		v.New = pages.LabelSchemeForm{Code: f.Code, Name: f.Name, Help: f.Help, About: f.About, Several: f.Several != "", SecondLook: f.SecondLook != "", Errors: wrong}
	}
	for _, s := range list {
		row := pages.LabelSchemeRow{Code: s.Code, Name: s.Name, Help: s.Help, About: aboutOf[s.About], Several: s.Several, SecondLook: s.SecondLook, Ended: s.EndedAt != nil, Version: s.Version,
			Added: fmt.Sprintf("Added by %s, %s", s.AddedByName, components.ExactMinute(h.Local(c, s.AddedAt)))}
		if s.Code == of {
			row.Open, row.New = true, pages.LabelValueForm{Code: f.Code, Words: f.Words, Excludes: f.Excludes, SecondLook: f.SecondLook != "", Errors: wrong}
		}
		for _, val := range s.Values {
			row.Values = append(row.Values, pages.LabelValueRow{Code: val.Code, Words: val.Words, About: aboutOf[s.AboutOf(val)], Excludes: val.Excludes, SecondLook: val.SecondLook, Ended: val.EndedAt != nil, Version: val.Version})
		}
		v.Schemes = append(v.Schemes, row)
	}
	return h.Render(c, status, pages.LabelSchemes(v))
}

var aboutOf = map[models.LabelAbout]string{models.AboutFile: "files", models.AboutReport: "reports", models.AboutBoth: "files and reports"}

// AddScheme adds a scheme.
func (h *Labels) AddScheme(c echo.Context) error {
	f, err := BindForm[SchemeForm](c)
	if err != nil {
		return err
	}
	err = h.Labelling.AddScheme(c.Request().Context(), h.Actor(c), labelling.NewScheme{Code: f.Code, Name: f.Name, Help: f.Help, About: models.LabelAbout(f.About), Several: f.Several != "", SecondLook: f.SecondLook != ""})
	return h.schemeDone(c, "", f, err, "The scheme is added. Give it values before anybody can use it.")
}

// AddValue adds a value to a scheme.
func (h *Labels) AddValue(c echo.Context) error {
	f, err := BindForm[SchemeForm](c)
	if err != nil {
		return err
	}
	err = h.Labelling.AddValue(c.Request().Context(), h.Actor(c), c.Param("code"), labelling.NewValue{Code: f.Code, Words: f.Words, Excludes: f.Excludes, SecondLook: f.SecondLook != ""})
	return h.schemeDone(c, c.Param("code"), f, err, "The value is added and offered from now on.")
}

// ChangeScheme says whether a scheme or a value is offered and whether a second person
// must look.
func (h *Labels) ChangeScheme(c echo.Context) error {
	f, err := BindForm[SchemeForm](c)
	if err != nil {
		return err
	}
	err = h.Labelling.Change(c.Request().Context(), h.Actor(c), labelling.Change{Scheme: c.Param("code"), Value: f.Value, SecondLook: f.SecondLook != "", Offered: f.Offered != "", Version: versionOf(f.Version)})
	if models.KindOf(err) == models.Conflict {
		h.Flash(c, session.Problem, models.MessageOf(err))
		return h.Redirect(c, schemesURL+"#s-"+c.Param("code"))
	}
	return h.schemeDone(c, c.Param("code"), f, err, "Saved. It holds for labels from now on; those that stand are left as they are.")
}

func (h *Labels) schemeDone(c echo.Context, of string, f SchemeForm, err error, done string) error {
	if models.KindOf(err) == models.Invalid {
		return h.schemes(c, http.StatusUnprocessableEntity, of, f, models.FieldsOf(err))
	}
	if err != nil {
		return err
	}
	h.Flash(c, session.Done, done)
	to := schemesURL
	if of != "" {
		to += "#s-" + of
	}
	return h.Redirect(c, to)
}
