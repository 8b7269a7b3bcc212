package triage

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/priority"
	"reeve/models/referral"
	"reeve/models/store"
)

// Reassess proposes class and priority of a routed report anew, from the marks and
// labels that it has now and by the rules that hold now. Where no person decided, the
// report and its open referrals follow; where one did, only the proposal beside the
// decision changes. An informational report that becomes urgent comes to the desk. It
// moves no report to another agency. When nothing changes nothing is written, so that
// doing it again is harmless. It is the worker's.
func (s *Service) Reassess(ctx context.Context, report uuid.UUID) error {
	return s.store.As(ctx, auth.System(auth.ForRouting), func(tx *store.Tx) error {
		var rep models.Report
		if err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", report).Take(&rep).Error; err != nil {
			return store.Translate(err, "This report")
		}
		if rep.State != models.ReportFinished || rep.Reported == nil || rep.RoutingRound == 0 {
			return nil // erased meanwhile, or its first routing will assess it
		}
		known, err := learn(tx, []uuid.UUID{rep.ID})
		if err != nil {
			return err
		}
		book, err := s.rules(tx)
		if err != nil {
			return err
		}
		is := priority.Score(known.input(&rep), book.priority)
		var was priority.Result
		if len(rep.Assessment) > 0 && json.Unmarshal(rep.Assessment, &was) == nil && same(was, is) {
			return nil
		}
		if rep.DecidedAt != nil {
			return reassessBeside(tx, &rep, was, is)
		}
		return reassess(tx, &rep, is)
	})
}

// same reports whether two proposals say the same, whatever the name of the rules by
// which they were made: a version that was published since makes no difference until
// it makes one.
func same(a, b priority.Result) bool {
	a.Version, b.Version = "", ""
	return reflect.DeepEqual(a, b)
}

// reassessBeside keeps the new proposal beside what a person decided. Where somebody
// decided "informational" and the proposal is urgent now, the desk looks again.
func reassessBeside(tx *store.Tx, rep *models.Report, was, is priority.Result) error {
	if err := keepProposal(rep, is); err != nil {
		return err
	}
	set := map[string]any{"assessment": rep.Assessment, "rules_version": rep.RulesVersion}
	if rep.Class == string(priority.Informational) && is.Urgent && !was.Urgent && rep.Desk != models.DeskWaiting {
		set["desk"], set["version"] = models.DeskWaiting, rep.Version+1
		set["desk_why"] = "It was decided to be informational, and the proposal is urgent now: " + is.Short() + "."
	}
	if err := tx.Model(&models.Report{}).Where("id = ?", rep.ID).Updates(set).Error; err != nil {
		return fmt.Errorf("keeping the new proposal: %w", err)
	}
	return audit.Record(tx, audit.Event{Action: "report.reassessed", ReportID: rep.ID, Number: rep.Number,
		Words:  fmt.Sprintf("Proposed %s anew after something was learnt. What %s decided stays.", proposalWords(is), rep.DecidedByName),
		Detail: map[string]any{"rules": is.Version, "proposed": is.Urgency, "class": is.Class}})
}

// reassess gives the report its new class and priority.
func reassess(tx *store.Tx, rep *models.Report, is priority.Result) error {
	was := *rep
	if err := propose(rep, is); err != nil {
		return err
	}
	set := map[string]any{"class": rep.Class, "priority": rep.Priority, "urgent": rep.Urgent, "urgency": rep.Urgency,
		"assessment": rep.Assessment, "rules_version": rep.RulesVersion}
	moved := was.Class != rep.Class || was.Urgency != rep.Urgency
	if moved {
		set["version"] = rep.Version + 1 // a form that was opened before shows another priority
	}
	if was.Class == string(priority.Informational) && rep.Urgent && !was.Urgent && rep.Desk != models.DeskWaiting {
		rep.Desk, rep.DeskWhy = models.DeskWaiting, "It was informational and is urgent now: "+is.Short()+"."
		set["desk"], set["desk_why"] = rep.Desk, rep.DeskWhy
		set["version"] = rep.Version + 1
	}
	if err := tx.Model(&models.Report{}).Where("id = ?", rep.ID).Updates(set).Error; err != nil {
		return fmt.Errorf("giving the report its new priority: %w", err)
	}
	told, err := referral.Reassess(tx, rep, is.Short())
	if err != nil {
		return err
	}
	if rep.Urgent != was.Urgent {
		for _, args := range becameUrgent(rep) {
			if err := tx.Enqueue(args); err != nil {
				return fmt.Errorf("setting off %s: %w", args.Kind(), err)
			}
		}
	}
	words := fmt.Sprintf("Proposed %s anew after something was learnt; class and priority are as before.", proposalWords(is))
	if moved {
		words = fmt.Sprintf("Gave the report %s after something was learnt; it was %s.", proposalWords(is), standsWords(&was))
	}
	return audit.Record(tx, audit.Event{Action: "report.reassessed", ReportID: rep.ID, Number: rep.Number, Concerns: told, Words: words,
		Detail: map[string]any{"rules": is.Version, "before": was.Urgency, "after": rep.Urgency, "class": rep.Class}})
}

// proposalWords says a proposal in words: "referral, priority 1, urgent".
func proposalWords(r priority.Result) string {
	return standing(string(r.Class), int16(r.Priority), r.Urgent)
}

func standsWords(r *models.Report) string { return standing(r.Class, r.Priority, r.Urgent) }

func standing(class string, p int16, urgent bool) string {
	text := fmt.Sprintf("%s, priority %d", class, p)
	if urgent {
		text += ", urgent"
	}
	return text
}
