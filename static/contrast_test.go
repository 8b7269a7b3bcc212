package static

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"strings"
	"testing"
)

// pairs are the combinations of text and ground that pages use. Text needs 4.5
// to 1 and what is not text 3 to 1 (WCAG 2.2, 1.4.3 and 1.4.11, level AA).
var pairs = []struct {
	text, ground string
	least        float64
}{
	{"--text", "--page", 7}, {"--text", "--surface", 7}, {"--text", "--raised", 7}, {"--text", "--sunken", 7}, {"--text", "--hover", 7}, {"--text", "--chosen", 7},
	{"--text-quiet", "--page", 4.5}, {"--text-quiet", "--surface", 4.5}, {"--text-quiet", "--raised", 4.5}, {"--text-quiet", "--sunken", 4.5}, {"--text-quiet", "--hover", 4.5}, {"--text-quiet", "--chosen", 4.5},
	{"--text-link", "--page", 4.5}, {"--text-link", "--surface", 4.5}, {"--text-link", "--sunken", 4.5}, {"--text-link", "--hover", 4.5}, {"--text-link", "--chosen", 4.5}, {"--text-link-hover", "--surface", 4.5}, {"--text-link-hover", "--sunken", 4.5},
	{"--on-accent", "--accent", 4.5}, {"--on-accent", "--accent-hover", 4.5},
	{"--on-bad-strong", "--bad-strong", 4.5}, {"--on-bad-strong", "--bad-strong-hover", 4.5},
	{"--info", "--info-ground", 4.5}, {"--good", "--good-ground", 4.5}, {"--warn", "--warn-ground", 4.5}, {"--bad", "--bad-ground", 4.5},
	{"--text", "--info-ground", 7}, {"--text", "--good-ground", 7}, {"--text", "--warn-ground", 7}, {"--text", "--bad-ground", 7},
	{"--info", "--surface", 4.5}, {"--good", "--surface", 4.5}, {"--warn", "--surface", 4.5}, {"--bad", "--surface", 4.5},
	{"--good", "--page", 4.5}, {"--warn", "--page", 4.5}, {"--bad", "--page", 4.5}, {"--warn", "--hover", 4.5}, {"--bad", "--hover", 4.5}, {"--warn", "--chosen", 4.5}, {"--bad", "--chosen", 4.5},
	{"--on-band", "--band-graphite", 7}, {"--on-band", "--band-steel", 7}, {"--on-band", "--band-teal", 7}, {"--on-band", "--band-indigo", 7}, {"--on-band", "--band-plum", 7}, {"--on-band", "--band-olive", 7}, {"--on-band", "--band-rust", 7}, {"--on-band", "--band-pine", 7},
	{"--on-band-quiet", "--band-graphite", 4.5}, {"--on-band-quiet", "--band-steel", 4.5}, {"--on-band-quiet", "--band-teal", 4.5}, {"--on-band-quiet", "--band-indigo", 4.5}, {"--on-band-quiet", "--band-plum", 4.5}, {"--on-band-quiet", "--band-olive", 4.5}, {"--on-band-quiet", "--band-rust", 4.5}, {"--on-band-quiet", "--band-pine", 4.5},
	{"--line-control", "--surface", 3}, {"--line-control", "--page", 3}, {"--line-control", "--raised", 3},
	{"--focus", "--page", 3}, {"--focus", "--surface", 3}, {"--focus", "--chosen", 3}, {"--focus", "--sunken", 3},
	{"--chart", "--surface", 3}, {"--chart", "--chart-track", 3}, {"--chart-good", "--chart-track", 3}, {"--chart-warn", "--chart-track", 3}, {"--chart-bad", "--chart-track", 3}, {"--chart-before", "--chart", 3},
	{"--bad-strong", "--surface", 2.5}, {"--accent", "--surface", 2.5},
}

func TestEveryPairOfTextAndGroundCanBeRead(t *testing.T) {
	body, err := os.ReadFile("css/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	tokens := map[string]string{}
	for _, m := range regexp.MustCompile(`(--[a-z0-9-]+):\s*([^;]+);`).FindAllStringSubmatch(string(body), -1) {
		tokens[m[1]] = strings.TrimSpace(m[2])
	}
	for _, theme := range []string{"light", "dark"} {
		for _, p := range pairs {
			t.Run(theme+" "+p.text+" on "+p.ground, func(t *testing.T) {
				got := contrast(colour(t, tokens, p.text, theme), colour(t, tokens, p.ground, theme))
				if got < p.least {
					t.Errorf("got %.2f to 1, want %.1f", got, p.least)
				}
			})
		}
	}
}

// colour follows a token to its value in a theme.
func colour(t *testing.T, tokens map[string]string, name, theme string) [3]float64 {
	t.Helper()
	value, ok := tokens[name]
	for range 8 {
		if !ok {
			t.Fatalf("%s is not set", name)
		}
		if inner, found := strings.CutPrefix(value, "light-dark("); found {
			light, dark, _ := strings.Cut(strings.TrimSuffix(inner, ")"), ", ")
			value = light
			if theme == "dark" {
				value = dark
			}
		}
		if inner, found := strings.CutPrefix(value, "var("); found {
			name = strings.TrimSuffix(inner, ")")
			value, ok = tokens[name]
			continue
		}
		var r, g, b int
		if _, err := fmt.Sscanf(value, "#%02x%02x%02x", &r, &g, &b); err != nil {
			t.Fatalf("%s: %q is no colour", name, value)
		}
		return [3]float64{float64(r), float64(g), float64(b)}
	}
	t.Fatalf("%s goes in circles", name)
	return [3]float64{}
}

// contrast is the ratio of WCAG 2.
func contrast(a, b [3]float64) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func luminance(c [3]float64) float64 {
	var l [3]float64
	for i, v := range c {
		v /= 255
		if v <= 0.04045 {
			l[i] = v / 12.92
		} else {
			l[i] = math.Pow((v+0.055)/1.055, 2.4)
		}
	}
	return 0.2126*l[0] + 0.7152*l[1] + 0.0722*l[2]
}
