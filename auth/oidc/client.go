package oidc

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
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

// client speaks to the issuer's host and port and to no other, follows no
// redirect, uses no proxy, and does not wait long. A public name that resolves to
// this machine or to a link-local address is refused as well.
func (s *Service) client(issuer *url.URL) *http.Client {
	want := issuer.Host
	if issuer.Port() == "" {
		want = net.JoinHostPort(issuer.Hostname(), map[string]string{"https": "443", "http": "80"}[issuer.Scheme])
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
				if address != want {
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
