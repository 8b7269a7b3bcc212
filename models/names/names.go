package names

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/store"
)

// keep is how long a reading is used before it is read again; retries is how often
// within that time a missing name may cause another, so that wrong codes from a
// form cannot cause one each time.
const (
	keep    = time.Minute
	retries = 30
)

// PublicForm is how a report without a provider is named: it came by the public's form.
const PublicForm = "Public form"

// forNames is the system actor that reads names. These tables carry no row policy.
const forNames auth.Purpose = "names"

// Names answers names of agencies and providers. It is safe for concurrent use.
type Names struct {
	store *store.Store

	mu      sync.Mutex
	seen    *reading
	retried int // readings caused by missing names since the last regular one
}

type reading struct {
	at        time.Time
	agencies  map[uuid.UUID]models.Agency
	codes     map[string]uuid.UUID
	byName    []models.Agency
	providers map[uuid.UUID]models.Provider
	ordered   []models.Provider
}

// New makes an empty directory; the first question fills it.
func New(s *store.Store) *Names { return &Names{store: s} }

// Agency answers an agency by its id. An unknown id answers false.
func (n *Names) Agency(ctx context.Context, id uuid.UUID) (models.Agency, bool, error) {
	var a models.Agency
	ok, err := n.find(ctx, func(r *reading) (found bool) { a, found = r.agencies[id]; return found })
	return a, ok, err
}

// AgencyByCode answers an agency by its code. An unknown code answers false.
func (n *Names) AgencyByCode(ctx context.Context, code string) (models.Agency, bool, error) {
	var a models.Agency
	ok, err := n.find(ctx, func(r *reading) (found bool) { a, found = r.agencies[r.codes[code]]; return found })
	return a, ok, err
}

// Provider answers a provider's name; PublicForm for none, the bare id for one
// that is unknown.
func (n *Names) Provider(ctx context.Context, id *uuid.UUID) (string, error) {
	if id == nil {
		return PublicForm, nil
	}
	name := id.String()
	_, err := n.find(ctx, func(r *reading) bool {
		p, found := r.providers[*id]
		if found {
			name = p.Name
		}
		return found
	})
	return name, err
}

// Agencies lists every agency by name. The list is the caller's.
func (n *Names) Agencies(ctx context.Context) ([]models.Agency, error) {
	var out []models.Agency
	_, err := n.find(ctx, func(r *reading) bool { out = slices.Clone(r.byName); return true })
	return out, err
}

// Providers lists every provider by name. The list is the caller's.
func (n *Names) Providers(ctx context.Context) ([]models.Provider, error) {
	var out []models.Provider
	_, err := n.find(ctx, func(r *reading) bool { out = slices.Clone(r.ordered); return true })
	return out, err
}

// Forget makes the next question read anew. Whoever changes a name calls it, so that
// this process shows the new one at once; others do so within a minute.
func (n *Names) Forget() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.seen = nil
}

// find looks in what is known, and reads again when that is old or lacks the name.
func (n *Names) find(ctx context.Context, look func(*reading) bool) (bool, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.fresh() {
		if look(n.seen) {
			return true, nil
		}
		if n.retried == retries {
			return false, nil
		}
		n.retried++
	} else {
		n.retried = 0
	}
	r, err := n.read(ctx)
	if err != nil {
		return false, err
	}
	n.seen = r
	return look(n.seen), nil
}

func (n *Names) fresh() bool {
	if n.seen == nil {
		return false
	}
	age := n.store.Now().Sub(n.seen.at)
	return age >= 0 && age < keep
}

func (n *Names) read(ctx context.Context) (*reading, error) {
	r := &reading{at: n.store.Now()}
	err := n.store.As(ctx, auth.System(forNames), func(tx *store.Tx) error {
		r.byName, r.ordered = nil, nil
		if err := tx.Find(&r.byName).Error; err != nil {
			return fmt.Errorf("reading the names of agencies: %w", err)
		}
		if err := tx.Find(&r.ordered).Error; err != nil {
			return fmt.Errorf("reading the names of providers: %w", err)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(r.byName, func(a, b models.Agency) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Code, b.Code)) })
	slices.SortFunc(r.ordered, func(a, b models.Provider) int { return cmp.Compare(a.Name, b.Name) })
	r.agencies, r.codes = make(map[uuid.UUID]models.Agency, len(r.byName)), make(map[string]uuid.UUID, len(r.byName))
	for _, a := range r.byName {
		r.agencies[a.ID], r.codes[a.Code] = a, a.ID
	}
	r.providers = make(map[uuid.UUID]models.Provider, len(r.ordered))
	for _, p := range r.ordered {
		r.providers[p.ID] = p
	}
	return r, nil
}
