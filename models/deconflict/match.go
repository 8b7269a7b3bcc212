package deconflict

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// Service is deconfliction's use cases.
type Service struct{ store *store.Store }

// New makes the service over a store: the worker's for Match, the web's for Hits.
func New(s *store.Store) *Service { return &Service{store: s} }

// key is one identifier among the keyed ones.
type key struct {
	prefix int64
	mac    [32]byte
}

type pointer struct {
	Prefix      int64
	MAC         []byte `gorm:"column:mac"`
	Kind        string
	OtherAgency uuid.UUID
	Reports     int
	Since       time.Time
	More        bool
}

func (p pointer) key() (k key) {
	k.prefix = p.Prefix
	copy(k.mac[:], p.MAC)
	return k
}

// Match looks for other agencies that hold an identifier of a report just
// referred to an agency, and gives both sides a notice. Doing it again changes
// nothing. It is the worker's.
func (s *Service) Match(ctx context.Context, report, agency uuid.UUID) error {
	return s.store.As(ctx, auth.System(auth.ForMatching), func(tx *store.Tx) error {
		if err := tx.Exec(countLinks, report, agency).Error; err != nil {
			return fmt.Errorf("counting links: %w", err)
		}
		var found []pointer
		if err := tx.Raw("select prefix, mac, kind, other_agency, reports, since, more from deconfliction_pointers(?, ?) order by prefix, other_agency", report, agency).Scan(&found).Error; err != nil {
			return fmt.Errorf("looking for other holders: %w", err)
		}
		newHere := map[key]bool{}
		for _, p := range oncePerFile(found) {
			k := p.key()
			first, known := newHere[k]
			if !known {
				var err error
				if first, err = firstLink(tx, p, report, agency); err != nil {
					return err
				}
				newHere[k] = first
				if err := notice(tx, agency, p, true); err != nil {
					return err
				}
			}
			if err := notice(tx, p.OtherAgency, p, first); err != nil {
				return err
			}
		}
		return tx.Exec(recountReport, map[string]any{"report": report, "agency": agency}).Error
	})
}

// oncePerFile leaves out MD5 and SHA-1 where the SHA-256 says the same of the same
// agency: a file is one thing to be told of, not three.
func oncePerFile(found []pointer) []pointer {
	bySHA256 := map[uuid.UUID]bool{}
	for _, p := range found {
		if p.Kind == "hash_sha256" {
			bySHA256[p.OtherAgency] = true
		}
	}
	return slices.DeleteFunc(found, func(p pointer) bool {
		return (p.Kind == "hash_md5" || p.Kind == "hash_sha1") && bySHA256[p.OtherAgency]
	})
}

// countLinks folds this referral's links into the statistics, once.
const countLinks = `
with fresh as (
  update match_links set counted = true
   where report_id = ? and agency_id = ? and not counted
  returning prefix, mac, kind)
insert into match_stats (prefix, mac, kind, links)
select prefix, mac, min(kind), count(*) from fresh group by prefix, mac order by prefix, mac
on conflict (prefix, mac) do update set links = match_stats.links + excluded.links`

// recountReport sets how many identifiers of one agency's report are held
// elsewhere, counted from that agency's notices.
const recountReport = `
update referrals r set shared = least(n.shared, 999)
  from (select count(*) as shared from match_links l
          join deconfliction_notices d on d.agency_id = l.agency_id and d.prefix = l.prefix and d.mac = l.mac
         where l.report_id = @report and l.agency_id = @agency and l.target) n
 where r.report_id = @report and r.agency_id = @agency and r.shared <> least(n.shared, 999)`

// firstLink reports whether the agency had linked the identifier with no other
// report before: only then is its coming news to the other holders.
func firstLink(tx *store.Tx, p pointer, report, agency uuid.UUID) (bool, error) {
	var earlier bool
	err := tx.Raw(`select exists (select 1 from match_links
		where agency_id = ? and prefix = ? and mac = ? and target and report_id < ?)`, agency, p.Prefix, p.MAC, report).Row().Scan(&earlier)
	if err != nil {
		return false, fmt.Errorf("looking for earlier links: %w", err)
	}
	return !earlier, nil
}

// ownValue finds the identifier in clear in the newest report of the agency that
// holds it: a notice shows an agency nothing but its own.
const ownValue = `
select i.value, l.report_id, n.number
  from match_links l
  join identifiers i on i.report_id = l.report_id and i.prefix = l.prefix and i.mac = l.mac
  join report_numbers n on n.report_id = l.report_id
 where l.agency_id = ? and l.prefix = ? and l.mac = ? and l.target
 order by l.report_id desc limit 1`

// notice gives an agency its notice of an identifier, or brings an old one back
// to the top when the news is new.
func notice(tx *store.Tx, agency uuid.UUID, p pointer, news bool) error {
	var own struct {
		Value    string
		ReportID uuid.UUID
		Number   int64
	}
	res := tx.Raw(ownValue, agency, p.Prefix, p.MAC).Scan(&own)
	if res.Error != nil {
		return fmt.Errorf("reading a holder's own value: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return nil // its report was erased meanwhile
	}
	n := models.DeconflictionNotice{ID: store.NewID(), AgencyID: agency, Prefix: p.Prefix, MAC: p.MAC, Kind: p.Kind,
		Value: own.Value, ReportID: own.ReportID, Number: own.Number, NoticedAt: tx.Now}
	res = tx.Exec(`insert into deconfliction_notices (id, agency_id, prefix, mac, kind, value, report_id, number, noticed_at)
		values (?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (agency_id, prefix, mac) do nothing`,
		n.ID, n.AgencyID, n.Prefix, n.MAC, n.Kind, n.Value, n.ReportID, n.Number, n.NoticedAt)
	if res.Error != nil {
		return fmt.Errorf("writing a notice: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		if !news {
			return nil
		}
		return tx.Exec(`update deconfliction_notices set noticed_at = ?, seen_at = null
			where agency_id = ? and prefix = ? and mac = ? and noticed_at < ?`, tx.Now, agency, p.Prefix, p.MAC, tx.Now).Error
	}
	if err := recountHolders(tx, agency, p); err != nil {
		return err
	}
	return audit.Record(tx, audit.Event{Action: "deconfliction.noticed", ReportID: own.ReportID, Number: own.Number,
		Words:    "Told the agency that another agency holds one of this report's identifiers.",
		Detail:   map[string]string{"kind": p.Kind},
		Concerns: []uuid.UUID{agency}})
}

// recountHolders recounts the agency's newest reports that hold the identifier,
// at most 64: what a list shows first.
func recountHolders(tx *store.Tx, agency uuid.UUID, p pointer) error {
	var reports []uuid.UUID
	err := tx.Raw(`select report_id from match_links where agency_id = ? and prefix = ? and mac = ? order by report_id desc limit 64`,
		agency, p.Prefix, p.MAC).Scan(&reports).Error
	if err != nil {
		return fmt.Errorf("finding an agency's reports of an identifier: %w", err)
	}
	for _, r := range reports {
		if err := tx.Exec(recountReport, map[string]any{"report": r, "agency": agency}).Error; err != nil {
			return fmt.Errorf("counting shared identifiers: %w", err)
		}
	}
	return nil
}
