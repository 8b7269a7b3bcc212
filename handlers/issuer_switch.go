package handlers

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"reeve/auth/session"
	"reeve/models"
	"reeve/models/issuers"
	"reeve/views/components"
	"reeve/views/pages"
)

// AskOn says what switching a draft on will do, and asks once more.
func (h *Issuers) AskOn(c echo.Context) error {
	d, err := h.readDraft(c)
	if err != nil {
		return err
	}
	return h.Render(c, http.StatusOK, pages.IssuerConfirm(h.onView(c, d)))
}

func (h *Issuers) onView(c echo.Context, d *issuers.DraftView) pages.IssuerConfirmView {
	name, path := issuers.NameOf(d.Issuer()), draftPath(d.ID)
	v := pages.IssuerConfirmView{Frame: h.Frame(c, "Switch on: "+name), Title: "Switch on " + name + "?", Lead: d.Agency.Name, Back: path,
		Confirm: components.ConfirmArgs{Title: "This happens at once", Action: path + "/on", Submit: "Switch it on", CancelURL: path,
			Hidden: []components.Pair{{Name: "version", Value: strconv.Itoa(d.Version)}}}}
	v.Frame.Width = "reading"
	v.Frame.Breadcrumbs = h.crumbs(c, d.Agency, components.Crumb{Label: "Draft", URL: path}, components.Crumb{Label: "Switch on"})
	if len(d.Missing) > 0 {
		v.Not = strings.Join(d.Missing, " ")
	}
	e := d.Effects
	v.Points = append(v.Points, fmt.Sprintf("People whose addresses end in @%s sign in at %s.", strings.Join(d.Domains, ", @"), name))
	for _, m := range e.Moves {
		v.Points = append(v.Points, fmt.Sprintf("@%s leads to %s now; it comes over with %s.", m.Domain, m.From, peopleIn(m.People)))
	}
	switch {
	case e.Rebound > 0:
		v.Points = append(v.Points, fmt.Sprintf("%s bound to another identity until now: at their next sign-in they are found by their verified e-mail address and bound anew.", peopleAre(e.Rebound)))
	case e.NewIdentity:
		v.Points = append(v.Points, "Nobody but the tester is bound to an identity yet; people are found by their verified e-mail address at their next sign-in.")
	}
	if d.Tester != "" && d.Test != nil {
		_, domain, _ := strings.Cut(d.TestedEmail, "@")
		if slices.Contains(d.Domains, domain) {
			v.Points = append(v.Points, "The tester, "+d.Tester+", is bound at once to the identity of the test, and so cannot be locked out.")
		} else {
			v.Points = append(v.Points, "The tester, "+d.Tester+", goes on signing in where they do now: their own address does not lead here.")
		}
	}
	v.Points = append(v.Points, "Nobody who still has a way in is signed out.")
	if d.Live != nil {
		v.Points = append(v.Points, "The settings of now are kept as a draft, for going back.")
	}
	if len(e.Dropped) > 0 {
		v.Warning = fmt.Sprintf("@%s no longer leads anywhere: %s shut out, and their sessions end.", strings.Join(e.Dropped, ", @"), peopleAre(e.ShutOut))
		v.Confirm.Danger = e.ShutOut > 0
	}
	return v
}

// On switches a draft on.
func (h *Issuers) On(c echo.Context) error {
	id, err := idOf(c, "This draft")
	if err != nil {
		return err
	}
	f, err := BindForm[VersionForm](c)
	if err != nil {
		return err
	}
	done, err := h.Settings.SwitchOn(c.Request().Context(), h.Actor(c), id, versionOf(f.Version))
	if models.KindOf(err) == models.Conflict {
		d, derr := h.readDraft(c)
		if derr != nil {
			return derr
		}
		v := h.onView(c, d)
		v.Conflict = models.MessageOf(err)
		return h.Render(c, http.StatusConflict, pages.IssuerConfirm(v))
	}
	if err != nil {
		return err
	}
	h.Probe.Changed()
	text := done.Name + " is switched on."
	if done.Rebound > 0 {
		text += " " + peopleIn(done.Rebound) + " will be bound anew at the next sign-in."
	}
	if done.Ended > 0 {
		text += fmt.Sprintf(" Sessions ended: %d.", done.Ended)
	}
	h.Flash(c, session.Done, text)
	return h.Redirect(c, of(signInPath, h.elsewhere(c, done.Agency)))
}

// AskDiscard asks before a draft is thrown away.
func (h *Issuers) AskDiscard(c echo.Context) error {
	d, err := h.readDraft(c)
	if err != nil {
		return err
	}
	return h.Render(c, http.StatusOK, pages.IssuerConfirm(h.discardView(c, d)))
}

func (h *Issuers) discardView(c echo.Context, d *issuers.DraftView) pages.IssuerConfirmView {
	path := draftPath(d.ID)
	v := pages.IssuerConfirmView{Frame: h.Frame(c, "Throw a draft away"), Title: "Throw away the draft of " + issuers.NameOf(d.Issuer()) + "?", Lead: d.Agency.Name, Back: path,
		Points: []string{"What is live stays as it is.", "The secret or key in the draft is gone for good."},
		Confirm: components.ConfirmArgs{Title: "This cannot be undone", Action: path + "/discard", Submit: "Throw it away", Danger: true, CancelURL: path,
			Hidden: []components.Pair{{Name: "version", Value: strconv.Itoa(d.Version)}}}}
	if d.ReplacedAt != nil {
		v.Warning = "These are the settings from before the last change. Without them, going back means typing them again."
	}
	v.Frame.Width = "reading"
	v.Frame.Breadcrumbs = h.crumbs(c, d.Agency, components.Crumb{Label: "Draft", URL: path}, components.Crumb{Label: "Throw away"})
	return v
}

// Discard throws a draft away.
func (h *Issuers) Discard(c echo.Context) error {
	d, err := h.readDraft(c)
	if err != nil {
		return err
	}
	f, err := BindForm[VersionForm](c)
	if err != nil {
		return err
	}
	err = h.Settings.Discard(c.Request().Context(), h.Actor(c), d.ID, versionOf(f.Version))
	if models.KindOf(err) == models.Conflict {
		v := h.discardView(c, d)
		v.Conflict = models.MessageOf(err)
		return h.Render(c, http.StatusConflict, pages.IssuerConfirm(v))
	}
	if err != nil {
		return err
	}
	h.Flash(c, session.Done, "The draft was thrown away. What is live stays as it is.")
	return h.Redirect(c, of(signInPath, h.elsewhere(c, d.Agency)))
}

// AskOff says what switching a provider off will do, and asks.
func (h *Issuers) AskOff(c echo.Context) error {
	id, err := idOf(c, "This provider")
	if err != nil {
		return err
	}
	o, err := h.Settings.AboutToSwitchOff(c.Request().Context(), h.Actor(c), id)
	if err != nil {
		return err
	}
	return h.Render(c, http.StatusOK, pages.IssuerConfirm(h.offView(c, o)))
}

func (h *Issuers) offView(c echo.Context, o *issuers.Off) pages.IssuerConfirmView {
	name, back := issuers.NameOf(o.Issuer), of(signInPath, h.elsewhere(c, o.Agency))
	v := pages.IssuerConfirmView{Frame: h.Frame(c, "Switch off: "+name), Title: "Switch off " + name + "?", Lead: o.Agency.Name, Back: back,
		Confirm: components.ConfirmArgs{Title: "This happens at once", Action: issuerPath(o.Issuer.ID) + "/off", Submit: "Switch it off", Danger: true, CancelURL: back,
			Hidden: []components.Pair{{Name: "version", Value: strconv.Itoa(o.Issuer.Version)}}}}
	v.Frame.Width = "reading"
	v.Frame.Breadcrumbs = h.crumbs(c, o.Agency, components.Crumb{Label: "Switch off"})
	switch {
	case !o.Issuer.Enabled:
		v.Not = "This provider is switched off already."
	case o.LastWay && !o.MayLockOut:
		v.Not = "No active admin of the agency could sign in any more. Switch another provider on first, and lead an admin's domain there."
	case o.LastWay:
		v.LockOut = "Lock out the agency's last admin too. Only the clearinghouse can then switch a provider on for it."
	}
	v.Points = []string{"Everybody's sessions there end now: " + peopleIn(o.People) + " can no longer sign in.", "The settings are kept. To switch on again, begin a change of it, test, and switch that on."}
	if len(o.Domains) > 0 {
		v.Points = append(v.Points, "@"+strings.Join(o.Domains, ", @")+" will lead nowhere until then, or until another provider takes it.")
	}
	return v
}

// Off switches a provider off.
func (h *Issuers) Off(c echo.Context) error {
	id, err := idOf(c, "This provider")
	if err != nil {
		return err
	}
	f, err := BindForm[VersionForm](c)
	if err != nil {
		return err
	}
	ctx, actor := c.Request().Context(), h.Actor(c)
	done, err := h.Settings.SwitchOff(ctx, actor, id, versionOf(f.Version), f.LockOut != "")
	if models.KindOf(err) == models.Conflict {
		o, oerr := h.Settings.AboutToSwitchOff(ctx, actor, id)
		if oerr != nil {
			return oerr
		}
		v := h.offView(c, o)
		v.Conflict = models.MessageOf(err)
		return h.Render(c, http.StatusConflict, pages.IssuerConfirm(v))
	}
	if err != nil {
		return err
	}
	h.Probe.Changed()
	h.Flash(c, session.Done, fmt.Sprintf("%s is switched off. Sessions ended: %d.", issuers.NameOf(done.Issuer), done.Ended))
	return h.Redirect(c, of(signInPath, h.elsewhere(c, done.Agency)))
}

func peopleIn(n int) string {
	if n == 1 {
		return "1 account"
	}
	return components.Group(n) + " accounts"
}

func peopleAre(n int) string {
	if n == 1 {
		return "1 account is"
	}
	return components.Group(n) + " accounts are"
}
