package triage

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/priority"
	"reeve/models/store"
)

const (
	gapsProviders = 20  // a page of the list
	gapsRecent    = 100 // newest reports of each, in the list
	// GapsUsual is how many of one provider's newest reports are looked at.
	GapsUsual = 500
)

// GapsRow is how complete one provider's newest reports are.
type GapsRow struct {
	ID      uuid.UUID
	Name    string
	Reports int
	Mean    float64 // of 100; meaningless without reports
}

// GapsPage is a page of the providers by name.
type GapsPage struct {
	Rows  []GapsRow
	After string // the name after which the following page begins; empty: none
}

// Each provider's reports are read from the beginning of an index of its own, a
// hundred at most, so that a page costs the same however many there are. What a report
// lacked is what it lacked when it was assessed.
const gapsList = `
select p.id, p.name, coalesce(r.n, 0) as reports, coalesce(r.mean, 0) as mean
  from (select id, name from providers where (name, id) > (?, ?) order by name, id limit ?) p
  left join lateral (
    select count(x.assessment) as n, avg((x.assessment->'completeness'->>'score')::int) as mean
      from (select assessment from reports
             where provider_id = p.id and state = 'finished'
             order by finished_at desc, id desc limit ?) x) r on true
 order by p.name, p.id`

// Gaps answers how complete the newest reports of each provider are, by the
// provider's name, those after a name.
func (s *Service) Gaps(ctx context.Context, a auth.Actor, after string) (*GapsPage, error) {
	line := audit.Event{Action: "completeness.listed", Words: "Looked at how complete providers' reports are."}
	if err := audit.May(ctx, s.store, a, auth.ReadDesk, line, askRead); err != nil {
		return nil, err
	}
	out := &GapsPage{}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		*out = GapsPage{}
		if err := inOrder(tx); err != nil {
			return err
		}
		if err := tx.Raw(gapsList, after, uuid.Max, gapsProviders+1, gapsRecent).Scan(&out.Rows).Error; err != nil {
			return fmt.Errorf("reading how complete reports are: %w", err)
		}
		if len(out.Rows) > gapsProviders {
			out.Rows = out.Rows[:gapsProviders]
			out.After = out.Rows[gapsProviders-1].Name
		}
		return audit.Record(tx, line)
	})
	return out, err
}

// ProviderGaps is what one provider's newest reports lack.
type ProviderGaps struct {
	GapsRow
	Asked int
	Gaps  []Gap // the most frequent first
}

// Gap is one thing that reports lack.
type Gap struct {
	Key   string
	Text  string
	Times int // of the reports looked at
	Cost  int // of 100, the highest at which it was reckoned
}

// readInOrder keeps the planner from reading all reports and sorting them: under the
// policies it takes few of them to be visible, when the newest are wanted and nearly
// all are. The index has them in order.
const readInOrder = "select set_config('enable_seqscan', 'off', true), set_config('enable_sort', 'off', true), set_config('enable_bitmapscan', 'off', true)"

func inOrder(tx *store.Tx) error {
	if err := tx.Exec(readInOrder).Error; err != nil {
		return fmt.Errorf("preparing to read the newest reports: %w", err)
	}
	return nil
}

const gapsOne = `
select m->>'key' as key, count(*) as times, max((m->>'cost')::int) as cost
  from (select assessment from reports
         where provider_id = ? and state = 'finished'
         order by finished_at desc, id desc limit ?) x
 cross join lateral jsonb_array_elements(x.assessment->'completeness'->'missing') m
 group by 1 order by 2 desc, 3 desc, 1`

const gapsMean = `
select count(x.assessment) as reports, coalesce(avg((x.assessment->'completeness'->>'score')::int), 0) as mean
  from (select assessment from reports
         where provider_id = ? and state = 'finished'
         order by finished_at desc, id desc limit ?) x`

// ProviderGaps answers what a provider's n newest finished reports lack, how often,
// and what each costs.
func (s *Service) ProviderGaps(ctx context.Context, a auth.Actor, provider string, n int) (*ProviderGaps, error) {
	line := audit.Event{Action: "completeness.read", Subject: "provider " + provider, Words: "Looked at what a provider's reports lack."}
	if err := audit.May(ctx, s.store, a, auth.ReadDesk, line, askRead); err != nil {
		return nil, err
	}
	out := &ProviderGaps{}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		*out = ProviderGaps{Asked: n}
		id, err := uuid.Parse(provider)
		if err != nil {
			return models.NotFoundf("There is no such provider. Look for it in the list.")
		}
		var p models.Provider
		if err := tx.Where("id = ?", id).Take(&p).Error; err != nil {
			return store.Translate(err, "This provider")
		}
		if err := inOrder(tx); err != nil {
			return err
		}
		if err := tx.Raw(gapsMean, id, n).Scan(&out.GapsRow).Error; err != nil {
			return fmt.Errorf("reading how complete reports are: %w", err)
		}
		out.ID, out.Name = p.ID, p.Name
		if err := tx.Raw(gapsOne, id, n).Scan(&out.Gaps).Error; err != nil {
			return fmt.Errorf("reading what reports lack: %w", err)
		}
		book, err := s.rules(tx)
		if err != nil {
			return err
		}
		words := map[string]string{}
		for _, rules := range []*priority.Rules{priority.DefaultRules(), book.priority} {
			for _, m := range rules.MissingRows() {
				words[m.Key] = m.Text
			}
		}
		for i := range out.Gaps {
			if out.Gaps[i].Text = words[out.Gaps[i].Key]; out.Gaps[i].Text == "" {
				out.Gaps[i].Text = out.Gaps[i].Key
			}
		}
		line.Subject = p.Name
		return audit.Record(tx, line)
	})
	return out, audit.UnseenThing(ctx, s.store, a, line.Action, "provider "+provider, "Asked for a provider that does not exist.", err)
}
