package gallery

import (
	"strings"
	"time"

	"github.com/a-h/templ"
	c "reeve/views/components"
)

// State is one component in one state. Name is unique and serves as the name
// of its golden file.
type State struct {
	Name, Title string
	Component   templ.Component
}

// Group is the states of components that belong together.
type Group struct {
	ID, Title, Note string
	States          []State
	Wide            bool // the parts need the whole width
}

// Now is the moment of the gallery, so that it always reads the same.
var Now = time.Date(2026, 11, 22, 16, 31, 5, 0, time.FixedZone("PST", -8*3600))

// Long is a text of 3,000 characters without meaning; Unbroken has no space.
var (
	Long = strings.Repeat("The quick report travels over the quiet wire and is read by a patient colleague. ", 38)[:3000]

	Unbroken = strings.Repeat("f00dfeed", 24)
)

// Names in scripts that run from right to left, and one that mixes.
const (
	Arabic = "\u0644\u064a\u0644\u0649 \u062d\u062f\u0627\u062f"
	Hebrew = "\u05e0\u05d5\u05e2\u05d4 \u05db\u05d4\u05df"
)

func before(d time.Duration) time.Time { return Now.Add(-d) }

const day = 24 * time.Hour

// Groups gives the whole gallery in the order of the style guide.
func Groups() []Group {
	return []Group{
		{"buttons", "Buttons", "One primary deed at most. The letter presses the button.", buttons(), false},
		{"fields", "Fields", "Label, help, error and control are tied together once, in Field.", fields(), false},
		{"marks", "Priority, state, marks", "Number, word, icon and colour; never colour alone.", marks(), false},
		{"messages", "Messages", "What is, and what to do next.", messages(), false},
		{"facts", "Facts", "Missing things are said as missing, with their cost.", facts(), false},
		{"lists", "Lists", "Rows of 38 pixels, tabular figures, j and k to walk.", lists(), true},
		{"figures", "Figures and charts", "Every figure opens its rows; the text is the chart.", figures(), true},
		{"pages", "Parts of a page", "", parts(), false},
	}
}

func buttons() []State {
	return []State{
		{"button-variants", "Variants", buttonVariants()},
		{"button-small", "Small", buttonSmall()},
		{"button-disabled", "Switched off, with its reason", c.Button(c.ButtonArgs{Label: "Record outcome", Disabled: true, Reason: "Take the report first."})},
		{"button-icon", "Icon only", c.Button(c.ButtonArgs{Label: "Print", Icon: c.IconPrint, HideLabel: true, Type: "button"})},
		{"linkbutton", "Link", c.LinkButton(c.LinkButtonArgs{Label: "Download as sent", URL: "/reports/1", Icon: c.IconDownload, Download: true})},
		{"deeds", "Deeds of a report, in the order of use", deeds()},
	}
}

func fields() []State {
	return []State{
		{"field", "Plain", c.Field(c.FieldArgs{Label: "Report number", Name: "number", InputMode: "numeric", Width: "short", Mono: true})},
		{"field-help", "Help, required, filled", c.Field(c.FieldArgs{Label: "E-mail", Name: "email", Type: "email", Value: "dana@bay.example", Help: "Your agency's address. It decides where you sign in.", Required: true, Autocomplete: "username"})},
		{"field-error", "Error", c.Field(c.FieldArgs{Label: "Warrant number", Name: "warrant", Value: "SW", Error: "Write the whole number, as on the warrant.", Help: "Letters and digits.", Required: true, Width: "medium"})},
		{"field-rtl", "Right to left", c.Field(c.FieldArgs{Label: "Name", Name: "rtl", Value: Arabic, Width: "medium"})},
		{"field-off", "Switched off", c.Field(c.FieldArgs{Label: "Agency", Name: "agency", Value: "Bay Region Task Force (demonstration)", Disabled: true})},
		{"field-readonly", "Read only", c.Field(c.FieldArgs{Label: "Proof number", Name: "proof", Value: "7Q2K-94MD", ReadOnly: true, Mono: true, Width: "medium"})},
		{"textarea", "Text", c.TextArea(c.TextAreaArgs{FieldArgs: c.FieldArgs{Label: "Reason", Name: "reason", Help: "One sentence is enough. It stands in the trail."}, Rows: 3})},
		{"textarea-error", "Text with an error", c.TextArea(c.TextAreaArgs{FieldArgs: c.FieldArgs{Label: "Note", Name: "note", Value: "Called the desk.\nNo answer.", Error: "Say whom you called."}})},
		{"select", "Choose one from many", c.Select(c.SelectArgs{FieldArgs: c.FieldArgs{Label: "Agency", Name: "to", Value: "b", Width: "medium"}, Blank: "Not known", Options: []c.Option{
			{Value: "a", Label: "Bay Region", Group: "West"}, {Value: "n", Label: "Northern National Centre", Group: "West", Disabled: true}, {Value: "b", Label: "Five Boroughs", Group: "East"},
		}})},
		{"select-error", "Choose one, wrong", c.Select(c.SelectArgs{FieldArgs: c.FieldArgs{Label: "Code", Name: "code", Error: "Choose what became of it.", Required: true, Width: "medium"}, Blank: "Choose", Options: []c.Option{{Value: "1", Label: "Still working"}}})},
		{"radios", "One of a few", c.Radios(c.ChoicesArgs{Label: "How useful was the report?", Name: "useful", Inline: true, Choices: []c.Choice{
			{Value: "0", Label: "Not useful", Key: "0"}, {Value: "1", Label: "Some use", Key: "1", Checked: true}, {Value: "2", Label: "Led to a person", Key: "2"},
		}})},
		{"radios-error", "One of a few, wrong", c.Radios(c.ChoicesArgs{Label: "On what authority?", Name: "authority", Required: true, Error: "Choose one, or leave the file locked.", Help: "Counsel's policy decides which are open to you.", Choices: []c.Choice{
			{Value: "w", Label: "Warrant", Help: "Number, court and date come next."}, {Value: "c", Label: "Consent"}, {Value: "e", Label: "Emergency", Help: "Needs an approver.", Disabled: true},
		}})},
		{"checkboxes", "Any of a few", c.Checkboxes(c.ChoicesArgs{Label: "What was missing?", Name: "missing", Choices: []c.Choice{{Value: "ip", Label: "Upload address"}, {Value: "phone", Label: "Phone number", Checked: true}}})},
		{"checkbox", "On its own", c.Checkbox(c.CheckboxArgs{Label: "Tell the other agency who I am", Name: "tell", Help: "They see your desk and telephone, never the report.", Checked: true})},
		{"checkbox-error", "On its own, wrong", c.Checkbox(c.CheckboxArgs{Label: "I have read the warrant's scope", Name: "scope", Required: true, Error: "Needed before a file is opened."})},
		{"errorsummary", "Summary, one", c.ErrorSummary([]c.FieldError{{ID: "f-warrant", Message: "Write the whole warrant number."}})},
		{"errorsummary-many", "Summary, many", c.ErrorSummary([]c.FieldError{{ID: "f-warrant", Message: "Write the whole warrant number."}, {ID: "f-code", Message: "Choose what became of it."}, {Message: "Someone else changed the report meanwhile."}})},
		{"form", "Form", form()},
		{"confirm", "Question before a deed", confirmReturn()},
	}
}

func marks() []State {
	return []State{
		{"priority-all", "Priorities", priorities()},
		{"priority-reason", "With its reason and the urgent flag", c.Priority(c.PriorityArgs{Level: 1, Urgent: true, Reason: "child in danger: stated plan to meet"})},
		{"priority-number", "Number only", c.Priority(c.PriorityArgs{Level: 2, NumberOnly: true})},
		{"state-all", "States", states()},
		{"badge-all", "Marks", badges()},
		{"clock-all", "Time left", clocks()},
		{"gate-locked", "Gate, locked", c.Gate(c.GateArgs{Unknown: true, Text: "Locked: the provider did not say whether it viewed this file.", Next: "Record a warrant or consent to open it."})},
		{"gate-open", "Gate, open", c.Gate(c.GateArgs{Open: true, Text: "Open: the provider viewed the whole file."})},
	}
}

func messages() []State {
	return []State{
		{"alert-info", "Plain", c.Alert(c.AlertArgs{Tone: c.ToneInfo, Text: "Released by rule: provider's report, confidence 0.94.", Static: true})},
		{"alert-good", "Done", c.Alert(c.AlertArgs{Tone: c.ToneGood, Title: "Outcome recorded", Text: "The clearinghouse sees: investigation opened, led to a person. You can undo this until 16:41.", Static: true})},
		{"alert-warn", "Attention", c.Alert(c.AlertArgs{Tone: c.ToneWarn, Title: "Preservation ends in 6 days", Text: "The provider may erase what it keeps for this report on 28 Nov 2026. Send a preservation letter to extend it.", Static: true})},
		{"alert-bad", "Problem", c.Alert(c.AlertArgs{Tone: c.ToneBad, Title: "Not saved: Robin changed this report at 16:29", Text: "Your text is still below. Look at the change, then save again.", Static: true})},
		{"alert-deed", "With a deed", c.Alert(c.AlertArgs{Tone: c.ToneGood, Text: "Recorded: under investigation.", Deed: "Undo", Action: "/reports/482910377/outcome/1/undo", Static: true})},
		{"alert-slim", "Slim", c.Alert(c.AlertArgs{Text: "Nobody has taken this report yet.", Slim: true, Static: true})},
		{"empty", "Nothing there", emptyInbox()},
		{"empty-plain", "Nothing there, and nothing to do", c.Empty(c.EmptyArgs{Title: "No outcomes yet in this period", Text: "42 referrals are younger than 30 days."})},
		{"note", "Note", c.Note(c.NoteArgs{Who: "Avery Lin", When: before(3 * time.Hour), Text: "Same screen name as in two older reports.\nAsked the provider for the log-in of 14 Nov."})},
		{"note-long", "Note of 3,000 characters", c.Note(c.NoteArgs{Who: "Avery Lin", When: before(30 * day), Text: Long})},
		{"note-rtl", "Note from right to left", c.Note(c.NoteArgs{Who: Hebrew, When: before(2 * day), Text: Arabic + " " + Hebrew})},
	}
}
