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
