package referral

import (
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"reeve/models"
	"reeve/models/store"
)

// New is what Refer must be told besides the report itself.
type New struct {
	AgencyID    uuid.UUID
	DecisionID  *uuid.UUID
	Capacity    string // suspect, victim or unknown
	Basis       string // rule, person or pool
	Hop         int16
	Confidence  float32
	Why         string // the short reason in the inbox
	Place       string
	PriorityWhy string
}

// Refer makes the report visible to an agency: a referral with what its queue
// shows, the keyed links by which other agencies' reports match it, and the job
// that does the matching. Referring a report twice to the same agency changes
// nothing and answers false.
func Refer(tx *store.Tx, rep *models.Report, n New) (bool, error) {
	r := models.Referral{
		ID: store.NewID(), ReportID: rep.ID, Number: rep.Number, AgencyID: n.AgencyID, ProviderID: rep.ProviderID,
		DecisionID: n.DecisionID, Capacity: n.Capacity, Basis: n.Basis, Hop: n.Hop, Confidence: n.Confidence,
		Why: n.Why, Place: n.Place, IncidentType: rep.IncidentType, IncidentAt: rep.IncidentAt, Subject: rep.SubjectLabel,
		Priority: rep.Priority, Urgent: rep.Urgent, Urgency: rep.Urgency, PriorityWhy: n.PriorityWhy,
		ReceivedAt: *rep.FinishedAt, ReferredAt: tx.Now, PreserveUntil: rep.PreserveUntil,
		FilesTotal: rep.FilesTotal, FilesLocked: rep.FilesLocked,
		State: models.ReferralNew, Version: 1, UpdatedAt: tx.Now, UpdatedBy: tx.Actor.Name,
	}
	res := tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "report_id"}, {Name: "agency_id"}}, DoNothing: true}).Create(&r)
	if res.Error != nil {
		return false, fmt.Errorf("referring report %d: %w", rep.Number, res.Error)
	}
	if res.RowsAffected == 0 {
		return false, nil
	}
	if err := Link(tx, rep, n.AgencyID); err != nil {
		return false, err
	}
	if err := change(tx, nil, &r); err != nil {
		return false, err
	}
	if rep.Urgent {
		if err := tx.Enqueue(models.RaiseUrgent{ReportID: rep.ID}); err != nil {
			return false, err
		}
	}
	return true, tx.Enqueue(models.MatchReport{ReportID: rep.ID, AgencyID: n.AgencyID})
}

// linkReport copies a report's keyed identifiers to an agency's links. A victim's
// or reporter's identifier is linked so that the agency finds its own report by
// it, and never matches (target is false).
const linkReport = `
insert into match_links (prefix, mac, report_id, agency_id, kind, target, subject, at, linked_at)
select i.prefix, i.mac, i.report_id, ?, min(i.kind), bool_or(i.whose in ('subject', 'recipient', 'unknown')), ?, max(i.at), ?
  from identifiers i
 where i.report_id = ? and i.matchable
   and exists (select 1 from agencies g where g.id = ? and g.kind = 'agency')
 group by i.prefix, i.mac, i.report_id
on conflict do nothing`

// Link copies the report's identifiers that are not linked yet to the agency's links.
// Refer does it; so does whoever adds identifiers to a report that was referred.
func Link(tx *store.Tx, rep *models.Report, agency uuid.UUID) error {
	if err := tx.Exec(linkReport, agency, rep.SubjectKey, tx.Now, rep.ID, agency).Error; err != nil {
		return fmt.Errorf("linking the identifiers of report %d: %w", rep.Number, err)
	}
	return nil
}

// unlink ends what an agency holds by a report that it has returned: its keyed
// links, and the notices of identifiers that no other report of its holds.
func unlink(tx *store.Tx, r *models.Referral) error {
	err := tx.Exec(`delete from deconfliction_notices n using match_links l
		where l.report_id = @report and l.agency_id = @agency and n.agency_id = l.agency_id and n.prefix = l.prefix and n.mac = l.mac
		  and not exists (select 1 from match_links o where o.agency_id = l.agency_id and o.prefix = l.prefix and o.mac = l.mac and o.report_id <> l.report_id)`,
		map[string]any{"report": r.ReportID, "agency": r.AgencyID}).Error
	if err != nil {
		return fmt.Errorf("ending notices of report %d: %w", r.Number, err)
	}
	if err := tx.Exec("delete from match_links where report_id = ? and agency_id = ?", r.ReportID, r.AgencyID).Error; err != nil {
		return fmt.Errorf("ending links of report %d: %w", r.Number, err)
	}
	return nil
}

// BoardKeys says under which headings of the feedback board a referral counts.
func BoardKeys(r *models.Referral) []string {
	keys := []string{"received", "state:" + string(r.State)}
	if r.Outcome != "" {
		keys = append(keys, "outcome:"+r.Outcome)
	}
	if r.Overdue {
		keys = append(keys, "overdue")
	}
	if r.FirstReadAt != nil {
		keys = append(keys, "opened")
	}
	if r.FirstActAt != nil {
		keys = append(keys, "acted")
	}
	return keys
}

type boardChange struct {
	AgencyID   uuid.UUID
	ProviderID *uuid.UUID
	Month      time.Time
	Before     models.TextList `gorm:"type:text[]"`
	After      models.TextList `gorm:"type:text[]"`
}

// TableName names the table for gorm.
func (boardChange) TableName() string { return "board_changes" }

// change appends what moved between headings; nothing is written when nothing did.
// Appending never waits for another transaction, a counter would.
func change(tx *store.Tx, before, after *models.Referral) error {
	var was []string
	if before != nil {
		was = BoardKeys(before)
	}
	is := BoardKeys(after)
	c := boardChange{AgencyID: after.AgencyID, ProviderID: after.ProviderID,
		Month: time.Date(after.ReferredAt.Year(), after.ReferredAt.Month(), 1, 0, 0, 0, 0, time.UTC)}
	for _, k := range was {
		if !slices.Contains(is, k) {
			c.Before = append(c.Before, k)
		}
	}
	for _, k := range is {
		if !slices.Contains(was, k) {
			c.After = append(c.After, k)
		}
	}
	if len(c.Before) == 0 && len(c.After) == 0 {
		return nil
	}
	if err := tx.Create(&c).Error; err != nil {
		return fmt.Errorf("counting a change for the board: %w", err)
	}
	return nil
}
