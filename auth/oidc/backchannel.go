package oidc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	gooidc "github.com/coreos/go-oidc/v3/oidc"
	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// logoutEvent is the one event that a logout token speaks of.
const logoutEvent = "http://schemas.openid.net/event/backchannel-logout"

// oldestLogout is how old a logout token may be, whatever it says of its expiry: so
// long its name is remembered.
const oldestLogout = time.Hour

// errReplayed says that a logout token was obeyed before.
var errReplayed = errors.New("the logout token was used before")

// BackChannel obeys a provider's notice that somebody signed out there (OpenID
// Connect Back-Channel Logout 1.0) and answers how many sessions ended. The token is
// all the proof there is: it must be signed by an enabled issuer, made for us a
// moment ago, and not be an identity token in disguise; it ends sessions of that
// issuer's people only, and works once. Any refusal is a *models.Error Invalid.
func (s *Service) BackChannel(ctx context.Context, c Client, logoutToken string) (ended int, err error) {
	i, t, err := s.readLogout(ctx, logoutToken)
	if err != nil {
		if models.KindOf(err) == models.Invalid {
			return 0, s.refuseLogout(ctx, c, i, err)
		}
		return 0, err
	}
	ended, err = s.endFor(ctx, c, i, t)
	if errors.Is(err, errReplayed) {
		return 0, s.refuseLogout(ctx, c, i, invalid("The logout token was used before.", nil))
	}
	return ended, err
}

func invalid(text string, err error) error {
	return &models.Error{Kind: models.Invalid, Message: text, Err: err}
}

// readLogout answers whose token it is and what it says, once it is believed. With
// an error the issuer may still be known, as whom the token names.
func (s *Service) readLogout(ctx context.Context, raw string) (issuer, *gooidc.LogoutToken, error) {
	if len(raw) > 16<<10 {
		return issuer{}, nil, invalid("The logout token is too long.", nil)
	}
	parts := strings.Split(raw, ".")
	var header struct {
		Type string `json:"typ"`
	}
	var named struct {
		Issuer string `json:"iss"`
	}
	if len(parts) != 3 || !decode(parts[0], &header) || !decode(parts[1], &named) || unclean(named.Issuer) {
		return issuer{}, nil, invalid("This is not a logout token.", nil)
	}
	i, err := s.find(ctx, "url = ?", named.Issuer)
	if models.KindOf(err) == models.NotFound {
		return issuer{}, nil, invalid("The logout token is from nobody who signs people in here.", nil)
	}
	if err != nil {
		return issuer{}, nil, err
	}
	// Providers that do not name the type of a token yet call all of them JWT.
	if kind := strings.TrimPrefix(strings.ToLower(header.Type), "application/"); kind != "" && kind != "jwt" && kind != "logout+jwt" {
		return i, nil, invalid("The token is of another type than a logout token.", nil)
	}
	p, err := s.provider(ctx, i)
	if err != nil {
		return i, nil, &models.Error{Kind: models.Unavailable, Message: "The issuer of the logout token cannot be asked for its keys just now.", Err: err}
	}
	if _, err := p.keys.known(context.WithoutCancel(ctx)); err != nil {
		return i, nil, &models.Error{Kind: models.Unavailable, Message: "The issuer of the logout token cannot be asked for its keys just now.", Err: err}
	}
	t, err := p.logouts.VerifyLogout(ctx, raw)
	if err != nil {
		return i, nil, invalid("The logout token does not prove what it says.", err)
	}
	var events struct {
		Events map[string]json.RawMessage `json:"events"`
	}
	var event map[string]json.RawMessage
	if t.Claims(&events) != nil || json.Unmarshal(events.Events[logoutEvent], &event) != nil || event == nil {
		return i, nil, invalid("The logout token speaks of no sign-out.", nil)
	}
	now := s.Clock()
	switch {
	case unclean(t.TokenID) || len(t.TokenID) > 255 || unclean(t.Subject) || len(t.Subject) > 255 || unclean(t.SessionID) || len(t.SessionID) > 255:
		return i, nil, invalid("The logout token names things as no provider would.", nil)
	case !now.Before(t.Expiry.Add(leeway)):
		return i, nil, invalid("The logout token has expired.", nil)
	case t.IssuedAt.After(now.Add(leeway)):
		return i, nil, invalid("The logout token comes from the future.", nil)
	case now.Sub(t.IssuedAt) > oldestLogout:
		return i, nil, invalid("The logout token is too old.", nil)
	}
	return i, t, nil
}

// endFor ends the sessions that a token names: one by the provider's own name of it,
// or else all of a person. A session of which the provider never told the name ends
// with the person's. Token, sessions and audit line are one transaction.
func (s *Service) endFor(ctx context.Context, c Client, i issuer, t *gooidc.LogoutToken) (ended int, err error) {
	err = s.Store.As(ctx, c.as(auth.ForSession), func(tx *store.Tx) error {
		ended = 0
		if err := tx.Exec("delete from logout_tokens where expires_at < ?", tx.Now).Error; err != nil {
			return fmt.Errorf("forgetting old logout tokens: %w", err)
		}
		res := tx.Exec("insert into logout_tokens (issuer_id, jti, expires_at) values (?, ?, ?) on conflict do nothing", i.ID, t.TokenID, tx.Now.Add(oldestLogout+2*leeway))
		if res.Error != nil {
			return fmt.Errorf("remembering a logout token: %w", res.Error)
		}
		if res.RowsAffected == 0 {
			return errReplayed
		}
		where, args := "subject = ?", []any{t.Subject}
		switch {
		case t.SessionID != "" && t.Subject != "":
			where, args = "subject = ? and (sid = ? or sid is null or sid = '')", []any{t.Subject, t.SessionID}
		case t.SessionID != "":
			where, args = "sid = ?", []any{t.SessionID}
		}
		var whose []uuid.UUID
		if err := tx.Raw("delete from sessions where issuer_id = ? and user_id is not null and "+where+" returning user_id", append([]any{i.ID}, args...)...).Scan(&whose).Error; err != nil {
			return fmt.Errorf("ending sessions: %w", err)
		}
		ended = len(whose)
		e := audit.Event{Action: "session.ended-by-provider", Subject: "sign-out at " + i.Host(), Concerns: []uuid.UUID{i.AgencyID}, Detail: map[string]any{"sessions": ended}}
		switch ended {
		case 0:
			e.Words = "The identity provider said that a person signed out there; no session of theirs was open."
		case 1:
			e.Words = "A session ended, since the person signed out at the identity provider."
		default:
			e.Words = fmt.Sprintf("%d sessions ended, since the person signed out at the identity provider.", ended)
		}
		if ended > 0 {
			var name string
			if err := tx.Raw("select email from users where id = ?", whose[0]).Row().Scan(&name); err != nil {
				return fmt.Errorf("reading whose sessions ended: %w", err)
			}
			e.Subject = name
		}
		return audit.Record(tx, e)
	})
	return ended, err
}

// refuseLogout answers why a logout token is not obeyed. One line of the audit trail
// stands for all of an issuer, or of a network, until it is quiet.
func (s *Service) refuseLogout(ctx context.Context, c Client, i issuer, why error) error {
	s.Log.WarnContext(ctx, "logout token refused", "issuer", i.URL, "request", c.RequestID, "err", why)
	key := "logout " + network(c.IP)
	e := audit.Event{Action: "session.logout-refused", Subject: "sign-out at an identity provider", Words: "Refused a notice of a sign-out. " + models.MessageOf(why)}
	if i.ID != uuid.Nil {
		key += " " + i.ID.String()
		e.Subject, e.Concerns = "sign-out at "+i.Host(), []uuid.UUID{i.AgencyID}
	}
	earlier, tell := s.bursts.tell(key, s.Clock())
	if !tell {
		return why
	}
	if earlier > 0 {
		e.Detail = map[string]any{"not_listed_before": earlier}
	}
	if err := audit.Refused(ctx, s.Store, c.as(auth.ForSession), e); err != nil {
		return err
	}
	return why
}
