package publicform

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// More is what a reporter adds to a report that was sent.
type More struct {
	Number string // as typed
	Code   string
	Text   string
	Links  string
}

// The most that one addition may hold, in characters.
const (
	MoreText  = longText
	MoreLinks = someText * 5
)

// Add adds to a report. Whoever has the number and its code may, and learns nothing of
// the report by it. ErrNoFit is the one answer to a number that does not exist, to one
// of a provider's report, and to a wrong code. The same text twice is one addition.
func (s *Service) Add(ctx context.Context, a auth.Actor, in More) error {
	if err := only(a); err != nil {
		return err
	}
	number, _ := strconv.ParseInt(strings.Join(strings.Fields(in.Number), ""), 10, 64)
	code := plainCode(in.Code)
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		rep, err := s.find(tx, number, code)
		if err != nil {
			return err
		}
		sum := sha256.Sum256([]byte(in.Text + "\x00" + in.Links))
		id := store.NewID()
		res := tx.Exec("insert into public_additions (id, report_id, text, links, sha256, added_at) values (?, ?, ?, ?, ?, ?) on conflict do nothing",
			id, rep.ReportID, in.Text, in.Links, sum[:], tx.Now)
		if res.Error != nil {
			return fmt.Errorf("keeping an addition: %w", res.Error)
		}
		if res.RowsAffected == 0 {
			return nil // pressed twice
		}
		if err := tx.Enqueue(models.ReadAddition{AdditionID: id}); err != nil {
			return err
		}
		return audit.Record(tx, audit.Event{Action: "report.added-to", ReportID: rep.ReportID, Number: rep.Number,
			Words: "The reporter added to the report, with its number and code."})
	})
	if errors.Is(err, ErrNoFit) {
		// The same line whatever was wrong: it names the number as given.
		return errors.Join(err, audit.Refused(ctx, s.store, a, audit.Event{Action: "report.added-to", Subject: "report number " + strconv.FormatInt(number, 10),
			Words: "Refused: number and code of a report do not belong together."}))
	}
	return err
}

// find looks the report up by the keyed hash of both: there is no row to compare with
// when either is wrong, and no other question is asked.
func (s *Service) find(tx *store.Tx, number int64, code string) (*models.PublicReport, error) {
	for _, key := range s.keys {
		proof := proofOf(key, number, code)
		if err := hold(tx, proof); err != nil {
			return nil, err
		}
		var rep models.PublicReport
		err := tx.Where("proof = ?", proof).Take(&rep).Error
		if err == nil {
			return &rep, nil
		}
		if !errors.Is(err, gorm.ErrRecordNotFound) {
			return nil, fmt.Errorf("looking for a report: %w", err)
		}
	}
	return nil, ErrNoFit
}
