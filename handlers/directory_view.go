package handlers

import (
	"time"

	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/models"
	"reeve/models/provisioning"
	"reeve/views/components"
	"reeve/views/pages"
)

// expiresSoon is when a token's end is a warning: time enough to make another one.
const expiresSoon = 30 * 24 * time.Hour

// terms are how long a token may hold.
var terms = []components.Option{{Value: "90", Label: "90 days"}, {Value: "180", Label: "180 days"}, {Value: "365", Label: "A year"}, {Value: "730", Label: "Two years, the most there is"}}

func (h *Directory) view(c echo.Context, o *provisioning.Overview, f TokenForm, wrong map[string]string) pages.DirectoryView {
	code := h.elsewhere(c, &o.Agency)
	v := pages.DirectoryView{Frame: h.Frame(c, "Directory"), Agency: o.Agency.Name, Own: o.Own, Closed: o.Agency.ClosedAt != nil, Base: h.Endpoint, OthersURL: directoryPath, Approval: h.approval(c, o.Approval),
		Make: pages.DirectoryMake{Action: directoryPath + "/tokens", Name: f.Name, Days: f.Days, Terms: terms, Problems: problems(wrong, "name", "days")}}
	if v.Make.Days == "" {
		v.Make.Days = "365"
	}
	v.Approval.May = v.Approval.May && o.Own
	if code != "" {
		v.Make.Hidden = []components.Pair{{Name: "agency", Value: code}}
		v.Frame.Breadcrumbs = []components.Crumb{{Label: "Directory", URL: directoryPath}, {Label: o.Agency.Name}}
	}
	for _, a := range o.Others {
		v.Others = append(v.Others, components.Option{Value: a.Code, Label: a.Name})
	}
	for _, t := range o.Live {
		v.Live = append(v.Live, h.token(c, t))
	}
	for _, t := range o.Ended {
		v.Ended = append(v.Ended, h.token(c, t))
	}
	for _, g := range o.Groups {
		v.Groups = append(v.Groups, pages.DirectoryGroup{Name: g.DisplayName, ID: string(g.Role), Does: roleHelp[g.Role], ExternalID: g.ExternalID})
	}
	return v
}

func (h *Directory) token(c echo.Context, t provisioning.Token) pages.DirectoryToken {
	out := pages.DirectoryToken{Name: t.Name, Hint: t.Hint, Expires: h.Local(c, t.ExpiresAt), LastIP: t.LastUsedIP, Made: h.Local(c, t.MadeAt), MadeBy: t.MadeByName, RevokedBy: t.RevokedByName,
		State: components.StateArgs{Label: "Works", Tone: components.ToneGood}}
	if t.LastUsedAt != nil {
		out.LastUsed = h.Local(c, *t.LastUsedAt)
	}
	now := h.Now()
	switch {
	case t.RevokedAt != nil:
		out.Revoked, out.State = h.Local(c, *t.RevokedAt), components.StateArgs{Label: "Revoked", Icon: components.IconLock}
		return out
	case !t.Live(now):
		out.State = components.StateArgs{Label: "Expired", Icon: components.IconClock}
	case t.ExpiresAt.Sub(now) < expiresSoon:
		out.State = components.StateArgs{Label: "Expires soon: make another one", Tone: components.ToneWarn, Icon: components.IconClock}
	}
	out.RevokeURL = directoryPath + "/tokens/" + t.ID.String() + "/revoke"
	return out
}

func (h *Directory) approval(c echo.Context, a provisioning.Approval) pages.DirectoryApproval {
	out := pages.DirectoryApproval{Directory: a.Directory, By: a.ByName, URL: directoryApprovalPath, May: h.Actor(c).Can(auth.ApproveUsers)}
	if a.At != nil {
		out.At = h.Local(c, *a.At)
	}
	if !out.May {
		out.URL = h.Portal + directoryApprovalPath // to pass on
	}
	return out
}

func (h *Directory) revokeView(c echo.Context, t *provisioning.Token, g *models.Agency, not string) pages.DirectoryRevokeView {
	back := of(directoryPath, h.elsewhere(c, g))
	v := pages.DirectoryRevokeView{Frame: h.Frame(c, "Revoke a token"), Agency: g.Name, Token: h.token(c, *t), Action: directoryPath + "/tokens/" + t.ID.String() + "/revoke", Back: back, Not: not}
	v.Frame.Width = "form"
	v.Frame.Breadcrumbs = []components.Crumb{{Label: "Directory", URL: back}, {Label: "Revoke a token"}}
	if t.RevokedAt != nil && not == "" {
		v.Not = "The token is revoked already, by " + t.RevokedByName + "."
	}
	return v
}

// elsewhere is the agency's code if it is not the reader's own, for addresses.
func (h *Directory) elsewhere(c echo.Context, g *models.Agency) string {
	if g.ID == h.Actor(c).AgencyID {
		return ""
	}
	return g.Code
}
