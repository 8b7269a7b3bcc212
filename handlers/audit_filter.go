package handlers

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"reeve/models/audit"
	"reeve/views/components"
	"reeve/views/pages"
)

// auditFilter is the audit page's query string, read.
type auditFilter struct {
	query  audit.Filter
	cursor string
	// The texts as typed, for the form.
	action, person, report, since, until string
	errors                               map[string]string
}

// days beyond these are no days of this log.
var (
	firstYear = 2000
	lastYear  = 2999
)

// readAuditFilter reads the query string; what is wrong with it is in errors.
// Days are days of the zone; the last day is included. agency says that the reader
// is an agency's, for whom others are outside.
func readAuditFilter(q url.Values, zone *time.Location, agency bool) auditFilter {
	if zone == nil {
		zone = time.UTC
	}
	text := func(name string) string { return strings.TrimSpace(q.Get(name)) }
	f := auditFilter{cursor: q.Get("cursor"), action: text("action"), person: text("person"), report: text("report"),
		since: text("since"), until: text("until"), errors: map[string]string{}}
	f.query.Refused = q.Get("refused") != ""
	f.query.Outside = agency && q.Get("outside") != ""
	if f.action != "" && !isDeed(f.action) {
		f.errors["action"] = "There is no such deed. Choose one from the list."
	}
	f.query.Action = f.action
	if f.person != "" {
		id, err := uuid.Parse(f.person)
		if err != nil {
			f.errors["person"] = "This address names nobody. Choose a person by their name in a line."
		}
		f.query.Person = id
	}
	if f.report != "" {
		n, err := strconv.ParseInt(f.report, 10, 64)
		if err != nil || n <= 0 {
			f.errors["report"] = "A report's number is digits only, like 482910377."
		}
		f.query.Report = n
	}
	f.query.Since = f.day("since", f.since, zone)
	if until := f.day("until", f.until, zone); !until.IsZero() {
		f.query.Until = until.AddDate(0, 0, 1)
		if !f.query.Since.IsZero() && until.Before(f.query.Since) {
			f.errors["until"] = "The last day lies before the first."
		}
	}
	return f
}

func (f auditFilter) day(name, text string, zone *time.Location) time.Time {
	if text == "" {
		return time.Time{}
	}
	at, err := time.ParseInLocation(time.DateOnly, text, zone)
	if err != nil || at.Year() < firstYear || at.Year() > lastYear {
		f.errors[name] = "Write the day as year-month-day, like 2026-03-02."
		return time.Time{}
	}
	return at
}

// values is the filter as a query string holds it, without a place in the list.
func (f auditFilter) values() url.Values {
	v := url.Values{}
	for name, text := range map[string]string{"action": f.action, "person": f.person, "report": f.report, "since": f.since, "until": f.until} {
		if text != "" && f.errors[name] == "" {
			v.Set(name, text)
		}
	}
	if f.query.Refused {
		v.Set("refused", "1")
	}
	if f.query.Outside {
		v.Set("outside", "1")
	}
	return v
}

// fields is the filter as its form shows it.
func (f auditFilter) fields() pages.AuditFields {
	a := pages.AuditFields{Action: f.action, Report: f.report, Since: f.since, Until: f.until, Refused: f.query.Refused, Errors: f.errors}
	for _, d := range deeds {
		a.Actions = append(a.Actions, components.Option{Value: d.code, Label: d.words, Group: d.group})
	}
	return a
}

// bar is the filter as a sentence. who is how the log names the filter's person.
func (f auditFilter) bar(who string) components.FilterBarArgs {
	b := components.FilterBarArgs{Lead: "Lines", Tail: "newest first", Action: auditURL, ClearURL: auditURL, Open: len(f.errors) > 0}
	chip := func(name, text string) {
		b.Chips = append(b.Chips, components.FilterChip{Text: text, RemoveURL: f.without(name)})
	}
	v := f.values()
	if v.Get("action") != "" {
		chip("action", "deed: "+deedWords(f.action))
	}
	if v.Get("person") != "" {
		chip("person", "by "+who)
		b.Hidden = []components.Pair{{Name: "person", Value: f.person}}
	}
	if v.Get("report") != "" {
		chip("report", "about report "+f.report)
	}
	if f.query.Refused {
		chip("refused", "refused only")
	}
	if f.query.Outside {
		chip("outside", "by people outside your agency")
		b.Hidden = append(b.Hidden, components.Pair{Name: "outside", Value: "1"})
	}
	if v.Get("since") != "" {
		chip("since", "from "+f.query.Since.Format("2 Jan 2006"))
	}
	if v.Get("until") != "" {
		chip("until", "to "+f.query.Until.AddDate(0, 0, -1).Format("2 Jan 2006"))
	}
	return b
}
