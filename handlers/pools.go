package handlers

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/auth/session"
	"reeve/models"
	"reeve/models/pools"
	"reeve/views/components"
	"reeve/views/pages"
)

// PoolKeeper reads pools and works on what lies in them.
type PoolKeeper interface {
	List(ctx context.Context, a auth.Actor) ([]pools.Row, error)
	Read(ctx context.Context, a auth.Actor, code string, show pools.Show, cursor string) (*pools.Page, error)
	ClaimNext(ctx context.Context, a auth.Actor, code string) (int64, error)
	Claim(ctx context.Context, a auth.Actor, code string, number int64) error
	PutBack(ctx context.Context, a auth.Actor, code string, number int64) error
	SetTerms(ctx context.Context, a auth.Actor, code string, in pools.Terms) error
}

// Pools is the pages of reports that no agency covers.
type Pools struct {
	*Pages
	Keep     PoolKeeper
	Findings FindingKeeper
	Names    ProviderNames
}

// PoolDeed names one report of a pool.
type PoolDeed struct {
	Number string `form:"number"`
}

// PoolTermsForm is who answers for a pool, and its clock.
type PoolTermsForm struct {
	Owner   string `form:"owner"`
	Hours   string `form:"hours"`
	Version string `form:"version"`
}

// List is what lies in each pool.
func (h *Pools) List(c echo.Context) error {
	list, err := h.Keep.List(c.Request().Context(), h.Actor(c))
	if err != nil {
		return err
	}
	v := pages.PoolsView{Frame: h.Frame(c, "Pools"), DeskURL: deskURL}
	for _, p := range list {
		row := pages.PoolsRow{Name: p.Name, URL: poolURL(p.Code), Open: p.Open, Urgent: p.Urgent, Unclaimed: p.Unclaimed, Late: p.Late, Owner: p.Terms.OwnerName, Hours: p.Terms.Hours}
		if p.Oldest != nil {
			row.Oldest = h.Local(c, *p.Oldest)
		}
		v.Pools = append(v.Pools, row)
	}
	return h.Render(c, http.StatusOK, pages.Pools(v))
}

// Show is one pool's open reports.
func (h *Pools) Show(c echo.Context) error {
	return h.show(c, http.StatusOK, "", nil, nil)
}

// show draws a pool, after a deed that was not done with the reason, or with the
// terms as they were typed and what is wrong with them.
func (h *Pools) show(c echo.Context, status int, problem string, typed *PoolTermsForm, wrong map[string]string) error {
	ctx, code, actor := c.Request().Context(), c.Param("code"), h.Actor(c)
	show, cursor := pools.Show(c.QueryParam("show")), c.QueryParam("cursor")
	at := poolURL(code)
	p, err := h.Keep.Read(ctx, actor, code, show, cursor)
	if err != nil {
		return h.damaged(c, err, at)
	}
	list := at
	if show != pools.Open {
		list += "?" + url.Values{"show": {string(show)}}.Encode()
	}
	v := pages.PoolView{Frame: h.Frame(c, p.Name), Name: p.Name, URL: at, PoolsURL: poolsURL, Owner: p.Terms.OwnerName, Hours: p.Terms.Hours, Problem: problem,
		Filtered: show != pools.Open, First: earlier(list, cursor), May: actor.Can(auth.RouteReport)}
	if p.Next != "" {
		q := url.Values{"cursor": {p.Next}}
		if show != pools.Open {
			q.Set("show", string(show))
		}
		v.Next = at + "?" + q.Encode()
	}
	for _, t := range []struct {
		show  pools.Show
		label string
	}{{pools.Open, "All open"}, {pools.Unclaimed, "Unclaimed"}, {pools.Mine, "Mine"}, {pools.Late, "Past the clock"}} {
		tab := components.Tab{Label: t.label, URL: at, Current: t.show == show}
		if t.show != pools.Open {
			tab.URL += "?show=" + string(t.show)
		}
		v.Tabs = append(v.Tabs, tab)
	}
	clock := time.Duration(p.Terms.Hours) * time.Hour
	for i := range p.Rows {
		r := &p.Rows[i]
		provider, err := h.Names.Provider(ctx, r.ProviderID)
		if err != nil {
			return err
		}
		due := r.ReferredAt.Add(clock)
		v.Rows = append(v.Rows, pages.PoolReport{
			Number: number(r.Number), URL: reportAddress(r.Number), FoundURL: reportAddress(r.Number) + "/findings", Priority: int(r.Priority), Urgent: r.Urgent, Type: r.IncidentType,
			Provider: provider, Subject: r.Subject, Why: r.Why, Files: filesWords(r.FilesTotal, r.FilesLocked), Since: h.Local(c, r.ReferredAt), Due: h.Local(c, due),
			Late: r.Overdue || h.Now().After(due), Holder: r.Assignee, Mine: r.AssigneeID != nil && *r.AssigneeID == actor.UserID,
		})
	}
	if actor.Can(auth.ManageRules) {
		v.Terms = &pages.PoolTermsForm{Hours: strconv.Itoa(p.Terms.Hours), Version: p.Terms.Version, OwnerError: wrong["owner"], HoursError: wrong["hours"]}
		if p.Terms.OwnerID != nil {
			v.Terms.Owner = p.Terms.OwnerID.String()
		}
		if typed != nil {
			v.Terms.Owner, v.Terms.Hours, v.Terms.Version = typed.Owner, typed.Hours, versionOf(typed.Version)
		}
		for _, who := range p.Colleagues {
			v.Terms.People = append(v.Terms.People, components.Option{Value: who.ID.String(), Label: who.Name})
		}
	}
	return h.Render(c, status, pages.Pool(v))
}

// Next takes the pool's most urgent report that nobody works on, and goes to it.
func (h *Pools) Next(c echo.Context) error {
	n, err := h.Keep.ClaimNext(c.Request().Context(), h.Actor(c), c.Param("code"))
	switch {
	case err != nil:
		return err
	case n == 0:
		h.Flash(c, session.Done, "Somebody works on every report of this pool, or it is empty.")
		return h.Redirect(c, poolURL(c.Param("code")))
	}
	h.Flash(c, session.Done, "This report is yours. Refer it, or say what you found out.")
	return h.Redirect(c, reportAddress(n))
}

// Claim takes one report and stays at the pool.
func (h *Pools) Claim(c echo.Context) error {
	return h.deed(c, h.Keep.Claim, "Taken: it is yours.")
}

// PutBack lets go of one report and stays at the pool.
func (h *Pools) PutBack(c echo.Context) error {
	return h.deed(c, h.Keep.PutBack, "Put back: anybody may take it.")
}

func (h *Pools) deed(c echo.Context, do func(context.Context, auth.Actor, string, int64) error, done string) error {
	f, err := BindForm[PoolDeed](c)
	if err != nil {
		return err
	}
	n, err := strconv.ParseInt(f.Number, 10, 64)
	if err != nil {
		return models.NotFoundf("There is no such report in this pool.")
	}
	err = do(c.Request().Context(), h.Actor(c), c.Param("code"), n)
	if models.KindOf(err) == models.Conflict {
		return h.show(c, http.StatusConflict, models.MessageOf(err), nil, nil)
	}
	if err != nil {
		return err
	}
	h.Flash(c, session.Done, done)
	return h.Redirect(c, poolURL(c.Param("code")))
}

// SetTerms says who answers for the pool, and sets its clock.
func (h *Pools) SetTerms(c echo.Context) error {
	f, err := BindForm[PoolTermsForm](c)
	if err != nil {
		return err
	}
	in := pools.Terms{Version: versionOf(f.Version)}
	in.Hours, _ = strconv.Atoi(f.Hours) // what is no number is refused as 0 is
	if f.Owner != "" {
		if in.Owner, err = uuid.Parse(f.Owner); err != nil {
			return h.show(c, http.StatusUnprocessableEntity, "", &f, map[string]string{"owner": "Choose a name from the list."})
		}
	}
	err = h.Keep.SetTerms(c.Request().Context(), h.Actor(c), c.Param("code"), in)
	switch models.KindOf(err) {
	case models.Invalid:
		return h.show(c, http.StatusUnprocessableEntity, "", &f, models.FieldsOf(err))
	case models.Conflict:
		return h.show(c, http.StatusConflict, models.MessageOf(err), nil, nil)
	}
	if err != nil {
		return err
	}
	h.Flash(c, session.Done, "Saved.")
	return h.Redirect(c, poolURL(c.Param("code")))
}
