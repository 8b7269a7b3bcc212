package oidc

import (
	"net/netip"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limits are kept in memory, per process: they spare the provider, the log and the
// audit trail. They guard no secret, since passwords are tried at the provider,
// which counts for itself.
const (
	knownFor     = 30 * 24 * time.Hour // how long a network from which an account signed in is remembered
	proveFor     = attemptLasts        // how long a person whose proof was old is asked for a new one
	quiet        = 10 * time.Minute    // after so long without another, a burst is over
	tellAgain    = time.Hour           // a burst that does not end is told of so often
	rememberMost = 50_000              // names and bursts; beyond it the newest are not remembered
)

// account is what is remembered of an e-mail address under which sign-ins begin.
type account struct {
	*rate.Limiter
	last  time.Time
	known map[string]time.Time // networks from which it signed in
	prove time.Time            // until when its next sign-in asks for a new proof
}

// names limits how often sign-ins are begun under one e-mail address, from wherever
// they come. A network from which the account signed in lately is not counted, so
// that who is under attack can still come in from their desk; there the limit by
// address holds (web/limits.go).
type names struct {
	mu        sync.Mutex
	perMinute int
	seen      map[string]*account
	swept     time.Time
}

// wait answers 0 if a sign-in may begin, else how long to wait.
func (n *names) wait(email, ip string, now time.Time) time.Duration {
	n.mu.Lock()
	defer n.mu.Unlock()
	a := n.of(email, now)
	if a == nil || now.Sub(a.known[network(ip)]) < knownFor || a.AllowN(now, 1) {
		return 0
	}
	return time.Minute / time.Duration(n.perMinute)
}

// came notes that the account signed in.
func (n *names) came(email, ip string, now time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if a := n.of(email, now); a != nil {
		a.prove = time.Time{}
		if len(a.known) < 8 || !a.known[network(ip)].IsZero() {
			a.known[network(ip)] = now
		}
	}
}

// stale notes that the account's proof was too old: its next sign-in asks for a new
// one, since the provider would else answer with the old one for ever.
func (n *names) stale(email string, now time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if a := n.of(email, now); a != nil {
		a.prove = now.Add(proveFor)
	}
}

func (n *names) mustProve(email string, now time.Time) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	a := n.of(email, now)
	return a != nil && now.Before(a.prove)
}

// of answers what is remembered of an address; nil if nothing can be. The caller
// holds the lock.
func (n *names) of(email string, now time.Time) *account {
	if now.Sub(n.swept) > time.Minute {
		n.sweep(now)
	}
	key := accountName(email)
	a := n.seen[key]
	if a == nil {
		if len(n.seen) >= rememberMost {
			return nil
		}
		a = &account{Limiter: rate.NewLimiter(rate.Every(time.Minute/time.Duration(n.perMinute)), n.perMinute), known: map[string]time.Time{}}
		n.seen[key] = a
	}
	a.last = now
	return a
}

// sweep forgets what says nothing any more: the limit is full again by then.
func (n *names) sweep(now time.Time) {
	for k, a := range n.seen {
		for net, at := range a.known {
			if now.Sub(at) > knownFor {
				delete(a.known, net)
			}
		}
		if len(a.known) == 0 && now.Sub(a.last) > 2*time.Minute && now.After(a.prove) {
			delete(n.seen, k)
		}
	}
	n.swept = now
}

// accountName is an address as sign-ins are counted under it.
func accountName(email string) string { return lower(strings.TrimSpace(email)) }

// network is what stands for one customer: an IPv4 address, or the /64 of an IPv6
// address.
func network(ip string) string {
	a, err := netip.ParseAddr(ip)
	if err != nil {
		return ip
	}
	if a = a.Unmap(); a.Is4() {
		return a.String()
	}
	p, _ := a.WithZone("").Prefix(64)
	return p.String()
}
