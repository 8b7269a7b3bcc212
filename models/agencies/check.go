package agencies

import (
	"hash/fnv"
	"regexp"
	"strings"
	"unicode"

	"reeve/models"
	"reeve/models/account"
)

// The portal's own session limits; an agency's go downwards from here (CJIS AC-11,
// AC-12: lock at 30 minutes at the most).
const (
	LeastIdle, MostIdle   = 5, 30 // minutes
	LeastHours, MostHours = 1, 12
)

// Bands are the colour bands that an agency may have on its pages.
var Bands = []string{"steel", "teal", "indigo", "plum", "olive", "rust", "pine"}

// bandFor gives a new agency a band, the same one each time.
func bandFor(code string) string {
	h := fnv.New32a()
	_, _ = h.Write([]byte(code)) // a hash's Write never fails
	return Bands[h.Sum32()%uint32(len(Bands))]
}

// faults are what is wrong with a form, by field.
type faults map[string]string

func (f faults) err() error {
	if len(f) == 0 {
		return nil
	}
	return &models.Error{Kind: models.Invalid, Message: "Some fields need correcting.", Fields: f}
}

// line reads a text of one line.
func (f faults) line(field, text string, least, most int) string {
	out, err := account.Line(field, text, least, most)
	if err != nil {
		f[field] = models.MessageOf(err)
	}
	return out
}

// email reads an address that may be empty.
func (f faults) email(field, text string) string {
	if strings.TrimSpace(text) == "" {
		return ""
	}
	out, err := account.Email(text)
	if err != nil {
		f[field] = models.MessageOf(err)
	}
	return out
}

var phoneForm = regexp.MustCompile(`^[+0-9][0-9 ()./x-]{4,39}$`)

// phone reads a telephone number that may be empty, as people write them.
func (f faults) phone(field, text string) string {
	text = strings.TrimSpace(text)
	if text != "" && !phoneForm.MatchString(text) {
		f[field] = "Write a telephone number, like +1 202 555 0100."
	}
	return text
}

func (f faults) zone(field, name string) string {
	if !isZone(name) {
		f[field] = "Choose a time zone from the list."
	}
	return name
}

var oriForm = regexp.MustCompile(`^[A-Z]{2}[A-Z0-9]{7}$`)

// ori reads an originating agency identifier: two letters and seven letters or digits.
func (f faults) ori(field, text string) string {
	text = strings.ToUpper(strings.TrimSpace(text))
	if text != "" && !oriForm.MatchString(text) {
		f[field] = "An ORI has nine characters and begins with two letters, like CA0430000. Leave it empty if there is none."
	}
	return text
}

var codeForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,62}$`)

// reserved are words that stand in addresses where a code would.
var reserved = []string{"new", "roles", "domains", "clearinghouse"}

// Suggest makes a code out of an agency's name: lower-case letters and digits of
// its words, without what stands in brackets.
func Suggest(name string) string {
	name, _, _ = strings.Cut(name, "(")
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(name) {
		switch {
		case r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			b.WriteRune(r)
			gap = false
		case r != '\'' && r != '.':
			gap = true
		}
	}
	code := b.String()
	if len(code) > 40 {
		code = strings.TrimRight(code[:40], "-")
	}
	return code
}
