package handlers

import (
	"fmt"
	"time"

	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/models"
	"reeve/models/casefile"
	"reeve/models/priority"
	"reeve/views/components"
	"reeve/views/pages"
)

// view draws a report's page for its reader.
func (h *Report) view(c echo.Context, r *casefile.ReportView, f forms) (*pages.ReportView, error) {
	v := &pages.ReportView{Number: r.Report.Number, Frame: h.Frame(c, fmt.Sprintf("Report %d", r.Report.Number))}
	v.Frame.Breadcrumbs = append(h.crumbs(c), crumb(fmt.Sprint(r.Report.Number), ""))
	zone := h.zone(c)
	h.head(c, v, r)
	if err := h.deeds(c, v, r, f); err != nil {
		return nil, err
	}
	if r.Priority != nil {
		v.Gaps = pages.ReportGaps{Known: true, Score: r.Priority.Completeness.Score}
		for _, m := range r.Priority.Completeness.Missing {
			v.Gaps.List = append(v.Gaps.List, pages.ReportGap{Text: m.Text, Cost: m.Cost})
		}
	}
	v.Public = h.public(c, r)
	v.Why, v.NotRouted = h.why(c, r), notRouted(r)
	for i := range r.SentTo {
		v.Sent = append(v.Sent, h.sentTo(c, &r.SentTo[i]))
	}
	if h.Actor(c).Can(auth.RouteReport) {
		choices, err := h.referChoices(c.Request().Context(), r)
		if err != nil {
			return nil, err
		}
		v.Refer = &pages.ReportRefer{Version: r.Report.Version, Agency: f.agency, Reason: f.reason, Agencies: choices,
			AgencyError: f.agencyError, ReasonError: f.reasonError, OtherError: f.referError}
		if h.Exists("/reports/:number/findings") {
			v.Refer.FoundURL = reportPath(r.Report.Number) + "/findings"
		}
	}
	if r.Report.Reported != nil {
		v.People, v.AsSent = pages.People(*r.Report.Reported, zone), pages.AsSent(*r.Report.Reported, zone)
	} else {
		v.Erased = "What the provider sent of this report was erased, as the retention rule demands. Its number, times and hashes remain."
	}
	h.identifiers(c, v, r)
	h.timeline(c, v, r)
	for i := range r.Files {
		f := h.file(c, &r.Files[i])
		compared(&f, &r.Files[i], r.Marks)
		v.Files = append(v.Files, f)
	}
	v.Files, v.KnownFiles = foldKnown(v.Files)
	v.FilesNote = filesInWords(r)
	if r.MoreFiles && len(r.Files) > 0 {
		v.MoreURL = moreFilesURL(r.Report.Number, r.Files[len(r.Files)-1].ID)
	}
	v.Documents = h.documents(c, r)
	if h.Links != nil {
		var err error
		if v.Links, err = h.Links.Of(c, r.Report.Number); err != nil {
			return nil, err
		}
	}
	if h.Labels != nil {
		var err error
		if v.Labels, err = h.Labels.Of(c, r, reportPath(r.Report.Number)+"#labels"); err != nil {
			return nil, err
		}
	}
	if h.Urgent != nil {
		var err error
		if v.Urgent, err = h.Urgent.Of(c, r.Report.Number); err != nil {
			return nil, err
		}
	}
	for i := range r.Outcomes {
		v.Outcomes = append(v.Outcomes, h.outcome(c, &r.Outcomes[i]))
	}
	h.undo(c, v, r)
	for _, l := range r.Trail {
		v.Trail = append(v.Trail, h.trailItem(c, l))
	}
	return v, nil
}

func (h *Report) zone(c echo.Context) *time.Location { return h.Local(c, h.Now()).Location() }

// head is what the top of the page says.
func (h *Report) head(c echo.Context, v *pages.ReportView, r *casefile.ReportView) {
	rep := &r.Report
	head := pages.ReportHead{Type: rep.IncidentType, Provider: r.Provider, Batched: rep.Batched,
		Priority: components.PriorityArgs{Level: int(rep.Priority), Urgent: rep.Urgent}}
	if rep.IncidentAt != nil {
		head.IncidentAt = h.Local(c, *rep.IncidentAt)
	}
	if rep.Reported != nil {
		head.IncidentMeans = rep.Reported.Incident.DateTimeDescription
	}
	if rep.FinishedAt != nil {
		head.Received = h.Local(c, *rep.FinishedAt)
	}
	head.Clock = clock(h.local(c, rep.PreserveUntil), r.Now, head.Received)
	if r.Priority != nil {
		head.Priority.Reason = r.Priority.Short()
		for _, reason := range r.Priority.Reasons {
			head.Reasons = append(head.Reasons, pages.ReportReason{Points: reason.Points, Text: reason.Text, Source: reason.Source})
		}
	}
	if rep.Batched {
		head.Marks = append(head.Marks, components.BadgeArgs{Label: "Batch", Icon: components.IconFile, Title: "One report for many uploads of the same file that spread widely"})
	}
	if own := r.Referral; own != nil {
		head.Referred, head.State, head.Assignee, head.Mine = h.Local(c, own.ReferredAt), stateArgs(own.State), own.Assignee, own.Mine
		head.Place, head.Victim = own.Place, own.Capacity == "victim"
		if own.AgencyPriority != nil {
			head.AgencyPriority = int(*own.AgencyPriority)
		}
		if own.ReturnDueAt != nil && own.State == models.ReferralReturning {
			head.ReturnsAt = h.Local(c, *own.ReturnDueAt)
		}
		if code, ok := models.OutcomeByCode(own.Outcome); ok {
			head.Outcome = code.Words
		}
		if own.LookAgainAt != nil {
			head.Marks = append(head.Marks, components.BadgeArgs{Label: "Look again", Tone: components.ToneWarn, Icon: components.IconReturn, Title: own.LookAgainWhy})
		}
		if own.Overdue {
			head.Marks = append(head.Marks, components.BadgeArgs{Label: "Overdue", Tone: components.ToneWarn, Icon: components.IconWarn, Title: "Nothing was heard of this report for too long"})
		}
	} else {
		head.Desk = deskWords[rep.Desk]
	}
	if others := distinctAgencies(r.Shared); others > 0 {
		words := "1 other agency"
		if others > 1 {
			words = fmt.Sprintf("%d other agencies", others)
		}
		head.Marks = append(head.Marks, components.BadgeArgs{Label: "Shared with " + words, Tone: components.ToneInfo, Icon: components.IconShare, URL: "#shared"})
	}
	if rep.FilesLocked > 0 {
		head.Marks = append(head.Marks, components.BadgeArgs{Label: fmt.Sprintf("%d of %d files locked", rep.FilesLocked, rep.FilesTotal), Tone: components.ToneWarn, Icon: components.IconLock, URL: "#files"})
	}
	v.Head = head
	v.Staff = staff(rep, r.Priority)
}

var deskWords = map[models.DeskState]string{
	models.DeskWaiting: "Waits for an analyst", models.DeskDone: "An analyst decided", models.DeskNone: "Released by rule",
}

var assessedWords = map[priority.Class]string{
	priority.Referral: "Referral: there is enough to act on", priority.Informational: "Informational: too little to act on",
}

func staff(rep *models.Report, p *priority.Result) pages.ReportStaff {
	s := pages.ReportStaff{Class: assessedWords[priority.Class(rep.Class)], DeskWhy: rep.DeskWhy}
	if rep.Desk != models.DeskNone {
		s.Desk = deskWords[rep.Desk]
	}
	if p != nil {
		s.Assessed, s.ClassWhy, s.Version, s.Points = true, p.ClassWhy, p.Version, p.Points
	}
	return s
}

func distinctAgencies(list []casefile.Pointer) int {
	seen := map[string]bool{}
	for _, p := range list {
		seen[p.AgencyID.String()] = true
	}
	return len(seen)
}

// local is Local for a time that may be missing.
func (h *Report) local(c echo.Context, at *time.Time) time.Time {
	if at == nil {
		return time.Time{}
	}
	return h.Local(c, *at)
}

// clock is the preservation clock; a report of the public form has none.
func clock(until, now, received time.Time) components.ClockArgs {
	if until.IsZero() {
		return components.ClockArgs{None: "no statutory clock"}
	}
	a := components.ClockArgs{Days: daysLeft(until, now), Until: until, Meter: true, Of: 365}
	if !received.IsZero() {
		a.Of = max(1, int(until.Sub(received)/(24*time.Hour)))
	}
	return a
}

// deeds says what the reader may do now.
func (h *Report) deeds(c echo.Context, v *pages.ReportView, r *casefile.ReportView, f forms) error {
	own := r.Referral
	if own == nil {
		return nil
	}
	may := own.Deeds
	d := pages.ReportDeeds{Version: own.Version, Take: may.Take, Start: may.Start, Release: may.Release, Reopen: may.Reopen, Assign: may.Assign, Prioritise: may.Prioritise,
		Assignee: f.assignee, AssignError: f.assignError, Priority: f.priority, PriorityError: f.priorityError}
	link := func(yes bool, path string) string {
		if !yes || !h.Exists("/reports/:number"+path) {
			return ""
		}
		return fmt.Sprintf("/reports/%d%s", own.Number, path)
	}
	d.OutcomeURL, d.ReturnURL, d.KeepURL = link(may.Record, "/outcome"), link(may.Return, "/return"), link(may.Keep, "/return")
	if d.KeepURL != "" {
		d.KeepURL += "/keep"
	}
	switch {
	case !h.Actor(c).Can(auth.WorkReferral):
		d.Why = "Your role reads reports; working on them is for investigators and supervisors."
	case own.State == models.ReferralReturned:
		d.Why = "Your agency returned this report. Whoever has it now works on it."
	}
	if d.Assign {
		colleagues, err := h.Read.Colleagues(c.Request().Context(), h.Actor(c))
		if err != nil {
			return err
		}
		for _, u := range colleagues {
			d.Colleagues = append(d.Colleagues, components.Option{Value: u.ID.String(), Label: u.Name})
		}
		if d.Assignee == "" && own.AssigneeID != nil {
			d.Assignee = own.AssigneeID.String()
		}
	}
	if d.Priority == "" && own.AgencyPriority != nil && f.priorityError == "" {
		d.Priority = fmt.Sprint(*own.AgencyPriority)
	}
	d.PriorityOptions = []components.Option{{Value: "", Label: "None of its own: the clearinghouse's counts"}, {Value: "1", Label: "1 · imminent"}, {Value: "2", Label: "2 · near"}, {Value: "3", Label: "3 · past or unclear"}}
	v.Deeds = d
	return nil
}

// notRouted says why there is no routing to show.
func notRouted(r *casefile.ReportView) string {
	if r.Referral != nil && r.Referral.Why != "" {
		return "No routing is kept. What was noted when it came: " + r.Referral.Why
	}
	return "This report has not been routed yet."
}

func (h *Report) sentTo(c echo.Context, s *casefile.SentTo) pages.ReportSentTo {
	out := pages.ReportSentTo{Agency: s.Agency, Code: s.Code, Own: s.Own, Contact: pages.Contact{Name: s.Contact, Email: s.Email, Phone: s.Phone},
		At: h.Local(c, s.ReferredAt), Why: s.Why, Capacity: capacityWords[s.Capacity], State: stateArgs(s.State), Assignee: s.Assignee}
	if code, ok := models.OutcomeByCode(s.Outcome); ok {
		out.OutcomeNow = code.Words
	}
	return out
}
