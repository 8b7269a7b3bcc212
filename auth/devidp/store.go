package devidp

import (
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"
)

// store is what one issuer knows. It is the protocol library's storage.
type store struct {
	url    string
	secret string
	now    func() time.Time

	mu       sync.Mutex
	key      key // signs, and is the only one published
	client   client
	users    []User
	requests map[string]*request // by id
	codes    map[string]code
	tokens   map[string]token // by id
	sessions map[string]*session
	fault    *Fault

	backChannel string // where the client hears of sign-outs; empty: nowhere
}

type code struct {
	request string
	until   time.Time
}

// token is an access token; it is good for userinfo only.
type token struct {
	subject string
	session string
	scopes  []string
	until   time.Time
}

// session is somebody being signed in to the issuer in one browser.
type session struct {
	id      string
	subject string
	began   time.Time
}

const (
	tokenLife   = 10 * time.Minute
	sessionLife = 8 * time.Hour
)

var errNone = errors.New("no such thing here")

// signingKeyNow is the key as it is while a request is handled.
func (s *store) signingKeyNow() key {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.key
}

// faultNow is the misbehaviour as it is while a request is handled; none is the
// zero Fault.
func (s *store) faultNow() Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fault == nil {
		return Fault{}
	}
	return *s.fault
}

// clientNow is the client, with the difference of the clocks as it is now.
func (s *store) clientNow() client {
	c := s.client
	c.redirects, c.signedOut = slices.Clone(c.redirects), slices.Clone(c.signedOut)
	c.skew = time.Since(s.now())
	return c
}

func (s *store) user(subject string) (User, bool) {
	i := slices.IndexFunc(s.users, func(u User) bool { return u.Subject == subject })
	if i < 0 {
		return User{}, false
	}
	return s.users[i], true
}

func (s *store) setUser(u User) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u.Subject == "" || u.Password == "" {
		return errors.New("devidp: a user needs a subject and a password")
	}
	if slices.ContainsFunc(s.users, func(v User) bool { return v.Subject != u.Subject && strings.EqualFold(v.Email, u.Email) }) {
		return errors.New("devidp: somebody else has the e-mail " + u.Email)
	}
	if i := slices.IndexFunc(s.users, func(v User) bool { return v.Subject == u.Subject }); i >= 0 {
		s.users[i] = u
	} else {
		s.users = append(s.users, u)
	}
	return nil
}

func (s *store) removeUser(subject string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.users = slices.DeleteFunc(s.users, func(u User) bool { return u.Subject == subject })
	for id, se := range s.sessions {
		if se.subject == subject {
			s.endSession(id)
		}
	}
}

func (s *store) allow(redirectURI, signedOut string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.client.redirects = append(slices.Clone(s.client.redirects), redirectURI)
	if signedOut != "" {
		s.client.signedOut = append(slices.Clone(s.client.signedOut), signedOut)
	}
}

// emails lists the issuer's people for the sign-in page.
func (s *store) emails() (list []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, u := range s.users {
		list = append(list, u.Email)
	}
	return list
}

// sweep forgets what has run out. The caller holds the lock.
func (s *store) sweep() {
	now := s.now()
	for id, r := range s.requests {
		if now.Sub(r.made) > requestLife+codeLife {
			delete(s.requests, id)
		}
	}
	for c, v := range s.codes {
		if now.After(v.until) {
			delete(s.codes, c)
		}
	}
	for id, t := range s.tokens {
		if now.After(t.until) {
			delete(s.tokens, id)
		}
	}
	for id, se := range s.sessions {
		if now.Sub(se.began) > sessionLife {
			delete(s.sessions, id)
		}
	}
}

// signIn checks a password for a pending request and begins a session. It
// answers nil if the two do not belong together.
func (s *store) signIn(id, email, password string) *session {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.requests[id]
	i := slices.IndexFunc(s.users, func(u User) bool { return strings.EqualFold(u.Email, strings.TrimSpace(email)) })
	if r == nil || r.Done() || i < 0 || subtle.ConstantTimeCompare([]byte(s.users[i].Password), []byte(password)) != 1 {
		return nil
	}
	se := &session{id: rand.Text(), subject: s.users[i].Subject, began: s.now()}
	s.sessions[se.id] = se
	r.session, r.user = se, s.users[i]
	return se
}

// endSession ends one session and its tokens. The caller holds the lock.
func (s *store) endSession(id string) {
	delete(s.sessions, id)
	for t, v := range s.tokens {
		if v.session == id {
			delete(s.tokens, t)
		}
	}
}

// pending answers a request that still waits for somebody, and the address
// hint that came with it.
func (s *store) pending(id string) (hint string, done, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweep()
	r := s.requests[id]
	if r == nil {
		return "", false, false
	}
	return r.asked.LoginHint, r.Done(), true
}
