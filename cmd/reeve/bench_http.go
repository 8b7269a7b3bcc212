package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/auth/session"
	"reeve/models/store"
)

// browser is one person's browser as far as the benchmark needs one.
type browser struct {
	base   string
	cookie *http.Cookie
	http   *http.Client
}

func (b *benchmark) client(token string) *browser {
	return &browser{base: b.c.BaseURL.String(), cookie: &http.Cookie{Name: session.CookieName(b.c.BaseURL), Value: token},
		http: &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 4},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// signIn answers a browser in which the person is signed in. It writes the session
// as signing in would, since no identity provider is here to vouch; every request
// then goes through all that a request goes through.
func (b *benchmark) signIn(ctx context.Context, user uuid.UUID) (*browser, error) {
	secret := make([]byte, 32)
	_, _ = rand.Read(secret)
	token := hex.EncodeToString(secret)
	hash := sha256.Sum256([]byte(token))
	err := b.owner.As(ctx, auth.System(auth.ForSetup), func(tx *store.Tx) error {
		return tx.Exec("insert into sessions (created_at, expires_at, user_id, token_hash, data) values (?, ?, ?, ?, ?)",
			tx.Now, tx.Now.Add(session.DefaultIdle), user, hash[:], []byte("{}")).Error
	})
	return b.client(token), err
}

// get reads a whole page; anything but 200 is an error.
func (w *browser) get(ctx context.Context, path string) (int, error) {
	return w.do(ctx, http.MethodGet, path, nil, http.StatusOK)
}

// post sends a form; anything but the redirect after a deed is an error.
func (w *browser) post(ctx context.Context, path string, form url.Values) error {
	_, err := w.do(ctx, http.MethodPost, path, strings.NewReader(form.Encode()), http.StatusSeeOther)
	return err
}

func (w *browser) do(ctx context.Context, method, path string, body io.Reader, want int) (int, error) {
	req, err := http.NewRequestWithContext(ctx, method, w.base+path, body)
	if err != nil {
		return 0, err
	}
	req.AddCookie(w.cookie)
	if body != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Origin", w.base)
		req.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	res, err := w.http.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	n, err := io.Copy(io.Discard, res.Body)
	if err == nil && res.StatusCode != want {
		err = fmt.Errorf("%s %s answered %d", method, path, res.StatusCode)
	}
	return int(n), err
}
