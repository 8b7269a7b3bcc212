package static

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
)

func TestEveryFileIsFoundAtItsAddressAndNowhereElse(t *testing.T) {
	for _, name := range Names() {
		url := URL(name)
		a, ok := Open(strings.TrimPrefix(url, Prefix))
		if !ok {
			t.Errorf("%s is not at %s", name, url)
			continue
		}
		if a.Type == "" || a.ETag == "" || len(a.Body) == 0 {
			t.Errorf("%s lacks a type, a tag or a body", name)
		}
		if _, ok := Open(name); ok {
			t.Errorf("%s is found without its hash", name)
		}
		if a.Gzip == nil {
			continue
		}
		r, err := gzip.NewReader(bytes.NewReader(a.Gzip))
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil || !bytes.Equal(body, a.Body) {
			t.Errorf("%s does not come out of gzip as it went in (%v)", name, err)
		}
	}
	for _, name := range []string{"", "..", "css/reeve.css", "css/reeve.000000000000.css", "../static.go"} {
		if _, ok := Open(name); ok {
			t.Errorf("%q should not be found", name)
		}
	}
}

func TestSheetFetchesNothingAndStaysSmall(t *testing.T) {
	sheet, _ := Open(strings.TrimPrefix(URL(Sheet), Prefix))
	for _, bad := range []string{"url(", "@import", "@font-face", "http:", "https:", "expression("} {
		if strings.Contains(string(sheet.Body), bad) {
			t.Errorf("the style sheet holds %q", bad)
		}
	}
	if got, limit := len(sheet.Gzip), 24<<10; got > limit {
		t.Errorf("the style sheet is %d bytes under gzip, more than %d", got, limit)
	}
	if open, shut := strings.Count(string(sheet.Body), "{"), strings.Count(string(sheet.Body), "}"); open != shut {
		t.Errorf("%d braces open and %d close", open, shut)
	}
}

func TestOnlyTokensHoldColours(t *testing.T) {
	colour := regexp.MustCompile(`#[0-9a-fA-F]{3,8}\b|\b(rgb|hsl|oklch)a?\(`)
	// White and black at some strength on an agency's bar, behind a dialog, on
	// paper and under selected text are the same in both themes.
	allowed := map[string]bool{"css/layout.css": true, "css/print.css": true, "css/base.css": true}
	err := walkCSS(func(name, body string) {
		if name == "css/tokens.css" || name == "css/uswds.css" || allowed[name] {
			return
		}
		for i, line := range strings.Split(body, "\n") {
			if colour.MatchString(line) && !strings.Contains(line, "rgb(10 14 18") {
				t.Errorf("%s:%d names a colour; use an intent of tokens.css: %s", name, i+1, strings.TrimSpace(line))
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestEveryIntentThatIsUsedExists(t *testing.T) {
	tokens, err := os.ReadFile("css/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	err = walkCSS(func(name, body string) {
		for _, m := range regexp.MustCompile(`var\((--[a-z0-9-]+)`).FindAllStringSubmatch(body, -1) {
			if name != "css/uswds.css" && !strings.Contains(string(tokens), m[1]+":") {
				t.Errorf("%s uses %s, which tokens.css does not set", name, m[1])
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

// walkCSS calls fn with each style file as it is embedded.
func walkCSS(fn func(name, body string)) error {
	for _, l := range layers {
		names, err := fs.Glob(files, l.pattern)
		if err != nil {
			return err
		}
		for _, name := range names {
			body, err := files.ReadFile(name)
			if err != nil {
				return err
			}
			fn(name, string(body))
		}
	}
	return nil
}

func TestBundlePutsEachFileIntoItsLayerInOrder(t *testing.T) {
	fsys := fstest.MapFS{
		"css/uswds.css":        {Data: []byte("\ufeff.a{color:red}")},
		"css/tokens.css":       {Data: []byte("/* why */\n  :root { --a: \"/* kept */\"; }\n")},
		"css/components/b.css": {Data: []byte(".b{}")},
		"css/components/a.css": {Data: []byte(".a{}")},
		"css/print.css":        {Data: []byte("@media print{}")},
	}
	got, err := Bundle(fsys)
	if err != nil {
		t.Fatal(err)
	}
	want := `@charset "UTF-8";
@layer uswds, tokens, base, layout, components, pages;
@layer uswds{
.a{color:red}
}
@layer tokens{
:root { --a: "/* kept */"; }
}
@layer components{
.a{}
}
@layer components{
.b{}
}
@media print{}
`
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestUnknownNamesAreLoud(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("URL of a file that does not exist should panic")
		}
	}()
	URL("css/nothing.css")
}
