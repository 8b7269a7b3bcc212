package views_test

import (
	"bytes"
	"go/format"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/a-h/templ/generator"
	"github.com/a-h/templ/parser/v2"
)

// sources walks the files below views with one of the endings.
func sources(t *testing.T, endings ...string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		for _, e := range endings {
			if strings.HasSuffix(path, e) {
				out = append(out, path)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestViewsHoldNothingThatThePolicyOrTheReaderCannotTrust(t *testing.T) {
	forbidden := map[string]*regexp.Regexp{
		"raw HTML":              regexp.MustCompile(`templ\.Raw\b`),
		"an unchecked address":  regexp.MustCompile(`\bSafeURL\(`),
		"an inline style":       regexp.MustCompile(`[\s"]style\s*=|"style":|templ\.SafeCSS|^css \w+\(`),
		"an inline handler":     regexp.MustCompile(`[\s"]on[a-z]+=|"on[a-z]+":|templ\.(ComponentScript|JSFuncCall)|^script \w+\(`),
		"an inline script":      regexp.MustCompile(`<script(\s*>|[^>]*[^{]>\s*[^<\s])`),
		"another host's asset":  regexp.MustCompile(`(src|href)="(https?:)?//`),
		"an import from inside": regexp.MustCompile(`"reeve/(models/(store|intake|referral|triage|casefile|deconflict|outcome|directory|export|audit)|handlers|web)`),
	}
	for _, path := range sources(t, ".templ", ".go") {
		if strings.HasSuffix(path, "_templ.go") || strings.HasSuffix(path, "_test.go") {
			continue
		}
		body, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(body), "\n") {
			if strings.HasPrefix(strings.TrimSpace(line), "//") {
				continue
			}
			for what, pattern := range forbidden {
				if pattern.MatchString(line) {
					t.Errorf("%s:%d holds %s: %s", path, i+1, what, strings.TrimSpace(line))
				}
			}
		}
	}
}

// fileName is where generated code repeats the path of its template, which
// depends on the directory that the generator was started in.
var fileName = regexp.MustCompile("FileName: `[^`]*`")

func TestGeneratedFilesMatchTheirTemplates(t *testing.T) {
	for _, path := range sources(t, ".templ") {
		file, err := parser.Parse(path)
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		var b bytes.Buffer
		if _, err := generator.Generate(file, &b); err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		code, err := format.Source(b.Bytes())
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		got, err := os.ReadFile(strings.TrimSuffix(path, ".templ") + "_templ.go")
		if err != nil {
			t.Errorf("%s is not generated: run go tool templ generate -path views", path)
			continue
		}
		if comparable(got) != comparable(code) {
			t.Errorf("%s changed since it was generated: run go tool templ generate -path views", path)
		}
	}
}

// comparable is generated code without the generator's version and file names.
func comparable(code []byte) string {
	var lines []string
	for line := range strings.SplitSeq(string(fileName.ReplaceAll(code, nil)), "\n") {
		if !strings.HasPrefix(line, "// templ: version") {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}
