package handlers

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"strings"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/models"
	"reeve/models/issuers"
	"reeve/views/components"
	"reeve/views/pages"
)

func (h *Issuers) overview(c echo.Context, o *issuers.Overview, f AskForm, wrong map[string]string) pages.IssuersView {
	code := h.elsewhere(c, o.Agency)
	v := pages.IssuersView{Frame: h.Frame(c, "Sign-in"), Agency: o.Agency.Name, Own: code == "", NewURL: of(signInPath+"/new", code), Register: h.register(), OthersURL: signInPath,
		Ask: pages.IssuerAsk{Action: signInPath + "/domains", WithdrawAction: signInPath + "/domains/withdraw", Domain: f.Domain, Note: f.Note, NoteLimit: issuers.NoteLimit, Problems: problems(wrong, "domain", "note")}}
	if code != "" {
		v.Ask.Hidden = []components.Pair{{Name: "agency", Value: code}}
		v.Frame.Breadcrumbs = []components.Crumb{{Label: "Sign-in", URL: signInPath}, {Label: o.Agency.Name}}
	}
	if o.Decides && h.Exists(domainsPath) {
		v.DecideURL = domainsPath
	}
	for _, a := range o.Others {
		v.Others = append(v.Others, components.Option{Value: a.Code, Label: a.Name})
	}
	names, on := map[uuid.UUID]string{}, 0
	for i, p := range o.Providers {
		names[p.ID] = issuers.NameOf(p.Issuer)
		if p.Enabled {
			on++
		} else {
			names[p.ID] += " (switched off)"
		}
		v.Providers = append(v.Providers, h.card(c, fmt.Sprintf("provider-%d", i+1), p, code))
	}
	switch {
	case on == 0:
		v.Lead = "No provider is switched on: nobody can sign in for this agency."
	case on == 1:
		v.Lead = "One provider is switched on. Changes are prepared as a draft, tested, and only then switched on."
	default:
		v.Lead = fmt.Sprintf("%d providers are switched on. An address's domain decides at which one its person signs in.", on)
	}
	for _, d := range o.Drafts {
		v.Drafts = append(v.Drafts, h.draftLine(c, d, names))
	}
	for _, d := range o.Domains {
		v.Domains = append(v.Domains, h.domainLine(c, d, names))
	}
	return v
}

func (h *Issuers) card(c echo.Context, id string, p issuers.Provider, code string) pages.IssuerCard {
	card := pages.IssuerCard{ID: id, Name: issuers.NameOf(p.Issuer), On: p.Enabled, URL: p.URL, Domains: p.Domains, People: p.People, Key: keyOf(p.PublicKey),
		Facts: h.facts(c, p.Issuer), ChangeURL: of(signInPath+"/new", code)}
	sep := "?"
	if strings.Contains(card.ChangeURL, "?") {
		sep = "&"
	}
	card.ChangeURL += sep + "issuer=" + p.ID.String()
	if p.Enabled {
		card.OffURL = issuerPath(p.ID) + "/off"
	}
	if p.LastFailureAt != nil && (p.LastSuccessAt == nil || p.LastSuccessAt.Before(*p.LastFailureAt)) {
		card.Trouble, card.Since = p.LastFailure, h.Local(c, *p.LastFailureAt)
		if card.Trouble == "" {
			card.Trouble = "The reason was not kept. Begin a draft of it and look at the provider."
		}
	}
	return card
}

// facts are the settings and what is known of their use, for a reader.
func (h *Issuers) facts(c echo.Context, i models.Issuer) []components.Term {
	used := components.Term{Term: "Last used", Missing: "not since these settings are live"}
	if i.LastSuccessAt != nil {
		at := h.Local(c, *i.LastSuccessAt)
		used.Text = components.Ago(at, h.Local(c, h.Now())) + ", " + components.Exact(at)
	}
	changed := components.Term{Term: "Last changed", Missing: "not since it was set up"}
	if i.ChangedAt != nil {
		changed.Text = components.Exact(h.Local(c, *i.ChangedAt))
		if i.ChangedByName != "" {
			changed.Text += " by " + i.ChangedByName
		}
	}
	tested := components.Term{Term: "Tested", Missing: "not by a test sign-in; set up from outside"}
	if i.TestedAt != nil {
		tested.Text = components.Exact(h.Local(c, *i.TestedAt))
	}
	return append(settingsTerms(i), used, changed, tested)
}

// settingsTerms are the settings themselves.
func settingsTerms(i models.Issuer) []components.Term {
	return []components.Term{
		{Term: "Client ID", Text: i.ClientID, Mono: true},
		{Term: "Reeve proves itself", Text: methodWords(i.AuthMethod)},
		{Term: "Second factor", Text: factorWords(i), Missing: "not demanded: change the settings and say how it is known"},
		{Term: "Roles", Text: rolesWords(i)},
		{Term: "Scopes", Text: strings.Join(i.Scopes, " "), Mono: true},
	}
}

func methodWords(m models.AuthMethod) string {
	switch m {
	case models.AuthSecret:
		return "with a client secret"
	case models.AuthPrivateKey:
		return "with its own key (private_key_jwt)"
	}
	return "not at all: a public client, with PKCE"
}

func factorWords(i models.Issuer) string {
	var parts []string
	if len(i.RequiredAMR) > 0 {
		parts = append(parts, "amr with "+strings.Join(i.RequiredAMR, " or "))
	}
	if len(i.RequiredACR) > 0 {
		parts = append(parts, "acr "+strings.Join(i.RequiredACR, " or "))
	}
	switch {
	case len(parts) > 0:
		return "demanded: " + strings.Join(parts, ", or ")
	case i.MFAAttestedBy != "":
		return "enforced there without a word, as " + i.MFAAttestedBy + " of the clearinghouse accepted"
	}
	return ""
}

func rolesWords(i models.Issuer) string {
	if i.RolesClaim == "" {
		return "given here, on the page of people"
	}
	return fmt.Sprintf("by the provider, from %s with %d values", i.RolesClaim, len(i.RoleMap))
}

// keyOf writes the public half of a key as a JSON Web Key Set and as PEM.
func keyOf(jwk models.JSON) pages.IssuerKey {
	if len(jwk) == 0 {
		return pages.IssuerKey{}
	}
	var k jose.JSONWebKey
	if k.UnmarshalJSON(jwk) != nil || !k.IsPublic() {
		return pages.IssuerKey{} // never a private one, whatever is kept there
	}
	der, err := x509.MarshalPKIXPublicKey(k.Key)
	if err != nil {
		return pages.IssuerKey{}
	}
	text, err := k.MarshalJSON()
	if err != nil {
		return pages.IssuerKey{}
	}
	return pages.IssuerKey{JWKS: `{"keys":[` + string(text) + `]}`, PEM: string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))}
}

func (h *Issuers) draftLine(c echo.Context, d models.IssuerDraft, names map[uuid.UUID]string) pages.IssuerDraftLine {
	l := pages.IssuerDraftLine{Name: issuers.NameOf(d.Issuer()), URL: draftPath(d.ID), What: "A new provider", By: d.MadeByName, At: h.Local(c, d.MadeAt)}
	switch {
	case d.ReplacedAt != nil && d.IssuerID != nil:
		l.What = "Earlier settings of " + names[*d.IssuerID] + ", kept for going back"
	case d.IssuerID != nil:
		l.What = "A change of " + names[*d.IssuerID]
	}
	switch {
	case d.TestedAt != nil:
		l.State = components.StateArgs{Label: "Tested", Tone: components.ToneGood}
	case len(d.TestReport) > 0:
		l.State = components.StateArgs{Label: "The test failed", Tone: components.ToneBad}
	case d.MFASilent && d.MFAAttestedBy == "":
		l.State = components.StateArgs{Label: "Waits for the clearinghouse", Tone: components.ToneWarn, Icon: components.IconClock}
	default:
		l.State = components.StateArgs{Label: "Not tested"}
	}
	return l
}

func (h *Issuers) domainLine(c echo.Context, d issuers.Domain, names map[uuid.UUID]string) pages.IssuerDomain {
	l := pages.IssuerDomain{Name: d.Domain, Asked: d.AskedByName, At: h.Local(c, d.AskedAt), Text: d.Note, State: domainState(d.AgencyDomain)}
	if d.IssuerID != nil {
		l.Leads = names[*d.IssuerID]
	}
	switch {
	case d.Approved == nil:
		l.Withdraw = "Take the request back"
	case !*d.Approved:
		l.Withdraw, l.Text = "Remove", "Refused: "+d.Answer
	default:
		if d.Answer != "" {
			l.Text = d.Answer
		}
		if d.IssuerID == nil {
			l.Withdraw = "Give it up"
		}
	}
	return l
}

func domainState(d models.AgencyDomain) components.StateArgs {
	switch {
	case d.Approved == nil:
		return components.StateArgs{Label: "Asked for", Tone: components.ToneWarn, Icon: components.IconClock}
	case *d.Approved:
		return components.StateArgs{Label: "Approved", Tone: components.ToneGood}
	}
	return components.StateArgs{Label: "Refused", Tone: components.ToneBad}
}

func rolesOffered(list []auth.Role) []pages.IssuerRole {
	var out []pages.IssuerRole
	for _, r := range list {
		out = append(out, pages.IssuerRole{Code: string(r), Words: r.Words()})
	}
	return out
}
