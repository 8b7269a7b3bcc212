package oidc

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
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
	Fresh    bool      `json:"fresh,omitempty"` // a step-up: the proof must be new
	Person   uuid.UUID `json:"person,omitzero"` // who must come back from a step-up
	Draft    uuid.UUID `json:"draft,omitzero"`  // a test of settings in the making: nobody is signed in
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
	// Draft tests the settings of an issuer draft; nobody is signed in by it.
	Draft uuid.UUID
}

// Begin answers an attempt and the provider's address to which the browser goes.
// The provider is that of the address's domain; whether such a person exists is
// neither asked nor told. The error is a *Refusal when the domain belongs to
// nobody or the provider does not answer.
func (s *Service) Begin(ctx context.Context, c Client, ask Ask) (Attempt, string, error) {
	email, returnTo := ask.Email, ask.Return
	i, err := s.byDomain(ctx, Domain(email))
	if models.KindOf(err) == models.NotFound {
		return Attempt{}, "", &Refusal{Reason: UnknownDomain, Return: returnTo}
	}
	if err != nil {
		return Attempt{}, "", err
	}
	p, err := s.provider(i)
	if err != nil {
		err = s.refuse(ctx, c, i, Unreachable, nil, err)
		return Attempt{}, "", withReturn(err, returnTo)
	}
	a := Attempt{State: secret(), Nonce: secret(), Verifier: oauth2.GenerateVerifier(), IssuerID: i.ID, Return: returnTo, At: s.Store.Now()}
	to := p.oauth.AuthCodeURL(a.State, gooidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier), oauth2.SetAuthURLParam("login_hint", email))
	return a, to, nil
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
