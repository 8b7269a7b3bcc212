package web

import (
	"context"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/labstack/echo/v4"

	"reeve/migrations"
)

// health answers whether the process lives and whether it can work.
type health struct{ pool *pgxpool.Pool }

// Alive says that the process answers; it asks nobody.
func (h *health) Alive(c echo.Context) error { return c.String(http.StatusOK, "alive\n") }

// Ready says whether requests can be served: the database answers and its schema
// is this program's.
func (h *health) Ready(c echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), 3*time.Second)
	defer cancel()
	if err := h.pool.Ping(ctx); err != nil {
		return c.String(http.StatusServiceUnavailable, "the database does not answer\n")
	}
	pending, err := migrations.Pending(ctx, h.pool)
	switch {
	case err != nil:
		return c.String(http.StatusServiceUnavailable, "the schema's version cannot be read\n")
	case len(pending) > 0:
		return c.String(http.StatusServiceUnavailable, "the schema is older than this program: run reeve migrate\n")
	}
	return c.String(http.StatusOK, "ready\n")
}
