package handlers

import (
	"fmt"
	"strings"

	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/models"
	"reeve/models/escalation"
	"reeve/views/components"
	"reeve/views/pages"
)

// Of is the part of a report's page about its calls; nil: there are none to show.
func (h *Urgent) Of(c echo.Context, number int64) (*pages.UrgentPanelView, error) {
	row, err := h.Answers.Panel(c.Request().Context(), h.Actor(c), number)
	if err != nil || row == nil {
		return nil, err
	}
	v := &pages.UrgentPanelView{Now: h.Local(c, h.Now())}
	a := h.Actor(c)
	for i := range row.Lines {
		l := h.line(c, &row.Lines[i])
		if a.Side == auth.SideAgency {
			l.Without = ""
		}
		v.Lines = append(v.Lines, l)
		if row.Lines[i].Waits() && a.Side == auth.SideAgency && a.Can(auth.WorkReferral) {
			v.Answer = reportPath(number) + "/acknowledge"
		}
	}
	if a.Can(auth.ReadUrgent) && h.Exists(deskUrgentPath) {
		v.URL = urgentURL(number)
	}
	if row.AtDeskAt != nil && row.State == models.EscalationOpen {
		v.Note = row.DeskWhy
	}
	if v.Answer != "" {
		v.Note = "Acknowledge it, or take the report: either way nobody else of your agency is called."
	}
	return v, nil
}

// row is one report's calls as the desk sees them.
func (h *Urgent) row(c echo.Context, r *escalation.Row) pages.UrgentRow {
	out := pages.UrgentRow{Number: fmt.Sprint(r.Number), URL: urgentURL(r.Number), Type: r.IncidentType, Provider: r.Provider,
		Priority: components.PriorityArgs{Level: 4 - int(r.Urgency)/2, Urgent: true}, Raised: h.Local(c, r.RaisedAt)}
	if r.AtDeskAt != nil {
		out.Desk, out.DeskAt = r.DeskWhy, h.Local(c, *r.AtDeskAt)
	}
	if r.EndedAt != nil {
		out.EndAt = h.Local(c, *r.EndedAt)
		switch r.State {
		case models.EscalationAnswered:
			out.End = "Every agency that was called has answered."
		case models.EscalationWithdrawn:
			out.End = "Withdrawn: " + r.EndedWhy
		default:
			out.End = "Ended by " + r.EndedByName + ": " + r.EndedWhy
		}
	}
	for i := range r.Lines {
		l := h.line(c, &r.Lines[i])
		if !r.Lines[i].Has {
			l.Without = "This agency does not have the report, and was told nothing of it."
		}
		out.Lines = append(out.Lines, l)
	}
	return out
}

var lineStates = map[models.LineState]components.StateArgs{
	models.LineCalling:      {Label: "Nobody has answered yet", Tone: components.ToneWarn, Icon: components.IconPhone},
	models.LineSilent:       {Label: "Nobody answered", Tone: components.ToneBad, Icon: components.IconUrgent},
	models.LineAcknowledged: {Label: "Acknowledged", Tone: components.ToneGood},
	models.LineTaken:        {Label: "At work on it", Tone: components.ToneGood},
	models.LineStopped:      {Label: "Closed or returned the report"},
	models.LineEnded:        {Label: "Ended by the clearinghouse"},
	models.LineWithdrawn:    {Label: "Withdrawn: the report is urgent no more"},
}

// line is the calls to one agency.
func (h *Urgent) line(c echo.Context, l *escalation.Line) pages.UrgentLine {
	out := pages.UrgentLine{Agency: l.Agency, Code: l.Code, State: lineStates[l.State], Note: l.Note, Waits: l.Waits(), Version: l.Version}
	if l.State == models.LineCalling && l.ClimbAt != nil {
		out.Next = h.Local(c, *l.ClimbAt)
	}
	if !l.Listed {
		out.NoList = "No on-call contact: this agency's desk contact is called instead."
	}
	if l.EndedAt != nil {
		out.AnsweredAt = h.Local(c, *l.EndedAt)
		out.Answer = answerWords(l.EscalationLine)
	}
	for _, call := range l.Calls {
		out.Calls = append(out.Calls, h.call(c, call))
	}
	return out
}

// answerWords says who answered, and how.
func answerWords(l models.EscalationLine) string {
	switch {
	case l.State == models.LineTaken && l.AnsweredByName != "":
		return l.AnsweredByName + " has it."
	case l.State == models.LineTaken:
		return "Somebody there opened it."
	case l.State != models.LineAcknowledged || l.AnsweredByName == "":
		return ""
	case l.AnsweredHow == "link":
		return l.AnsweredByName + ", by the link in the mail."
	case l.AnsweredHow == "desk":
		return "They answered the clearinghouse; noted by " + l.AnsweredByName + "."
	}
	return l.AnsweredByName + ", signed in."
}

func (h *Urgent) call(c echo.Context, k escalation.Call) pages.UrgentCall {
	out := pages.UrgentCall{Name: k.Name, Duty: k.Duty, Email: k.Email, Phone: k.Phone, At: h.Local(c, k.CalledAt)}
	if k.CalledByName != "Reeve" {
		out.By = k.CalledByName
	}
	switch k.Mail {
	case models.MailSent:
		out.Mail = components.StateArgs{Label: "Sent", Tone: components.ToneGood}
	case models.MailQueued:
		out.Mail = components.StateArgs{Label: "On its way", Icon: components.IconClock}
		if k.MailError != "" {
			out.Mail = components.StateArgs{Label: "Not delivered yet", Tone: components.ToneWarn}
			out.MailNote = "The mail server did not take it; it is tried again. Phone them."
		}
	case models.MailFailed:
		out.Mail, out.MailNote = components.StateArgs{Label: "Not delivered", Tone: components.ToneBad}, "Phone them."
	case models.MailWritten:
		out.Mail, out.MailNote = components.StateArgs{Label: "Not sent", Tone: components.ToneWarn}, "No mail server is set. Phone them."
	default:
		out.Mail, out.MailNote = components.StateArgs{Label: "No address", Tone: components.ToneWarn}, strings.TrimSpace("The desk must phone. "+k.Phone)
	}
	return out
}
