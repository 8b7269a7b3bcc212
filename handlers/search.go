package handlers

import (
	"context"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/models"
	"reeve/models/casefile"
	"reeve/views/pages"
)

// Finder finds reports.
type Finder interface {
	Search(ctx context.Context, a auth.Actor, q string) (*casefile.SearchPage, error)
}

// Search is the page that finds reports by number, identifier or hash.
type Search struct {
	*Pages
	Files Finder
}

// Find answers what the query finds. What cannot be searched for stays in its
// field, with what is wrong with it.
func (h *Search) Find(c echo.Context) error {
	actor := h.Actor(c)
	q := c.QueryParam("q")
	found, err := h.Files.Search(c.Request().Context(), actor, q)
	v := pages.SearchView{Frame: h.Frame(c, "Search"), Q: q, Ours: actor.Side == auth.SideAgency}
	if models.KindOf(err) == models.Invalid {
		if len(q) > 2000 {
			q = "" // not worth sending back
		}
		v.Q, v.Error = strings.ToValidUTF8(q, "\uFFFD"), models.MessageOf(err)
		return h.Render(c, http.StatusUnprocessableEntity, pages.Search(v))
	}
	if err != nil {
		return err
	}
	v.Q, v.As, v.More, v.Frame.Query = found.Q, found.As, found.More, found.Q
	for i := range found.Rows {
		r := &found.Rows[i]
		row := pages.SearchRow{Number: r.Number, Type: r.Type, Provider: r.Provider, Subject: r.Subject, Received: h.Local(c, r.ReceivedAt), By: r.By}
		if r.State != "" {
			row.State = r.State.Words()
			row.StateTone, row.StateIcon = stateLook(r.State)
		}
		if code, ok := models.OutcomeByCode(r.Outcome); ok {
			row.Outcome = code.Words
		}
		v.Rows = append(v.Rows, row)
	}
	return h.Render(c, http.StatusOK, pages.Search(v))
}
