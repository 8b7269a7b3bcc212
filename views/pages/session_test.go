package pages

import (
	"testing"
	"time"

	"reeve/views/components"
	"reeve/views/layout"
)

var desk = Contact{Name: "Bay Region front desk", Email: "desk@bay.example", Phone: "+1 202 555 0100"}

func TestSignInPages(t *testing.T) {
	t.Parallel()
	public := layout.PublicArgs{Title: "Sign in", RequestID: "01JD"}
	for name, v := range map[string]LoginView{
		"login-empty": {Frame: public},
		"login-wrong": {Frame: public, Email: `"><b>@nowhere.example`, Error: "No agency signs in with addresses ending in @nowhere.example.", Return: "/reports/123456789?tab=trail&x=<"},
		"login-ended": {Frame: public, Ended: true, Return: "/inbox"},
		"login-demo": {Frame: public, Password: "reeve-demo", Accounts: []DemoAccount{
			{Email: "dana@bay.example", Name: "Dana Cruz", Does: "investigator", Agency: "Bay Region (demonstration)", Provider: "Bay Region's provider"},
			{Email: "layla@north.example", Name: "\u0644\u064a\u0644\u0649 \u062d\u062f\u0627\u062f", Does: "investigator", Agency: "Northern National Centre (demonstration)"},
		}},
	} {
		checkMain(t, name, Login(v))
	}
	checkMain(t, "refused", Refused(RefusedView{Frame: public, Title: "No account has been prepared for you", Text: "Ask your agency's administrator.", Whom: desk, Return: "/inbox?x=1", Provider: "login.bay.example", Agency: "Bay Region"}))
	checkMain(t, "refused-bare", Refused(RefusedView{Frame: public, Title: "This sign-in is no longer open", Text: "Sign in again."}))
}

func TestErrorPages(t *testing.T) {
	t.Parallel()
	checkMain(t, "error-ours", Error(ErrorView{Public: layout.PublicArgs{Title: "x"}, Title: "Something went wrong on our side", Text: "Nothing was changed.", RequestID: "01JD", Next: Link{"Go to the start page", "/"}}))
	checkMain(t, "error-forbidden", Error(ErrorView{SignedIn: true, Frame: layout.PageArgs{Title: "x"}, Title: "You may not do this", Text: "Your role may not do this.", Whom: desk, WhomWhy: "This desk can change what you may do here."}))
	checkMain(t, "error-fields", Error(ErrorView{SignedIn: true, Title: "Something needs correcting", Fields: []components.FieldError{{ID: "f-note", Message: "Write at most 3,000 characters."}}, Next: Link{"Back", "javascript:alert(1)"}}))
}

func TestAccountPage(t *testing.T) {
	t.Parallel()
	checkMain(t, "account", Account(AccountView{Frame: layout.PageArgs{Title: "Your account", Now: now}, Name: "Dana Cruz", Email: "dana@bay.example", Agency: "Bay Region", Roles: "Investigator",
		Provider: "login.bay.example", Whom: desk,
		Sessions: []AccountSession{{Since: now.Add(-10 * time.Minute), This: true}, {Since: now.Add(-3 * time.Hour)}}}))
}
