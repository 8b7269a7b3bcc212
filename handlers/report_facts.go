package handlers

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"reeve/auth"
	"reeve/models"
	"reeve/models/casefile"
	"reeve/models/gate"
	"reeve/models/referral"
	"reeve/models/selector"
	"reeve/views/components"
	"reeve/views/pages"
)

var kindIcons = map[string]components.Icon{
	"email": components.IconMail, "phone": components.IconPhone, "ip": components.IconGlobe, "screen_name": components.IconPerson,
	"provider_user": components.IconPerson, "device": components.IconDevice, "url": components.IconLink,
}

// identifiers draws the identifiers, the hashes of files apart, and who else
// holds them.
func (h *Report) identifiers(c echo.Context, v *pages.ReportView, r *casefile.ReportView) {
	for i := range r.Identifiers {
		id := &r.Identifiers[i]
		row := pages.ReportIdentifier{Kind: id.KindWords, Value: id.Shown, Reported: id.Reported, Icon: kindIcons[id.Kind], Whose: id.Whose, Source: id.Source,
			Verified: verifiedWords(id), Seen: id.Seen, SeenMore: id.SeenMore, Elsewhere: id.Elsewhere}
		if !id.Matchable {
			row.WhyNot = id.WhyNot
			if row.WhyNot == "" {
				row.WhyNot = "it is not exact enough"
			}
		}
		if kind, err := selector.ParseKind(id.Kind); err == nil && kind.IsHash() {
			row.Icon = components.IconHash
			v.Hashes = append(v.Hashes, row)
			continue
		}
		v.Identifiers = append(v.Identifiers, row)
	}
	v.MoreIDs = r.MoreIdentifiers
	if h.Exists("/deconfliction") && h.Actor(c).Can(auth.ReadDeconfliction) && r.Referral != nil {
		v.SharedURL = "/deconfliction"
	}
	for _, p := range r.Shared {
		v.Shared = append(v.Shared, pages.ReportPointer{Kind: p.KindWords, Value: p.Value, Whose: p.Whose, Agency: p.Agency,
			Contact: pages.Contact{Name: p.Contact, Email: p.Email, Phone: p.Phone}, Reports: p.Reports, More: p.More, Since: h.Local(c, p.Since)})
	}
	for _, o := range r.AlsoAt {
		v.AlsoAt = append(v.AlsoAt, pages.ReportAlsoAt{Agency: o.Agency, Contact: pages.Contact{Name: o.Contact, Email: o.Email, Phone: o.Phone}, Since: h.Local(c, o.Since)})
	}
	for i := range r.SameSubject {
		s := &r.SameSubject[i]
		row := pages.ReportRelated{Number: s.Number, Type: s.Type, Provider: s.Provider, Received: h.Local(c, s.ReceivedAt), By: s.By}
		if s.State != "" {
			row.State = stateArgs(s.State)
		}
		if code, ok := models.OutcomeByCode(s.Outcome); ok {
			row.Outcome = code.Words
		}
		v.Related = append(v.Related, row)
	}
}

// verifiedWords is empty for kinds that nobody verifies.
func verifiedWords(id *casefile.Identifier) string {
	switch {
	case id.Verified == models.Yes:
		return "yes"
	case id.Verified == models.No:
		return "no"
	case id.Kind == "email" || id.Kind == "phone":
		return "not stated"
	}
	return ""
}

// eventWords are the provider API's events as colleagues say them.
var eventWords = map[string]string{
	"Login": "Log-in", "Upload": "Upload", "Registration": "Registration", "Purchase": "Purchase", "Other": "Other event", "Unknown": "Event not named", "": "Event not named",
}

// timeline puts IP events, uploads of files and the incident on one axis, and says
// what lies nearest.
func (h *Report) timeline(c echo.Context, v *pages.ReportView, r *casefile.ReportView) {
	t := components.TimelineArgs{ID: "events", Title: "Events around the incident"}
	if r.Report.IncidentAt != nil {
		note := v.Head.IncidentMeans
		if note == "" {
			note = "the provider did not say what this time means"
		}
		t.Events = append(t.Events, components.TimelineEvent{At: h.Local(c, *r.Report.IncidentAt), Kind: "Incident", Note: note, Incident: true})
	} else {
		t.NoIncident = "The provider gave no time for the incident."
	}
	for i := range r.IPEvents {
		e := &r.IPEvents[i]
		kind := eventWords[e.Event]
		if kind == "" {
			kind = e.Event
		}
		if e.Upload {
			kind = "Upload"
		}
		detail, note := addressAndPort(e), eventNote(e)
		if e.At == nil {
			v.Untimed = append(v.Untimed, components.Term{Term: kind, Text: detail, Note: note, Mono: true})
			continue
		}
		t.Events = append(t.Events, components.TimelineEvent{At: h.Local(c, *e.At), Kind: kind, Detail: detail, Note: note, Strong: e.Upload})
		if e.Nearest && r.Report.IncidentAt != nil {
			t.Desc = nearestInWords(kind, components.Apart(*e.At, *r.Report.IncidentAt))
		}
	}
	for i := range r.Files {
		f := r.Files[i].Reported
		if f == nil || f.UploadedToESP.At.IsZero() || i >= 20 {
			continue
		}
		t.Events = append(t.Events, components.TimelineEvent{At: h.Local(c, f.UploadedToESP.At), Kind: "File uploaded", Note: r.Files[i].Name, Strong: true})
	}
	if len(r.IPEvents) == 0 {
		t.Desc = "The provider sent no address. Nobody can be found by one."
	}
	v.Timeline = t
}

func nearestInWords(kind, apart string) string {
	article := "a "
	if strings.ContainsAny(kind[:1], "AEIOU") {
		article = "an "
	}
	return "The nearest event with an address is " + article + strings.ToLower(kind[:1]) + kind[1:] + ", " + apart + "."
}

func addressAndPort(e *casefile.IPEvent) string {
	if e.Port == nil || *e.Port == 0 {
		return e.Address
	}
	if strings.Contains(e.Address, ":") {
		return "[" + e.Address + "]:" + strconv.Itoa(*e.Port)
	}
	return e.Address + ":" + strconv.Itoa(*e.Port)
}

func eventNote(e *casefile.IPEvent) string {
	var parts []string
	if e.Proxy == models.Yes {
		parts = append(parts, "possible proxy, as the provider says")
	}
	if e.Port == nil || *e.Port == 0 {
		if !strings.Contains(e.Address, ":") {
			parts = append(parts, "no port")
		}
	}
	parts = append(parts, e.Whose)
	return strings.Join(parts, " · ")
}

// file draws a file and its gate. Nothing of its content is read.
func (h *Report) file(c echo.Context, f *casefile.File) pages.ReportFile {
	out := pages.ReportFile{Name: f.Name, Size: f.Size, Viewed: f.Viewed, EXIFViewed: f.EXIFViewed, Public: f.PubliclyAvailable,
		MD5: hex.EncodeToString(f.MD5), SHA1: hex.EncodeToString(f.SHA1), SHA256: hex.EncodeToString(f.SHA256), Received: h.Local(c, f.ReceivedAt),
		PublicID: f.PublicID, Source: f.Gate.Source, Undescribed: f.Reported == nil,
		Gate: components.GateArgs{Open: f.Gate.State == gate.Open, Unknown: f.Viewed == models.NotStated}}
	// The reason says in its second sentence what to do next.
	out.Gate.Text, out.Gate.Next, _ = strings.Cut(f.Gate.Reason, ". ")
	if out.Gate.Next != "" {
		out.Gate.Text += "."
	}
	if f.Reported == nil {
		return out
	}
	said := f.Reported
	if said.FileName != "" {
		out.Name = said.FileName
	}
	out.Original, out.Class = said.OriginalFileName, said.IndustryClass
	if out.Class != "" {
		out.Marks = append(out.Marks, components.BadgeArgs{Label: "Class " + out.Class, Icon: components.IconLabel, Title: "The industry's class, as the provider states it"})
	}
	if said.Relevance != "" && !strings.EqualFold(said.Relevance, "Reported") {
		out.Marks = append(out.Marks, components.BadgeArgs{Label: said.Relevance, Icon: components.IconInfo})
	}
	for _, a := range said.Annotations {
		out.Marks = append(out.Marks, components.BadgeArgs{Label: a, Icon: components.IconLabel})
	}
	out.Said = pages.FileAsSent(*said, h.zone(c))
	return out
}

func filesInWords(r *casefile.ReportView) string {
	switch {
	case len(r.Files) == 0:
		return ""
	case r.Report.FilesLocked == 0:
		return "None is locked"
	}
	return fmt.Sprintf("%d of %d locked: opening one needs an authority", r.Report.FilesLocked, r.Report.FilesTotal)
}

func (h *Report) documents(c echo.Context, r *casefile.ReportView) []pages.ReportDocument {
	var out []pages.ReportDocument
	for i := range r.Documents {
		d := &r.Documents[i]
		row := pages.ReportDocument{Title: "Report as sent (XML)", Size: d.Size, SHA256: hex.EncodeToString(d.SHA256), Received: h.Local(c, d.ReceivedAt)}
		if r.Report.ProviderID == nil {
			row.Title = "Answers as sent (JSON)"
		}
		if d.FileID != nil {
			row.Title = "Details of a file (XML)"
			for j := range r.Files {
				if r.Files[j].ID == *d.FileID {
					row.Title = "Details of " + r.Files[j].Name + " (XML)"
				}
			}
		}
		if !d.Erased {
			row.URL = fmt.Sprintf("/reports/%d/documents/%s", r.Report.Number, d.ID)
		}
		out = append(out, row)
	}
	return out
}

var usefulnessWords = []string{"Of no use.", "Of some use.", "Decisive."}

func (h *Report) outcome(c echo.Context, o *casefile.Outcome) pages.ReportOutcome {
	out := pages.ReportOutcome{Words: o.Words, Agency: o.Agency, By: o.RecordedByName, At: h.Local(c, o.RecordedAt), Note: o.Note, Waiting: o.Waiting}
	if o.HappenedOn != nil {
		out.Happened = *o.HappenedOn // a day, in no zone
	}
	if o.Count != nil {
		out.Count, out.Counted = *o.Count, true
	}
	if o.Usefulness != nil && int(*o.Usefulness) < len(usefulnessWords) && *o.Usefulness >= 0 {
		out.Usefulness = usefulnessWords[*o.Usefulness]
	}
	for _, code := range o.Missing {
		words := code
		for _, m := range models.MissingItems {
			if m.Code == code {
				words = strings.ToLower(m.Words[:1]) + m.Words[1:]
			}
		}
		out.Missing = append(out.Missing, words)
	}
	if o.Undone {
		out.Undone = o.UndoneByName
	}
	return out
}

// undo lets the newest standing outcome be taken back for as long as that is
// possible. A return is kept after all instead, by its own button.
func (h *Report) undo(c echo.Context, v *pages.ReportView, r *casefile.ReportView) {
	if r.Referral == nil || !h.Actor(c).Can(auth.WorkReferral) || !h.Exists("/reports/:number/outcome") {
		return
	}
	for i := range r.Outcomes {
		o := &r.Outcomes[i]
		if o.Undone {
			continue
		}
		until := o.RecordedAt.Add(referral.UndoFor)
		if o.Code != models.OutcomeReturned && r.Now.Before(until) {
			v.Outcomes[i].UndoURL, v.Outcomes[i].UndoUntil = reportPath(r.Report.Number)+"/outcome/"+o.ID.String()+"/undo", h.Local(c, until)
		}
		return
	}
}
