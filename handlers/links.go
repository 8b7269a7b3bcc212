package handlers

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/auth/session"
	"reeve/models"
	"reeve/models/linking"
	"reeve/views/components"
	"reeve/views/pages"
)

// Linking is what the pages of links need of models/linking.
type Linking interface {
	Glance(ctx context.Context, a auth.Actor, number int64) (*linking.Page, error)
	Links(ctx context.Context, a auth.Actor, number int64, cursor, members string) (*linking.Page, error)
	Decide(ctx context.Context, a auth.Actor, number int64, link uuid.UUID, confirm bool, why string, version int) error
	ByHand(ctx context.Context, a auth.Actor, number, other int64, kind models.LinkKind, why string) error
	TakeOut(ctx context.Context, a auth.Actor, number int64) error
	LookedAgain(ctx context.Context, a auth.Actor, number int64) error
}

// Links is what reports are linked with, and the deeds on it.
type Links struct {
	*Pages
	Linking Linking
	Names   interface {
		Agency(ctx context.Context, id uuid.UUID) (models.Agency, bool, error)
		Provider(ctx context.Context, id *uuid.UUID) (string, error)
	}
}

// LinkInput is what the forms of links send.
type LinkInput struct {
	Other   string `form:"other"`
	Kind    string `form:"kind"`
	Why     string `form:"why"`
	Version string `form:"version"`
	Back    string `form:"back"`
}

func linksPath(number int64) string { return reportPath(number) + "/links" }

// Of draws the panel of a report's page; nil when there is nothing to say.
func (h *Links) Of(c echo.Context, number int64) (*pages.LinksView, error) {
	p, err := h.Linking.Glance(c.Request().Context(), h.Actor(c), number)
	if err != nil {
		return nil, err
	}
	if len(p.Links) == 0 && p.Bundle == nil && len(p.Waiting) == 0 && !h.Actor(c).Can(auth.RouteReport) {
		return nil, nil
	}
	v, err := h.draw(c, p)
	if err != nil {
		return nil, err
	}
	v.PageURL, v.Form = linksPath(number), nil
	for i := range v.Rows {
		v.Rows[i].Confirm, v.Rows[i].Reject = "", ""
	}
	return v, nil
}

// Show is the page of links.
func (h *Links) Show(c echo.Context) error {
	return h.show(c, http.StatusOK, LinkInput{}, nil, uuid.Nil, "")
}

// show draws the page; wrong are errors of the form by which one links by hand, or of
// the link's own form.
func (h *Links) show(c echo.Context, status int, in LinkInput, wrong map[string]string, link uuid.UUID, conflict string) error {
	number, err := reportOf(c)
	if err != nil {
		return err
	}
	p, err := h.Linking.Links(c.Request().Context(), h.Actor(c), number, c.QueryParam("cursor"), c.QueryParam("members"))
	if err != nil {
		return h.damaged(c, err, linksPath(number))
	}
	v, err := h.draw(c, p)
	if err != nil {
		return err
	}
	v.Frame = h.Frame(c, fmt.Sprintf("Links of report %d", number))
	v.Frame.Breadcrumbs = []components.Crumb{crumb(strconv.FormatInt(number, 10), reportPath(number)), crumb("Links", "")}
	v.Pages = components.PaginationArgs{Shown: plainCount(len(v.Rows), "link", "links") + " shown", Newer: "Newest", Older: "Older",
		NewerURL: earlier(linksPath(number), c.QueryParam("cursor")), OlderURL: further(linksPath(number), p.Next)}
	v.Conflict = conflict
	if v.Form != nil && link == uuid.Nil {
		v.Form.Other, v.Form.Kind, v.Form.Why, v.Form.Errors = in.Other, in.Kind, in.Why, wrong
	}
	for i := range v.Rows {
		if v.Rows[i].ID == link.String() {
			v.Rows[i].Error, v.Rows[i].Typed = wrong["why"], in.Why
		}
	}
	return h.Render(c, status, pages.Links(*v))
}

func (h *Links) draw(c echo.Context, p *linking.Page) (*pages.LinksView, error) {
	ctx, may := c.Request().Context(), h.Actor(c).Can(auth.RouteReport)
	v := &pages.LinksView{Number: p.Number, ReportURL: reportPath(p.Number), Now: h.Local(c, h.Now())}
	for i := range p.Links {
		l := &p.Links[i]
		provider, err := h.Names.Provider(ctx, l.Provider)
		if err != nil {
			return nil, err
		}
		row := pages.LinkRow{ID: l.ID.String(), URL: reportPath(l.Other), Number: number(l.Other), Kind: l.Kind.Words(), Type: l.Type, Provider: provider, Subject: l.Subject, Received: h.Local(c, l.Received),
			Why: l.Why, Version: l.Version, State: linkState(l.State), Found: fmt.Sprintf("Found by %s, %s.", l.FoundByName, components.ExactMinute(h.Local(c, l.FoundAt)))}
		if l.How == "by-hand" {
			row.Found = fmt.Sprintf("Linked by %s, %s.", l.FoundByName, components.ExactMinute(h.Local(c, l.FoundAt)))
		} else {
			row.Found += fmt.Sprintf(" %d %% sure.", int(l.Score*100+0.5))
		}
		if l.DecidedAt != nil {
			row.Decided = fmt.Sprintf("%s by %s, %s. %s", row.State.Label, l.DecidedByName, components.ExactMinute(h.Local(c, *l.DecidedAt)), l.DecidedWhy)
		}
		if l.Kind == models.LinkSupplement {
			row.Supplement, row.ChangesOf = "That report supplements this one.", "What that report says and this one does not"
			if l.LaterHere {
				row.Supplement, row.ChangesOf = "This report supplements that one.", "What this report says and that one does not"
			}
			for _, ch := range p.Changes[l.ID] {
				t := components.Term{Term: ch.What, Text: ch.Is, Missing: "nothing any more"}
				if ch.Was != "" {
					t.Note = "was: " + ch.Was
				}
				row.Changes = append(row.Changes, t)
			}
		}
		if may && l.State != models.LinkConfirmed {
			row.Confirm = linksPath(p.Number) + "/" + row.ID + "/confirm"
		}
		if may && l.State != models.LinkRejected {
			row.Reject = linksPath(p.Number) + "/" + row.ID + "/reject"
		}
		v.Rows = append(v.Rows, row)
	}
	for _, id := range p.Waiting {
		a, _, err := h.Names.Agency(ctx, id)
		if err != nil {
			return nil, err
		}
		v.Waiting = append(v.Waiting, a.Name)
	}
	if p.Bundle != nil {
		v.Bundle = h.bundle(c, p, may)
	}
	if may {
		v.Form = &pages.LinkForm{Action: linksPath(p.Number)}
	}
	return v, nil
}

func linkState(s models.LinkState) components.BadgeArgs {
	switch s {
	case models.LinkConfirmed:
		return components.BadgeArgs{Label: "Confirmed", Tone: components.ToneGood, Icon: components.IconCheck}
	case models.LinkRejected:
		return components.BadgeArgs{Label: "Rejected", Icon: components.IconCross}
	}
	return components.BadgeArgs{Label: "Found by rule", Icon: components.IconInfo}
}

func (h *Links) bundle(c echo.Context, p *linking.Page, may bool) *pages.LinkBundle {
	b := &pages.LinkBundle{Head: p.Head == p.Number, HeadURL: reportPath(p.Head), HeadName: number(p.Head), Size: p.Bundle.Size, Why: p.Bundle.Why}
	if !b.Head && may {
		b.TakeOut = linksPath(p.Number) + "/take-out"
	}
	for _, m := range p.Members {
		row := pages.LinkMember{Number: number(m.Number), URL: reportPath(m.Number), Type: m.Type, Subject: m.Subject, Received: h.Local(c, m.ReceivedAt), State: "Did not wait at the desk"}
		switch {
		case m.LeftAt != nil:
			row.State = "Taken out by " + m.LeftByName
		case m.WasWaiting:
			row.State = "Waits with the head"
		}
		if m.LeftAt == nil && may {
			row.TakeOut = linksPath(m.Number) + "/take-out"
		}
		b.Members = append(b.Members, row)
	}
	b.Pages = components.PaginationArgs{Label: "Pages of the bundle", Shown: plainCount(len(b.Members), "report", "reports") + " shown", Newer: "First", Older: "Further", NewerURL: earlier(linksPath(p.Number), c.QueryParam("members"))}
	if p.More != "" {
		b.Pages.OlderURL = linksPath(p.Number) + "?members=" + p.More
	}
	return b
}

// Add links two reports by hand.
func (h *Links) Add(c echo.Context) error {
	number, err := reportOf(c)
	if err != nil {
		return err
	}
	f, err := BindForm[LinkInput](c)
	if err != nil {
		return err
	}
	other, err := strconv.ParseInt(strings.TrimSpace(f.Other), 10, 64)
	if err != nil {
		other = 0 // a report that does not exist, and answered so
	}
	err = h.Linking.ByHand(c.Request().Context(), h.Actor(c), number, other, models.LinkKind(f.Kind), f.Why)
	if models.KindOf(err) == models.Invalid {
		return h.show(c, http.StatusUnprocessableEntity, f, models.FieldsOf(err), uuid.Nil, "")
	}
	if err != nil {
		return err
	}
	h.Flash(c, session.Done, "Linked. Both reports keep their numbers.")
	return h.Redirect(c, linksPath(number))
}

// Confirm confirms a link.
func (h *Links) Confirm(c echo.Context) error { return h.decide(c, true, "Confirmed.") }

// Reject rejects a link.
func (h *Links) Reject(c echo.Context) error {
	return h.decide(c, false, "Rejected. It is kept and is not found again.")
}

func (h *Links) decide(c echo.Context, confirm bool, done string) error {
	number, err := reportOf(c)
	if err != nil {
		return err
	}
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return models.NotFoundf("There is no such link, or not for you. Look for it on the report's page.")
	}
	f, err := BindForm[LinkInput](c)
	if err != nil {
		return err
	}
	err = h.Linking.Decide(c.Request().Context(), h.Actor(c), number, id, confirm, f.Why, versionOf(f.Version))
	switch models.KindOf(err) {
	case models.Invalid:
		return h.show(c, http.StatusUnprocessableEntity, f, models.FieldsOf(err), id, "")
	case models.Conflict:
		return h.show(c, http.StatusConflict, f, nil, id, models.MessageOf(err))
	}
	if err != nil {
		return err
	}
	h.Flash(c, session.Done, done)
	return h.Redirect(c, linksPath(number)+"#k-"+id.String())
}

// TakeOut takes a report out of its bundle.
func (h *Links) TakeOut(c echo.Context) error {
	number, err := reportOf(c)
	if err != nil {
		return err
	}
	err = h.Linking.TakeOut(c.Request().Context(), h.Actor(c), number)
	if models.KindOf(err) == models.Conflict {
		return h.show(c, http.StatusConflict, LinkInput{}, nil, uuid.Nil, models.MessageOf(err))
	}
	if err != nil {
		return err
	}
	h.Flash(c, session.Done, "Taken out. The report stands for itself.")
	return h.Redirect(c, reportPath(number))
}

// LookedAgain takes away the mark that asks for another look.
func (h *Links) LookedAgain(c echo.Context) error {
	number, err := reportOf(c)
	if err != nil {
		return err
	}
	f, err := BindForm[LinkInput](c)
	if err != nil {
		return err
	}
	if err := h.Linking.LookedAgain(c.Request().Context(), h.Actor(c), number); err != nil {
		return err
	}
	h.Flash(c, session.Done, fmt.Sprintf("Report %d asks for no other look now.", number))
	return h.Redirect(c, backTo(f.Back, reportPath(number)))
}
