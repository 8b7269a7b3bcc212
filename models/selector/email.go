package selector

import (
	"net/netip"
	"strings"

	"golang.org/x/net/idna"
)

// domains maps a host name to the lower-case ASCII form in which it is looked up
// (IDNA 2008 with the mappings of UTS 46). Letters of other scripts become
// punycode and so stay visibly different from the Latin ones they resemble.
var domains = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(true), idna.BidiRule(), idna.VerifyDNSLength(true))

// mailHost says what a mail host is known to ignore in the part before the "@".
// Only hosts that document it are listed: elsewhere a dot or a plus may be the
// difference between two people.
type mailHost struct {
	name       string // the host's one name
	ignoreDots bool
	ignoreTag  bool // "+anything" at the end
}

// Google documents that Gmail ignores dots and a plus tag, and that
// googlemail.com is the same host. Its hosted domains for organisations need not
// act so and are not folded.
var mailHosts = map[string]mailHost{
	"gmail.com":      {name: "gmail.com", ignoreDots: true, ignoreTag: true},
	"googlemail.com": {name: "gmail.com", ignoreDots: true, ignoreTag: true},
}

// normaliseEmail lower-cases both parts. The part before the "@" is by RFC 5321
// case-sensitive, but no mail host in use treats it so.
func normaliseEmail(reported string) (string, bool, string) {
	text := fold(reported)
	for {
		next := strings.TrimSpace(strings.Trim(strings.TrimPrefix(text, "mailto:"), "<>"))
		if next == text {
			break
		}
		text = next
	}
	if text == "" {
		return "", false, whyEmpty
	}
	at := strings.LastIndexByte(text, '@')
	if at <= 0 || at == len(text)-1 {
		return text, false, "Not an e-mail address: there must be something on both sides of an @."
	}
	local := text[:at]
	host, ok := hostName(text[at+1:])
	if !ok {
		return text, false, "Not an e-mail address that can be compared: the part after the @ is not a domain name."
	}
	if strings.ContainsAny(local, " \"@(),:;<>[]\\") {
		return text, false, "Not an e-mail address that can be compared: the part before the @ holds characters that are not used in one."
	}
	if known, ok := mailHosts[host]; ok {
		host = known.name
		if tag := strings.IndexByte(local, '+'); known.ignoreTag && tag >= 0 {
			local = local[:tag]
		}
		if known.ignoreDots {
			local = strings.ReplaceAll(local, ".", "")
		}
		if local == "" {
			return text, false, "Not an e-mail address: the mail host ignores all of the part before the @."
		}
	}
	if len(local) > 64 || len(local)+1+len(host) > 254 {
		return text, false, "Too long for an e-mail address."
	}
	return local + "@" + host, true, ""
}

// hostName reads a domain name of at least two labels.
func hostName(s string) (string, bool) {
	s = strings.TrimSuffix(s, ".")
	if s == "" || strings.HasSuffix(s, ".") {
		return "", false
	}
	host, err := domains.ToASCII(s)
	if err != nil || !strings.Contains(host, ".") || strings.HasPrefix(host, ".") || strings.HasSuffix(host, ".") {
		return "", false
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return "", false
	}
	if again, err := domains.ToASCII(host); err != nil || again != host {
		return "", false
	}
	return host, true
}
