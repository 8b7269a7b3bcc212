package pages

import (
	"time"

	"reeve/views/components"
	"reeve/views/layout"
)

// ReturnView is the form that hands a report back as wrong jurisdiction, and the
// page of one that is being handed back.
type ReturnView struct {
	Frame  layout.PageArgs
	Report ReportLine
	Action string

	Agencies []components.Option // where it may belong
	Values   ReturnValues
	Problems []components.FieldError
	Hidden   []components.Pair

	NoteLimit, PlaceLimit int

	Conflict    *MeanwhileView
	Returning   *ReturningView // it waits to be sent
	NotReturned string         // why it cannot be returned now
}

// ReturnValues are the fields as typed.
type ReturnValues struct {
	Agency, Place, Note string
	Now                 bool // send without waiting
}

// ReturningView is a return that waits to be sent.
type ReturningView struct {
	Due     time.Time // zero: at any moment
	Now     time.Time
	By, Why string
	Action  string // of keeping it after all; empty: the reader may not
	Hidden  []components.Pair
}

func (v ReturnView) problem(field string) string {
	for _, p := range v.Problems {
		if p.ID == "f-"+field {
			return p.Message
		}
	}
	return ""
}

func (v ReturnView) when() components.ChoicesArgs {
	return components.ChoicesArgs{Label: "When does it go?", Name: "when", Choices: []components.Choice{
		{Value: "wait", Label: "Wait ten minutes", Help: "You or a colleague can keep it after all until then.", Checked: !v.Values.Now},
		{Value: "now", Label: "Send now", Help: "For what must not lose time. It cannot be taken back.", Checked: v.Values.Now},
	}}
}

func (v ReturningView) due() string {
	switch {
	case v.Due.IsZero() || !v.Due.After(v.Now):
		return "It is on its way and will be routed anew in a moment."
	default:
		return "It goes at " + v.Due.Format("15:04:05 MST") + ", " + components.Ago(v.Due, v.Now) + ". Until then it can be kept."
	}
}
