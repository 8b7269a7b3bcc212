package casefile

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/referral"
	"reeve/models/store"
)

// Open answers the whole page of a report, without the content of its files, and
// notes that it was read. The first reading by somebody who may work on it takes
// the unread mark away. Whoever's role reads no reports is Forbidden; a report not
// referred to the actor's agency is NotFound.
func (s *Service) Open(ctx context.Context, a auth.Actor, number int64) (*ReportView, error) {
	line := audit.Event{Action: "report.read", Words: "Read the report."}
	refused := line
	refused.Subject = fmt.Sprintf("report number %d", number)
	if err := s.may(ctx, a, auth.ReadReport, refused, askReport); err != nil {
		return nil, err
	}
	var g *gathered
	err := s.store.As(ctx, a, func(tx *store.Tx) (err error) {
		if g, err = gather(tx, number); err != nil {
			return err
		}
		if g.own != nil && a.Can(auth.WorkReferral) {
			if err := referral.FirstRead(tx, g.own); err != nil {
				return fmt.Errorf("noting the first reading of report %d: %w", number, err)
			}
			if err := referral.SeenAgain(tx, g.own); err != nil {
				return err
			}
		}
		line.ReportID, line.Number, line.Concerns = g.report.ID, g.report.Number, g.concerned()
		return audit.Record(tx, line)
	})
	if err != nil {
		return nil, s.unseen(ctx, a, line.Action, number, err)
	}
	return s.draw(ctx, a, g)
}

// gathered is what the database says of a report, names not yet filled in.
type gathered struct {
	now         time.Time
	report      models.Report
	referrals   []models.Referral
	own         *models.Referral // nil for clearinghouse staff
	decisions   []models.RoutingDecision
	identifiers []seenIdentifier
	more        bool // there are more identifiers
	pointers    []pointer
	holders     []holder
	files       []models.File
	documents   []Document
	outcomes    []models.Outcome
	additions   []models.PublicAddition
	trail       []models.AuditEvent
	related     []related
	labels      []models.Label
	marks       []models.FileMark
	elsewhere   map[uuid.UUID]int // by file: other reports with the same bytes
}

// concerned answers the agencies to which the report was referred: somebody
// else's reading concerns them.
func (g *gathered) concerned() []uuid.UUID {
	ids := make([]uuid.UUID, len(g.referrals))
	for i := range g.referrals {
		ids[i] = g.referrals[i].AgencyID
	}
	return ids
}

// What one page shows of lists that have no natural end.
const (
	identifierLimit = 500
	fileLimit       = 500
	trailLimit      = 50
	listLimit       = 200
)

// gather reads everything of a report in one statement per table, each by an
// index on the report.
func gather(tx *store.Tx, number int64) (*gathered, error) {
	g := &gathered{now: tx.Now}
	if err := tx.Where("id = (select report_id from report_numbers where number = ?)", number).Take(&g.report).Error; err != nil {
		return nil, store.Translate(err, fmt.Sprintf("Report %d", number))
	}
	id, agency := g.report.ID, tx.Actor.Side == auth.SideAgency
	q := tx.Where("report_id = ?", id)
	if agency {
		q = q.Where("agency_id = ?", tx.Actor.AgencyID)
	}
	if err := q.Order("referred_at, id").Limit(listLimit).Find(&g.referrals).Error; err != nil {
		return nil, fmt.Errorf("reading where report %d was sent: %w", number, err)
	}
	if agency {
		if len(g.referrals) == 0 {
			return nil, models.NotFoundf("Report %d does not exist, or not for you.", number)
		}
		g.own = &g.referrals[0]
	}
	for _, step := range []struct {
		what string
		read func() error
	}{
		{"routing", func() error {
			return tx.Where("report_id = ?", id).Order("round desc").Limit(10).Find(&g.decisions).Error
		}},
		{"identifiers", func() error { return g.readIdentifiers(tx) }},
		{"shared identifiers", func() error { return g.readPointers(tx) }},
		{"other holders", func() error { return g.readHolders(tx) }},
		{"files", func() error {
			return tx.Where("report_id = ?", id).Order("id").Limit(fileLimit + 1).Find(&g.files).Error
		}},
		{"other reports with the files", func() error { return g.readElsewhere(tx) }},
		{"documents", func() error { return tx.Raw(documentList, id).Scan(&g.documents).Error }},
		{"outcomes", func() error { return g.readOutcomes(tx) }},
		{"additions", func() error { return g.readAdditions(tx) }},
		{"trail", func() error {
			return tx.Where("report_id = ?", id).Order("id desc").Limit(trailLimit).Find(&g.trail).Error
		}},
		{"related reports", func() error { return g.readRelated(tx) }},
		{"labels", func() error { return g.readMarks(tx) }},
	} {
		if err := step.read(); err != nil {
			return nil, fmt.Errorf("reading the %s of report %d: %w", step.what, number, err)
		}
	}
	return g, nil
}

func (g *gathered) readOutcomes(tx *store.Tx) error {
	q := tx.Limit(listLimit)
	switch {
	case g.own == nil:
		q = q.Where("report_id = ?", g.report.ID).Order("id desc")
	case g.own.FirstActAt == nil:
		return nil // nothing was done yet, so nothing was recorded
	default:
		q = q.Where("referral_id = ?", g.own.ID).Order("recorded_at desc, id desc")
	}
	return q.Find(&g.outcomes).Error
}
