package wire

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Changed documents: the document that has everything and a smaller one are
// changed in one to three places, the same ones in every run, and our schema
// level must say of each what xmllint says.
func TestChangedDocumentsAgreeWithXmllint(t *testing.T) {
	random := rand.New(rand.NewPCG(20250601, 7))
	dir := t.TempDir()
	docs := map[string]string{}
	var files []string
	add := func(name string, n *tree) {
		file := filepath.Join(dir, name+".xml")
		docs[file] = n.String()
		files = append(files, file)
		if err := os.WriteFile(file, []byte(docs[file]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, root := range []element{reportElement, fileElement} {
		whole, _ := maximal(root)
		add(root.name, whole)
		// A small document lets a change of a rare element come up more often.
		small := whole.clone()
		thin(small, random)
		add(root.name+"-small", small)
		for i := range 400 {
			doc := []*tree{whole, small}[i%2].clone()
			did := ""
			for range 1 + random.IntN(3) {
				did += "-" + change(doc, random)
			}
			add(fmt.Sprintf("%s-%03d%s", root.name, i, did), doc)
		}
	}
	verdict := xmllint(t, files)
	valid := 0
	for _, file := range files {
		_, _, findings, _ := decodeAny([]byte(docs[file]), testOptions)
		got, want := schemaValid(findings), verdict[file]
		if want {
			valid++
		}
		if got != want {
			t.Errorf("%s: valid by our schema level: %v, by xmllint: %v%s", filepath.Base(file), got, want, lines(findings))
		}
	}
	t.Logf("%d documents compared, %d of them valid", len(files), valid)
	if valid < 50 || len(files)-valid < 200 {
		t.Error("the changes no longer make a useful mix of valid and invalid documents")
	}
}

// thin removes most optional elements and attributes.
func thin(n *tree, random *rand.Rand) {
	var kept []*tree
	choice := n.desc.shape.model == choiceModel
	for _, k := range n.kids {
		if k.desc.min > 0 || choice || random.IntN(3) == 0 {
			thin(k, random)
			kept = append(kept, k)
		}
	}
	n.kids = kept
}

// curious are texts near the edges of the types. Not among them are dates, times
// and xs:long numbers with white space around them: XSD 1.0 (part 2, 4.3.6)
// makes them valid and libxml2 refuses some; see
// TestWhiteSpaceAroundValuesIsLetPass.
var curious = []string{
	"", " ", "true", " true ", "TRUE", "1", "0", "01", "-0", "+7", "150", "151", "65535", "65536", "-1", "1.0", "1.", ".5", ".",
	"1e5", "1E+5", "1e", "e5", "INF", "-INF", "+INF", "NaN", "nan", "1e400", "--1", "+-1", "0x10", "1 2",
	"9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
	"2024-02-29", "2023-02-29", "2024-02-29Z", "2024-02-29+14:00", "2024-02-29+14:01", "2024-2-9", "-0001-01-01", "0000-01-01", "12024-01-01", "02024-01-01",
	"2024-02-29T00:00:00", "2024-02-29T24:00:00Z", "2024-02-29T24:00:01Z", "2024-02-29T23:59:60Z", "2024-02-29T23:59:59.Z",
	"2024-02-29T23:59:59.000000001+05:30", "2024-02-29T1:00:00Z", "2024-02-29 01:00:00Z", "2024-02-29t01:00:00z", "2024-02-29T01:00:00-00:00",
	"Home", "Work", "home", "Other", "Login", "EXIF", "A1", "US", "us", "CA", "Reported", "Billing", "+1", "+1234", "12", "12a",
	"Parent/Guardian", "VIRAL_POTENTIAL_MEME", "a\nb", "a\tb", "\u00a0", "é", "<>&\"'",
}

func TestWhiteSpaceAroundValuesIsLetPass(t *testing.T) {
	doc := "<fileDetails><reportId>\n 5 </reportId><fileId>b1</fileId>" +
		"<uploadedToEspTimestamp> 2024-02-29T01:00:00Z\n</uploadedToEspTimestamp></fileDetails>"
	f, findings, err := DecodeFileDetails([]byte(doc), testOptions)
	if err != nil {
		t.Fatalf("got %v%s", err, lines(findings))
	}
	if f.ReportNumber != 5 || f.UploadedToESP.Text != "2024-02-29T01:00:00Z" {
		t.Errorf("got %d and %q, want the values without white space", f.ReportNumber, f.UploadedToESP.Text)
	}
}

// change does one change to a document and says which.
func change(doc *tree, random *rand.Rand) string {
	var all, parents []*tree
	doc.walk("", func(_ string, n *tree) {
		all = append(all, n)
		if len(n.kids) > 0 {
			parents = append(parents, n)
		}
	})
	n := all[random.IntN(len(all))]
	p := parents[random.IntN(len(parents))]
	i := random.IntN(len(p.kids))
	switch random.IntN(14) {
	case 0:
		p.kids = append(p.kids[:i:i], p.kids[i+1:]...)
		return "removed"
	case 1:
		j := random.IntN(len(p.kids))
		p.kids[i], p.kids[j] = p.kids[j], p.kids[i]
		return "swapped"
	case 2:
		p.kids = append(p.kids[:i+1:i+1], append([]*tree{p.kids[i].clone()}, p.kids[i+1:]...)...)
		return "doubled"
	case 3:
		p.kids = append(p.kids[:i:i], append([]*tree{{name: "unknown", desc: n.desc, text: "x"}}, p.kids[i:]...)...)
		return "unknown"
	case 4:
		n.attrs = append(n.attrs[:len(n.attrs):len(n.attrs)], [2]string{"unknown", "x"})
		return "attribute"
	case 5:
		if len(n.attrs) > 0 {
			n.drop(n.attrs[random.IntN(len(n.attrs))][0])
		}
		return "dropped"
	case 6:
		p.text = "text"
		return "mixed"
	case 7:
		if len(n.kids) == 0 {
			n.kids = []*tree{{name: "inner", desc: n.desc}}
		}
		return "nested"
	case 8:
		n.name = all[random.IntN(len(all))].name
		return "renamed"
	case 9:
		p.kids = append(p.kids, all[random.IntN(len(all))].clone())
		return "moved"
	case 10:
		if len(n.attrs) > 0 {
			n.attrs[random.IntN(len(n.attrs))][1] = curious[random.IntN(len(curious))]
		}
		return "attrvalue"
	default:
		for len(n.kids) > 0 || n.desc.shape.model != textModel {
			n = all[random.IntN(len(all))]
		}
		n.text = curious[random.IntN(len(curious))]
		if random.IntN(8) == 0 {
			n.text = strings.Repeat("é", []int{10, 11, 20, 21, 50, 51, 64, 65, 100, 101, 255, 256, 257, 300, 2083, 2084, 3000, 3001}[random.IntN(18)])
		}
		return "value"
	}
}

// Damaged documents: bytes of the schema part are removed, doubled or replaced,
// which mostly breaks well-formedness. NUL is not among the bytes, because
// libxml2 takes one behind the root element for the end of the document; we
// refuse it everywhere.
func TestDamagedDocumentsAgreeWithXmllint(t *testing.T) {
	random := rand.New(rand.NewPCG(20250601, 8))
	sources, _ := corpus(t, "schema")
	pieces := []string{"<", ">", "&", ";", "\"", "'", "/", "!", "-", "--", "]]>", "?", ":", "=", " ", "\n", "\t", "x", "1", "é", "\x0b", "\xff",
		"&#38;", "&#0;", "&#x1F600;", "&lt;", "<!---->", "<?a b?>", "<![CDATA[ ]]>", "</", "/>", "<a>", "xmlns=\"\"", " xmlns:a=\"b\"", "a:b"}
	dir := t.TempDir()
	docs := map[string][]byte{}
	var files []string
	for i := 0; len(files) < 600; i++ {
		source := sources[i%len(sources)]
		doc := load(t, source)
		if strings.Contains(source, "latin") || strings.Contains(source, "utf-16") || len(doc) == 0 {
			continue
		}
		for range 1 + random.IntN(2) {
			// The declaration is left alone: how strictly it is read is our choice.
			from := strings.Index(string(doc), "?>") + 1
			at := from + random.IntN(len(doc)-from)
			end := min(len(doc), at+random.IntN(3))
			doc = append(append(append([]byte(nil), doc[:at]...), pieces[random.IntN(len(pieces))]...), doc[end:]...)
		}
		file := filepath.Join(dir, fmt.Sprintf("%03d.xml", i))
		docs[file] = doc
		files = append(files, file)
		if err := os.WriteFile(file, doc, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	verdict := xmllint(t, files)
	for _, file := range files {
		_, _, findings, _ := decodeAny(docs[file], testOptions)
		if got, want := schemaValid(findings), verdict[file]; got != want {
			t.Errorf("valid by our schema level: %v, by xmllint: %v%s\n%s", got, want, lines(findings), docs[file])
		}
	}
}
