package store

import (
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"

	"github.com/google/uuid"
)

// TakeNumber draws a number of 9 to 12 digits for a report and takes it. It is
// random, so that it tells nobody how many reports there are, and safe for JavaScript.
func (tx *Tx) TakeNumber(report uuid.UUID) (int64, error) {
	const least, most = 100_000_000, 999_999_999_999
	for range 20 {
		n, err := rand.Int(rand.Reader, big.NewInt(most-least+1))
		if err != nil {
			return 0, fmt.Errorf("drawing a report number: %w", err)
		}
		number := least + n.Int64()
		res := tx.Exec("insert into report_numbers (number, report_id) values (?, ?) on conflict do nothing", number, report)
		if res.Error != nil {
			return 0, fmt.Errorf("taking a report number: %w", res.Error)
		}
		if res.RowsAffected == 1 {
			return number, nil
		}
	}
	return 0, errors.New("no free report number in twenty draws")
}
