package wire

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

func seed(f *testing.F) {
	files, _ := filepath.Glob(filepath.Join("testdata", "corpus", "*", "*.xml"))
	for _, file := range files {
		doc, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(doc)
	}
}

// FuzzDecodeReport: a value or an error, never both, never a panic; what is
// accepted can be kept as JSON.
func FuzzDecodeReport(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, doc []byte) {
		r, findings, err := DecodeReport(doc, testOptions)
		verify(t, r, r == nil, findings, err)
	})
}

// FuzzDecodeFileDetails is the same for file details.
func FuzzDecodeFileDetails(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, doc []byte) {
		r, findings, err := DecodeFileDetails(doc, testOptions)
		verify(t, r, r == nil, findings, err)
	})
}

func verify(t *testing.T, value any, empty bool, findings []Finding, err error) {
	t.Helper()
	if empty != (err != nil) {
		t.Fatalf("got value %v with error %v", value, err)
	}
	if err != nil && !errors.Is(err, ErrMalformed) && !errors.Is(err, ErrInvalid) {
		t.Fatalf("an error of no known kind: %v", err)
	}
	refused := false
	for _, f := range findings {
		refused = refused || f.Severity == Error
		if f.Line < 1 || f.Column < 1 || f.Message == "" {
			t.Fatalf("a finding without place or message: %+v", f)
		}
	}
	if refused != (err != nil) {
		t.Fatalf("error %v does not fit the findings%s", err, lines(findings))
	}
	if err == nil {
		if _, err := json.Marshal(value); err != nil {
			t.Fatalf("what was accepted cannot be kept: %v", err)
		}
	}
}

// FuzzScan: our scanner is never more lenient than encoding/xml's strict mode,
// and where it accepts a document both see the same elements, attributes and
// texts.
func FuzzScan(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, doc []byte) {
		src, fault := decodeText(doc)
		if fault != nil {
			return
		}
		root, fault := scan(src, limits{64, 64, 10_000})
		if fault != nil {
			return
		}
		for i := range len(src) {
			if src[i] >= 0x80 {
				return // encoding/xml has the names of an older edition of XML
			}
		}
		d := xml.NewDecoder(bytes.NewReader([]byte(src)))
		d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
		n, text := (*node)(nil), ""
		for {
			token, err := d.RawToken()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("accepted here, but encoding/xml says: %v", err)
			}
			switch token := token.(type) {
			case xml.StartElement:
				next := root
				if n != nil {
					if next = n.first; n.desc != nil {
						t.Fatal("the test lost its place")
					}
					n.first = nil
					if next != nil {
						n.first, next.parent = next.next, n
					}
				}
				if next == nil || next.name != rawName(token.Name) {
					t.Fatalf("encoding/xml sees element %s, we do not", rawName(token.Name))
				}
				n, text = next, ""
				i := 0
				for _, a := range token.Attr {
					name := rawName(a.Name)
					if name == "xmlns" || a.Name.Space == "xmlns" {
						continue
					}
					if i >= len(n.attrs) || n.attrs[i].name != name {
						t.Fatalf("encoding/xml sees attribute %s of %s, we do not", name, n.name)
					}
					i++
				}
			case xml.EndElement:
				if n.first != nil {
					t.Fatalf("we see element %s, encoding/xml does not", n.first.name)
				}
				if n.last == nil && text != n.text {
					t.Fatalf("element %s: encoding/xml sees text %q, we %q", n.name, text, n.text)
				}
				n = n.parent
			case xml.CharData:
				text += string(token)
			}
		}
	})
}

func rawName(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}
