package oidc

import (
	"context"
	"slices"
	"strings"
	"time"

	"reeve/models"
)

const stepMore = "What else it offers"

// Probe looks at a provider without signing anybody in, and says step by step in
// plain words what was found and what to do. It takes no longer than the service's
// patience and contacts nothing but the issuer's own host.
func (s *Service) Probe(ctx context.Context, i models.Issuer) models.SignInTest {
	ctx, cancel := context.WithTimeout(ctx, s.Patience)
	defer cancel()
	t := &trial{}
	if _, d := s.look(ctx, i, t); d != nil {
		t.good(stepMore, s.offers(i, d))
	}
	return t.result(s.Store.Now())
}

// look surveys a provider, reads its keys and compares clocks. Both answers are nil
// if it cannot be used.
func (s *Service) look(ctx context.Context, i models.Issuer, t *trial) (*provider, *description) {
	p, d, err := s.survey(ctx, i, t)
	if err != nil {
		return nil, nil
	}
	if _, err := p.keys.known(ctx); err != nil {
		t.bad(stepKeys, s.noKeys(p, err))
		return nil, nil
	}
	t.good(stepKeys, "It publishes keys with which its signatures can be checked.")
	skew, said := d.offClock(s.Clock())
	switch {
	case !said:
		t.good(stepClock, "It does not say what time it has. If a token looks too old or not yet valid, this is why.")
	case skew > leeway:
		t.bad(stepClock, &trouble{step: stepClock, text: "Its clock is " + roughly(skew) + " ahead of ours, and its tokens will look as if they came from the future. Have it set by the network."})
	case skew < -leeway:
		t.bad(stepClock, &trouble{step: stepClock, text: "Its clock is " + roughly(-skew) + " behind ours, and its tokens will look too old. Have it set by the network."})
	default:
		t.good(stepClock, "The two are at most "+roughly(max(skew.Abs(), time.Second))+" apart.")
	}
	return p, d
}

// offers says what a description promises beyond what is needed. A promise is no
// proof, and its absence none either: only a sign-in shows what comes.
func (s *Service) offers(i models.Issuer, d *description) string {
	var parts []string
	if d.BackChan {
		parts = append(parts, "It tells clients when somebody signs out. Register "+s.redirect[:len(s.redirect)-len("/callback")]+"/backchannel there, so that sessions here end as well.")
	} else {
		parts = append(parts, "It does not tell clients when somebody signs out, so sessions here go on until they end by themselves.")
	}
	if len(i.RequiredACR) > 0 && len(d.Classes) > 0 && !slices.ContainsFunc(i.RequiredACR, func(r string) bool { return slices.Contains(d.Classes, r) }) {
		parts = append(parts, "It names strengths of sign-in (acr), and none of those that the settings demand is among them: "+clip(strings.Join(d.Classes, ", "))+".")
	}
	for _, scope := range scopes(i) {
		if len(d.Scopes) > 0 && !slices.Contains(d.Scopes, scope) {
			parts = append(parts, "It does not name the scope "+clip(scope)+", which the settings ask for.")
		}
	}
	return strings.Join(parts, " ")
}
