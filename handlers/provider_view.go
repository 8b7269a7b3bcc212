package handlers

import (
	"fmt"
	"strconv"

	"github.com/labstack/echo/v4"

	"reeve/models/providers"
	"reeve/views/components"
	"reeve/views/pages"
)

func (h *Providers) providerView(c echo.Context, p *providers.Provider) pages.ProviderView {
	at := providerURL(p.ID)
	v := pages.ProviderView{Frame: h.Frame(c, p.Name), Name: p.Name, ListURL: providersURL, Networks: p.Allowed, NetworksURL: at + "/addresses", ContactURL: at + "/contact",
		Seen: h.seen(c, p), SeenMore: p.SeenMore, Lead: standingWords(p)}
	v.Frame.Breadcrumbs = []components.Crumb{{Label: "Providers", URL: providersURL}, {Label: p.Name}}
	v.Deeds = providerDeeds(p)
	v.Alerts = h.providerAlerts(c, p)
	v.Figures = h.providerFigures(c, p)
	v.Use = useChart(p)
	for _, f := range p.Faults {
		row := pages.ProviderFault{Code: strconv.Itoa(f.Code), Week: components.Group(int(f.Week)), All: components.Group(int(f.N)), LastAt: h.Local(c, f.LastAt), LastIP: f.LastIP}
		row.What, row.Hint = h.faultWords(f.Code, f.Cause)
		v.Faults = append(v.Faults, row)
	}
	for _, cred := range p.Credentials {
		v.Credentials = append(v.Credentials, h.credentialView(c, cred, p.At))
	}
	if p.MayEnd {
		v.EndURL = at + "/overlap"
	}
	v.Contact = []components.Term{
		{Term: "Name", Text: p.Contact.ContactName, Missing: "nobody is named"}, {Term: "E-mail", Text: p.Contact.ContactEmail, Missing: "none"},
		{Term: "Telephone", Text: p.Contact.ContactPhone, Missing: "none"}, {Term: "Code", Text: p.Code, Mono: true, Note: "stays also if the name changes; its screen names are matched within it"},
	}
	if p.Contact.ContactEmail != "" {
		v.Contact[1].URL = "mailto:" + p.Contact.ContactEmail
	}
	return v
}

// standingWords says in a line how the account stands.
func standingWords(p *providers.Provider) string {
	switch p.State {
	case providers.Works:
		return "It can send reports."
	case providers.Rotating:
		return "It can send reports, with its new password and for a while with its old one."
	case providers.Ending:
		return "It can send reports until its password ends by itself. Give it a new one before."
	case providers.Ended:
		return "It cannot send reports: its password has ended."
	case providers.Off:
		return "It is disabled and cannot send reports."
	}
	return "It has never had a password and cannot send reports."
}

func providerDeeds(p *providers.Provider) []components.LinkButtonArgs {
	at := providerURL(p.ID)
	if !working(p) {
		return []components.LinkButtonArgs{{Label: "Enable", URL: at + "/enable", Icon: components.IconUnlock, Variant: components.Primary}}
	}
	return []components.LinkButtonArgs{
		{Label: "New password", URL: at + "/password", Icon: components.IconLock},
		{Label: "Disable", URL: at + "/disable", Icon: components.IconCross},
	}
}

// providerAlerts says first what needs somebody.
func (h *Providers) providerAlerts(c echo.Context, p *providers.Provider) []components.AlertArgs {
	var list []components.AlertArgs
	if p.Day.Fails() {
		text := fmt.Sprintf("Of %s requests in the last 24 hours %s (%s) were answered with an error.", components.Group(int(p.Day.Requests)), components.Group(int(p.Day.Errors)), shareOf(p.Day.Errors, p.Day.Requests))
		if len(p.Faults) > 0 {
			what, hint := h.faultWords(p.Faults[0].Code, p.Faults[0].Cause)
			text += " Commonest this week: " + what + ". " + hint
		}
		list = append(list, components.AlertArgs{Tone: components.ToneBad, Static: true, Title: "This provider fails", Text: text})
	}
	if !working(p) && p.Day.Requests > 0 {
		list = append(list, components.AlertArgs{Tone: components.ToneWarn, Static: true, Title: "Its machines still call", Text: "They were refused in the last 24 hours, as they should be. The provider may not know that it is shut out."})
	}
	if p.OldUsedSince {
		list = append(list, components.AlertArgs{Tone: components.ToneInfo, Static: true, Title: "Some of its machines still use the old password", Text: "It was used after the new one was made. They stop sending when it ends."})
	}
	return list
}

func (h *Providers) providerFigures(c echo.Context, p *providers.Provider) []components.FigureArgs {
	last := components.FigureArgs{Label: "Last use", Value: "never"}
	if p.LastUsed != nil {
		last.Value, last.Note = components.Ago(*p.LastUsed, p.At), components.ExactMinute(h.Local(c, *p.LastUsed))
	}
	errors := func(label string, n providers.Count) components.FigureArgs {
		g := components.FigureArgs{Label: label, Value: components.Group(int(n.Errors)), Note: shareOf(n.Errors, n.Requests) + " of the requests"}
		if n.Requests == 0 {
			g.Note = ""
		}
		return g
	}
	day := errors("Errors, 24 hours", p.Day)
	if p.Day.Fails() {
		day.Tone = components.ToneBad
	}
	return []components.FigureArgs{last,
		{Label: "Requests, 24 hours", Value: components.Group(int(p.Day.Requests))}, day,
		{Label: "Requests, 7 days", Value: components.Group(int(p.Week.Requests))}, errors("Errors, 7 days", p.Week)}
}

// useChart is the requests of each day; its table says how many were errors.
func useChart(p *providers.Provider) components.ChartArgs {
	chart := components.ChartArgs{ID: "use-chart", Title: "Requests a day", Head: "Day (UTC)", Unit: "Requests and errors", Empty: "It sent nothing in the last 30 days",
		Desc: "The last 30 days in UTC, today among them. Days with at least a fifth of errors are marked."}
	any := false
	for _, d := range p.Use {
		bar := components.Bar{Label: d.Day.Format("2 Jan"), Value: int(d.Requests), Text: components.Group(int(d.Requests))}
		if d.Errors > 0 {
			bar.Text += ", " + plainCount(int(d.Errors), "error", "errors") + " (" + shareOf(d.Errors, d.Requests) + ")"
		}
		if d.Fails() {
			bar.Tone = components.ToneBad
		}
		any = any || d.Requests > 0
		chart.Bars = append(chart.Bars, bar)
	}
	if !any {
		chart.Bars = nil
	}
	return chart
}
