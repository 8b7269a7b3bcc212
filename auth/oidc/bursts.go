package oidc

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"reeve/models"
	"reeve/models/audit"
)

// burst is a run of refusals of one kind.
type burst struct {
	told, last time.Time
	more       int // since it was told of
}

// bursts decides which refusals are worth a line of their own, where anybody could
// cause as many as they like.
type bursts struct {
	mu    sync.Mutex
	seen  map[string]*burst
	lines map[string]*rate.Limiter // by issuer and reason
	swept time.Time
}

// list reports whether a refusal of somebody unknown at an issuer has a line of its
// own: the first sixty, then one in ten seconds.
func (b *bursts) list(key string, now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	l := b.lines[key]
	if l == nil {
		l = rate.NewLimiter(rate.Every(10*time.Second), 60)
		b.lines[key] = l
	}
	return l.AllowN(now, 1)
}

// tell reports whether a refusal begins a burst, or an hour of one, and how many
// were not told of before it.
func (b *bursts) tell(key string, now time.Time) (earlier int, yes bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r := b.seen[key]
	if r == nil {
		if now.Sub(b.swept) > time.Minute {
			for k, v := range b.seen {
				if now.Sub(v.last) > tellAgain {
					delete(b.seen, k)
				}
			}
			b.swept = now
		}
		if len(b.seen) >= rememberMost {
			return 0, false
		}
		b.seen[key] = &burst{told: now, last: now}
		return 0, true
	}
	running := now.Sub(r.last) < quiet && now.Sub(r.told) < tellAgain
	r.last = now
	if running {
		r.more++
		return 0, false
	}
	earlier, r.more, r.told = r.more, 0, now
	return earlier, true
}

// tooMany refuses to begin another sign-in under an address. One line of the audit
// trail stands for the whole burst, and concerns the agency whose address it is.
func (s *Service) tooMany(ctx context.Context, c Client, email string, wait time.Duration) error {
	r := &Refusal{Reason: TooMany, RetryAfter: wait}
	earlier, tell := s.bursts.tell("many "+accountName(email), s.Clock())
	if !tell {
		return r
	}
	i, err := s.byDomain(ctx, Domain(email))
	if err != nil && models.KindOf(err) != models.NotFound {
		return err
	}
	s.Log.WarnContext(ctx, "too many sign-ins begun under one address", "issuer", i.URL, "request", c.RequestID)
	e := audit.Event{Action: "session.refused", Subject: "sign-ins under " + clip(accountName(email)), Words: words[TooMany], Detail: detail(TooMany, earlier)}
	if i.Agency.ID == i.AgencyID {
		e.Concerns = append(e.Concerns, i.AgencyID)
	}
	if err := audit.Refused(ctx, s.Store, c.actor(), e); err != nil {
		return err
	}
	return r
}
