package known

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"reeve/models"
)

const (
	md5A  = "0123456789abcdef0123456789abcdef"
	sha1A = "0123456789abcdef0123456789abcdef01234567"
	shaA  = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	pdqA  = "d8f8f0cce0f4a84f0e370a22028f67f0b36e2ed596623e1d33e6b39c4e9c9b22"
)

// readAll parses a file and answers its records as they are kept.
func readAll(in io.Reader) (list []Record, f Format, err error) {
	err = parse(in, func(g Format) error { f = g; return nil }, func(r *Record) error {
		list = append(list, *r)
		return nil
	})
	return list, f, err
}

func digits(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return b
}

func TestAVICSHashSetIsReadAsToolsWriteIt(t *testing.T) {
	t.Parallel()
	file := "\xef\xbb\xbf" + `{
 "@odata.context": "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/$metadata#Media",
 "value": [
  {"MediaID": 1, "Category": 1, "MD5": "` + strings.ToUpper(md5A) + `", "SHA1": "` + sha1A + `", "VictimIdentified": "True", "OffenderIdentified": false,
   "IsDistributed": true, "IsSuspected": "false", "SelfGenerated": null, "Series": "A \"series\" \u00e9 \ud83d\ude00", "Comments": "x", "MediaSize": 12.5e3,
   "AlternativeHashes": [{"HashName": "SHA-256", "HashValue": "` + shaA + `"}, {"HashValue": "` + pdqA + `", "HashName": "PDQ"}, {"HashName": "PhotoDNA", "HashValue": "1,2,3"}],
   "MediaFiles": [{"MD5": "not looked at", "FileName": "a\\b.jpg"}], "Exifs": [{"PropertyName": "x", "PropertyValue": []}], "DateUpdated": "/Date(1)/"},
  {"MD5": "` + md5A + `", "Category": null, "SHA1": null, "Series": "", "VictimIdentified": "", "AlternativeHashes": null}
 ]}` + "\r\n"
	for name, in := range map[string]io.Reader{"whole": strings.NewReader(file), "byte by byte": iotest.OneByteReader(strings.NewReader(file))} {
		got, format, err := readAll(in)
		want := []Record{
			{MD5: digits(md5A), SHA1: digits(sha1A), SHA256: digits(shaA), PDQ: digits(pdqA), Category: "1", Series: "A \"series\" é 😀", Victim: models.Yes, Flags: Distributed},
			{MD5: digits(md5A)},
		}
		if diff := cmp.Diff(want, got); err != nil || format != VICS || diff != "" {
			t.Errorf("%s: %v, %s\n%s", name, err, format, diff)
		}
	}
}

func TestACaseExportIsReadWhereverItsContextStands(t *testing.T) {
	t.Parallel()
	file := `{"value": [{"CaseID": "x", "TotalMediaFiles": 7, "Media": [{"MD5": "` + md5A + `", "Category": "2"}, {"Category": 3, "MD5": "` + md5A + `"}], "CaseNumber": "y"},
		{"CaseNumber": "empty"}, {"Media": []}], "odata.metadata": "http://x/$metadata#Cases"}`
	got, _, err := readAll(strings.NewReader(file))
	if err != nil || len(got) != 2 || got[0].Category != "2" || got[1].Category != "3" {
		t.Errorf("%v: %+v", err, got)
	}
}

func TestAListInCSVIsReadInAnyOrderOfColumns(t *testing.T) {
	t.Parallel()
	file := "\xef\xbb\xbfSHA-256;Category;pdq;Victim Identified;Series;distributed\r\n" + shaA + ";B1;;yes;\"a;b\";1\r\n\r\n;;" + pdqA + ";;;\r\n"
	got, format, err := readAll(strings.NewReader(file))
	want := []Record{{SHA256: digits(shaA), Category: "B1", Victim: models.Yes, Series: "a;b", Flags: Distributed}, {PDQ: digits(pdqA)}}
	if diff := cmp.Diff(want, got); err != nil || format != CSV || diff != "" {
		t.Errorf("%v, %s\n%s", err, format, diff)
	}
}

// vicsOf is a hash set with the record as its third, on line 4.
func vicsOf(record string) string {
	good := `{"MD5": "` + md5A + `"}`
	return "{\"value\": [\n" + good + ",\n" + good + ",\n" + record + "\n]}"
}

func csvOf(row string) string { return "md5,sha256,category\n" + md5A + ",,1\n" + row }

var broken = []struct {
	name, file string
	line       int64
	says       string
}{
	{"cut off in the middle", vicsOf("{}")[:60], 3, "ends in the middle"},
	{"cut off after a record", strings.TrimSuffix(vicsOf(`{"MD5": "`+md5A+`"}`), "\n]}"), 4, "ends in the middle"},
	{"a number for a hash", vicsOf(`{"MD5": 5}`), 4, "MD5 must be a text in quotes"},
	{"a list for a hash", vicsOf(`{"MD5": ["` + md5A + `"]}`), 4, "must be a plain value"},
	{"a list for a category", vicsOf(`{"MD5": "` + md5A + `", "Category": {}}`), 4, "must be a plain value"},
	{"an unknown truth", vicsOf(`{"MD5": "` + md5A + `", "VictimIdentified": "perhaps"}`), 4, "must be true or false"},
	{"a record that is a text", vicsOf(`"x"`), 4, "a record is an object"},
	{"no MD5", vicsOf(`{"SHA1": "` + sha1A + `"}`), 4, "no MD5"},
	{"MD5 empty", vicsOf(`{"MD5": ""}`), 4, "no MD5"},
	{"a short hash", vicsOf("{\n\"MD5\": \"" + md5A[1:] + "\"}"), 5, "has 31 characters"},
	{"no digits", vicsOf(`{"MD5": "` + md5A[1:] + `g"}`), 4, "other than the digits"},
	{"a long PDQ", vicsOf(`{"MD5": "` + md5A + `", "AlternativeHashes": [{"HashName": "PDQ", "HashValue": "` + pdqA + `0"}]}`), 4, "has 65 characters"},
	{"two SHA-256", vicsOf(`{"MD5": "` + md5A + `", "SHA256": "` + shaA + `", "AlternativeHashes": [{"HashName": "sha256", "HashValue": "` + pdqA + `"}]}`), 4, "two different values of SHA256"},
	{"a key twice", vicsOf(`{"MD5": "` + md5A + `", "MD5": "` + md5A + `"}`), 4, "second time"},
	{"a key twice, written otherwise", vicsOf(`{"MD5": "` + md5A + `", "\u004dD5": "` + md5A + `"}`), 4, "second time"},
	{"a hash's name twice", vicsOf(`{"MD5": "` + md5A + `", "AlternativeHashes": [{"HashName": "PDQ", "HashName": "MD5"}]}`), 4, "second time"},
	{"value twice", `{"value": [{"MD5": "` + md5A + `"}],` + "\n" + `"value": []}`, 2, "second time"},
	{"no value", `{"Value": []}`, 1, `no "value"`},
	{"value no list", `{"value": {}}`, 1, `'[' is expected`},
	{"an empty list", `{"value": []}`, 1, "no record"},
	{"a list at the root", `[{"MD5": "` + md5A + `"}]`, 1, "begins with a list"},
	{"something behind the end", vicsOf(`{"MD5": "`+md5A+`"}`) + "\n{}", 6, "something follows"},
	{"a case and a file at once", vicsOf(`{"MD5": "` + md5A + `", "Media": []}`), 4, "case and a file at once"},
	{"a comma too many", vicsOf(`{"MD5": "` + md5A + `"},`), 5, "a record is an object"},
	{"no comma", vicsOf(`{"MD5": "` + md5A + `" "SHA1": ""}`), 4, "a comma"},
	{"no such word", vicsOf(`{"MD5": "` + md5A + `", "Category": nul}`), 4, "no number"},
	{"a number with zeros before it", vicsOf(`{"MD5": "` + md5A + `", "X": 007}`), 4, "no number"},
	{"half a character", vicsOf(`{"MD5": "` + md5A + `", "Series": "\ud83d"}`), 4, "half a character"},
	{"a NUL byte", vicsOf("{\"MD5\": \"" + md5A + "\", \"Series\": \"a\x00b\"}"), 4, "control character"},
	{"a NUL written out", vicsOf(`{"MD5": "` + md5A + `", "Series": "a\u0000b"}`), 4, "nobody can see"},
	{"NUL bytes between", vicsOf("\x00"), 4, "a record is an object"},
	{"a series that is no text", vicsOf("{\"MD5\": \"" + md5A + "\", \"Series\": \"\xff\xfe\"}"), 4, "no readable text"},
	{"a series of 300 characters", vicsOf(`{"MD5": "` + md5A + `", "Series": "` + strings.Repeat("x", 300) + `"}`), 4, "more than 200 characters"},
	{"a nesting bomb", vicsOf(`{"X": ` + strings.Repeat("[", 1_000_000)), 4, "more than 64 brackets"},
	{"a nesting bomb at the root", strings.Repeat(`{"value":[`, 100_000), 1, ""},
	{"UTF-16", "\xff\xfe{\x00", 1, "UTF-16"},
	{"a ZIP archive", "PK\x03\x04xxxxxxxx", 1, "ZIP archive"},
	{"gzip", "\x1f\x8b\x08\x00", 1, "compressed"},

	{"an empty file", "", 1, "empty"},
	{"a header alone", "md5\n", 1, "no record"},
	{"an unknown column", "md5,phonenumber\n", 1, `"phonenumber" is not known`},
	{"a column twice", "md5,MD5\n", 1, "twice"},
	{"no column of hashes", "category\n1\n", 1, "names no hash"},
	{"a picture", "\x89PNG\r\n\x1a\n\x00\x00", 1, "is not known"},
	{"a ragged row", csvOf(md5A + ",\n"), 3, "another number of columns"},
	{"a longer row", csvOf(md5A + ",,1,2\n"), 3, "another number of columns"},
	{"a row without a hash", csvOf(",,1\n"), 3, "no hash"},
	{"a wrong hash in CSV", csvOf("\n" + md5A + "," + shaA[1:] + ",1\n"), 4, "has 63 characters"},
	{"a NUL byte in CSV", csvOf(md5A + ",,\x00\n"), 3, "nobody can see"},
	{"a NUL byte in a hash", csvOf(md5A[1:] + "\x00,,\n"), 3, "other than the digits"},
	{"a quote in the middle", csvOf(md5A + `,,a"b` + "\n"), 3, "quotation mark"},
	{"a quote never closed", csvOf(md5A + `,,"a` + "\nx\n"), 3, "quotation mark"},
	{"a quote never closed before much more", csvOf(md5A + `,,"a` + "\n" + strings.Repeat("x\n", 100_000)), 3, "quotation mark"},
	{"one row of a megabyte", csvOf(strings.Repeat("0", 1<<20)), 3, "more than 64 kB"},
}

func TestABrokenFileIsRefusedWithItsLineAndReason(t *testing.T) {
	t.Parallel()
	for _, c := range broken {
		_, _, err := readAll(strings.NewReader(c.file))
		var b *Broken
		if !errors.As(err, &b) {
			t.Errorf("%s: got %v", c.name, err)
			continue
		}
		if b.Line != c.line || !strings.Contains(b.Reason, c.says) || b.Column < 1 || strings.ContainsAny(b.Error(), "\x00\n") {
			t.Errorf("%s: got %q, want line %d and %q", c.name, b.Error(), c.line, c.says)
		}
	}
}

// endless is a text of a hundred megabytes in a record.
func endless(key string) io.Reader {
	return io.MultiReader(strings.NewReader("{\"value\": [\n{\""+key+"\": \""), io.LimitReader(xs{}, 100<<20), strings.NewReader(`"}]}`))
}

type xs struct{}

func (xs) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

func TestATextOfAHundredMegabytesCostsNoMemory(t *testing.T) {
	before := allocated()
	for _, key := range []string{"MD5", "Comments"} {
		_, _, err := readAll(endless(key))
		var b *Broken
		if !errors.As(err, &b) || b.Line != 2 || b.Column != int64(len(key))+6 || !strings.Contains(b.Reason, "a text of more than") {
			t.Errorf("%s: %v", key, err)
		}
	}
	_, _, err := readAll(io.MultiReader(strings.NewReader("md5\n"), io.LimitReader(xs{}, 100<<20)))
	if err == nil || !strings.Contains(err.Error(), "more than 64 kB") {
		t.Errorf("CSV: %v", err)
	}
	if took := allocated() - before; took > 8<<20 {
		t.Errorf("%d MB were allocated", took>>20)
	}
}

func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

func TestAReaderThatFailsIsNotTakenForABrokenFile(t *testing.T) {
	t.Parallel()
	disk := errors.New("the disk is gone")
	for _, start := range []string{"", `{"value": [{"MD5": "` + md5A, `{"value": [{"MD5": "` + md5A + `", "Category": 1`, "md5\n" + md5A + "\n" + md5A[:5]} {
		_, _, err := readAll(io.MultiReader(strings.NewReader(start), iotest.ErrReader(disk)))
		if !errors.Is(err, disk) {
			t.Errorf("after %q: %v", start, err)
		}
	}
}

func TestAFileIsSummedUpWithoutBeingKept(t *testing.T) {
	t.Parallel()
	got, err := Check(strings.NewReader(vicsOf(`{"MD5": "` + md5A + `", "Category": 1, "VictimIdentified": true, "PDQ": "` + pdqA + `"}`)))
	want := &Summary{Format: VICS, Records: 3, MD5: 3, Pictures: 1, Victims: 1, ByCategory: map[string]int{"": 2, "1": 1}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
}

// What our scanner takes for JSON is JSON, as the standard library has it.
func FuzzVICS(f *testing.F) {
	for _, c := range broken {
		if len(c.file) < 4096 {
			f.Add(c.file)
		}
	}
	f.Add(vicsOf(`{"MD5": "` + md5A + `", "Category": -1.5e+7, "Series": "\u00e9"}`))
	f.Fuzz(func(t *testing.T, file string) {
		n := 0
		err := readVICS(strings.NewReader(file), func(r *Record) error {
			if n++; len(r.MD5) != 16 {
				t.Errorf("a record without an MD5")
			}
			return nil
		})
		var b *Broken
		switch {
		case err == nil && !json.Valid([]byte(file)):
			t.Errorf("%q is taken for JSON", file)
		case err != nil && !errors.As(err, &b):
			t.Errorf("%q: %v", file, err)
		case err != nil && (b.Line < 1 || b.Column < 1 || b.Offset > int64(len(file)) || b.Line > int64(strings.Count(file, "\n")+1)):
			t.Errorf("%q: it breaks at %+v", file, b)
		}
	})
}

func FuzzCSV(f *testing.F) {
	for _, c := range broken {
		if len(c.file) < 4096 {
			f.Add(c.file)
		}
	}
	f.Add("md5,pdq,series\n" + md5A + "," + pdqA + ",\"a\nb\"\n")
	f.Fuzz(func(t *testing.T, file string) {
		n := 0
		err := parse(strings.NewReader(file), func(Format) error { return nil }, func(r *Record) error {
			n++
			for _, h := range []struct {
				b    []byte
				size int
			}{{r.MD5, 16}, {r.SHA1, 20}, {r.SHA256, 32}, {r.PDQ, 32}} {
				if h.b != nil && len(h.b) != h.size {
					t.Errorf("a hash of %d bytes", len(h.b))
				}
			}
			if strings.ContainsAny(r.Series+r.Category, "\x00\n") {
				t.Errorf("%q is kept", r.Series)
			}
			return nil
		})
		var b *Broken
		if err != nil && !errors.As(err, &b) {
			t.Errorf("%q: %v", file, err)
		}
		if err == nil && n == 0 {
			t.Error("an empty list is taken")
		}
	})
}

func ExampleBroken() {
	fmt.Println(&Broken{Line: 3, Column: 12, Offset: 80, Record: 2, Reason: "this record has no MD5, which VICS requires."})
	// Output: Line 3, column 12 (byte 80), record 2: this record has no MD5, which VICS requires.
}
