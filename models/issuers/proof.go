package issuers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// ToLookAt answers a draft as the provider that it would be, with its version, so
// that it can be looked at without signing in.
func (s *Service) ToLookAt(ctx context.Context, a auth.Actor, id uuid.UUID) (i models.Issuer, version int, err error) {
	const action = "issuer.looked-at"
	if err := s.manages(ctx, a, action, draftSubject(id), "Tried to look at an identity provider."); err != nil {
		return i, 0, err
	}
	err = s.store.As(ctx, a, func(tx *store.Tx) error {
		var d models.IssuerDraft
		if err := tx.Where("id = ?", id).Take(&d).Error; err != nil {
			return store.Translate(err, "This draft")
		}
		i, version = d.Issuer(), d.Version
		return nil
	})
	return i, version, s.after(ctx, a, action, draftSubject(id), err)
}

// LookedAt keeps what was found at the provider of a draft. What was found for an
// older version is dropped.
func (s *Service) LookedAt(ctx context.Context, a auth.Actor, id uuid.UUID, version int, r models.SignInTest) error {
	const action = "issuer.looked-at"
	if err := s.manages(ctx, a, action, draftSubject(id), "Tried to look at an identity provider."); err != nil {
		return err
	}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		d, err := lockDraft(tx, id, version)
		if err != nil {
			return err
		}
		r.At = tx.Now
		if err := tx.Model(&models.IssuerDraft{}).Where("id = ?", id).Update("look_report", reportJSON(r)).Error; err != nil {
			return fmt.Errorf("keeping what was found: %w", err)
		}
		return audit.Record(tx, audit.Event{Action: action, Subject: d.URL, Words: "Looked at an identity provider without signing in: " + outcome(r), Detail: map[string]any{"draft": id, "ok": r.OK}, Concerns: []uuid.UUID{d.AgencyID}})
	})
	return s.after(ctx, a, action, draftSubject(id), err)
}

// BeginTest notes that the actor goes to the provider now to test the draft as it
// stands. Only an answer to this very version, and to this person, proves anything.
// Until it comes, the report says what it most often means when none does: a
// provider that does not know the client or the address keeps the person there.
func (s *Service) BeginTest(ctx context.Context, a auth.Actor, id uuid.UUID) error {
	const action = "issuer.test-begun"
	if err := s.manages(ctx, a, action, draftSubject(id), "Tried to test sign-in settings."); err != nil {
		return err
	}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		d, err := lockDraft(tx, id, 0)
		if err != nil {
			return err
		}
		err = tx.Model(&models.IssuerDraft{}).Where("id = ?", id).Updates(map[string]any{"testing_version": d.Version, "testing_by": a.UserID,
			"test_report": reportJSON(unanswered(tx.Now, a.Name)), "tested_at": nil, "tested_by": nil, "tested_subject": "", "tested_email": ""}).Error
		if err != nil {
			return fmt.Errorf("beginning a test: %w", err)
		}
		return audit.Record(tx, audit.Event{Action: action, Subject: d.URL, Words: "Went to an identity provider to test sign-in settings.", Detail: map[string]any{"draft": id}, Concerns: []uuid.UUID{d.AgencyID}})
	})
	return s.after(ctx, a, action, draftSubject(id), err)
}

func unanswered(at time.Time, who string) models.SignInTest {
	return models.SignInTest{At: at, Steps: []models.TestStep{{Name: "The provider sends you back",
		Text: who + " went there, and no answer has come back so far. If the provider showed an error of its own, it most often does not know the client ID of these settings, or not the redirect URI: " +
			"compare both letter by letter with what is registered there. If you turned away, test again."}}}
}

// Tested keeps what a test sign-in found. It counts only for the settings with
// which it was begun, by the person who began it, and, for people of the agency,
// only when they signed in as themselves; otherwise the report says why not. A
// failed test takes back an earlier success.
func (s *Service) Tested(ctx context.Context, a auth.Actor, draft uuid.UUID, r models.SignInTest) error {
	const action = "issuer.tested"
	if err := s.manages(ctx, a, action, draftSubject(draft), "Tried to test sign-in settings."); err != nil {
		return err
	}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		d, err := lockDraft(tx, draft, 0)
		if err != nil {
			return err
		}
		if r, err = judged(tx, *d, r); err != nil {
			return err
		}
		to := map[string]any{"test_report": reportJSON(r), "tested_at": nil, "tested_by": nil, "tested_subject": "", "tested_email": ""}
		if r.OK {
			to["tested_at"], to["tested_by"], to["tested_subject"], to["tested_email"] = tx.Now, a.UserID, r.Subject, strings.ToLower(r.Email)
		}
		if err := tx.Model(&models.IssuerDraft{}).Where("id = ?", draft).Updates(to).Error; err != nil {
			return fmt.Errorf("keeping the test: %w", err)
		}
		return audit.Record(tx, audit.Event{Action: action, Subject: d.URL, Words: "Tested sign-in settings: " + outcome(r), Detail: map[string]any{"draft": draft, "ok": r.OK}, Concerns: []uuid.UUID{d.AgencyID}})
	})
	return s.after(ctx, a, action, draftSubject(draft), err)
}

// judged adds to what the sign-in found what only Reeve knows: whether it was the
// test of what stands here now, and whether the person came back as themselves.
func judged(tx *store.Tx, d models.IssuerDraft, r models.SignInTest) (models.SignInTest, error) {
	r.At = tx.Now
	add := func(name, text string, ok bool) {
		r.OK = r.OK && ok
		r.Steps = append(r.Steps, models.TestStep{Name: name, OK: ok, Text: text})
	}
	if d.TestingVersion == nil || *d.TestingVersion != d.Version || d.TestingBy == nil || *d.TestingBy != tx.Actor.UserID {
		add("It tests what stands here", "The settings were changed, or somebody else began a test, while you were at the provider. Test again.", false)
		return r, nil
	}
	if !r.OK {
		return r, nil
	}
	if r.Subject == "" || r.Verified != nil && !*r.Verified {
		add("The provider vouches for the address", "The provider names nobody, or says that the e-mail address is not verified. Have it verified there.", false)
		return r, nil
	}
	if tx.Actor.AgencyID != d.AgencyID {
		return r, nil // somebody from outside has no account there under their own name
	}
	var own string
	if err := tx.Raw("select email from users where id = ?", tx.Actor.UserID).Row().Scan(&own); err != nil {
		return r, store.Translate(notFound(err), "Your account")
	}
	if !strings.EqualFold(strings.TrimSpace(r.Email), own) {
		add("It is you", fmt.Sprintf("You signed in there as %s, and here you are %s. Sign in there under your own address.", orNobody(r.Email), own), false)
		return r, nil
	}
	add("It is you", "You signed in there under your own address, "+own+".", true)
	return r, nil
}

// Attest accepts, for the clearinghouse, that a draft's provider enforces a second
// factor for everybody although its tokens do not say so. Like any change it makes
// earlier tests void.
func (s *Service) Attest(ctx context.Context, a auth.Actor, id uuid.UUID, version int) error {
	const action = "issuer.mfa-accepted"
	if err := s.decides(ctx, a, action, draftSubject(id), "Tried to accept how a provider enforces a second factor."); err != nil {
		return err
	}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		d, err := lockDraft(tx, id, version)
		if err != nil {
			return err
		}
		if !d.MFASilent {
			return models.Conflictf("Nobody asked for this: the draft demands that the provider says it.")
		}
		if d.MFAAttestedBy != "" {
			return models.Conflictf("%s accepted this already.", d.MFAAttestedBy)
		}
		untested(d)
		at := tx.Now
		d.MFAAttestedBy, d.MFAAttestedAt = a.Name, &at
		if err := saveDraft(tx, d); err != nil {
			return err
		}
		return audit.Record(tx, audit.Event{Action: action, Subject: d.URL, Words: "Accepted that an identity provider enforces a second factor without saying so.",
			Detail: map[string]any{"draft": id, "client": d.ClientID, "note": d.MFANote}, Concerns: []uuid.UUID{d.AgencyID}})
	})
	return s.after(ctx, a, action, draftSubject(id), err)
}

// outcome says how a test ended, for the audit log: which step failed, never what
// the provider sent.
func outcome(r models.SignInTest) string {
	if r.OK {
		return "it succeeded."
	}
	for _, s := range r.Steps {
		if !s.OK {
			return fmt.Sprintf("it failed at %q.", s.Name)
		}
	}
	return "it failed."
}

// Bounds of what is kept of a report; parts of it come from outside.
const (
	maxSteps    = 40
	maxStepText = 1000
)

func reportJSON(r models.SignInTest) models.JSON {
	r.Steps = r.Steps[:min(len(r.Steps), maxSteps)]
	steps := make([]models.TestStep, len(r.Steps))
	for i, s := range r.Steps {
		steps[i] = models.TestStep{Name: clip(s.Name, 120), OK: s.OK, Text: clip(s.Text, maxStepText)}
	}
	r.Steps, r.Email, r.ACR = steps, clip(r.Email, 254), clip(r.ACR, 200)
	r.Claims, r.AMR = r.Claims[:min(len(r.Claims), 60)], r.AMR[:min(len(r.AMR), 20)]
	b, _ := json.Marshal(r)                                         // texts, times and lists of them cannot fail
	return models.JSON(strings.ReplaceAll(string(b), `\u0000`, "")) // which jsonb cannot keep
}

func reportOf(j models.JSON) *models.SignInTest {
	if len(j) == 0 {
		return nil
	}
	var r models.SignInTest
	if json.Unmarshal(j, &r) != nil {
		return nil
	}
	return &r
}

func clip(text string, n int) string {
	if r := []rune(text); len(r) > n {
		return string(r[:n]) + "…"
	}
	return text
}

func orNobody(email string) string {
	if email == "" {
		return "somebody without an e-mail address"
	}
	return clip(email, 254)
}

// notFound turns database/sql's empty answer into the one that store.Translate knows.
func notFound(err error) error {
	if errors.Is(err, errNoRows) {
		return gorm.ErrRecordNotFound
	}
	return err
}
