package pages

import (
	"strconv"

	"reeve/views/components"
)

// PublicFrame is what every page of the public's form has.
type PublicFrame struct {
	Lang      string
	Title     string
	Demo      bool
	Emergency string // the number to call
	Other     string // this page in the other language
	OtherLang string
}

func (f PublicFrame) say(key string, with ...any) string { return PublicSay(f.Lang, key, with...) }

// to is an address of the form in the page's language.
func (f PublicFrame) to(path string) string { return path + "?lang=" + f.Lang }

// PublicField is one question with what stands in it.
type PublicField struct {
	Name, Label, Help, Value, Error string
	Kind                            string // line, area, choice, day, country, state
	Options                         []components.Option
	Autocomplete, Type, Mode        string
	Rows                            int
}

func (f PublicField) field() components.FieldArgs {
	a := components.FieldArgs{Label: f.Label, Name: f.Name, Value: f.Value, Help: f.Help, Error: f.Error, Autocomplete: f.Autocomplete, Type: f.Type, InputMode: f.Mode}
	if f.Kind == "day" {
		a.Type, a.Width = "date", "medium"
	}
	if a.Autocomplete == "" {
		a.Autocomplete = "off"
	}
	return a
}

func (f PublicField) choices() components.ChoicesArgs {
	a := components.ChoicesArgs{Label: f.Label, Name: f.Name, Help: f.Help, Error: f.Error}
	for _, o := range f.Options {
		a.Choices = append(a.Choices, components.Choice{Value: o.Value, Label: o.Label, Checked: o.Value == f.Value})
	}
	return a
}

// PublicStep is a page with questions.
type PublicStep struct {
	Frame    PublicFrame
	Name     string
	Part, Of int
	Back     string
	Title    string
	Lead     string
	Note     string // what the reader must know first
	Urgent   bool   // show whom to call
	Was      string
	Change   bool // came from the last page, and goes back there
	Fields   []PublicField
	Other    []components.Term // what another window wrote
}

func (v PublicStep) errors() []components.FieldError { return publicErrors(v.Fields) }

func publicErrors(fields []PublicField) (list []components.FieldError) {
	for _, f := range fields {
		if f.Error != "" {
			list = append(list, components.FieldError{ID: f.field().ControlID(), Message: f.Error})
		}
	}
	return list
}

// PublicCheck is everything that was answered, before it is sent.
type PublicCheck struct {
	Frame PublicFrame
	Note  string
	Bad   bool // the note says what stands in the way
	Soft  string
	Parts []PublicPart
}

// PublicPart is one page's answers.
type PublicPart struct {
	Name, Title, Change string
	Facts               []components.Term
}

// PublicSent is what somebody gets who sent a report.
type PublicSent struct {
	Frame  PublicFrame
	Number string
	Code   string
}

// PublicMore is the page for adding to a report.
type PublicMore struct {
	Frame  PublicFrame
	Note   string
	Bad    bool
	Fields []PublicField
}

// PublicNumber writes a report's number in groups of three, to be copied by hand.
func PublicNumber(n int64) string {
	s := strconv.FormatInt(n, 10)
	out := ""
	for len(s) > 3 {
		out, s = " "+s[len(s)-3:]+out, s[:len(s)-3]
	}
	return s + out
}
