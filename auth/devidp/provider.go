package devidp

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Provider serves the issuers of its options.
type Provider struct {
	listener net.Listener
	server   *http.Server
	issuers  map[string]*issuer // by path
	paths    []string           // in the options' order
	start    sync.Once
	done     chan struct{}
}

// New takes the address, so that URL answers, and prepares the issuers; nothing
// is served before Start. It refuses addresses that are not loopback.
func New(o Options) (*Provider, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	host, _, err := net.SplitHostPort(o.Addr)
	if err != nil {
		return nil, fmt.Errorf("devidp: %w", err)
	}
	if !loopbackHost(host) {
		return nil, fmt.Errorf("devidp: %s is not on loopback", o.Addr)
	}
	l, err := net.Listen("tcp", o.Addr)
	if err != nil {
		return nil, fmt.Errorf("devidp: %w", err)
	}
	p := &Provider{listener: l, issuers: map[string]*issuer{}, done: make(chan struct{})}
	for _, i := range o.Issuers {
		p.issuers[i.Path], err = newIssuer(p.URL(i.Path), i, o.Clock)
		if err != nil {
			l.Close()
			return nil, err
		}
		p.paths = append(p.paths, i.Path)
	}
	p.server = &http.Server{
		Handler:           p,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
	return p, nil
}

// Start serves until ctx ends or Close is called. It returns at once; requests
// are accepted from then on.
func (p *Provider) Start(ctx context.Context) {
	p.start.Do(func() {
		go func() {
			defer close(p.done)
			_ = p.server.Serve(p.listener)
		}()
		context.AfterFunc(ctx, p.Close)
	})
}

// Close ends the provider and its connections. Safe to repeat.
func (p *Provider) Close() {
	_ = p.server.Close()
	_ = p.listener.Close() // if Start was never called
}

// URL is the issuer identifier of a path: what discovery starts from.
func (p *Provider) URL(path string) string { return "http://" + p.listener.Addr().String() + path }

// Origin is what a content security policy must let forms lead to.
func (p *Provider) Origin() string { return p.URL("") }

// Paths are the issuers' paths, in the options' order.
func (p *Provider) Paths() []string { return slices.Clone(p.paths) }

// SetUser adds a user to an issuer or replaces the one with the same subject.
// Tokens and userinfo speak of the new one at once.
func (p *Provider) SetUser(path string, u User) error {
	i, err := p.at(path)
	if err != nil {
		return err
	}
	return i.store.setUser(u)
}

// RemoveUser removes a user from an issuer and ends their sessions there.
func (p *Provider) RemoveUser(path, subject string) error {
	i, err := p.at(path)
	if err != nil {
		return err
	}
	i.store.removeUser(subject)
	return nil
}

// AllowRedirect lets the issuer's client use more addresses: where codes go,
// and where its sign-outs may end (may be empty). For clients whose address is
// known only after the provider's.
func (p *Provider) AllowRedirect(path, redirectURI, signedOut string) error {
	i, err := p.at(path)
	if err != nil {
		return err
	}
	if err := loopbackURI(redirectURI); err != nil {
		return err
	}
	if signedOut != "" {
		if err := loopbackURI(signedOut); err != nil {
			return err
		}
	}
	i.store.allow(redirectURI, signedOut)
	return nil
}

// AllowBackChannel tells the issuer where its client hears of sign-outs.
func (p *Provider) AllowBackChannel(path, uri string) error {
	i, err := p.at(path)
	if err != nil {
		return err
	}
	if err := loopbackURI(uri); err != nil {
		return err
	}
	i.store.mu.Lock()
	defer i.store.mu.Unlock()
	i.store.backChannel = uri
	return nil
}

// Rotate gives the issuer a new signing key and withdraws the old one at once,
// which is harsher than real providers are.
func (p *Provider) Rotate(path string) error {
	i, err := p.at(path)
	if err != nil {
		return err
	}
	k, err := newKey()
	if err != nil {
		return err
	}
	i.store.mu.Lock()
	defer i.store.mu.Unlock()
	i.store.key = k
	return nil
}

func (p *Provider) at(path string) (*issuer, error) {
	if i := p.issuers[path]; i != nil {
		return i, nil
	}
	return nil, errors.New("devidp: no issuer at " + path)
}

// ServeHTTP routes by the first segment of the path. The host must be the
// listener's own, so that no page elsewhere can reach in by a name of its
// choosing that points here.
func (p *Provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Host != p.listener.Addr().String() {
		http.Error(w, "This provider answers only at "+p.URL("/"), http.StatusMisdirectedRequest)
		return
	}
	first, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	i := p.issuers["/"+first]
	if i == nil {
		http.NotFound(w, r)
		return
	}
	inner := r.Clone(r.Context())
	inner.URL.Path, inner.URL.RawPath = "/"+rest, ""
	i.ServeHTTP(w, inner)
}
