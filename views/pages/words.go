package pages

import (
	"strconv"

	"reeve/views/components"
)

func itoa(n int) string { return strconv.Itoa(n) }

func itoa64(n int64) string { return strconv.FormatInt(n, 10) }

// countOf is the number beside a heading; nothing for an empty list.
func countOf(n int) string {
	if n == 0 {
		return ""
	}
	return components.Group(n)
}

func primaryIf(yes bool) components.Variant {
	if yes {
		return components.Primary
	}
	return components.Quiet
}

// takeLabel says what taking means now: a colleague's report passes over.
func takeLabel(h ReportHead) string {
	if h.Assignee != "" && !h.Mine {
		return "Take over"
	}
	return "Take"
}

func takeVariant(h ReportHead) components.Variant { return primaryIf(h.Assignee == "") }

// sources says where in the report each reason of the priority stood.
func (h ReportHead) sources() []components.Term {
	var out []components.Term
	for _, r := range h.Reasons {
		out = append(out, components.Term{Term: r.points() + " points", Text: r.Text, Note: r.Source})
	}
	return out
}
