package linking

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// How far is looked. Every look is a stretch of an index, so that what a report costs
// does not follow how many others there are.
const (
	priorLimit   = 20  // earlier numbers that a provider names
	keyLimit     = 20  // files, and identifiers, by which others are looked for
	newestLimit  = 64  // reports that are looked at for one file or identifier
	popularLook  = 512 // files with the same bytes that are counted
	linkLimit    = 20  // links that one report is given
	popularFrom  = 50  // more distinct subjects make a file popular
	popularDays  = 90
	nearTime     = 72 * time.Hour      // between two incidents that are one
	sameUserTime = 24 * time.Hour      // between incidents of one user that are one
	receivedNear = 90 * 24 * time.Hour // between receiving a report and its supplement
)

// proposal is a link that was found.
type proposal struct {
	other models.Report
	kind  models.LinkKind
	how   string
	why   string
	score float32
}

// Link looks for reports about the same matter as a finished one and links them, puts
// it into the bundle of a widely spread file, and marks for another look what it
// supplements. Doing it again changes nothing. It is the worker's.
func (s *Service) Link(ctx context.Context, report uuid.UUID) error {
	return s.store.As(ctx, auth.System(auth.ForLinking), func(tx *store.Tx) error {
		var rep models.Report
		if err := tx.Where("id = ?", report).Take(&rep).Error; err != nil {
			return store.Translate(err, "This report")
		}
		if rep.State != models.ReportFinished || rep.Reported == nil {
			return nil // retracted or erased meanwhile
		}
		var files []models.File
		if err := tx.Where("report_id = ?", rep.ID).Order("id").Limit(keyLimit).Find(&files).Error; err != nil {
			return fmt.Errorf("reading a report's files: %w", err)
		}
		popular, err := popularOf(tx, files)
		if err != nil {
			return err
		}
		if err := bundle(tx, &rep, files, popular); err != nil {
			return err
		}
		found, err := find(tx, &rep, files, popular)
		if err != nil {
			return err
		}
		kinds := map[string]int{}
		for i := range found {
			fresh, err := put(tx, &rep, &found[i])
			if err != nil {
				return err
			}
			if fresh {
				kinds[string(found[i].kind)]++
			}
		}
		if len(kinds) == 0 {
			return nil
		}
		// How many, and not which: an agency that holds this report may read the line.
		return audit.Record(tx, audit.Event{Action: "report.linked", ReportID: rep.ID, Number: rep.Number, Words: "Linked the report with others about the same matter.", Detail: kinds})
	})
}

// find lists what the report may be linked with, the surest kind for each other report.
func find(tx *store.Tx, rep *models.Report, files []models.File, popular map[uuid.UUID]bool) ([]proposal, error) {
	var out []proposal
	seen := map[uuid.UUID]int{}
	add := func(p proposal) {
		if p.other.ID == rep.ID || p.other.State != models.ReportFinished {
			return
		}
		if i, known := seen[p.other.ID]; known {
			old := &out[i]
			if old.how == "shared-file" && p.how == "shared-identifier" {
				old.kind, old.score, old.why = models.LinkDuplicate, 0.95, old.why+" "+p.why
			}
			return
		}
		if len(out) < linkLimit {
			seen[p.other.ID] = len(out)
			out = append(out, p)
		}
	}
	for _, look := range []func(*store.Tx, *models.Report, func(proposal)) error{
		byPriorNumber, bySameUser,
		func(tx *store.Tx, rep *models.Report, add func(proposal)) error {
			return bySharedFile(tx, rep, files, popular, add)
		},
		bySharedIdentifier,
	} {
		if err := look(tx, rep, add); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// byPriorNumber takes the provider at its word: it names an earlier report of its own.
func byPriorNumber(tx *store.Tx, rep *models.Report, add func(proposal)) error {
	var numbers []int64
	for _, parties := range [][]models.ReportedParty{rep.Reported.Subjects, rep.Reported.Recipients, rep.Reported.Victims} {
		for _, p := range parties {
			for _, n := range p.PriorReports {
				if len(numbers) < priorLimit && !slices.Contains(numbers, n) {
					numbers = append(numbers, n)
				}
			}
		}
	}
	if len(numbers) == 0 || rep.ProviderID == nil {
		return nil
	}
	var list []models.Report
	err := tx.Where("id in (select report_id from report_numbers where number in ?) and provider_id = ?", numbers, rep.ProviderID).Order("id desc").Find(&list).Error
	if err != nil {
		return fmt.Errorf("reading the reports that a provider names: %w", err)
	}
	for _, o := range list {
		if before(&o, rep) {
			add(proposal{o, models.LinkSupplement, "prior-number", "The provider names the earlier report in the later one.", 0.95})
		}
	}
	return nil
}

const byKey = `select r.* from (
  select distinct i.report_id from (
    select report_id, mac from identifiers where prefix = ? and report_id <> ? order by report_id desc limit ?) i where i.mac = ?) x
  join reports r on r.id = x.report_id where r.state = 'finished' order by r.id desc`

// bySameUser finds the newest earlier report of the same provider about the same user
// and the same incident.
func bySameUser(tx *store.Tx, rep *models.Report, add func(proposal)) error {
	ids, err := strong(tx, rep.ID, "provider_user")
	if err != nil || rep.ProviderID == nil {
		return err
	}
	for _, id := range ids {
		var list []models.Report
		if err := tx.Raw(byKey, id.Prefix, rep.ID, newestLimit, id.MAC).Scan(&list).Error; err != nil {
			return fmt.Errorf("looking for reports of the same user: %w", err)
		}
		for _, o := range list {
			if o.ProviderID != nil && *o.ProviderID == *rep.ProviderID && o.IncidentType == rep.IncidentType && near(&o, rep, sameUserTime, false) &&
				rep.FinishedAt.Sub(*o.FinishedAt) < receivedNear && before(&o, rep) {
				add(proposal{o, models.LinkSupplement, "same-user", "The same provider, the same user and the same kind of incident within a day.", 0.85})
				break
			}
		}
	}
	return nil
}

const byFile = `select r.* from (
  select distinct f.report_id from (select report_id from files where sha256 = ? and received_at > ? order by received_at desc limit ?) f) x
  join reports r on r.id = x.report_id where r.state = 'finished' order by r.id desc`

// bySharedFile finds other providers' reports of a file that is not widely spread.
func bySharedFile(tx *store.Tx, rep *models.Report, files []models.File, popular map[uuid.UUID]bool, add func(proposal)) error {
	for i := range files {
		if popular[files[i].ID] {
			continue
		}
		var list []models.Report
		if err := tx.Raw(byFile, files[i].SHA256, tx.Now.Add(-receivedNear), newestLimit).Scan(&list).Error; err != nil {
			return fmt.Errorf("looking for reports of the same file: %w", err)
		}
		for _, o := range list {
			if otherProvider(&o, rep) && near(&o, rep, nearTime, true) {
				add(proposal{o, models.LinkSameIncident, "shared-file", "Both hold a file with the same bytes, near the same time.", 0.8})
			}
		}
	}
	return nil
}

// bySharedIdentifier finds other providers' reports that name the same subject near the
// same time, of the same kind. A value that many different subjects share says nothing.
func bySharedIdentifier(tx *store.Tx, rep *models.Report, add func(proposal)) error {
	ids, err := strong(tx, rep.ID, "email", "phone", "device")
	if err != nil {
		return err
	}
	for _, id := range ids {
		var list []models.Report
		if err := tx.Raw(byKey, id.Prefix, rep.ID, newestLimit, id.MAC).Scan(&list).Error; err != nil {
			return fmt.Errorf("looking for reports of the same subject: %w", err)
		}
		subjects := map[int64]bool{}
		for _, o := range list {
			subjects[o.SubjectKey] = true
		}
		if len(subjects) > popularFrom {
			continue
		}
		for _, o := range list {
			if otherProvider(&o, rep) && o.IncidentType == rep.IncidentType && near(&o, rep, nearTime, true) {
				add(proposal{o, models.LinkSameIncident, "shared-identifier", "Both name the same subject, near the same time, for the same kind of incident.", 0.7})
			}
		}
	}
	return nil
}

// strong are identifiers of the report's subjects by which a person is known.
func strong(tx *store.Tx, report uuid.UUID, kinds ...string) ([]models.Identifier, error) {
	var ids []models.Identifier
	err := tx.Where("report_id = ? and whose = 'subject' and matchable and kind in ?", report, kinds).Order("id").Limit(keyLimit).Find(&ids).Error
	if err != nil {
		return nil, fmt.Errorf("reading a report's identifiers: %w", err)
	}
	return ids, nil
}

func otherProvider(a, b *models.Report) bool {
	return a.ProviderID == nil || b.ProviderID == nil || *a.ProviderID != *b.ProviderID
}

// near compares the incidents' times, or with received the times of receipt where
// either is not stated.
func near(a, b *models.Report, within time.Duration, received bool) bool {
	switch {
	case a.IncidentAt != nil && b.IncidentAt != nil:
		return a.IncidentAt.Sub(*b.IncidentAt).Abs() <= within
	case received && a.FinishedAt != nil && b.FinishedAt != nil:
		return a.FinishedAt.Sub(*b.FinishedAt).Abs() <= within
	}
	return false
}

// before reports whether a was received before b.
func before(a, b *models.Report) bool {
	if a.FinishedAt == nil || b.FinishedAt == nil {
		return false
	}
	return a.FinishedAt.Before(*b.FinishedAt) || a.FinishedAt.Equal(*b.FinishedAt) && a.Number != b.Number && slices.Compare(a.ID[:], b.ID[:]) < 0
}

// put links the two, once for ever: a rejected link is not found again. It answers
// whether the link is new.
func put(tx *store.Tx, rep *models.Report, p *proposal) (bool, error) {
	earlier, later := &p.other, rep
	if before(rep, &p.other) {
		earlier, later = rep, &p.other
	}
	l := models.ReportLink{ID: store.NewID(), Earlier: earlier.ID, Later: later.ID, Kind: p.kind, State: models.LinkFound, How: p.how, Why: p.why, Score: p.score,
		FoundAt: tx.Now, FoundByName: tx.Actor.Name, Version: 1}
	if tx.Actor.UserID != uuid.Nil {
		l.FoundBy, l.State = &tx.Actor.UserID, models.LinkConfirmed
	}
	res := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&l)
	if res.Error != nil {
		return false, fmt.Errorf("linking two reports: %w", res.Error)
	}
	if res.RowsAffected == 0 {
		return false, nil
	}
	if p.kind == models.LinkSupplement {
		return true, lookAgain(tx, earlier)
	}
	return true, nil
}

// lookAgainWhy names no report: not every agency that holds the earlier one will be
// sent the later one too.
const lookAgainWhy = "The provider sent more about this report."

// lookAgain marks the report at every agency that holds it, and tells each.
func lookAgain(tx *store.Tx, earlier *models.Report) error {
	var agencies []uuid.UUID
	err := tx.Raw(`update referrals set look_again_at = ?, look_again_why = ? where report_id = ? and state <> 'returned' returning agency_id`,
		tx.Now, lookAgainWhy, earlier.ID).Scan(&agencies).Error
	if err != nil {
		return fmt.Errorf("marking a report to be looked at again: %w", err)
	}
	if len(agencies) == 0 {
		return nil
	}
	return audit.Record(tx, audit.Event{Action: "referral.look-again", ReportID: earlier.ID, Number: earlier.Number, Concerns: agencies,
		Words: "Marked the report to be looked at again: the provider sent more about it."})
}
