package oidc

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"syscall"
	"time"
)

// maxAnswer bounds what a provider may answer.
const maxAnswer = 1 << 20

// mayContact refuses an issuer before anything is sent, not even a question to
// the name server.
func (s *Service) mayContact(u *url.URL) error {
	local := loopbackHost(u.Hostname())
	if s.LoopbackOnly && !local {
		return fmt.Errorf("issuer %s is not on this machine, and only this machine may be contacted here", u)
	}
	if local && !s.LoopbackOnly {
		// Agencies' admins set addresses; none of them may reach what listens here.
		return fmt.Errorf("issuer %s is on the portal's own machine, where no agency's provider is", u)
	}
	if u.Scheme != "https" && !(u.Scheme == "http" && local) {
		return fmt.Errorf("issuer %s must be https", u)
	}
	return nil
}

func loopbackHost(host string) bool {
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback()
}

// besides are hosts at which a provider keeps its token endpoint and its keys
// besides the issuer's own: those of its maker, by name. Whoever is not listed is
// spoken to at the issuer's host alone.
var besides = map[string][]string{
	"accounts.google.com": {"oauth2.googleapis.com", "www.googleapis.com"}, // Google's discovery document
}

// client speaks to the issuer's host and port, and to those besides, and to no
// other, follows no redirect, uses no proxy, and does not wait long. A public name that resolves to
// this machine or to a link-local address is refused as well.
func (s *Service) client(issuer *url.URL) *http.Client {
	want := issuer.Host
	if issuer.Port() == "" {
		want = net.JoinHostPort(issuer.Hostname(), map[string]string{"https": "443", "http": "80"}[issuer.Scheme])
	}
	may := []string{want}
	for _, host := range besides[issuer.Host] {
		may = append(may, net.JoinHostPort(host, "443"))
	}
	local := loopbackHost(issuer.Hostname())
	dialer := &net.Dialer{Timeout: s.Patience / 2, Control: func(_, address string, _ syscall.RawConn) error {
		ap, err := netip.ParseAddrPort(address)
		if err != nil {
			return err
		}
		ip := ap.Addr().Unmap()
		if ip.IsLoopback() != local || ip.IsLinkLocalUnicast() || ip.IsUnspecified() || ip.IsMulticast() {
			return fmt.Errorf("oidc: %s is not where an identity provider may be", ip)
		}
		return nil
	}}
	return &http.Client{
		Timeout:       s.Patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: bounded{&http.Transport{
			DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				if !slices.Contains(may, address) {
					return nil, fmt.Errorf("oidc: %s is not the issuer's host %s", address, want)
				}
				return dialer.DialContext(ctx, network, address)
			},
			TLSHandshakeTimeout: s.Patience / 2, ResponseHeaderTimeout: s.Patience, MaxIdleConnsPerHost: 2, IdleConnTimeout: time.Minute, ForceAttemptHTTP2: true,
		}},
	}
}

// bounded cuts off answers that are too long.
type bounded struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := b.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	res.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(res.Body, maxAnswer), res.Body}
	return res, nil
}
