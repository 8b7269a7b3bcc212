package handlers

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/auth/session"
	"reeve/models"
	"reeve/models/escalation"
	"reeve/views/components"
	"reeve/views/pages"
)

// OnCallLists is whom an urgent report calls, agency by agency.
type OnCallLists interface {
	OnCall(ctx context.Context, a auth.Actor, code string) (*escalation.OnCall, error)
	AddContact(ctx context.Context, a auth.Actor, code string, in escalation.Contact, version int) error
	ChangeContact(ctx context.Context, a auth.Actor, code string, id uuid.UUID, in escalation.Contact, version int) error
	MoveContact(ctx context.Context, a auth.Actor, code string, id uuid.UUID, up bool, version int) error
	RemoveContact(ctx context.Context, a auth.Actor, code string, id uuid.UUID, version int) error
	TestContact(ctx context.Context, a auth.Actor, code string, id uuid.UUID) error
	Unlisted(ctx context.Context, a auth.Actor, cursor string) (*escalation.UnlistedPage, error)
}

// OnCall is the pages of on-call contacts.
type OnCall struct {
	*Pages
	Lists OnCallLists
}

const (
	onCallPath   = "/agency/on-call"
	unlistedPath = "/desk/on-call"
)

// OnCallForm is what the forms of contacts send.
type OnCallForm struct {
	Agency  string `form:"agency"`
	Version string `form:"version"`
	Name    string `form:"name"`
	Duty    string `form:"duty"`
	Email   string `form:"email"`
	Phone   string `form:"phone"`
	Days    string `form:"days"`
	From    string `form:"from"`
	To      string `form:"to"`
	Wait    string `form:"wait"`
}

func (f OnCallForm) contact() escalation.Contact {
	return escalation.Contact{Name: f.Name, Duty: f.Duty, Email: f.Email, Phone: f.Phone, Days: f.Days, From: f.From, To: f.To, Wait: f.Wait}
}

// version is that of the list; 0 is one that was never edited.
func (f OnCallForm) version() int {
	if n, err := strconv.Atoi(f.Version); err == nil && n >= 0 {
		return n
	}
	return -1
}

// Show is an agency's contacts.
func (h *OnCall) Show(c echo.Context) error {
	return h.show(c, c.QueryParam("agency"), OnCallForm{Wait: strconv.Itoa(escalation.DefaultWait)}, nil)
}

func (h *OnCall) show(c echo.Context, code string, f OnCallForm, cause error) error {
	l, err := h.Lists.OnCall(c.Request().Context(), h.Actor(c), code)
	if err != nil {
		return err
	}
	v := h.listView(c, l)
	v.Form = formOf(f, onCallPath, cause)
	status := http.StatusOK
	switch {
	case models.KindOf(cause) == models.Conflict:
		status, v.Conflict = http.StatusConflict, models.MessageOf(cause)
	case cause != nil:
		status = http.StatusUnprocessableEntity
	}
	return h.Render(c, status, pages.OnCall(v))
}

func formOf(f OnCallForm, action string, cause error) pages.OnCallForm {
	wrong := models.FieldsOf(cause)
	return pages.OnCallForm{Action: action, Name: f.Name, Duty: f.Duty, Email: f.Email, Phone: f.Phone, Days: f.Days, From: f.From, To: f.To, Wait: f.Wait,
		Errors: wrong, Problems: problems(wrong, "name", "duty", "email", "phone", "days", "hours", "wait")}
}

// Add adds a contact.
func (h *OnCall) Add(c echo.Context) error {
	f, err := BindForm[OnCallForm](c)
	if err != nil {
		return err
	}
	err = h.Lists.AddContact(c.Request().Context(), h.Actor(c), f.Agency, f.contact(), f.version())
	if kind := models.KindOf(err); err != nil && (kind == models.Invalid || kind == models.Conflict) {
		return h.show(c, f.Agency, f, err)
	}
	return h.done(c, f, "Added. Send a test to see that mail arrives.", err)
}

// done goes back to the list with a message, unless something was wrong.
func (h *OnCall) done(c echo.Context, f OnCallForm, text string, err error) error {
	if models.KindOf(err) == models.Conflict && err != nil {
		return h.show(c, f.Agency, OnCallForm{Wait: strconv.Itoa(escalation.DefaultWait)}, err)
	}
	if err != nil {
		return err
	}
	h.Flash(c, session.Done, text)
	return h.Redirect(c, of(onCallPath, f.Agency))
}

func (h *OnCall) deed(c echo.Context, text string, do func(f OnCallForm, id uuid.UUID) error) error {
	id, err := contactOf(c)
	if err != nil {
		return err
	}
	f, err := BindForm[OnCallForm](c)
	if err != nil {
		return err
	}
	return h.done(c, f, text, do(f, id))
}

func contactOf(c echo.Context) (uuid.UUID, error) {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return id, models.NotFoundf("This contact is not on the list. Look at the list again.")
	}
	return id, nil
}

// Up puts a contact one place up.
func (h *OnCall) Up(c echo.Context) error {
	return h.deed(c, "Moved up.", func(f OnCallForm, id uuid.UUID) error {
		return h.Lists.MoveContact(c.Request().Context(), h.Actor(c), f.Agency, id, true, f.version())
	})
}

// Down puts a contact one place down.
func (h *OnCall) Down(c echo.Context) error {
	return h.deed(c, "Moved down.", func(f OnCallForm, id uuid.UUID) error {
		return h.Lists.MoveContact(c.Request().Context(), h.Actor(c), f.Agency, id, false, f.version())
	})
}

// Remove takes a contact off the list.
func (h *OnCall) Remove(c echo.Context) error {
	return h.deed(c, "Taken off the list.", func(f OnCallForm, id uuid.UUID) error {
		return h.Lists.RemoveContact(c.Request().Context(), h.Actor(c), f.Agency, id, f.version())
	})
}

// Test sends a test message.
func (h *OnCall) Test(c echo.Context) error {
	return h.deed(c, "A test message is on its way. This page says what became of it.", func(f OnCallForm, id uuid.UUID) error {
		return h.Lists.TestContact(c.Request().Context(), h.Actor(c), f.Agency, id)
	})
}

// AskChange is the page of one contact.
func (h *OnCall) AskChange(c echo.Context) error {
	return h.edit(c, c.QueryParam("agency"), nil, nil)
}

// Change changes a contact.
func (h *OnCall) Change(c echo.Context) error {
	id, err := contactOf(c)
	if err != nil {
		return err
	}
	f, err := BindForm[OnCallForm](c)
	if err != nil {
		return err
	}
	err = h.Lists.ChangeContact(c.Request().Context(), h.Actor(c), f.Agency, id, f.contact(), f.version())
	if kind := models.KindOf(err); err != nil && (kind == models.Invalid || kind == models.Conflict) {
		return h.edit(c, f.Agency, &f, err)
	}
	return h.done(c, f, "Saved.", err)
}

func (h *OnCall) edit(c echo.Context, code string, f *OnCallForm, cause error) error {
	id, err := contactOf(c)
	if err != nil {
		return err
	}
	l, err := h.Lists.OnCall(c.Request().Context(), h.Actor(c), code)
	if err != nil {
		return err
	}
	for _, k := range l.Contacts {
		if k.ID != id {
			continue
		}
		if f == nil {
			f = &OnCallForm{Name: k.Name, Duty: k.Duty, Email: k.Email, Phone: k.Phone, Days: k.Days, From: clockText(k.FromMinute), To: clockText(k.ToMinute), Wait: fmt.Sprint(k.WaitMinutes)}
		}
		v := pages.OnCallEditView{Frame: h.Frame(c, k.Name), Title: k.Name, Lead: fmt.Sprintf("On-call contact %d of %s.", k.Place, l.Agency.Name), Hidden: h.hidden(c, l),
			Form: formOf(*f, onCallPath+"/"+id.String(), cause), Remove: onCallPath + "/" + id.String() + "/remove", Back: of(onCallPath, h.codeOf(c, l.Agency))}
		v.Frame.Width = "form"
		v.Frame.Breadcrumbs = []components.Crumb{{Label: "On call", URL: v.Back}, {Label: k.Name}}
		status := http.StatusOK
		switch {
		case models.KindOf(cause) == models.Conflict:
			status, v.Conflict = http.StatusConflict, models.MessageOf(cause)
		case cause != nil:
			status = http.StatusUnprocessableEntity
		}
		return h.Render(c, status, pages.OnCallEdit(v))
	}
	return models.NotFoundf("This contact is not on the list. Look at the list again.")
}

// Unlisted is the list of agencies without contacts.
func (h *OnCall) Unlisted(c echo.Context) error {
	page, err := h.Lists.Unlisted(c.Request().Context(), h.Actor(c), c.QueryParam("cursor"))
	if err != nil {
		return err
	}
	v := pages.UnlistedView{Frame: h.Frame(c, "Agencies without on-call contacts")}
	v.Frame.Breadcrumbs = []components.Crumb{{Label: "Urgent", URL: deskUrgentPath}, {Label: "Agencies without on-call contacts"}}
	for _, g := range page.Rows {
		row := pages.UnlistedRow{Name: g.Name, Above: g.Above, Instead: g.ContactEmail}
		switch {
		case g.ContactEmail == "" && g.ContactPhone == "":
			row.Instead, row.InsteadBad = "Nobody: it has no contact at all", true
		case g.ContactEmail == "":
			row.Instead, row.InsteadBad = "No e-mail; the desk must phone "+g.ContactPhone, true
		}
		if h.Actor(c).Can(auth.ManageOnCall) {
			row.URL = of(onCallPath, g.Code)
		}
		v.Rows = append(v.Rows, row)
	}
	v.Pages = components.PaginationArgs{Shown: plural(len(v.Rows), "agency", "agencies"), Older: "Further"}
	if page.Next != "" {
		v.Pages.OlderURL = unlistedPath + "?cursor=" + page.Next
	}
	if c.QueryParam("cursor") != "" {
		v.Pages.NewerURL, v.Pages.Newer = unlistedPath, "First page"
	}
	return h.Render(c, http.StatusOK, pages.Unlisted(v))
}
