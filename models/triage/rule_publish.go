package triage

import (
	"context"
	"fmt"
	"strings"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// NoteLimit is how many characters the note of a published version may have.
const NoteLimit = 500

// Publication is what a person says when rules are published.
type Publication struct {
	Note    string
	Version int    // of the draft, as the page showed it
	Current string // the name of the rules that held when the page was shown
}

// PublishRules puts a draft into force: every report that is assessed or routed from
// then on goes by it. No report that was is moved or assessed anew. A draft that this
// program cannot read as rules is a *RulesError; one that differs from nothing, one
// that somebody changed, and one that would undo rules which somebody else published
// meanwhile, unseen, is Conflict.
func (s *Service) PublishRules(ctx context.Context, a auth.Actor, id string, in Publication) error {
	in.Note = strings.TrimSpace(in.Note)
	return s.deedOnDraft(ctx, a, id, in.Version, "rules.published", "Published rules.", func(tx *store.Tx, row *models.RuleVersion, line *audit.Event) error {
		switch {
		case in.Note == "":
			return models.InvalidField("note", "Say in a few words what changes and why. It stands beside the version for good.")
		case len([]rune(in.Note)) > NoteLimit:
			return models.InvalidField("note", fmt.Sprintf("Keep the note within %d characters.", NoteLimit))
		}
		if err := alone(tx, row.Kind); err != nil {
			return err
		}
		book, err := s.rules(tx)
		if err != nil {
			return err
		}
		now := book.of(row.Kind)
		if now.name() != in.Current {
			return models.Conflictf("%s was published since you opened this page. Nothing was published. Look at what differs from it now, then decide again.", now.name())
		}
		name := RulesName(row.Kind, row.Number)
		set, err := parse(row.Kind, name, row.Tables)
		if err != nil {
			return err
		}
		differs := changesOf(row.Kind, now.tables(), set.tables())
		if len(differs) == 0 {
			return models.Conflictf("Nothing in %s differs from %s, which holds now. There is nothing to publish.", name, now.name())
		}
		trial, err := trialHead(tx, row, now.name())
		if err != nil {
			return err
		}
		err = tx.Model(row).Updates(map[string]any{"state": models.RulesPublished, "note": in.Note, "published_by": a.UserID, "published_by_name": a.Name,
			"published_at": tx.Now, "version": row.Version + 1}).Error
		if err != nil {
			return fmt.Errorf("publishing rules: %w", err)
		}
		detail := map[string]any{"instead_of": now.name(), "changes": len(differs), "sha256": hashOf(row.Tables), "note": in.Note, "tried": false}
		if trial != nil && !trial.Stale {
			detail["tried"], detail["tried_on"], detail["would_change"] = true, trial.Reports, trial.Changed
		}
		line.Words, line.Detail = fmt.Sprintf("Published rules %s instead of %s.", name, now.name()), detail
		return audit.Record(tx, *line)
	})
}
