package apikey

import "net/netip"

// network answers what stands for one client when failures are counted: an IPv4
// address, or the /64 of an IPv6 address, which one customer has whole.
func network(ip string) string {
	a, err := netip.ParseAddr(ip)
	if err != nil {
		return ip
	}
	if a = a.Unmap(); a.Is4() {
		return a.String()
	}
	p, _ := a.WithZone("").Prefix(64)
	return p.String()
}

// allowed reports whether a client may call from the address, given the networks of
// its provider: any address if there are none. An address that cannot be read is in no
// network.
func allowed(networks []string, ip string) bool {
	if len(networks) == 0 {
		return true
	}
	a, err := netip.ParseAddr(ip)
	if err != nil {
		return false
	}
	a = a.Unmap().WithZone("")
	for _, n := range networks {
		if p, err := netip.ParsePrefix(n); err == nil && p.Contains(a) {
			return true
		}
	}
	return false
}
