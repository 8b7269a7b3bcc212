package territory

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// Input is one change as a form gives it. Each deed reads its own part of it.
type Input struct {
	Row        string // id of the row that is ended or amended
	AgencyCode string
	Country    string
	State      string
	County     string // a county's name, or * for the whole or the rest of the state
	FirstDay   string // YYYY-MM-DD
	LastDay    string // YYYY-MM-DD; give: may be empty
	Lead       string
	Certainty  string
	Note       string // on the certainty
	Source     string
	EndOthers  bool   // give: whoever holds the area is ended the day before
	PastWhy    string // why something changes for days that have passed
	Version    int    // of the draft as the form showed it
}

// Add adds one change to a draft, with those that end the present holders where
// EndOthers says so. A field that breaks a rule, a day that has passed without a
// reason, or a change that the rows do not allow, is Invalid with the field. An area
// that would have two holders may be added: others may mend it before publishing.
func (s *Service) Add(ctx context.Context, a auth.Actor, draft uuid.UUID, deed Deed, in Input) error {
	make, known := makers[deed]
	if !known {
		return models.NotFoundf("There is no such change.")
	}
	line := audit.Event{Action: "territory.changed", Subject: "draft " + draft.String(), Words: "Added a change to a draft of territory."}
	return s.add(ctx, a, draft, in.Version, in.PastWhy, line, func(b *book, rows []Row) ([]Change, error) { return make(b, rows, in) })
}

var makers = map[Deed]func(b *book, rows []Row, in Input) ([]Change, error){Give: makeGive, End: makeEnd, Amend: makeAmend, Lead: makeLead}

// add is the frame of everything that adds changes: make answers them from what is
// published and from how it is with the draft so far.
func (s *Service) add(ctx context.Context, a auth.Actor, draft uuid.UUID, version int, why string, line audit.Event, make func(b *book, rows []Row) ([]Change, error)) error {
	if err := s.manage(ctx, a, line); err != nil {
		return err
	}
	f := map[string]string{}
	why = text(f, "past_why", why, SourceLimit)
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		d, err := lockDraft(tx, draft, version)
		if err != nil {
			return err
		}
		if err := faults(f); err != nil {
			return err
		}
		b, err := readBook(tx)
		if err != nil {
			return err
		}
		changes, err := changesOf(tx, d.ID)
		if err != nil {
			return err
		}
		rows, found := b.apply(changes)
		list, err := make(b, rows)
		if err != nil {
			return err
		}
		if len(changes)+len(list) > MaxChanges {
			return invalid("file", fmt.Sprintf("A draft holds at most %d changes. Publish what is ready and begin another draft.", MaxChanges))
		}
		if _, after := b.apply(append(slices.Clone(changes), list...)); len(after) > len(found) {
			return invalid(dayField(list), after[len(found)].Words)
		}
		columns := map[string]any{}
		if why != "" {
			d.PastWhy, columns["past_why"] = why, why
		}
		if c, past := firstPast(list, dayOf(tx.Now)); past && d.PastWhy == "" {
			return invalid("past_why", fmt.Sprintf("%s has passed. Say why something changes for days that have passed: whoever reads an old decision will look for it. It is about: %s", orSince(c.from()), c.Words))
		}
		for i := range list {
			list[i].ID, list[i].DraftID, list[i].AddedByName, list[i].AddedAt = store.NewID(), d.ID, tx.Actor.Name, tx.Now
		}
		if err := tx.CreateInBatches(list, 200).Error; err != nil {
			return fmt.Errorf("adding changes to a draft: %w", err)
		}
		if err := touch(tx, d, columns); err != nil {
			return err
		}
		line.Subject, line.Detail = d.Name, map[string]any{"draft": d.ID, "changes": sentences(list, 20), "count": len(list)}
		return audit.Record(tx, line)
	})
	return s.unseen(ctx, a, line, err)
}

func sentences(list []Change, most int) []string {
	var out []string
	for _, c := range list[:min(len(list), most)] {
		out = append(out, c.Words)
	}
	return out
}

func dayField(list []Change) string {
	if len(list) > 0 && list[0].Deed == End {
		return "last_day"
	}
	return "first_day"
}

func orSince(t time.Time) string {
	if t.IsZero() {
		return "“As far back as known”"
	}
	return t.Format(time.DateOnly)
}

func firstPast(list []Change, today time.Time) (Change, bool) {
	for _, c := range list {
		if c.from().Before(today) {
			return c, true
		}
	}
	return Change{}, false
}

// TakeOut takes a change out of a draft again. A change that is not there is NotFound.
func (s *Service) TakeOut(ctx context.Context, a auth.Actor, draft, change uuid.UUID, version int) error {
	line := audit.Event{Action: "territory.taken-out", Subject: "draft " + draft.String(), Words: "Took a change out of a draft of territory."}
	if err := s.manage(ctx, a, line); err != nil {
		return err
	}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		d, err := lockDraft(tx, draft, version)
		if err != nil {
			return err
		}
		var c []Change
		if err := tx.Where("id = ? and draft_id = ?", change, d.ID).Find(&c).Error; err != nil {
			return fmt.Errorf("reading a change of a draft: %w", err)
		}
		if len(c) == 0 {
			return models.NotFoundf("This change is not in the draft any more. Look at the draft again.")
		}
		if err := tx.Where("id = ?", change).Delete(&Change{}).Error; err != nil {
			return fmt.Errorf("taking a change out: %w", err)
		}
		if err := touch(tx, d, map[string]any{}); err != nil {
			return err
		}
		line.Subject, line.Detail = d.Name, map[string]any{"draft": d.ID, "change": c[0].Words}
		return audit.Record(tx, line)
	})
	return s.unseen(ctx, a, line, err)
}
