package gallery

import (
	"fmt"
	"time"

	c "reeve/views/components"
)

func facts() []State {
	return []State{
		{"datetime", "Distance in time", c.DateTime(before(3*time.Hour), Now)},
		{"datetime-none", "No time", c.DateTime(time.Time{}, Now)},
		{"moment", "Exact time", c.Moment(before(9 * day))},
		{"definitions", "Named facts", c.DefinitionList([]c.Term{
			{Term: "Provider", Text: "Chatter (demonstration)", URL: "/search?q=chatter"},
			{Term: "Incident", Text: c.Exact(before(10 * day)), Note: "The provider defines this as the time of detection."},
			{Term: "Upload address", Missing: "No upload address. The nearest event is a log-in 9 d before."},
			{Term: "Name", Text: Arabic},
			{Term: "SHA-256", Text: Unbroken, Mono: true},
		})},
		{"definitions-parts", "Named facts of parts", definitions()},
		{"definitions-long", "Named fact of 3,000 characters", c.DefinitionList([]c.Term{{Term: "Provider's words", Text: Long, Pre: true}})},
		{"identifiers", "Identifiers", identifiers()},
		{"identifier-long", "Identifier without a space", c.Identifier(c.IdentifierArgs{Kind: "Hash", Value: Unbroken, Icon: c.IconHash, Copy: true})},
		{"identifier-rtl", "Identifier from right to left", c.Identifier(c.IdentifierArgs{Kind: "Screen name", Value: Arabic + "_88", Whose: "subject", Copy: true})},
		{"trail", "Trail", c.Trail([]c.TrailItem{
			{When: before(time.Hour), Who: "Dana Reyes", Agency: "Bay Region Task Force", Deed: "recorded an outcome", Detail: "Investigation opened"},
			{When: before(2 * time.Hour), Who: Hebrew, Agency: "Clearinghouse", Deed: "wrote a note", Note: "The second address belongs to a library."},
			{When: before(26 * time.Hour), Who: "Rule 14", Deed: "released the report", Detail: "confidence 0.94"},
		})},
		{"trail-one", "Trail of one", c.Trail([]c.TrailItem{{When: before(day), Who: "Chatter (demonstration)", Deed: "sent the report"}})},
		{"timeline", "Timeline", c.Timeline(c.TimelineArgs{ID: "tl", Title: "IP events and the incident", Desc: "The nearest upload is 14 min before the incident.", Events: events()})},
		{"timeline-one", "Timeline of one", c.Timeline(c.TimelineArgs{ID: "tl1", Title: "IP events, no incident", NoIncident: "The provider gave no time for the incident.", Events: events()[:1]})},
		{"timeline-none", "Timeline without events", c.Timeline(c.TimelineArgs{ID: "tl0", Title: "IP events and the incident"})},
	}
}

func events() []c.TimelineEvent {
	at := before(10 * day)
	return []c.TimelineEvent{
		{At: at.Add(-9 * day), Kind: "Registration", Detail: "198.51.100.23", Note: "Oakland, California"},
		{At: at.Add(-2 * day), Kind: "Log-in", Detail: "203.0.113.7, port 51544", Note: "mobile carrier: country at best"},
		{At: at.Add(-2*day + 20*time.Minute), Kind: "Log-in", Detail: "203.0.113.7, port 51611", Note: "mobile carrier: country at best"},
		{At: at.Add(-14 * time.Minute), Kind: "Upload", Detail: "192.0.2.44, port 40122", Note: "San Jose, California", Strong: true, URL: "/search?q=192.0.2.44"},
		{At: at, Kind: "Incident", Incident: true, Note: "time of detection"},
		{At: at.Add(31 * time.Hour), Kind: "Log-in", Detail: "2001:db8:12::9", Note: "marked by the provider as a possible proxy"},
	}
}

func figures() []State {
	outcomes := []c.Bar{
		{Label: "Investigation opened", Value: 412, Before: 380, URL: "/desk/feedback?outcome=opened"},
		{Label: "Not enough to act on", Value: 230, Before: 305, URL: "/desk/feedback?outcome=thin"},
		{Label: "Wrong jurisdiction", Value: 64, Before: 40, Tone: c.ToneWarn, URL: "/desk/feedback?outcome=wrong"},
		{Label: "Arrest", Value: 31, Before: 22, Tone: c.ToneGood, URL: "/desk/feedback?outcome=arrest"},
		{Label: "Duplicate", Value: 1, Before: 0, URL: "/desk/feedback?outcome=duplicate"},
		{Label: "Unfounded", Value: 0, Before: 3},
	}
	var weeks []c.Bar
	for i := range 26 {
		weeks = append(weeks, c.Bar{Label: before(time.Duration(25-i) * 7 * day).Format("2 Jan"), Value: 300 + (i*i*37+i*91)%260})
	}
	return []State{
		{"figures", "Five figures", fiveFigures()},
		{"figure-one", "One figure", oneFigure()},
		{"barchart", "Bars, with the period before", c.BarChart(c.ChartArgs{ID: "bars", Title: "Outcomes in the last 30 days", Desc: "The thin mark is the 30 days before.", Head: "Outcome", Unit: "Referrals", Compared: true, Bars: outcomes})},
		{"barchart-one", "One bar", c.BarChart(c.ChartArgs{ID: "bar1", Title: "By provider", Bars: outcomes[:1]})},
		{"barchart-none", "No bars", c.BarChart(c.ChartArgs{ID: "bar0", Title: "By provider", Empty: "No outcomes yet in this period"})},
		{"funnel", "Funnel", c.Funnel(c.ChartArgs{ID: "funnel", Title: "From received to outcome", Head: "Step", Unit: "Referrals", Bars: []c.Bar{
			{Label: "Sent", Value: 10482, URL: "/desk/feedback?step=sent"}, {Label: "Opened", Value: 8120, URL: "/desk/feedback?step=opened"},
			{Label: "Acted on", Value: 3015, URL: "/desk/feedback?step=acted"}, {Label: "Closed", Value: 738, URL: "/desk/feedback?step=closed"}, {Label: "Arrest", Value: 31, Tone: c.ToneGood, URL: "/desk/feedback?step=arrest"},
		}})},
		{"columnchart", "Over time", c.ColumnChart(c.ChartArgs{ID: "weeks", Title: "Reports by week", Desc: "Between 300 and 560 a week, without a trend.", Head: "Week of", Unit: "Reports", Bars: weeks})},
		{"columnchart-none", "Over time, nothing", c.ColumnChart(c.ChartArgs{ID: "weeks0", Title: "Reports by week"})},
	}
}

// Row is one line of the demonstration inbox.
type Row struct {
	Number, Type, Provider, Subject, Kind, Place, Assignee string
	Priority                                               int
	Reason                                                 string
	Age                                                    time.Duration
	Days                                                   int
	Unread, Urgent                                         bool
	Marks                                                  []c.BadgeArgs
}

func rows(n int) []Row {
	base := []Row{
		{Number: "482910377", Type: "Online enticement", Provider: "Chatter (demonstration)", Subject: "quietriver88@mail.example", Kind: "E-mail", Place: "Santa Clara County", Priority: 1, Reason: "child in danger: stated plan to meet", Age: 3 * time.Hour, Days: 364, Unread: true, Urgent: true, Marks: []c.BadgeArgs{{Label: "1/3", Icon: c.IconLock, Tone: c.ToneWarn, Title: "1 of 3 files locked"}, {Label: "Shared", Icon: c.IconShare, Tone: c.ToneInfo, Title: "Shared with 1 other agency", IconOnly: true}}},
		{Number: "117204958", Type: "Possession", Provider: "Filebox (demonstration)", Subject: "203.0.113.7", Kind: "IP address", Place: "San Mateo County", Priority: 2, Reason: "access to a child in the household", Age: 31 * time.Hour, Days: 28, Unread: true, Assignee: "Dana Reyes", Marks: []c.BadgeArgs{{Label: "12/12", Icon: c.IconLock, Tone: c.ToneWarn, Title: "12 of 12 files locked"}, {Label: "Known", Icon: c.IconKnown, Title: "All files are known material", IconOnly: true}}},
		{Number: "903385512", Type: "Possession", Provider: "Pictura (demonstration)", Subject: Arabic, Kind: "Screen name", Place: "Bay Region, county unknown", Priority: 3, Reason: "upload 9 months ago", Age: 9 * day, Days: 6, Assignee: "Robin Okafor"},
		{Number: "660018243", Type: "Distribution", Provider: "A provider with a very long name that does not end soon (demonstration)", Subject: Unbroken[:64], Kind: "Provider's user id", Place: "Santa Clara County", Priority: 0, Reason: "", Age: 40 * day, Days: -3},
	}
	var out []Row
	for i := range n {
		r := base[i%len(base)]
		if i >= len(base) {
			r.Number = fmt.Sprint(500000000 + i*7919)
			r.Unread = false
		}
		out = append(out, r)
	}
	return out
}

func lists() []State {
	return []State{
		{"inbox-none", "Inbox, no rows", inbox("inbox-none", nil, "0")},
		{"inbox-one", "Inbox, one row", inbox("inbox-one", rows(1), "1")},
		{"inbox-many", "Inbox, 10 482 rows", inbox("inbox-many", rows(8), c.Group(10482))},
		{"table", "Table with figures", agencies()},
		{"split", "List with the chosen one beside it", split(rows(4))},
		{"filterbar", "Filters as a sentence", filters()},
		{"filterbar-none", "No filters", c.FilterBar(c.FilterBarArgs{Lead: "All open referrals", Tail: "newest first"})},
		{"pagination", "Pages, in the middle", c.Pagination(c.PaginationArgs{NewerURL: "?after=1", OlderURL: "?before=2", Shown: "51 to 100 of " + c.Group(10482)})},
		{"pagination-first", "Pages, at the start", c.Pagination(c.PaginationArgs{Label: "Pages, at the start", OlderURL: "?before=2", Shown: "50 of " + c.Group(10482)})},
		{"pagination-one", "One page", c.Pagination(c.PaginationArgs{Label: "Pages, only one", Shown: "1 report"})},
	}
}

func parts() []State {
	return []State{
		{"tabs", "Tabs", c.Tabs("Feedback by", []c.Tab{{Label: "Agency", URL: "?by=agency", Current: true, Count: "61"}, {Label: "Provider", URL: "?by=provider", Count: "9"}, {Label: "Type", URL: "?by=type"}, {Label: "State", URL: "?by=state"}})},
		{"views", "Views", c.Views("Views of the inbox", []c.View{
			{Label: "Not taken", URL: "?v=free", Count: c.Capped(214, 99), Current: true}, {Label: "Mine", URL: "?v=mine", Count: "7"}, {Label: "Urgent", URL: "?v=urgent", Count: "2"},
			{Label: "Preservation ends soon", URL: "?v=soon", Count: "11", Group: "Clocks"}, {Label: "Overdue", URL: "?v=late", Group: "Clocks"},
		})},
		{"disclosure", "Folded away", disclosure(false)},
		{"disclosure-open", "Unfolded", disclosure(true)},
		{"section", "Section", section()},
		{"columns", "Two columns", columns()},
		{"icons", "Icons", icons()},
		{"header", "Head of a report", header()},
		{"header-long", "Head with a long title", c.Header(c.HeaderArgs{Title: Long[:240], Lead: Arabic})},
	}
}
