package apikey

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"runtime"
	"sync"
	"time"
)

// The refusals of Check.
var (
	ErrRefused = errors.New("apikey: user name or password is wrong")
	ErrTooMany = errors.New("apikey: too many failed attempts, try again later")
	ErrBusy    = errors.New("apikey: too many passwords are being checked, try again in a moment")
)

// Options of a Verifier. The zero value of each field means the default in brackets.
type Options struct {
	Remember int              // proven credentials kept at most [10,000]
	For      time.Duration    // how long after it was proven a credential stands [5 minutes]
	Parallel int              // hashes computed at one time, 19 MiB each [number of processors]
	Waiting  int              // attempts that may wait for their turn [64]
	Failures int              // failures in a row that one address may make with one user name [10]
	Regain   time.Duration    // after which one more failure is allowed [6 seconds]
	Now      func() time.Time // the clock [time.Now]
}

// Attempt is one request's credentials and what they are checked against.
type Attempt struct {
	Username string
	Password string
	From     string   // the client's address, for slowing guesses down
	Hashes   []string // those valid now, newest first; none if there is no such user or it is disabled
}

// Verifier checks attempts. It is safe for concurrent use.
type Verifier struct {
	o      Options
	secret [32]byte
	slots  chan struct{}

	mu      sync.Mutex
	proven  *lru[[32]byte, proof]
	buckets *lru[string, *bucket]
	flying  map[[32]byte]*flight
	waiting int
}

type proof struct {
	index int
	until time.Time
}

// flight is a computation under way that equal attempts share.
type flight struct {
	done  chan struct{}
	index int
	err   error
}

// An address may fail with several user names, but not with very many.
const perAddress = 5

// NewVerifier makes a Verifier that remembers nothing yet.
func NewVerifier(o Options) *Verifier {
	orDefault := func(v *int, d int) {
		if *v <= 0 {
			*v = d
		}
	}
	orDefault(&o.Remember, 10_000)
	orDefault(&o.Parallel, runtime.GOMAXPROCS(0))
	orDefault(&o.Waiting, 64)
	orDefault(&o.Failures, 10)
	if o.For <= 0 {
		o.For = 5 * time.Minute
	}
	if o.Regain <= 0 {
		o.Regain = 6 * time.Second
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	v := &Verifier{o: o, slots: make(chan struct{}, o.Parallel), flying: map[[32]byte]*flight{},
		proven: newLRU[[32]byte, proof](o.Remember), buckets: newLRU[string, *bucket](o.Remember)}
	rand.Read(v.secret[:])
	return v
}

// Check answers which of the attempt's hashes the password fits. The error is
// ErrRefused, ErrTooMany, ErrBusy or the context's.
func (v *Verifier) Check(ctx context.Context, a Attempt) (index int, err error) {
	id := v.identify(a)
	if index, ok := v.remembered(id); ok {
		return index, nil
	}
	return v.shared(ctx, id, a)
}

// identify stands for user name, password and valid hashes without showing them.
func (v *Verifier) identify(a Attempt) (id [32]byte) {
	mac := hmac.New(sha256.New, v.secret[:])
	for _, s := range append([]string{a.Username, a.Password}, a.Hashes...) {
		mac.Write(binary.BigEndian.AppendUint64(nil, uint64(len(s))))
		mac.Write([]byte(s))
	}
	mac.Sum(id[:0])
	return id
}

func (v *Verifier) remembered(id [32]byte) (int, bool) {
	v.mu.Lock()
	defer v.mu.Unlock()
	p, ok := v.proven.get(id)
	if !ok {
		return 0, false
	}
	if !v.o.Now().Before(p.until) {
		v.proven.remove(id)
		return 0, false
	}
	return p.index, true
}

// shared computes once for all equal attempts of one moment, and counts them as
// one: a provider whose machines all begin at once is guessing nothing. If the one
// that computes is cancelled, another takes over.
func (v *Verifier) shared(ctx context.Context, id [32]byte, a Attempt) (int, error) {
	for {
		v.mu.Lock()
		f, under := v.flying[id]
		if !under {
			// Proven between the look into the memory and here, by a flight just ended?
			if p, ok := v.proven.get(id); ok && v.o.Now().Before(p.until) {
				v.mu.Unlock()
				return p.index, nil
			}
			if !v.spend(a) {
				v.mu.Unlock()
				return 0, ErrTooMany
			}
			f = &flight{done: make(chan struct{})}
			v.flying[id] = f
		}
		v.mu.Unlock()
		if !under {
			v.fly(ctx, f, id, a)
			if !errors.Is(f.err, ErrRefused) { // only a wrong password counts as a failure
				v.giveBack(a)
			}
			return f.index, f.err
		}
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-f.done:
		}
		if !errors.Is(f.err, context.Canceled) && !errors.Is(f.err, context.DeadlineExceeded) {
			return f.index, f.err
		}
	}
}

func (v *Verifier) fly(ctx context.Context, f *flight, id [32]byte, a Attempt) {
	f.err = ErrRefused
	defer func() {
		v.mu.Lock()
		defer v.mu.Unlock()
		delete(v.flying, id)
		if f.err == nil {
			v.proven.put(id, proof{f.index, v.o.Now().Add(v.o.For)})
		}
		close(f.done)
	}()
	if f.err = v.enter(ctx); f.err != nil {
		return
	}
	defer func() { <-v.slots }()
	f.index, f.err = compute(a)
}

// compute tries each hash. A failure always costs at least two computations, since a
// user in the middle of a rotation has two hashes and must not stand out.
func compute(a Attempt) (int, error) {
	for i, h := range a.Hashes {
		if Verify(h, a.Password) {
			return i, nil
		}
	}
	for range 2 - len(a.Hashes) {
		waste()
	}
	return 0, ErrRefused
}

// enter waits for a slot, if not too many wait already.
func (v *Verifier) enter(ctx context.Context) error {
	select {
	case v.slots <- struct{}{}:
		return nil
	default:
	}
	v.mu.Lock()
	if v.waiting >= v.o.Waiting {
		v.mu.Unlock()
		return ErrBusy
	}
	v.waiting++
	v.mu.Unlock()
	defer func() {
		v.mu.Lock()
		v.waiting--
		v.mu.Unlock()
	}()
	select {
	case v.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
