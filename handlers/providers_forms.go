package handlers

import (
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"reeve/models/directory"
	"reeve/models/providers"
	"reeve/views/components"
	"reeve/views/pages"
)

// usualOverlap is what the form proposes, in days: what the console does.
const usualOverlap = int(directory.RotationOverlap / (24 * time.Hour))

// providerFields is the order of the forms' fields, for what is wrong with them.
var providerFields = []string{"name", "username", "contact_name", "contact_email", "contact_phone", "overlap", "why", "networks"}

// filled is a form as a provider stands, before anybody typed.
func filled(p *providers.Provider) ProviderForm {
	return ProviderForm{Name: p.Name, Username: p.Username, ContactName: p.Contact.ContactName, ContactEmail: p.Contact.ContactEmail, ContactPhone: p.Contact.ContactPhone,
		Overlap: strconv.Itoa(usualOverlap), Networks: strings.Join(p.Allowed, "\n")}
}

// typed is the part of every form's view that is as it was typed.
func typed(f ProviderForm, wrong map[string]string) pages.ProviderFormView {
	return pages.ProviderFormView{Name: f.Name, Username: f.Username, ContactName: f.ContactName, ContactEmail: f.ContactEmail, ContactPhone: f.ContactPhone,
		Overlap: f.Overlap, Why: f.Why, Networks: f.Networks, Problems: problems(wrong, providerFields...),
		WhyLimit: providers.WhyLimit, NetworksLimit: providers.MaxNetworks, MaxOverlap: providers.MaxOverlapDays}
}

func (h *Providers) addView(c echo.Context, f ProviderForm, wrong map[string]string) pages.ProviderFormView {
	v := typed(f, wrong)
	v.Title, v.Lead = "Add a provider", "An electronic service provider whose machines send reports."
	v.Frame = h.Frame(c, v.Title)
	v.Frame.Width = "form"
	v.Frame.Breadcrumbs = []components.Crumb{{Label: "Providers", URL: providersURL}, {Label: "Add"}}
	v.Action, v.Back = providersURL, providersURL
	return v
}

// formView is the page of one deed on a provider.
func (h *Providers) formView(c echo.Context, p *providers.Provider, d providerDeed, f ProviderForm, wrong map[string]string) pages.ProviderFormView {
	v := typed(f, wrong)
	v.Back, v.Action = providerURL(p.ID), c.Request().URL.Path
	v.Hidden = []components.Pair{{Name: "version", Value: strconv.Itoa(p.Version)}}
	v.Lead = p.Name
	d.view(c, p, f, &v)
	v.Frame = h.Frame(c, v.Title)
	v.Frame.Width = "form"
	v.Frame.Breadcrumbs = []components.Crumb{{Label: "Providers", URL: providersURL}, {Label: p.Name, URL: v.Back}, {Label: v.Title}}
	return v
}

func working(p *providers.Provider) bool {
	return p.State == providers.Works || p.State == providers.Rotating || p.State == providers.Ending
}

func (h *Providers) rotateView(_ echo.Context, p *providers.Provider, _ ProviderForm, v *pages.ProviderFormView) {
	v.Title, v.Username = "New password", p.Username
	switch {
	case !working(p):
		v.Not = "No password of this provider works, so there is none to change. Enable it instead; that gives it a new one."
	case p.MayEnd && v.Conflict == "":
		v.Lead = p.Name + ". The old password of the last change still works; only 0 days is possible until that overlap is over."
	}
}

func (h *Providers) enableView(_ echo.Context, p *providers.Provider, _ ProviderForm, v *pages.ProviderFormView) {
	v.Title = "Enable the provider"
	if working(p) {
		v.Not = "A password of this provider works. To give it another one, change its password."
	}
}

func (h *Providers) endView(c echo.Context, p *providers.Provider, _ ProviderForm, v *pages.ProviderFormView) {
	v.Title, v.OldUsedSince = "End the old password", p.OldUsedSince
	if !p.MayEnd {
		v.Not = "There is no old password to end: at most one password of this provider works."
		return
	}
	for _, cred := range p.Credentials {
		if cred.DisabledAt == nil && cred.ValidUntil != nil && cred.ValidUntil.After(p.At) {
			v.OldEnds = h.Local(c, *cred.ValidUntil)
			if cred.LastUsedAt != nil {
				v.OldUsed = h.Local(c, *cred.LastUsedAt)
			}
			return
		}
	}
}

func (h *Providers) disableView(c echo.Context, p *providers.Provider, _ ProviderForm, v *pages.ProviderFormView) {
	v.Title, v.Name = "Disable the provider", p.Name
	if p.LastUsed != nil {
		v.LastUsed = h.Local(c, *p.LastUsed)
	}
	if !working(p) {
		v.Not = "No password of this provider works; it is shut out already."
	}
}

func (h *Providers) addressesView(c echo.Context, p *providers.Provider, _ ProviderForm, v *pages.ProviderFormView) {
	v.Title, v.Seen = "Allowed addresses", h.seen(c, p)
}

func (h *Providers) contactView(_ echo.Context, _ *providers.Provider, _ ProviderForm, v *pages.ProviderFormView) {
	v.Title = "Name and contact"
}

// seen is from where a provider called lately.
func (h *Providers) seen(c echo.Context, p *providers.Provider) []pages.ProviderAddress {
	var list []pages.ProviderAddress
	for _, s := range p.Seen {
		list = append(list, pages.ProviderAddress{IP: s.IP, Last: h.Local(c, s.LastAt), Outside: !s.Allowed})
	}
	return list
}

// excluded is addresses that a list leaves out, with when they were last seen where
// that is among the newest.
func (h *Providers) excluded(c echo.Context, p *providers.Provider, addresses []string) []pages.ProviderAddress {
	last := map[string]time.Time{}
	for _, s := range p.Seen {
		last[s.IP] = h.Local(c, s.LastAt)
	}
	list := make([]pages.ProviderAddress, len(addresses))
	for i, ip := range addresses {
		list[i] = pages.ProviderAddress{IP: ip, Last: last[ip]}
	}
	return list
}
