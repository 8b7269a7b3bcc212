package wire

import (
	"errors"
	"strings"
	"testing"
	"time"

	"reeve/models"
)

// The text of common faults, as providers read it.
func TestMessages(t *testing.T) {
	const reportedIP = "<personOrUserReported><ipCaptureEvent><ipAddress>192.0.2.1</ipAddress></ipCaptureEvent><deviceId><idType>a</idType><idValue>b</idValue></deviceId><ipCaptureEvent><ipAddress>192.0.2.2</ipAddress></ipCaptureEvent></personOrUserReported>"
	for _, c := range []struct{ name, old, new, want string }{
		{"a value outside of its list", "Child Sex Tourism", "Spam",
			"[4,5] - element 'incidentType' must be one of 'Child Pornography (possession, manufacture, and distribution)', 'Child Sex Trafficking', 'Child Sex Tourism', 'Child Sexual Molestation', 'Misleading Domain Name', 'Misleading Words or Digital Images on the Internet', 'Online Enticement of Children for Sexual Acts', 'Unsolicited Obscene Material Sent to a Child', but is 'Spam'"},
		{"a time without a zone", "10:11:12Z", "10:11:12",
			"[5,5] - element 'incidentDateTime' must say its time zone, as in 2024-05-01T13:04:05Z or 2024-05-01T13:04:05-04:00, but is '2024-03-05T10:11:12'"},
		{"a time in the future", "2024-03-05", "2034-03-05",
			"[5,5] - element 'incidentDateTime' must not lie in the future, but is '2034-03-05T10:11:12Z'"},
		{"no time at all", "<incidentDateTime>2024-03-05T10:11:12Z</incidentDateTime>", "",
			"[6,3] - element 'incidentDateTime' is missing in element 'incidentSummary'"},
		{"a missing element before others", "<incidentType>Child Sex Tourism</incidentType>", "",
			"[5,5] - element 'incidentType' is missing in element 'incidentSummary' before 'incidentDateTime'"},
		{"an element in the wrong order", "<additionalInfo>note</additionalInfo>", reportedIP,
			"[10,149] - element 'ipCaptureEvent' stands too late in element 'personOrUserReported': it belongs before 'deviceId'"},
		{"an element that is not known", "<additionalInfo>", "<remark/><additionalInfo>",
			"[10,3] - element 'remark' is not expected in element 'report' here; expected was 'personOrUserReported', 'intendedRecipient', 'victim' or 'additionalInfo'"},
		{"an attribute that is not known", "<email>", `<email kind="x">`,
			"[8,29] - element 'email' has no attribute 'kind'; it may have 'type', 'verified', 'verificationDate'"},
		{"an attribute where there are none", "<additionalInfo>", `<additionalInfo lang="en">`,
			"[10,19] - element 'additionalInfo' has no attribute 'lang'; it has none at all"},
		{"a malformed e-mail address", "desk@provider.example", "desk",
			"[8,22] - element 'email' must be an e-mail address: local part, @ and domain"},
		{"an element twice", "<additionalInfo>", "<additionalInfo/><additionalInfo>",
			"[10,20] - element 'additionalInfo' may stand in element 'report' only once"},
		{"a column counts characters", "<additionalInfo>", "<victim><victimPerson><firstName>Zoë 😀</firstName></victimPerson><a/></victim><additionalInfo>",
			"[10,68] - element 'a' is not expected in element 'victim' here; expected was 'espIdentifier', 'espService', 'compromisedAccount', 'screenName', 'displayName', 'profileUrl', 'profileBio', 'ipCaptureEvent', 'deviceId', 'schoolName', 'priorCTReports', 'accountTemporarilyDisabled', 'accountPermanentlyDisabled', 'estimatedLocation', 'allEmailsReported', 'associatedAccount' or 'additionalInfo'"},
		{"a tag that is not closed", "</report>", "",
			"[12,1] - the document ends before element 'report' is closed"},
		{"a bare ampersand", ">note<", ">a & b<",
			"[10,21] - the character & is not allowed here; write &amp;"},
	} {
		_, findings, err := DecodeReport(replaced(t, c.old, c.new), testOptions)
		if err == nil || len(findings) != 1 {
			t.Errorf("%s: got error %v and %d findings, want one%s", c.name, err, len(findings), lines(findings))
			continue
		}
		if got := findings[0].String(); got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

func TestAllFindingsAreGatheredInOrder(t *testing.T) {
	doc := strings.NewReplacer("Child Sex Tourism", "Spam", "2024-03-05T", "2034-03-05T", "desk@", "", "note", "<b/>").Replace(aReport)
	_, findings, err := DecodeReport([]byte(doc), testOptions)
	if !errors.Is(err, ErrInvalid) || len(findings) != 4 {
		t.Fatalf("got %v, want four findings%s", err, lines(findings))
	}
	got := Describe(ValidationFailed, findings)
	if !strings.HasPrefix(got, "Validation failed\n[4,5] - ") || strings.Count(got, "\n") != 4 {
		t.Errorf("got the description %q", got)
	}
}

func TestMessagesDoNotRepeatWhatMaySayWhoAPersonIs(t *testing.T) {
	doc := strings.NewReplacer("desk@provider.example", "private-words", "<additionalInfo>note</additionalInfo>",
		"<personOrUserReported><profileUrl>private words</profileUrl><ipCaptureEvent><ipAddress>private</ipAddress></ipCaptureEvent></personOrUserReported>").Replace(aReport)
	_, findings, _ := DecodeReport([]byte(doc), testOptions)
	if len(findings) != 3 {
		t.Fatalf("got %d findings, want 3%s", len(findings), lines(findings))
	}
	for _, f := range findings {
		if strings.Contains(f.Message, "private") {
			t.Errorf("the message repeats the value: %s", f)
		}
	}
}

func TestReporterEmailIsASetting(t *testing.T) {
	doc := replaced(t, "<email>desk@provider.example</email>", "")
	_, findings, err := DecodeReport(doc, testOptions)
	if err != nil || len(findings) != 1 || findings[0].Severity != Notice || findings[0].Level != LevelBusiness {
		t.Errorf("by default: got %v%s", err, lines(findings))
	}
	strict := testOptions
	strict.RequireReporterEmail = true
	if _, findings, err = DecodeReport(doc, strict); !errors.Is(err, ErrInvalid) || !hasFinding(findings, "at least one 'email'") {
		t.Errorf("when required: got %v%s", err, lines(findings))
	}
}

func TestAMinuteOfClockSkewIsAllowed(t *testing.T) {
	for ahead, want := range map[time.Duration]error{0: nil, 59 * time.Second: nil, 61 * time.Second: ErrInvalid} {
		doc := replaced(t, "2024-03-05T10:11:12Z", testNow.Add(ahead).Format(time.RFC3339Nano))
		if _, _, err := DecodeReport(doc, testOptions); !errors.Is(err, want) {
			t.Errorf("%s ahead: got %v, want %v", ahead, err, want)
		}
	}
}

func TestValuesAreKeptAsSentBesideTheirReading(t *testing.T) {
	doc := replaced(t, "2024-03-05T10:11:12Z", "2024-03-05T10:11:12.5-04:00")
	r, _, err := DecodeReport(doc, testOptions)
	if err != nil {
		t.Fatal(err)
	}
	want := models.Moment{Text: "2024-03-05T10:11:12.5-04:00", At: time.Date(2024, 3, 5, 14, 11, 12, 500_000_000, time.UTC)}
	if r.Incident.DateTime != want {
		t.Errorf("got %+v, want %+v", r.Incident.DateTime, want)
	}
}

func TestTruthsStayThreeValued(t *testing.T) {
	for inner, want := range map[string]models.Truth{
		"": models.NotStated, "<fileViewedByEsp>0</fileViewedByEsp>": models.No, "<fileViewedByEsp> true </fileViewedByEsp>": models.Yes,
	} {
		f, _, err := DecodeFileDetails([]byte("<fileDetails><reportId>1</reportId><fileId>b</fileId>"+inner+"</fileDetails>"), testOptions)
		if err != nil || f.Viewed != want {
			t.Errorf("%q: got %v and %v, want %v", inner, f, err, want)
		}
	}
}

func TestTextsComeTogetherFromAllTheirPieces(t *testing.T) {
	doc := replaced(t, ">note<", "> a<!-- x -->b<![CDATA[ <&> ]]>c&#10;&amp;\r\n<")
	r, _, err := DecodeReport(doc, testOptions)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := r.AdditionalInfo, " ab <&> c\n&\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestDetailsTakeTheirKindFromEitherPlace(t *testing.T) {
	doc := `<fileDetails><reportId>1</reportId><fileId>b</fileId>
<details type="EXIF"><nameValuePair><name>a</name><value>1</value></nameValuePair><nameValuePair type="HASH"><name>b</name><value>2</value></nameValuePair></details>
<details><nameValuePair type="EXIF"><name>c</name><value>3</value></nameValuePair></details>
<details><nameValuePair><name>d</name><value>4</value></nameValuePair></details></fileDetails>`
	f, findings, err := DecodeFileDetails([]byte(doc), testOptions)
	if err != nil {
		t.Fatalf("got %v%s", err, lines(findings))
	}
	got := ""
	for _, d := range f.Details {
		got += d.Name + "=" + d.Type + " "
	}
	if want := "a=EXIF b=HASH c=EXIF d= "; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if len(findings) != 1 || findings[0].Severity != Notice {
		t.Errorf("want one notice that a kind is missing%s", lines(findings))
	}
}

// benchmarkReport is about 17 KB, the size for which other validators were
// measured.
func benchmarkReport() []byte {
	subject := "<personOrUserReported>\n  <personOrUserReportedPerson><firstName>Alex</firstName><email type=\"Home\">alex@person.example</email></personOrUserReportedPerson>\n  <espIdentifier>user-1</espIdentifier>\n"
	for subject += ""; len(subject) < 16_300; {
		subject += "  <ipCaptureEvent>\n    <ipAddress>192.0.2.44</ipAddress>\n    <eventName>Login</eventName>\n    <dateTime>2024-02-01T10:11:12.345Z</dateTime>\n    <possibleProxy>false</possibleProxy>\n    <port>50123</port>\n  </ipCaptureEvent>\n"
	}
	return []byte(strings.Replace(aReport, "<additionalInfo>", subject+"</personOrUserReported>\n<additionalInfo>", 1))
}

func BenchmarkDecodeReport17KB(b *testing.B) {
	doc := benchmarkReport()
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		if _, findings, err := DecodeReport(doc, testOptions); err != nil {
			b.Fatal(err, lines(findings))
		}
	}
}

func BenchmarkDecodeFileDetails(b *testing.B) {
	doc := []byte(`<fileDetails><reportId>1</reportId><fileId>b1</fileId><originalFileName>a.png</originalFileName><fileViewedByEsp>true</fileViewedByEsp><originalFileHash hashType="MD5">00</originalFileHash></fileDetails>`)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := DecodeFileDetails(doc, testOptions); err != nil {
			b.Fatal(err)
		}
	}
}
