package intake

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// own reads an open report of the acting provider, locked when it is to change.
func own(tx *store.Tx, number int64, lock bool) (*models.Report, error) {
	q := tx.DB
	if lock {
		q = q.Clauses(clause.Locking{Strength: "UPDATE"})
	}
	var r models.Report
	err := q.Where("id = (select report_id from report_numbers where number = ?)", number).Take(&r).Error
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return nil, ErrNoReport
	case err != nil:
		return nil, fmt.Errorf("reading report %d: %w", number, err)
	case r.State == models.ReportFinished:
		return nil, ErrFinished
	case r.State == models.ReportRetracted:
		return nil, ErrRetracted
	case r.State != models.ReportOpen || overdue(&r, tx.Now):
		return nil, ErrNoReport // expired, or about to be
	}
	return &r, nil
}

// touch moves the time from which an abandoned report expires.
func touch(tx *store.Tx, r *models.Report) error {
	if err := tx.Model(&models.Report{}).Where("id = ?", r.ID).Update("modified_at", tx.Now).Error; err != nil {
		return fmt.Errorf("noting a change of report %d: %w", r.Number, err)
	}
	return nil
}

// refused writes the audit line of a deed that the report's state or owner forbids,
// and answers the error. The line of a report that is another provider's is the same
// as that of one that does not exist: it names the number as given and nothing else.
func (s *Service) refused(ctx context.Context, a auth.Actor, action string, number int64, err error) error {
	for _, why := range []*models.Error{ErrNoReport, ErrNoFile, ErrFinished, ErrRetracted} {
		if errors.Is(err, why) {
			return errors.Join(err, audit.Refused(ctx, s.store, a, audit.Event{Action: action, Subject: strconv.FormatInt(number, 10), Words: "Refused: " + why.Message}))
		}
	}
	return err
}

// newPublicID makes a file id of 32 hexadecimal digits whose first is a letter
// other than e: some clients take all digits, and digits around an e, for a number.
func newPublicID() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program instead
	id := []byte(hex.EncodeToString(b))
	id[0] = "abcdf"[int(b[0])%5]
	return string(id)
}

func unhex(s string) []byte {
	b, _ := hex.DecodeString(s) // evidence's own encoding
	return b
}

// fileName makes a name from outside fit to be kept as text: the database takes
// neither broken UTF-8 nor NUL.
func fileName(s string) string {
	return clip(strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD"), nameLength)
}

// clip cuts a text to at most n characters.
func clip(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n])
}
