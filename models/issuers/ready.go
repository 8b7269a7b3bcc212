package issuers

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"reeve/auth"
	"reeve/models"
	"reeve/models/store"
)

var errNoRows = sql.ErrNoRows

// DraftView is a draft with all that its page says.
type DraftView struct {
	models.IssuerDraft
	Agency      models.Agency
	Live        *models.Issuer // what it would change; nil: a new provider
	LiveDomains []string
	Look, Test  *models.SignInTest
	Tester      string   // who tested, by name; empty: nobody with success
	Missing     []string // what stands between this draft and switching on
	Effects     Effects  // what switching on would do to people
	MayAttest   bool     // the actor may accept a silent second factor
	Own         bool     // the actor is of this agency
	Roles       []auth.Role
}

// Draft answers a draft with what is known about it.
func (s *Service) Draft(ctx context.Context, a auth.Actor, id uuid.UUID) (*DraftView, error) {
	const action = "issuer.read"
	if err := s.manages(ctx, a, action, draftSubject(id), "Tried to look at sign-in settings."); err != nil {
		return nil, err
	}
	v := &DraftView{}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		*v = DraftView{MayAttest: a.Side == auth.SideClearinghouse && a.Can(auth.ManageAgencies)}
		if err := tx.Where("id = ?", id).Take(&v.IssuerDraft).Error; err != nil {
			return store.Translate(err, "This draft")
		}
		var err error
		if v.Agency, err = agencyByID(tx, v.AgencyID); err != nil {
			return err
		}
		v.Roles, v.Own = rolesOf(v.Agency), a.AgencyID == v.AgencyID
		if v.IssuerID != nil {
			if v.Live, err = issuerOf(tx, v.AgencyID, *v.IssuerID, false); err != nil {
				return err
			}
			if err := tx.Raw("select domain from issuer_domains where issuer_id = ? order by domain", v.Live.ID).Scan(&v.LiveDomains).Error; err != nil {
				return fmt.Errorf("listing domains: %w", err)
			}
		}
		v.Look, v.Test = reportOf(v.LookReport), reportOf(v.TestReport)
		tester, err := testerOf(tx, v.IssuerDraft)
		if err != nil {
			return err
		}
		if tester != nil {
			v.Tester = tester.Name
		}
		if v.Missing, err = missing(tx, v.IssuerDraft, v.Live, tester); err != nil {
			return err
		}
		v.Effects, err = effects(tx, v.IssuerDraft, v.Live, tester)
		return err
	})
	if err != nil {
		return nil, s.after(ctx, a, action, draftSubject(id), err)
	}
	return v, nil
}

// missing lists what stands between a draft and switching it on by this actor, in
// the order in which an admin would mend it.
func missing(tx *store.Tx, d models.IssuerDraft, live *models.Issuer, tester *models.User) ([]string, error) {
	var list []string
	say := func(text string) { list = append(list, text) }
	domains, err := domainsOf(tx, d.AgencyID)
	if err != nil {
		return nil, err
	}
	approved := approvedOf(domains)
	switch {
	case len(d.Domains) == 0:
		say("Choose at least one e-mail domain, so that somebody is led to this provider.")
	case slices.ContainsFunc(d.Domains, func(name string) bool { return !slices.Contains(approved, name) }):
		say("One of the e-mail domains is no longer approved for this agency. Take it out.")
	}
	if d.MFASilent && d.MFAAttestedBy == "" {
		say("The clearinghouse must accept that this provider enforces a second factor without saying so.")
	}
	if !d.MFASilent && len(d.RequiredACR)+len(d.RequiredAMR) == 0 {
		say("These settings demand no second factor. Say how the provider tells of one, or ask the clearinghouse to accept that it enforces one.")
	}
	if live != nil && d.IssuerVersion != nil && *d.IssuerVersion != live.Version {
		say(fmt.Sprintf("%s changed the live settings after this draft was begun. Change the draft and save it again when you have seen that.", orSomebody(live.ChangedByName)))
	}
	admins, err := activeAdmins(tx, d.AgencyID, false)
	if err != nil {
		return nil, err
	}
	outsider := tx.Actor.AgencyID != d.AgencyID
	look := reportOf(d.LookReport)
	switch {
	case outsider && len(admins) == 0:
		if d.TestedAt == nil && (look == nil || !look.OK) {
			say("The agency has no active admin who could test. Look at the provider first; what is found must be good.")
		}
	case d.TestedAt == nil || d.TestedBy == nil:
		if outsider {
			say("An admin of the agency must test exactly these settings first.")
		} else {
			say("Test the sign-in first. It must succeed with exactly these settings.")
		}
	case !outsider && *d.TestedBy != tx.Actor.UserID:
		say("Somebody else tested these settings. Whoever switches on must have signed in with them: test them yourself.")
	case tester == nil || tester.AgencyID != d.AgencyID || tester.State != models.UserActive || !isAdmin(tester.Roles):
		say("An admin of the agency must test exactly these settings first.")
	case !strings.EqualFold(tester.Email, d.TestedEmail):
		say("The test was under another e-mail address than the tester's own. Test again.")
	default:
		if text := rolesWrong(d, tester); text != "" {
			say(text)
		}
	}
	return list, nil
}

// rolesWrong says why the mapping of roles may not go live: it would change what the
// tester themselves may do. Nobody raises themselves, and nobody takes their own
// keys away by mistake.
func rolesWrong(d models.IssuerDraft, tester *models.User) string {
	r := reportOf(d.TestReport)
	if d.RolesClaim == "" || r == nil || !slices.Contains(d.Domains, domainOf(tester.Email)) {
		return ""
	}
	for _, role := range r.Roles {
		if !slices.Contains(tester.Roles, role) {
			return fmt.Sprintf("The mapping would give the tester the role %q, which they do not have here. Nobody changes their own access: have another admin give it first.", role)
		}
	}
	if !isAdmin(r.Roles) {
		return "The mapping would take the role of admin from the tester. Map the value that the provider sends for admins, and test again."
	}
	return ""
}

// testerOf reads the account of whoever tested with success.
func testerOf(tx *store.Tx, d models.IssuerDraft) (*models.User, error) {
	if d.TestedBy == nil {
		return nil, nil
	}
	var u models.User
	err := tx.Where("id = ?", *d.TestedBy).Take(&u).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, nil // from outside, and not of an agency that the actor sees
	}
	if err != nil {
		return nil, fmt.Errorf("reading the tester: %w", err)
	}
	return &u, nil
}

// activeAdmins are the agency's active admins. With lock their rows are held, as
// removing and suspending does, so that no two deeds each leave the other's admin.
func activeAdmins(tx *store.Tx, agency uuid.UUID, lock bool) ([]uuid.UUID, error) {
	q := "select id from users where agency_id = ? and state = 'active' and roles && array['agency-admin', 'clearinghouse-admin'] order by id"
	if lock {
		q += " for update"
	}
	var ids []uuid.UUID
	if err := tx.Raw(q, agency).Scan(&ids).Error; err != nil {
		return nil, fmt.Errorf("counting admins: %w", err)
	}
	return ids, nil
}

func isAdmin(roles []string) bool {
	return slices.Contains(roles, string(auth.AgencyAdmin)) || slices.Contains(roles, string(auth.ClearinghouseAdmin))
}

func domainOf(email string) string {
	_, d, _ := strings.Cut(strings.ToLower(email), "@")
	return d
}

func orSomebody(name string) string {
	if name == "" {
		return "Somebody"
	}
	return name
}
