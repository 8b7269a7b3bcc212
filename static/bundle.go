package static

import (
	"bytes"
	"io/fs"
	"strings"
)

// layers are the parts of the style sheet in the order of the cascade. A part
// without a layer stands after all of them and wins.
var layers = []struct{ layer, pattern string }{
	{"uswds", "css/uswds.css"},
	{"tokens", "css/tokens.css"},
	{"base", "css/base.css"},
	{"layout", "css/layout.css"},
	{"components", "css/components/*.css"},
	{"pages", "css/pages/*.css"},
	{"", "css/print.css"},
}

// Bundle assembles the style sheet out of the files below css: the order of the
// layers, then each file inside its layer, files of one layer by name, without
// comments and indentation.
func Bundle(fsys fs.FS) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("@charset \"UTF-8\";\n@layer uswds, tokens, base, layout, components, pages;\n")
	for _, l := range layers {
		names, err := fs.Glob(fsys, l.pattern)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			body, err := fs.ReadFile(fsys, name)
			if err != nil {
				return nil, err
			}
			if l.layer == "" {
				b.WriteString(squeeze(string(body)))
				continue
			}
			b.WriteString("@layer " + l.layer + "{\n" + squeeze(string(body)) + "}\n")
		}
	}
	return b.Bytes(), nil
}

// squeeze takes out comments, indentation and empty lines. It knows strings, so
// that "/*" inside one stays.
func squeeze(css string) string {
	css = strings.TrimPrefix(css, "\ufeff") // a byte order mark belongs only at the start of a file
	css = strings.TrimPrefix(css, `@charset "UTF-8";`)
	var b strings.Builder
	var quote byte
	for i := 0; i < len(css); i++ {
		c := css[i]
		switch {
		case quote != 0:
			if c == '\\' && i+1 < len(css) {
				b.WriteByte(c)
				i++
				c = css[i]
			} else if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '/' && i+1 < len(css) && css[i+1] == '*':
			end := strings.Index(css[i+2:], "*/")
			if end < 0 {
				return trimLines(b.String())
			}
			i += 2 + end + 1
			continue
		}
		b.WriteByte(c)
	}
	return trimLines(b.String())
}

func trimLines(s string) string {
	var b strings.Builder
	for line := range strings.SplitSeq(s, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			b.WriteString(line)
			b.WriteByte('\n')
		}
	}
	return b.String()
}
