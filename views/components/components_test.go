package components_test

import (
	"context"
	"os"
	"regexp"
	"strings"
	"testing"

	"reeve/views/components/gallery"
	"reeve/views/internal/golden"
)

func TestEveryComponentInEveryState(t *testing.T) {
	seen := map[string]bool{}
	for _, g := range gallery.Groups() {
		for _, s := range g.States {
			if seen[s.Name] {
				t.Errorf("two states are named %s", s.Name)
			}
			seen[s.Name] = true
			t.Run(s.Name, func(t *testing.T) { golden.Check(t, s.Name, s.Component) })
		}
	}
	files, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if name := strings.TrimSuffix(f.Name(), ".html"); !seen[name] {
			t.Errorf("testdata/%s belongs to no state of the gallery", f.Name())
		}
	}
}

func TestEveryComponentIsInTheGallery(t *testing.T) {
	sources := ""
	for _, dir := range []string{".", "gallery"} {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if strings.HasSuffix(e.Name(), ".templ") || dir == "gallery" && strings.HasSuffix(e.Name(), ".go") {
				body, err := os.ReadFile(dir + "/" + e.Name())
				if err != nil {
					t.Fatal(err)
				}
				sources += string(body)
			}
		}
	}
	// Parts of other components, or shown by the frame around the gallery.
	elsewhere := map[string]bool{"Breadcrumbs": true, "Hidden": true}
	for _, m := range regexp.MustCompile(`(?m)^templ ([A-Z]\w*)\(`).FindAllStringSubmatch(sources, -1) {
		used := strings.Contains(sources, "c."+m[1]+"(") || strings.Contains(sources, "@"+m[1]+"(")
		if !used && !elsewhere[m[1]] {
			t.Errorf("%s is nowhere in the gallery", m[1])
		}
	}
}

func TestDescriptionsPointAtWhatExists(t *testing.T) {
	ids := regexp.MustCompile(`\sid="([^"]+)"`)
	refs := regexp.MustCompile(`\s(?:aria-describedby|aria-labelledby|for)="([^"]+)"`)
	for _, g := range gallery.Groups() {
		for _, s := range g.States {
			var b strings.Builder
			if err := s.Component.Render(context.Background(), &b); err != nil {
				t.Fatal(err)
			}
			have := map[string]bool{}
			for _, m := range ids.FindAllStringSubmatch(b.String(), -1) {
				if have[m[1]] {
					t.Errorf("%s: two elements have the id %s", s.Name, m[1])
				}
				have[m[1]] = true
			}
			for _, m := range refs.FindAllStringSubmatch(b.String(), -1) {
				for _, id := range strings.Fields(m[1]) {
					if !have[id] {
						t.Errorf("%s: nothing has the id %s that is referred to", s.Name, id)
					}
				}
			}
		}
	}
}
