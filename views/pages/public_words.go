package pages

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"strings"
	"sync"
)

// publicWordsFile is every text of the public's form, one column for each language.
//
//go:embed public_words.csv
var publicWordsFile string

// publicWords are the texts by language and key. A file that cannot be read is a
// mistake of the program, which a test finds.
var publicWords = sync.OnceValue(func() map[string]map[string]string {
	rows, err := csv.NewReader(strings.NewReader(publicWordsFile)).ReadAll()
	if err != nil {
		panic(fmt.Sprintf("the words of the public's form: %v", err))
	}
	words := map[string]map[string]string{}
	for i, lang := range rows[0][1:] {
		words[lang] = map[string]string{}
		for _, row := range rows[1:] {
			words[lang][row[0]] = row[i+1]
		}
	}
	return words
})

// PublicLanguages are the languages of the public's form, the first where nothing else
// is asked for.
var PublicLanguages = []string{"en", "es"}

// PublicSay is a text of the public's form in a language, with what belongs into it.
// A key without a text answers an empty one.
func PublicSay(lang, key string, with ...any) string {
	text := publicWords()[lang][key]
	if len(with) > 0 && text != "" {
		return fmt.Sprintf(text, with...)
	}
	return text
}
