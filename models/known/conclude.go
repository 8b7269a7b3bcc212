package known

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/gate"
	"reeve/models/pdq"
	"reeve/models/store"
)

// What a mark says besides how, where not everything could be compared. Pages show it.
const (
	LockedWords = "Locked: it was compared by its hashes only, and its content was not read."
	plainWords  = "Its picture is too plain to be compared (quality %d of 100, and %d is the least); it was compared by its hashes only."
	md5Words    = "By its MD5 alone, the only hash that the list gives; two different files can be made to have the same."
)

// tally counts what an examination found.
type tally struct{ exact, near, fresh, locked, plain, unreadable, refused int }

// conclude writes what an examination found: hashes of pictures, marks and labels, one
// line of audit, and the next job where anything changed.
func (e *Examiner) conclude(ctx context.Context, report uuid.UUID, pictures map[uuid.UUID]picture, more bool) error {
	return e.store.As(ctx, auth.System(auth.ForExamining), func(tx *store.Tx) error {
		x, err := gather(tx, report)
		if err != nil || x == nil {
			return err
		}
		var t tally
		changed := false
		for i := range x.files {
			f := &x.files[i]
			if f.ErasedAt != nil {
				continue
			}
			p, decoded := pictures[f.ID]
			if decoded {
				if err := keep(tx, f, p); err != nil {
					return err
				}
			} else if x.needsDecoding(f) {
				continue // in the next examination
			}
			marks, lists, err := e.marks(tx, x, f, p, decoded, &t)
			if err != nil {
				return err
			}
			different, err := replace(tx, x.marks[f.ID], marks)
			if err != nil {
				return err
			}
			labelled, err := label(tx, f, lists)
			if err != nil {
				return err
			}
			changed = changed || different || labelled
		}
		if more {
			if err := tx.Enqueue(models.ExamineFiles{ReportID: report}); err != nil {
				return err
			}
		}
		if !changed && len(pictures) == 0 {
			return nil
		}
		concerned, err := agencies(tx, report)
		if err != nil {
			return err
		}
		if changed {
			if err := tx.Enqueue(models.ReassessReport{ReportID: report}); err != nil {
				return err
			}
		}
		return audit.Record(tx, audit.Event{Action: "files.examined", ReportID: x.ID, Number: x.Number, Concerns: concerned,
			Words: t.words(len(pictures)), Detail: map[string]any{"decoded": len(pictures), "known": t.exact, "near": t.near, "new": t.fresh, "locked": t.locked}})
	})
}

// keep stores a picture's hash, so that no content is decoded twice.
func keep(tx *store.Tx, f *models.File, p picture) error {
	f.DecodedAt = &tx.Now
	if p.how == "" {
		q := int16(p.quality) //nolint:gosec // 0 to 100
		f.PDQ, f.PDQQuality = p.hash.Bytes(), &q
	}
	if err := tx.Exec("update files set pdq = ?, pdq_quality = ?, decoded_at = ? where id = ?", f.PDQ, f.PDQQuality, f.DecodedAt, f.ID).Error; err != nil {
		return fmt.Errorf("keeping a picture's hash: %w", err)
	}
	return nil
}

// marks says what a file is marked with, and which lists have it.
func (e *Examiner) marks(tx *store.Tx, x *examined, f *models.File, p picture, decoded bool, t *tally) ([]models.FileMark, []listed, error) {
	lists := x.exact[f.ID]
	one := models.FileMark{FileID: f.ID, ReportID: f.ReportID, How: models.MarkNew}
	switch {
	case len(lists) > 0:
		t.exact++
	case f.PDQ != nil && f.PDQQuality != nil && *f.PDQQuality < pdq.MinQuality:
		t.plain++
		one.Words = fmt.Sprintf(plainWords, *f.PDQQuality, pdq.MinQuality)
	case f.PDQ != nil:
		h, err := pdq.FromBytes(f.PDQ)
		if err != nil {
			return nil, nil, fmt.Errorf("the stored hash of a picture: %w", err)
		}
		if lists, err = e.nearly(tx, h); err != nil {
			return nil, nil, err
		}
		if len(lists) > 0 {
			t.near++
		} else {
			t.fresh++
		}
	case decoded && p.how != "":
		one.How, one.Words = p.how, p.words
	case f.DecodedAt != nil: // it could not be read then; the mark says why
		for _, m := range x.marks[f.ID] {
			if m.How == models.MarkUnreadable || m.How == models.MarkRefused {
				one.How, one.Words = m.How, m.Words
			}
		}
	default:
		if d := may(f); d.State != gate.Open {
			t.locked++
			one.Words = LockedWords
		}
	}
	if one.How == models.MarkNew && x.none {
		one.Words = models.NothingToCompareWith
	}
	switch one.How {
	case models.MarkUnreadable:
		t.unreadable++
	case models.MarkRefused:
		t.refused++
	}
	if len(lists) == 0 {
		return []models.FileMark{one}, nil, nil
	}
	out := make([]models.FileMark, 0, len(lists))
	for _, l := range lists {
		set := l.SetID
		m := models.FileMark{FileID: f.ID, ReportID: f.ReportID, How: l.how, SetID: &set, SetName: l.Name, Category: l.Category, Series: l.Series}
		if l.how == models.MarkNear {
			d := int16(l.Distance) //nolint:gosec // at most 31
			m.Distance = &d
		} else if l.ByMD5Alone {
			m.Words = md5Words
		}
		out = append(out, m)
	}
	return out, lists, nil
}

// replace makes the file's marks those that it should have, leaves those that are the
// same, and says whether any was not.
func replace(tx *store.Tx, have, want []models.FileMark) (changed bool, err error) {
	key := func(m models.FileMark) string {
		set, distance := "", int16(-1)
		if m.SetID != nil {
			set = m.SetID.String()
		}
		if m.Distance != nil {
			distance = *m.Distance
		}
		return strings.Join([]string{string(m.How), set, fmt.Sprint(distance), m.Category, m.Series, m.Words}, "\x00")
	}
	keep := map[string]bool{}
	for _, m := range want {
		keep[key(m)] = true
	}
	for _, m := range have {
		if keep[key(m)] {
			delete(keep, key(m))
			continue
		}
		changed = true
		if err := tx.Exec("delete from file_marks where id = ?", m.ID).Error; err != nil {
			return false, fmt.Errorf("taking a mark back: %w", err)
		}
	}
	for _, m := range want {
		if !keep[key(m)] {
			continue
		}
		changed = true
		m.ID, m.MarkedAt = store.NewID(), tx.Now
		if err := tx.Create(&m).Error; err != nil {
			return false, fmt.Errorf("marking a file: %w", err)
		}
	}
	return changed, nil
}

// label gives a file the labels that its lists have, each once, and takes back those
// of lists that have it no more. It says whether anything changed.
func label(tx *store.Tx, f *models.File, lists []listed) (changed bool, err error) {
	sets := models.IDList{}
	for _, l := range lists {
		sets = append(sets, l.SetID)
	}
	q := tx.Exec(`update labels set removed_at = ?, removed_by_name = ?, removed_why = 'No hash set that counts lists the file any more.', version = version + 1
		where report_id = ? and file_id = ? and source = 'known' and removed_at is null and not (set_id = any(?::uuid[]))`, tx.Now, tx.Actor.Name, f.ReportID, f.ID, sets)
	if q.Error != nil {
		return false, fmt.Errorf("taking labels back: %w", q.Error)
	}
	changed = q.RowsAffected > 0
	for _, l := range lists {
		if l.Category == "" {
			continue
		}
		var there models.Label
		err := tx.Where("report_id = ? and file_id = ? and source = 'known' and scheme = ? and value = ? and removed_at is null", f.ReportID, f.ID, l.Scheme, l.Category).Take(&there).Error
		if err == nil {
			continue
		}
		if !errors.Is(err, gorm.ErrRecordNotFound) {
			return false, fmt.Errorf("reading labels: %w", err)
		}
		why := fmt.Sprintf("Its bytes are listed in the hash set %q.", l.Name)
		if l.how == models.MarkNear {
			why = fmt.Sprintf("Its picture is nearly one that is listed in the hash set %q: %s of 256 differ.", l.Name, count(l.Distance, "bit", "bits"))
		}
		row := models.Label{ID: store.NewID(), ReportID: f.ReportID, FileID: &f.ID, Scheme: l.Scheme, Value: l.Category, Source: models.LabelByKnown,
			Side: models.LabelOfMachine, LabelledByName: tx.Actor.Name, LabelledAt: tx.Now, Why: why, Review: models.ReviewNone, SetID: &l.SetID, Version: 1}
		if err := tx.Create(&row).Error; err != nil {
			return false, fmt.Errorf("labelling a known file: %w", err)
		}
		changed = true
	}
	return changed, nil
}

// words say what was found, for the audit log.
func (t tally) words(decoded int) string {
	var parts []string
	say := func(n int, one, many string) {
		if n > 0 {
			parts = append(parts, count(n, one, many))
		}
	}
	say(t.exact, "is listed by its bytes", "are listed by their bytes")
	say(t.near, "is nearly a listed picture", "are nearly listed pictures")
	say(t.fresh, "is listed nowhere", "are listed nowhere")
	say(t.locked, "is locked and was compared by its hashes only", "are locked and were compared by their hashes only")
	say(t.plain, "is too plain a picture to be compared", "are too plain pictures to be compared")
	say(t.unreadable, "is no picture that can be read", "are no pictures that can be read")
	say(t.refused, "is too large a picture to be read", "are too large pictures to be read")
	if len(parts) == 0 {
		parts = []string{"nothing was to be compared"}
	}
	return fmt.Sprintf("Compared files with known material: %s. The content of %s was read for it.", strings.Join(parts, "; "), count(decoded, "file", "files"))
}
