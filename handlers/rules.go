package handlers

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/auth/session"
	"reeve/models"
	"reeve/models/triage"
	"reeve/views/components"
	"reeve/views/pages"
)

// RuleBook is what the pages of rules need of models/triage.
type RuleBook interface {
	Rules(ctx context.Context, a auth.Actor, kind models.RuleKind, before int) (*triage.RuleList, error)
	Version(ctx context.Context, a auth.Actor, id string) (*triage.RuleVersion, error)
	StartRules(ctx context.Context, a auth.Actor, from string) (uuid.UUID, error)
	EditRules(ctx context.Context, a auth.Actor, id string, version int, tables map[string]string) (bool, error)
	DropRules(ctx context.Context, a auth.Actor, id string, version int) error
	PublishRules(ctx context.Context, a auth.Actor, id string, in triage.Publication) error
	TryRules(ctx context.Context, a auth.Actor, id string, n int) (*triage.Trial, error)
	LastTrial(ctx context.Context, a auth.Actor, id string) (*triage.RuleVersion, *triage.Trial, error)
	Gaps(ctx context.Context, a auth.Actor, after string) (*triage.GapsPage, error)
	ProviderGaps(ctx context.Context, a auth.Actor, provider string, n int) (*triage.ProviderGaps, error)
}

// Rules is the pages of rules as data: versions, drafts, trials, publishing.
type Rules struct {
	*Pages
	Book RuleBook
}

const ruleBookURL = "/desk/rules"

func ruleURL(id string) string { return ruleBookURL + "/" + url.PathEscape(id) }

func rulesListURL(kind models.RuleKind) string {
	if kind == models.RoutingRules {
		return ruleBookURL + "?kind=routing"
	}
	return ruleBookURL
}

func rulesCrumbs(kind models.RuleKind, more ...components.Crumb) []components.Crumb {
	label := "Rules of priority"
	if kind == models.RoutingRules {
		label = "Rules of routing"
	}
	return append([]components.Crumb{{Label: label, URL: rulesListURL(kind)}}, more...)
}

// List is a page of the versions of one kind.
func (h *Rules) List(c echo.Context) error {
	kind := models.RuleKind(c.QueryParam("kind"))
	if kind == "" {
		kind = models.PriorityRules
	}
	before, _ := strconv.Atoi(c.QueryParam("before")) // what is no number begins at the newest
	list, err := h.Book.Rules(c.Request().Context(), h.Actor(c), kind, max(before, 0))
	if err != nil {
		return err
	}
	return h.Render(c, http.StatusOK, pages.Rules(h.listView(c, list, before)))
}

// Start begins a draft from a version and goes to its form.
func (h *Rules) Start(c echo.Context) error {
	f, err := BindForm[struct {
		From string `form:"from"`
	}](c)
	if err != nil {
		return err
	}
	id, err := h.Book.StartRules(c.Request().Context(), h.Actor(c), f.From)
	if models.KindOf(err) == models.Conflict {
		h.Flash(c, session.Problem, models.MessageOf(err))
		return h.Redirect(c, ruleBookURL)
	}
	if err != nil {
		return err
	}
	return h.Redirect(c, ruleURL(id.String())+"/edit")
}

// Show is one version with its tables.
func (h *Rules) Show(c echo.Context) error {
	v, err := h.Book.Version(c.Request().Context(), h.Actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	return h.Render(c, http.StatusOK, pages.RulesVersion(h.versionView(c, v)))
}

// Download is one table of a version as CSV.
func (h *Rules) Download(c echo.Context) error {
	v, err := h.Book.Version(c.Request().Context(), h.Actor(c), c.Param("id"))
	if err != nil {
		return err
	}
	text, ok := v.Texts[c.Param("table")]
	if !ok {
		return models.NotFoundf("These rules have no such table.")
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="`+v.Name+"-"+c.Param("table")+`.csv"`)
	return c.Blob(http.StatusOK, "text/csv; charset=utf-8", []byte(text))
}

// uploadMost is how many bytes of a table are read: more than a table may have, so
// that too many are said to be too many.
const uploadMost = 300 << 10

// Upload replaces one table of a draft by a CSV file.
func (h *Rules) Upload(c echo.Context) error {
	ctx, id, table := c.Request().Context(), c.Param("id"), c.Param("table")
	problem := func(err error) error {
		v, rerr := h.Book.Version(ctx, h.Actor(c), id)
		if rerr != nil {
			return rerr
		}
		view := h.versionView(c, v)
		status := http.StatusUnprocessableEntity
		var wrong *triage.RulesError
		switch {
		case errors.As(err, &wrong):
			for _, f := range wrong.Findings {
				view.Problems = append(view.Problems, components.FieldError{Message: findingWords(f)})
			}
		case models.KindOf(err) == models.Invalid:
			view.Problems = []components.FieldError{{ID: "f-file-" + table, Message: models.MessageOf(err)}}
		case models.KindOf(err) == models.Conflict:
			status = http.StatusConflict
			view.Alerts = append([]components.AlertArgs{{Tone: components.ToneWarn, Title: "Nothing was saved", Text: models.MessageOf(err)}}, view.Alerts...)
		default:
			return err
		}
		return h.Render(c, status, pages.RulesVersion(view))
	}
	head, err := c.FormFile("file")
	if err != nil {
		return problem(models.InvalidField("file", "Choose a CSV file of the form of the download."))
	}
	file, err := head.Open()
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(io.LimitReader(file, uploadMost))
	if err != nil {
		return err
	}
	changed, err := h.Book.EditRules(ctx, h.Actor(c), id, versionOf(c.FormValue("version")), map[string]string{table: string(text)})
	if err != nil {
		return problem(err)
	}
	return h.saved(c, id, changed)
}

func (h *Rules) saved(c echo.Context, id string, changed bool) error {
	if changed {
		h.Flash(c, session.Done, "Saved. Try the draft before it is published.")
	} else {
		h.Flash(c, session.Note, "Nothing differs from what was saved before.")
	}
	return h.Redirect(c, ruleURL(id))
}

// findingWords is a finding where no field can be pointed at.
func findingWords(f triage.RuleFinding) string {
	if f.Table == "" {
		return f.Message
	}
	where := "Table " + f.Table + ", line " + strconv.Itoa(f.Line)
	if f.Column != "" {
		where += ", " + f.Column
	}
	return where + ": " + strings.TrimSpace(f.Message)
}
