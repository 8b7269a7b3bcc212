package handlers

import (
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"reeve/models/routing"
	"reeve/views/components"
	"reeve/views/pages"
)

// stateName leaves out the armed forces' mail, which is no place that anybody means.
func stateName(code string) string {
	name := routing.StateName(code)
	if strings.HasPrefix(name, "Armed Forces") {
		return ""
	}
	return name
}

// countries lists the countries by their names in a language, the United States first.
func countries(lang string) []components.Option { return countryLists()[lang] }

var countryLists = sync.OnceValue(func() map[string][]components.Option {
	out := map[string][]components.Option{}
	for _, lang := range pages.PublicLanguages {
		names := display.Regions(language.MustParse(lang))
		var list []components.Option
		for a := 'A'; a <= 'Z'; a++ {
			for b := 'A'; b <= 'Z'; b++ {
				code := string(a) + string(b)
				r, err := language.ParseRegion(code)
				if err != nil || !r.IsCountry() || r.String() != code || r.Canonicalize() != r || code == "US" || code == "ZZ" {
					continue
				}
				if name := names.Name(r); name != "" && name != code {
					list = append(list, components.Option{Value: code, Label: name})
				}
			}
		}
		sortOptions(lang, list)
		us := components.Option{Value: "US", Label: names.Name(language.MustParseRegion("US"))}
		out[lang] = append([]components.Option{us}, list...)
	}
	return out
})

// sortOptions sorts as readers of the language expect it.
func sortOptions(lang string, list []components.Option) {
	order := collate.New(language.MustParse(lang))
	slices.SortFunc(list, func(a, b components.Option) int { return order.CompareString(a.Label, b.Label) })
}
