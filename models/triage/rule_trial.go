package triage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// How many of the newest finished reports a draft may be tried on.
const (
	TrialLeast = 10
	TrialMost  = 2000
	TrialUsual = 200
)

const (
	trialChunk  = 50 // reports in memory at once
	trialWithin = 45 * time.Second
)

// Trial is what a draft would have done to the newest reports, beside what the rules
// that hold now would do to them today. Nothing is moved by it.
type Trial struct {
	TrialHead
	Hash  string      `json:"hash"` // of the text that was tried
	Asked int         `json:"asked"`
	Moves []TrialMove `json:"moves"` // how many moved from where to where, commonest first
	Rows  []TrialRow  `json:"rows"`  // newest first
}

// TrialMove counts reports that the two versions treat so.
type TrialMove struct {
	Before string `json:"before"`
	After  string `json:"after"`
	N      int    `json:"n"`
}

// TrialRow is one report under both versions.
type TrialRow struct {
	Number  int64    `json:"number"`
	Before  string   `json:"before"`
	After   string   `json:"after"`
	Why     []string `json:"why,omitempty"` // which reasons differ, in words
	Changed bool     `json:"changed,omitempty"`
}

// judge says where one report stands under both versions: in the words of its row and
// of the count of moves, and why they differ.
type judge func(rep *models.Report, known *learnt) (row TrialRow, from, to string)

// newestReports are read from the beginning of an index; a page of them goes on below
// the last one's time and id.
const newestReports = `select * from reports
 where state = 'finished' and (finished_at, id) < (?, ?)
 order by finished_at desc, id desc limit ?`

// TryRules judges the newest finished reports by a draft and by the rules that hold
// now, and keeps the result beside the draft until it is tried again. It reads at most
// n reports, a few at a time, and gives up after 45 seconds; the results alone stay
// in memory.
func (s *Service) TryRules(ctx context.Context, a auth.Actor, id string, n int) (*Trial, error) {
	line := audit.Event{Action: "rules.tried", Subject: id, Words: "Tried a draft of rules on recent reports."}
	if err := audit.May(ctx, s.store, a, auth.ManageRules, line, askManage); err != nil {
		return nil, err
	}
	if n < TrialLeast || n > TrialMost {
		return nil, models.InvalidField("n", fmt.Sprintf("Try it on %d to %d reports, for example %d.", TrialLeast, TrialMost, TrialUsual))
	}
	ctx, cancel := context.WithTimeout(ctx, trialWithin)
	defer cancel()
	var out *Trial
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		if err := tx.Exec("set local statement_timeout = '15s'").Error; err != nil {
			return fmt.Errorf("bounding a trial: %w", err)
		}
		if err := inOrder(tx); err != nil {
			return err
		}
		row, err := versionRow(tx.DB, id)
		if err != nil {
			return err
		}
		if row.State != models.RulesDraft {
			return models.Conflictf("%s is no draft any more, so it is not tried. Begin a draft from it.", RulesName(row.Kind, row.Number))
		}
		set, err := parse(row.Kind, RulesName(row.Kind, row.Number), row.Tables)
		if err != nil {
			return err
		}
		book, err := s.rules(tx)
		if err != nil {
			return err
		}
		now := book.of(row.Kind)
		out = &Trial{TrialHead: TrialHead{At: tx.Now, By: a.Name, Against: now.name()}, Hash: hashOf(row.Tables), Asked: n, Rows: []TrialRow{}}
		var by judge
		if row.Kind == models.PriorityRules {
			by = judgePriority(now.priority, set.priority)
		} else if by, err = s.judgeRouting(tx, now.routing, set.routing); err != nil {
			return err
		}
		if err := out.run(tx, n, by); err != nil {
			return err
		}
		text, err := json.Marshal(out)
		if err != nil {
			return fmt.Errorf("keeping a trial: %w", err)
		}
		// No new version of the row: a trial changes no rule, and a form that somebody
		// has open stays good. What it was of is in its hash.
		res := tx.Exec("update rule_versions set tried = ? where id = ? and state = 'draft'", string(text), row.ID)
		if res.Error != nil {
			return fmt.Errorf("keeping a trial: %w", res.Error)
		}
		if res.RowsAffected == 0 {
			return models.Conflictf("%s was published or dropped while it was tried. Look at it as it is now.", RulesName(row.Kind, row.Number))
		}
		line.Subject, line.Detail = RulesName(row.Kind, row.Number), map[string]any{"reports": out.Reports, "would_change": out.Changed, "against": out.Against, "sha256": out.Hash}
		return audit.Record(tx, line)
	})
	if errors.Is(ctx.Err(), context.DeadlineExceeded) || err != nil && strings.Contains(err.Error(), "SQLSTATE 57014") {
		return nil, models.InvalidField("n", "The trial took too long and was stopped; nothing was kept. Try it on fewer reports.")
	}
	return out, audit.UnseenThing(ctx, s.store, a, line.Action, id, "Asked for a version of rules that does not exist.", err)
}

func (t *Trial) run(tx *store.Tx, n int, by judge) error {
	counts := map[[2]string]int{}
	at, last := time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), uuid.Max
	for seen := 0; seen < n; {
		var reports []models.Report
		if err := tx.Raw(newestReports, at, last, min(trialChunk, n-seen)).Scan(&reports).Error; err != nil {
			return fmt.Errorf("reading reports to try rules on: %w", err)
		}
		if len(reports) == 0 {
			break
		}
		ids := make([]uuid.UUID, len(reports))
		for i := range reports {
			ids[i] = reports[i].ID
		}
		known, err := learn(tx, ids)
		if err != nil {
			return err
		}
		for i := range reports {
			if reports[i].Reported == nil {
				continue // erased
			}
			t.Reports++
			row, from, to := by(&reports[i], known)
			row.Number = reports[i].Number
			counts[[2]string{from, to}]++
			if row.Changed {
				t.Changed++
			}
			t.Rows = append(t.Rows, row)
		}
		seen += len(reports)
		end := &reports[len(reports)-1]
		at, last = *end.FinishedAt, end.ID
	}
	t.Moves = movesOf(counts)
	return nil
}

// LastTrial answers what the last trial of a version said, all of it; nil when there
// was none.
func (s *Service) LastTrial(ctx context.Context, a auth.Actor, id string) (*RuleVersion, *Trial, error) {
	line := audit.Event{Action: "rules.trial", Subject: id, Words: "Looked at the trial of a draft of rules."}
	if err := audit.May(ctx, s.store, a, auth.ReadDesk, line, askRead); err != nil {
		return nil, nil, err
	}
	var v *RuleVersion
	var t *Trial
	err := s.store.As(ctx, a, func(tx *store.Tx) (err error) {
		if v, err = s.version(tx, id); err != nil {
			return err
		}
		t, line.Subject = nil, v.Name
		if v.Number > 0 {
			var text []byte
			if err := tx.Raw("select tried from rule_versions where id = ?", v.ID).Row().Scan(&text); err != nil {
				return fmt.Errorf("reading a trial: %w", err)
			}
			if len(text) > 0 {
				if err := json.Unmarshal(text, &t); err != nil {
					return fmt.Errorf("reading a trial: %w", err)
				}
				t.Stale = v.Trial != nil && v.Trial.Stale
			}
		}
		return audit.Record(tx, line)
	})
	return v, t, audit.UnseenThing(ctx, s.store, a, line.Action, id, "Asked for a version of rules that does not exist.", err)
}
