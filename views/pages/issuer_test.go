package pages

import (
	"strings"
	"testing"
	"time"

	"reeve/views/components"
	"reeve/views/layout"
)

var registered = IssuerRegister{Redirect: "https://reeve.example/login/callback", SignedOut: "https://reeve.example/login", BackChannel: "https://reeve.example/login/backchannel"}

func TestPagesOfAnAgencysOwnSignIn(t *testing.T) {
	t.Parallel()
	frame := layout.PageArgs{Title: "Sign-in", Now: now}
	ask := IssuerAsk{Action: "/agency/sign-in/domains", WithdrawAction: "/agency/sign-in/domains/withdraw", NoteLimit: 500}
	checkMain(t, "issuers-empty", Issuers(IssuersView{Frame: frame, Agency: "Bay Region", Own: true, Lead: "No provider is switched on.", NewURL: "/agency/sign-in/new", Register: registered, Ask: ask}))
	bad := ask
	bad.Hidden, bad.Domain, bad.Note = []components.Pair{{Name: "agency", Value: "bay"}}, `"><b>.example`, "It is\nours & <b>nobody's</b>"
	bad.Problems = []components.FieldError{{ID: "f-domain", Message: "This is no domain."}}
	long := strings.Repeat("a-very-long-name-of-a-provider ", 6)
	checkMain(t, "issuers", Issuers(IssuersView{Frame: frame, Agency: "Bay Region", Lead: "2 providers are switched on.", NewURL: "/agency/sign-in/new?agency=bay", DecideURL: "/desk/agencies/domains", Register: registered, Ask: bad,
		OthersURL: "/agency/sign-in", Others: []components.Option{{Value: "bay", Label: "Bay <Region>"}},
		Drafts: []IssuerDraftLine{{Name: long, URL: "/agency/sign-in/drafts/1", What: "A change of County <i>Entra</i>", By: "Noor", At: now.Add(-time.Hour), State: components.StateArgs{Label: "Tested", Tone: components.ToneGood}}},
		Providers: []IssuerCard{
			{ID: "provider-1", Name: "County <i>Entra</i>", On: true, URL: "https://login.county.example/" + strings.Repeat("x", 200), Domains: []string{"bay.example", "lab.example"}, People: 1, ChangeURL: "/c", OffURL: "/o",
				Trouble: "It answered 503. <script>", Since: now.Add(-time.Minute), Facts: []components.Term{{Term: "Client ID", Text: "<reeve>", Mono: true}, {Term: "Last used", Missing: "not yet"}},
				Key: IssuerKey{JWKS: `{"keys":[{"kty":"EC"}]}`, PEM: "-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----\n"}},
			{ID: "provider-2", Name: "Old login", URL: "https://old.example", ChangeURL: "/c"}},
		Domains: []IssuerDomain{
			{Name: "bay.example", State: components.StateArgs{Label: "Approved", Tone: components.ToneGood}, Leads: "County <i>Entra</i>", At: now.AddDate(-1, 0, 0)},
			{Name: "lab.example", State: components.StateArgs{Label: "Refused", Tone: components.ToneBad}, Asked: "Noor", At: now, Text: "Refused: <b>no</b>", Withdraw: "Remove"}}}))

	form := IssuerFormView{Frame: frame, Title: "A new provider", Lead: "A draft.", Action: "/agency/sign-in/drafts", Back: "/agency/sign-in", Method: "client_secret", MFA: "says", AMR: "mfa", Scopes: "openid email", NoteLimit: 500,
		Rows: make([]IssuerRoleRow, 1), Roles: []IssuerRole{{"investigator", "Investigator"}}, NoDomains: "No e-mail domain is approved yet."}
	checkMain(t, "issuer-form-new", IssuerForm(form))
	form.Title, form.Hidden, form.HasSecret, form.HasKey, form.NewKey = "Change a draft", []components.Pair{{Name: "version", Value: "3"}}, true, true, true
	form.Conflict, form.Moved, form.Method, form.MFA, form.MFANote = "Ines changed this draft a moment ago.", "Ines changed the live settings.", "private_key_jwt", "silent", "Smart <cards>\nfor all"
	form.URL, form.ClientID, form.Name, form.RolesClaim = `https://a"b`, "<c>", "N", "groups"
	form.Rows = []IssuerRoleRow{{Value: `"x" & <y>`, Roles: []string{"investigator"}}, {}}
	form.Domains = []components.Choice{{Value: "bay.example", Label: "bay.example", Checked: true, Help: "leads to Old login now"}}
	form.Problems = []components.FieldError{{ID: "f-url", Message: "Write a whole address."}, {ID: "f-role_map", Message: "Twice."}}
	checkMain(t, "issuer-form-wrong", IssuerForm(form))

	draft := IssuerDraftView{Frame: frame, Agency: "Bay Region", Title: "The lab", Lead: "A new provider.", EditURL: "/e", DiscardURL: "/d", Register: registered, LookAction: "/l", TestAction: "/t", TestAs: "noor@bay.example", OnURL: "/on",
		Missing: []string{"Test the sign-in first."}, Facts: []components.Term{{Term: "Issuer", Text: "https://lab.example", Mono: true}}}
	checkMain(t, "issuer-draft-new", IssuerDraft(draft))
	draft.Missing, draft.Changes = nil, []Change{{What: "Issuer", Was: "https://old.example", Is: "<new>"}}
	draft.Look = &IssuerReport{At: now, OK: true, Title: "It can be used", Steps: []IssuerStep{{Name: "The provider answers", Text: "It does.", OK: true}}}
	draft.Test = &IssuerReport{At: now, Title: "The test failed", Steps: []IssuerStep{{Name: "The provider answers", Text: "It does.", OK: true}, {Name: "It shows a second factor", Text: "<none>"}}, Facts: []components.Term{{Term: "Subject", Text: "<s>"}}}
	draft.Silent, draft.AcceptAction, draft.Hidden, draft.TestAs = "<b>Cards</b>\nfor all", "/accept", []components.Pair{{Name: "version", Value: "2"}}, ""
	checkMain(t, "issuer-draft-tried", IssuerDraft(draft))

	checkMain(t, "issuer-confirm", IssuerConfirm(IssuerConfirmView{Frame: frame, Title: "Switch off <x>?", Lead: "Bay Region", Points: []string{"<p>"}, Warning: "People are shut out.", Conflict: "Somebody was first.", Back: "/b",
		Confirm: components.ConfirmArgs{Title: "This happens at once", Action: "/off", Submit: "Switch it off", Danger: true, CancelURL: "/b"}, LockOut: "Lock out the last admin.", LockOutError: "Tick it."}))
	checkMain(t, "issuer-confirm-not", IssuerConfirm(IssuerConfirmView{Frame: frame, Title: "Switch on?", Not: "Not tested.", Back: "/b"}))
}

func TestDomainsToDecideAbout(t *testing.T) {
	t.Parallel()
	frame := layout.PageArgs{Title: "E-mail domains", Now: now}
	checkMain(t, "domains-empty", Domains(DomainsView{Frame: frame}))
	checkMain(t, "domains", Domains(DomainsView{Frame: frame, Action: "/desk/agencies/domains", NoteLimit: 500, Conflict: "Somebody decided already.", NextURL: "/n", FirstURL: "/f",
		Requests: []DomainRequest{
			{ID: "request-1", Domain: "lab.example", Agency: "Bay <Region>", AgencyURL: "/agency/sign-in?agency=bay", By: "Noor", At: now.Add(-48 * time.Hour), Note: "Call us:\n<b>desk</b>", Near: []string{"example.org is Other's"}, Answer: `"a"`, AnswerBad: "Say why."},
			{ID: "request-2", Domain: "held.example", Agency: "Bay", AgencyURL: "javascript:alert(1)", By: "Noor", At: now, Note: strings.Repeat("long ", 100), Holder: "Five Boroughs"}},
		Silent:  []SilentDraft{{Name: "County <Entra>", URL: "/agency/sign-in/drafts/1", Agency: "Bay", By: "Noor", Note: "Everybody <has> a card.", At: now}},
		Decided: []DomainDecision{{Domain: "old.example", Agency: "Bay", By: "Sam", Answer: "<no>", At: now, State: components.StateArgs{Label: "Refused", Tone: components.ToneBad}}}}))
}
