package oidc

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"
)

// whyUnreachable says in plain words why nothing came from a provider.
func (s *Service) whyUnreachable(err error, at *url.URL) string {
	host := at.Host
	var (
		dns      *net.DNSError
		unknown  x509.UnknownAuthorityError
		wrong    x509.HostnameError
		invalid  x509.CertificateInvalidError
		noTLS    tls.RecordHeaderError
		alert    tls.AlertError
		timeout  interface{ Timeout() bool }
		certFail *tls.CertificateVerificationError
	)
	switch {
	case errors.As(err, &unknown):
		return host + " shows a certificate that nobody whom this portal trusts has signed. Have it use one from a public authority, or have the portal's administrator trust its authority."
	case errors.As(err, &wrong):
		return host + " shows a certificate for another name. Check the address, or have the provider's certificate renewed for this name."
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return host + " shows a certificate that has expired or is not valid yet. Have it renewed."
	case errors.As(err, &invalid), errors.As(err, &certFail):
		return host + " shows a certificate that is not valid for a web server. Have it replaced."
	case errors.As(err, &noTLS), errors.Is(err, http.ErrSchemeMismatch):
		return host + " does not speak TLS at this address. Check the address and its port."
	case errors.As(err, &alert):
		return host + " broke off the TLS handshake. It must speak TLS 1.2 or newer."
	case errors.As(err, &dns) && dns.IsNotFound:
		return "The name " + at.Hostname() + " is not known. Check the spelling of the address."
	case errors.As(err, &dns):
		return "The name " + at.Hostname() + " could not be looked up just now. Try again; if it lasts, tell the portal's administrator."
	case errors.Is(err, syscall.ECONNREFUSED):
		return "Nothing answers at " + host + ". The provider is down, or its firewall keeps this portal out."
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return fmt.Sprintf("%s did not answer within %s. It is overloaded or down, or its firewall keeps this portal out.", host, roughly(max(s.Patience, time.Second)))
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return host + " cannot be reached from this portal's network."
	}
	return "The connection to " + host + " broke off. Try again; if it lasts, ask whoever runs the provider."
}

// isNetwork reports whether an error came from the way to a provider and not from
// what it said.
func isNetwork(err error) bool {
	var u *url.Error
	return errors.As(err, &u)
}

// whyUnproven says in plain words why a token that was not believed is not. It
// reads the token without believing it, and tells no value of it but names that we
// compare with our own settings. It is empty if the token names the right parties.
func whyUnproven(raw string, i issuer, algorithms []string) string {
	parts := strings.Split(raw, ".")
	var header struct {
		Algorithm string `json:"alg"`
	}
	var claims struct {
		Issuer   string          `json:"iss"`
		Audience json.RawMessage `json:"aud"`
	}
	if len(parts) != 3 || !decode(parts[0], &header) || !decode(parts[1], &claims) {
		return "What it sent is not a signed token."
	}
	var audience []string
	if json.Unmarshal(claims.Audience, &audience) != nil {
		audience = make([]string, 1)
		_ = json.Unmarshal(claims.Audience, &audience[0])
	}
	switch {
	case strings.EqualFold(header.Algorithm, "none") || header.Algorithm == "":
		return "The token is not signed."
	case !slices.Contains(algorithms, header.Algorithm):
		return fmt.Sprintf("The token is signed with %s, which the provider does not announce or which proves nothing to us.", clip(header.Algorithm))
	case claims.Issuer != i.URL:
		return fmt.Sprintf("The token comes from %q and not from %s.", clip(claims.Issuer), i.URL)
	case !slices.Contains(audience, i.ClientID):
		return fmt.Sprintf("The token is made for another client than %q. Check the client id.", i.ClientID)
	}
	return ""
}

// What is wrong with a token that names the right parties.
const (
	whyNoKey = "The token's signature fits none of the keys that the provider publishes. If it changed its keys just now, try again in a minute."
	whyOdd   = "A claim in the token is not of the kind that the standard demands."
)

func decode(part string, into any) bool {
	b, err := base64.RawURLEncoding.DecodeString(part)
	return err == nil && json.Unmarshal(b, into) == nil
}
