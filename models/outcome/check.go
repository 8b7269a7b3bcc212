package outcome

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"reeve/models"
)

// faults collects what is wrong with a form, field by field.
type faults map[string]string

func (f faults) err() error {
	if len(f) == 0 {
		return nil
	}
	return &models.Error{Kind: models.Invalid, Message: "Some of this cannot be recorded. Nothing was saved; look at the fields marked.", Fields: f}
}

// days is the stretch in which something may have happened, as days in a zone.
type days struct{ first, last time.Time }

// daysFor answers from when to when an outcome of the referral may have happened:
// from the day of the incident, or of receipt when no earlier incident is stated,
// to today in the agency's zone.
func daysFor(r *models.Referral, now time.Time, zone *time.Location) days {
	first := r.ReceivedAt
	if r.IncidentAt != nil && r.IncidentAt.Before(first) {
		first = *r.IncidentAt
	}
	return days{first: dayIn(first, zone), last: dayIn(now, zone)}
}

// dayIn is the calendar day of a moment in a zone, as midnight UTC of that day.
func dayIn(t time.Time, zone *time.Location) time.Time {
	y, m, d := t.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// checked is an input whose every field was found good.
type checked struct {
	code       models.OutcomeCode
	usefulness *int16
	missing    models.TextList
	count      *int
	happened   *time.Time
	note       string
}

func (in *Input) check(d days) (*checked, error) {
	f, out := faults{}, &checked{usefulness: in.Usefulness, count: in.Count}
	var known bool
	out.code, known = models.OutcomeByCode(in.Code)
	switch {
	case in.Code == "":
		f["code"] = "Choose what became of the report."
	case in.Code == models.OutcomeReturned:
		f["code"] = "A return is not recorded here: return the report, so that it is routed anew."
	case !known:
		f["code"] = "There is no such outcome. Choose one from the list."
	}
	if in.Usefulness != nil && (*in.Usefulness < 0 || *in.Usefulness > 2) {
		f["usefulness"] = "Usefulness is 0 (none), 1 (some) or 2 (key)."
	}
	out.missing = models.TextList{}
	for _, code := range in.Missing {
		switch {
		case !slices.ContainsFunc(models.MissingItems, func(m models.MissingItem) bool { return m.Code == code }):
			f["missing"] = "One of the missing items is not on the list. Choose from the list."
		case !slices.Contains(out.missing, code):
			out.missing = append(out.missing, code)
		}
	}
	switch {
	case in.Count == nil:
	case known && !out.code.Counts:
		f["count"] = "A number belongs only to arrests and to victims. Leave it empty here."
	case *in.Count < 1 || *in.Count > 9999:
		f["count"] = "The number must be between 1 and 9999. Leave it empty when it is not known."
	}
	out.happened = checkDay(f, in.HappenedOn, d)
	out.note = checkNote(f, "note", in.Note, NoteLimit)
	return out, f.err()
}

func checkDay(f faults, text string, d days) *time.Time {
	if text == "" {
		return nil
	}
	t, err := time.Parse(time.DateOnly, text)
	switch {
	case err != nil:
		f["happened_on"] = "Write the day as year-month-day, for example 2026-03-02."
	case t.After(d.last):
		f["happened_on"] = "This day has not come yet."
	case t.Before(d.first):
		f["happened_on"] = fmt.Sprintf("This is before the incident and before the report was received. The first possible day is %s.", d.first.Format(time.DateOnly))
	default:
		return &t
	}
	return nil
}

func checkNote(f faults, field, text string, limit int) string {
	text = strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	switch {
	case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		f[field] = "This text holds characters that cannot be stored. Type it anew."
	case utf8.RuneCountInString(text) > limit:
		f[field] = fmt.Sprintf("This is %d characters long; at most %d can be kept.", utf8.RuneCountInString(text), limit)
	}
	return text
}

// zone answers the agency's time zone; UTC for a name that this machine does not know.
func zone(a models.Agency) *time.Location {
	z, err := time.LoadLocation(a.Zone)
	if err != nil {
		return time.UTC
	}
	return z
}
