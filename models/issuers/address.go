package issuers

import (
	_ "embed"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"sync"
)

// cleanURL answers an issuer's address as it is kept, or what is wrong with it. A
// discovery address, which admins often have at hand, is cut down to its issuer. A
// slash at the end stays: an issuer's name is compared letter by letter (OpenID
// Connect Discovery 4.3).
func cleanURL(text string) (address, wrong string) {
	text = strings.TrimSpace(text)
	text = strings.TrimSuffix(text, "/.well-known/openid-configuration")
	switch {
	case text == "":
		return "", "Write the provider's issuer address, like https://login.agency.example."
	case len(text) > 500:
		return "", "This address is longer than 500 characters."
	case strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '\\' }):
		return "", "An address has no spaces, backslashes or control characters."
	case strings.ContainsFunc(text, func(r rune) bool { return r > 0x7e }):
		return "", "Write the address in plain letters. A host in another script is written in its ASCII form, beginning with xn--."
	}
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Opaque != "" {
		return "", "Write a whole address, like https://login.agency.example."
	}
	switch {
	case u.User != nil:
		return "", "An issuer's address holds no user name or password."
	case u.RawQuery != "" || u.ForceQuery || strings.Contains(text, "#"):
		return "", "An issuer's address has no ? or # part."
	case u.Scheme != "https" && !(u.Scheme == "http" && onLoopback(u.Hostname())):
		return "", "The address must begin with https://."
	case !hostName(u.Hostname()):
		return "", "This host name cannot be. Check the address."
	case strings.HasSuffix(u.Host, ":"):
		return "", "The address names no port after the colon."
	case strings.Contains(u.Path, "/../") || strings.Contains(u.Path, "/./") || strings.HasSuffix(u.Path, "/.."):
		return "", "An issuer's address has no dots as path."
	}
	// Hosts are the same in small letters; what the provider calls itself is too.
	u.Scheme, u.Host = strings.ToLower(u.Scheme), strings.ToLower(u.Host)
	return u.String(), ""
}

// origin is scheme, host and port: to whom a secret would be sent.
func origin(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

func onLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback()
}

func hostName(host string) bool {
	if net.ParseIP(host) != nil {
		return true
	}
	return host == "localhost" || domainName(strings.ToLower(host))
}

// domainName reports whether the text is a domain of at least two labels in ASCII
// (RFC 1035 2.3.1, with digits first as RFC 1123 allows).
func domainName(text string) bool {
	labels := strings.Split(text, ".")
	if len(text) > 253 || len(labels) < 2 {
		return false
	}
	for _, l := range labels {
		if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' {
			return false
		}
		for _, c := range l {
			if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
				return false
			}
		}
	}
	last := labels[len(labels)-1]
	return strings.ContainsFunc(last, func(r rune) bool { return r >= 'a' && r <= 'z' })
}

// cleanDomain answers an e-mail domain as it is kept, or what is wrong with it.
func cleanDomain(text string) (domain, wrong string) {
	text = strings.ToLower(strings.TrimSpace(text))
	text = strings.TrimSuffix(strings.TrimPrefix(text, "@"), ".")
	switch {
	case text == "":
		return "", "Write the part of your e-mail addresses after @, like agency.example."
	case strings.Contains(text, "@"):
		return "", "Write only the part after @, like agency.example."
	case strings.ContainsFunc(text, func(r rune) bool { return r > 0x7e }):
		return "", "Write the domain in plain letters. One in another script is written in its ASCII form, beginning with xn--."
	case !domainName(text):
		return "", "This is no domain. Write the part of your e-mail addresses after @, like agency.example."
	}
	if host := mailHost(text); host != "" {
		return "", "Anybody can have an address at " + host + ", so it proves no agency. Ask for a domain that only your agency gives out."
	}
	return text, ""
}

//go:embed mailhosts.txt
var mailHostsText string

var mailHosts = sync.OnceValue(func() map[string]bool {
	m := map[string]bool{}
	for line := range strings.Lines(mailHostsText) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			m[line] = true
		}
	}
	return m
})

// mailHost answers the public mail service to which a domain belongs, or nothing.
func mailHost(domain string) string {
	if mailHosts()[domain] {
		return domain
	}
	return ""
}
