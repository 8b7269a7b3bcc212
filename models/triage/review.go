package triage

import (
	"context"
	"fmt"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/priority"
	"reeve/models/store"
)

// besideRows is how many rows of the queue stand beside a report.
const besideRows = 10

// Review is a report as its analyst decides about it: who holds it, what is proposed,
// and the queue beside it. What the report holds is models/casefile's to answer.
type Review struct {
	Report   models.Report    // without what was sent
	Assessed *priority.Result // nil: never assessed, or by rules that cannot be read
	Hold     *Hold            // nil: nobody holds it
	Mine     bool             // the reader does
	Skips    []Skip           // who passed it by, newest first
	Proposal Proposal
	People   []Colleague // at the desk, the reader left out
	Pools    []models.Agency
	Agencies []models.Agency // that could get it and are not among the options
	Beside   *DeskPage       // the next of the queue, within the reader's filter
}

// Skip is somebody's passing a report by.
type Skip struct {
	UserName string
	Times    int
	Why      string
}

// Review answers what an analyst decides by. Looking at a report that one holds goes
// on holding it.
func (s *Service) Review(ctx context.Context, a auth.Actor, number int64, q DeskQuery) (*Review, error) {
	line := audit.Event{Action: "desk.reviewed", Words: "Looked at the report at the desk."}
	refused := line
	refused.Subject = fmt.Sprintf("report number %d", number)
	if err := audit.May(ctx, s.store, a, auth.ReadDesk, refused, askDesk); err != nil {
		return nil, err
	}
	q.View, q.Size = DeskWaiting, besideRows
	if err := q.check(); err != nil {
		return nil, err
	}
	first, err := deskCursor("")
	if err != nil {
		return nil, err
	}
	var v *Review
	err = s.store.As(ctx, a, func(tx *store.Tx) (err error) {
		if v, err = s.review(tx, number); err != nil {
			return err
		}
		if err := readDeskBeside(tx, v, q, first); err != nil {
			return err
		}
		line.ReportID, line.Number = v.Report.ID, v.Report.Number
		return audit.Record(tx, line)
	})
	if err != nil {
		return nil, audit.Unseen(ctx, s.store, a, line.Action, number, err)
	}
	return v, nil
}

func (s *Service) review(tx *store.Tx, number int64) (*Review, error) {
	v := &Review{}
	err := tx.Omit("reported").Where("id = (select report_id from report_numbers where number = ?)", number).Take(&v.Report).Error
	if err != nil {
		return nil, store.Translate(err, fmt.Sprintf("Report %d", number))
	}
	rep := &v.Report
	v.Assessed = assessed(rep.Assessment)
	if v.Hold, err = holdOf(tx, rep.ID); err != nil {
		return nil, err
	}
	if v.Hold != nil && v.Hold.HeldBy == tx.Actor.UserID {
		v.Mine, v.Hold.ActiveAt = true, tx.Now
		// Unless somebody took it this moment.
		err := tx.Exec("update desk_holds set active_at = ? where report_id = ? and held_by = ?", tx.Now, rep.ID, tx.Actor.UserID).Error
		if err != nil {
			return nil, fmt.Errorf("going on holding a report: %w", err)
		}
	}
	err = tx.Raw("select user_name, times, why from desk_skips where report_id = ? order by skipped_at desc, user_id limit 10", rep.ID).Scan(&v.Skips).Error
	if err != nil {
		return nil, fmt.Errorf("reading who passed a report by: %w", err)
	}
	return v, s.offer(tx, v)
}

// offer fills in what the analyst chooses from.
func (s *Service) offer(tx *store.Tx, v *Review) error {
	dir, err := s.directory(tx)
	if err != nil {
		return err
	}
	by, err := latestRouting(tx, v.Report.ID)
	if err != nil {
		return err
	}
	held, err := referralsOf(tx, v.Report.ID)
	if err != nil {
		return err
	}
	v.Proposal = offered(&v.Report, by, dir, held)
	taken := map[string]bool{}
	for _, o := range v.Proposal.Options {
		taken[o.Code] = true
	}
	for i := range held {
		taken[dir.byID[held[i].AgencyID].Code] = true
	}
	for _, agency := range dir.sorted {
		switch {
		case agency.Kind == models.KindPool:
			v.Pools = append(v.Pools, agency)
		case agency.Kind == models.KindAgency && !taken[agency.Code]:
			v.Agencies = append(v.Agencies, agency)
		}
	}
	people, err := deskPeople(tx)
	if err != nil {
		return err
	}
	for _, p := range people {
		if p.ID != tx.Actor.UserID {
			v.People = append(v.People, p)
		}
	}
	return nil
}

// readDeskBeside reads the queue beside a report. It comes last: it changes how the
// rest of the transaction is planned.
func readDeskBeside(tx *store.Tx, v *Review, q DeskQuery, at store.Cursor) (err error) {
	if v.Beside, err = readDesk(tx, q, at); err != nil {
		return err
	}
	v.Beside.Counts, err = countDesk(tx, q.Since)
	return err
}

// NextHeld answers the number of the most urgent report that the actor holds, 0 when
// they hold none: where to go on after one is decided. Numbers of what one holds are no
// report's content, so only a refusal leaves a line.
func (s *Service) NextHeld(ctx context.Context, a auth.Actor) (int64, error) {
	if err := s.mayRead(ctx, a, "desk.listed", "Looked for what they hold at the desk."); err != nil {
		return 0, err
	}
	var numbers []int64
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		return tx.Raw(`select r.number from desk_holds h join reports r on r.id = h.report_id and r.desk = 'waiting'
			where h.held_by = ? and h.active_at > ? order by r.urgency desc, h.taken_at, r.id limit 1`, a.UserID, tx.Now.Add(-HoldIdle)).Scan(&numbers).Error
	})
	if err != nil || len(numbers) == 0 {
		return 0, err
	}
	return numbers[0], nil
}
