package pages

import (
	"time"

	"reeve/views/components"
	"reeve/views/layout"
)

// AuditView is a page of the audit log, as far as the reader may see it.
type AuditView struct {
	Frame  layout.PageArgs
	Scope  string           // whose deeds are here, as a sentence
	Views  []components.Tab // an agency's: everything, or what others did
	Sealed AuditSeal
	Filter components.FilterBarArgs
	Fields AuditFields
	Lines  []AuditLine
	Next   string // address of the page after this one; empty on the last
	First  string // address of the first page; empty on it
}

// AuditSeal is the newest checkpoint.
type AuditSeal struct {
	At    time.Time // zero: nothing is sealed yet
	Lines string    // how many lines are sealed; empty when the reader need not know
	// Late says that a line has waited for its seal longer than it should.
	Late bool
}

// AuditFields are the filters as typed, with what is wrong with them.
type AuditFields struct {
	Action, Report, Since, Until string
	Refused                      bool
	Actions                      []components.Option
	Errors                       map[string]string
}

// AuditLine is one line of the log.
type AuditLine struct {
	ID        string
	At        time.Time
	Who       string
	WhoURL    string // the list of only this person's deeds; empty where it cannot be asked
	Agency    string // empty for the reader's own
	Words     string
	Refused   bool
	About     string // what it was about besides a report: a pool, an address
	Details   string // what was noted with it, in one line
	Report    string // number; empty when it is about none
	ReportURL string // empty when the reader may open no reports
	RequestID string
}

func (f AuditFields) field(name, label, value, kind string) components.FieldArgs {
	if f.Errors[name] != "" {
		kind = "text" // a date field would hide what was typed
	}
	return components.FieldArgs{Label: label, Name: name, Value: value, Type: kind, Error: f.Errors[name], Width: "short"}
}

// wrong lists the fields that need correcting, in the form's order.
func (f AuditFields) wrong() []components.FieldError {
	var list []components.FieldError
	for _, name := range []string{"action", "person", "report", "since", "until"} {
		if m := f.Errors[name]; m != "" {
			list = append(list, components.FieldError{ID: "f-" + name, Message: m})
		}
	}
	return list
}

// sealText says how far the log is sealed, up to the time that stands after it.
func (s AuditSeal) sealText() string {
	if s.Lines != "" {
		return "Every line is sealed so that none can be changed or removed unseen. " + s.Lines + " lines are; the newest checkpoint was signed "
	}
	return "Every line is sealed so that none can be changed or removed unseen. The newest checkpoint was signed "
}

func auditReport(f AuditFields) components.FieldArgs {
	a := f.field("report", "Report number", f.Report, "text")
	a.InputMode, a.MaxLength, a.Mono = "numeric", 20, true
	return a
}
