package handlers

import (
	"bytes"
	"context"
	"fmt"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/models"
	"reeve/models/casefile"
	"reeve/models/triage"
	"reeve/views/components"
	"reeve/views/pages"
)

// CaseReader reads reports.
type CaseReader interface {
	Open(ctx context.Context, a auth.Actor, number int64) (*casefile.ReportView, error)
	Files(ctx context.Context, a auth.Actor, number int64, after uuid.UUID) (*casefile.FilesPage, error)
	Document(ctx context.Context, a auth.Actor, number int64, docID uuid.UUID) (*casefile.DocumentBody, error)
	Colleagues(ctx context.Context, a auth.Actor) ([]casefile.Colleague, error)
}

// CaseWorker does what says whose work a report is.
type CaseWorker interface {
	Take(ctx context.Context, a auth.Actor, number int64, version int) error
	Release(ctx context.Context, a auth.Actor, number int64, version int) error
	Start(ctx context.Context, a auth.Actor, number int64, version int) error
	Reopen(ctx context.Context, a auth.Actor, number int64, version int) error
}

// CaseManager says who works on a report and how soon.
type CaseManager interface {
	AssignTo(ctx context.Context, a auth.Actor, number int64, colleague uuid.UUID, version int) error
	SetAgencyPriority(ctx context.Context, a auth.Actor, number int64, priority *int16, version int) error
}

// Referrer refers reports by hand.
type Referrer interface {
	Refer(ctx context.Context, a auth.Actor, number int64, in triage.Release) error
}

// AgencyNames lists the agencies, for a form.
type AgencyNames interface {
	Agencies(ctx context.Context) ([]models.Agency, error)
}

// Report is the page of a report and its deeds.
type Report struct {
	*Pages
	Read     CaseReader
	Work     CaseWorker
	Manage   CaseManager
	Referrer Referrer
	Agencies AgencyNames
	Labels   *LabelPanels // nil: no labels are shown
	Links    *Links       // nil: no links are shown
	Urgent   *Urgent      // nil: nobody is ever called
}

// forms are the values and errors of the page's small forms, when one of them
// could not be carried out.
type forms struct {
	assignee, assignError                string
	priority, priorityError              string
	agency, reason                       string
	agencyError, reasonError, referError string
}

// Show is the page of a report.
func (h *Report) Show(c echo.Context) error {
	number, err := reportOf(c)
	if err != nil {
		return err
	}
	return h.show(c, http.StatusOK, number, forms{})
}

func (h *Report) show(c echo.Context, status int, number int64, f forms) error {
	r, err := h.Read.Open(c.Request().Context(), h.Actor(c), number)
	if err != nil {
		return err
	}
	v, err := h.view(c, r, f)
	if err != nil {
		return err
	}
	return h.Render(c, status, pages.Report(*v))
}

// MoreFiles is the rest of a long list of files.
func (h *Report) MoreFiles(c echo.Context) error {
	number, err := reportOf(c)
	if err != nil {
		return err
	}
	var after uuid.UUID
	if text := c.QueryParam("after"); text != "" {
		if after, err = uuid.Parse(text); err != nil {
			return models.NotFoundf("This part of the list of files does not exist. Begin with the report's page.")
		}
	}
	page, err := h.Read.Files(c.Request().Context(), h.Actor(c), number, after)
	if err != nil {
		return err
	}
	v := pages.ReportFilesView{Frame: h.Frame(c, fmt.Sprintf("Files of report %d", number)), Number: number}
	v.Frame.Breadcrumbs = append(h.crumbs(c), crumb(strconv.FormatInt(number, 10), reportPath(number)), crumb("Files", ""))
	for i := range page.Files {
		f := h.file(c, &page.Files[i])
		compared(&f, &page.Files[i], page.Marks)
		v.Files = append(v.Files, f)
	}
	if page.Next != uuid.Nil {
		v.NextURL = moreFilesURL(number, page.Next)
	}
	return h.Render(c, http.StatusOK, pages.ReportFiles(v))
}

func moreFilesURL(number int64, after uuid.UUID) string {
	return fmt.Sprintf("/reports/%d/files?after=%s", number, after)
}

// Document sends a received document as it came: never shown, always saved, never
// kept by a cache. Its line in the audit log is written before the first byte.
func (h *Report) Document(c echo.Context) error {
	number, err := reportOf(c)
	if err != nil {
		return err
	}
	id, err := uuid.Parse(c.Param("document"))
	if err != nil {
		return models.NotFoundf("There is no such document, or not for you.")
	}
	d, err := h.Read.Document(c.Request().Context(), h.Actor(c), number, id)
	if err != nil {
		return err
	}
	head := c.Response().Header()
	head.Set(echo.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": documentName(d)}))
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Cache-Control", "no-store")
	head.Set("Content-Security-Policy", "sandbox; default-src 'none'")
	if bytes.HasPrefix(d.Body, []byte("{")) { // the answers of the public's form
		head.Set(echo.HeaderContentDisposition, mime.FormatMediaType("attachment", map[string]string{"filename": strings.TrimSuffix(documentName(d), ".xml") + ".json"}))
		return c.Blob(http.StatusOK, "application/json", d.Body)
	}
	return c.Blob(http.StatusOK, "application/xml", d.Body)
}

// documentName is a name that tells one saved document from another.
func documentName(d *casefile.DocumentBody) string {
	kind := "report"
	if d.FileID != nil {
		kind = "file-" + d.FileID.String()
	}
	return fmt.Sprintf("report-%d-%s-%s.xml", d.Number, kind, d.ReceivedAt.UTC().Format("20060102T150405Z"))
}

// crumbs lead back to where reports come from for this reader.
func (h *Report) crumbs(c echo.Context) []components.Crumb {
	a := h.Actor(c)
	switch {
	case a.Can(auth.ReadInbox) && h.Exists("/inbox"):
		return []components.Crumb{crumb("Inbox", "/inbox")}
	case a.Can(auth.ReadDesk) && h.Exists("/desk"):
		return []components.Crumb{crumb("Desk", "/desk")}
	}
	return nil
}

func crumb(label, url string) components.Crumb { return components.Crumb{Label: label, URL: url} }
