package oidc

import (
	"context"
	"net/url"
	"slices"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/store"
)

// draft finds settings in the making, as the issuer that they would be.
func (s *Service) draft(ctx context.Context, id uuid.UUID) (models.IssuerDraft, issuer, error) {
	var d models.IssuerDraft
	var agency models.Agency
	err := s.Store.As(ctx, auth.System(auth.ForLogin), func(tx *store.Tx) error {
		d, agency = models.IssuerDraft{}, models.Agency{}
		if err := tx.Where("id = ?", id).Take(&d).Error; err != nil {
			return store.Translate(err, "These settings")
		}
		return tx.Where("id = ?", d.AgencyID).Take(&agency).Error
	})
	return d, issuer{d.Issuer(), agency}, err
}

// beginDraft begins a test of settings. Its provider is asked anew each time: what
// is remembered of live ones must not hide a fault, nor a draft disturb them.
func (s *Service) beginDraft(ctx context.Context, ask Ask) (Attempt, string, error) {
	d, i, err := s.draft(ctx, ask.Draft)
	if err != nil {
		return Attempt{}, "", err
	}
	ctx, cancel := context.WithTimeout(ctx, s.Patience)
	defer cancel()
	t := &trial{}
	p, _, err := s.survey(ctx, i.Issuer, t)
	if err != nil {
		found := t.result(s.Store.Now())
		return Attempt{}, "", &Refusal{Reason: Unreachable, Agency: i.Agency, Provider: i.Host(), Err: err, Test: &found}
	}
	a, to := s.attempt(i, p, ask, true)
	a.Version = d.Version
	return a, to, nil
}

// finishDraft reads the answer to a test and says what was found. Nobody is signed
// in, nothing is bound and no refusal shown: whatever goes wrong is a step that
// failed.
func (s *Service) finishDraft(ctx context.Context, a Attempt, answer url.Values) (SignedIn, error) {
	out := SignedIn{Return: a.Return, Draft: a.Draft}
	t := &trial{}
	var who claims
	d, i, err := s.draft(ctx, a.Draft)
	switch {
	case models.KindOf(err) == models.NotFound:
		t.bad(stepChanged, &trouble{step: stepChanged, text: "Somebody deleted these settings while the test ran."})
	case err != nil:
		return out, err
	case d.Version != a.Version:
		t.bad(stepChanged, &trouble{step: stepChanged, text: "Somebody changed the settings while the test ran. Test again."})
	default:
		out.Agency = i.Agency
		if p, _ := s.lookFor(ctx, i, t); p != nil {
			if who, _, err = s.prove(ctx, i, p, a, answer, t); err == nil {
				s.judge(ctx, d, i, a, who, t)
			}
		}
	}
	found := t.result(s.Store.Now())
	found.Subject, found.Email, found.Verified, found.ACR, found.AMR = who.Subject, who.Email, who.Verified, who.ACR, who.AMR
	if mapsRoles(i.Issuer) && who.All != nil {
		if roles, err := mapped(i, who); err == nil {
			found.Roles = roles
		}
	}
	for name := range who.All {
		found.Claims = append(found.Claims, clip(name))
	}
	slices.Sort(found.Claims)
	out.Test = &found
	return out, nil
}

func (s *Service) lookFor(ctx context.Context, i issuer, t *trial) (*provider, *description) {
	ctx, cancel := context.WithTimeout(ctx, s.Patience)
	defer cancel()
	return s.look(ctx, i.Issuer, t)
}

// judge looks at a proven identity as a sign-in would, and goes on after a fault, so
// that an admin sees all of them at once.
func (s *Service) judge(ctx context.Context, d models.IssuerDraft, i issuer, a Attempt, who claims, t *trial) {
	if err := s.tooOld(i, a, who); err != nil {
		t.bad(stepFresh, err)
	} else {
		t.good(stepFresh, "It had you sign in anew when it was asked to, and says when that was. Exports and the managing of people, which need this, will work.")
	}
	switch err := tooWeak(i.Issuer, who); {
	case err != nil:
		t.bad(stepStrong, err)
	case i.AsksForMFA():
		t.good(stepStrong, "The token says "+shown(who)+", which is what the settings demand.")
	case strong(i.Issuer, who.ACR, who.AMR):
		t.good(stepStrong, "The token says "+shown(who)+". The settings do not demand it; consider to.")
	default:
		t.good(stepStrong, "The settings demand no sign of a second factor, and the token shows none: it says "+shown(who)+". A second factor is required of all who come in; if the provider enforces one without saying so, the clearinghouse must accept that.")
	}
	if text, err := s.addressed(ctx, d, who); err != nil {
		t.bad(stepEmail, err)
	} else {
		t.good(stepEmail, text)
	}
	if !mapsRoles(i.Issuer) {
		t.good(stepRoles, "Roles are given here and not by the provider.")
	} else if roles, err := mapped(i, who); err != nil {
		t.bad(stepRoles, err)
	} else {
		t.good(stepRoles, "Your roles would be: "+list(roles)+". People whose groups the mapping does not know stay out.")
	}
}

// addressed looks at the e-mail address of a test: it must be there, not be called
// unverified, and be of a domain that is the agency's.
func (s *Service) addressed(ctx context.Context, d models.IssuerDraft, who claims) (string, error) {
	bad := func(text string) (string, error) { return "", &trouble{step: stepEmail, text: text} }
	domain := Domain(who.Email)
	switch {
	case domain == "":
		return bad("The token has no e-mail address (email), or one that is no plain address. Ask for the scope email, and have the provider put the address into the identity token.")
	case who.Verified != nil && !*who.Verified:
		return bad("The provider says that the address is not verified (email_verified). Have it verified there.")
	}
	var approved bool
	err := s.Store.As(ctx, auth.System(auth.ForLogin), func(tx *store.Tx) error {
		return tx.Raw("select exists (select 1 from agency_domains where agency_id = ? and domain = ? and approved)", d.AgencyID, domain).Row().Scan(&approved)
	})
	if err != nil {
		return "", err
	}
	if !approved {
		return bad("The clearinghouse has not approved the domain @" + domain + " for this agency yet. Ask for it under the settings, and test again afterwards.")
	}
	text := "It ends in @" + domain + ", which is approved for this agency."
	if !slices.Contains(d.Domains, domain) {
		// A provider for other people of the agency is tested by an admin who goes on
		// signing in elsewhere.
		text += " It is not among the domains of these settings, so addresses with it go on signing in where they do now."
	}
	if who.Verified == nil {
		text += " The provider does not say whether it is verified; it is taken for verified, since the domain is the agency's own."
	}
	return text, nil
}

func list(roles models.TextList) string {
	out := ""
	for n, r := range roles {
		if n > 0 {
			out += ", "
		}
		out += r
	}
	return out
}
