package handlers

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"reeve/auth/oidc"
	"reeve/auth/session"
	"reeve/models"
	"reeve/models/issuers"
	"reeve/views/components"
	"reeve/views/pages"
)

// Draft shows a draft and what is left to do with it.
func (h *Issuers) Draft(c echo.Context) error {
	d, err := h.readDraft(c)
	if err != nil {
		return err
	}
	h.AllowForms(c, d.URL)
	return h.Render(c, http.StatusOK, pages.IssuerDraft(h.draftView(c, d)))
}

func (h *Issuers) readDraft(c echo.Context) (*issuers.DraftView, error) {
	id, err := idOf(c, "This draft")
	if err != nil {
		return nil, err
	}
	return h.Settings.Draft(c.Request().Context(), h.Actor(c), id)
}

// Look asks the draft's provider how it works, without signing in, and keeps what
// was found.
func (h *Issuers) Look(c echo.Context) error {
	id, err := idOf(c, "This draft")
	if err != nil {
		return err
	}
	ctx, actor := c.Request().Context(), h.Actor(c)
	issuer, version, err := h.Settings.ToLookAt(ctx, actor, id)
	if err != nil {
		return err
	}
	err = h.Settings.LookedAt(ctx, actor, id, version, h.Probe.Probe(ctx, issuer))
	if models.KindOf(err) == models.Conflict {
		h.Flash(c, session.Problem, models.MessageOf(err))
		err = nil
	}
	if err != nil {
		return err
	}
	return h.Redirect(c, draftPath(id)+"#look")
}

// Test sends the browser to the draft's provider, to sign in there once. The answer
// comes back by way of the sign-in's callback, which keeps what was found.
func (h *Issuers) Test(c echo.Context) error {
	id, err := idOf(c, "This draft")
	if err != nil {
		return err
	}
	ctx, actor, back := c.Request().Context(), h.Actor(c), draftPath(id)
	if err := h.Settings.BeginTest(ctx, actor, id); err != nil {
		return err
	}
	attempt, to, err := h.Probe.Begin(ctx, client(c), oidc.Ask{Draft: id, Email: h.Person(c).Email, Return: back})
	if r := (*oidc.Refusal)(nil); errors.As(err, &r) && r.Test != nil {
		if err := h.Settings.Tested(ctx, actor, id, *r.Test); err != nil {
			return err
		}
		return h.Redirect(c, back+"#test")
	}
	if err != nil {
		return err
	}
	return h.Depart(c, attempt, to)
}

// VersionForm is a deed on what its page showed in one version.
type VersionForm struct {
	Version string `form:"version"`
	LockOut string `form:"lock_out"`
}

// Attest accepts, for the clearinghouse, a second factor that the provider enforces
// without saying so.
func (h *Issuers) Attest(c echo.Context) error {
	id, err := idOf(c, "This draft")
	if err != nil {
		return err
	}
	f, err := BindForm[VersionForm](c)
	if err != nil {
		return err
	}
	err = h.Settings.Attest(c.Request().Context(), h.Actor(c), id, versionOf(f.Version))
	switch {
	case models.KindOf(err) == models.Conflict:
		h.Flash(c, session.Problem, models.MessageOf(err))
	case err != nil:
		return err
	default:
		h.Flash(c, session.Done, "Accepted. The settings must be tested once more before they go live.")
	}
	return h.Redirect(c, draftPath(id))
}

func (h *Issuers) draftView(c echo.Context, d *issuers.DraftView) pages.IssuerDraftView {
	issuer, name := d.Issuer(), issuers.NameOf(d.Issuer())
	path := draftPath(d.ID)
	v := pages.IssuerDraftView{Frame: h.Frame(c, "Draft: "+name), Agency: d.Agency.Name, Title: name, EditURL: path + "/edit", DiscardURL: path + "/discard", Replaced: d.ReplacedAt != nil,
		Register: h.register(), Key: keyOf(d.PublicKey), LookAction: path + "/look", TestAction: path + "/test", OnURL: path + "/on", Missing: d.Missing,
		Hidden: []components.Pair{{Name: "version", Value: strconv.Itoa(d.Version)}}}
	v.Frame.Breadcrumbs = h.crumbs(c, d.Agency, components.Crumb{Label: "Draft"})
	switch {
	case d.ReplacedAt != nil:
		v.Lead = "These settings were live until " + components.ExactMinute(h.Local(c, *d.ReplacedAt)) + ". Test them again to go back."
	case d.Live != nil:
		v.Lead = "A change of " + issuers.NameOf(*d.Live) + ". What is live stays as it is until you switch this on."
	default:
		v.Lead = "A new provider. Nobody is led there until you switch it on."
	}
	v.Facts = append([]components.Term{{Term: "Issuer", Text: d.URL, Mono: true}, {Term: "E-mail domains", Text: strings.Join(d.Domains, ", "), Missing: "none chosen yet"}}, settingsTerms(issuer)...)
	v.Facts = append(v.Facts, components.Term{Term: "Made by", Text: d.MadeByName + ", " + components.Exact(h.Local(c, d.MadeAt))})
	if d.Live != nil {
		v.Changes = changesOf(*d.Live, d.LiveDomains, d.IssuerDraft)
	}
	if d.Own {
		v.TestAs = h.Person(c).Email
	}
	v.Look, v.Test = h.report(c, d.Look, "It can be used", "It cannot be used yet"), h.report(c, d.Test, "The test succeeded", "The test failed")
	if v.Test != nil && d.Tester != "" {
		v.Test.Title += ", by " + d.Tester
	}
	if d.MFASilent {
		v.Silent, v.Accepted = d.MFANote, d.MFAAttestedBy
		if v.Silent == "" {
			v.Silent = "(nothing was written)"
		}
		if d.MayAttest {
			v.AcceptAction = path + "/accept"
		}
	}
	return v
}

func (h *Issuers) report(c echo.Context, r *models.SignInTest, good, bad string) *pages.IssuerReport {
	if r == nil {
		return nil
	}
	out := &pages.IssuerReport{At: h.Local(c, r.At), OK: r.OK, Title: good}
	if !r.OK {
		out.Title = bad
	}
	for _, s := range r.Steps {
		out.Steps = append(out.Steps, pages.IssuerStep{Name: s.Name, Text: s.Text, OK: s.OK})
	}
	if r.Subject == "" && r.Email == "" && len(r.Claims) == 0 {
		return out
	}
	verified := "not said"
	if r.Verified != nil {
		verified = map[bool]string{true: "yes", false: "no"}[*r.Verified]
	}
	out.Facts = []components.Term{{Term: "Subject", Text: r.Subject, Mono: true}, {Term: "E-mail", Text: r.Email}, {Term: "Verified", Text: verified},
		{Term: "acr", Text: r.ACR, Mono: true, Missing: "none"}, {Term: "amr", Text: strings.Join(r.AMR, " "), Mono: true, Missing: "none"},
		{Term: "Roles by the mapping", Text: strings.Join(r.Roles, ", "), Missing: "none"}, {Term: "Claims that came", Text: strings.Join(r.Claims, " "), Mono: true, Missing: "none"}}
	return out
}

// changesOf lists what the draft changes about what is live.
func changesOf(live models.Issuer, domains []string, d models.IssuerDraft) []pages.Change {
	is, was := d.Issuer(), live
	var list []pages.Change
	add := func(what, from, to string) {
		none := func(s string) string {
			if s == "" {
				return "none"
			}
			return s
		}
		if from != to {
			list = append(list, pages.Change{What: what, Was: none(from), Is: none(to)})
		}
	}
	add("Issuer", was.URL, is.URL)
	add("Client ID", was.ClientID, is.ClientID)
	add("Name", was.Name, is.Name)
	add("Proves itself", methodWords(was.AuthMethod), methodWords(is.AuthMethod))
	if is.AuthMethod == was.AuthMethod {
		add("Secret", "", map[bool]string{true: "a new one"}[string(is.ClientSecret) != string(was.ClientSecret)])
		add("Key", "", map[bool]string{true: "a new one"}[string(is.PrivateKey) != string(was.PrivateKey)])
	}
	factor := factorWords(is)
	if d.MFASilent && factor == "" {
		factor = "enforced there without a word, not accepted yet"
	}
	add("Second factor", factorWords(was), factor)
	add("Scopes", strings.Join(was.Scopes, " "), strings.Join(is.Scopes, " "))
	add("Roles", rolesWords(was), rolesWords(is))
	if rolesWords(was) == rolesWords(is) {
		add("Table of roles", tableOf(was.RoleMap), tableOf(is.RoleMap))
	}
	add("Domains", strings.Join(domains, ", "), strings.Join(d.Domains, ", "))
	if !live.Enabled {
		add("State", "switched off", "switched on")
	}
	return list
}

func tableOf(m models.RoleMap) string {
	var parts []string
	for value, roles := range m {
		parts = append(parts, fmt.Sprintf("%s: %s", value, strings.Join(roles, " ")))
	}
	slices.Sort(parts)
	return strings.Join(parts, "; ")
}
