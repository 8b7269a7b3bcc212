package pages

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"reeve/models"
	"reeve/views/components"
)

// SentPart is a group of what a provider sent: facts under a heading, and groups
// below it.
type SentPart struct {
	Title string
	Facts []components.Term
	Parts []SentPart
}

// AsSent shows every element of a report that the provider sent, in its own
// values, and only those. It walks the struct itself, so that an element added to
// the model tomorrow is shown without anybody remembering to. Times are shown as
// sent, with our reading in the zone beside them.
func AsSent(r models.Reported, zone *time.Location) []SentPart {
	whole := asSent("", reflect.ValueOf(r), zone)
	if len(whole.Facts) > 0 {
		whole.Parts = append([]SentPart{{Title: "Report", Facts: whole.Facts}}, whole.Parts...)
	}
	return whole.Parts
}

// FileAsSent shows everything that the provider said of a file.
func FileAsSent(f models.ReportedFile, zone *time.Location) SentPart {
	return asSent("What the provider said", reflect.ValueOf(f), zone)
}

// sentLabels are the names of elements where their own would not read well.
var sentLabels = map[string]string{
	"ESPIdentifier": "Provider's user id", "ESPService": "Provider's service", "URLs": "Web address", "ProfileURLs": "Profile address",
	"IPs": "IP event", "IP": "IP event", "ZIP": "ZIP code", "NonUSAState": "State outside the US", "FileID": "File id", "LegalURL": "Legal page",
	"UploadedToESP": "Uploaded to the provider", "EXIFViewed": "EXIF viewed", "Subjects": "Person or user reported", "Recipients": "Intended recipient",
	"Victims": "Victim", "Internet": "Internet details", "LawEnforcement": "Law enforcement already told", "Newer": "Element that our schema does not know",
	"ReportedToLE": "Reported to law enforcement", "Compromised": "Account compromised", "AgeAssertionDiscrepant": "Stated age in doubt",
	"DateTime": "Time", "DateTimeDescription": "What the time means", "Escalate": "Why the provider asks for urgency", "Associated": "Associated account",
	"Emails": "E-mail", "Phones": "Telephone", "Phone": "Telephone", "Addresses": "Postal address", "Annotations": "Annotation", "Devices": "Device",
	"DisplayNames": "Display name", "PriorReports": "Earlier report", "OriginalHashes": "Hash before upload", "Details": "Detail", "Officer": "Officer",
	"Template": "Provider's standing explanation", "Viewed": "Viewed by a person at the provider", "BatchReason": "Batch",
	"AdditionalInfo": "Additional information", "ThirdPartyUser": "User of a third party", "ThirdParty": "Hosted by a third party", "IndustryClass": "Industry class",
	"ServedDomestic": "Domestic process served", "ServedForeign": "Foreign process served", "ServedForeignPlace": "Foreign process from",
}

func sentLabel(name string) string {
	if l, ok := sentLabels[name]; ok {
		return l
	}
	var b strings.Builder
	for i, r := range name {
		if i > 0 && r >= 'A' && r <= 'Z' {
			b.WriteByte(' ')
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// sentMono are elements that are read letter by letter.
var sentMono = map[string]bool{"ESPIdentifier": true, "FileID": true, "GroupIdentifier": true, "URLs": true, "ProfileURLs": true}

var (
	truthType   = reflect.TypeFor[models.Truth]()
	momentType  = reflect.TypeFor[models.Moment]()
	addressType = reflect.TypeFor[models.ReportedAddress]()
	newerType   = reflect.TypeFor[models.NewerElement]()
)

// asSent walks a struct. Embedded ones and the person of a party belong to the
// same heading.
func asSent(title string, v reflect.Value, zone *time.Location) SentPart {
	p := SentPart{Title: title}
	for i := range v.NumField() {
		f, name := v.Field(i), v.Type().Field(i).Name
		if f.IsZero() {
			continue
		}
		if f.Kind() == reflect.Pointer {
			f = f.Elem()
		}
		switch {
		case v.Type().Field(i).Anonymous || name == "Person":
			inner := asSent("", f, zone)
			p.Facts, p.Parts = append(p.Facts, inner.Facts...), append(p.Parts, inner.Parts...)
		case f.Kind() == reflect.Slice:
			for j := range f.Len() {
				p.add(name, f.Index(j), j+1, f.Len(), zone)
			}
		default:
			p.add(name, f, 1, 1, zone)
		}
	}
	return p
}

// add shows the nth of many values of an element.
func (p *SentPart) add(name string, v reflect.Value, nth, many int, zone *time.Location) {
	label := sentLabel(name)
	if v.Kind() != reflect.Struct || v.Type() == momentType {
		text, note := scalar(v, zone)
		p.Facts = append(p.Facts, components.Term{Term: label, Text: text, Note: note, Mono: sentMono[name], Pre: strings.ContainsAny(text, "\n\r") || len(text) > 200})
		return
	}
	if v.Type() == newerType {
		n := v.Interface().(models.NewerElement)
		t := components.Term{Term: label, Text: n.Value, Missing: "empty", Note: n.Path}
		if n.Line > 0 {
			t.Note += fmt.Sprintf(", line %d", n.Line)
		}
		p.Facts = append(p.Facts, t)
		return
	}
	if flat(v.Type()) {
		p.Facts = append(p.Facts, oneLine(label, v, zone))
		return
	}
	if many > 1 {
		label += " " + strconv.Itoa(nth)
	}
	p.Parts = append(p.Parts, asSent(label, v, zone))
}

// flat says whether a struct holds single values only, so that one line shows it.
func flat(t reflect.Type) bool {
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous || f.Type.Kind() == reflect.Slice || f.Type.Kind() == reflect.Pointer && f.Type.Elem().Kind() == reflect.Struct ||
			f.Type.Kind() == reflect.Struct && f.Type != momentType {
			return false
		}
	}
	return true
}

// oneLine shows a small struct as its first value, the others after it.
func oneLine(label string, v reflect.Value, zone *time.Location) components.Term {
	t := components.Term{Term: label}
	var lead, rest []string
	for i := range v.NumField() {
		f, name := v.Field(i), v.Type().Field(i).Name
		if f.IsZero() && name != "Disabled" {
			continue
		}
		if f.Kind() == reflect.Pointer {
			f = f.Elem()
		}
		text, note := scalar(f, zone)
		if note != "" {
			text += " (" + note + ")"
		}
		leads := len(lead) == 0
		if v.Type() == addressType {
			leads = true
		}
		if leads && name != "Type" {
			lead = append(lead, text)
		} else {
			rest = append(rest, strings.ToLower(sentLabel(name))+": "+text)
		}
	}
	t.Text, t.Note = strings.Join(lead, ", "), strings.Join(rest, " · ")
	if t.Text == "" && t.Note != "" {
		t.Text, t.Note = t.Note, ""
	}
	return t
}

// scalar writes a single value; note is our reading of a time.
func scalar(v reflect.Value, zone *time.Location) (text, note string) {
	switch v.Type() {
	case truthType:
		return v.Interface().(models.Truth).String(), ""
	case momentType:
		m := v.Interface().(models.Moment)
		if m.At.IsZero() {
			return m.Text, "not readable as a time"
		}
		if read := components.Exact(m.At.In(zone)); m.Text != "" {
			return m.Text, "read as " + read
		}
		return components.Exact(m.At.In(zone)), ""
	}
	switch v.Kind() {
	case reflect.String:
		return v.String(), ""
	case reflect.Int, reflect.Int64:
		return strconv.FormatInt(v.Int(), 10), ""
	case reflect.Float64:
		return strconv.FormatFloat(v.Float(), 'f', -1, 64), ""
	case reflect.Bool:
		return models.TruthOf(v.Bool()).String(), ""
	}
	return fmt.Sprint(v.Interface()), ""
}
