package scim

import (
	"crypto/sha256"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// A directory at work sends some tens of requests a second; Microsoft asks for 25.
// These counts are per process.
const (
	requestsPerSecond = 50
	requestsAtOnce    = 200
	guessesPerMinute  = 20
	mostRemembered    = 10_000
)

// limiter counts by a key: a token's id or an address.
type limiter struct {
	every rate.Limit
	burst int

	mu   sync.Mutex
	seen map[string]*rate.Limiter
}

func newLimiter(every rate.Limit, burst int) *limiter {
	return &limiter{every: every, burst: burst, seen: map[string]*rate.Limiter{}}
}

// take counts one and answers 0, or how long to wait when there is none left.
func (l *limiter) take(key string, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.bucket(key, now)
	if b.AllowN(now, 1) {
		return 0
	}
	return l.wait()
}

// left answers 0 while there is one left, and counts nothing.
func (l *limiter) left(key string, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if b, ok := l.seen[network(key)]; ok && b.TokensAt(now) < 1 {
		return l.wait()
	}
	return 0
}

func (l *limiter) wait() time.Duration { return time.Duration(float64(time.Second) / float64(l.every)) }

func (l *limiter) bucket(key string, now time.Time) *rate.Limiter {
	key = network(key)
	if b, ok := l.seen[key]; ok {
		return b
	}
	if len(l.seen) >= mostRemembered {
		for k, b := range l.seen { // a full bucket remembers nothing
			if b.TokensAt(now) >= float64(l.burst) {
				delete(l.seen, k)
			}
		}
		if len(l.seen) >= mostRemembered {
			clear(l.seen)
		}
	}
	b := rate.NewLimiter(l.every, l.burst)
	l.seen[key] = b
	return b
}

// network is an address as one customer has it: a /64 of IPv6. Other keys stay.
func network(key string) string {
	a, err := netip.ParseAddr(key)
	if err != nil || a.Is4() {
		return key
	}
	p, _ := a.Prefix(64)
	return p.String()
}

// goodTokens remembers digests of tokens that let a directory in. It decides nothing
// but whether guesses from the same address are in the way.
type goodTokens struct {
	mu   sync.Mutex
	seen map[[sha256.Size]byte]bool
}

func (g *goodTokens) has(token string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.seen[sha256.Sum256([]byte(token))]
}

func (g *goodTokens) put(token string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.seen == nil || len(g.seen) >= mostRemembered {
		g.seen = map[[sha256.Size]byte]bool{}
	}
	g.seen[sha256.Sum256([]byte(token))] = true
}

func (g *goodTokens) drop(token string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.seen, sha256.Sum256([]byte(token)))
}
