package apikey

import (
	"context"
	"log/slog"
	"net/netip"
	"sync"
	"time"

	"github.com/google/uuid"

	"reeve/models/store"
)

// FlushEvery is how often counts are written. A process that is killed loses what it
// counted since; one that ends in order loses nothing.
const FlushEvery = 3 * time.Second

// An address that is in use all day need not be written each time.
const addressEvery = 10 * time.Minute

// How long is kept what was counted. The row policies allow no earlier end.
const (
	keepUse       = 400 * 24 * time.Hour
	keepAddresses = 30 * 24 * time.Hour
	addressesHeld = 10_000 // in memory
)

// Answer is how one request of the provider API ended.
type Answer struct {
	Provider uuid.UUID
	Code     int    // response code; 0: accepted
	Cause    string // what the code leaves open; see Denied
	IP       string // the client's address
	Proven   bool   // the password was right
}

// Use counts answers by provider, day and code. It adds up in memory and writes
// every few seconds. It is safe for concurrent use.
type Use struct {
	store *store.Store
	log   *slog.Logger

	mu      sync.Mutex
	counts  map[useKey]*useCount
	proven  map[addressKey]*addressSeen // since the last flush
	written map[addressKey]time.Time    // when an address was last written
	swept   time.Time                   // when old rows were last deleted
}

type useKey struct {
	Provider uuid.UUID
	Day      string // UTC
	Code     int
	Cause    string
}

type useCount struct {
	N     int64
	Hours [24]int64
	At    time.Time
	IP    string
}

type addressKey struct {
	Provider uuid.UUID
	Address  string
}

type addressSeen struct{ first, last time.Time }

// NewUse makes a counter over a store of role Web. A nil log is slog.Default.
func NewUse(s *store.Store, log *slog.Logger) *Use {
	if log == nil {
		log = slog.Default()
	}
	return &Use{store: s, log: log, counts: map[useKey]*useCount{}, proven: map[addressKey]*addressSeen{}, written: map[addressKey]time.Time{}}
}

// Count notes an answer. It takes no time and never fails.
func (u *Use) Count(a Answer) {
	if a.Provider == uuid.Nil {
		return
	}
	at := u.store.Now()
	u.mu.Lock()
	defer u.mu.Unlock()
	key := useKey{a.Provider, at.Format(time.DateOnly), a.Code, a.Cause}
	c := u.counts[key]
	if c == nil {
		c = &useCount{}
		u.counts[key] = c
	}
	c.N++
	c.Hours[at.Hour()]++
	c.At, c.IP = at, a.IP
	if a.Proven {
		u.note(addressKey{a.Provider, a.IP}, at)
	}
}

// note keeps that a right password came from an address. The caller holds the lock.
func (u *Use) note(k addressKey, at time.Time) {
	if seen := u.proven[k]; seen != nil {
		seen.last = at
		return
	}
	if _, err := netip.ParseAddr(k.Address); err == nil && len(u.proven) < addressesHeld {
		u.proven[k] = &addressSeen{first: at, last: at}
	}
}

// Run writes what was counted every FlushEvery until ctx ends, and once more then.
// Call it so that it ends after the last request was answered.
func (u *Use) Run(ctx context.Context) {
	tick := time.NewTicker(FlushEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if err := u.Flush(ctx); err != nil && ctx.Err() == nil {
				u.log.WarnContext(ctx, "writing providers' counts failed; it is tried again", "err", err)
			}
		case <-ctx.Done():
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer cancel()
			if err := u.Flush(last); err != nil {
				u.log.ErrorContext(last, "providers' last counts are lost", "err", err)
			}
			return
		}
	}
}

// Flush writes what was counted since the last time. What cannot be written is kept
// and written with the next.
func (u *Use) Flush(ctx context.Context) error {
	now := u.store.Now()
	u.mu.Lock()
	counts, proven := u.counts, u.proven
	u.counts, u.proven = map[useKey]*useCount{}, map[addressKey]*addressSeen{}
	sweep := now.Sub(u.swept) >= time.Hour
	b := u.batch(counts, proven, now)
	u.mu.Unlock()
	if len(counts) == 0 {
		return nil
	}
	if err := u.write(ctx, b, sweep); err != nil {
		u.takeBack(counts, proven)
		return err
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if sweep {
		u.swept = now
	}
	if len(u.written) > addressesHeld { // forgetting costs a few more writes
		clear(u.written)
	}
	for _, a := range b.Addresses {
		u.written[addressKey{a.Provider, a.Address}] = now
	}
	return nil
}

// takeBack adds what could not be written to what was counted since.
func (u *Use) takeBack(counts map[useKey]*useCount, proven map[addressKey]*addressSeen) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for k, old := range counts {
		c := u.counts[k]
		if c == nil {
			u.counts[k] = old
			continue
		}
		c.N += old.N
		for h := range c.Hours {
			c.Hours[h] += old.Hours[h]
		}
	}
	for k, old := range proven {
		if seen := u.proven[k]; seen != nil {
			seen.first = old.first
		} else if len(u.proven) < addressesHeld {
			u.proven[k] = old
		}
	}
}
