package publicform

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
	"unicode"
)

// FieldKind is how a question is answered.
type FieldKind string

// The kinds of questions.
const (
	Line    FieldKind = "line"
	Area    FieldKind = "area"
	Choice  FieldKind = "choice"
	Day     FieldKind = "day" // 2006-01-02
	Country FieldKind = "country"
	State   FieldKind = "state"
)

// Field is one question. Nothing is required but what happened.
type Field struct {
	Name    string
	Kind    FieldKind
	Max     int // characters
	Choices []string
}

// Step is one page of the form.
type Step struct {
	Name   string
	Fields []Field
}

// Steps are the pages in their order.
func Steps() []Step { return steps }

// StepOf answers a page by its name, and what follows it: "check" after the last.
func StepOf(name string) (step Step, next string, ok bool) {
	for i, s := range steps {
		if s.Name != name {
			continue
		}
		next = "check"
		if i+1 < len(steps) {
			next = steps[i+1].Name
		}
		return s, next, true
	}
	return Step{}, "", false
}

const (
	shortText = 300
	someText  = 2_000
	longText  = 20_000
)

var steps = []Step{
	{"danger", []Field{{Name: "danger", Kind: Choice, Choices: []string{"yes", "no", "unsure"}}}},
	{"what", []Field{
		{Name: "what", Kind: Area, Max: longText},
		{Name: "kind", Kind: Choice, Choices: []string{"talk", "threat", "pictures", "sent", "touch", "money", "travel", "other"}},
	}},
	{"who", []Field{
		{Name: "who_name", Kind: Line, Max: shortText},
		{Name: "who_user", Kind: Line, Max: shortText},
		{Name: "who_app", Kind: Line, Max: shortText},
		{Name: "who_link", Kind: Line, Max: someText},
		{Name: "who_phone", Kind: Line, Max: shortText},
		{Name: "who_mail", Kind: Line, Max: shortText},
		{Name: "who_more", Kind: Area, Max: someText},
	}},
	{"child", []Field{
		{Name: "child_name", Kind: Line, Max: shortText},
		{Name: "child_age", Kind: Line, Max: 40},
		{Name: "child_user", Kind: Line, Max: shortText},
		{Name: "child_city", Kind: Line, Max: shortText},
		{Name: "child_zip", Kind: Line, Max: 20},
		{Name: "child_state", Kind: State},
		{Name: "child_country", Kind: Country},
		{Name: "child_more", Kind: Area, Max: someText},
	}},
	{"where", []Field{
		{Name: "where", Kind: Choice, Choices: []string{"online", "person", "both", "unsure"}},
		{Name: "place_of", Kind: Choice, Choices: []string{"home", "event", "unsure"}},
		{Name: "place_city", Kind: Line, Max: shortText},
		{Name: "place_zip", Kind: Line, Max: 20},
		{Name: "place_state", Kind: State},
		{Name: "place_country", Kind: Country},
	}},
	{"when", []Field{
		{Name: "when", Kind: Choice, Choices: []string{"now", "today", "week", "month", "longer", "unsure"}},
		{Name: "when_day", Kind: Day},
		{Name: "when_more", Kind: Line, Max: shortText},
	}},
	{"links", []Field{{Name: "links", Kind: Area, Max: 10_000}}},
	{"you", []Field{
		{Name: "role", Kind: Choice, Choices: []string{"me", "parent", "knows", "saw", "silent"}},
		{Name: "contact", Kind: Choice, Choices: []string{"yes", "no"}},
		{Name: "you_name", Kind: Line, Max: shortText},
		{Name: "you_mail", Kind: Line, Max: shortText},
		{Name: "you_phone", Kind: Line, Max: shortText},
		{Name: "you_safe", Kind: Area, Max: someText},
	}},
}

// Answers are what was written, by the name of the question.
type Answers map[string]string

// Of keeps a page's own questions of a form's values, made fit to be kept: valid text
// without control characters, ends trimmed. Unknown choices count as no answer.
func (s Step) Of(form func(name string) string) Answers {
	a := Answers{}
	for _, f := range s.Fields {
		v := Fit(form(f.Name), f.Kind == Area)
		if f.Kind == Choice && !contains(f.Choices, v) {
			v = ""
		}
		if (f.Kind == State || f.Kind == Country) && (len(v) != 2 || v != strings.ToUpper(v)) {
			v = ""
		}
		if v != "" {
			a[f.Name] = v
		}
	}
	return a
}

func contains(list []string, s string) bool {
	for _, one := range list {
		if one == s {
			return true
		}
	}
	return false
}

// Fit makes text from outside fit to be kept: the database takes neither broken UTF-8
// nor NUL, and other control characters are no part of what anybody wrote. lines keeps
// line breaks.
func Fit(s string, lines bool) string {
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' && lines:
			return r
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// Problem is what is wrong with one answer: a code for a page's words, and a number
// that belongs to it.
type Problem struct {
	Field string
	Code  string // empty, long, day, future
	Most  int    // for long
}

// Check says what is wrong with a page's answers. Almost nothing can be.
func (s Step) Check(a Answers, now time.Time) []Problem {
	var list []Problem
	for _, f := range s.Fields {
		v := a[f.Name]
		switch {
		case f.Name == "what" && v == "":
			list = append(list, Problem{Field: f.Name, Code: "empty"})
		case f.Max > 0 && len(v) > f.Max && len([]rune(v)) > f.Max:
			list = append(list, Problem{Field: f.Name, Code: "long", Most: f.Max})
		case f.Kind == Day && v != "":
			day, err := time.Parse(time.DateOnly, v)
			if err != nil || day.Year() < 1900 {
				list = append(list, Problem{Field: f.Name, Code: "day"})
			} else if day.After(now.AddDate(0, 0, 1)) { // it may be tomorrow already where they are
				list = append(list, Problem{Field: f.Name, Code: "future"})
			}
		}
	}
	return list
}

// Mark stands for a page's answers as they were when the page was made, so that a
// second tab does not write over the first without a word.
func (s Step) Mark(a Answers) string {
	h := sha256.New()
	for _, f := range s.Fields {
		h.Write([]byte(f.Name + "\x00" + a[f.Name] + "\x00"))
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}
