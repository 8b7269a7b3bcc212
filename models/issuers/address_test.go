package issuers

import (
	"strings"
	"testing"
)

func TestAnIssuersAddressIsOneThatCanBe(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"https://login.agency.example":                                       "https://login.agency.example",
		" https://Login.Agency.Example/realms/Bay ":                          "https://login.agency.example/realms/Bay",
		"https://login.agency.example/":                                      "https://login.agency.example/",
		"https://login.agency.example/v2.0/.well-known/openid-configuration": "https://login.agency.example/v2.0",
		"https://login.agency.example:8443/x":                                "https://login.agency.example:8443/x",
		"http://127.0.0.1:8090/bay":                                          "http://127.0.0.1:8090/bay",
		"https://xn--bcher-kva.example":                                      "https://xn--bcher-kva.example",
		"https://192.0.2.7/idp":                                              "https://192.0.2.7/idp",
		"https://login.agency.example/a%20b":                                 "https://login.agency.example/a%20b",
		"https://login.agency.example" + "/" + strings.Repeat("a", 400):      "https://login.agency.example" + "/" + strings.Repeat("a", 400),
		"":                                            "",
		"login.agency.example":                        "",
		"http://login.agency.example":                 "",
		"ftp://login.agency.example":                  "",
		"javascript:alert(1)":                         "",
		"https://user@login.agency.example":           "",
		"https://user:pass@login.agency.example":      "",
		"https://login.agency.example?tenant=1":       "",
		"https://login.agency.example?":               "",
		"https://login.agency.example#x":              "",
		"https://login.agency.example/#":              "",
		"https://login.agency.example\\@evil.example": "",
		"https://login.agency.example\r\nHost: evil":  "",
		"https://b\u00fccher.example":                 "",
		"https://login.\u0430gency.example":           "",
		"https://login.agency.example; form-action *": "",
		"https://login.agency.example'":               "",
		"https://localhost.":                          "",
		"https://agency":                              "",
		"https://-x.example":                          "",
		"https://x..example":                          "",
		"https://login.agency.example:":               "",
		"https://login.agency.example:port":           "",
		"https://login.agency.example/a/../b":         "",
		"https://2130706433":                          "",
		"https://0x7f.0.0.1":                          "",
		"https:///path":                               "",
		"https:login.agency.example":                  "",
		"https://" + strings.Repeat("a.", 260) + "aa": "",
	} {
		got, wrong := cleanURL(in)
		if want == "" && wrong == "" || want != "" && got != want {
			t.Errorf("%q became %q (%s), want %q", in, got, wrong, want)
		}
	}
}

func TestADomainIsOneThatAnAgencyCanHave(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"agency.example": "agency.example", " @Agency.Example. ": "agency.example", "people.agency.example": "people.agency.example", "xn--bcher-kva.example": "xn--bcher-kva.example",
		"": "", "agency": "", "a@agency.example": "", "agency .example": "", "-a.example": "", "b\u00fccher.example": "", "192.0.2.1": "", "*.agency.example": "",
		"agency.example/x": "", "agency_x.example": "", strings.Repeat("a", 64) + ".example": "", "gmail.com": "", "Outlook.com": "", "@yahoo.co.uk": "",
	} {
		got, wrong := cleanDomain(in)
		if want == "" && wrong == "" || want != "" && got != want {
			t.Errorf("%q became %q (%s), want %q", in, got, wrong, want)
		}
	}
	if _, wrong := cleanDomain("gmail.com"); !strings.Contains(wrong, "Anybody can have an address at gmail.com") {
		t.Errorf("of a public mail service it says %q", wrong)
	}
}
