package territory

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models/audit"
	"reeve/models/store"
)

// Sheet answers a draft with its changes and what keeps it from being published. A
// published or dropped one shows its changes alone.
func (s *Service) Sheet(ctx context.Context, a auth.Actor, id uuid.UUID) (*Sheet, error) {
	line := audit.Event{Action: "territory.read", Subject: "draft " + id.String(), Words: "Looked at a draft of territory."}
	if err := s.read(ctx, a, line); err != nil {
		return nil, err
	}
	var out *Sheet
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		d, err := findDraft(tx, id, "")
		if err != nil {
			return err
		}
		if out, err = sheetOf(tx, d); err != nil {
			return err
		}
		return audit.Record(tx, line)
	})
	return out, s.unseen(ctx, a, line, err)
}

func sheetOf(tx *store.Tx, d *Draft) (*Sheet, error) {
	b, err := readBook(tx)
	if err != nil {
		return nil, err
	}
	out := &Sheet{Draft: *d}
	if out.Changes, err = changesOf(tx, d.ID); err != nil {
		return nil, err
	}
	if out.Head, err = head(tx); err != nil {
		return nil, err
	}
	if d.State != StateDraft {
		return out, nil
	}
	out.judge(b, dayOf(tx.Now))
	return out, nil
}

// judge fills in what publishing would do and what stands against it.
func (s *Sheet) judge(b *book, today time.Time) []Row {
	rows, found := b.apply(s.Changes)
	s.Findings = append(found, b.check(rows)...)
	for _, r := range rows {
		switch {
		case r.fresh && !r.gone:
			s.Added++
		case !r.fresh && r.touched:
			s.Ended++
		}
	}
	s.From = today
	for _, c := range s.Changes {
		if from := c.from(); from.After(s.From) {
			s.From = from
		}
		if c.from().Before(today) && s.Draft.PastWhy == "" {
			s.Findings = append(s.Findings, Finding{Line: c.Line, Day: firstDay(c.from()), Words: "This changes territory for days that have passed, and no reason is given: " + c.Words})
		}
	}
	return rows
}

func changesOf(tx *store.Tx, draft uuid.UUID) ([]Change, error) {
	var list []Change
	if err := tx.Where("draft_id = ?", draft).Order("id").Find(&list).Error; err != nil {
		return nil, fmt.Errorf("reading the changes of a draft: %w", err)
	}
	return list, nil
}

// head is the number of the newest published version; 0 before the first.
func head(tx *store.Tx) (n int, err error) {
	if err = tx.Raw("select coalesce(max(number), 0) from territory_versions").Row().Scan(&n); err != nil {
		err = fmt.Errorf("reading the version of the territory: %w", err)
	}
	return n, err
}
