package handlers

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// actions finds the kinds of lines that use cases write.
var actions = regexp.MustCompile(`Action:\s*"([a-z.-]+)"`)

func TestEveryKindOfAuditLineCanBeChosenInTheFilter(t *testing.T) {
	found := map[string]string{}
	for _, root := range []string{"../models", "../auth", "../handlers", "../web"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_templ.go") {
				return err
			}
			body, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, m := range actions.FindAllStringSubmatch(string(body), -1) {
				found[m[1]] = path
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(found) < 30 {
		t.Fatalf("only %d kinds of lines were found", len(found))
	}
	for code, path := range found {
		if !isDeed(code) {
			t.Errorf("%s writes lines %q, which the audit page's filter does not offer: add it to deeds", path, code)
		}
	}
	groups := map[string]bool{}
	for i, d := range deeds {
		if i > 0 && deeds[i-1].group != d.group && groups[d.group] {
			t.Errorf("the group %s stands in two places", d.group)
		}
		groups[d.group] = true
	}
}

func TestALinesDetailsBecomeOneLineOfText(t *testing.T) {
	for detail, want := range map[string]string{
		``: "", `null`: "", `[1]`: "", `{}`: "", `broken`: "",
		`{"reason":"outside our area","agencies":["bay","boroughs"]}`: "agencies: bay, boroughs; reason: outside our area",
		`{"count":3,"share":0.5,"by_rule":true,"kept":false}`:         "by rule: yes; count: 3; kept: no; share: 0.50",
		`{"nested":{"a":1},"empty":""}`:                               "",
		`{"text":"` + strings.Repeat("x", 400) + `"}`:                 "text: " + strings.Repeat("x", 294) + "…",
	} {
		if got := detailWords([]byte(detail)); got != want {
			t.Errorf("%s: got %q, want %q", detail, got, want)
		}
	}
}
