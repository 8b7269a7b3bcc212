package pages

import (
	"time"

	"reeve/views/components"
	"reeve/views/layout"
)

// ResumeView is a kept form, to be looked at and sent.
type ResumeView struct {
	Frame   layout.PageArgs
	Deed    string // "suspend a person's access"
	Page    string // where it was typed; empty: not known
	At      time.Time
	Until   time.Time // no longer kept
	Action  string    // where it is sent
	Discard string
	Upload  bool // as multipart/form-data
	Fields  []KeptField
	Files   []KeptField // Value is the file's name
	Others  []KeptLine
}

// KeptField is one field of a kept form.
type KeptField struct {
	Name   string // as it is sent
	Label  string // as it is read
	Value  string
	Secret bool // sent along, not shown
	Quiet  bool // a page's own, which nobody typed; shown folded away
}

func (v ResumeView) hidden() []components.Pair {
	var list []components.Pair
	for _, f := range v.Fields {
		list = append(list, components.Pair{Name: f.Name, Value: f.Value})
	}
	return list
}

// terms are the fields that somebody typed, or those that nobody did.
func (v ResumeView) terms(quiet bool) []components.Term {
	var list []components.Term
	for _, f := range v.Fields {
		if f.Quiet != quiet {
			continue
		}
		t := components.Term{Term: f.Label, Text: f.Value, Missing: "left empty", Pre: true}
		if f.Secret && f.Value != "" {
			t.Text, t.Missing = "", "kept and sent along, not shown"
		}
		list = append(list, t)
	}
	return list
}

// button says what happens, not "OK".
func (v ResumeView) button() string {
	if len(v.Files) > 0 {
		return "Send it with the files"
	}
	return "Send it now"
}
