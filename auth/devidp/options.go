package devidp

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Options describe the provider.
type Options struct {
	Addr    string           // loopback host:port; port 0 takes a free one; empty is 127.0.0.1:0
	Issuers []Issuer         // at least one
	Clock   func() time.Time // of tokens and sessions; nil is the system's
}

// Issuer is one organisation's provider and its one client.
type Issuer struct {
	Path string // one segment, "/bay"; the issuer is http://host:port/bay
	Name string // the organisation, as the sign-in page shows it
	Note string // a line on the sign-in page, such as the demonstration's password; may be empty

	ClientID     string
	ClientSecret string   // empty for a public client, which has PKCE only
	ClientKey    []byte   // public JWK of a client that signs assertions (private_key_jwt) and has no secret
	RedirectURIs []string // where codes go; more by Provider.AllowRedirect
	SignedOut    []string // where sign-outs that the client started may end
	BackChannel  string   // where the client hears of sign-outs; also by Provider.AllowBackChannel

	Users []User
}

// User is one person at an issuer.
type User struct {
	Subject       string // stable, unique at the issuer
	Email         string
	Name          string
	Password      string
	EmailVerified bool
	MFA           bool // vouched for as having given a second factor
	// Claims go into the ID token as they are: groups, roles.
	Claims map[string]any
}

// The authentication context classes in acr: those of U.S. federal sign-in
// providers, named after NIST SP 800-63B's authenticator assurance levels.
const (
	ACRPassword    = "http://idmanagement.gov/ns/assurance/aal/1"
	ACRMultiFactor = "http://idmanagement.gov/ns/assurance/aal/2"
)

// methods are the authentication methods of RFC 8176 for amr.
func (u User) methods() []string {
	if u.MFA {
		return []string{"pwd", "otp", "mfa"}
	}
	return []string{"pwd"}
}

func (u User) contextClass() string {
	if u.MFA {
		return ACRMultiFactor
	}
	return ACRPassword
}

var onePath = regexp.MustCompile(`^/[a-z0-9][a-z0-9-]*$`)

// check says what is wrong with the options before anything starts.
func (o Options) check() error {
	if len(o.Issuers) == 0 {
		return errors.New("devidp: no issuers")
	}
	paths := map[string]bool{}
	for _, i := range o.Issuers {
		switch {
		case !onePath.MatchString(i.Path):
			return fmt.Errorf("devidp: issuer path %q is not one segment of small letters, digits and hyphens", i.Path)
		case paths[i.Path]:
			return fmt.Errorf("devidp: two issuers at %s", i.Path)
		case i.ClientID == "":
			return fmt.Errorf("devidp: issuer %s has no client", i.Path)
		case i.ClientSecret != "" && i.ClientKey != nil:
			return fmt.Errorf("devidp: the client of %s has a secret or a key, not both", i.Path)
		}
		paths[i.Path] = true
		uris := slices.Concat(i.RedirectURIs, i.SignedOut)
		if i.BackChannel != "" {
			uris = append(uris, i.BackChannel)
		}
		for _, uri := range uris {
			if err := loopbackURI(uri); err != nil {
				return err
			}
		}
		subjects, emails := map[string]bool{}, map[string]bool{}
		for _, u := range i.Users {
			email := strings.ToLower(u.Email)
			if u.Subject == "" || u.Password == "" || subjects[u.Subject] || emails[email] {
				return fmt.Errorf("devidp: user %q of %s needs a password and a subject and e-mail of their own", u.Email, i.Path)
			}
			subjects[u.Subject], emails[email] = true, true
		}
	}
	return nil
}

// loopbackURI refuses addresses outside this machine: demonstration accounts
// are no secret, so no real portal may ever accept them.
func loopbackURI(uri string) error {
	u, err := url.Parse(uri)
	if err != nil {
		return fmt.Errorf("devidp: %w", err)
	}
	if (u.Scheme != "http" && u.Scheme != "https") || !loopbackHost(u.Hostname()) {
		return fmt.Errorf("devidp: %s is not on loopback", uri)
	}
	return nil
}

func loopbackHost(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}
