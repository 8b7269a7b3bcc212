package handlers

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/auth/session"
	"reeve/models"
	"reeve/models/labelling"
	"reeve/views/components"
	"reeve/views/pages"
)

// Labelling is what the pages of labels need of models/labelling.
type Labelling interface {
	Set(ctx context.Context, a auth.Actor, number int64, in labelling.Input) (*labelling.Done, error)
	All(ctx context.Context, a auth.Actor, number int64, cursor string) (*labelling.OfReport, error)
	Read(ctx context.Context, a auth.Actor, number int64, label uuid.UUID) (*labelling.One, error)
	Withdraw(ctx context.Context, a auth.Actor, number int64, in labelling.Deed) error
	Ask(ctx context.Context, a auth.Actor, number int64, in labelling.Deed) error
	Agree(ctx context.Context, a auth.Actor, number int64, in labelling.Deed) error
	Dispute(ctx context.Context, a auth.Actor, number int64, in labelling.Deed) error
	Settle(ctx context.Context, a auth.Actor, number int64, in labelling.Deed, uphold bool) error
	Worklist(ctx context.Context, a auth.Actor, disputed bool, cursor string) (*labelling.WaitingPage, error)
	Schemes(ctx context.Context, a auth.Actor) (labelling.Schemes, error)
	AddScheme(ctx context.Context, a auth.Actor, in labelling.NewScheme) error
	AddValue(ctx context.Context, a auth.Actor, scheme string, in labelling.NewValue) error
	Change(ctx context.Context, a auth.Actor, in labelling.Change) error
}

// Labels is labelling, the second look, and the schemes.
type Labels struct {
	*LabelPanels
	Labelling Labelling
}

// Show is the labels' own page of a report.
func (h *Labels) Show(c echo.Context) error {
	return h.show(c, http.StatusOK, LabelInput{}, nil)
}

func (h *Labels) show(c echo.Context, status int, in LabelInput, wrong map[string]string) error {
	number, err := reportOf(c)
	if err != nil {
		return err
	}
	cursor := ""
	if c.Request().Method != http.MethodPost {
		cursor = c.QueryParam("cursor")
	}
	all, err := h.Labelling.All(c.Request().Context(), h.Actor(c), number, cursor)
	if err != nil {
		return h.damaged(c, err, labelsPath(number))
	}
	if in.Back == "" {
		in.Back = labelsPath(number)
	}
	panel, err := h.draw(c, labelPanel{report: &all.Report, files: all.Files, more: all.More, labels: all.Stand, in: in, errors: wrong})
	if err != nil {
		return err
	}
	schemes, err := h.Labelling.Schemes(c.Request().Context(), h.Actor(c))
	if err != nil {
		return err
	}
	v := pages.LabelsView{Frame: h.Frame(c, fmt.Sprintf("Labels of report %d", number)), Number: number, ReportURL: reportPath(number), Panel: *panel}
	v.Frame.Breadcrumbs = []components.Crumb{crumb(fmt.Sprint(number), reportPath(number)), crumb("Labels", "")}
	for i := range all.Labels {
		l := &all.Labels[i]
		row, err := h.row(c, schemes, number, l)
		if err != nil {
			return err
		}
		row.About = aboutWords(l, all.Files)
		v.Ever = append(v.Ever, row)
	}
	v.Pages = components.PaginationArgs{Shown: plainCount(len(all.Labels), "label", "labels") + " shown", Newer: "Newest", Older: "Older",
		NewerURL: earlier(labelsPath(number), cursor), OlderURL: further(labelsPath(number), all.Next)}
	return h.Render(c, status, pages.Labels(v))
}

func aboutWords(l *models.Label, files []models.File) string {
	if l.FileID == nil {
		return "the report"
	}
	for i := range files {
		if files[i].ID == *l.FileID {
			return fileName(&files[i])
		}
	}
	return "a file"
}

// Set labels a report and its files, and goes back to where the form stood.
func (h *Labels) Set(c echo.Context) error {
	number, err := reportOf(c)
	if err != nil {
		return err
	}
	f, err := BindForm[LabelInput](c)
	if err != nil {
		return err
	}
	in := labelling.Input{Report: f.Report, File: f.File, Why: f.Why, Ask: f.Ask != ""}
	for _, text := range f.Files {
		if text == allFiles {
			in.AllFiles = true
			continue
		}
		id, err := uuid.Parse(text)
		if err != nil {
			id = uuid.Nil // a file of no report, and answered so
		}
		in.Files = append(in.Files, id)
	}
	done, err := h.Labelling.Set(c.Request().Context(), h.Actor(c), number, in)
	if models.KindOf(err) == models.Invalid {
		return h.show(c, http.StatusUnprocessableEntity, f, models.FieldsOf(err))
	}
	if err != nil {
		return err
	}
	h.Flash(c, session.Done, doneWords(done))
	return h.Redirect(c, backTo(f.Back, reportPath(number)+"#labels"))
}

// backTo is where a form stood, if that is an address of this portal.
func backTo(back, usual string) string {
	if back == "" || !SafeReturn(back) {
		return usual
	}
	return back
}

func doneWords(d *labelling.Done) string {
	var parts []string
	if d.Set > 0 {
		parts = append(parts, plainCount(d.Set, "label", "labels")+" set")
	}
	if d.Corrected > 0 {
		parts = append(parts, plainCount(d.Corrected, "earlier one", "earlier ones")+" withdrawn and kept")
	}
	if d.Stood > 0 {
		parts = append(parts, plainCount(d.Stood, "stood", "stood")+" already")
	}
	return strings.Join(parts, ", ") + "."
}
