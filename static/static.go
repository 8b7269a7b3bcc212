package static

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"sort"
	"strings"
	"sync"
)

//go:embed css js img
var files embed.FS

// Prefix is the path below which the files are served.
const Prefix = "/static/"

// Sheet and Script are the names to give to URL. ThemeScript must stand in the
// head without defer: it sets the theme before the first paint.
const (
	Sheet         = "css/reeve.css"
	Script        = "js/reeve.js"
	ThemeScript   = "js/theme.js"
	SessionScript = "js/session.js" // on the pages of somebody who is signed in
)

// Asset is one file as it is sent.
type Asset struct {
	Type string // Content-Type
	ETag string // strong, quoted
	Body []byte
	Gzip []byte // the body compressed, or nil where that saves nothing
}

type table struct {
	url    map[string]string // "css/reeve.css" -> "/static/css/reeve.0123456789ab.css"
	assets map[string]Asset  // "css/reeve.0123456789ab.css" -> asset
}

var load = sync.OnceValue(func() table {
	t, err := build(files)
	if err != nil {
		panic("static: " + err.Error()) // the embedded files are part of the program
	}
	return t
})

// URL gives the address of a file, with the hash of its content. It panics for
// a name that does not exist, so that a misspelling fails the first test.
func URL(name string) string {
	u, ok := load().url[name]
	if !ok {
		panic("static: no file " + name)
	}
	return u
}

// Open gives the file at an address without Prefix, as "css/reeve.<hash>.css".
// Anything else, an old hash too, is not found.
func Open(hashed string) (Asset, bool) {
	a, ok := load().assets[hashed]
	return a, ok
}

// Names lists all files by the names that URL takes.
func Names() []string {
	var out []string
	for name := range load().url {
		out = append(out, name)
	}
	sort.Strings(out)
	return out
}

func build(fsys fs.FS) (table, error) {
	t := table{url: map[string]string{}, assets: map[string]Asset{}}
	add := func(name string, body []byte) error {
		kind, ok := types[path.Ext(name)]
		if !ok {
			return fmt.Errorf("no content type for %s", name)
		}
		sum := sha256.Sum256(body)
		hash := hex.EncodeToString(sum[:6])
		ext := path.Ext(name)
		hashed := strings.TrimSuffix(name, ext) + "." + hash + ext
		t.url[name] = Prefix + hashed
		t.assets[hashed] = Asset{Type: kind, ETag: `"` + hash + `"`, Body: body, Gzip: compress(body)}
		return nil
	}
	sheet, err := Bundle(fsys)
	if err != nil {
		return t, err
	}
	if err := add(Sheet, sheet); err != nil {
		return t, err
	}
	for _, dir := range []string{"js", "img"} {
		err := fs.WalkDir(fsys, dir, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			body, err := fs.ReadFile(fsys, name)
			if err != nil {
				return err
			}
			return add(name, body)
		})
		if err != nil {
			return t, err
		}
	}
	return t, nil
}

var types = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
	".png": "image/png",
}

// compress gives body under gzip, or nil if that is not smaller. The header has
// no time in it, so that every build sends the same bytes.
func compress(body []byte) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression) // the level is valid
	w.Write(body)                                         // a buffer does not fail
	w.Close()
	if b.Len() >= len(body) {
		return nil
	}
	return b.Bytes()
}
