package casefile

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models/selector"
	"reeve/models/store"
)

// wanted is a searched text as far as it could be understood.
type wanted struct {
	number int64 // 0: no report number
	keys   []wantedKey
}

type wantedKey struct {
	kind selector.Kind
	key  selector.Key
}

// providersTried bounds with how many providers a bare screen name is tried; it is
// above the number of providers that report in any country today.
const providersTried = 5000

// understand brings the text into every form that it may mean. A text that is
// plainly one thing (an address, a hash) is not tried as a name.
func (s *Service) understand(ctx context.Context, q string) (*wanted, error) {
	w := &wanted{}
	if n, err := strconv.ParseInt(q, 10, 64); err == nil && n > 0 && len(q) <= 12 {
		w.number = n
	}
	plain, tried := false, map[wantedKey]bool{}
	try := func(kind selector.Kind, c selector.Context) bool {
		value, ok, _ := selector.Normalise(kind, q, c)
		if !ok {
			return false
		}
		k := wantedKey{kind, s.keys.Key(kind, value)}
		if !tried[k] {
			tried[k] = true
			w.keys = append(w.keys, k)
		}
		return true
	}
	for _, kind := range []selector.Kind{selector.Email, selector.IP, selector.HashMD5, selector.HashSHA1, selector.HashSHA256} {
		plain = try(kind, selector.Context{}) || plain
	}
	if strings.Contains(q, "://") || strings.HasPrefix(strings.ToLower(q), "www.") {
		plain = try(selector.URL, selector.Context{}) || plain
	}
	if !plain {
		// The number itself, or as it is dialled in the United States.
		if !try(selector.Phone, selector.Context{}) {
			try(selector.Phone, selector.Context{Region: "US"})
		}
		names := []selector.Kind{selector.ScreenName, selector.ProviderUser}
		if !try(selector.Device, selector.Context{}) {
			names = append(names, selector.Device)
		}
		if !strings.Contains(q, "://") {
			try(selector.URL, selector.Context{})
		}
		if err := s.understandNames(ctx, w, q, names); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// understandNames takes the text for a name that means something within a provider
// only, in the name space of each.
func (s *Service) understandNames(ctx context.Context, w *wanted, q string, kinds []selector.Kind) error {
	providers, err := s.names.Providers(ctx)
	if err != nil {
		return err
	}
	codes := make([]string, 0, len(providers))
	for i := range providers[:min(len(providers), providersTried)] {
		codes = append(codes, providers[i].Code)
	}
	scopes := selector.Scopes(codes)
	for _, kind := range kinds {
		for _, key := range s.keys.Keys(kind, selector.Everywhere(kind, q, scopes)) {
			w.keys = append(w.keys, wantedKey{kind, key})
		}
	}
	return nil
}

// words says what the text was taken for, each thing once.
func (w *wanted) words() []string {
	var out []string
	if w.number != 0 {
		out = append(out, "Report number")
	}
	for _, k := range w.keys {
		if words := k.kind.Words(); !slices.Contains(out, words) {
			out = append(out, words)
		}
	}
	return out
}

// sentence is the audit line's: what kind of thing was searched for.
func (w *wanted) sentence() string {
	words := w.words()
	if len(words) == 0 {
		return "Searched for something that is no number, identifier or hash."
	}
	return "Searched the reports by: " + strings.ToLower(strings.Join(words, ", ")) + "."
}

// perKey is how many of the newest reports with one identifier are found.
const perKey = searchLimit + 1

// Each key costs one descent of an index, and a short stretch of it when it is
// found; what is not found costs the descent alone.
const (
	numberHere = `select report_id from referrals
 where report_id = (select report_id from report_numbers where number = ?) and agency_id = ?`
	numberAnywhere = `select id as report_id from reports where id = (select report_id from report_numbers where number = ?)`
	keysHere       = `select k.prefix, l.mac, l.report_id from unnest(?::bigint[]) k(prefix) cross join lateral (
  select l.mac, l.report_id from match_links l where l.agency_id = ? and l.prefix = k.prefix order by l.report_id desc limit %d) l`
	keysAnywhere = `select k.prefix, l.mac, l.report_id from unnest(?::bigint[]) k(prefix) cross join lateral (
  select l.mac, l.report_id from identifiers l where l.prefix = k.prefix order by l.report_id desc limit %d) l`
)

// lookUp answers the reports that match, each with the words of what matched.
func (w *wanted) lookUp(tx *store.Tx) (map[uuid.UUID][]string, error) {
	hits := map[uuid.UUID][]string{}
	if err := w.lookUpNumber(tx, hits); err != nil {
		return nil, err
	}
	if len(w.keys) == 0 {
		return hits, nil
	}
	array := make([]byte, 0, 22*len(w.keys)+2)
	for i, k := range w.keys {
		array = strconv.AppendInt(append(array, "{,"[min(i, 1)]), k.key.Prefix(), 10)
	}
	array = append(array, '}')
	var met []metKey
	var err error
	if tx.Actor.Side == auth.SideAgency {
		err = tx.Raw(fmt.Sprintf(keysHere, perKey), string(array), tx.Actor.AgencyID).Scan(&met).Error
	} else {
		err = tx.Raw(fmt.Sprintf(keysAnywhere, perKey), string(array)).Scan(&met).Error
	}
	if err != nil {
		return nil, fmt.Errorf("looking identifiers up: %w", err)
	}
	wanted := w.among(met)
	for _, m := range met {
		k := wanted[m.Prefix]
		found, err := selector.KeyFrom(k.key.Version, m.MAC)
		if err != nil || !found.Equal(k.key) {
			continue // another value with the same first 64 bits
		}
		if words := k.kind.Words(); !slices.Contains(hits[m.ReportID], words) {
			hits[m.ReportID] = append(hits[m.ReportID], words)
		}
	}
	return hits, nil
}

// metKey is a stored identifier whose key begins like a wanted one.
type metKey struct {
	Prefix   int64
	MAC      []byte `gorm:"column:mac"`
	ReportID uuid.UUID
}

// among answers the wanted keys that were met, by their beginning. A name has a key
// for each provider, of which hardly any is met.
func (w *wanted) among(met []metKey) map[int64]wantedKey {
	out := make(map[int64]wantedKey, len(met))
	for _, m := range met {
		out[m.Prefix] = wantedKey{}
	}
	if len(out) == 0 {
		return out
	}
	for _, k := range w.keys {
		if _, ok := out[k.key.Prefix()]; ok {
			out[k.key.Prefix()] = k
		}
	}
	return out
}

func (w *wanted) lookUpNumber(tx *store.Tx, hits map[uuid.UUID][]string) error {
	if w.number == 0 {
		return nil
	}
	var ids []uuid.UUID
	var err error
	if tx.Actor.Side == auth.SideAgency {
		err = tx.Raw(numberHere, w.number, tx.Actor.AgencyID).Scan(&ids).Error
	} else {
		err = tx.Raw(numberAnywhere, w.number).Scan(&ids).Error
	}
	if err != nil {
		return fmt.Errorf("looking a report number up: %w", err)
	}
	for _, id := range ids {
		hits[id] = append(hits[id], "Report number")
	}
	return nil
}
