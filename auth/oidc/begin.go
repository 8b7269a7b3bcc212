package oidc

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	gooidc "github.com/coreos/go-oidc/v3/oidc"
	"github.com/google/uuid"
	"golang.org/x/oauth2"

	"reeve/models"
)

// attemptLasts is how long a person may take at the provider.
const attemptLasts = 20 * time.Minute

// Attempt is one sign-in on its way. It stays in the person's session on our side.
type Attempt struct {
	State    string    `json:"state"`
	Nonce    string    `json:"nonce"`
	Verifier string    `json:"verifier"`
	IssuerID uuid.UUID `json:"issuer"`
	Return   string    `json:"return,omitempty"`
	Fresh    bool      `json:"fresh,omitempty"`   // a step-up: the proof must be new
	Person   uuid.UUID `json:"person,omitzero"`   // who must come back from a step-up
	Draft    uuid.UUID `json:"draft,omitzero"`    // a test of settings in the making: nobody is signed in
	Version  int       `json:"version,omitempty"` // of the draft when the test began
	At       time.Time `json:"at"`
}

// Ask says what a sign-in is begun for.
type Ask struct {
	Email  string // finds the provider by its domain, and is shown there as a hint
	Return string // where to go afterwards
	// Fresh asks for a new and strong proof from Person, who is signed in through
	// Issuer (step-up, in the spirit of RFC 9470). Email is then a hint only.
	Fresh  bool
	Person uuid.UUID
	Issuer uuid.UUID
	// Draft tests the settings of an issuer draft; nobody is signed in by it. The
	// provider is asked as for a step-up, so that a test that succeeds says that
	// step-ups will, too.
	Draft uuid.UUID
}

// Begin answers an attempt and the provider's address to which the browser goes.
// The provider is that of the address's domain; whether such a person exists is
// neither asked nor told. The error is a *Refusal when the domain belongs to
// nobody, the provider does not answer, the agency is closed, or too many sign-ins
// were begun under the address; with a draft its Test says what was found.
func (s *Service) Begin(ctx context.Context, c Client, ask Ask) (Attempt, string, error) {
	a, to, err := s.begin(ctx, c, ask)
	return a, to, withReturn(err, ask.Return)
}

func (s *Service) begin(ctx context.Context, c Client, ask Ask) (Attempt, string, error) {
	if ask.Draft != uuid.Nil {
		return s.beginDraft(ctx, ask)
	}
	var i issuer
	var err error
	if ask.Fresh {
		i, err = s.byID(ctx, ask.Issuer)
	} else {
		if wait := s.names.wait(ask.Email, c.IP, s.Clock()); wait > 0 {
			return Attempt{}, "", s.tooMany(ctx, c, ask.Email, wait)
		}
		i, err = s.byDomain(ctx, Domain(ask.Email))
	}
	switch {
	case models.KindOf(err) == models.NotFound && ask.Fresh: // switched off meanwhile
		return Attempt{}, "", s.refuseNobody(ctx, c, Stale)
	case models.KindOf(err) == models.NotFound:
		return Attempt{}, "", s.refuseNobody(ctx, c, UnknownDomain)
	case err != nil:
		return Attempt{}, "", err
	case i.Agency.ClosedAt != nil:
		return Attempt{}, "", s.refuse(ctx, c, i, Closed, nil, nil)
	}
	p, err := s.provider(ctx, i)
	if err != nil {
		return Attempt{}, "", s.refuse(ctx, c, i, Unreachable, nil, err)
	}
	again := ask.Fresh || s.names.mustProve(ask.Email, s.Clock())
	a, to := s.attempt(i, p, ask, again)
	return a, to, nil
}

// attempt makes an attempt and the address at the provider. again demands that the
// person proves who they are now, whatever the provider remembers of them.
func (s *Service) attempt(i issuer, p *provider, ask Ask, again bool) (Attempt, string) {
	a := Attempt{State: secret(), Nonce: secret(), Verifier: oauth2.GenerateVerifier(), IssuerID: i.ID, Return: ask.Return,
		Fresh: ask.Fresh, Person: ask.Person, Draft: ask.Draft, At: s.Store.Now()}
	age := maxAge(i.Agency)
	if again {
		age = 0
	}
	options := []oauth2.AuthCodeOption{gooidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier),
		oauth2.SetAuthURLParam("max_age", strconv.Itoa(int(age/time.Second)))}
	if again {
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"))
	}
	if ask.Email != "" {
		options = append(options, oauth2.SetAuthURLParam("login_hint", ask.Email))
	}
	if len(i.RequiredACR) > 0 { // a wish only; it is enforced on return
		options = append(options, oauth2.SetAuthURLParam("acr_values", strings.Join(i.RequiredACR, " ")))
	}
	config := p.oauth
	config.Scopes = scopes(i.Issuer)
	return a, config.AuthCodeURL(a.State, options...)
}

// scopes are what we ask for: openid first, whatever the settings say.
func scopes(i models.Issuer) []string {
	list := []string{gooidc.ScopeOpenID}
	for _, s := range i.Scopes {
		if s != "" && !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	if len(i.Scopes) == 0 {
		list = append(list, "email", "profile")
	}
	return list
}

// Open reports whether the attempt may still be answered.
func (s *Service) Open(a Attempt) bool { return s.Store.Now().Sub(a.At) < attemptLasts }

// secret answers 256 random bits as text.
func secret() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program instead
	return base64.RawURLEncoding.EncodeToString(b)
}

// withReturn lets a refusal remember where the person wanted to go.
func withReturn(err error, to string) error {
	var r *Refusal
	if errors.As(err, &r) {
		r.Return = to
	}
	return err
}
