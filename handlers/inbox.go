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
	"reeve/models/casefile"
	"reeve/views/pages"
)

// InboxFiles is what the inbox needs of models/casefile.
type InboxFiles interface {
	Inbox(ctx context.Context, a auth.Actor, q casefile.InboxQuery) (*casefile.InboxPage, error)
	TakeMany(ctx context.Context, a auth.Actor, numbers []int64) (*casefile.Bulk, error)
}

// ProviderNames names providers, and lists them all.
type ProviderNames interface {
	Provider(ctx context.Context, id *uuid.UUID) (string, error)
	Providers(ctx context.Context) ([]models.Provider, error)
}

// Inbox is an agency's queue.
type Inbox struct {
	*Pages
	Files     InboxFiles
	Providers ProviderNames
	Types     []string // incident types, verbatim
}

// List is the inbox: one page of one view, its filters in the query string. A
// provider's name that fits none, or several, is answered at its field.
func (h *Inbox) List(c echo.Context) error {
	ctx, actor := c.Request().Context(), h.Actor(c)
	f := readInboxFilter(c.QueryParams())
	k := known{typed: f.provider}
	var err error
	if f.provider, k.problem, err = h.findProvider(ctx, f.provider); err != nil {
		return err
	}
	q, err := f.query()
	if err != nil {
		return err
	}
	status := http.StatusOK
	if k.problem != "" {
		status, q.Size = http.StatusUnprocessableEntity, 1
	}
	page, err := h.Files.Inbox(ctx, actor, q)
	if err != nil {
		return err
	}
	if k.problem != "" { // nothing was looked for; the rows of no filter would mislead
		page.Rows, page.Next, page.Prev, page.Looked = nil, "", "", nil
	}
	if q.Provider != uuid.Nil {
		if k.provider, err = h.Providers.Provider(ctx, &q.Provider); err != nil {
			return err
		}
		if k.provider == q.Provider.String() {
			k.provider = "a provider that is not known"
		} else {
			k.typed = k.provider
		}
	}
	k.colleagues = page.Colleagues
	return h.Render(c, status, pages.Inbox(h.view(c, f, page, k)))
}

// known is what the filters can be set to, and how what they are set to is named.
type known struct {
	provider   string // the name of the filter's provider
	typed      string // what its field shows
	problem    string // what is wrong with what was typed
	colleagues []casefile.Colleague
}

// findProvider answers the id of the provider whose name was typed: the whole name,
// whatever its capitals, or a part that only one name has. An id is its own answer. A
// list to choose from would be longer than the rest of the page.
func (h *Inbox) findProvider(ctx context.Context, typed string) (id, problem string, err error) {
	if typed == "" {
		return "", "", nil
	}
	if _, err := uuid.Parse(typed); err == nil {
		return typed, "", nil
	}
	all, err := h.Providers.Providers(ctx)
	if err != nil {
		return "", "", err
	}
	part := strings.ToLower(typed)
	var fits []models.Provider
	for i := range all {
		name := strings.ToLower(all[i].Name)
		if name == part {
			return all[i].ID.String(), "", nil
		}
		if strings.Contains(name, part) {
			fits = append(fits, all[i])
		}
	}
	switch len(fits) {
	case 0:
		return "", "No provider's name has this in it. Write a part of the name as it stands on reports.", nil
	case 1:
		return fits[0].ID.String(), "", nil
	}
	names := make([]string, 0, 5)
	for i := range fits[:min(len(fits), 5)] {
		names = append(names, fits[i].Name)
	}
	more := ""
	if len(fits) > len(names) {
		more = fmt.Sprintf(" and %d more", len(fits)-len(names))
	}
	return "", fmt.Sprintf("%d providers have this in their name: %s%s. Write more of it.", len(fits), strings.Join(names, ", "), more), nil
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
