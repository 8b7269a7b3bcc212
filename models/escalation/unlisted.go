package escalation

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models/audit"
	"reeve/models/store"
)

// orderUnlisted marks cursors of the list of agencies without contacts.
const orderUnlisted = 'x'

// Unlisted is an open agency without on-call contacts, and who is called instead.
type Unlisted struct {
	ID           uuid.UUID
	Code, Name   string
	ContactName  string
	ContactEmail string // empty: it cannot be called by mail
	ContactPhone string
	CreatedAt    time.Time
	Above        string // name of the agency above; empty: none
}

// UnlistedPage is one page of them, the newest agency first.
type UnlistedPage struct {
	Rows []Unlisted
	Next string
}

// Unlisted answers the agencies that have not said whom an urgent report calls.
func (s *Service) Unlisted(ctx context.Context, a auth.Actor, cursor string) (*UnlistedPage, error) {
	line := audit.Event{Action: "on-call.listed", Subject: "agencies without contacts", Words: "Looked at the agencies without on-call contacts."}
	if err := audit.May(ctx, s.store, a, auth.ReadUrgent, line, askDesk); err != nil {
		return nil, err
	}
	at, err := store.ParseCursor(cursor, orderUnlisted)
	if err != nil {
		return nil, err
	}
	if at == nil {
		at = &store.Cursor{At: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), ID: uuid.Max}
	}
	out := &UnlistedPage{}
	err = s.store.As(ctx, a, func(tx *store.Tx) error {
		*out = UnlistedPage{}
		err := tx.Raw(`select g.id, g.code, g.name, g.contact_name, g.contact_email, g.contact_phone, g.created_at, coalesce(p.name, '') as above
			  from agencies g left join agencies p on p.id = g.parent_id
			 where g.kind = 'agency' and g.closed_at is null and (g.created_at, g.id) < (?, ?)
			   and not exists (select 1 from on_call_contacts c where c.agency_id = g.id)
			 order by g.created_at desc, g.id desc limit ?`, at.At, at.ID, pageSize+1).Scan(&out.Rows).Error
		if err != nil {
			return fmt.Errorf("listing agencies without contacts: %w", err)
		}
		if len(out.Rows) > pageSize {
			out.Rows = out.Rows[:pageSize]
			last := out.Rows[pageSize-1]
			out.Next = store.Cursor{Order: orderUnlisted, At: last.CreatedAt, ID: last.ID}.String()
		}
		return audit.Record(tx, line)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
