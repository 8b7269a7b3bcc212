package pages

import (
	"testing"
	"time"

	"reeve/views/components"
)

func agencyRows() []AgencyRow {
	on := AgencySignIn{Words: "On", Tone: components.ToneGood, URL: "/agency/sign-in?agency=bay"}
	return []AgencyRow{
		{Name: "Bay Region (test)", URL: "/agency/settings", Code: "bay", Own: true, Active: "100+", Waiting: "2", Invited: "14", Due: "100+", Open: components.Group(1000) + "+", PeopleURL: "/agency/users?agency=bay", SignIn: on, LastSignIn: now.Add(-3 * time.Hour)},
		{Name: rightLeft, URL: "/agency/settings?agency=unit", Code: "unit", Depth: 1, Active: "3", Open: "0", SignIn: AgencySignIn{Words: "Failing", Tone: components.ToneBad}, LastSignIn: now.Add(-100 * 24 * time.Hour), NoAdmin: true, AdminInvited: true},
		{Name: longWord, Code: "deep", Depth: 12, Above: "Unit", Active: "0", Open: "4", NoAdmin: true, AskedDomains: true, SignIn: AgencySignIn{Words: "Not set up", Tone: components.ToneWarn}},
		{Name: "Gone", URL: "/agency/settings?agency=gone", Code: "gone", Depth: 2, Closed: true, Active: "0", Open: "0", NoAdmin: true},
		{Name: "State unknown", Code: "us-unknown", Kind: "pool", NoPeople: true, Open: "7"},
	}
}

func TestAgencyTree(t *testing.T) {
	t.Parallel()
	tabs := []components.Tab{{Label: "Settings", URL: "/agency/settings"}, {Label: "Agencies below", URL: "/agency/agencies", Current: true}}
	v := AgencyTreeView{Frame: testFrame("Agencies"), Title: "Agencies below Bay Region (test)", Tabs: tabs, Rows: agencyRows()[:1], Alone: true, AddURL: "/agency/agencies/new?below=bay"}
	checkMain(t, "agency-tree-alone", AgencyTree(v))
	v.Rows, v.Alone, v.Pages = agencyRows(), false, components.PaginationArgs{Shown: "50 shown", OlderURL: "/agency/agencies?cursor=abc", Newer: "First page", Older: "Next"}
	checkMain(t, "agency-tree-many", AgencyTree(v))
	v.Rows, v.Top.TreeURL = nil, "/agency/agencies"
	checkMain(t, "agency-tree-past-the-end", AgencyTree(v))
}

func TestAgencySettings(t *testing.T) {
	t.Parallel()
	zones := []components.Option{{Value: "America/New_York", Label: "New York", Group: "United States"}, {Value: "UTC", Label: "UTC", Group: "UTC"}}
	v := AgencySettingsView{Frame: testFrame("Settings"), Agency: AgencyPlace{Name: "Bay Region (test)", AddURL: "/agency/agencies/new?below=bay"}, Action: "/agency/settings", Own: true, HasBand: true, Name: "Bay Region (test)",
		Hidden: []components.Pair{{Name: "version", Value: "3"}}, Zones: zones, Bands: []components.Option{{Value: "teal", Label: "Teal"}}, MostIdle: 30, MostHours: 12,
		Values: AgencySettingsValues{ContactName: "Duty desk", ContactEmail: "desk@bay.example", ContactPhone: "+1 202 555 0101", Zone: "UTC", Band: "teal"}}
	checkMain(t, "agency-settings-own", AgencySettings(v))
	v.Own, v.Closed, v.MostIdle = false, "22 Feb 2026, 10:00 PST", 15
	v.Agency = AgencyPlace{Name: rightLeft, Code: "unit", Above: "Bay Region (test)", PeopleURL: "/agency/users?agency=unit", SignInURL: "/agency/sign-in?agency=unit", TreeURL: "/agency/agencies",
		MoveURL: "/agency/agencies/unit/move", ReopenURL: "/agency/agencies/unit/reopen", Version: "3"}
	v.Values.Name, v.Values.Idle, v.Values.ContactName = rightLeft, "31", longText
	v.Errors = map[string]string{"idle_minutes": "From 5 to 15 minutes: Bay Region (test) allows no more."}
	v.Problems = []components.FieldError{{ID: "f-idle_minutes", Message: v.Errors["idle_minutes"]}}
	v.Conflict = &AgencyConflictView{Changes: []Change{{What: "Time zone", Was: "UTC", Is: "America/New_York"}}}
	checkMain(t, "agency-settings-refused", AgencySettings(v))
}

func TestAgencyForms(t *testing.T) {
	t.Parallel()
	zones := []components.Option{{Value: "UTC", Label: "UTC", Group: "UTC"}}
	checkMain(t, "agency-new-root", AgencyForm(AgencyFormView{Frame: testFrame("Add an agency"), Action: "/desk/agencies", Cancel: "/desk/agencies", Zones: zones}))
	checkMain(t, "agency-new-refused", AgencyForm(AgencyFormView{Frame: testFrame("Add an agency"), Above: rightLeft, Action: "/agency/agencies", Cancel: "/agency/agencies", Zones: zones,
		Hidden: []components.Pair{{Name: "below", Value: "unit"}}, Values: AgencyFormValues{Name: longWord, Code: "unit", Zone: "UTC"}, Errors: map[string]string{"code": "unit is taken. unit-2 is free."},
		Problems: []components.FieldError{{ID: "f-code", Message: "unit is taken. unit-2 is free."}}}))
	place := AgencyPlace{Name: "Unit", Code: "unit", Above: "Bay Region (test)"}
	move := AgencyMoveView{Frame: testFrame("Move Unit"), Agency: place, Action: "/agency/agencies/unit/move", Cancel: "/agency/agencies", Value: "bay", Places: []components.Option{{Value: "bay", Label: "Bay Region (test) (now)"}, {Value: "sister", Label: "Sister"}}}
	checkMain(t, "agency-move", AgencyMove(move))
	move.Places, move.MayRoot, move.Conflict, move.Error = nil, true, "Somebody else changed Unit meanwhile.", "There is no such agency among those that you manage."
	checkMain(t, "agency-move-typed", AgencyMove(move))
	move.Nowhere = true
	checkMain(t, "agency-move-nowhere", AgencyMove(move))
	shut := AgencyCloseView{Frame: testFrame("Close Unit"), Agency: place, Action: "/agency/agencies/unit/close", Cancel: "/agency/agencies", People: "3 people are signed out at once and cannot sign in any more.", Areas: "It covers one area."}
	checkMain(t, "agency-close", AgencyClose(shut))
	shut.Not = "It has 2 open reports. They must be closed or returned first."
	checkMain(t, "agency-close-not-now", AgencyClose(shut))
}

func TestAgenciesOfTheClearinghouse(t *testing.T) {
	t.Parallel()
	tabs := []components.Tab{{Label: "Top of the tree", URL: "/desk/agencies", Current: true}, {Label: "Closed", URL: "/desk/agencies?show=closed"}}
	v := AgenciesView{Frame: testFrame("Agencies"), Tabs: tabs, RolesURL: "/desk/agencies/roles", ClearURL: "/desk/agencies", Empty: components.EmptyArgs{Icon: components.IconAgency, Title: "There are no agencies yet."}}
	checkMain(t, "agencies-none", Agencies(v))
	v.Words, v.Which, v.Rows, v.Domains, v.DomainsURL, v.AddURL = rightLeft, "all", agencyRows(), "2 e-mail domains wait for a decision: are they the agencies' own?", "/desk/agencies/domains", "/desk/agencies/new"
	v.Pages = components.PaginationArgs{Shown: "50 shown", OlderURL: "/desk/agencies?cursor=abc", Newer: "First page", Older: "Next"}
	checkMain(t, "agencies-many", Agencies(v))

	p := AgencyProfileView{Frame: testFrame("New"), Agency: AgencyPlace{Name: "New agency", Code: "new-agency"}, Kind: "Agency", InviteURL: "/agency/users?agency=new-agency", People: true,
		Contact: []components.Term{{Term: "E-mail", Missing: "none"}}, Figures: []components.Term{{Term: "People", Text: "0 active"}}}
	checkMain(t, "agency-profile-new", AgencyProfile(p))
	p.AskedDomains, p.DomainsURL = true, "/desk/agencies/domains"
	p.InviteURL, p.MoreAreas, p.TreeURL, p.Below = "", true, "/agency/agencies?agency=bay", agencyRows()[1:3]
	p.Alerts = []components.AlertArgs{{Tone: components.ToneWarn, Static: true, Title: "This agency is closed", Text: "Since yesterday."}}
	p.Admins = []AgencyAdminRow{{Name: rightLeft, Email: "noor@bay.example", Roles: "Supervisor, agency admin", State: "Active", Tone: components.ToneGood, LastSignIn: now}, {Name: "Kit", State: "Invited", Tone: components.ToneInfo}}
	p.Areas = []AreaRow{{Area: "US, CA, Santa Clara", Certainty: "High", Tone: components.ToneGood, Basis: "Listed", Source: longWord}, {Area: "US, CA, Marin", From: "2020-01-01", To: "2024-12-31", Over: true, Certainty: "Unknown", Basis: longText}}
	checkMain(t, "agency-profile-full", AgencyProfile(p))
	checkMain(t, "agency-profile-pool", AgencyProfile(AgencyProfileView{Frame: testFrame("Pool"), Agency: AgencyPlace{Name: "State unknown"}, Kind: "Pool"}))
}

func TestRoles(t *testing.T) {
	t.Parallel()
	checkMain(t, "roles", Roles(RolesView{Frame: testFrame("Who may do what"), Yours: []string{"Supervisor", "Agency admin"},
		Tables: []RolesTable{{ID: "agency", Title: "People of an agency", Roles: []RoleHead{{Name: "Investigator", Means: "Works."}, {Name: "Supervisor", Means: "Commands.", Yours: true}},
			Rows: []RoleRow{{Words: "Read a report.", Cells: []RoleCell{{Role: "Investigator", Reach: "own agency", Has: true}, {Role: "Supervisor", Reach: "no", Yours: true}}}}}},
		Reach: []components.Term{{Term: "Own agency", Text: "What is one's own agency's."}}}))
}
