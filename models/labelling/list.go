package labelling

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

// OfReport is everything that was ever said of a report and its files, as far as the
// reader may know, newest first.
type OfReport struct {
	Report models.Report
	Files  []models.File  // of the report, at most fileLimit
	More   bool           // there are more files
	Labels []models.Label // a page of those ever set
	Next   string
	Stand  []models.Label // those that stand, oldest first
}

// One is a label with what was asked about it.
type One struct {
	Report models.Report
	File   *models.File
	Label  models.Label
	Asks   []models.LabelAsk // those that the reader may know of, newest first
}

const (
	pageSize     = 50
	fileLimit    = 500
	standLimit   = 1000
	orderLabels  = 'l'
	orderAsked   = 'q'
	orderDispute = 'Q'
)

// All answers a page of a report's labels, the withdrawn ones included.
func (s *Service) All(ctx context.Context, a auth.Actor, number int64, cursor string) (*OfReport, error) {
	const action = "labels.read"
	line := audit.Event{Action: action, Words: "Read the report's labels, the withdrawn ones included."}
	refused := line
	refused.Subject = fmt.Sprintf("report number %d", number)
	if err := audit.May(ctx, s.store, a, auth.ReadReport, refused, askRead); err != nil {
		return nil, err
	}
	at, err := store.ParseCursor(cursor, orderLabels)
	if err != nil {
		return nil, err
	}
	var page *OfReport
	err = s.store.As(ctx, a, func(tx *store.Tx) error {
		page = &OfReport{}
		rep, err := findReport(tx, number)
		if err != nil {
			return err
		}
		page.Report = *rep
		q := tx.Where("report_id = ?", rep.ID)
		if at != nil {
			q = q.Where("id < ?", at.ID)
		}
		if err := q.Order("report_id desc, id desc").Limit(pageSize + 1).Find(&page.Labels).Error; err != nil {
			return fmt.Errorf("reading the labels of report %d: %w", number, err)
		}
		if len(page.Labels) > pageSize {
			page.Labels = page.Labels[:pageSize]
			last := page.Labels[pageSize-1]
			page.Next = store.Cursor{Order: orderLabels, At: last.LabelledAt, ID: last.ID}.String()
		}
		if err := tx.Where("report_id = ? and removed_at is null", rep.ID).Order("id").Limit(standLimit).Find(&page.Stand).Error; err != nil {
			return fmt.Errorf("reading the labels that stand on report %d: %w", number, err)
		}
		if err := tx.Where("report_id = ?", rep.ID).Order("id").Limit(fileLimit + 1).Find(&page.Files).Error; err != nil {
			return fmt.Errorf("reading the files of report %d: %w", number, err)
		}
		if len(page.Files) > fileLimit {
			page.Files, page.More = page.Files[:fileLimit], true
		}
		line.ReportID, line.Number = rep.ID, number
		if line.Concerns, err = concerned(tx, rep.ID, models.LabelOfClearinghouse, nil); err != nil {
			return err
		}
		return audit.Record(tx, line)
	})
	if err != nil {
		return nil, audit.Unseen(ctx, s.store, a, action, number, err)
	}
	return page, nil
}

const askRead = "Reading reports is not part of your role. Ask your agency's admin for a role that reads reports."

// Read answers one label.
func (s *Service) Read(ctx context.Context, a auth.Actor, number int64, label uuid.UUID) (*One, error) {
	const action = "label.read"
	line := audit.Event{Action: action, Words: "Read a label."}
	refused := line
	refused.Subject = fmt.Sprintf("report number %d", number)
	if err := audit.May(ctx, s.store, a, auth.ReadReport, refused, askRead); err != nil {
		return nil, err
	}
	var one *One
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		rep, err := findReport(tx, number)
		if err != nil {
			return err
		}
		l, err := find(tx, rep.ID, label, false)
		if err != nil {
			return err
		}
		one = &One{Report: *rep, Label: *l}
		if l.FileID != nil {
			one.File = &models.File{}
			if err := tx.Where("id = ?", *l.FileID).Take(one.File).Error; err != nil {
				return store.Translate(err, "This file")
			}
		}
		if err := tx.Where("label_id = ?", l.ID).Order("label_id desc, id desc").Limit(50).Find(&one.Asks).Error; err != nil {
			return fmt.Errorf("reading who asked: %w", err)
		}
		line.ReportID, line.Number, line.Detail = rep.ID, number, map[string]any{"label": l.Scheme + ":" + l.Value}
		if line.Concerns, err = concerned(tx, rep.ID, l.Side, l.AgencyID); err != nil {
			return err
		}
		return audit.Record(tx, line)
	})
	if err != nil {
		return nil, audit.Unseen(ctx, s.store, a, action, number, err)
	}
	return one, nil
}

// Waiting is a label that waits for a second look, or for a supervisor.
type Waiting struct {
	models.Label
	Number       int64
	IncidentType string
	FileName     string // empty: about the report
	AskedByName  string // who asked last; empty: the rule does
	AskedAgency  *uuid.UUID
	AskedAt      *time.Time
	AskedWhy     string
}

// WaitingPage is one page of the worklist, oldest first.
type WaitingPage struct {
	Rows []Waiting
	Next string
}

const waitingColumns = `select l.*, r.number, r.incident_type, coalesce(f.name, '') as file_name,
       a.asked_by_name, a.agency_id as asked_agency, a.asked_at, a.why as asked_why
  from labels l
  join reports r on r.id = l.report_id
  left join files f on f.id = l.file_id
  left join lateral (select * from label_asks k where k.label_id = l.id order by k.label_id desc, k.id desc limit 1) a on true `

const (
	waitingAsked = waitingColumns + `
 where l.review = 'asked' and l.removed_at is null and (l.labelled_at, l.id) > (?, ?)
 order by l.labelled_at, l.id limit ?`
	waitingDisputed = waitingColumns + `
 where l.review = 'disputed' and l.removed_at is null and (l.reviewed_at, l.id) > (?, ?)
 order by l.reviewed_at, l.id limit ?`
)

// Worklist answers the labels that wait for a second person or, when disputed, for a
// supervisor: oldest first, from a cursor of an earlier page.
func (s *Service) Worklist(ctx context.Context, a auth.Actor, disputed bool, cursor string) (*WaitingPage, error) {
	line := audit.Event{Action: "labels.listed", Words: "Looked at the labels that wait for a second look."}
	if disputed {
		line.Words = "Looked at the labels that are disputed."
	}
	if err := audit.May(ctx, s.store, a, auth.ReviewLabels, line, askReview); err != nil {
		return nil, err
	}
	order, query := byte(orderAsked), waitingAsked
	if disputed {
		order, query = orderDispute, waitingDisputed
	}
	at, err := store.ParseCursor(cursor, order)
	if err != nil {
		return nil, err
	}
	if at == nil {
		at = &store.Cursor{At: time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)}
	}
	var page *WaitingPage
	err = s.store.As(ctx, a, func(tx *store.Tx) error {
		page = &WaitingPage{}
		if err := tx.Raw(query, at.At, at.ID, pageSize+1).Scan(&page.Rows).Error; err != nil {
			return fmt.Errorf("reading the labels that wait: %w", err)
		}
		if len(page.Rows) > pageSize {
			page.Rows = page.Rows[:pageSize]
			last := page.Rows[pageSize-1]
			next := store.Cursor{Order: order, At: last.LabelledAt, ID: last.ID}
			if disputed && last.ReviewedAt != nil {
				next.At = *last.ReviewedAt
			}
			page.Next = next.String()
		}
		return audit.Record(tx, line)
	})
	if err != nil {
		return nil, err
	}
	return page, nil
}
