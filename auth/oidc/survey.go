package oidc

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"reeve/models"
)

// description is what a provider says of itself (OpenID Connect Discovery 1.0,
// RFC 8414), as far as we read it.
type description struct {
	Issuer     string   `json:"issuer"`
	Auth       string   `json:"authorization_endpoint"`
	Token      string   `json:"token_endpoint"`
	JWKS       string   `json:"jwks_uri"`
	EndSession string   `json:"end_session_endpoint"`
	ISS        bool     `json:"authorization_response_iss_parameter_supported"`
	AuthStyles []string `json:"token_endpoint_auth_methods_supported"`
	Challenges []string `json:"code_challenge_methods_supported"`
	Algorithms []string `json:"id_token_signing_alg_values_supported"`
	Scopes     []string `json:"scopes_supported"`
	Classes    []string `json:"acr_values_supported"`
	BackChan   bool     `json:"backchannel_logout_supported"`

	base *url.URL
	date time.Time // the answer's Date header; zero: none
}

// discover asks a provider for its description.
func (s *Service) discover(ctx context.Context, i models.Issuer) (*description, *http.Client, error) {
	bad := func(err error, format string, args ...any) (*description, *http.Client, error) {
		return nil, nil, &trouble{step: stepAnswers, text: fmt.Sprintf(format, args...), reason: Unreachable, err: err}
	}
	base, err := url.Parse(i.URL)
	if err != nil || base.Host == "" || base.User != nil || base.RawQuery != "" || base.Fragment != "" {
		return bad(err, "%q is not the address of a provider. Copy the issuer's address as the provider shows it, like https://login.agency.example.", i.URL)
	}
	if err := s.mayContact(base); err != nil {
		return bad(err, "%s", capital(err.Error())+".")
	}
	client := s.client(base)
	at := strings.TrimSuffix(i.URL, "/") + "/.well-known/openid-configuration"
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err != nil {
		return bad(err, "%q is not the address of a provider.", i.URL)
	}
	req.Header.Set("Accept", "application/json")
	res, err := client.Do(req)
	if err != nil {
		return bad(err, "%s", s.whyUnreachable(err, base))
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	switch {
	case err != nil:
		return bad(err, "%s", s.whyUnreachable(err, base))
	case res.StatusCode/100 == 3:
		return bad(nil, "%s sends us elsewhere (%d) instead of describing itself. Use the address at which it describes itself.", at, res.StatusCode)
	case res.StatusCode == http.StatusNotFound:
		return bad(nil, "There is no description at %s. Copy the issuer's address whole; with some providers it ends in a path such as /v2.0 or /realms/name.", at)
	case res.StatusCode != http.StatusOK:
		return bad(nil, "%s answered %d. The provider is out of order or keeps us out; ask whoever runs it.", at, res.StatusCode)
	}
	d := &description{base: base}
	if err := json.Unmarshal(body, d); err != nil {
		return bad(err, "What stands at %s is not a provider's description. Check the issuer's address.", at)
	}
	d.date, _ = http.ParseTime(res.Header.Get("Date"))
	return d, client, nil
}

// survey asks a provider how it works, step by step, and refuses one that would
// have us, or the person's browser, go elsewhere than to the issuer's own host. A
// sign-in in earnest gives no trial and stops at the first step that fails; so does
// a look, since nothing beyond it can be known.
func (s *Service) survey(ctx context.Context, i models.Issuer, t *trial) (*provider, *description, error) {
	d, client, err := s.discover(ctx, i)
	if err != nil {
		t.bad(stepAnswers, err)
		return nil, nil, err
	}
	t.good(stepAnswers, "It described itself at "+d.base.Host+".")
	for _, l := range []struct {
		step string
		look func(models.Issuer) (text string, ok bool)
	}{{stepName, d.named}, {stepHome, d.atHome}, {stepPKCE, d.pkce}, {stepAlgs, d.signs}} {
		text, ok := l.look(i)
		if !ok {
			err := &trouble{step: l.step, text: text, reason: Unreachable}
			t.bad(l.step, err)
			return nil, d, err
		}
		t.good(l.step, text)
	}
	p, err := s.prepare(i, d, client)
	if err != nil {
		t.bad(stepClient, err)
		return nil, d, err
	}
	t.good(stepClient, map[models.AuthMethod]string{
		models.AuthNone:       "Reeve is a public client there: it has no secret, and PKCE protects each sign-in.",
		models.AuthSecret:     "Reeve has a client secret. Whether it is the right one shows when somebody signs in.",
		models.AuthPrivateKey: "Reeve signs with its own key. Whether the provider knows that key shows when somebody signs in.",
	}[p.settings.AuthMethod])
	return p, d, nil
}

func (d *description) named(i models.Issuer) (string, bool) {
	if d.Issuer != i.URL {
		return fmt.Sprintf("It calls itself %q, and the settings say %q. Both must be the same to the letter; a slash at the end counts.", clip(d.Issuer), i.URL), false
	}
	return "It calls itself " + i.URL + ".", true
}

func (d *description) atHome(models.Issuer) (string, bool) {
	for _, e := range []struct {
		name, address string
		may           bool     // it may be missing
		besides       []string // where else it may be; never where a browser is sent
	}{{"authorization_endpoint", d.Auth, false, nil}, {"token_endpoint", d.Token, false, besides[d.base.Host]}, {"jwks_uri", d.JWKS, false, besides[d.base.Host]},
		{"end_session_endpoint", d.EndSession, true, nil}} {
		if e.address == "" && e.may {
			continue
		}
		if u, err := url.Parse(e.address); err != nil || u.Scheme != d.base.Scheme || u.Host != d.base.Host && !slices.Contains(e.besides, u.Host) {
			return fmt.Sprintf("Its %s is %q, which is not at %s. Reeve speaks to the issuer's own host only, so that nobody is led elsewhere.", e.name, clip(e.address), d.base.Host), false
		}
	}
	text := "Its addresses are all at " + d.base.Host + "."
	if more := besides[d.base.Host]; len(more) > 0 {
		text = "Its addresses are all at " + d.base.Host + " and, as its maker documents, at " + strings.Join(more, " and ") + "."
	}
	if d.EndSession == "" {
		text += " It has no place to sign out at: signing out ends the session here alone."
	}
	return text, true
}

func (d *description) pkce(models.Issuer) (string, bool) {
	switch {
	case len(d.Challenges) == 0:
		return "It does not say so, as some providers that know it do not. Reeve uses it in any case.", true
	case !slices.Contains(d.Challenges, "S256"):
		return "It does not know PKCE with S256, without which a stolen answer could be used. Switch it on at the provider, or ask its maker.", false
	}
	return "It knows S256.", true
}

func (d *description) signs(models.Issuer) (string, bool) {
	if len(d.algorithms()) == 0 {
		return fmt.Sprintf("It signs only in ways that prove nothing to us (%s). Have it sign identity tokens with RS256 or ES256.", clip(strings.Join(d.Algorithms, ", "))), false
	}
	return "It signs with a key of its own.", true
}

// algorithms are the signatures that we take from this provider: those that it
// names, of those that need its private key. Neither none nor one with a shared
// secret is among them.
func (d *description) algorithms() []string {
	if len(d.Algorithms) == 0 { // the standard demands the list and RS256 in it
		return []string{"RS256"}
	}
	var list []string
	for _, a := range asymmetric {
		if slices.Contains(d.Algorithms, string(a)) {
			list = append(list, string(a))
		}
	}
	return list
}

// offClock answers how far the provider's clock is from ours, and whether it said.
func (d *description) offClock(now time.Time) (time.Duration, bool) {
	if d.date.IsZero() {
		return 0, false
	}
	return d.date.Sub(now), true
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
