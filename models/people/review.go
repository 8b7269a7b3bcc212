package people

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/account"
	"reeve/models/audit"
	"reeve/models/store"
)

// ReviewAtOnce is how many people are confirmed in one act.
const ReviewAtOnce = 200

// RecertifyMany notes of several people of one agency that they still need the
// access: all of them or, when one cannot be, none. The error then says who. It is
// one line in the audit log that names how many, and stands in the history of each.
func (s *Service) RecertifyMany(ctx context.Context, a auth.Actor, targets []Target) (n int, err error) {
	line := audit.Event{Action: "users.recertified", Words: "Tried to confirm the access of several people."}
	if err := s.may(ctx, a, auth.ManageUsers, line); err != nil {
		return 0, err
	}
	targets = once(targets)
	switch {
	case len(targets) == 0:
		return 0, models.InvalidField("person", "Tick the people who still need their access first.")
	case len(targets) > ReviewAtOnce:
		return 0, models.InvalidField("person", fmt.Sprintf("At most %d people at once.", ReviewAtOnce))
	}
	subject := ""
	err = s.store.As(ctx, a, func(tx *store.Tx) error {
		var names []string
		line.People, line.Concerns = nil, nil
		for _, t := range targets {
			subject = "account " + t.ID.String()
			u, err := account.Lock(tx, t.ID, t.Version)
			if err != nil {
				return err
			}
			subject = u.Email
			if len(line.Concerns) > 0 && line.Concerns[0] != u.AgencyID {
				return models.InvalidField("person", "Confirm people of one agency at a time.")
			}
			if err := account.DoRecertify(tx, u); err != nil {
				return err
			}
			line.People, line.Concerns = append(line.People, u.ID), []uuid.UUID{u.AgencyID}
			names = append(names, u.Email)
		}
		slices.Sort(names)
		n = len(names)
		line.Subject = counted(n, "account", "accounts")
		line.Words = fmt.Sprintf("Confirmed that %s still %s the access.", counted(n, "person", "people"), map[bool]string{true: "needs", false: "need"}[n == 1])
		line.Detail = map[string]any{"people": names}
		return audit.Record(tx, line)
	})
	if err != nil {
		return 0, s.unseen(ctx, a, line.Action, subject, err)
	}
	return n, nil
}

// once answers the targets each once, in one order for everybody.
func once(targets []Target) []Target {
	out := slices.Clone(targets)
	slices.SortFunc(out, func(x, y Target) int { return bytes.Compare(x.ID[:], y.ID[:]) })
	return slices.CompactFunc(out, func(x, y Target) bool { return x.ID == y.ID })
}

// ReviewAgencies is for how many agencies ReviewStatus answers at most, and
// ReviewCountUpTo how far it counts in each.
const (
	ReviewAgencies  = 1000
	ReviewCountUpTo = 999
)

// Review is how far an agency is with its yearly review. Counts go up to
// ReviewCountUpTo and one more.
type Review struct {
	AgencyID uuid.UUID
	Code     string
	Name     string
	People   int // accounts that are not removed
	Soon     int // due within ReviewAhead
	Late     int // overdue
	Idle     int // active and idle for models.IdleAfter
	Waiting  int // not approved yet
	Admins   int // active admins; an agency without one cannot help itself
}

// reviewQuery counts, for each agency that the actor manages, within indexes that
// begin with the agency. Who is late is not counted under soon.
const reviewQuery = `
select a.id as agency_id, a.code, a.name,
       (select count(*) from (select 1 from users u where u.agency_id = a.id and u.state <> 'removed' limit @most) x) as people,
       (select count(*) from (select 1 from users u where u.agency_id = a.id and u.state <> 'removed'
          and u.review_from > @late and u.review_from <= @soon limit @most) x) as soon,
       (select count(*) from (select 1 from users u where u.agency_id = a.id and u.state <> 'removed' and u.review_from <= @late limit @most) x) as late,
       (select count(*) from (select 1 from users u where u.agency_id = a.id and u.state = 'active' and u.idle_from <= @idle limit @most) x) as idle,
       (select count(*) from (select 1 from users u where u.agency_id = a.id and u.state in ('invited', 'waiting') and u.approved_at is null limit @most) x) as waiting,
       (select count(*) from (select 1 from users u where u.agency_id = a.id and u.state = 'active' and u.roles && array['agency-admin', 'clearinghouse-admin'] limit @most) x) as admins
  from agencies a
 where a.kind <> 'pool' and a.closed_at is null
   and case (select app_side()) when 'clearinghouse' then true else a.id = any ((select app_agencies_below())::uuid[]) end
 order by a.name, a.id limit @agencies`

// ReviewStatus answers how far each agency is that the actor manages, itself
// included, by name.
func (s *Service) ReviewStatus(ctx context.Context, a auth.Actor) ([]Review, error) {
	line := audit.Event{Action: "users.reviewed", Words: "Looked at how far agencies are with their yearly reviews."}
	needs := auth.ReadUsers
	if a.Can(auth.ReadAgencies) {
		needs = auth.ReadAgencies
	}
	if err := s.may(ctx, a, needs, line); err != nil {
		return nil, err
	}
	var list []Review
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		list = nil
		late := tx.Now.Add(-models.RecertifyAfter)
		err := tx.Raw(reviewQuery, map[string]any{"most": ReviewCountUpTo + 1, "agencies": ReviewAgencies, "late": late, "soon": late.Add(ReviewAhead), "idle": tx.Now.Add(-models.IdleAfter)}).Scan(&list).Error
		if err != nil {
			return fmt.Errorf("counting reviews: %w", err)
		}
		return audit.Record(tx, line)
	})
	return list, err
}
