package triage

import (
	"fmt"

	"github.com/riverqueue/river"

	"reeve/models"
	"reeve/models/store"
)

// follow sets off, with the first routing and in its transaction, what the rest of
// the desk does with a new report on its own.
func follow(tx *store.Tx, rep *models.Report) error {
	for _, args := range following(rep) {
		if err := tx.Enqueue(args); err != nil {
			return fmt.Errorf("setting off %s: %w", args.Kind(), err)
		}
	}
	return nil
}

// following lists the jobs of a new report.
func following(rep *models.Report) []river.JobArgs {
	jobs := []river.JobArgs{
		models.ExamineFiles{ReportID: rep.ID},
		models.LinkReport{ReportID: rep.ID},
	}
	if rep.Urgent {
		jobs = append(jobs, models.RaiseUrgent{ReportID: rep.ID})
	}
	return jobs
}

// becameUrgent lists the jobs of a report that was not urgent when it came, and is
// now; or the other way round, which withdraws the calls.
func becameUrgent(rep *models.Report) []river.JobArgs {
	return []river.JobArgs{models.RaiseUrgent{ReportID: rep.ID}}
}
