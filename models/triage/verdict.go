package triage

import (
	"encoding/json"
	"fmt"
	"strings"

	"reeve/models"
)

// verdict is what a report was judged to be, at one moment.
type verdict struct {
	Class    string `json:"class"`
	Priority int16  `json:"priority"`
	Urgent   bool   `json:"urgent"`
}

func verdictOf(r *models.Report) verdict { return verdict{r.Class, r.Priority, r.Urgent} }

// to says what changed and what did not, as one part of a sentence.
func (v verdict) to(after verdict) string {
	parts := make([]string, 0, 3)
	say := func(what, was, is string) {
		if was == is {
			parts = append(parts, what+" "+is+", as it was")
			return
		}
		parts = append(parts, fmt.Sprintf("%s %s → %s", what, was, is))
	}
	say("class", v.Class, after.Class)
	say("priority", fmt.Sprint(v.Priority), fmt.Sprint(after.Priority))
	say("urgent", yesNo(v.Urgent), yesNo(after.Urgent))
	return strings.Join(parts, "; ")
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// ruleName names the rules by which a report's proposal was made.
func ruleName(stored json.RawMessage, version string) string {
	if version != "" {
		return version
	}
	if r := assessed(stored); r != nil {
		return orNone(r.Version)
	}
	return orNone("")
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}
