package selector

import (
	"net/netip"
	"strings"
)

// normaliseIP answers the canonical text of an address: IPv6 as RFC 5952 writes
// it, an IPv4 address mapped into IPv6 as IPv4. A zone ("%eth0") names an
// interface of some machine and says nothing outside it, so such an address is
// not compared.
//
// Whether the address may be matched also depends on its time, which Extract looks
// at: addresses change hands, so an address without a time identifies nobody.
func normaliseIP(reported string) (string, bool, string) {
	text := fold(reported)
	for {
		next := strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(text, "["), "]"))
		if next == text {
			break
		}
		text = next
	}
	if text == "" {
		return "", false, whyEmpty
	}
	addr, err := netip.ParseAddr(text)
	if err != nil {
		return text, false, "Cannot be read as an IP address."
	}
	if addr.Zone() != "" {
		return text, false, "The address names an interface of one machine and means nothing outside it."
	}
	return addr.Unmap().String(), true, ""
}
