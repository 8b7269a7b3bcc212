package handlers

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/auth/session"
	"reeve/models"
	"reeve/models/account"
	"reeve/models/people"
	"reeve/views/components"
	"reeve/views/pages"
)

// InviteForm is the form that invites one person.
type InviteForm struct {
	Agency  string   `form:"agency"`
	Email   string   `form:"email"`
	Name    string   `form:"name"`
	Title   string   `form:"title"`
	Sworn   string   `form:"sworn"`
	Roles   []string `form:"roles"`
	Approve string   `form:"approve"`
}

// AskInvite is the form that invites a person.
func (h *People) AskInvite(c echo.Context) error {
	return h.inviteForm(c, InviteForm{Agency: c.QueryParam("agency")}, nil)
}

// Invite invites one person and leads to their page, which says what to send them.
func (h *People) Invite(c echo.Context) error {
	f, err := BindForm[InviteForm](c)
	if err != nil {
		return err
	}
	in := people.Invitation{Agency: f.Agency, Email: f.Email, Name: f.Name, Title: f.Title, Roles: rolesOfTexts(f.Roles), Approve: f.Approve != ""}
	switch f.Sworn {
	case "yes", "no":
		sworn := f.Sworn == "yes"
		in.Sworn = &sworn
	}
	u, err := h.People.Invite(c.Request().Context(), h.Actor(c), in)
	switch kind := models.KindOf(err); {
	case kind == models.Invalid || kind == models.Conflict:
		return h.inviteForm(c, f, err)
	case err != nil:
		return err
	}
	h.Flash(c, session.Done, u.Name+" is invited. Tell them how to sign in: the text below is to be copied.")
	return h.Redirect(c, personPath(u.ID))
}

// inviteForm shows the form; with a cause, what was typed and what was wrong.
func (h *People) inviteForm(c echo.Context, f InviteForm, cause error) error {
	form, err := h.People.InviteForm(c.Request().Context(), h.Actor(c), f.Agency)
	if err != nil {
		return err
	}
	code := h.codeOf(c, form.Agency)
	wrong := models.FieldsOf(cause)
	v := pages.InviteView{Frame: h.Frame(c, "Invite a person"), Agency: form.Agency.Name, Other: h.otherAgency(c, form.Agency), Action: peoplePath + "/invite", Code: code,
		Cancel: listPath(people.Filter{Agency: code}), Problems: problems(wrong, "email", "name", "title", "sworn", "roles"), Errors: wrong,
		Email: f.Email, Name: f.Name, Title: f.Title, Sworn: f.Sworn, MayApprove: form.MayApprove, Approve: f.Approve != ""}
	v.Frame.Width = "form"
	v.Frame.Breadcrumbs = h.crumbs(c, form.Agency, crumb("Invite", ""))
	for _, r := range form.Roles {
		v.Roles = append(v.Roles, components.Choice{Value: string(r), Label: RolesInWords([]auth.Role{r}), Help: roleHelp[r], Checked: slices.Contains(f.Roles, string(r))})
	}
	for _, p := range form.Providers {
		if s := throughWords(p); s != "" {
			v.Through = append(v.Through, s)
		}
	}
	if h.Actor(c).Can(auth.ManageSignIn) && h.Exists(signInPath) {
		v.SignInURL = of(signInPath, code)
	}
	status := http.StatusOK
	switch {
	case models.KindOf(cause) == models.Conflict:
		status, v.Conflict = http.StatusConflict, models.MessageOf(cause)
	case cause != nil:
		status = http.StatusUnprocessableEntity
	}
	return h.Render(c, status, pages.InvitePerson(v))
}

// throughWords says which addresses sign in at a provider; nothing where none does.
func throughWords(p people.Provider) string {
	if len(p.Domains) == 0 {
		return ""
	}
	var domains []string
	for _, d := range p.Domains {
		domains = append(domains, "@"+d)
	}
	s := "Addresses ending in " + strings.Join(domains, ", ") + " sign in at " + providerName(p) + "."
	if !p.Enabled {
		s += " It is switched off, so nobody can sign in there now."
	}
	return s
}

// askRemove is the page before somebody is removed; with a cause, what was in the way.
func (h *People) askRemove(c echo.Context, id uuid.UUID, f PersonForm, cause error) error {
	p, err := h.People.Leaving(c.Request().Context(), h.Actor(c), id)
	if err != nil {
		return err
	}
	f.wrong = models.FieldsOf(cause)
	v := pages.RemoveView{Frame: h.Frame(c, "Remove "+p.Name), Name: p.Name, Agency: p.Agency.Name, Action: personPath(id) + "/remove", Back: personPath(id), Version: strconv.Itoa(p.Version),
		Problems: problems(f.wrong, "work", "heir", "why"), Why: f.Why, WhyErr: f.wrong["why"]}
	v.Frame.Width = "form"
	v.Frame.Breadcrumbs = h.crumbs(c, p.Agency, crumb(p.Name, personPath(id)), crumb("Remove", ""))
	switch {
	case p.Self:
		v.No = "Nobody removes themselves. Ask another admin of your agency, or of the agency above it."
	case p.LastAdmin:
		v.No = p.Name + " is the last active admin of this agency. Make somebody else an admin first."
	case !account.May(account.Remove, p.User):
		v.No = "This account is removed already."
	}
	v.Ends = ends(p)
	if p.Open > 0 {
		w := workForm(p, f, true)
		v.Work, v.OpenText = &w, plural(min(p.Open, 100), "open report stands", "open reports stand")+" under this name."
		if p.Open >= 100 {
			v.OpenText = "100 or more open reports stand under this name."
		}
	}
	status := http.StatusOK
	switch {
	case models.KindOf(cause) == models.Conflict:
		status, v.Conflict = http.StatusConflict, models.MessageOf(cause)
	case cause != nil:
		status = http.StatusUnprocessableEntity
	}
	return h.Render(c, status, pages.RemovePerson(v))
}

// ends are what a removal ends, and what it leaves.
func ends(p *people.Person) []string {
	list := []string{"The account: nobody signs in with it any more, and it gives no roles."}
	if n := len(p.Sessions); n > 0 {
		list = append(list, upperFirst(plural(n, "open session ends", "open sessions end"))+" at once.")
	}
	return append(list, "The name stays in the audit log and under “Removed”. Whoever comes back is invited again.")
}
