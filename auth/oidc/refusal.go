package oidc

import (
	"context"
	"time"

	"github.com/google/uuid"

	"reeve/models"
	"reeve/models/audit"
)

// Reason is why a sign-in was refused, in words that may be shown in general.
type Reason string

// The reasons.
const (
	UnknownDomain Reason = "unknown-domain" // no agency signs in with such addresses
	Unreachable   Reason = "unreachable"    // the provider does not answer, or not as it should
	Stale         Reason = "stale"          // the answer belongs to no attempt that is still open
	ProviderSaid  Reason = "provider-said"  // the provider refused, or the person turned back
	NotProven     Reason = "not-proven"     // the provider's answer does not prove who this is
	NoAccount     Reason = "no-account"     // proven, but nobody invited this person
	Unverified    Reason = "unverified"     // the provider has not verified the address
	Suspended     Reason = "suspended"      // proven, and the account is suspended or removed
	Waiting       Reason = "waiting"        // proven, and a commander has not said yes so far
	Closed        Reason = "closed"         // the agency is no more
	TooWeak       Reason = "too-weak"       // proven, but without the second factor that the issuer must show
	NotFresh      Reason = "not-fresh"      // proven, but longer ago than was asked
	OtherPerson   Reason = "other-person"   // a step-up, and somebody else proved who they are
	NoRole        Reason = "no-role"        // the provider gives the roles here, and gave none
	TooMany       Reason = "too-many"       // too many sign-ins begun under one address
)

// words are what the audit log says of each reason.
var words = map[Reason]string{
	Unreachable: "Could not ask the identity provider.", ProviderSaid: "The identity provider refused the sign-in.",
	NotProven: "The identity provider's answer did not prove who signed in.", NoAccount: "Refused the sign-in: no account was prepared.",
	Unverified: "Refused the sign-in: the identity provider has not verified the e-mail address.", Suspended: "Refused the sign-in: the account is suspended or removed.",
	Waiting: "Refused the sign-in: the account waits for a commander's approval.", Closed: "Refused the sign-in: the agency is closed.",
	TooWeak:  "Refused the sign-in: the identity provider did not show that a second factor was given.",
	NotFresh: "Refused the sign-in: the proof of who this is was older than asked for.", OtherPerson: "Refused the renewed proof: it came from another person than the one who is signed in.",
	NoRole:  "Refused the sign-in: the identity provider gave the person no role that this agency's people can have.",
	TooMany: "Too many sign-ins were begun under one address; they are refused until it is quiet.",
	Stale:   "Refused an answer that belongs to no open sign-in.", UnknownDomain: "Refused the sign-in: no agency signs in with such addresses.",
}

// Refusal is a sign-in that did not succeed. Agency is the one whose people were
// asked for, and Provider the host at which they sign in; both may be empty. Err
// is for the log only.
type Refusal struct {
	Reason   Reason
	Agency   models.Agency
	Provider string
	Return   string
	Err      error
	// RetryAfter is how long to wait, with TooMany; Test is what a test of settings
	// found until it could not be begun. Both may be zero.
	RetryAfter time.Duration
	Test       *models.SignInTest
}

// Error says the reason and the cause, for logs.
func (r *Refusal) Error() string {
	if r.Err != nil {
		return "sign-in refused (" + string(r.Reason) + "): " + r.Err.Error()
	}
	return "sign-in refused (" + string(r.Reason) + ")"
}

// Unwrap answers the cause.
func (r *Refusal) Unwrap() error { return r.Err }

// refuse answers the refusal and writes its audit line, which concerns the agency
// whose provider answered. who may be unknown; of the unknown, beyond sixty lines of
// one kind, only every so often one is written (see bursts). What speaks against the
// provider is kept for its admin.
func (s *Service) refuse(ctx context.Context, c Client, i issuer, reason Reason, who *models.User, cause error) error {
	r := &Refusal{Reason: reason, Agency: i.Agency, Provider: i.Host(), Err: cause}
	s.Log.WarnContext(ctx, "sign-in refused", "reason", string(reason), "issuer", i.URL, "request", c.RequestID, "err", cause)
	if cause != nil {
		s.failed(ctx, i, cause)
	}
	e := audit.Event{Action: "session.refused", Subject: "sign-in at " + i.Host(), Words: words[reason], Detail: detail(reason, 0), Concerns: []uuid.UUID{i.AgencyID}}
	actor := c.actor()
	if who != nil {
		actor.UserID, actor.AgencyID, actor.Name = who.ID, who.AgencyID, who.Name
	} else if !s.listed(i.ID.String(), reason, &e) {
		return r
	}
	if err := audit.Refused(ctx, s.Store, actor, e); err != nil {
		return err // a refusal that cannot be recorded is an error of ours
	}
	return r
}

// refuseNobody answers a refusal that concerns no provider. One line of the audit
// trail stands for all that come from one network until it is quiet, and beyond sixty
// networks one for all.
func (s *Service) refuseNobody(ctx context.Context, c Client, reason Reason) error {
	r := &Refusal{Reason: reason}
	s.Log.WarnContext(ctx, "sign-in refused", "reason", string(reason), "request", c.RequestID)
	earlier, tell := s.bursts.tell(string(reason)+" "+network(c.IP), s.Clock())
	e := audit.Event{Action: "session.refused", Subject: "sign-in", Words: words[reason], Detail: detail(reason, earlier)}
	if !tell || !s.listed("", reason, &e) {
		return r
	}
	if err := audit.Refused(ctx, s.Store, c.actor(), e); err != nil {
		return err
	}
	return r
}

// listed reports whether a refusal of nobody known is to be written down: by itself,
// or as the line that stands for many.
func (s *Service) listed(where string, reason Reason, e *audit.Event) bool {
	key := where + " " + string(reason)
	if s.bursts.list(key, s.Clock()) {
		return true
	}
	earlier, tell := s.bursts.tell(key, s.Clock())
	e.Words, e.Detail = "Many sign-ins were refused. "+e.Words+" Further ones are counted and not listed until it is quiet.", detail(reason, earlier)
	return tell
}

// detail says which reason it was, and how many refusals since the last line have
// none of their own.
func detail(reason Reason, earlier int) map[string]any {
	d := map[string]any{"reason": string(reason)}
	if earlier > 0 {
		d["not_listed_before"] = earlier
	}
	return d
}
