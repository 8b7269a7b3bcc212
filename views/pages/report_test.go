package pages

import (
	"testing"
	"time"

	"reeve/models"
	"reeve/views/components"
)

func bareReport() ReportView {
	return ReportView{Frame: frame("Report 482910377"), Number: 482910377, NotRouted: "This report has not been routed yet.",
		Head:     ReportHead{Type: "Misleading Domain Name", Provider: "Example Chat", Received: now.Add(-time.Hour), Clock: components.ClockArgs{None: "no statutory clock"}},
		Timeline: components.TimelineArgs{ID: "events", Title: "Events", Desc: "The provider sent no address. Nobody can be found by one.", NoIncident: "The provider gave no time for the incident."}}
}

func wholeReport() ReportView {
	at := models.Moment{Text: "2026-02-28T10:00:00Z", At: time.Date(2026, 2, 28, 10, 0, 0, 0, time.UTC)}
	age := 12
	sent := models.Reported{
		Incident: models.ReportedIncident{Type: "Online Enticement of Children for Sexual Acts", DateTime: at},
		Subjects: []models.ReportedParty{{ESPIdentifier: unbroken, ScreenName: "quiet_river", DisplayNames: []string{arabic}, Compromised: models.Yes,
			Person: models.ReportedPerson{FirstName: arabic, Emails: []models.ReportedEmail{{Address: "quiet.river@mail.example", Verified: models.Yes}, {Address: "b@mail.example"}},
				Addresses: []models.ReportedAddress{{Type: "Home", Street: "1 Example Street", City: "San Jose", ZIP: "95113", State: "CA", Country: "US"}}},
			PermanentlyDisabled: &models.ReportedDisabled{Disabled: true, UserNotified: models.Yes}, AdditionalInfo: []string{long},
			Associated: []models.ReportedAssociated{{Type: "Linked", Platform: "Example Video", ReportedParty: models.ReportedParty{ScreenName: "river2"}}}}},
		Victims: []models.ReportedParty{{Person: models.ReportedPerson{FirstName: "Sam", Age: &age}, SchoolName: "Example School"}},
		Newer:   []models.NewerElement{{Path: "report/newFlag", Value: "on", Line: 7}},
	}
	v := bareReport()
	v.Head = ReportHead{Type: sent.Incident.Type, Provider: "Example Chat", Priority: components.PriorityArgs{Level: 1, Urgent: true, Reason: "stated plan to meet"},
		Reasons: []ReportReason{{Points: 35, Text: "Incident type", Source: "incidentType"}, {Points: -5, Text: "Memes", Source: "annotations"}}, AgencyPriority: 2,
		IncidentAt: at.At.In(now.Location()), Received: now.Add(-3 * time.Hour), Referred: now.Add(-2 * time.Hour), Clock: components.ClockArgs{Days: 6, Until: now.Add(6 * day), Meter: true, Of: 365},
		State: components.StateArgs{Label: "Taken"}, Assignee: "Dana Example", Mine: true, Place: "Santa Clara County",
		Marks: []components.BadgeArgs{{Label: "Shared with 1 other agency", Icon: components.IconShare, URL: "#shared"}}}
	v.Deeds = ReportDeeds{Version: 4, Start: true, Release: true, Assign: true, Prioritise: true, OutcomeURL: "/reports/482910377/outcome", ReturnURL: "/reports/482910377/return",
		Colleagues: []components.Option{{Value: "1", Label: "Noor Example"}}, PriorityOptions: []components.Option{{Value: "", Label: "None"}}}
	v.Gaps = ReportGaps{Known: true, Score: 62, List: []ReportGap{{Text: "No upload address. The nearest event is a log-in 9 days before.", Cost: 20}}}
	v.Why = []ReportWhy{
		{Here: true, Sentence: "Subject's home address: San Jose", Round: 1, At: now, By: "Reeve (routing)", Released: "Released by rule", Facts: []WhyFact{{Text: "Home address", Weight: "90 %", Reasons: []string{"verified"}}},
			Rule: "Santa Clara County, California belongs to Silicon Valley.", RuleNote: "Certainty of the territory: medium.", Uncertain: true, Version: "1", Agency: "Bay Region", Capacity: "because of where the subject is", Confidence: "95 % sure",
			Others: []WhyOther{{Agency: "Los Angeles", Confidence: "20 % sure", Why: "A log-in"}}, Conflicts: []WhyConflict{{Text: "Two states.", Serious: true}, {Text: "Two counties."}}, Notes: []string{"A note"}, Unused: []WhyFact{{Text: "A mobile address"}}},
		{Round: 2, At: now, By: "Avery", Raw: "{}"},
	}
	v.People, v.AsSent = People(sent, now.Location()), AsSent(sent, now.Location())
	v.Identifiers = []ReportIdentifier{
		{Kind: "E-mail address", Value: "quiet.river@mail.example", Reported: "Quiet.River@mail.example", Icon: components.IconMail, Whose: "subject", Source: "subject 1, e-mail 1", Verified: "yes, by the provider", Seen: 50, SeenMore: true, Elsewhere: 1},
		{Kind: "Screen name", Value: arabic, Reported: arabic, Whose: "victim", WhyNot: "too short"},
	}
	v.Hashes = []ReportIdentifier{{Kind: "MD5", Value: unbroken[:32], Reported: unbroken[:32], Whose: "unknown"}}
	v.Shared = []ReportPointer{{Kind: "E-mail address", Value: "quiet.river@mail.example", Whose: "subject", Agency: "Five Boroughs", Contact: Contact{Name: "Desk", Email: "desk@boroughs.example", Phone: "+1 202 555 0100"}, Reports: 64, More: true, Since: now.Add(-9 * day)}}
	v.Related = []ReportRelated{{Number: 5, Type: "Misleading Domain Name", Provider: "Example Video", Received: now.Add(-90 * day), State: components.StateArgs{Label: "Closed"}, By: []string{"quiet.river@mail.example"}}}
	v.Timeline.NoIncident = ""
	v.Timeline.Events = []components.TimelineEvent{{At: v.Head.IncidentAt, Kind: "Incident", Incident: true}, {At: v.Head.IncidentAt.Add(-9 * day), Kind: "Log-in", Detail: "192.0.2.14:443", Note: "subject"}, {At: v.Head.IncidentAt, Kind: "Upload", Strong: true, Detail: "198.51.100.7"}}
	v.Untimed = []components.Term{{Term: "Registration", Text: "2001:db8::7", Mono: true}}
	v.Files = []ReportFile{
		{Name: unbroken + ".png", Original: arabic, Size: 1_400_000, Gate: components.GateArgs{Unknown: true, Text: "Locked: the provider did not say whether it viewed this file.", Next: "Record a warrant or consent to open it."}, Source: "US v. Wilson", Undescribed: true, SHA256: unbroken[:64], Received: now},
		{Name: "seen.png", Size: 512, Gate: components.GateArgs{Open: true, Text: "Open."}, Viewed: models.Yes, Public: models.No, Marks: []components.BadgeArgs{{Label: "Class B2"}}, Received: now, Said: FileAsSent(models.ReportedFile{FileName: "seen.png", Viewed: models.Yes}, now.Location())},
	}
	v.FilesNote, v.MoreURL = "1 of 2 locked", "/reports/482910377/files?after=x"
	v.Documents = []ReportDocument{{Title: "Report as sent (XML)", URL: "/reports/482910377/documents/x", Size: 4096, SHA256: unbroken[:64], Received: now}, {Title: "Details", SHA256: unbroken[:64], Received: now}}
	v.Staff = ReportStaff{Assessed: true, Class: "Referral: there is enough to act on", ClassWhy: "Somebody is named.", Version: "1", Points: 30}
	v.Outcomes = []ReportOutcome{{Words: "Arrest", Agency: "Bay Region", By: "Dana Example", At: now, Count: 2, Counted: true, Usefulness: "Decisive.", Missing: []string{"port"}, Note: long, UndoURL: "/reports/482910377/outcome/x/undo", UndoUntil: now.Add(time.Minute)}, {Words: "Charged", By: arabic, At: now, Undone: "Dana Example"}}
	v.Trail = []components.TrailItem{{When: now, Who: "Dana Example", Agency: "Bay Region", Deed: "Took the report."}}
	return v
}

func TestReport(t *testing.T) {
	erased := bareReport()
	erased.Erased = "What the provider sent of this report was erased."
	reader := wholeReport()
	reader.Deeds = ReportDeeds{Why: "Your role reads reports."}
	desk := wholeReport()
	desk.Deeds, desk.Head.State, desk.Head.Desk = ReportDeeds{}, components.StateArgs{}, "Waits for an analyst"
	desk.Sent = []ReportSentTo{{Agency: "Bay Region", At: now, Why: "By hand", State: components.StateArgs{Label: "Taken"}, Assignee: "Dana Example", Contact: Contact{Phone: "+1 202 555 0100"}}}
	desk.Refer = &ReportRefer{Version: 3, Reason: long, Agency: "bay", Agencies: []components.Option{{Value: "north", Label: "North", Group: "Agencies"}}, AgencyError: "Already there.", OtherError: "Changed meanwhile."}
	returning := bareReport()
	returning.Head.State, returning.Head.ReturnsAt = components.StateArgs{Label: "Being returned"}, now.Add(5*time.Minute)
	returning.Deeds = ReportDeeds{Version: 2, KeepURL: "/reports/482910377/return/keep"}
	for _, c := range []struct {
		name string
		view ReportView
	}{{"report-bare", bareReport()}, {"report-whole", wholeReport()}, {"report-erased", erased}, {"report-reader", reader}, {"report-desk", desk}, {"report-returning", returning}} {
		t.Run(c.name, func(t *testing.T) { checkMain(t, c.name, Report(c.view)) })
	}
}

func TestSomebodyElseWasFirst(t *testing.T) {
	checkMain(t, "conflict", Conflict(ConflictView{Frame: frame("Not done"), Number: 482910377, Tried: "take it", Text: "Noor changed this report.", State: components.StateArgs{Label: "Taken"}, Assignee: arabic,
		Trail: []components.TrailItem{{When: now, Who: "Noor Example", Deed: "Took the report."}}}))
	checkMain(t, "report-files", ReportFiles(ReportFilesView{Frame: frame("Files"), Number: 482910377, NextURL: "/x", Files: wholeReport().Files}))
	checkMain(t, "report-files-none", ReportFiles(ReportFilesView{Frame: frame("Files"), Number: 482910377}))
}

func TestSizesAreWrittenInWords(t *testing.T) {
	for n, want := range map[int64]string{0: "0 bytes", 999: "999 bytes", 1000: "1.0 kB", 1_400_000: "1.4 MB", 2_147_483_648: "2.15 GB"} {
		if got := bytesInWords(n); got != want {
			t.Errorf("%d: got %q, want %q", n, got, want)
		}
	}
}
