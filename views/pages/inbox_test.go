package pages

import (
	"strings"
	"testing"
	"time"

	"reeve/views/components"
	"reeve/views/layout"
)

const (
	day = 24 * time.Hour

	arabic = "\u0644\u064a\u0644\u0649 \u062d\u062f\u0627\u062f"
)

// long is a text of 3,000 characters; unbroken has no space in it.
var (
	long     = strings.Repeat("A patient colleague reads what the quiet wire brings. ", 60)[:3000]
	unbroken = strings.Repeat("f00dfeed", 24)
)

func frame(title string) layout.PageArgs { return layout.PageArgs{Title: title, Now: now} }

func inboxView(rows ...InboxRow) InboxView {
	return InboxView{
		Frame: frame("Inbox"), Title: "Open", Lead: "What waits for your agency or is in work.", CanTake: true, Back: "/inbox?priority=1", Rows: rows,
		Views:  []components.Tab{{Label: "Open", URL: "/inbox", Count: "1\u202f000+", Current: true}, {Label: "Mine", URL: "/inbox?view=mine"}},
		Filter: components.FilterBarArgs{Lead: "Open reports", Chips: []components.FilterChip{{Text: "with priority 1", RemoveURL: "/inbox"}}, Tail: "most urgent first", ClearURL: "/inbox", Action: "/inbox"},
		Fields: InboxFields{Sort: "urgency", Priority: "1", SortOptions: []components.Option{{Value: "urgency", Label: "Most urgent first"}}},
		Sorts:  InboxSorts{UrgencyURL: "/inbox", Urgency: "descending", ReceivedURL: "/inbox?sort=newest"},
		Pages:  components.PaginationArgs{Shown: "rows", OlderURL: "/inbox?cursor=x", Older: "Less urgent", Newer: "More urgent"},
	}
}

// rows of every look.
func plainRow() InboxRow {
	return InboxRow{Number: 482910377, Priority: 1, Urgent: true, Reason: "child in danger: stated plan to meet", Type: "Online Enticement of Children for Sexual Acts",
		Provider: "Example Chat", Subject: "quiet.river@mail.example", Place: "Santa Clara County", Why: "Subject's home address", Received: now.Add(-3 * time.Hour),
		Days: 364, Until: now.Add(364 * day), Files: 3, Locked: 2, Shared: 2, Unread: true, State: "New", Deconflicts: "/deconfliction"}
}

func TestInbox(t *testing.T) {
	amber, red, gone, closed := plainRow(), plainRow(), plainRow(), plainRow()
	amber.Number, amber.Days, amber.Overdue, amber.Unread, amber.State, amber.Assignee, amber.StateIcon = 1001, 30, true, false, "Taken", "Noor Example", components.IconPerson
	red.Number, red.Days, red.Files, red.Own, red.Mine, red.Assignee, red.Unread, red.State = 1002, 7, 0, true, true, "Dana Example", false, "Under investigation"
	gone.Number, gone.Days, gone.Locked, gone.Shared, gone.Victim, gone.Reason, gone.Priority = 1003, -2, 0, 0, true, "", 0
	closed.Number, closed.NoClock, closed.Unread, closed.State, closed.Outcome, closed.StateTone = 1004, true, false, "Closed", "Arrest", components.ToneGood
	extreme := plainRow()
	extreme.Subject, extreme.Place, extreme.Provider, extreme.Reason, extreme.Assignee = unbroken, arabic, long[:200], long, arabic
	reader := inboxView(plainRow())
	reader.CanTake = false
	none := inboxView()
	none.Empty = InboxEmpty{Title: "No report fits these filters", Text: "Take one filter away.", Links: []Link{{Label: "Clear filters", URL: "/inbox"}}}
	none.Looked = "These filters were applied to 2\u202f000 reports."
	for _, c := range []struct {
		name string
		view InboxView
	}{
		{"inbox-none", none},
		{"inbox-one", inboxView(plainRow())},
		{"inbox-reader", reader},
		{"inbox-many", inboxView(plainRow(), amber, red, gone, closed)},
		{"inbox-extreme", inboxView(extreme)},
	} {
		t.Run(c.name, func(t *testing.T) { checkMain(t, c.name, Inbox(c.view)) })
	}
}

func TestSearch(t *testing.T) {
	row := SearchRow{Number: 482910377, Type: "Misleading Domain Name", Provider: "Example Chat", Subject: arabic, Received: now.Add(-40 * day), State: "Closed", StateTone: components.ToneGood, Outcome: "Arrest", By: []string{"E-mail address", "Screen name"}}
	for _, c := range []struct {
		name string
		view SearchView
	}{
		{"search-start", SearchView{Ours: true}},
		{"search-error", SearchView{Q: unbroken, Error: "This cannot be searched for."}},
		{"search-unreadable", SearchView{Q: "??"}},
		{"search-none", SearchView{Q: "nobody@mail.example", As: []string{"E-mail address"}, Ours: true}},
		{"search-one", SearchView{Q: "one@mail.example", As: []string{"E-mail address", "Screen name", "MD5"}, Rows: []SearchRow{row}, Ours: true}},
		{"search-more", SearchView{Q: "x", As: []string{"Screen name"}, Rows: []SearchRow{row, {Number: 2, Subject: unbroken}}, More: true}},
	} {
		c.view.Frame = frame("Search")
		t.Run(c.name, func(t *testing.T) { checkMain(t, c.name, Search(c.view)) })
	}
}
