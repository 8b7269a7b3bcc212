package wire

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// corpus reads the documents of one part and what is expected of each.
func corpus(t *testing.T, part string) (files []string, expected map[string]string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "corpus", part, "*.xml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no documents in part %s of the corpus: %v", part, err)
	}
	table, err := os.ReadFile(filepath.Join("testdata", "corpus", "expected.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	expected = map[string]string{}
	for line := range strings.Lines(string(table)) {
		if name, want, ok := strings.Cut(strings.TrimRight(line, "\n"), "\t"); ok && name[0] != '#' {
			expected[filepath.Join("testdata", "corpus", filepath.FromSlash(name))] = want
		}
	}
	return files, expected
}

func load(t *testing.T, file string) []byte {
	t.Helper()
	doc, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func isValid(file string) bool { return strings.HasPrefix(filepath.Base(file), "valid-") }

func hasFinding(findings []Finding, part string) bool {
	for _, f := range findings {
		if f.Severity == Error && strings.Contains(f.Message, part) {
			return true
		}
	}
	return false
}

// The three parts of the corpus together: at the schema level xmllint with our
// schema and our validator say the same of every document.
func TestCorpusAgreesWithXmllint(t *testing.T) {
	var all []string
	for _, part := range []string{"schema", "business", "newer"} {
		files, _ := corpus(t, part)
		all = append(all, files...)
	}
	verdict := xmllint(t, all)
	for _, file := range all {
		_, _, findings, _ := decodeAny(load(t, file), testOptions)
		if got, want := schemaValid(findings), verdict[file]; got != want {
			t.Errorf("%s: valid by our schema level: %v, by xmllint: %v%s", file, got, want, lines(findings))
		}
	}
	t.Logf("%d documents compared", len(all))
}

func TestSchemaPartOfTheCorpus(t *testing.T) {
	files, expected := corpus(t, "schema")
	for _, file := range files {
		_, _, findings, err := decodeAny(load(t, file), testOptions)
		malformed := strings.Contains(file, "invalid-malformed-")
		switch {
		case isValid(file):
			if err != nil {
				t.Errorf("%s: got %v, want it accepted%s", file, err, lines(findings))
			}
		case !errors.Is(err, map[bool]error{true: ErrMalformed, false: ErrInvalid}[malformed]):
			t.Errorf("%s: got error %v%s", file, err, lines(findings))
		case expected[file] == "" || !hasFinding(findings, expected[file]):
			t.Errorf("%s: no error says %q%s", file, expected[file], lines(findings))
		}
	}
}

func TestBusinessPartOfTheCorpusIsRefusedByRulesBeyondTheSchema(t *testing.T) {
	files, expected := corpus(t, "business")
	for _, file := range files {
		_, _, findings, err := decodeAny(load(t, file), testOptions)
		switch {
		case isValid(file):
			if err != nil {
				t.Errorf("%s: got %v, want it accepted%s", file, err, lines(findings))
			}
		case !errors.Is(err, ErrInvalid):
			t.Errorf("%s: got error %v, want ErrInvalid%s", file, err, lines(findings))
		case expected[file] == "" || !hasFinding(findings, expected[file]):
			t.Errorf("%s: no error says %q%s", file, expected[file], lines(findings))
		}
		for _, f := range findings {
			if f.Severity == Error && f.Level != LevelBusiness {
				t.Errorf("%s: %s is of level %s, want business", file, f, f.Level)
			}
		}
	}
}

func TestBusinessPartOfTheCorpusIsValidForXmllint(t *testing.T) {
	files, _ := corpus(t, "business")
	verdict := xmllint(t, files)
	for _, file := range files {
		if !verdict[file] {
			t.Errorf("%s: not valid for xmllint, so it does not belong in this part", file)
		}
	}
}

func TestNewerPartOfTheCorpusIsAcceptedKeptAndNoticed(t *testing.T) {
	files, expected := corpus(t, "newer")
	for _, file := range files {
		_, kept, findings, err := decodeAny(load(t, file), testOptions)
		if err != nil {
			t.Errorf("%s: got %v, want it accepted%s", file, err, lines(findings))
			continue
		}
		found := false
		for _, k := range kept {
			found = found || k.Path == expected[file] && k.Line > 1
		}
		if !found {
			t.Errorf("%s: %q is not among what was kept: %+v", file, expected[file], kept)
		}
		noticed := false
		for _, f := range findings {
			noticed = noticed || f.Severity == Notice && strings.Contains(f.Message, "kept")
		}
		if !noticed {
			t.Errorf("%s: no notice says that something was kept%s", file, lines(findings))
		}
	}
}

func TestEveryExpectationBelongsToADocument(t *testing.T) {
	_, expected := corpus(t, "schema")
	for file := range expected {
		if _, err := os.Stat(file); err != nil {
			t.Errorf("expected.tsv names %s: %v", file, err)
		}
	}
}

func TestFilesOfBatchedReports(t *testing.T) {
	opt := testOptions
	opt.Batched = true
	file := func(inner string) []byte {
		return []byte("<fileDetails><reportId>1</reportId><fileId>b1</fileId>" + inner + "</fileDetails>")
	}
	for _, c := range []struct{ name, inner, want string }{
		{"viral is enough", "<fileAnnotations><viral/></fileAnnotations>", ""},
		{"a potential meme is enough", "<fileAnnotations><potentialMeme/></fileAnnotations>", ""},
		{"both may be classified", "<fileAnnotations><potentialMeme/><viral/></fileAnnotations><industryClassification>B2</industryClassification>", ""},
		{"the older meme element is enough", "<potentialMeme>true</potentialMeme>", ""},
		{"some mark is needed", "", "element 'fileAnnotations' with viral or potentialMeme is needed"},
		{"the older meme element must be true", "<potentialMeme>false</potentialMeme>", "is needed for the file of a batched report"},
		{"no other mark", "<fileAnnotations><viral/><infant/></fileAnnotations>", "element 'infant' is not allowed for the file of a batched report"},
		{"no file name", "<originalFileName>a</originalFileName><fileAnnotations><viral/></fileAnnotations>", "element 'originalFileName' is not allowed"},
		{"no location", "<locationOfFile>a</locationOfFile><fileAnnotations><viral/></fileAnnotations>", "element 'locationOfFile' is not allowed"},
		{"no hash", `<fileAnnotations><viral/></fileAnnotations><originalFileHash hashType="MD5">a</originalFileHash>`, "element 'originalFileHash' is not allowed"},
		{"no address", "<fileAnnotations><viral/></fileAnnotations><ipCaptureEvent><ipAddress>192.0.2.1</ipAddress></ipCaptureEvent>", "element 'ipCaptureEvent' is not allowed"},
		{"no device", "<fileAnnotations><viral/></fileAnnotations><deviceId><idType>a</idType><idValue>b</idValue></deviceId>", "element 'deviceId' is not allowed"},
		{"no details", `<fileAnnotations><viral/></fileAnnotations><details type="EXIF"><nameValuePair><name>a</name><value>b</value></nameValuePair></details>`, "element 'details' is not allowed"},
		{"no further information", "<fileAnnotations><viral/></fileAnnotations><additionalInfo>a</additionalInfo>", "element 'additionalInfo' is not allowed"},
		{"not supplemental", "<fileRelevance>Supplemental Reported</fileRelevance><fileAnnotations><viral/></fileAnnotations>", "element 'fileRelevance' must be 'Reported'"},
	} {
		_, findings, err := DecodeFileDetails(file(c.inner), opt)
		if c.want == "" && err != nil {
			t.Errorf("%s: got %v%s", c.name, err, lines(findings))
		}
		if c.want != "" && !hasFinding(findings, c.want) {
			t.Errorf("%s: no error says %q%s", c.name, c.want, lines(findings))
		}
	}
}
