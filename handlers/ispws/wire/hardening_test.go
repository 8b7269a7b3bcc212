package wire

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// Hostile documents are refused, or accepted, in a time that grows with their
// size only. The limit is generous for a busy machine; the log has what it took.
func TestHostileDocumentsTakeBoundedTime(t *testing.T) {
	const limit = 5 * time.Second
	laughs := `<!DOCTYPE report [<!ENTITY a "ha">`
	for c := 'b'; c < 'm'; c++ {
		laughs += `<!ENTITY ` + string(c) + ` "` + strings.Repeat("&"+string(c-1)+";", 10) + `">`
	}
	laughs += "]>"
	inReport := func(s string) string {
		return strings.Replace(aReport, "<additionalInfo>note", "<additionalInfo>"+s, 1)
	}
	afterReporter := func(s string) string {
		return strings.Replace(aReport, "<additionalInfo>note</additionalInfo>", s, 1)
	}
	head := `<?xml version="1.0"?>`
	for _, c := range []struct {
		name, doc string
		want      error
		says      string
	}{
		{"billion laughs", head + laughs + "<report>&l;</report>", ErrMalformed, "DOCTYPE"},
		{"an external entity", head + `<!DOCTYPE report [<!ENTITY x SYSTEM "file:///etc/hostname">]><report>&x;</report>`, ErrMalformed, "DOCTYPE"},
		{"an external DTD", head + `<!DOCTYPE report SYSTEM "https://dtd.example/a.dtd"><report/>`, ErrMalformed, "DOCTYPE"},
		{"a DOCTYPE with entities of parameters", head + `<!DOCTYPE report [<!ENTITY % p SYSTEM "https://dtd.example/a.dtd"> %p;]><report/>`, ErrMalformed, "DOCTYPE"},
		{"an undeclared entity", inReport("&x;"), ErrMalformed, "entity"},
		{"200 000 levels", strings.Repeat("<report>", 200_000), ErrMalformed, "deeper than 64"},
		{"100 000 attributes", "<report " + manyAttributes(100_000) + "/>", ErrMalformed, "more than 64 attributes"},
		{"100 000 namespace declarations on many elements", "<report>" + strings.Repeat(`<a xmlns:p="u" xmlns:q="u" p:a="" q:b=""/>`, 100_000), ErrMalformed, "before element 'report' is closed"},
		{"300 000 elements", "<report>" + strings.Repeat("<a/>", 300_000) + "</report>", ErrMalformed, "more than 200000 elements"},
		{"150 000 unknown elements", "<report>" + strings.Repeat("<a/>", 150_000) + "</report>", ErrInvalid, "not expected"},
		{"150 000 unknown elements on one line with text before", "<report>" + strings.Repeat("x", 5_000_000) + strings.Repeat("<a/>", 150_000) + "</report>", ErrInvalid, "not expected"},
		{"20 MB of text", inReport(strings.Repeat("x", 20_000_000)), nil, ""},
		{"20 MB of text where 256 characters may be", strings.Replace(aReport, "<incidentDateTime>", "<platform>"+strings.Repeat("é", 10_000_000)+"</platform><incidentDateTime>", 1), ErrInvalid, "at most 256"},
		{"20 MB in an attribute", "<report a=\"" + strings.Repeat("x", 20_000_000) + "\"/>", ErrInvalid, "no attribute 'a'"},
		{"a name of 20 MB", "<" + strings.Repeat("x", 20_000_000) + "/>", ErrMalformed, "longer than 256 bytes"},
		{"text in a million pieces", inReport(strings.Repeat("a<!---->", 1_000_000)), nil, ""},
		{"a million references", inReport(strings.Repeat("&amp;", 1_000_000)), nil, ""},
		{"100 000 newer elements", strings.Replace(aReport, "<incidentDateTime>", "<reportAnnotations>"+strings.Repeat("<n/>", 100_000)+"</reportAnnotations><incidentDateTime>", 1), ErrInvalid, "more than 1000"},
		{"unknown elements under long names", strings.Replace(aReport, "<incidentDateTime>", "<reportAnnotations>"+nested(60, 250, strings.Repeat("<n/>", 900))+"</reportAnnotations><incidentDateTime>", 1), nil, ""},
		{"30 000 subjects", afterReporter(strings.Repeat("<personOrUserReported><espIdentifier>a</espIdentifier></personOrUserReported>", 30_000)), ErrInvalid, "only once"},
		{"unclosed comment", head + "<!--" + strings.Repeat("- ", 5_000_000), ErrMalformed, "comment"},
		{"many processing instructions that are not closed", "<report>" + strings.Repeat("<?a ", 1_000_000), ErrMalformed, "not closed"},
		{"NUL bytes", inReport("a\x00b"), ErrMalformed, "control character"},
		{"a document of NUL bytes", strings.Repeat("\x00", 1_000_000), ErrMalformed, "control character"},
		{"invalid UTF-8", inReport("a\xc3\x28b"), ErrMalformed, "not valid UTF-8"},
		{"an overlong encoding", inReport("a\xc0\xafb"), ErrMalformed, "not valid UTF-8"},
		{"half a surrogate pair", inReport("a\xed\xa0\x80b"), ErrMalformed, "not valid UTF-8"},
		{"a reference to NUL", inReport("&#0;"), ErrMalformed, "character reference"},
		{"UTF-7", `<?xml version="1.0" encoding="UTF-7"?><report/>`, ErrMalformed, "encoding is not accepted"},
		{"EBCDIC", "\x4c\x6f\xa7\x94\x93", ErrMalformed, "not valid UTF-8"},
		{"UTF-16 cut in half", "\xfe\xff\x00<\x00", ErrMalformed, "odd number"},
		{"broken UTF-16", "\xfe\xff\x00<\xd8\x00\x00a", ErrMalformed, "control character"},
		{"a mark that contradicts the declaration", "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><report/>", ErrMalformed, "another encoding"},
	} {
		opt := Options{Now: testNow, MaxBytes: 64 << 20}
		start := time.Now()
		r, findings, err := DecodeReport([]byte(c.doc), opt)
		took := time.Since(start)
		t.Logf("%-52s %9d bytes %12s", c.name, len(c.doc), took.Round(time.Microsecond))
		if took > limit {
			t.Errorf("%s: took %s", c.name, took)
		}
		if !errors.Is(err, c.want) || (r == nil) != (err != nil) {
			t.Errorf("%s: got %v, want %v", c.name, err, c.want)
		}
		if c.says != "" && !hasFinding(findings, c.says) {
			t.Errorf("%s: no error says %q: %.500s", c.name, c.says, lines(findings))
		}
		if len(Describe(ValidationFailed, findings)) > 50_000 {
			t.Errorf("%s: the description has %d bytes", c.name, len(Describe(ValidationFailed, findings)))
		}
	}
}

// nested puts inner below levels of unknown elements with names of some length.
func nested(levels, length int, inner string) string {
	name := strings.Repeat("x", length)
	return strings.Repeat("<"+name+">", levels) + inner + strings.Repeat("</"+name+">", levels)
}

func manyAttributes(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("a" + strings.Repeat("b", i%7) + string(rune('a'+i%26)) + `="" `)
	}
	return b.String()
}

func TestADocumentLargerThanTheLimitIsRefusedUnread(t *testing.T) {
	_, findings, err := DecodeReport([]byte(aReport), Options{Now: testNow, MaxBytes: 100})
	if !errors.Is(err, ErrMalformed) || !hasFinding(findings, "larger than is accepted") {
		t.Errorf("got %v%s", err, lines(findings))
	}
}

func TestFindingsAreListedUpToTheLimitAndCounted(t *testing.T) {
	doc := "<report>" + strings.Repeat("<a/>\n", 500) + "</report>"
	_, findings, _ := DecodeReport([]byte(doc), Options{Now: testNow})
	if len(findings) != 101 {
		t.Fatalf("got %d findings, want 100 and one that says how many are left out", len(findings))
	}
	if got, want := findings[100].Message, "402 more errors were found; only the first 100 are listed"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
