package handlers

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"
	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/auth/session"
	"reeve/models"
	"reeve/models/pools"
	"reeve/models/routing"
	"reeve/views/components"
	"reeve/views/pages"
)

// FindingKeeper keeps what staff find out about where a report's people are.
type FindingKeeper interface {
	Findings(ctx context.Context, a auth.Actor, number int64) ([]models.Finding, error)
	Find(ctx context.Context, a auth.Actor, number int64, in pools.Found) error
	Withdraw(ctx context.Context, a auth.Actor, number int64, id uuid.UUID, why string) error
}

// FindingForm is where a person of a report was found to be.
type FindingForm struct {
	Whose   string `form:"whose"`
	Country string `form:"country"`
	State   string `form:"state"`
	Where   string `form:"where"`
	How     string `form:"how"`
}

// WithdrawForm says why a finding no longer holds.
type WithdrawForm struct {
	Why string `form:"why"`
}

var findingWhose = map[string]string{"subject": "the subject's place", "victim": "the victim's place", "unknown": "where it happened"}

// AskFinding is the form, with what was found out so far.
func (h *Pools) AskFinding(c echo.Context) error {
	return h.finding(c, http.StatusOK, FindingForm{Country: "US"}, nil, "")
}

func (h *Pools) finding(c echo.Context, status int, f FindingForm, wrong map[string]string, notWithdrawn string) error {
	n, err := reportOf(c)
	if err != nil {
		return err
	}
	list, err := h.Findings.Findings(c.Request().Context(), h.Actor(c), n)
	if err != nil {
		return err
	}
	base := reportPath(n)
	v := pages.FindingView{Frame: h.Frame(c, "Where, of report "+number(n)), Number: number(n), ReportURL: base, Action: base + "/findings",
		Whose: f.Whose, Country: f.Country, State: f.State, Where: f.Where, How: f.How, Errors: wrong, Problems: problems(wrong, "whose", "country", "state", "where", "how"),
		Countries: countryOptions(), States: stateOptions(), HowLimit: pools.HowLimit, WithdrawProblem: notWithdrawn}
	v.Frame.Width = "form"
	v.Frame.Breadcrumbs = []components.Crumb{{Label: "Pools", URL: poolsURL}, {Label: "Report " + number(n), URL: base}, {Label: "We found out where"}}
	for i := range list {
		one := &list[i]
		row := pages.FindingRow{ID: one.ID.String(), Place: pools.Place(one), Whose: findingWhose[one.Whose], How: one.How, By: one.FoundByName, At: h.Local(c, one.FoundAt),
			Action: templ.SafeURL(base + "/findings/" + one.ID.String() + "/withdraw")}
		if one.City != "" {
			row.Place = one.City + ", " + row.Place
		}
		if one.WithdrawnAt != nil {
			row.Withdrawn = "by " + one.WithdrawnByName + ": " + one.WithdrawnWhy
		}
		v.Found = append(v.Found, row)
	}
	return h.Render(c, status, pages.Finding(v))
}

// Find keeps a finding and goes to the report, which is routed anew.
func (h *Pools) Find(c echo.Context) error {
	n, err := reportOf(c)
	if err != nil {
		return err
	}
	f, err := BindForm[FindingForm](c)
	if err != nil {
		return err
	}
	err = h.Findings.Find(c.Request().Context(), h.Actor(c), n, pools.Found{Whose: f.Whose, Country: f.Country, State: f.State, Where: f.Where, How: f.How})
	switch models.KindOf(err) {
	case models.Invalid:
		return h.finding(c, http.StatusUnprocessableEntity, f, models.FieldsOf(err), "")
	case models.Conflict:
		return h.finding(c, http.StatusConflict, f, map[string]string{"": models.MessageOf(err)}, "")
	}
	if err != nil {
		return err
	}
	h.Flash(c, session.Done, "Kept. The report is being routed anew; reload in a moment to see where it goes.")
	return h.Redirect(c, reportPath(n))
}

// WithdrawFinding takes a finding back and goes to the report.
func (h *Pools) WithdrawFinding(c echo.Context) error {
	n, err := reportOf(c)
	if err != nil {
		return err
	}
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return models.NotFoundf("There is no such finding.")
	}
	f, err := BindForm[WithdrawForm](c)
	if err != nil {
		return err
	}
	err = h.Findings.Withdraw(c.Request().Context(), h.Actor(c), n, id, f.Why)
	switch models.KindOf(err) {
	case models.Invalid:
		return h.finding(c, http.StatusUnprocessableEntity, FindingForm{Country: "US"}, nil, models.FieldsOf(err)["why"])
	case models.Conflict:
		return h.finding(c, http.StatusConflict, FindingForm{Country: "US"}, nil, models.MessageOf(err))
	}
	if err != nil {
		return err
	}
	h.Flash(c, session.Done, "Withdrawn. The report is being routed anew without it.")
	return h.Redirect(c, reportPath(n))
}

// countryOptions are the countries, the United States first.
func countryOptions() []components.Option {
	list := []components.Option{{Value: "US", Label: "United States"}}
	var rest []components.Option
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			if code := string([]rune{a, b}); code != "US" && routing.KnownCountry(code) {
				rest = append(rest, components.Option{Value: code, Label: routing.CountryName(code)})
			}
		}
	}
	slices.SortFunc(rest, func(a, b components.Option) int { return strings.Compare(a.Label, b.Label) })
	return append(list, rest...)
}

func stateOptions() (list []components.Option) {
	for _, code := range routing.StateCodes() {
		list = append(list, components.Option{Value: code, Label: routing.StateName(code)})
	}
	return list
}
