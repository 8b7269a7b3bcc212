package triage

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// StartRules begins a draft from a version, whatever became of that one, or from the
// built-in rules (BuiltInID), and answers the draft's id.
func (s *Service) StartRules(ctx context.Context, a auth.Actor, from string) (uuid.UUID, error) {
	line := audit.Event{Action: "rules.drafted", Subject: from, Words: "Began a draft of rules."}
	if err := audit.May(ctx, s.store, a, auth.ManageRules, line, askManage); err != nil {
		return uuid.Nil, err
	}
	id := store.NewID()
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		base, err := s.version(tx, from)
		if err != nil {
			return err
		}
		if err := alone(tx, base.Kind); err != nil {
			return err
		}
		var drafts, last int
		err = tx.Raw("select count(*) filter (where state = 'draft'), coalesce(max(number), 0) from rule_versions where kind = ?", base.Kind).Row().Scan(&drafts, &last)
		if err != nil {
			return fmt.Errorf("counting versions of rules: %w", err)
		}
		if drafts >= maxDrafts {
			return models.Conflictf("There are already %d drafts of these rules. Drop one that nobody needs, then begin a new one.", drafts)
		}
		row := models.RuleVersion{ID: id, Kind: base.Kind, Number: last + 1, State: models.RulesDraft, Tables: base.Texts, BasedOn: base.Name,
			MadeBy: &a.UserID, MadeByName: a.Name, MadeAt: tx.Now, ChangedAt: tx.Now, ChangedByName: a.Name, Version: 1}
		if err := tx.Create(&row).Error; err != nil {
			return fmt.Errorf("beginning a draft of rules: %w", err)
		}
		line.Subject, line.Detail = RulesName(row.Kind, row.Number), map[string]any{"from": base.Name}
		return audit.Record(tx, line)
	})
	return id, audit.UnseenThing(ctx, s.store, a, line.Action, from, "Asked to begin a draft from rules that do not exist.", err)
}

// alone keeps other numbering and publishing of the kind's versions waiting until the
// transaction ends, so that numbers run on and one version at a time becomes the
// current one.
func alone(tx *store.Tx, kind models.RuleKind) error {
	if err := tx.Exec("select pg_advisory_xact_lock(hashtext('rule_versions'), hashtext(?))", string(kind)).Error; err != nil {
		return fmt.Errorf("waiting for other changes of rules: %w", err)
	}
	return nil
}

// EditRules replaces tables of a draft; those that tables does not name stay. What is
// wrong with them comes back as a *RulesError with every finding, and nothing is
// changed: a draft is always rules that could hold. version is the one that the person
// saw. It answers whether anything differs now.
func (s *Service) EditRules(ctx context.Context, a auth.Actor, id string, version int, tables map[string]string) (changed bool, err error) {
	err = s.deedOnDraft(ctx, a, id, version, "rules.edited", "Edited a draft of rules.", func(tx *store.Tx, row *models.RuleVersion, line *audit.Event) error {
		texts := map[string]string{}
		for _, name := range tableNames(row.Kind) {
			texts[name] = row.Tables[name]
			if text, ok := tables[name]; ok {
				texts[name] = text
			}
		}
		set, err := parse(row.Kind, RulesName(row.Kind, row.Number), texts)
		if err != nil {
			return err
		}
		differs := changesOf(row.Kind, row.Tables, set.tables())
		if changed = hashOf(set.tables()) != hashOf(row.Tables); !changed {
			return nil // a form that was sent as it was
		}
		err = tx.Model(row).Select("Tables", "ChangedAt", "ChangedByName", "Version").
			Updates(&models.RuleVersion{Tables: set.tables(), ChangedAt: tx.Now, ChangedByName: a.Name, Version: row.Version + 1}).Error
		if err != nil {
			return fmt.Errorf("saving a draft of rules: %w", err)
		}
		line.Detail = map[string]any{"changes": len(differs), "sha256": hashOf(set.tables())}
		return audit.Record(tx, *line)
	})
	return changed, err
}

// DropRules puts a draft away for good. It is kept, and can be begun from again.
func (s *Service) DropRules(ctx context.Context, a auth.Actor, id string, version int) error {
	return s.deedOnDraft(ctx, a, id, version, "rules.dropped", "Dropped a draft of rules.", func(tx *store.Tx, row *models.RuleVersion, line *audit.Event) error {
		err := tx.Model(row).Updates(map[string]any{"state": models.RulesDropped, "changed_at": tx.Now, "changed_by_name": a.Name, "version": row.Version + 1}).Error
		if err != nil {
			return fmt.Errorf("dropping a draft of rules: %w", err)
		}
		return audit.Record(tx, *line)
	})
}

// deedOnDraft does one deed on a draft that is locked meanwhile. A version that is no
// draft any more, and one that somebody changed since the person saw it, is Conflict.
func (s *Service) deedOnDraft(ctx context.Context, a auth.Actor, id string, version int, action, words string, do func(*store.Tx, *models.RuleVersion, *audit.Event) error) error {
	line := audit.Event{Action: action, Subject: id, Words: words}
	if err := audit.May(ctx, s.store, a, auth.ManageRules, line, askManage); err != nil {
		return err
	}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		row, err := versionRow(tx.Clauses(clause.Locking{Strength: "UPDATE"}), id)
		if err != nil {
			return err
		}
		line := audit.Event{Action: action, Subject: RulesName(row.Kind, row.Number), Words: words}
		if err := unchanged(row, version); err != nil {
			return err
		}
		return do(tx, row, &line)
	})
	return audit.UnseenThing(ctx, s.store, a, action, id, "Asked for a version of rules that does not exist.", err)
}

func unchanged(row *models.RuleVersion, version int) error {
	name, at := RulesName(row.Kind, row.Number), func(t time.Time) string { return t.UTC().Format("15:04 on 2 January 2006") }
	switch {
	case row.State == models.RulesPublished:
		return models.Conflictf("%s published %s at %s UTC, so it cannot be changed any more. Nothing of yours was saved. Begin a draft from it.", row.PublishedByName, name, at(*row.PublishedAt))
	case row.State == models.RulesDropped:
		return models.Conflictf("%s dropped %s at %s UTC. Nothing of yours was saved. Begin a new draft from it if it is still needed.", row.ChangedByName, name, at(row.ChangedAt))
	case row.Version != version:
		return models.Conflictf("%s changed %s at %s UTC, after you opened it. Nothing of yours was saved. Look at the draft as it is now, then decide again.", row.ChangedByName, name, at(row.ChangedAt))
	}
	return nil
}
