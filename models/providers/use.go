package providers

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"reeve/models/store"
)

// addresses answers from where right passwords came within the last month, newest
// first, at most 500.
func addresses(tx *store.Tx, id uuid.UUID) (list []Address, err error) {
	err = tx.Raw(`select host(s.address) as ip, s.first_at, s.last_at,
			coalesce(cardinality(a.allowed), 0) = 0 or exists (select 1 from unnest(a.allowed) n where s.address <<= n::inet) as allowed
		from provider_addresses s left join provider_accounts a on a.provider_id = s.provider_id
		where s.provider_id = ? and s.last_at > ? order by s.last_at desc, s.address limit 500`, id, tx.Now.AddDate(0, 0, -30)).Scan(&list).Error
	if err != nil {
		return nil, fmt.Errorf("reading a provider's addresses: %w", err)
	}
	return list, nil
}

func (p *Provider) readUse(tx *store.Tx) error {
	today := tx.Now.Truncate(24 * time.Hour)
	first := today.AddDate(0, 0, 1-Days)
	for d := range Days {
		p.Use = append(p.Use, DayUse{Day: first.AddDate(0, 0, d)})
	}
	var rows []struct {
		Day     time.Time
		Code    int
		Cause   string
		N, Last int64
		LastAt  time.Time
		LastIP  string `gorm:"column:last_ip"`
	}
	in := args(tx.Now)
	in["id"], in["first"] = p.ID, first.Format(time.DateOnly)
	err := tx.Raw("select u.day, u.code, u.cause, u.n, coalesce("+lastDay+`, 0)::bigint as last, u.last_at, u.last_ip from provider_use u
		where u.provider_id = @id and u.day >= @first order by u.day`, in).Scan(&rows).Error
	if err != nil {
		return fmt.Errorf("reading what %s sent: %w", p.Name, err)
	}
	faults := map[Fault]*FaultLine{}
	for _, r := range rows {
		i := int(r.Day.Sub(first) / (24 * time.Hour))
		if i < 0 || i >= Days {
			continue // counted by a clock that is ahead
		}
		week := i >= Days-7
		failed := r.N
		if r.Code == 0 {
			failed = 0
		}
		p.Use[i].add(r.N, failed)
		p.Day.add(r.Last, min(failed, r.Last))
		if week {
			p.Week.add(r.N, failed)
		}
		if r.Code == 0 {
			continue
		}
		key := Fault{Code: r.Code, Cause: r.Cause}
		f := faults[key]
		if f == nil {
			f = &FaultLine{Fault: key}
			faults[key] = f
		}
		f.N += r.N
		if week {
			f.Week += r.N
		}
		if !r.LastAt.Before(f.LastAt) {
			f.LastAt, f.LastIP = r.LastAt, r.LastIP
		}
	}
	p.Faults = sorted(faults)
	return nil
}

func (c *Count) add(requests, errors int64) {
	c.Requests += requests
	c.Errors += errors
}

// sorted lists errors, the commonest of the last week first.
func sorted(faults map[Fault]*FaultLine) []FaultLine {
	list := make([]FaultLine, 0, len(faults))
	for _, f := range faults {
		list = append(list, *f)
	}
	slices.SortFunc(list, func(x, y FaultLine) int {
		return cmp.Or(cmp.Compare(y.Week, x.Week), cmp.Compare(y.N, x.N), cmp.Compare(x.Code, y.Code), cmp.Compare(x.Cause, y.Cause))
	})
	return list
}
