package selector

import (
	"net/netip"
	"strings"
)

// normaliseURL answers an address without what does not change where it leads:
// http and https, the standard ports, user name, fragment, the letter case and
// script of the host, a lone final slash, and how harmless characters are escaped.
// Providers send addresses with and without a scheme; both give the same value.
// Path and query stay as they are, tracking parameters included: which of them
// matter cannot be known from outside.
func normaliseURL(reported string) (string, bool, string) {
	text := clean(reported)
	if text == "" {
		return "", false, whyEmpty
	}
	body, _, _ := strings.Cut(text, "#")
	scheme := ""
	if s, rest, found := strings.Cut(body, "://"); found && isScheme(s) {
		scheme, body = strings.ToLower(s), rest
	}
	if scheme == "http" || scheme == "https" {
		scheme = ""
	}
	end := strings.IndexAny(body, "/?\\")
	if end < 0 {
		end = len(body)
	}
	host, rest := body[:end], body[end:]
	if strings.HasPrefix(rest, "\\") { // browsers read it as a slash
		rest = "/" + rest[1:]
	}
	if i := strings.LastIndexByte(host, '@'); i >= 0 {
		if body == text {
			return text, false, "Not a web address; it may be an e-mail address."
		}
		host = host[i+1:]
	}
	host, ok := hostAndPort(host)
	if !ok {
		return text, false, "Cannot be read as a web address."
	}
	if scheme != "" {
		host = scheme + "://" + host
	}
	rest = escape(rest)
	if rest == "/" {
		rest = ""
	}
	return host + rest, true, ""
}

func isScheme(s string) bool {
	for i := range len(s) {
		c := s[i] | 0x20
		if (c < 'a' || c > 'z') && (i == 0 || !strings.ContainsRune("0123456789+-.", rune(s[i]))) {
			return false
		}
	}
	return s != ""
}

// hostAndPort reads "host", "host:port" or "[v6]:port". Ports 80 and 443 are both
// dropped, since the scheme is.
func hostAndPort(s string) (string, bool) {
	host, port := s, ""
	if i := strings.LastIndexByte(s, ':'); i >= 0 && !strings.HasSuffix(s, "]") {
		host, port = s[:i], s[i+1:]
		if port != "" && (!isDigits(port) || len(port) > 5) {
			return "", false
		}
		port = strings.TrimLeft(port, "0")
	}
	if strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]") {
		addr, err := netip.ParseAddr(host[1 : len(host)-1])
		if err != nil || addr.Zone() != "" || !addr.Is6() {
			return "", false
		}
		host = "[" + addr.String() + "]"
	} else if addr, err := netip.ParseAddr(host); err == nil && addr.Is4() {
		host = addr.String()
	} else if name, ok := hostName(fold(host)); ok {
		host = name
	} else {
		return "", false
	}
	if port != "" && port != "80" && port != "443" {
		host += ":" + port
	}
	return host, true
}

// escape writes path and query with one spelling: letters, digits and "-._~" bare,
// other escapes in upper case, and what may not stand in an address escaped. A
// stray "%" becomes "%25", so that a second pass finds nothing to do.
func escape(s string) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '%' && i+2 < len(s) && isHex(s[i+1:i+3]):
			decoded := unhex(s[i+1])<<4 | unhex(s[i+2])
			if unreserved(decoded) {
				b.WriteByte(decoded)
			} else {
				b.WriteByte('%')
				b.WriteByte(digits[decoded>>4])
				b.WriteByte(digits[decoded&15])
			}
			i += 2
		case c == '%' || c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0:
			b.WriteByte('%')
			b.WriteByte(digits[c>>4])
			b.WriteByte(digits[c&15])
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func unreserved(c byte) bool {
	l := c | 0x20
	return l >= 'a' && l <= 'z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0
}

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}
