package pages

import (
	"reeve/views/components"
	"reeve/views/layout"
)

// RemoveView asks before a person is removed, and says what ends.
type RemoveView struct {
	Frame    layout.PageArgs
	Name     string
	Agency   string
	Action   string
	Back     string // the person's page
	Version  string
	Problems []components.FieldError
	Conflict string
	No       string // why it cannot be done; the form is then left out
	Ends     []string
	Work     *PersonWork // nil: there is no open work
	OpenText string
	Why      string
	WhyErr   string
}

// InviteView invites one person.
type InviteView struct {
	Frame    layout.PageArgs
	Agency   string
	Other    string
	Action   string
	Cancel   string
	Code     string // of the agency, if it is not the reader's own
	Problems []components.FieldError
	Errors   map[string]string

	Through    []string // which addresses sign in where, a sentence each; none: nobody can be invited yet
	SignInURL  string   // where that is set up; empty: not the reader's to do
	Email      string
	Name       string
	Title      string
	Sworn      string // yes, no or empty
	Roles      []components.Choice
	MayApprove bool
	Approve    bool
	Conflict   string
}

// ImportView takes a file of people, shows what it would do, and did.
type ImportView struct {
	Frame    layout.PageArgs
	Agency   string
	Other    string
	Action   string
	Cancel   string
	Code     string
	Problems []components.FieldError
	Error    string

	Text       string // as pasted, or read from the file
	MayApprove bool
	Approve    bool
	Limit      string

	Tried   bool // what the lines would do is below
	Good    bool // it can be applied
	Verdict string
	Ignored string
	Lines   []ImportLine
}

// ImportLine is one line of the file and what it does.
type ImportLine struct {
	Line    string
	Email   string
	Name    string
	Verdict components.StateArgs
	Words   string
}

func (v InviteView) sworn() components.ChoicesArgs {
	return components.ChoicesArgs{Label: "Sworn officer", Name: "sworn", Inline: true, Error: v.Errors["sworn"], Choices: []components.Choice{
		{Value: "yes", Label: "Yes", Checked: v.Sworn == "yes"}, {Value: "no", Label: "No", Checked: v.Sworn == "no"}, {Value: "unsaid", Label: "Not said", Checked: v.Sworn != "yes" && v.Sworn != "no"}}}
}

func (v InviteView) hidden() []components.Pair { return agencyPair(v.Code) }

func (v ImportView) hidden() []components.Pair { return agencyPair(v.Code) }

// applying are what the form that applies a tried file carries.
func (v ImportView) applying() []components.Pair {
	list := append(agencyPair(v.Code), components.Pair{Name: "text", Value: v.Text}, components.Pair{Name: "apply", Value: "yes"})
	if v.Approve {
		list = append(list, components.Pair{Name: "approve", Value: "yes"})
	}
	return list
}

func agencyPair(code string) []components.Pair {
	if code == "" {
		return nil
	}
	return []components.Pair{{Name: "agency", Value: code}}
}
