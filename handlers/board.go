package handlers

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/models"
	"reeve/models/outcome"
	"reeve/views/pages"
)

// FeedbackBoard is what the board needs of models/outcome.
type FeedbackBoard interface {
	Board(ctx context.Context, a auth.Actor, f outcome.BoardFilter) (*outcome.Board, error)
	Rows(ctx context.Context, a auth.Actor, f outcome.RowsFilter, cursor string) (*outcome.RowsPage, error)
}

// BoardNames finds agencies and providers for the board's filter.
type BoardNames interface {
	Agencies(ctx context.Context) ([]models.Agency, error)
	Providers(ctx context.Context) ([]models.Provider, error)
}

// Board is the clearinghouse's feedback board.
type Board struct {
	*Pages
	Feedback FeedbackBoard
	Names    BoardNames
}

// Addresses of the board.
const (
	boardPath = "/desk/feedback"
	rowsPath  = "/desk/feedback/rows"
)

// The board's tabs, by their name in the query string.
const (
	tabAgencies  = ""
	tabProviders = "providers"
	tabOutcomes  = "outcomes"
	tabStates    = "states"
)

// Show is the board. Its whole state is the query string: of narrows the totals,
// tab chooses the table, by orders it, after goes on in it.
func (h *Board) Show(c echo.Context) error {
	k, err := h.scopes(c.Request().Context())
	if err != nil {
		return err
	}
	of, err := k.parse(c.QueryParam("of"))
	if err != nil {
		return err
	}
	a := boardAddress{of: c.QueryParam("of"), tab: c.QueryParam("tab"), by: c.QueryParam("by"), after: c.QueryParam("after")}
	f := outcome.BoardFilter{Agency: of.Agency, Provider: of.Provider, PublicForm: of.PublicForm, Month: of.Month}
	switch a.tab {
	case tabAgencies:
		f.AgencyBy, f.AgencyCursor = a.by, a.after
	case tabProviders:
		f.ProviderBy, f.ProviderCursor = a.by, a.after
	case tabOutcomes, tabStates:
	default:
		return models.NotFoundf("The board has no such table.")
	}
	b, err := h.Feedback.Board(c.Request().Context(), h.Actor(c), f)
	if err != nil {
		return err
	}
	return h.Render(c, http.StatusOK, pages.Board(h.boardView(c, b, k, a)))
}

// Rows is the referrals behind one figure of the board.
func (h *Board) Rows(c echo.Context) error {
	k, err := h.scopes(c.Request().Context())
	if err != nil {
		return err
	}
	f, err := k.parse(c.QueryParam("of"))
	if err != nil {
		return err
	}
	f.Key = c.QueryParam("key")
	page, err := h.Feedback.Rows(c.Request().Context(), h.Actor(c), f, c.QueryParam("cursor"))
	if err != nil {
		return err
	}
	return h.Render(c, http.StatusOK, pages.BoardRows(h.rowsView(c, page, k, c.QueryParam("of"))))
}
