package pages

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// A text that lacks in one language would be an empty place on a frightened person's
// page; one that asks for other values would be a wrong one.
func TestEveryTextOfThePublicsFormIsThereInEachLanguage(t *testing.T) {
	verbs := regexp.MustCompile(`%[a-z]`)
	for key, en := range publicWords()["en"] {
		for _, lang := range PublicLanguages {
			text := publicWords()[lang][key]
			if strings.TrimSpace(text) == "" {
				t.Errorf("%s lacks in %s", key, lang)
			}
			if got, want := verbs.FindAllString(text, -1), verbs.FindAllString(en, -1); strings.Join(got, "") != strings.Join(want, "") {
				t.Errorf("%s in %s holds %v, want %v", key, lang, got, want)
			}
		}
	}
	// Every key that a page names by itself has a text.
	for _, file := range []string{"public.templ", "../../handlers/public.go", "../../handlers/public_send.go"} {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`say\((?:c, )?"([a-z._]+[a-z])"`).FindAllStringSubmatch(string(body), -1) {
			if PublicSay("en", m[1]) == "" {
				t.Errorf("%s names %q, which has no text", file, m[1])
			}
		}
	}
}
