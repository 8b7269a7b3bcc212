package handlers

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/models/triage"
	"reeve/views/components"
	"reeve/views/pages"
)

const gapsURL = ruleBookURL + "/completeness"

// Gaps is how complete each provider's newest reports are.
func (h *Rules) Gaps(c echo.Context) error {
	after := c.QueryParam("after")
	if len(after) > 300 {
		after = ""
	}
	page, err := h.Book.Gaps(c.Request().Context(), h.Actor(c), after)
	if err != nil {
		return err
	}
	v := pages.RulesGapsView{Frame: h.Frame(c, "What providers leave out"), Pages: components.PaginationArgs{Shown: plainCount(len(page.Rows), "provider", "providers") + " shown", Newer: "From the beginning", Older: "Further"}}
	v.Frame.Breadcrumbs = []components.Crumb{{Label: "Rules", URL: ruleBookURL}, {Label: "What providers leave out"}}
	if after != "" {
		v.Pages.NewerURL = gapsURL
	}
	if page.After != "" {
		v.Pages.OlderURL = gapsURL + "?after=" + url.QueryEscape(page.After)
	}
	for _, r := range page.Rows {
		row := pages.RulesGapsRow{Name: r.Name, URL: gapsURL + "/" + r.ID.String(), Reports: components.Group(r.Reports)}
		if r.Reports > 0 {
			row.Mean = fmt.Sprintf("%.0f", r.Mean)
		}
		v.Rows = append(v.Rows, row)
	}
	return h.Render(c, http.StatusOK, pages.RulesGaps(v))
}

// ProviderGaps is what one provider's newest reports lack.
func (h *Rules) ProviderGaps(c echo.Context) error {
	g, err := h.Book.ProviderGaps(c.Request().Context(), h.Actor(c), c.Param("provider"), triage.GapsUsual)
	if err != nil {
		return err
	}
	v := pages.RulesProviderGapsView{Frame: h.Frame(c, g.Name), Name: g.Name, Reports: g.Reports}
	v.Frame.Breadcrumbs = []components.Crumb{{Label: "Rules", URL: ruleBookURL}, {Label: "What providers leave out", URL: gapsURL}, {Label: g.Name}}
	if h.Actor(c).Can(auth.ManageProviders) {
		v.AccountURL = providerURL(g.ID)
	}
	v.Figures = []components.FigureArgs{
		{Label: "Completeness", Value: fmt.Sprintf("%.0f", g.Mean), Note: "of 100 on average"},
		{Label: "Reports looked at", Value: components.Group(g.Reports), Note: fmt.Sprintf("the newest %d at most", g.Asked)},
	}
	for _, gap := range g.Gaps {
		v.Gaps = append(v.Gaps, pages.RulesGap{Text: gap.Text, Times: components.Group(gap.Times), Share: shareOf(int64(gap.Times), int64(g.Reports)), Cost: strconv.Itoa(gap.Cost)})
	}
	return h.Render(c, http.StatusOK, pages.RulesProviderGaps(v))
}
