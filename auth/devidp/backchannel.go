package devidp

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// LogOut ends a user's sessions at the issuer and tells its client of each by a
// logout token (OpenID Connect Back-Channel Logout 1.0). With no session the token
// names the user alone, which means all of the client's. It answers an error when
// the client does not say that it obeyed.
func (p *Provider) LogOut(path, email string) error {
	i, err := p.at(path)
	if err != nil {
		return err
	}
	i.store.mu.Lock()
	to := i.store.backChannel
	u, sids := i.store.sessionsOf(email)
	for _, id := range sids {
		i.store.endSession(id)
	}
	i.store.mu.Unlock()
	switch {
	case u.Subject == "":
		return errors.New("devidp: nobody has the address " + email)
	case to == "":
		return errors.New("devidp: the client of " + path + " did not say where it hears of sign-outs")
	}
	if len(sids) == 0 {
		sids = []string{""}
	}
	for _, sid := range sids {
		token, err := i.logoutToken(u.Subject, sid, Fault{})
		if err != nil {
			return err
		}
		if err := send(to, token); err != nil {
			return err
		}
	}
	return nil
}

// LogoutToken makes a token as LogOut would send it and ends nothing, for tests of
// clients. It names one session of the user, if there is one; f changes it first.
func (p *Provider) LogoutToken(path, email string, f Fault) (string, error) {
	i, err := p.at(path)
	if err != nil {
		return "", err
	}
	i.store.mu.Lock()
	u, sids := i.store.sessionsOf(email)
	i.store.mu.Unlock()
	if u.Subject == "" {
		return "", errors.New("devidp: nobody has the address " + email)
	}
	return i.logoutToken(u.Subject, strings.Join(sids[:min(1, len(sids))], ""), f)
}

// sessionsOf answers who has the address, and their sessions' names. The caller
// holds the lock.
func (s *store) sessionsOf(email string) (u User, sids []string) {
	k := slices.IndexFunc(s.users, func(u User) bool { return strings.EqualFold(u.Email, email) })
	if k < 0 {
		return User{}, nil
	}
	for id, se := range s.sessions {
		if se.subject == s.users[k].Subject {
			sids = append(sids, id)
		}
	}
	slices.Sort(sids)
	return s.users[k], sids
}

// logoutToken is a signed logout token (section 2.4 of the standard).
func (i *issuer) logoutToken(subject, sid string, f Fault) (string, error) {
	now := i.store.now()
	claims := map[string]any{
		"iss": i.url, "sub": subject, "aud": i.store.client.id, "iat": now.Unix(), "exp": now.Add(2 * time.Minute).Unix(), "jti": rand.Text(),
		"events": map[string]any{"http://schemas.openid.net/event/backchannel-logout": map[string]any{}},
	}
	if sid != "" {
		claims["sid"] = sid
	}
	if f.Type == "" {
		f.Type = "logout+jwt"
	}
	return i.sign(claims, f)
}

// send posts a logout token to the client. The address was checked to be on this
// machine when it was registered; no redirect leads elsewhere.
func send(to, token string) error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, strings.NewReader(url.Values{"logout_token": {token}}.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	c := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.Do(req)
	if err != nil {
		return fmt.Errorf("devidp: telling the client: %w", err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK && res.StatusCode != http.StatusNoContent {
		b, _ := io.ReadAll(io.LimitReader(res.Body, 500))
		return fmt.Errorf("devidp: the client answered %s: %s", res.Status, b)
	}
	return nil
}
