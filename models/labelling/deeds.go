package labelling

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// Deed is one deed on one label, as its page showed it.
type Deed struct {
	Label   uuid.UUID
	Why     string
	Version int
}

// deed is what the deeds on one label share: who may, in which words, and what is done.
type deed struct {
	action, words, ask string
	needs              auth.Permission
	must               bool // a reason must be given
	reassess           bool
	do                 func(tx *store.Tx, l *models.Label, why string) error
}

func (s *Service) act(ctx context.Context, a auth.Actor, number int64, in Deed, d deed) error {
	refused := audit.Event{Action: d.action, Subject: fmt.Sprintf("report number %d", number), Words: d.words}
	if err := audit.May(ctx, s.store, a, d.needs, refused, d.ask); err != nil {
		return err
	}
	in.Why = strings.TrimSpace(in.Why)
	if err := checkWhy(in.Why, "why", d.must); err != nil {
		return err
	}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		rep, err := findReport(tx, number)
		if err != nil {
			return err
		}
		l, err := find(tx, rep.ID, in.Label, true)
		if err != nil {
			return err
		}
		switch {
		case l.RemovedAt != nil:
			return models.Conflictf("This label was withdrawn by %s. There is nothing left to do with it.", l.RemovedByName)
		case l.Version != in.Version:
			return changed()
		}
		if err := d.do(tx, l, in.Why); err != nil {
			return err
		}
		if d.reassess {
			if err := s.reassess(tx, rep.ID); err != nil {
				return err
			}
		}
		others, err := concerned(tx, rep.ID, l.Side, l.AgencyID)
		if err != nil {
			return err
		}
		return audit.Record(tx, audit.Event{Action: d.action, ReportID: rep.ID, Number: number, Concerns: others, Words: d.words,
			Detail: map[string]any{"label": l.Scheme + ":" + l.Value, "reason": in.Why}})
	})
	if models.KindOf(err) == models.Forbidden {
		if failed := audit.Refused(ctx, s.store, a, refused); failed != nil {
			return failed
		}
	}
	return audit.Unseen(ctx, s.store, a, d.action, number, err)
}

// Withdraw takes back a label of the actor's own agency. It is kept, with who and why.
func (s *Service) Withdraw(ctx context.Context, a auth.Actor, number int64, in Deed) error {
	return s.act(ctx, a, number, in, deed{action: "label.withdrawn", words: "Withdrew a label.", needs: auth.LabelReport, ask: askLabel, reassess: true,
		do: func(tx *store.Tx, l *models.Label, why string) error {
			if !own(tx.Actor, l) {
				return models.Forbiddenf("Only a label of your own agency can be withdrawn. Ask for a second look at it instead.")
			}
			return remove(tx, l, why)
		}})
}

// Ask asks that a second person look at a label, with a reason: anybody who labels and
// sees the label may, an agency that holds the report included.
func (s *Service) Ask(ctx context.Context, a auth.Actor, number int64, in Deed) error {
	return s.act(ctx, a, number, in, deed{action: "label.asked", words: "Asked for a second look at a label.", needs: auth.LabelReport, ask: askLabel, must: true,
		do: func(tx *store.Tx, l *models.Label, why string) error {
			switch l.Review {
			case models.ReviewAsked:
				return models.Conflictf("A second look at this label was asked for already.")
			case models.ReviewDisputed:
				return models.Conflictf("This label is disputed already: a supervisor settles it.")
			}
			ask := models.LabelAsk{ID: store.NewID(), LabelID: l.ID, AgencyID: tx.Actor.AgencyID, AskedBy: tx.Actor.UserID, AskedByName: tx.Actor.Name, AskedAt: tx.Now, Why: why}
			if err := tx.Create(&ask).Error; err != nil {
				return fmt.Errorf("asking for a second look: %w", err)
			}
			return save(tx, l, map[string]any{"review": models.ReviewAsked})
		}})
}

// Agree is the second person's yes.
func (s *Service) Agree(ctx context.Context, a auth.Actor, number int64, in Deed) error {
	return s.act(ctx, a, number, in, deed{action: "label.agreed", words: "Took the second look at a label and agreed.", needs: auth.ReviewLabels, ask: askReview,
		do: func(tx *store.Tx, l *models.Label, why string) error { return second(tx, l, models.ReviewAgreed, why) }})
}

// Dispute is the second person's no, with a reason. A supervisor settles it.
func (s *Service) Dispute(ctx context.Context, a auth.Actor, number int64, in Deed) error {
	return s.act(ctx, a, number, in, deed{action: "label.disputed", words: "Took the second look at a label and disputed it.", needs: auth.ReviewLabels, ask: askReview, must: true,
		do: func(tx *store.Tx, l *models.Label, why string) error {
			return second(tx, l, models.ReviewDisputed, why)
		}})
}

func second(tx *store.Tx, l *models.Label, to models.LabelReview, why string) error {
	switch {
	case l.LabelledBy != nil && *l.LabelledBy == tx.Actor.UserID:
		return models.Forbiddenf("You set this label yourself. Another person must take the second look.")
	case l.Review != models.ReviewAsked:
		return models.Conflictf("No second look at this label is asked for, or somebody took it meanwhile.")
	}
	return save(tx, l, map[string]any{"review": to, "review_why": why, "reviewed_by": tx.Actor.UserID, "reviewed_by_name": tx.Actor.Name, "reviewed_at": tx.Now,
		"settled_by": nil, "settled_by_name": "", "settled_at": nil, "settled_why": ""})
}

// Settle ends a dispute: the label is upheld, or withdrawn. A supervisor does it, and
// neither the one who set the label nor the one who disputed it.
func (s *Service) Settle(ctx context.Context, a auth.Actor, number int64, in Deed, uphold bool) error {
	words := "Settled a dispute about a label: it was withdrawn."
	if uphold {
		words = "Settled a dispute about a label: it was upheld."
	}
	return s.act(ctx, a, number, in, deed{action: "label.settled", words: words, needs: auth.ManageRules, ask: askRules, must: true, reassess: !uphold,
		do: func(tx *store.Tx, l *models.Label, why string) error {
			me := tx.Actor.UserID
			switch {
			case l.Review != models.ReviewDisputed:
				return models.Conflictf("This label is not disputed, or somebody settled it meanwhile.")
			case l.LabelledBy != nil && *l.LabelledBy == me:
				return models.Forbiddenf("You set this label yourself. Another supervisor settles the dispute.")
			case l.ReviewedBy != nil && *l.ReviewedBy == me:
				return models.Forbiddenf("You disputed this label yourself. Another supervisor settles the dispute.")
			}
			fields := map[string]any{"review": models.ReviewAgreed, "settled_by": me, "settled_by_name": tx.Actor.Name, "settled_at": tx.Now, "settled_why": why}
			if !uphold {
				fields["review"], fields["removed_at"], fields["removed_by_name"], fields["removed_why"] = models.ReviewDisputed, tx.Now, tx.Actor.Name, why
			}
			return save(tx, l, fields)
		}})
}
