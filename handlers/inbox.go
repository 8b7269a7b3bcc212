package handlers

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/auth/session"
	"reeve/models"
	"reeve/models/casefile"
	"reeve/views/pages"
)

// InboxFiles is what the inbox needs of models/casefile.
type InboxFiles interface {
	Inbox(ctx context.Context, a auth.Actor, q casefile.InboxQuery) (*casefile.InboxPage, error)
	TakeMany(ctx context.Context, a auth.Actor, numbers []int64) (*casefile.Bulk, error)
	Colleagues(ctx context.Context, a auth.Actor) ([]casefile.Colleague, error)
}

// ProviderNames lists the providers, for a filter.
type ProviderNames interface {
	Providers(ctx context.Context) ([]models.Provider, error)
}

// Inbox is an agency's queue.
type Inbox struct {
	*Pages
	Files     InboxFiles
	Providers ProviderNames
	Types     []string // incident types, verbatim
}

// List is the inbox: one page of one view, its filters in the query string.
func (h *Inbox) List(c echo.Context) error {
	ctx, actor := c.Request().Context(), h.Actor(c)
	f := readInboxFilter(c.QueryParams())
	q, err := f.query()
	if err != nil {
		return err
	}
	page, err := h.Files.Inbox(ctx, actor, q)
	if err != nil {
		return err
	}
	known, err := h.choices(ctx, actor)
	if err != nil {
		return err
	}
	return h.Render(c, http.StatusOK, pages.Inbox(h.view(c, f, page, known)))
}

// choices are what the filters can be set to.
type choices struct {
	providers  []models.Provider
	colleagues []casefile.Colleague // nobody for a reader: who holds what is their colleagues' affair
}

func (h *Inbox) choices(ctx context.Context, actor auth.Actor) (choices, error) {
	var k choices
	var err error
	if k.providers, err = h.Providers.Providers(ctx); err != nil {
		return k, err
	}
	if actor.Can(auth.WorkReferral) {
		k.colleagues, err = h.Files.Colleagues(ctx, actor)
	}
	return k, err
}

// TakeForm is the bulk deed of the inbox.
type TakeForm struct {
	Numbers []string `form:"number"`
	Back    string   `form:"back"`
}

// Take takes the selected reports and says what came of each.
func (h *Inbox) Take(c echo.Context) error {
	f, err := BindForm[TakeForm](c)
	if err != nil {
		return err
	}
	back := f.Back
	if !SafeReturn(back) || !strings.HasPrefix(back, "/inbox") {
		back = "/inbox"
	}
	var numbers []int64
	for _, s := range f.Numbers {
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return models.InvalidField("number", "A report number is digits only.")
		}
		numbers = append(numbers, n)
	}
	if len(numbers) == 0 {
		h.Flash(c, session.Note, "No report was selected, so nothing was taken. Tick the box of a row first.")
		return h.Redirect(c, back)
	}
	done, err := h.Files.TakeMany(c.Request().Context(), h.Actor(c), numbers)
	if err != nil {
		return err
	}
	tone := session.Done
	if len(done.Taken) == 0 {
		tone = session.Note
	}
	h.Flash(c, tone, takenInWords(done))
	return h.Redirect(c, back)
}

// takenInWords says what came of taking many: what was taken, then everything
// that was not and why.
func takenInWords(b *casefile.Bulk) string {
	var parts []string
	switch len(b.Taken) {
	case 0:
		parts = append(parts, "Nothing was taken.")
	case 1:
		parts = append(parts, fmt.Sprintf("Report %d is yours now.", b.Taken[0]))
	default:
		parts = append(parts, fmt.Sprintf("%d reports are yours now.", len(b.Taken)))
	}
	if n := len(b.Already); n > 0 {
		parts = append(parts, fmt.Sprintf("You held %s already.", numbersInWords(b.Already)))
	}
	for i, held := range b.Held {
		if i == 3 {
			parts = append(parts, fmt.Sprintf("%d more are held by colleagues.", len(b.Held)-i))
			break
		}
		parts = append(parts, fmt.Sprintf("%s holds %d; open it to take it over.", held.By, held.Number))
	}
	if len(b.Past) > 0 {
		parts = append(parts, fmt.Sprintf("Under way, closed or returned already: %s.", numbersInWords(b.Past)))
	}
	if len(b.Missing) > 0 {
		parts = append(parts, fmt.Sprintf("Not there for you: %s.", numbersInWords(b.Missing)))
	}
	return strings.Join(parts, " ")
}

// numbersInWords lists at most five report numbers.
func numbersInWords(list []int64) string {
	var words []string
	for i, n := range list {
		if i == 5 {
			words = append(words, fmt.Sprintf("%d more", len(list)-i))
			break
		}
		words = append(words, strconv.FormatInt(n, 10))
	}
	return strings.Join(words, ", ")
}
