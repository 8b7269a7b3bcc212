package handlers

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"

	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/auth/session"
	"reeve/models"
	hashset "reeve/models/known"
	"reeve/views/components"
	"reeve/views/pages"
)

// HashSets is what the pages need of models/known.
type HashSets interface {
	List(ctx context.Context, a auth.Actor, cursor string) (*hashset.Page, error)
	Show(ctx context.Context, a auth.Actor, id, cursor string) (*hashset.Set, error)
	Import(ctx context.Context, a auth.Actor, in hashset.Draft, file io.Reader) (*models.KnownSet, error)
	Cancel(ctx context.Context, a auth.Actor, id string) (*models.KnownSet, error)
	Withdraw(ctx context.Context, a auth.Actor, id, why string, version int) (*models.KnownSet, error)
}

// Known is the clearinghouse's pages of known material.
type Known struct {
	*Pages
	Sets HashSets
}

const knownURL = "/desk/known"

func setURL(s *models.KnownSet) string { return knownURL + "/" + s.ID.String() }

func cursorURL(at, cursor string) string {
	if cursor == "" {
		return at
	}
	return at + "?" + url.Values{"cursor": {cursor}}.Encode()
}

// List is a page of the hash sets, newest first.
func (h *Known) List(c echo.Context) error {
	cursor := c.QueryParam("cursor")
	page, err := h.Sets.List(c.Request().Context(), h.Actor(c), cursor)
	if err != nil {
		return h.damaged(c, err, knownURL)
	}
	v := pages.KnownView{Frame: h.Frame(c, "Known material"), ImportURL: knownURL + "/import", AgainURL: knownURL}
	for i := range page.Rows {
		r := h.row(c, &page.Rows[i])
		v.Importing = v.Importing || r.Importing
		v.Rows = append(v.Rows, r)
	}
	v.Pages = components.PaginationArgs{Newer: "First page", Older: "Next", Shown: plainCount(len(v.Rows), "set", "sets") + " shown"}
	if page.Next != "" {
		v.Pages.OlderURL = cursorURL(knownURL, page.Next)
	}
	if cursor != "" {
		v.Pages.NewerURL = knownURL
	}
	return h.Render(c, http.StatusOK, pages.Known(v))
}

// Show is one set with a page of what it marks.
func (h *Known) Show(c echo.Context) error {
	id, cursor := c.Param("id"), c.QueryParam("cursor")
	set, err := h.Sets.Show(c.Request().Context(), h.Actor(c), id, cursor)
	if err != nil {
		return h.damaged(c, err, knownURL)
	}
	return h.Render(c, http.StatusOK, pages.KnownSet(h.setView(c, set, cursor)))
}

// AskImport is the form of a new set.
func (h *Known) AskImport(c echo.Context) error {
	return h.Render(c, http.StatusOK, pages.KnownImport(h.importView(c, hashset.Draft{}, nil)))
}

// fieldBytes is how much one field of the form may be; drainAtMost how much of a
// refused upload is read to its end, since browsers show no answer before.
const (
	fieldBytes  = 8 << 10
	drainAtMost = 256 << 20
)

// Import reads the form in the order in which it comes: the fields, then the file,
// which streams into the database.
func (h *Known) Import(c echo.Context) error {
	r := c.Request()
	d := hashset.Draft{FileSize: max(r.ContentLength, 0)}
	set, err := h.receive(c, &d)
	if err == nil {
		h.Flash(c, session.Done, "Imported: "+plainCount(set.Entries, "entry", "entries")+". New reports are compared with it from now on.")
		return h.Redirect(c, setURL(set))
	}
	if r.Body != nil {
		_, _ = io.CopyN(io.Discard, r.Body, drainAtMost)
	}
	switch models.KindOf(err) {
	case models.Invalid:
		return h.Render(c, http.StatusUnprocessableEntity, pages.KnownImport(h.importView(c, d, models.FieldsOf(err))))
	case models.Conflict:
		v := h.importView(c, d, nil)
		v.Conflict = models.MessageOf(err)
		return h.Render(c, http.StatusConflict, pages.KnownImport(v))
	}
	return err
}

func (h *Known) receive(c echo.Context, d *hashset.Draft) (*models.KnownSet, error) {
	noFile := models.InvalidField("file", "Choose the file that holds the list.")
	parts, err := c.Request().MultipartReader()
	if err != nil {
		return nil, noFile
	}
	fields := map[string]*string{"name": &d.Name, "source": &d.Source, "scheme": &d.Scheme, "note": &d.Note}
	for {
		p, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, noFile
		}
		if err != nil {
			return nil, models.InvalidField("file", "The upload broke off. Choose the file again.")
		}
		if p.FormName() == "file" {
			if p.FileName() == "" {
				return nil, noFile
			}
			d.FileName = p.FileName()
			return h.Sets.Import(c.Request().Context(), h.Actor(c), *d, p)
		}
		to := fields[p.FormName()]
		if to == nil {
			continue
		}
		text, err := io.ReadAll(io.LimitReader(p, fieldBytes))
		if err != nil {
			return nil, models.InvalidField("file", "The upload broke off. Choose the file again.")
		}
		*to = string(text)
	}
}

// Cancel ends an import that is under way.
func (h *Known) Cancel(c echo.Context) error {
	set, err := h.Sets.Cancel(c.Request().Context(), h.Actor(c), c.Param("id"))
	if models.KindOf(err) == models.Conflict {
		h.Flash(c, session.Problem, models.MessageOf(err))
		return h.Redirect(c, knownURL)
	}
	if err != nil {
		return err
	}
	h.Flash(c, session.Done, "The import is cancelled. Nothing of its file is kept.")
	return h.Redirect(c, setURL(set))
}

// AskWithdraw asks before a set is withdrawn.
func (h *Known) AskWithdraw(c echo.Context) error { return h.askWithdraw(c, http.StatusOK, "", nil) }

func (h *Known) askWithdraw(c echo.Context, status int, why string, cause error) error {
	set, err := h.Sets.Show(c.Request().Context(), h.Actor(c), c.Param("id"), "")
	if err != nil {
		return err
	}
	v := h.withdrawView(c, set)
	v.Why, v.Problem = why, models.FieldsOf(cause)["why"]
	if models.KindOf(cause) == models.Conflict {
		v.Conflict = models.MessageOf(cause)
	}
	return h.Render(c, status, pages.KnownWithdraw(v))
}

// KnownWithdrawForm is what the page of a withdrawal sends.
type KnownWithdrawForm struct {
	Why     string `form:"why"`
	Version string `form:"version"`
}

// Withdraw ends a set.
func (h *Known) Withdraw(c echo.Context) error {
	f, err := BindForm[KnownWithdrawForm](c)
	if err != nil {
		return err
	}
	set, err := h.Sets.Withdraw(c.Request().Context(), h.Actor(c), c.Param("id"), f.Why, versionOf(f.Version))
	switch models.KindOf(err) {
	case models.Invalid:
		return h.askWithdraw(c, http.StatusUnprocessableEntity, f.Why, err)
	case models.Conflict:
		return h.askWithdraw(c, http.StatusConflict, f.Why, err)
	}
	if err != nil {
		return err
	}
	h.Flash(c, session.Done, "Withdrawn. What it marked is being taken back, and those reports are assessed anew.")
	return h.Redirect(c, setURL(set))
}
