package triage

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/priority"
	"reeve/models/referral"
	"reeve/models/routing"
	"reeve/models/store"
)

// deskPage is how many reports a page of the desk shows.
const deskPage = 25

// DeskRow is a report that waits for an analyst.
type DeskRow struct {
	ID           uuid.UUID
	Number       int64
	IncidentType string
	Provider     string
	SubjectLabel string
	Priority     int16
	Urgent       bool
	Urgency      int16
	Class        string
	FinishedAt   time.Time
	DeskWhy      string
	FilesTotal   int
	FilesLocked  int
}

// DeskCursor is where a page of the desk ended.
type DeskCursor struct {
	Urgency int16
	At      time.Time
	ID      uuid.UUID
}

// DeskPage is one page of the desk's queue, most urgent first.
type DeskPage struct {
	Rows    []DeskRow
	Next    *DeskCursor
	Waiting int        // at most 1001
	Oldest  *time.Time // of those counted
}

const deskQueue = `
select r.id, r.number, r.incident_type, coalesce(p.name, 'The public') as provider, r.subject_label, r.priority, r.urgent, r.urgency,
       r.class, r.finished_at, r.desk_why, r.files_total, r.files_locked
  from reports r left join providers p on p.id = r.provider_id
 where r.desk = 'waiting' and (r.urgency, r.finished_at, r.id) < (?, ?, ?)
 order by r.urgency desc, r.finished_at desc, r.id desc
 limit ?`

// Queue answers the reports that wait for an analyst.
func (s *Service) Queue(ctx context.Context, a auth.Actor, from *DeskCursor) (*DeskPage, error) {
	if !a.Can(auth.ReadDesk) {
		return nil, models.Forbiddenf("The desk is for the clearinghouse's analysts.")
	}
	at := DeskCursor{Urgency: 32767, At: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), ID: uuid.Max}
	if from != nil {
		at = *from
	}
	var page *DeskPage
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		page = &DeskPage{}
		if err := tx.Raw(deskQueue, at.Urgency, at.At, at.ID, deskPage+1).Scan(&page.Rows).Error; err != nil {
			return fmt.Errorf("reading the desk's queue: %w", err)
		}
		if len(page.Rows) > deskPage {
			page.Rows = page.Rows[:deskPage]
			last := page.Rows[deskPage-1]
			page.Next = &DeskCursor{last.Urgency, last.FinishedAt, last.ID}
		}
		err := tx.Raw(`select count(*), min(finished_at) from (select finished_at from reports where desk = 'waiting' limit 1001) w`).Row().Scan(&page.Waiting, &page.Oldest)
		if err != nil {
			return fmt.Errorf("counting the desk's queue: %w", err)
		}
		return audit.Record(tx, audit.Event{Action: "desk.listed", Words: "Looked at the desk's queue."})
	})
	return page, err
}

// PoolRow is a pool with what lies in it.
type PoolRow struct {
	Code, Name string
	Open       int // at most 1001
	Urgent     int
	Oldest     *time.Time
}

const poolCounts = `
select g.code, g.name, w.open, w.urgent, w.oldest
  from agencies g
  cross join lateral (
    select count(*) as open, count(*) filter (where o.urgent) as urgent, min(o.received_at) as oldest
      from (select f.urgent, f.received_at from referrals f where f.agency_id = g.id and f.open
             order by f.urgency desc, f.received_at desc limit 1001) o) w
 where g.kind = 'pool' order by g.code`

// Pools answers what lies in each pool.
func (s *Service) Pools(ctx context.Context, a auth.Actor) ([]PoolRow, error) {
	if !a.Can(auth.ReadDesk) {
		return nil, models.Forbiddenf("The pools are for the clearinghouse's analysts.")
	}
	var rows []PoolRow
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		rows = nil
		if err := tx.Raw(poolCounts).Scan(&rows).Error; err != nil {
			return fmt.Errorf("counting the pools: %w", err)
		}
		return audit.Record(tx, audit.Event{Action: "pools.listed", Words: "Looked at the pools."})
	})
	return rows, err
}

// PoolPage is one page of a pool's reports.
type PoolPage struct {
	Name string
	Rows []models.Referral
	Next *DeskCursor
}

// Pool answers the open reports of one pool, most urgent first.
func (s *Service) Pool(ctx context.Context, a auth.Actor, code string, from *DeskCursor) (*PoolPage, error) {
	if !a.Can(auth.ReadDesk) {
		return nil, models.Forbiddenf("The pools are for the clearinghouse's analysts.")
	}
	var page *PoolPage
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		page = &PoolPage{}
		var pool models.Agency
		if err := tx.Where("code = ? and kind = ?", code, models.KindPool).Take(&pool).Error; err != nil {
			return store.Translate(err, "This pool")
		}
		page.Name = pool.Name
		q := tx.Where("agency_id = ? and open", pool.ID)
		if from != nil {
			q = q.Where("(urgency, received_at, id) < (?, ?, ?)", from.Urgency, from.At, from.ID)
		}
		if err := q.Order("urgency desc, received_at desc, id desc").Limit(deskPage + 1).Find(&page.Rows).Error; err != nil {
			return fmt.Errorf("reading a pool: %w", err)
		}
		if len(page.Rows) > deskPage {
			page.Rows = page.Rows[:deskPage]
			last := page.Rows[deskPage-1]
			page.Next = &DeskCursor{last.Urgency, last.ReceivedAt, last.ID}
		}
		return audit.Record(tx, audit.Event{Action: "pool.listed", Subject: code, Words: "Looked at a pool."})
	})
	return page, err
}

// Release is what an analyst decides about a report.
type Release struct {
	AgencyCodes []string
	Reason      string
	Version     int // of the report, as the form showed it; 0: whatever it is now
}

// Refer refers a report by hand to one or more agencies, with a reason, and takes
// it off the desk and out of its pool. An agency that already has it, or returned
// it, is refused in words.
func (s *Service) Refer(ctx context.Context, a auth.Actor, number int64, in Release) error {
	if !a.Can(auth.RouteReport) {
		return models.Forbiddenf("Referring a report is for the clearinghouse's analysts.")
	}
	in.Reason = strings.TrimSpace(in.Reason)
	switch {
	case len(in.AgencyCodes) == 0:
		return models.InvalidField("agency", "Choose the agency that is to get the report.")
	case in.Reason == "":
		return models.InvalidField("reason", "Say in a few words why it goes there. The agency will read it.")
	case len([]rune(in.Reason)) > 500:
		return models.InvalidField("reason", "Keep the reason below 500 characters.")
	}
	return s.store.As(ctx, a, func(tx *store.Tx) error {
		var rep models.Report
		err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = (select report_id from report_numbers where number = ?)", number).Take(&rep).Error
		if err != nil {
			return store.Translate(err, fmt.Sprintf("Report %d", number))
		}
		if in.Version != 0 && in.Version != rep.Version {
			return models.Conflictf("Report %d was changed since you opened it. Nothing of yours was saved; look at the change, then decide again.", number)
		}
		dir, err := readDirectory(tx)
		if err != nil {
			return err
		}
		var decision models.RoutingDecision
		if err := tx.Where("report_id = ?", rep.ID).Order("round desc").Limit(1).Find(&decision).Error; err != nil {
			return fmt.Errorf("reading the decision: %w", err)
		}
		told, err := referByHand(tx, &rep, dir, decision, in)
		if err != nil {
			return err
		}
		if err := closeInPools(tx, &rep, dir, told); err != nil {
			return err
		}
		err = tx.Model(&models.Report{}).Where("id = ?", rep.ID).Updates(map[string]any{
			"desk": models.DeskDone, "desk_why": "Referred by " + a.Name + ".", "version": rep.Version + 1}).Error
		if err != nil {
			return fmt.Errorf("taking the report off the desk: %w", err)
		}
		if decision.ID != uuid.Nil && decision.Released == "waiting" {
			err = tx.Model(&models.RoutingDecision{}).Where("id = ?", decision.ID).Updates(map[string]any{
				"released": "person", "released_why": in.Reason, "decided_by": a.UserID, "decided_by_name": a.Name}).Error
			if err != nil {
				return fmt.Errorf("noting who decided: %w", err)
			}
		}
		return audit.Record(tx, audit.Event{Action: "report.referred", ReportID: rep.ID, Number: rep.Number, Concerns: told,
			Words: "Referred the report by hand.", Detail: map[string]any{"agencies": in.AgencyCodes, "reason": in.Reason}})
	})
}

func referByHand(tx *store.Tx, rep *models.Report, dir *directory, row models.RoutingDecision, in Release) ([]uuid.UUID, error) {
	var d routing.Decision
	if len(row.Decision) > 0 {
		if err := json.Unmarshal(row.Decision, &d); err != nil {
			return nil, fmt.Errorf("reading the decision: %w", err)
		}
	}
	var told []uuid.UUID
	for _, code := range in.AgencyCodes {
		agency, ok := dir.byCode[code]
		if !ok || agency.Kind == models.KindClearinghouse {
			return nil, models.InvalidField("agency", fmt.Sprintf("There is no agency %q. Choose one from the list.", code))
		}
		n := referral.New{AgencyID: agency.ID, Capacity: "unknown", Basis: "person", Hop: max(rep.RoutingRound, 1), Confidence: 1, Why: in.Reason, Place: agency.Name}
		if c, ok := d.Candidate(code); ok {
			n.Capacity, n.Confidence, n.Place = string(c.Capacity), float32(c.Confidence), c.Place
		}
		if row.ID != uuid.Nil {
			n.DecisionID = &row.ID
		}
		var assessed priority.Result
		if len(rep.Assessment) > 0 {
			if err := json.Unmarshal(rep.Assessment, &assessed); err != nil {
				return nil, fmt.Errorf("reading the assessment: %w", err)
			}
			n.PriorityWhy = assessed.Short()
		}
		fresh, err := referral.Refer(tx, rep, n)
		if err != nil {
			return nil, err
		}
		if !fresh {
			return nil, models.InvalidField("agency", agency.Name+" already has this report or has returned it.")
		}
		told = append(told, agency.ID)
	}
	return told, nil
}

// closeInPools ends the report's stay in every pool that was not just told.
func closeInPools(tx *store.Tx, rep *models.Report, dir *directory, told []uuid.UUID) error {
	var held []models.Referral
	if err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("report_id = ? and open", rep.ID).Order("id").Find(&held).Error; err != nil {
		return fmt.Errorf("looking for the report in pools: %w", err)
	}
	for i := range held {
		r := &held[i]
		if dir.byID[r.AgencyID].Kind != models.KindPool || slices.Contains(told, r.AgencyID) {
			continue
		}
		err := referral.Do(tx, r, referral.Close, func(r *models.Referral) {
			r.Outcome, r.OutcomeAt = "ref.other_agency", &tx.Now
		})
		if err != nil {
			return err
		}
	}
	return nil
}
