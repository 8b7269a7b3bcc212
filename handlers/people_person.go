package handlers

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/models"
	"reeve/models/account"
	"reeve/models/people"
	"reeve/views/components"
	"reeve/views/pages"
)

// noPerson is one who is not there for the reader.
var noPerson = models.NotFoundf("This account does not exist, or not for you.")

func personOf(c echo.Context) (uuid.UUID, error) {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return id, noPerson
	}
	return id, nil
}

// Show is one person's account.
func (h *People) Show(c echo.Context) error {
	id, err := personOf(c)
	if err != nil {
		return err
	}
	p, err := h.People.Person(c.Request().Context(), h.Actor(c), id)
	if err != nil {
		return err
	}
	v, err := h.personView(c, p, PersonForm{})
	if err != nil {
		return err
	}
	return h.Render(c, http.StatusOK, pages.Person(v))
}

// personView is the page of a person; f is what was typed, where a deed was refused.
func (h *People) personView(c echo.Context, p *people.Person, f PersonForm) (pages.PersonView, error) {
	a := h.Actor(c)
	v := pages.PersonView{Frame: h.Frame(c, p.Name), Name: p.Name, Agency: p.Agency.Name, Other: h.otherAgency(c, p.Agency), Version: strconv.Itoa(p.Version), Path: personPath(p.ID),
		Identity: h.identity(p), Access: h.access(c, p), ShowSessions: a.Can(auth.ManageUsers) && p.State != models.UserRemoved}
	v.Frame.Breadcrumbs = h.crumbs(c, p.Agency, crumb(p.Name, ""))
	v.Lead = h.standing(c, p)
	if p.Self {
		v.Self = "This is your own account. Nobody changes their own access: ask another admin of your agency, or of the agency above it."
	} else {
		h.mayDo(c, p, f, &v)
	}
	h.openWork(a, p, f, &v)
	if p.State == models.UserInvited && a.Can(auth.ManageUsers) {
		v.Invite = h.invitation(p)
	}
	for _, s := range p.Sessions {
		line := pages.PersonSession{ID: s.ID.String(), Browser: browserInWords(s.Agent), IP: s.IP, Since: h.Local(c, s.CreatedAt), Until: h.Local(c, s.ExpiresAt), Proof: "Last proof of who they are"}
		if s.Strong {
			line.Proof = "Last strong proof of who they are"
		}
		if s.AuthAt != nil {
			line.AuthAt = h.Local(c, *s.AuthAt)
		}
		v.Sessions = append(v.Sessions, line)
	}
	return v, h.history(c, p, &v)
}

// standing says where the account stands, since when and why.
func (h *People) standing(c echo.Context, p *people.Person) string {
	words := RolesInWords(rolesOfUser(p.User)) + ". " + accountState(p.User).Label
	if p.StateAt != nil {
		words += " since " + h.Local(c, *p.StateAt).Format("2 Jan 2006")
	}
	if p.StateWhy != "" {
		words += ": " + p.StateWhy
	}
	return strings.TrimSuffix(words, ".") + "."
}

func (h *People) identity(p *people.Person) []components.Term {
	bound := components.Term{Term: "Identity", Text: "Bound to one identity at the provider", Note: "Whoever signs in with the same address under another identity is not let in."}
	if p.Subject == nil {
		bound = components.Term{Term: "Identity", Text: "Not bound yet", Note: "The first sign-in with this address binds the account."}
	}
	through := components.Term{Term: "Signs in at", Text: providerName(p.Issuer), Missing: "a provider that is no more"}
	if p.Issuer.ID != uuid.Nil && !p.Issuer.Enabled {
		through.Note = "Switched off: nobody signs in there now."
	}
	terms := []components.Term{{Term: "E-mail", Text: p.Email}, {Term: "Title or rank", Text: p.Title, Missing: "not said"}, {Term: "Sworn officer", Text: threeValued(p.Sworn), Missing: "not said"},
		{Term: "Agency", Text: p.Agency.Name}, through, bound, {Term: "Account", Text: sourceWords(p.User)}}
	if p.ExternalID != nil {
		terms = append(terms, components.Term{Term: "Directory", Text: *p.ExternalID, Mono: true, Note: "The agency's directory keeps this account; what is changed here may be changed back there."})
	}
	return terms
}

func (h *People) access(c echo.Context, p *people.Person) []components.Term {
	approved := components.Term{Term: "Approved", Missing: "not yet"}
	if p.ApprovedAt != nil {
		approved.Text = byWhom(p.ApprovedByName, h.Local(c, *p.ApprovedAt))
	}
	signed := components.Term{Term: "Last sign-in", Missing: "never"}
	proof := components.Term{Term: "Sign-in strength", Missing: "no sign-in yet"}
	if p.LastSignInAt != nil {
		signed.Text = components.ExactMinute(h.Local(c, *p.LastSignInAt))
		if account.Sleeping(p.User, h.Now()) {
			signed.Note = "No sign-in for 90 days or more."
		}
		proof.Text, proof.Note = strength(p.User).Label, strengthNote(p.User)
	}
	review := components.Term{Term: "Last review", Missing: "none yet; counted from when the account was made"}
	if p.RecertifiedAt != nil {
		review.Text = byWhom(p.RecertifiedByName, h.Local(c, *p.RecertifiedAt))
	}
	terms := []components.Term{{Term: "Roles", Text: RolesInWords(rolesOfUser(p.User))}, approved, signed, proof, review}
	if p.State != models.UserRemoved {
		next := components.Term{Term: "Next review", Text: h.Local(c, p.RecertifyDue()).Format("2 Jan 2006")}
		if word, _ := due(p.User, h.Now()); word != "" {
			next.Note = word + "."
		}
		terms = append(terms, next)
	}
	return terms
}

// mayDo puts the deeds on the page, those that are allowed now and those whose
// reason for not being is worth telling before anybody tries.
func (h *People) mayDo(c echo.Context, p *people.Person, f PersonForm, v *pages.PersonView) {
	a, u := h.Actor(c), p.User
	last := ""
	if p.LastAdmin {
		last = p.Name + " is the last active admin of this agency. Make somebody else an admin first."
	}
	if account.May(account.Approve, u) {
		d := pages.PersonDeed{Label: "Approve"}
		if !a.Can(auth.ApproveUsers) {
			d.No = "A supervisor of the agency, or of one above it, approves."
		}
		v.Approve = &d
	}
	if !a.Can(auth.ManageUsers) {
		return
	}
	if account.May(account.Reactivate, u) {
		v.Reactivate = &pages.PersonDeed{Label: "Reactivate"}
	}
	if account.May(account.Recertify, u) {
		v.Recertify = &pages.PersonDeed{Label: "Still needed"}
	}
	if account.May(account.SetRoles, u) {
		v.Roles = rolesForm(p, f, last)
	}
	if account.May(account.Suspend, u) {
		v.Suspend = &pages.PersonDeed{Label: "Suspend", Text: "Shuts the person out at once. It may stay empty, and stands in the audit log.", No: last, Why: f.Why, WhyErr: f.wrong["why"]}
	}
	switch {
	case !account.May(account.Remove, u):
	case last != "":
		v.NoRemove = last
	default:
		v.RemoveURL = personPath(p.ID) + "/remove"
	}
}

func rolesForm(p *people.Person, f PersonForm, last string) *pages.PersonRoles {
	r := &pages.PersonRoles{Error: f.wrong["roles"], Note: last}
	if p.Issuer.GivesRoles {
		r.Note = strings.TrimSpace(r.Note + " The agency's provider says the roles at each sign-in; what is changed here lasts until the next one.")
	}
	have := []string(p.Roles)
	if f.deed == "roles" {
		have = f.Roles
	}
	for _, role := range people.RolesOf(p.Agency) {
		r.Choices = append(r.Choices, components.Choice{Value: string(role), Label: RolesInWords([]auth.Role{role}), Help: roleHelp[role], Checked: slices.Contains(have, string(role))})
	}
	return r
}

func (h *People) openWork(a auth.Actor, p *people.Person, f PersonForm, v *pages.PersonView) {
	switch {
	case p.Open == 0:
		v.Open = "No open report stands under this name."
		return
	case p.Open == 1:
		v.Open = "1 open report stands under this name."
	default:
		v.Open = openWork(p.Open) + " open reports stand under this name."
	}
	if a.Can(auth.ManageUsers) {
		w := workForm(p, f, false)
		if len(w.Heirs) > 0 || w.MoreHeirs || w.Release {
			v.HandOver = &w
		} else {
			v.Open += " There is no other investigator or supervisor at the agency who could take over."
		}
	}
}

// workForm asks what becomes of open work.
func workForm(p *people.Person, f PersonForm, leave bool) pages.PersonWork {
	w := pages.PersonWork{MoreHeirs: p.MoreHeirs, Release: p.CanRelease, Leave: leave, Choice: f.Work, Heir: f.Heir, Email: f.HeirEmail, Error: f.wrong["heir"]}
	for _, heir := range p.Heirs {
		w.Heirs = append(w.Heirs, components.Option{Value: heir.ID.String(), Label: heir.Name + " · " + heir.Email})
	}
	return w
}

func (h *People) invitation(p *people.Person) *pages.PersonInvite {
	i := &pages.PersonInvite{Address: h.SignIn, Through: p.Name + " signs in at " + providerName(p.Issuer) + " with " + p.Email + "."}
	i.Text = "You have been given access to Reeve for " + p.Agency.Name + ".\nOpen " + h.SignIn + " and write your address, " + p.Email + ".\nYou are led to " + providerName(p.Issuer) + ", where you sign in as you always do."
	if p.ApprovedAt == nil {
		i.Text += "\nAfter your first sign-in a supervisor must approve; then you can work."
	}
	return i
}

func (h *People) history(c echo.Context, p *people.Person, v *pages.PersonView) error {
	ctx, a := c.Request().Context(), h.Actor(c)
	for _, l := range p.History {
		item := components.TrailItem{When: h.Local(c, l.At), Who: l.ActorName, Deed: l.Words, Note: detailWhy(l.Detail)}
		if l.Refused {
			item.Deed = "Was refused: " + strings.TrimPrefix(l.Words, "Was refused: ")
		}
		if l.ActorAgency != nil && *l.ActorAgency != p.AgencyID {
			g, _, err := h.Agencies.Agency(ctx, *l.ActorAgency)
			if err != nil {
				return err
			}
			item.Agency = g.Name
		}
		v.History = append(v.History, item)
	}
	if len(p.History) > 0 {
		v.HistoryNote = "Newest first."
	}
	if a.Can(auth.ReadAudit) && h.Exists(auditURL) && (p.AgencyID == a.AgencyID || a.Side == auth.SideClearinghouse) {
		v.AuditURL = auditURL + "?person=" + p.ID.String()
	}
	return nil
}
