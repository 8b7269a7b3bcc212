package handlers

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/models"
	"reeve/models/casefile"
	"reeve/models/gate"
	"reeve/models/labelling"
	"reeve/views/components"
	"reeve/views/pages"
)

// LabelPanels draws the panel of labels for pages that show a report.
type LabelPanels struct {
	*Pages
	Schemes interface {
		Schemes(ctx context.Context, a auth.Actor) (labelling.Schemes, error)
	}
	Names interface {
		Agency(ctx context.Context, id uuid.UUID) (models.Agency, bool, error)
	}
}

// LabelInput is what the form of labels sends.
type LabelInput struct {
	Report []string `form:"report_label"`
	File   []string `form:"file_label"`
	Files  []string `form:"file"`
	Why    string   `form:"why"`
	Ask    string   `form:"ask"`
	Back   string   `form:"back"`
}

// allFiles is the choice of every file on the form.
const allFiles = "all"

// Of draws the panel of a report's page. Back is the address to which setting labels
// leads; it should end in #labels.
func (h *LabelPanels) Of(c echo.Context, r *casefile.ReportView, back string) (*pages.LabelPanelView, error) {
	files := make([]models.File, len(r.Files))
	for i := range r.Files {
		files[i] = r.Files[i].File
	}
	p := labelPanel{report: &r.Report, files: files, more: r.MoreFiles, labels: r.Labels, in: LabelInput{Back: back}}
	v, err := h.draw(c, p)
	if err != nil {
		return nil, err
	}
	v.AllURL = labelsPath(r.Report.Number)
	return v, nil
}

// labelPanel is what a panel is drawn from.
type labelPanel struct {
	report *models.Report
	files  []models.File
	more   bool
	labels []models.Label // that stand
	in     LabelInput
	errors map[string]string
}

func labelsPath(number int64) string { return reportPath(number) + "/labels" }

func (h *LabelPanels) draw(c echo.Context, p labelPanel) (*pages.LabelPanelView, error) {
	ctx, a := c.Request().Context(), h.Actor(c)
	schemes, err := h.Schemes.Schemes(ctx, a)
	if err != nil {
		return nil, err
	}
	v := &pages.LabelPanelView{Number: p.report.Number, Now: h.Local(c, h.Now())}
	all := append(labelling.OfProvider(p.report, p.files), p.labels...)
	add := func(title string, locked bool, about *uuid.UUID) error {
		g := pages.LabelGroup{Title: title, Locked: locked}
		for i := range all {
			l := &all[i]
			if l.RemovedAt != nil || (l.FileID == nil) != (about == nil) || about != nil && *l.FileID != *about {
				continue
			}
			row, err := h.row(c, schemes, p.report.Number, l)
			if err != nil {
				return err
			}
			g.Labels = append(g.Labels, row)
		}
		if len(g.Labels) > 0 {
			v.Groups = append(v.Groups, g)
		}
		return nil
	}
	if err := add("The report", false, nil); err != nil {
		return nil, err
	}
	for i := range p.files {
		f := &p.files[i]
		if err := add(fileName(f), lockedFile(f), &f.ID); err != nil {
			return nil, err
		}
	}
	if a.Can(auth.LabelReport) {
		v.Form = labelForm(schemes, p)
	}
	return v, nil
}

// row draws a label with who says so.
func (h *LabelPanels) row(c echo.Context, schemes labelling.Schemes, number int64, l *models.Label) (pages.LabelRow, error) {
	row := pages.LabelRow{Why: l.Why}
	row.Scheme, row.Words = schemes.Words(l.Scheme, l.Value)
	switch l.Source {
	case models.LabelByProvider:
		row.Who = "the provider says so"
		return row, nil
	case models.LabelByKnown:
		row.Who = "known material"
		row.Marks = append(row.Marks, components.BadgeArgs{Label: "Known", Icon: components.IconKnown, Title: "Carried over from known material that the file matches"})
	case models.LabelByRule:
		row.Who = "by rule"
	default:
		row.Who = l.LabelledByName
		who, err := h.agencyWords(c, l)
		if err != nil {
			return row, err
		}
		row.Who += ", " + who
	}
	row.At, row.URL = h.Local(c, l.LabelledAt), labelsPath(number)+"/"+l.ID.String()
	row.Marks = append(row.Marks, reviewMarks(l)...)
	if l.RemovedAt != nil {
		row.Gone = fmt.Sprintf("Withdrawn by %s, %s", l.RemovedByName, components.ExactMinute(h.Local(c, *l.RemovedAt)))
		if l.RemovedWhy != "" {
			row.Gone += ": " + l.RemovedWhy
		}
	}
	return row, nil
}

func (h *LabelPanels) agencyWords(c echo.Context, l *models.Label) (string, error) {
	switch {
	case l.AgencyID != nil && *l.AgencyID == h.Actor(c).AgencyID && l.Side == models.LabelOfAgency:
		return "your agency alone", nil
	case l.Side != models.LabelOfAgency || l.AgencyID == nil:
		return "clearinghouse", nil
	}
	a, known, err := h.Names.Agency(c.Request().Context(), *l.AgencyID)
	if err != nil || !known {
		return "an agency", err
	}
	return a.Name, nil
}

func reviewMarks(l *models.Label) []components.BadgeArgs {
	switch l.Review {
	case models.ReviewAsked:
		return []components.BadgeArgs{{Label: "Second look asked", Tone: components.ToneWarn, Icon: components.IconPeople, Title: "A second person is to look at this label"}}
	case models.ReviewAgreed:
		return []components.BadgeArgs{{Label: "Second person agreed", Tone: components.ToneGood, Icon: components.IconPeople}}
	case models.ReviewDisputed:
		return []components.BadgeArgs{{Label: "Disputed", Tone: components.ToneBad, Icon: components.IconWarn, Title: "A second person disputed it; a supervisor settles that"}}
	}
	return nil
}

func lockedFile(f *models.File) bool {
	facts := gate.File{Viewed: f.Viewed, EXIFViewed: f.EXIFViewed, PubliclyAvailable: f.PubliclyAvailable, Gone: f.ErasedAt != nil}
	return gate.Decide(facts, gate.Strict(), nil).State != gate.Open
}

func fileName(f *models.File) string {
	switch {
	case f.Reported != nil && f.Reported.FileName != "":
		return f.Reported.FileName
	case f.Name != "":
		return f.Name
	}
	return f.PublicID
}

// labelForm draws the form with what was chosen on it.
func labelForm(schemes labelling.Schemes, p labelPanel) *pages.LabelForm {
	f := &pages.LabelForm{Action: labelsPath(p.report.Number), Back: p.in.Back, Why: p.in.Why, Ask: p.in.Ask != "", MoreFiles: p.more, Errors: p.errors, Open: len(p.errors) > 0}
	for _, s := range schemes {
		if field, ok := labelField(s, false, p.in.Report); ok {
			f.OnReport = append(f.OnReport, field)
		}
		if field, ok := labelField(s, true, p.in.File); ok && len(p.files) > 0 {
			f.OnFile = append(f.OnFile, field)
		}
	}
	locked := 0
	for i := range p.files {
		file := &p.files[i]
		c := components.Choice{Value: file.ID.String(), Label: fileName(file), Checked: slices.Contains(p.in.Files, file.ID.String()) || len(p.files) == 1}
		if lockedFile(file) {
			c.Label += " (locked)"
			locked++
		}
		f.Files = append(f.Files, c)
	}
	if len(p.files) > 1 {
		f.Files = append([]components.Choice{{Value: allFiles, Label: "All files", Checked: slices.Contains(p.in.Files, allFiles)}}, f.Files...)
	}
	if locked > 0 {
		f.Locked = "Locked files are labelled from their metadata and from what their hashes match, and are not opened for it."
	}
	return f
}

func labelField(s labelling.Scheme, file bool, chosen []string) (pages.LabelField, bool) {
	f := pages.LabelField{Name: s.Code, Label: s.Name, Help: s.Help, Several: s.Several, ID: "f-label-" + s.Code}
	if file {
		f.ID = "f-file-label-" + s.Code
	}
	offered := s.Offered(file)
	for _, v := range offered {
		value := s.Code + ":" + v.Code
		picked := slices.Contains(chosen, value)
		if picked {
			f.Chosen = value
		}
		f.Options = append(f.Options, components.Option{Value: value, Label: v.Words})
		f.Choices = append(f.Choices, components.Choice{Value: value, Label: v.Words, Checked: picked})
	}
	return f, len(offered) > 0
}
