package pdq

import (
	"bufio"
	"image"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// vectors is the folder of published pictures and hashes: REEVE_PDQ_VECTORS, or
// shared/data/pdq beside the module. They are not part of the project.
func vectors(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("REEVE_PDQ_VECTORS")
	if dir == "" {
		wd, err := os.Getwd()
		if err != nil {
			t.Fatal(err)
		}
		for dir = wd; ; dir = filepath.Dir(dir) {
			if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
				break
			}
			if dir == filepath.Dir(dir) {
				t.Fatalf("no go.mod above %s", wd)
			}
		}
		dir = filepath.Join(filepath.Dir(dir), "shared", "data", "pdq")
	}
	if _, err := os.Stat(filepath.Join(dir, "vectors.txt")); err != nil {
		t.Skipf("SKIPPED, AND OUR PDQ NOT COMPARED WITH THE PUBLISHED HASHES: no vectors.txt in %s. REEVE_PDQ_VECTORS names the folder.", dir)
	}
	return dir
}

type vector struct {
	name string
	want Hash256
}

func published(t *testing.T, dir string) []vector {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, "vectors.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []vector
	for lines := bufio.NewScanner(f); lines.Scan(); {
		name, hex, _ := strings.Cut(strings.TrimSpace(lines.Text()), " ")
		if name == "" {
			continue
		}
		h, err := Parse(strings.TrimSpace(hex))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		all = append(all, vector{name, h})
	}
	return all
}

func TestPublishedPicturesHaveTheirPublishedHashes(t *testing.T) {
	const near, good = 10, 80 // the distance promised at that quality; the rest must still match
	dir := vectors(t)
	all := published(t, dir)
	if len(all) < 18 {
		t.Errorf("only %d published hashes", len(all))
	}
	for _, v := range all {
		h, quality := Hash(decodedFile(t, filepath.Join(dir, filepath.FromSlash(v.name))))
		d := h.Distance(v.want)
		if quality >= good && d > near || d > MatchDistance {
			t.Errorf("%s: %d bits from the published hash at quality %d", v.name, d, quality)
		}
		t.Logf("%s: %d bits from the published hash at quality %d", v.name, d, quality)
	}
}

// The bridge is published lying in all eight ways, each hashed by itself.
func TestThePublishedBridgeIsForetoldInAllItsWays(t *testing.T) {
	dir := vectors(t)
	foretold, _ := Turned(decodedFile(t, filepath.Join(dir, "reg-test-input", "dih", "bridge-1-original.jpg")))
	found := map[Turn]string{}
	for _, v := range published(t, dir) {
		if !strings.Contains(v.name, "/dih/") {
			continue
		}
		for turn, h := range foretold {
			if h.Distance(v.want) <= MatchDistance {
				if other := found[Turn(turn)]; other != "" {
					t.Errorf("%s and %s are both the bridge %s", v.name, other, Turn(turn))
				}
				found[Turn(turn)] = v.name
				t.Logf("%s is the bridge %s (%d bits)", v.name, Turn(turn), h.Distance(v.want))
			}
		}
	}
	if len(found) != int(turns) {
		t.Errorf("%d of %d ways found: %v", len(found), turns, found)
	}
}

func decodedFile(t *testing.T, path string) image.Image {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return decoded(t, b)
}
