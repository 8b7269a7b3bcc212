package intake

import (
	"context"
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// Submission is a report as a provider opens it.
type Submission struct {
	Reported *models.Reported
	Document []byte // the received bytes, verbatim
}

// Open opens a report and answers its number. The document is kept as received.
// Prior reports that the submission names must be the provider's own.
func (s *Service) Open(ctx context.Context, a auth.Actor, in Submission) (int64, error) {
	if !a.Can(auth.SubmitReport) {
		return 0, models.Forbiddenf("Only a provider's account may submit reports.")
	}
	var number int64
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		if err := checkPrior(tx, in.Reported); err != nil {
			return err
		}
		id := store.NewID()
		var err error
		if number, err = tx.TakeNumber(id); err != nil {
			return err
		}
		sum := sha256.Sum256(in.Document)
		r := models.Report{
			ID: id, Number: number, ProviderID: &a.ProviderID, State: models.ReportOpen, Batched: in.Reported.BatchReason != "",
			IncidentType: in.Reported.Incident.Type, OpenedAt: tx.Now, ModifiedAt: tx.Now, Reported: in.Reported,
			SubmissionSHA256: sum[:], Newer: len(in.Reported.Newer),
			Class: "referral", Priority: 3, Urgency: 2, Desk: models.DeskNone, Version: 1,
		}
		if at := in.Reported.Incident.DateTime.At; !at.IsZero() {
			r.IncidentAt = &at
		}
		if err := tx.Create(&r).Error; err != nil {
			return fmt.Errorf("opening a report: %w", err)
		}
		doc := models.ReportDocument{ID: store.NewID(), ReportID: id, ProviderID: &a.ProviderID, Kind: "report",
			Body: in.Document, Size: int64(len(in.Document)), SHA256: sum[:], ReceivedAt: tx.Now}
		if err := tx.Create(&doc).Error; err != nil {
			return fmt.Errorf("keeping the submitted document: %w", err)
		}
		return audit.Record(tx, audit.Event{Action: "report.opened", ReportID: id, Number: number, Words: "Opened a report through the provider API."})
	})
	return number, err
}

// checkPrior refuses numbers of prior reports that are none of the provider's. It
// answers all of them at once. Asking for another provider's number learns nothing:
// row-level security shows only the provider's own.
func checkPrior(tx *store.Tx, rep *models.Reported) error {
	wanted := map[int64]bool{}
	for _, list := range [][]models.ReportedParty{rep.Subjects, rep.Recipients, rep.Victims} {
		for _, p := range list {
			for _, n := range p.PriorReports {
				wanted[n] = true
			}
			for _, acc := range p.Associated {
				for _, n := range acc.PriorReports {
					wanted[n] = true
				}
			}
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	numbers := make([]int64, 0, len(wanted))
	for n := range wanted {
		numbers = append(numbers, n)
	}
	var found []int64
	err := tx.Raw("select r.number from reports r join report_numbers n on n.report_id = r.id where n.number in ?", numbers).Scan(&found).Error
	if err != nil {
		return fmt.Errorf("looking for prior reports: %w", err)
	}
	for _, n := range found {
		delete(wanted, n)
	}
	if len(wanted) == 0 {
		return nil
	}
	unknown := make([]string, 0, len(wanted))
	for _, n := range numbers {
		if wanted[n] {
			unknown = append(unknown, strconv.FormatInt(n, 10))
		}
	}
	return models.InvalidField("priorCTReports", "priorCTReports names reports that are not yours or do not exist: "+strings.Join(unknown, ", ")+".")
}
