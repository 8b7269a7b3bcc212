package territory

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// MostChoices is how many rows a form offers; with more, the search narrows them.
const MostChoices = 400

// Choices is what the form of a change offers.
type Choices struct {
	Draft    Draft
	Agencies []models.Agency // that may hold an area, by name
	Rows     []Row           // that hold today or later, by place
	More     bool            // there are further rows
	Row      *Row            // the one that was asked for
}

// Choose answers what the form of a change to a draft offers: rows whose place or
// holder the text is a part of, and the one with the id, if it is not empty.
func (s *Service) Choose(ctx context.Context, a auth.Actor, draft uuid.UUID, text, row string) (*Choices, error) {
	line := audit.Event{Action: "territory.asked-change", Subject: "draft " + draft.String(), Words: "Opened the form of a change to a draft of territory."}
	if err := s.manage(ctx, a, line); err != nil {
		return nil, err
	}
	var out *Choices
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		d, err := findDraft(tx, draft, "")
		if err != nil {
			return err
		}
		if d.State != StateDraft {
			return models.Conflictf("This draft is %s and cannot be changed. Begin a new one.", d.State)
		}
		out = &Choices{Draft: *d}
		b, err := readBook(tx)
		if err != nil {
			return err
		}
		o := Overview{Today: dayOf(tx.Now), Text: strings.TrimSpace(text)}
		for _, g := range b.byCode {
			if g.ClosedAt == nil && g.Kind != models.KindClearinghouse {
				out.Agencies = append(out.Agencies, g)
			}
		}
		byName(out.Agencies)
		rows := slices.Clone(b.rows)
		sortRows(rows)
		for _, r := range rows {
			if r.ID.String() == row {
				out.Row = &r
			}
			if !r.Covers() || r.ValidTo != nil && r.ValidTo.Before(o.Today) || !o.shows(r) {
				continue
			}
			if len(out.Rows) == MostChoices {
				out.More = true
				continue
			}
			out.Rows = append(out.Rows, r)
		}
		return audit.Record(tx, line)
	})
	return out, s.unseen(ctx, a, line, err)
}

func byName(list []models.Agency) {
	slices.SortFunc(list, func(x, y models.Agency) int {
		return cmp.Or(strings.Compare(strings.ToLower(x.Name), strings.ToLower(y.Name)), strings.Compare(x.Code, y.Code))
	})
}
