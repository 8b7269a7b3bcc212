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
		"login-kept":  {Frame: public, Ended: true, Kept: true, Return: "/account/resume/1"},
		"login-ended": {Frame: public, Ended: true, Return: "/inbox"},
		"login-demo": {Frame: public, Password: "reeve-demo", Accounts: []DemoAccount{
			{Email: "dana@bay.example", Name: "Dana Cruz", Does: "investigator", Agency: "Bay Region (demonstration)", Provider: "Bay Region's provider"},
			{Email: "layla@north.example", Name: "\u0644\u064a\u0644\u0649 \u062d\u062f\u0627\u062f", Does: "investigator", Agency: "Northern National Centre (demonstration)"},
		}},
	} {
		checkMain(t, name, Login(v))
	}
	checkMain(t, "refused", Refused(RefusedView{Frame: public, Title: "No account has been prepared for you", Text: "Ask your agency's administrator.", Whom: desk, Return: "/inbox?x=1", Provider: "login.bay.example", Agency: "Bay Region"}))
	checkMain(t, "refused-proof", Refused(RefusedView{Frame: public, Title: "A second factor is needed", Text: "Choose it there.", Confirm: "/login/again?return=%2Fagency%2Fusers"}))
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
	frame := layout.PageArgs{Title: "Your account", Now: now}
	here := AccountSession{ID: "0190aaaa-0000-7000-8000-000000000001", Since: now.Add(-10 * time.Minute), Seen: now, Until: now.Add(30 * time.Minute), AuthAt: now.Add(-10 * time.Minute), Strong: true, IP: "192.0.2.7", Browser: "Firefox on Windows", This: true}
	away := AccountSession{ID: "0190aaaa-0000-7000-8000-000000000002", Since: now.Add(-3 * time.Hour), Seen: now.Add(-20 * time.Minute), Until: now.Add(10 * time.Minute), AuthAt: now.Add(-3 * time.Hour), Browser: `Browser <of> "mine"`}
	v := AccountView{Frame: frame, Name: "Dana Cruz", Email: "dana@bay.example", Agency: "Bay Region", Roles: "Investigator", Provider: "login.bay.example", Idle: 15 * time.Minute, Absolute: time.Hour, Whom: desk, Sessions: []AccountSession{here}}
	checkMain(t, "account-alone", Account(v))
	v.Sessions, v.Idle, v.Absolute = []AccountSession{here, away}, 30*time.Minute, 12*time.Hour
	v.Kept = []KeptLine{{URL: "/account/resume/0190aaaa-0000-7000-8000-000000000003", Deed: "record an outcome", At: now.Add(-time.Minute)}}
	checkMain(t, "account", Account(v))
}

func TestPagesOnTheWayToADeed(t *testing.T) {
	t.Parallel()
	frame := layout.PageArgs{Title: "x", Now: now}
	checkMain(t, "again", Again(AgainView{SignedIn: true, Frame: frame, Deed: "suspend a person's access", Provider: "login.bay.example", Agency: "Bay <Region>", Strong: true, Return: "/account/resume/1?x=1&y", Kept: true}))
	checkMain(t, "again-bare", Again(AgainView{SignedIn: true, Frame: frame, Agency: "Bay Region"}))
	checkMain(t, "again-unkept", Again(AgainView{SignedIn: true, Frame: frame, Deed: "bring people from a file", Provider: "login.bay.example", Agency: "Bay Region", Unkept: true}))
	checkMain(t, "again-ended", Again(AgainView{Public: layout.PublicArgs{Title: "x"}, Unkept: true}))
	v := ResumeView{Frame: frame, Deed: "change a sign-in", Page: "/agency/sign-in", At: now, Until: now.Add(20 * time.Minute), Action: "/agency/sign-in?x=1&kept=1", Discard: "/account/resume/1/discard",
		Fields: []KeptField{{Name: "name", Label: "Name", Value: `"><script>`}, {Name: "note", Label: "Note", Value: "first line\r\nsecond line"}, {Name: "client_secret", Label: "Client secret", Value: "not-shown", Secret: true}, {Name: "more", Label: "More"}, {Name: "version", Label: "Version", Value: "3", Quiet: true}}}
	checkMain(t, "resume", Resume(v))
	v.Fields, v.Upload, v.Page, v.Files = nil, true, "", []KeptField{{Name: "file", Label: "File", Value: "people.csv"}}
	v.Others = []KeptLine{{URL: "/account/resume/2", Deed: "record an outcome", At: now.Add(-3 * time.Minute)}}
	checkMain(t, "resume-file", Resume(v))
}
