package casefile

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// searchLimit is how many reports a search shows.
const searchLimit = 50

// SearchPage is what a search found, newest first.
type SearchPage struct {
	Q    string
	As   []string // what the text was taken for: "report number", "e-mail address"
	Rows []SearchRow
	More bool // there are more than are shown
}

// SearchRow is one report that was found.
type SearchRow struct {
	Number     int64
	Type       string
	Provider   string
	Subject    string
	ReceivedAt time.Time
	State      models.ReferralState // empty for clearinghouse staff
	Outcome    string
	By         []string // what matched: "E-mail address"
}

// Search finds reports by number, identifier or hash, among those that the actor
// may see. The text is brought into the normal form of every kind that it may be
// and looked up by its key: exact, by index, never by part of a text. A screen name
// or a provider's user id is tried with every provider, since it means something
// only there. The audit line says what kind of thing was searched for, not what.
func (s *Service) Search(ctx context.Context, a auth.Actor, q string) (*SearchPage, error) {
	line := audit.Event{Action: "search", Words: "Searched the reports."}
	if err := s.may(ctx, a, auth.Search, line, askSearch); err != nil {
		return nil, err
	}
	q = strings.TrimSpace(q)
	switch {
	case q == "":
		return &SearchPage{}, nil
	case len(q) > 2000 || !sound(q):
		return nil, models.InvalidField("q", "This cannot be searched for. Type a report number, an identifier or a hash.")
	}
	want, err := s.understand(ctx, q)
	if err != nil {
		return nil, err
	}
	page := &SearchPage{Q: q, As: want.words()}
	var rows []foundReport
	err = s.store.As(ctx, a, func(tx *store.Tx) error {
		hits, err := want.lookUp(tx)
		if err != nil {
			return err
		}
		if rows, err = describe(tx, hits); err != nil {
			return err
		}
		line.Words, line.Detail = want.sentence(), map[string]any{"found": min(len(rows), searchLimit)}
		return audit.Record(tx, line)
	})
	if err != nil {
		return nil, err
	}
	if len(rows) > searchLimit {
		rows, page.More = rows[:searchLimit], true
	}
	for i := range rows {
		r := &rows[i]
		provider, err := s.names.Provider(ctx, r.ProviderID)
		if err != nil {
			return nil, err
		}
		page.Rows = append(page.Rows, SearchRow{Number: r.Number, Type: r.IncidentType, Provider: provider, Subject: r.Subject,
			ReceivedAt: r.ReceivedAt, State: r.State, Outcome: r.Outcome, By: r.by})
	}
	return page, nil
}

// foundReport is a report that was found, and by what.
type foundReport struct {
	models.Referral
	by []string
}

const (
	describeHere = `select report_id, number, provider_id, incident_type, subject, received_at, state, outcome
  from referrals where agency_id = ? and report_id in ?`
	describeAnywhere = `select id as report_id, number, provider_id, incident_type, subject_label as subject, finished_at as received_at
  from reports where id in ?`
)

// describe reads what a list shows of the reports that were hit, newest first.
func describe(tx *store.Tx, hits map[uuid.UUID][]string) ([]foundReport, error) {
	ids := make([]uuid.UUID, 0, len(hits))
	for id := range hits {
		ids = append(ids, id)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	// Ids grow with time: the newest ones are enough.
	slices.SortFunc(ids, func(x, y uuid.UUID) int { return strings.Compare(y.String(), x.String()) })
	ids = ids[:min(len(ids), searchLimit+1)]
	var rows []models.Referral
	var err error
	if tx.Actor.Side == auth.SideAgency {
		err = tx.Raw(describeHere, tx.Actor.AgencyID, ids).Scan(&rows).Error
	} else {
		err = tx.Raw(describeAnywhere, ids).Scan(&rows).Error
	}
	if err != nil {
		return nil, fmt.Errorf("reading the reports that were found: %w", err)
	}
	slices.SortFunc(rows, func(x, y models.Referral) int { return strings.Compare(y.ReportID.String(), x.ReportID.String()) })
	out := make([]foundReport, len(rows))
	for i := range rows {
		out[i] = foundReport{Referral: rows[i], by: hits[rows[i].ReportID]}
	}
	return out, nil
}
