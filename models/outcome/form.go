package outcome

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/referral"
	"reeve/models/store"
)

// commonCount is how many codes stand in front as buttons.
const commonCount = 8

// commonCodes counts the codes among the agency's newest outcomes: what it uses
// now, at a cost that does not follow its history.
const commonCodes = `
select code from (select code, undone_at from outcomes where agency_id = ? order by id desc limit 200) o
 where undone_at is null group by code order by count(*) desc, code`

// usual fills the buttons of an agency that has not recorded much yet.
var usual = []string{"open.investigating", "closed.arrest", "closed.insufficient.no_ip", "closed.insufficient.no_identity",
	"link.existing_case", "link.duplicate", "closed.not_illegal.context", "closed.no_resources"}

// Form answers what the outcome form of a report shows: what may be recorded now,
// the codes this agency uses most in front, and what can still be undone.
func (s *Service) Form(ctx context.Context, a auth.Actor, number int64) (*Form, error) {
	line := audit.Event{Action: "outcome.form", Words: "Opened the report's outcome form."}
	refused := line
	refused.Subject = fmt.Sprintf("report number %d", number)
	if err := s.may(ctx, a, auth.WorkReferral, refused, askWork); err != nil {
		return nil, err
	}
	agency, _, err := s.names.Agency(ctx, a.AgencyID)
	if err != nil {
		return nil, err
	}
	agencies, err := s.names.Agencies(ctx)
	if err != nil {
		return nil, err
	}
	form := &Form{Number: number, Missing: models.MissingItems, Zone: agency.Zone}
	for i := range agencies {
		if to := &agencies[i]; to.Kind == models.KindAgency && to.ClosedAt == nil && to.ID != a.AgencyID {
			form.ReturnTo = append(form.ReturnTo, AgencyChoice{Code: to.Code, Name: to.Name})
		}
	}
	err = s.store.As(ctx, a, func(tx *store.Tx) error {
		err := tx.Where("report_id = (select report_id from report_numbers where number = ?) and agency_id = ?", number, a.AgencyID).Take(&form.Referral).Error
		if err != nil {
			return store.Translate(err, fmt.Sprintf("Report %d", number))
		}
		if err := tx.InOrder(); err != nil {
			return err
		}
		var used []string
		if err := tx.Raw(commonCodes, a.AgencyID).Scan(&used).Error; err != nil {
			return fmt.Errorf("counting the outcomes in use: %w", err)
		}
		if form.Undoable, err = latestUndoable(tx, &form.Referral); err != nil {
			return err
		}
		form.offer(used)
		d := daysFor(&form.Referral, tx.Now, zone(agency))
		form.Earliest, form.Latest = d.first.Format(time.DateOnly), d.last.Format(time.DateOnly)
		line.ReportID, line.Number = form.Referral.ReportID, number
		return audit.Record(tx, line)
	})
	if err != nil {
		return nil, s.unseen(ctx, a, line.Action, number, err)
	}
	return form, nil
}

// offer fills in what the referral's state allows.
func (f *Form) offer(used []string) {
	state := f.Referral.State
	f.MayRecord, f.Common = nil, nil
	for _, c := range models.OutcomeCodes {
		if referral.May(deedFor(c, state), state) {
			f.MayRecord = append(f.MayRecord, c)
		}
	}
	f.MayReturn, f.MayKeep = referral.May(referral.Return, state), referral.May(referral.Keep, state)
	switch state {
	case models.ReferralReturning:
		f.NotRecorded = "This report is being returned. Keep it after all, then record what became of it."
	case models.ReferralReturned:
		f.NotRecorded = "This report was returned and is another agency's now."
	}
	taken := map[string]bool{}
	for _, code := range append(used, usual...) {
		for _, c := range f.MayRecord {
			if c.Code == code && !taken[code] && len(f.Common) < commonCount {
				taken[code] = true
				f.Common = append(f.Common, c)
			}
		}
	}
}

// latestUndoable answers the latest standing outcome if it can be undone now.
func latestUndoable(tx *store.Tx, r *models.Referral) (*Undoable, error) {
	var o models.Outcome
	err := tx.Where("referral_id = ?", r.ID).Order("recorded_at desc, id desc").Take(&o).Error
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("reading the latest outcome of report %d: %w", r.Number, err)
	case o.UndoneAt != nil:
		return nil, nil
	}
	if _, err := undoable(tx, r, &o); err != nil {
		if models.KindOf(err) == models.Conflict {
			return nil, nil
		}
		return nil, err
	}
	return &Undoable{ID: o.ID, Words: wordsOf(o.Code), Until: o.RecordedAt.Add(referral.UndoFor)}, nil
}
