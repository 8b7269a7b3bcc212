package pages

import (
	"strings"
	"testing"
	"time"

	"reeve/views/components"
	"reeve/views/layout"
)

func TestProvidersPages(t *testing.T) {
	t.Parallel()
	v := ProvidersView{Frame: layout.PageArgs{Title: "Providers", Now: now}, Lead: "One provider fails.", AddURL: "/desk/providers/new", All: "/desk/providers",
		Tabs:    []components.Tab{{Label: "All", URL: "/desk/providers", Current: true}, {Label: "Failing", URL: "/desk/providers?show=failing", Count: "1"}},
		Columns: []components.Column{{Label: "Provider", SortURL: "/desk/providers", Sort: "ascending"}, {Label: "Account"}, {Label: "Last use"}, {Label: "Requests, 24 h", Numeric: true}, {Label: "Errors, 24 h", Numeric: true}, {Label: "Requests, 7 d", Numeric: true}, {Label: "Errors, 7 d", Numeric: true}, {Label: "Commonest error"}},
		Rows: []ProvidersRow{
			{Name: "Example Chat", URL: "/desk/providers/1", Username: "esp", State: components.StateArgs{Label: "Changing passwords", Tone: components.ToneInfo}, Note: "old one ends in 6 d", LastUsed: now.Add(-time.Hour),
				Day: ProvidersCount{Requests: "16", Errors: "8", Share: "50 %", Warn: true}, Week: ProvidersCount{Requests: "1 204", Errors: "31", Share: "2 %"}, Worst: "Validation failed", WorstCount: "code 4100, 8 times in 7 days", Fails: true},
			{Name: strings.Repeat("A very long name of a provider ", 6), URL: "/desk/providers/2", State: components.StateArgs{Label: "No password yet"}, Day: ProvidersCount{Requests: "0"}, Week: ProvidersCount{Requests: "0"}},
		}, Pages: components.PaginationArgs{Shown: "2 providers shown", OlderURL: "/desk/providers?cursor=x", Older: "Next"}}
	checkMain(t, "providers", Providers(v))
	v.Rows, v.Search, v.Problem, v.Hidden = nil, "\x7f", "This cannot be searched for.", []components.Pair{{Name: "show", Value: "failing"}}
	v.Empty = ProvidersEmpty{"Nothing was looked for.", "Correct the search, or clear it."}
	checkMain(t, "providers-none", Providers(v))
}

func TestProviderPages(t *testing.T) {
	t.Parallel()
	v := ProviderView{Frame: layout.PageArgs{Title: "Example Chat", Now: now}, Name: "Example Chat", Lead: "It can send reports.", NetworksURL: "/n", ContactURL: "/c", EndURL: "/e",
		Alerts:  []components.AlertArgs{{Tone: components.ToneBad, Static: true, Title: "This provider fails", Text: "Of 16 requests 8 were answered with an error."}},
		Deeds:   []components.LinkButtonArgs{{Label: "New password", URL: "/p"}, {Label: "Disable", URL: "/d"}},
		Figures: []components.FigureArgs{{Label: "Last use", Value: "just now"}},
		Use:     components.ChartArgs{ID: "use", Title: "Requests a day", Bars: []components.Bar{{Label: "1 Mar", Value: 16, Text: "16, 8 errors (50 %)", Tone: components.ToneBad}, {Label: "2 Mar"}}},
		Faults:  []ProviderFault{{Code: "2000", What: "Called from an address that is not allowed", Hint: "Compare the address.", Week: "8", All: "9", LastAt: now.Add(-time.Minute), LastIP: "2001:db8::1"}},
		Credentials: []ProviderCredential{
			{Username: "esp", State: components.StateArgs{Label: "Works", Tone: components.ToneGood}, Made: now, MadeBy: "Sam"},
			{Username: "esp", State: components.StateArgs{Label: "Disabled", Tone: components.ToneBad}, Made: now.AddDate(0, -3, 0), MadeBy: "the console", LastUsed: now.Add(-time.Hour), Ends: now.Add(-time.Minute), EndWords: "disabled", EndedBy: "Sam", Why: "A key <b>was</b> found"},
		},
		Networks: []string{"192.0.2.0/24", "2001:db8::/48"}, Seen: []ProviderAddress{{IP: "192.0.2.7", Last: now}, {IP: "198.51.100.9", Last: now, Outside: true}}, SeenMore: true,
		Contact: []components.Term{{Term: "Name", Text: "Kim Vale"}, {Term: "Telephone", Missing: "none"}}}
	checkMain(t, "provider", Provider(v))
	checkMain(t, "provider-new", Provider(ProviderView{Frame: v.Frame, Name: "Example Chat", Use: components.ChartArgs{Empty: "It sent nothing in the last 30 days"}}))
}

func TestProviderForms(t *testing.T) {
	t.Parallel()
	v := ProviderFormView{Frame: layout.PageArgs{Title: "Provider", Now: now, Width: "form"}, Title: "Allowed addresses", Lead: "Example Chat", Action: "/desk/providers/1/addresses", Back: "/desk/providers/1",
		Hidden: []components.Pair{{Name: "version", Value: "3"}}, Name: "Example Chat", Username: "esp", Networks: "192.0.2.0/24\n<b>", NetworksLimit: 200, WhyLimit: 300, MaxOverlap: 30, Overlap: "7",
		Conflict: "Sam changed this account since you opened the page.", Problems: []components.FieldError{{ID: "f-networks", Message: "Line 2 is no address."}},
		Excludes: []ProviderAddress{{IP: "198.51.100.9", Last: now.Add(-time.Hour)}, {IP: "2001:db8::9"}}, Sure: "198.51.100.9 2001:db8::9", Seen: []ProviderAddress{{IP: "198.51.100.9", Last: now}},
		OldUsed: now.Add(-time.Hour), OldUsedSince: true, OldEnds: now.AddDate(0, 0, 6), LastUsed: now.Add(-time.Minute)}
	checkMain(t, "provider-addresses", ProviderAddresses(v))
	v.Conflict, v.Problems = "", nil
	checkMain(t, "provider-end", ProviderEnd(v))
	checkMain(t, "provider-disable", ProviderDisable(v))
	checkMain(t, "provider-rotate", ProviderRotate(v))
	v.Not = "There is no old password to end."
	checkMain(t, "provider-not", ProviderEnd(v))
	v.Not, v.Problems = "", []components.FieldError{{ID: "f-name", Message: "Fill this in."}}
	checkMain(t, "provider-add", ProviderAdd(v))
	checkMain(t, "provider-secret", ProviderSecret(ProviderSecretView{Frame: v.Frame, Title: "The new password", Name: "Example Chat", Username: "esp", Password: "SHOWN ONCE", API: "https://reeve.example/ispws", OldUntil: now, Contact: "Kim Vale", Email: "kim@provider.example", URL: "/desk/providers/1"}))
}
