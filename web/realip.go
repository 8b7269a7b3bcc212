package web

import (
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/labstack/echo/v4"
)

// clientIP answers the client's address. X-Forwarded-For is believed only from a
// trusted proxy, and read from the right: each proxy appends whom it heard from,
// so the rightmost hop that is no proxy of ours is the client, and whatever stands
// left of it was written by the client itself.
func clientIP(trusted []netip.Prefix) echo.IPExtractor {
	return func(r *http.Request) string {
		peer := parseHop(r.RemoteAddr)
		if !peer.IsValid() {
			return ""
		}
		if !within(trusted, peer) {
			return peer.String()
		}
		var hops []string
		for _, line := range r.Header.Values(echo.HeaderXForwardedFor) {
			hops = append(hops, strings.Split(line, ",")...)
		}
		client := peer
		for i := len(hops) - 1; i >= 0; i-- {
			hop := parseHop(strings.TrimSpace(hops[i]))
			if !hop.IsValid() {
				break // what stands further left cannot be attributed
			}
			client = hop
			if !within(trusted, hop) {
				break
			}
		}
		return client.String()
	}
}

// parseHop reads an address with or without a port.
func parseHop(text string) netip.Addr {
	if a, err := netip.ParseAddr(strings.Trim(text, "[]")); err == nil {
		return a.Unmap().WithZone("")
	}
	host, _, err := net.SplitHostPort(text)
	if err != nil {
		return netip.Addr{}
	}
	a, err := netip.ParseAddr(host)
	if err != nil {
		return netip.Addr{}
	}
	return a.Unmap().WithZone("")
}

func within(list []netip.Prefix, a netip.Addr) bool {
	for _, p := range list {
		if p.Contains(a) {
			return true
		}
	}
	return false
}
