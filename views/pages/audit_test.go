package pages

import (
	"testing"
	"time"

	"reeve/views/components"
)

func TestAudit(t *testing.T) {
	t.Parallel()
	bar := components.FilterBarArgs{Lead: "Lines", Tail: "newest first", Action: "/audit", ClearURL: "/audit"}
	fields := AuditFields{Actions: []components.Option{{Value: "report.read", Label: "Report read", Group: "Reports"}, {Value: "search", Label: "Search", Group: "Reports"}}}
	v := AuditView{Frame: testFrame("Audit"), Scope: "What people of Bay Region (test) did or tried, and what others did that concerns it.", Filter: bar, Fields: fields,
		Sealed: AuditSeal{At: now.Add(-time.Second)}}
	empty := v
	empty.Sealed = AuditSeal{}
	checkMain(t, "audit-empty", Audit(empty))

	v.Lines = []AuditLine{
		{ID: "l1", At: now.Add(-2 * time.Second), Who: "Dana Example", WhoURL: "/audit?person=1", Agency: "Bay Region (test)", Words: "Read the report.", Report: "482910377", ReportURL: "/reports/482910377", RequestID: "0f3c"},
		{ID: "l2", At: now.Add(-time.Hour), Who: rightLeft, Agency: rightLeft, Words: "Asked for a report that does not exist or is not theirs.", Refused: true, About: "report number 482910378", RequestID: longWord},
		{ID: "l3", At: now.Add(-2 * time.Hour), Who: "Reeve (routing)", Words: longText, Details: "reason: " + longWord, Report: "100000001"},
	}
	checkMain(t, "audit-one", Audit(with(v, func(v *AuditView) { v.Lines = v.Lines[:1] })))
	checkMain(t, "audit-many", Audit(with(v, func(v *AuditView) {
		v.First, v.Next, v.Sealed.Lines = "/audit", "/audit?cursor=abc", "12 408"
		v.Filter.Chips = []components.FilterChip{{Text: "by Dana Example", RemoveURL: "/audit"}, {Text: "refused only", RemoveURL: "/audit"}}
	})))
	checkMain(t, "audit-seal-late", Audit(with(v, func(v *AuditView) { v.Sealed.Late, v.Lines = true, v.Lines[:1] })))
	checkMain(t, "audit-none-fits", Audit(with(v, func(v *AuditView) {
		v.Lines, v.Filter.Chips = nil, []components.FilterChip{{Text: "about report 1", RemoveURL: "/audit"}}
	})))
	checkMain(t, "audit-past-the-end", Audit(with(v, func(v *AuditView) { v.Lines, v.First = nil, "/audit" })))
	checkMain(t, "audit-wrong-filter", Audit(with(v, func(v *AuditView) {
		v.Lines, v.Filter.Open = nil, true
		v.Fields.Report, v.Fields.Until = "<script>", "soon"
		v.Fields.Errors = map[string]string{"report": "A report's number is digits only, like 482910377.", "until": "Write the day as year-month-day, like 2026-03-02."}
	})))
}

// with is a view with a change.
func with(v AuditView, change func(*AuditView)) AuditView {
	change(&v)
	return v
}
