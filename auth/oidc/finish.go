package oidc

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode"

	gooidc "github.com/coreos/go-oidc/v3/oidc"
	"github.com/google/uuid"
	"golang.org/x/oauth2"

	"reeve/auth/session"
	"reeve/models"
)

// SignedIn is who a provider vouched for, and by whom.
type SignedIn struct {
	User   models.User
	Agency models.Agency
	Origin session.Origin
	Return string
	Fresh  bool               // it was a step-up of the person who is signed in already
	Draft  uuid.UUID          // it was a test of these settings; User is nobody
	Test   *models.SignInTest // what the test found
}

// Finish reads the provider's answer to an attempt and answers who signed in. The
// attempt must be the one kept under the answer's state, taken out of the session
// before this call: it is good for one answer. Any refusal is a *Refusal; a test of
// settings is never one, its failure stands in the answer's Test.
func (s *Service) Finish(ctx context.Context, c Client, a Attempt, answer url.Values) (SignedIn, error) {
	out, err := s.finish(ctx, c, a, answer)
	return out, withReturn(err, a.Return)
}

func (s *Service) finish(ctx context.Context, c Client, a Attempt, answer url.Values) (SignedIn, error) {
	if a.State == "" || !same(answer.Get("state"), a.State) || !s.Open(a) {
		return SignedIn{}, s.refuseNobody(ctx, c, Stale)
	}
	if a.Draft != uuid.Nil {
		return s.finishDraft(ctx, a, answer)
	}
	i, err := s.byID(ctx, a.IssuerID)
	if models.KindOf(err) == models.NotFound { // disabled meanwhile
		return SignedIn{}, s.refuseNobody(ctx, c, Stale)
	}
	if err != nil {
		return SignedIn{}, err
	}
	p, err := s.provider(ctx, i)
	if err != nil {
		return SignedIn{}, s.refuse(ctx, c, i, Unreachable, nil, err)
	}
	who, raw, err := s.prove(ctx, i, p, a, answer, nil)
	if err != nil {
		return SignedIn{}, s.refuse(ctx, c, i, reasonOf(err), nil, err)
	}
	u, err := s.admit(ctx, c, i, a, who)
	if err != nil {
		return SignedIn{}, err
	}
	s.names.came(who.Email, c.IP, s.Clock())
	o := session.Origin{IssuerID: i.ID, URL: i.Origin(), IDToken: raw, Subject: who.Subject, SID: who.SID, AuthAt: who.AuthAt,
		Strong: strong(i.Issuer, who.ACR, who.AMR), ACR: who.ACR, AMR: who.AMR}
	return SignedIn{User: u, Agency: i.Agency, Return: a.Return, Origin: o, Fresh: a.Fresh}, nil
}

// prove reads an answer, spends its code and answers whom the token proves. What is
// wrong is a *trouble.
func (s *Service) prove(ctx context.Context, i issuer, p *provider, a Attempt, answer url.Values, t *trial) (claims, string, error) {
	if err := heard(i, p, answer); err != nil {
		t.bad(stepBack, err)
		return claims{}, "", err
	}
	t.good(stepBack, "It sent you back with an answer to this very question.")
	raw, access, err := s.exchange(ctx, p, a, answer.Get("code"))
	if err != nil {
		t.bad(stepCode, err)
		return claims{}, "", err
	}
	t.good(stepCode, "It took Reeve's proof of itself and PKCE, and gave an identity token.")
	who, err := s.check(ctx, i, p, raw, a.Nonce, access)
	if err != nil {
		t.bad(stepToken, err)
		return claims{}, "", err
	}
	t.good(stepToken, "The token is signed with a key that the provider publishes, made for Reeve and for this sign-in, and its times are right.")
	return who, raw, nil
}

// heard reads the answer through the browser. RFC 9207: one that names another
// issuer, or none where one was promised, may have been swapped on its way.
func heard(i issuer, p *provider, answer url.Values) error {
	iss, sent := answer.Get("iss"), answer.Has("iss")
	if (sent && iss != i.URL) || (!sent && p.sendsISS) {
		return &trouble{step: stepBack, reason: NotProven, passing: true, err: fmt.Errorf("the answer names issuer %q", clip(iss)),
			text: "The answer does not name the provider that was asked (iss). It may have been swapped on its way, or the provider breaks its promise to name itself."}
	}
	code := answer.Get("error")
	if code == "" {
		return nil
	}
	return &trouble{step: stepBack, reason: ProviderSaid, passing: !known[code].fault, text: said(code), err: fmt.Errorf("provider said %q", clip(code))}
}

// known are the error codes of the standards (RFC 6749 4.1.2.1 and 5.2, OpenID
// Connect Core 3.1.2.6) in plain words. fault marks those that speak against the
// settings; the others a person can cause.
var known = map[string]struct {
	text  string
	fault bool
}{
	"access_denied":                     {"It did not let you in, or you turned back. If you may sign in there at all, see that your account is assigned to Reeve at the provider.", false},
	"login_required":                    {"It could not ask you to sign in.", false},
	"interaction_required":              {"It needs something from you that it could not ask.", false},
	"consent_required":                  {"It wants consent for Reeve. Have its administrator grant it for everybody.", true},
	"unauthorized_client":               {"It does not let this client sign people in this way. Allow the authorization code flow for Reeve there.", true},
	"invalid_scope":                     {"It does not know one of the scopes that are asked for. Take it out of the settings.", true},
	"invalid_request":                   {"It did not understand the question. Check the client id and the redirect address registered there.", true},
	"unsupported_response_type":         {"It does not answer with a code. Allow the authorization code flow for Reeve there.", true},
	"server_error":                      {"It broke down while answering. Try again; if it lasts, ask whoever runs it.", true},
	"temporarily_unavailable":           {"It is overloaded. Try again in a while.", true},
	"invalid_client":                    {"It does not take Reeve's proof of itself. Check the client id and the secret; a secret may have expired. With a key, give the provider its public half.", true},
	"invalid_grant":                     {"It refused the code: it was used already, took too long, or belongs to another sign-in.", false},
	"unsupported_grant_type":            {"It gives no tokens for codes. Allow the authorization code flow for Reeve there.", true},
	"unmet_authentication_requirements": {"It could not give a sign-in as strong as was asked for (acr).", true},
}

func said(code string) string {
	if k, ok := known[code]; ok {
		return k.text
	}
	return "It ended the sign-in with an error that no standard names. The log of the provider says more."
}

// exchange spends the code and answers the identity and the access token.
func (s *Service) exchange(ctx context.Context, p *provider, a Attempt, code string) (raw, access string, err error) {
	bad := func(reason Reason, passing bool, text string, err error) (string, string, error) {
		return "", "", &trouble{step: stepCode, text: text, reason: reason, err: err, passing: passing}
	}
	if code == "" || len(code) > 4096 {
		return bad(NotProven, true, "The answer has no code.", nil)
	}
	options := []oauth2.AuthCodeOption{oauth2.VerifierOption(a.Verifier)}
	if p.signer != nil {
		proof, err := p.signer.assertion(p.settings.ClientID, p.oauth.Endpoint.TokenURL, s.Clock())
		if err != nil {
			return "", "", err
		}
		options = append(options, oauth2.SetAuthURLParam("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"), oauth2.SetAuthURLParam("client_assertion", proof))
	}
	token, err := p.oauth.Exchange(gooidc.ClientContext(ctx, p.client), code, options...)
	var re *oauth2.RetrieveError
	switch {
	case errors.As(err, &re):
		status := 0
		if re.Response != nil {
			status = re.Response.StatusCode
		}
		// The provider's own words stay out of the log beyond the error code that the
		// standard names: a body may hold anything.
		err = fmt.Errorf("the provider refused the code: status %d, error %q", status, clip(re.ErrorCode))
		if status >= 500 {
			return bad(Unreachable, false, fmt.Sprintf("It broke down (%d) when it was asked for the identity token. Try again; if it lasts, ask whoever runs it.", status), err)
		}
		return bad(NotProven, !known[re.ErrorCode].fault, said(re.ErrorCode), err)
	case err != nil && isNetwork(err):
		return bad(Unreachable, false, s.whyUnreachable(err, p.base()), err)
	case err != nil:
		return bad(NotProven, false, "What it answered to the code is not as the standard says.", err)
	}
	if raw, _ = token.Extra("id_token").(string); raw == "" {
		return bad(NotProven, false, "It sent no identity token. Ask for the scope openid, and see that the client may have it.", nil)
	}
	return raw, token.AccessToken, nil
}

// clip keeps what somebody else wrote short and clean enough for a log or a page.
func clip(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
	if r := []rune(s); len(r) > 80 {
		return string(r[:80])
	}
	return s
}
