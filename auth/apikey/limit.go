package apikey

import (
	"container/list"
	"iter"
	"strings"
	"time"
)

// bucket holds the failures that are still allowed; they come back with time.
type bucket struct {
	left float64
	at   time.Time
}

func (v *Verifier) bucket(name string, capacity int, now time.Time) *bucket {
	b, ok := v.buckets.get(name)
	if !ok {
		b = &bucket{left: float64(capacity), at: now}
		v.buckets.put(name, b)
	}
	if passed := now.Sub(b.at); passed > 0 {
		b.left = min(float64(capacity), b.left+float64(passed)/float64(v.o.Regain))
		b.at = now
	}
	return b
}

// allowances are the two buckets of an attempt: its user name at its address, and
// its address with any user name. The caller holds the lock.
func (v *Verifier) allowances(a Attempt) (name, address *bucket) {
	now := v.o.Now()
	name = v.bucket("u\x00"+a.Username+"\x00"+a.From, v.o.Failures, now)
	address = v.bucket("a\x00"+a.From, v.o.Failures*perAddress, now)
	return name, address
}

// spend takes one failure in advance, so that different attempts at one time cannot
// share it. The caller holds the lock.
func (v *Verifier) spend(a Attempt) bool {
	name, address := v.allowances(a)
	if name.left < 1 || address.left < 1 {
		return false
	}
	name.left--
	address.left--
	return true
}

func (v *Verifier) giveBack(a Attempt) {
	v.mu.Lock()
	defer v.mu.Unlock()
	name, address := v.allowances(a)
	name.left = min(float64(v.o.Failures), name.left+1)
	address.left = min(float64(v.o.Failures*perAddress), address.left+1)
}

// Forgive gives a user name back the failures that were made with it, from whatever
// address. What each address may do with all user names stays.
func (v *Verifier) Forgive(username string) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for name := range v.buckets.all() {
		if strings.HasPrefix(name, "u\x00"+username+"\x00") {
			v.buckets.remove(name)
		}
	}
}

// lru is a map of bounded size that forgets what was not used for longest.
type lru[K comparable, V any] struct {
	size  int
	order *list.List // of entry, newest use first
	byKey map[K]*list.Element
}

type entry[K comparable, V any] struct {
	key   K
	value V
}

func newLRU[K comparable, V any](size int) *lru[K, V] {
	return &lru[K, V]{size: size, order: list.New(), byKey: map[K]*list.Element{}}
}

func (l *lru[K, V]) get(k K) (v V, ok bool) {
	e, ok := l.byKey[k]
	if !ok {
		return v, false
	}
	l.order.MoveToFront(e)
	return e.Value.(entry[K, V]).value, true
}

func (l *lru[K, V]) put(k K, v V) {
	l.remove(k)
	l.byKey[k] = l.order.PushFront(entry[K, V]{k, v})
	if l.order.Len() > l.size {
		l.remove(l.order.Back().Value.(entry[K, V]).key)
	}
}

// all walks over everything that is held; what is met may be removed meanwhile.
func (l *lru[K, V]) all() iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		for k, e := range l.byKey {
			if !yield(k, e.Value.(entry[K, V]).value) {
				return
			}
		}
	}
}

func (l *lru[K, V]) remove(k K) {
	if e, ok := l.byKey[k]; ok {
		l.order.Remove(e)
		delete(l.byKey, k)
	}
}
