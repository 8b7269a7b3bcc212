package pages

import (
	"time"

	"github.com/a-h/templ"

	"reeve/views/components"
	"reeve/views/layout"
)

// FindingView is the page on which staff say where a person of a report is.
type FindingView struct {
	Frame                             layout.PageArgs
	Number                            string
	ReportURL, Action                 string
	Whose, Country, State, Where, How string
	Errors                            map[string]string
	Problems                          []components.FieldError
	Countries, States                 []components.Option
	HowLimit                          int
	Found                             []FindingRow // newest first
	WithdrawProblem                   string
}

// FindingRow is one thing that was found out.
type FindingRow struct {
	ID, Place, Whose, How, By string
	At                        time.Time
	Withdrawn                 string // by whom and why; empty: it holds
	Action                    templ.SafeURL
}

func (v FindingView) field(name, label, value string) components.FieldArgs {
	return components.FieldArgs{Name: name, Label: label, Value: value, Error: v.Errors[name]}
}
