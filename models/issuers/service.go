package issuers

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// Options are what the use cases need besides the store. Without one of them the
// deeds that need it are Unavailable.
type Options struct {
	// Seal wraps a client secret or a private key. What opens it is auth/oidc's.
	Seal func(plain []byte) ([]byte, error)
	// NewKey makes a private key for private_key_jwt (PKCS 8) and its public half as
	// a JWK.
	NewKey func() (pkcs8, jwk []byte, err error)
}

// Service holds the use cases. It is safe for concurrent use.
type Service struct {
	store *store.Store
	Options
}

// New makes the use cases on a store of role reeve_web.
func New(s *store.Store, o Options) *Service { return &Service{store: s, Options: o} }

// What a person is told whose role does not allow a deed.
const (
	askManage = "Sign-in settings are for admins. Ask your agency's admin."
	askDecide = "Deciding about e-mail domains, and accepting how a provider enforces a second factor, is for the clearinghouse's admins."
)

// manages answers nil when the actor's role may manage sign-in settings; otherwise
// the refusal is written down.
func (s *Service) manages(ctx context.Context, a auth.Actor, action, subject, words string) error {
	return audit.May(ctx, s.store, a, auth.ManageSignIn, audit.Event{Action: action, Subject: subject, Words: words}, askManage)
}

// decides answers nil when the actor decides for the clearinghouse.
func (s *Service) decides(ctx context.Context, a auth.Actor, action, subject, words string) error {
	err := audit.May(ctx, s.store, a, auth.ManageAgencies, audit.Event{Action: action, Subject: subject, Words: words}, askDecide)
	if err == nil && a.Side != auth.SideClearinghouse {
		return models.Forbiddenf("%s", askDecide)
	}
	return err
}

// after writes down what was refused for a reason: a thing that is not there or not
// the actor's, and a deed that would have shut people out. Everything else passes.
func (s *Service) after(ctx context.Context, a auth.Actor, action, subject string, err error) error {
	var words string
	switch {
	case errors.Is(err, errLockout):
		words = "Refused: the change would have left the agency without an admin who can sign in."
	case errors.Is(err, errNotTested):
		words = "Refused to switch on sign-in settings: " + models.MessageOf(err)
	default:
		return audit.UnseenThing(ctx, s.store, a, action, subject, "Asked for sign-in settings that do not exist or are not theirs.", err)
	}
	if failed := audit.Refused(ctx, s.store, a, audit.Event{Action: action, Subject: subject, Words: words}); failed != nil {
		return failed
	}
	return err
}

// errLockout and errNotTested are causes of a Conflict that the audit log names.
var (
	errLockout   = errors.New("the last admin would have no way in")
	errNotTested = errors.New("the settings are not proven")
)

// agencyFor answers the agency that a page is about: the actor's own when no code
// is given. One that the actor does not manage is NotFound, like one that does not
// exist; a pool signs nobody in.
func agencyFor(tx *store.Tx, code string) (models.Agency, error) {
	var a models.Agency
	q := tx.Where("kind <> ? and app_manages(id)", models.KindPool)
	if code == "" {
		q = q.Where("id = ?", tx.Actor.AgencyID)
	} else {
		q = q.Where("code = ?", code)
	}
	if err := q.Take(&a).Error; err != nil {
		return a, store.Translate(err, "This agency")
	}
	return a, nil
}

func agencyByID(tx *store.Tx, id uuid.UUID) (models.Agency, error) {
	var a models.Agency
	if err := tx.Where("id = ? and app_manages(id)", id).Take(&a).Error; err != nil {
		return a, store.Translate(err, "This agency")
	}
	return a, nil
}

// seal wraps a secret on its way to the database.
func (s *Service) seal(plain []byte) ([]byte, error) {
	if s.Seal == nil {
		return nil, &models.Error{Kind: models.Unavailable, Message: "This installation has no key to keep secrets with. Ask its administrator."}
	}
	sealed, err := s.Seal(plain)
	if err != nil {
		return nil, fmt.Errorf("sealing a secret: %w", err)
	}
	return sealed, nil
}

// newKey makes a key for private_key_jwt, the private half sealed.
func (s *Service) newKey() (sealed []byte, public models.JSON, err error) {
	if s.NewKey == nil {
		return nil, nil, &models.Error{Kind: models.Unavailable, Message: "This installation cannot make keys. Choose a client secret instead."}
	}
	private, public, err := s.NewKey()
	if err != nil {
		return nil, nil, fmt.Errorf("making a key: %w", err)
	}
	sealed, err = s.seal(private)
	clear(private)
	return sealed, public, err
}
