package casefile

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// Inbox answers a page of the agency's referrals. A query that cannot be asked
// (an unknown view, a damaged cursor) is Invalid, with the field. Whoever's role
// has no inbox is Forbidden.
func (s *Service) Inbox(ctx context.Context, a auth.Actor, q InboxQuery) (*InboxPage, error) {
	line := audit.Event{Action: "inbox.read", Words: "Looked at the agency's inbox."}
	if err := s.may(ctx, a, auth.ReadInbox, line, askInbox); err != nil {
		return nil, err
	}
	q, err := q.checked()
	if err != nil {
		return nil, err
	}
	cursor, err := q.cursor()
	if err != nil {
		return nil, err
	}
	page := &InboxPage{}
	var f *found
	err = s.store.As(ctx, a, func(tx *store.Tx) error {
		if err := tx.InOrder(); err != nil {
			return err
		}
		w := plan(q, a.AgencyID, a.UserID, tx.Now)
		f, err = w.run(tx, cursor, q.Size)
		if err != nil {
			return err
		}
		if cursor != nil && cursor.Back && !f.more && f.stopped == nil && len(f.rows) < q.Size {
			// The beginning is near: show the whole first page rather than a short one.
			cursor, q.Cursor = nil, ""
			if f, err = w.run(tx, nil, q.Size); err != nil {
				return err
			}
		}
		page.Prev, page.Next = w.cursors(f, cursor)
		if page.Counts, err = counts(tx, a.AgencyID, a.UserID); err != nil {
			return err
		}
		if a.Can(auth.WorkReferral) {
			if page.Colleagues, err = colleagues(tx); err != nil {
				return err
			}
		}
		line.Detail = map[string]any{"view": q.View, "sort": q.Sort, "rows": len(f.rows)}
		return audit.Record(tx, line)
	})
	if err != nil {
		return nil, err
	}
	if f.stopped != nil {
		page.Looked = &Looked{Rows: scanLimit, Until: f.stopped.ReceivedAt}
	}
	page.Query = q
	return page, s.inboxRows(ctx, a, page, f.rows)
}

func (s *Service) inboxRows(ctx context.Context, a auth.Actor, page *InboxPage, rows []models.Referral) error {
	page.Rows = make([]InboxRow, 0, len(rows))
	for i := range rows {
		r := &rows[i]
		provider, err := s.names.Provider(ctx, r.ProviderID)
		if err != nil {
			return err
		}
		page.Rows = append(page.Rows, InboxRow{
			Number: r.Number, Priority: r.Priority, AgencyPriority: r.AgencyPriority, Urgent: r.Urgent, PriorityWhy: r.PriorityWhy,
			Type: r.IncidentType, Provider: provider, Subject: r.Subject, Place: r.Place, Why: r.Why, Capacity: r.Capacity,
			ReceivedAt: r.ReceivedAt, ReferredAt: r.ReferredAt, PreserveUntil: r.PreserveUntil, Shared: int(r.Shared),
			FilesTotal: r.FilesTotal, FilesLocked: r.FilesLocked, AssigneeID: r.AssigneeID, Assignee: r.Assignee,
			Mine: r.AssigneeID != nil && *r.AssigneeID == a.UserID, State: r.State, Unread: r.FirstReadAt == nil,
			Outcome: r.Outcome, Overdue: r.Overdue, ReturnDueAt: r.ReturnDueAt, LookAgain: r.LookAgainWhy, Version: r.Version,
		})
	}
	return nil
}

// checked fills in defaults and refuses what cannot be asked.
func (q InboxQuery) checked() (InboxQuery, error) {
	if q.View == "" {
		q.View = ViewOpen
	}
	if q.Sort == "" {
		q.Sort = SortUrgency
	}
	if q.Size == 0 {
		q.Size = 50
	}
	_, known := orders[q.Sort]
	switch {
	case !slices.Contains(Views(), q.View):
		return q, models.InvalidField("view", "The inbox has no such view.")
	case !known:
		return q, models.InvalidField("sort", "The inbox cannot be sorted so.")
	case q.Size < 1 || q.Size > 100:
		return q, models.InvalidField("size", "A page has 1 to 100 rows.")
	case q.Priority < 0 || q.Priority > 3:
		return q, models.InvalidField("priority", "A priority is 1, 2 or 3.")
	case q.MinAgeDays < 0 || q.MinAgeDays > 36500:
		return q, models.InvalidField("age", "An age is a number of days.")
	case q.State != "" && q.State.Words() == string(q.State):
		return q, models.InvalidField("state", "There is no such state.")
	case len(q.Type) > 200 || !sound(q.Type):
		return q, models.InvalidField("type", "There is no such incident type.")
	}
	if q.Sort == SortUrgency && (q.View == ViewClosed || q.View == ViewAll || q.View == ViewReturning) {
		q.Sort = SortNewest
	}
	return q, nil
}

func (q InboxQuery) cursor() (*store.Cursor, error) {
	o := orders[q.Sort]
	c, err := store.ParseCursor(q.Cursor, o.code)
	if err == nil && c != nil && (c.Rank < 0 || c.Rank > 9) {
		return nil, models.InvalidField("cursor", "This page's address is damaged. Start again from the first page.")
	}
	return c, err
}

// sound says whether a text can be asked of the database at all.
func sound(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }
