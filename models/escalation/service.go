package escalation

import (
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/google/uuid"

	"reeve/models"
	"reeve/models/store"
)

// Service holds the use cases.
type Service struct {
	store *store.Store
	base  string // the portal's address, without a slash at the end

	mu      sync.Mutex
	waiting map[uuid.UUID]counted // by agency, see Waiting
}

// New makes the use cases on a store: the web's, or the worker's. Links in mail begin
// with base, the address of the portal.
func New(s *store.Store, base string) *Service {
	return &Service{store: s, base: strings.TrimSuffix(base, "/"), waiting: map[uuid.UUID]counted{}}
}

// Whom to ask, by what is missing.
const (
	askOnCall = "Whom an urgent report calls is for an agency's supervisors and admins to say. Ask one of them."
	askDesk   = "The page of urgent reports is for the clearinghouse's analysts and supervisors."
	askAnswer = "Your role may not answer for your agency. Ask an investigator or supervisor of your agency to do it now."
	askOwn    = "Your role sees no reports. Ask an admin of your agency."
)

var noAgency = models.NotFoundf("This agency does not exist, or not for you.")

func noEscalation(number int64) error {
	return models.NotFoundf("Report %d does not exist, or nobody was called about it.", number)
}

// agency answers the agency with the code whose contacts the actor manages; the
// actor's own when code is empty.
func agency(tx *store.Tx, code string) (*models.Agency, error) {
	if !utf8.ValidString(code) || len(code) > 63 {
		return nil, noAgency
	}
	q := tx.Where("kind <> 'pool' and app_manages(id)")
	if code == "" {
		q = q.Where("id = ?", tx.Actor.AgencyID)
	} else {
		q = q.Where("code = ?", code)
	}
	var g models.Agency
	err := store.Translate(q.Take(&g).Error, "This agency")
	if models.KindOf(err) == models.NotFound {
		return nil, noAgency
	}
	return &g, err
}

// clearinghouse answers the clearinghouse, whose desk is the last to be called.
func clearinghouse(tx *store.Tx) (*models.Agency, error) {
	var g models.Agency
	if err := tx.Where("kind = 'clearinghouse'").Order("created_at, id").Limit(1).Find(&g).Error; err != nil {
		return nil, fmt.Errorf("reading the clearinghouse: %w", err)
	}
	return &g, nil
}

// settle marks the escalation of a line as answered when no line of it waits any more.
func settle(tx *store.Tx, line uuid.UUID) error {
	if err := tx.Exec("select settle_escalation(?)", line).Error; err != nil {
		return fmt.Errorf("settling an escalation: %w", err)
	}
	return nil
}

// asTyped is what somebody typed, fit for a line of the log.
func asTyped(text string) string {
	r := []rune(strings.ToValidUTF8(strings.Join(strings.Fields(text), " "), ""))
	return string(r[:min(len(r), 100)])
}

func reportNumber(number int64) string { return fmt.Sprintf("report number %d", number) }
