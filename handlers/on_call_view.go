package handlers

import (
	"fmt"
	"strconv"

	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/models"
	"reeve/models/escalation"
	"reeve/views/components"
	"reeve/views/pages"
)

// listView is an agency's contacts as its page shows them.
func (h *OnCall) listView(c echo.Context, l *escalation.OnCall) pages.OnCallView {
	v := pages.OnCallView{Frame: h.Frame(c, "On call"), Title: "On-call contacts", Hidden: h.hidden(c, l), Full: len(l.Contacts) >= escalation.MostContacts,
		Lead: "Whom an urgent report calls at " + l.Agency.Name + ": the first at once, and each next one when nobody has answered in time."}
	for i, k := range l.Contacts {
		path := onCallPath + "/" + k.ID.String()
		row := pages.OnCallContact{Place: int(k.Place), Name: k.Name, Duty: k.Duty, Email: k.Email, Phone: k.Phone, Hours: hoursWords(k), Wait: plural(int(k.WaitMinutes), "minute", "minutes"),
			Duties: components.StateArgs{Label: "Off now"}, EditURL: of(path, h.codeOf(c, l.Agency)), TestPath: path + "/test"}
		if l.Duty[k.ID] {
			row.Duties = components.StateArgs{Label: "On now", Tone: components.ToneGood}
		}
		if i > 0 {
			row.Up = path + "/up"
		}
		if i < len(l.Contacts)-1 {
			row.Down = path + "/down"
		}
		if t, ok := l.Tests[k.Email]; ok {
			row.Test = testWords(t) + " " + components.Ago(t.At, h.Now())
		}
		v.Contacts = append(v.Contacts, row)
	}
	if l.Above != nil {
		v.After = append(v.After, l.Above.Name+", the agency above, is asked to reach you. It is told nothing of the report.")
	}
	if l.Agency.Kind == models.KindClearinghouse {
		v.Lead = "Whom an urgent report calls at the clearinghouse when nobody at an agency answers: all of them at once."
		v.After = []string{"The report stands on top of the page of urgent reports until somebody acts."}
	} else {
		v.After = append(v.After, "The report goes back to the clearinghouse's desk, which phones.")
	}
	if l.Changed != nil && l.Changed.ChangedByName != "" {
		v.Changed = "Changed by " + l.Changed.ChangedByName + ", " + components.ExactMinute(h.Local(c, l.Changed.ChangedAt)) + "."
	}
	if h.Actor(c).Can(auth.ReadUrgent) && h.Exists(unlistedPath) {
		v.All = unlistedPath
	}
	return v
}

// hidden is what every form of an agency's contacts carries.
func (h *OnCall) hidden(c echo.Context, l *escalation.OnCall) []components.Pair {
	return []components.Pair{{Name: "agency", Value: h.codeOf(c, l.Agency)}, {Name: "version", Value: strconv.Itoa(l.Version)}}
}

// codeOf is the agency's code where it is not the reader's own.
func (h *OnCall) codeOf(c echo.Context, g models.Agency) string {
	if g.ID == h.Actor(c).AgencyID {
		return ""
	}
	return g.Code
}

func hoursWords(k models.OnCallContact) string {
	words := map[string]string{"all": "every day", "weekdays": "Monday to Friday", "weekends": "Saturday and Sunday"}[k.Days]
	if k.FromMinute == nil {
		if k.Days == "all" {
			return "At all hours"
		}
		return upperFirst(words)
	}
	return clockText(k.FromMinute) + " to " + clockText(k.ToMinute) + ", " + words
}

// clockText is minutes after midnight as a form has them.
func clockText(m *int16) string {
	if m == nil {
		return ""
	}
	return fmt.Sprintf("%02d:%02d", *m/60, *m%60)
}

func testWords(t escalation.TestMail) string {
	switch t.State {
	case models.MailSent:
		return "Test sent"
	case models.MailFailed:
		return "Test could not be delivered"
	case models.MailWritten:
		return "Test not sent, since no mail server is set,"
	}
	if t.Error != "" {
		return "Test not delivered yet"
	}
	return "Test on its way"
}
