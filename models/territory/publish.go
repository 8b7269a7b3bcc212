package territory

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// Version is one publication of a change of territory.
type Version struct {
	Number          int `gorm:"primaryKey"`
	Origin          string
	Name            string
	Note            string
	PastWhy         string
	Added           int
	Ended           int
	PublishedBy     *uuid.UUID
	PublishedByName string
	PublishedAt     time.Time
}

// TableName names the table for gorm.
func (Version) TableName() string { return "territory_versions" }

// publishLock is the advisory lock under which territory is published, so that of two
// who publish at once the second sees what the first did.
const publishLock = 0x74657272 // "terr"

// Publishing is what a person confirms.
type Publishing struct {
	Note    string
	Version int // of the draft as the confirmation showed it
	Head    int // number of the newest version that the confirmation showed
}

// Publish applies a draft: rows are ended, withdrawn and added, and a version is
// counted. No referral moves. A draft that was changed meanwhile, is published
// already, or was judged against a territory that somebody else has changed since, is
// Conflict in words; one with findings is Invalid on "draft" with the first of them.
func (s *Service) Publish(ctx context.Context, a auth.Actor, draft uuid.UUID, in Publishing) (int, error) {
	line := audit.Event{Action: "territory.published", Subject: "draft " + draft.String(), Words: "Published a change of territory."}
	if err := s.manage(ctx, a, line); err != nil {
		return 0, err
	}
	f := map[string]string{}
	in.Note = text(f, "note", in.Note, NoteLimit)
	number := 0
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		if err := tx.Exec("select pg_advisory_xact_lock(?)", publishLock).Error; err != nil {
			return fmt.Errorf("waiting to publish: %w", err)
		}
		d, err := lockDraft(tx, draft, in.Version)
		if err != nil {
			return err
		}
		if err := faults(f); err != nil {
			return err
		}
		now, err := head(tx)
		if err != nil {
			return err
		}
		if now != in.Head {
			return overtaken(tx, now)
		}
		sheet := &Sheet{Draft: *d}
		if sheet.Changes, err = changesOf(tx, d.ID); err != nil {
			return err
		}
		b, err := readBook(tx)
		if err != nil {
			return err
		}
		rows := sheet.judge(b, dayOf(tx.Now))
		switch {
		case len(sheet.Changes) == 0:
			return invalid("draft", "This draft changes nothing yet. Add a change first.")
		case len(sheet.Findings) > 0:
			return invalid("draft", sheet.Findings[0].Words)
		}
		number = now + 1
		v := Version{Number: number, Origin: "desk", Name: d.Name, Note: noteOf(d.Note, in.Note), PastWhy: d.PastWhy, Added: sheet.Added, Ended: sheet.Ended,
			PublishedByName: a.Name, PublishedAt: tx.Now}
		if a.UserID != uuid.Nil {
			v.PublishedBy = &a.UserID
		}
		if err := tx.Create(&v).Error; err != nil {
			return fmt.Errorf("counting a version of the territory: %w", err)
		}
		concerns, err := write(tx, rows, number)
		if err != nil {
			return err
		}
		if err := touch(tx, d, map[string]any{"state": StatePublished, "number": number}); err != nil {
			return err
		}
		line.Subject, line.Concerns = fmt.Sprintf("version %d", number), concerns
		line.Words = fmt.Sprintf("Published version %d of the territory: %s added, %s ended. No report was moved.", number, counted(v.Added, "row", "rows"), counted(v.Ended, "row", "rows"))
		line.Detail = map[string]any{"draft": d.ID, "name": d.Name, "note": v.Note, "past_why": d.PastWhy, "changes": sentences(sheet.Changes, 50), "count": len(sheet.Changes)}
		return audit.Record(tx, line)
	})
	return number, s.unseen(ctx, a, line, err)
}

// noteOf joins what the draft says of itself and what was said at publishing.
func noteOf(draft, published string) string {
	switch {
	case draft == "" || draft == published:
		return published
	case published == "":
		return draft
	}
	return draft + "\n" + published
}

// overtaken is the Conflict of a territory that changed since it was looked at.
func overtaken(tx *store.Tx, number int) error {
	var v Version
	if err := tx.Where("number = ?", number).Take(&v).Error; err != nil {
		return fmt.Errorf("reading a version of the territory: %w", err)
	}
	return models.Conflictf("%s published version %d (%s) at %s UTC, after you opened this page. Nothing of yours was published: look at the preview again, since it now starts from another territory, then publish.",
		v.PublishedByName, v.Number, v.Name, v.PublishedAt.UTC().Format("15:04:05 on 2 January 2006"))
}

// write ends and adds rows, and answers whose area changed.
func write(tx *store.Tx, rows []Row, number int) ([]uuid.UUID, error) {
	seen := map[uuid.UUID]bool{}
	var concerns []uuid.UUID
	concern := func(id uuid.UUID) {
		if !seen[id] {
			seen[id] = true
			concerns = append(concerns, id)
		}
	}
	for _, r := range rows {
		if r.fresh || !r.touched {
			continue
		}
		concern(r.AgencyID)
		columns := map[string]any{"valid_to": r.ValidTo, "ended_in": number}
		if r.gone {
			columns = map[string]any{"withdrawn_at": tx.Now, "ended_in": number}
		}
		if err := tx.Model(&models.Territory{}).Where("id = ? and withdrawn_at is null", r.ID).Updates(columns).Error; err != nil {
			return nil, fmt.Errorf("ending an area of %s: %w", r.Code, err)
		}
	}
	var fresh []models.Territory
	for _, r := range rows {
		if !r.fresh || r.gone {
			continue
		}
		concern(r.AgencyID)
		t := r.Territory
		t.ID, t.AddedIn, t.EndedIn = store.NewID(), &number, nil
		fresh = append(fresh, t)
	}
	if len(fresh) > 0 {
		if err := tx.CreateInBatches(fresh, 200).Error; err != nil {
			return nil, fmt.Errorf("adding areas: %w", err)
		}
	}
	return concerns, nil
}

// VersionSheet is a published version with what it changed.
type VersionSheet struct {
	Version Version
	Draft   *uuid.UUID // nil: imported at the console
	Changes []Change
	Losing  []models.Agency // who lost an area by it, by name
}

// Published answers a version with its changes.
func (s *Service) Published(ctx context.Context, a auth.Actor, number int) (*VersionSheet, error) {
	line := audit.Event{Action: "territory.read", Subject: fmt.Sprintf("version %d", number), Words: "Looked at a published version of the territory."}
	if err := s.read(ctx, a, line); err != nil {
		return nil, err
	}
	var out *VersionSheet
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		out = &VersionSheet{}
		if err := tx.Where("number = ?", number).Take(&out.Version).Error; err != nil {
			return store.Translate(err, fmt.Sprintf("Version %d of the territory", number))
		}
		var d []Draft
		if err := tx.Where("number = ?", number).Find(&d).Error; err != nil {
			return fmt.Errorf("reading the draft of a version: %w", err)
		}
		if len(d) > 0 {
			out.Draft = &d[0].ID
			var err error
			if out.Changes, err = changesOf(tx, d[0].ID); err != nil {
				return err
			}
		}
		err := tx.Raw("select * from agencies where id in (select agency_id from territories where ended_in = ?) order by lower(name), id", number).Scan(&out.Losing).Error
		if err != nil {
			return fmt.Errorf("reading who lost an area: %w", err)
		}
		return audit.Record(tx, line)
	})
	return out, s.unseen(ctx, a, line, err)
}
