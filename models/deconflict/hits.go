package deconflict

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// askHits is what a person is told whose role does not show hits.
const askHits = "Deconfliction hits are for an agency's investigators and supervisors. Ask your agency's admin for that role."

// pageSize is how many hits a page shows.
const pageSize = 25

// orderHits marks cursors of the list of hits: newest first.
const orderHits = 'h'

// Hit is one identifier of the agency's own that others hold too.
type Hit struct {
	ID      uuid.UUID
	Kind    string
	Value   string // from the agency's own report
	Number  int64  // of the agency's own report
	At      time.Time
	New     bool
	Holders []Holder
}

// Holder is another agency that holds the identifier, and whom to call there.
// It says nothing of the other's reports but how many of the newest 64 there are.
type Holder struct {
	Agency, Contact, Email, Phone string
	Reports                       int
	More                          bool // the identifier has 64 links or more
	Since                         time.Time
}

// HitsPage is one page of an agency's hits, newest first.
type HitsPage struct {
	Hits []Hit
	Next string // cursor of the following page; empty on the last
}

// Hits answers what the actor's agency shares with others. A hit whose other
// holders are gone (a retracted report) is not shown.
func (s *Service) Hits(ctx context.Context, a auth.Actor, cursor string) (*HitsPage, error) {
	if err := audit.May(ctx, s.store, a, auth.ReadDeconfliction, audit.Event{Action: "deconfliction.listed", Words: "Looked at the agency's deconfliction hits."}, askHits); err != nil {
		return nil, err
	}
	from, err := store.ParseCursor(cursor, orderHits)
	if err != nil {
		return nil, err
	}
	page := &HitsPage{}
	err = s.store.As(ctx, a, func(tx *store.Tx) error {
		*page = HitsPage{}
		if err := tx.InOrder(); err != nil { // else all notices of the agency are read and sorted
			return err
		}
		q := tx.Where("agency_id = ?", a.AgencyID)
		if from != nil {
			q = q.Where("(noticed_at, id) < (?, ?)", from.At, from.ID)
		}
		var notices []models.DeconflictionNotice
		if err := q.Order("noticed_at desc, id desc").Limit(pageSize + 1).Find(&notices).Error; err != nil {
			return fmt.Errorf("reading hits: %w", err)
		}
		if len(notices) > pageSize {
			last := notices[pageSize-1]
			page.Next = store.Cursor{Order: orderHits, At: last.NoticedAt, ID: last.ID}.String()
			notices = notices[:pageSize]
		}
		holders, err := holders(tx, notices)
		if err != nil {
			return err
		}
		for _, n := range notices {
			if hs := holders[n.ID]; len(hs) > 0 {
				page.Hits = append(page.Hits, Hit{ID: n.ID, Kind: n.Kind, Value: n.Value, Number: n.Number, At: n.NoticedAt, New: n.SeenAt == nil, Holders: hs})
			}
		}
		return audit.Record(tx, audit.Event{Action: "deconfliction.listed", Words: "Looked at the agency's deconfliction hits."})
	})
	if err != nil {
		return nil, err
	}
	return page, nil
}

// readHolders asks the one window past the agency's own rows for all notices of a
// page at once, since Postgres plans a function anew in each statement, and joins
// whom to call.
const readHolders = `
select n.id, g.name as agency, g.contact_name as contact, g.contact_email as email, g.contact_phone as phone,
       h.reports, h.more, h.since
  from deconfliction_notices n
  cross join lateral deconfliction_look(n.report_id, n.agency_id, n.prefix, n.mac) h
  join agencies g on g.id = h.other_agency
 where n.id = any(?::uuid[])
 order by h.since, g.name`

func holders(tx *store.Tx, notices []models.DeconflictionNotice) (map[uuid.UUID][]Holder, error) {
	ids := make(models.IDList, len(notices))
	for i := range notices {
		ids[i] = notices[i].ID
	}
	var met []struct {
		ID uuid.UUID
		Holder
	}
	if err := tx.Raw(readHolders, ids).Scan(&met).Error; err != nil {
		return nil, fmt.Errorf("reading who else holds the identifiers: %w", err)
	}
	out := map[uuid.UUID][]Holder{}
	for _, m := range met {
		out[m.ID] = append(out[m.ID], m.Holder)
	}
	return out, nil
}

// Seen marks a hit as seen by the agency. A hit of another agency does not exist.
func (s *Service) Seen(ctx context.Context, a auth.Actor, id uuid.UUID) error {
	if err := audit.May(ctx, s.store, a, auth.ReadDeconfliction, audit.Event{Action: "deconfliction.seen", Words: "Marked a deconfliction hit as seen."}, askHits); err != nil {
		return err
	}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		var n models.DeconflictionNotice
		if err := tx.Where("id = ? and agency_id = ?", id, a.AgencyID).Take(&n).Error; err != nil {
			return store.Translate(err, "This hit")
		}
		if n.SeenAt != nil {
			return nil
		}
		if err := tx.Model(&models.DeconflictionNotice{}).Where("id = ?", id).Update("seen_at", tx.Now).Error; err != nil {
			return fmt.Errorf("marking a hit as seen: %w", err)
		}
		return audit.Record(tx, audit.Event{Action: "deconfliction.seen", ReportID: n.ReportID, Number: n.Number, Words: "Marked a deconfliction hit as seen."})
	})
	return audit.UnseenThing(ctx, s.store, a, "deconfliction.seen", "hit "+id.String(), "Asked for a hit that does not exist or is not theirs.", err)
}
