package selector

import (
	"strings"
	"testing"
	"time"

	"reeve/models"
)

var seen = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

func moment(at time.Time) models.Moment { return models.Moment{Text: at.Format(time.RFC3339), At: at} }

// full is a report that uses every place in which an identifier can stand.
func full() (models.Reported, []FileFacts) {
	contact := func(mail string) models.ReportedPerson {
		return models.ReportedPerson{
			Emails:    []models.ReportedEmail{{Address: mail, Verified: models.Yes}},
			Phones:    []models.ReportedPhone{{Number: "(415) 555-0123", Verified: models.No}},
			Addresses: []models.ReportedAddress{{State: "CA"}},
		}
	}
	rep := models.Reported{
		Subjects: []models.ReportedParty{{
			Person: contact("Heron@mail.example"), ESPIdentifier: "10023", ESPService: "Demo Chat", ScreenName: "BlueHeron",
			ProfileURLs: []string{"https://social.example/heron"},
			IPs: []models.ReportedIP{
				{Address: "192.0.2.7", Event: "Upload", DateTime: moment(seen), Port: 4711, PossibleProxy: models.Yes},
				{Address: "192.0.2.8", Event: "Login"},
				{Address: "10.0.0.5", DateTime: moment(seen)},
			},
			Devices: []models.ReportedDevice{{Type: "IMEI", Value: "490154203237518", DateTime: moment(seen)}},
			Associated: []models.ReportedAssociated{
				{Platform: "Other Place", ReportedParty: models.ReportedParty{ScreenName: "heron2", Person: models.ReportedPerson{Phones: []models.ReportedPhone{{Number: "4155550124"}}}}},
				{ReportedParty: models.ReportedParty{ESPIdentifier: "10024"}},
			},
		}},
		Recipients: []models.ReportedParty{{ScreenName: "wren", ThirdPartyUser: models.Yes}},
		Victims:    []models.ReportedParty{{Person: contact("robin@mail.example")}},
		Reporter: models.ReportedReporter{
			Person:  contact("desk@provider.example"),
			Contact: &models.ReportedContact{Emails: []models.ReportedEmail{{Address: "duty@provider.example"}}},
		},
		Internet: []models.ReportedInternet{
			{Kind: "email", Emails: []models.ReportedEmail{{Address: "heron@mail.example"}, {Address: "nobody@mail.example"}}},
			{Kind: "webPage", URLs: []string{"pages.example/a"}},
			{Kind: "cellPhone", Phone: &models.ReportedPhone{Number: "5550199", CallingCode: "+1"}},
			{Kind: "peer2peer", IPs: []models.ReportedIP{{Address: "2001:db8::7", DateTime: moment(seen)}}},
		},
		LawEnforcement: &models.ReportedLawEnforcement{Officer: &models.ReportedContact{Emails: []models.ReportedEmail{{Address: "officer@agency.example"}}}},
	}
	files := []FileFacts{{
		ReportedFile: models.ReportedFile{
			Location:       "https://files.example/1",
			OriginalHashes: []models.ReportedHash{{Type: "SHA-1", Value: strings.Repeat("a1", 20)}, {Type: "PDQ", Value: strings.Repeat("b2", 32)}, {Type: "house", Value: "x"}},
			Details:        []models.ReportedDetail{{Type: "HASH", Name: "md5", Value: strings.Repeat("c3", 16)}, {Type: "EXIF", Name: "md5", Value: "x"}},
			IP:             &models.ReportedIP{Address: "198.51.100.9", Event: "Upload", DateTime: moment(seen)},
			Devices:        []models.ReportedDevice{{Type: "cookie", Value: "Zx-91"}},
		},
		MD5: strings.Repeat("d4", 16), SHA1: strings.Repeat("e5", 20), SHA256: strings.Repeat("f6", 32),
	}}
	return rep, files
}

func bySource(ids []Identifier) map[string]Identifier {
	m := map[string]Identifier{}
	for _, id := range ids {
		m[id.Source] = id
	}
	return m
}

func TestExtractFindsEveryIdentifierWithItsOwner(t *testing.T) {
	rep, files := full()
	ids := Extract(rep, files, "demo-esp")
	got := bySource(ids)
	want := []struct {
		source, value string
		kind          Kind
		whose         models.Whose
		matchable     bool
	}{
		{"subject 1, e-mail 1", "heron@mail.example", Email, models.WhoseSubject, true},
		{"subject 1, telephone 1", "+14155550123", Phone, models.WhoseSubject, true},
		{"subject 1, user id", "10023 @demo-esp", ProviderUser, models.WhoseSubject, true},
		{"subject 1, screen name", "blueheron @demo-esp/demo-chat", ScreenName, models.WhoseSubject, true},
		{"subject 1, profile address 1", "social.example/heron", URL, models.WhoseSubject, true},
		{"subject 1, IP event 1", "192.0.2.7", IP, models.WhoseSubject, true},
		{"subject 1, IP event 2", "192.0.2.8", IP, models.WhoseSubject, false},
		{"subject 1, IP event 3", "10.0.0.5", IP, models.WhoseSubject, false},
		{"subject 1, device 1", "imei:49015420323751", Device, models.WhoseSubject, true},
		{"subject 1, associated account 1, screen name", "heron2 @other-place", ScreenName, models.WhoseSubject, true},
		{"subject 1, associated account 1, telephone 1", "+14155550124", Phone, models.WhoseSubject, true},
		{"subject 1, associated account 2, user id", "10024 @demo-esp", ProviderUser, models.WhoseSubject, true},
		{"recipient 1, screen name", "wren", ScreenName, models.WhoseRecipient, false},
		{"victim 1, e-mail 1", "robin@mail.example", Email, models.WhoseVictim, true},
		{"victim 1, telephone 1", "+14155550123", Phone, models.WhoseVictim, true},
		{"reporting person, e-mail 1", "desk@provider.example", Email, models.WhoseReporter, true},
		{"reporting person, telephone 1", "+14155550123", Phone, models.WhoseReporter, true},
		{"provider's contact, e-mail 1", "duty@provider.example", Email, models.WhoseReporter, true},
		{"incident details 1, e-mail 1", "heron@mail.example", Email, models.WhoseSubject, true},
		{"incident details 1, e-mail 2", "nobody@mail.example", Email, models.WhoseUnknown, true},
		{"incident details 2, web address 1", "pages.example/a", URL, models.WhoseUnknown, true},
		{"incident details 3, telephone", "+15550199", Phone, models.WhoseUnknown, false},
		{"incident details 4, IP event 1", "2001:db8::7", IP, models.WhoseUnknown, true},
		{"file 1, MD5 of the bytes received", strings.Repeat("d4", 16), HashMD5, models.WhoseUnknown, true},
		{"file 1, SHA-1 of the bytes received", strings.Repeat("e5", 20), HashSHA1, models.WhoseUnknown, true},
		{"file 1, SHA-256 of the bytes received", strings.Repeat("f6", 32), HashSHA256, models.WhoseUnknown, true},
		{"file 1, hash 1 of the original", strings.Repeat("a1", 20), HashSHA1, models.WhoseUnknown, true},
		{"file 1, hash 2 of the original", strings.Repeat("b2", 32), HashPDQ, models.WhoseUnknown, false},
		{"file 1, hash in the provider's details", strings.Repeat("c3", 16), HashMD5, models.WhoseUnknown, true},
		{"file 1, location", "files.example/1", URL, models.WhoseUnknown, true},
		{"file 1, IP event", "198.51.100.9", IP, models.WhoseUnknown, true},
		{"file 1, device 1", "cookie=Zx-91 @demo-esp", Device, models.WhoseUnknown, true},
	}
	for _, w := range want {
		id, ok := got[w.source]
		if !ok {
			t.Errorf("%s: not found", w.source)
			continue
		}
		if id.Value != w.value || id.Kind != w.kind || id.Whose != w.whose || id.Matchable != w.matchable {
			t.Errorf("%s: got %s %q %s %v (%s), want %s %q %s %v", w.source, id.Kind, id.Value, id.Whose, id.Matchable, id.WhyNot, w.kind, w.value, w.whose, w.matchable)
		}
		if id.Matchable != (id.WhyNot == "") {
			t.Errorf("%s: matchable is %v but the reason is %q", w.source, id.Matchable, id.WhyNot)
		}
	}
	if len(ids) != len(want) {
		t.Errorf("got %d identifiers, want %d", len(ids), len(want))
	}
	up := got["subject 1, IP event 1"]
	if up.Event != "Upload" || up.Port != 4711 || up.Proxy != models.Yes || !up.At.Equal(seen) {
		t.Errorf("the IP event lost what it said: %+v", up)
	}
	if e := got["subject 1, e-mail 1"]; e.Verified != models.Yes || e.Reported != "Heron@mail.example" {
		t.Errorf("the e-mail address lost what it said: %+v", e)
	}
}

func TestAnIncidentAddressThatTwoRolesShareStaysUnknown(t *testing.T) {
	shared := []models.ReportedEmail{{Address: "both@mail.example"}}
	rep := models.Reported{
		Subjects: []models.ReportedParty{{Person: models.ReportedPerson{Emails: shared}}},
		Victims:  []models.ReportedParty{{Person: models.ReportedPerson{Emails: shared}}},
		Internet: []models.ReportedInternet{{Kind: "email", Emails: shared}},
	}
	if got := bySource(Extract(rep, nil, "p"))["incident details 1, e-mail 1"].Whose; got != models.WhoseUnknown {
		t.Errorf("got %s, want unknown", got)
	}
}

func TestHashesOfWidelySharedFilesAreKeptButNotMatched(t *testing.T) {
	file := FileFacts{MD5: strings.Repeat("d4", 16)}
	meme, viral := file, file
	meme.Annotations, viral.Annotations = []string{"potentialMeme"}, []string{"viral"}
	for name, ids := range map[string][]Identifier{
		"a batch":          Extract(models.Reported{BatchReason: "VIRAL_POTENTIAL_MEME"}, []FileFacts{file}, "p"),
		"a potential meme": Extract(models.Reported{}, []FileFacts{meme}, "p"),
		"a viral file":     Extract(models.Reported{}, []FileFacts{viral}, "p"),
	} {
		if len(ids) != 1 || ids[0].Matchable || ids[0].WhyNot == "" || ids[0].Value != file.MD5 {
			t.Errorf("%s: got %+v", name, ids)
		}
	}
}

func TestTheCountryComesOnlyFromWhatIsStated(t *testing.T) {
	phone := models.ReportedPerson{Phones: []models.ReportedPhone{{Number: "4155550123"}}}
	for name, c := range map[string]struct {
		set  func(*models.ReportedParty)
		want bool
	}{
		"nothing stated":        {func(*models.ReportedParty) {}, false},
		"a state":               {func(p *models.ReportedParty) { p.Person.Addresses = []models.ReportedAddress{{State: "CA"}} }, true},
		"an estimated location": {func(p *models.ReportedParty) { p.EstimatedLocation = &models.ReportedLocation{Country: "US"} }, true},
		"an anonymous proxy":    {func(p *models.ReportedParty) { p.EstimatedLocation = &models.ReportedLocation{Country: "A1"} }, false},
		"two countries": {func(p *models.ReportedParty) {
			p.Person.Addresses = []models.ReportedAddress{{Country: "US"}, {Country: "CA"}}
		}, false},
		"the same country twice": {func(p *models.ReportedParty) {
			p.Person.Addresses = []models.ReportedAddress{{Country: "US"}, {State: "CA"}}
		}, true},
	} {
		p := models.ReportedParty{Person: phone}
		c.set(&p)
		if got := Extract(models.Reported{Subjects: []models.ReportedParty{p}}, nil, "p")[0].Matchable; got != c.want {
			t.Errorf("%s: matchable is %v, want %v", name, got, c.want)
		}
	}
}

func TestStrongestSubject(t *testing.T) {
	rep, files := full()
	ids := Extract(rep, files, "demo-esp")
	label, subject, ok := StrongestSubject(ids)
	if label != "BlueHeron" || subject.Value != "10023 @demo-esp" || !ok {
		t.Errorf("got %q, %q, %v", label, subject.Value, ok)
	}
	onlyOthers := models.Reported{Victims: rep.Victims, Reporter: rep.Reporter}
	if label, _, ok := StrongestSubject(Extract(onlyOthers, files, "demo-esp")); ok || label != "" {
		t.Errorf("a report without a subject got %q", label)
	}
	two := models.Reported{Subjects: []models.ReportedParty{{Person: models.ReportedPerson{Emails: []models.ReportedEmail{
		{Address: "first@mail.example"}, {Address: "second@mail.example", Verified: models.Yes}}}}}}
	if label, _, _ := StrongestSubject(Extract(two, nil, "p")); label != "second@mail.example" {
		t.Errorf("got %q, want the verified one", label)
	}
}
