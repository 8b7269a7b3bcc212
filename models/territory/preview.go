package territory

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/routing"
	"reeve/models/store"
)

// TrialInput says how to try.
type TrialInput struct {
	Reports int    // LeastTried to MaxTried; 0: UsualTried
	Day     string // whose territory is compared, YYYY-MM-DD; empty: the day from which the whole draft holds
	All     bool   // list what stays as it is too
}

func (in *TrialInput) check() (*time.Time, error) {
	f := map[string]string{}
	in.Reports = cmp.Or(in.Reports, UsualTried)
	if in.Reports < LeastTried || in.Reports > MaxTried {
		f["reports"] = fmt.Sprintf("Try on %d to %d reports.", LeastTried, MaxTried)
	}
	d := readDay(f, "day", in.Day, false)
	return d, faults(f)
}

// Preview tells where the newest reports would go under a draft, beside where they
// would go under the territory as it is. Each is placed anew, from what the provider
// sent, by the current rules, on one day for both. Nothing moves by it, and nothing is
// kept but the line in the audit log.
func (s *Service) Preview(ctx context.Context, a auth.Actor, draft uuid.UUID, in TrialInput) (*Sheet, *Trial, error) {
	line := audit.Event{Action: "territory.tried", Subject: "draft " + draft.String(), Words: "Tried a draft of territory on recent reports; nothing was moved."}
	if err := s.manage(ctx, a, line); err != nil {
		return nil, nil, err
	}
	on, wrong := in.check()
	var sheet *Sheet
	var out *Trial
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		d, err := findDraft(tx, draft, "")
		if err != nil {
			return err
		}
		if sheet, err = sheetOf(tx, d); err != nil {
			return err
		}
		if d.State != StateDraft {
			return models.Conflictf("This draft is %s. Only a draft that is still open can be tried.", d.State)
		}
		if wrong != nil {
			return wrong
		}
		b, err := readBook(tx)
		if err != nil {
			return err
		}
		rows, _ := b.apply(sheet.Changes)
		rules, err := currentRules(tx)
		if err != nil {
			return err
		}
		at := sheet.From
		if on != nil {
			at = *on
		}
		was := world{coverage(b.rows), rules, 2, b.byCode, at}
		is := was
		is.coverage = coverage(rows)
		if out, err = s.try(tx, b, in, was, is); err != nil {
			return err
		}
		line.Subject, line.Detail = d.Name, map[string]any{"draft": d.ID, "reports": out.Reports, "elsewhere": out.Elsewhere, "day": day(&at)}
		return audit.Record(tx, line)
	})
	return sheet, out, s.unseen(ctx, a, line, err)
}

// try places the newest reports in both worlds, a batch at a time.
func (s *Service) try(tx *store.Tx, b *book, in TrialInput, was, is world) (*Trial, error) {
	var level *float64
	if err := tx.Raw("select min(min_confidence)::float8 from release_policies where release = 'auto'").Row().Scan(&level); err != nil {
		return nil, fmt.Errorf("reading from which confidence a rule releases: %w", err)
	}
	if level != nil {
		// The policy keeps it as a short float; a little less is the same.
		was.release, is.release = *level-1e-6, *level-1e-6
	}
	t := &Trial{Asked: in.Reports, All: in.All, Day: was.day, Rules: is.rules.Version()}
	// The newest reports are the end of an index; the planner may take sorting all for less.
	if err := tx.InOrder(); err != nil {
		return nil, err
	}
	flows := map[Flow]int{}
	last := uuid.Nil
	for t.Reports < in.Reports {
		list, err := lastReports(tx, last, min(tryBatch, in.Reports-t.Reports))
		if err != nil {
			return nil, err
		}
		if len(list) == 0 {
			break
		}
		with, err := readAside(tx, list, b.byID)
		if err != nil {
			return nil, err
		}
		for _, r := range list {
			signals, opts := with.inputs(r, s.geo)
			t.add(r, signals, opts, was, is, flows)
		}
		last = list[len(list)-1].ID
	}
	for f, n := range flows {
		f.N = n
		t.Flows = append(t.Flows, f)
	}
	slices.SortFunc(t.Flows, func(a, b Flow) int {
		return cmp.Or(cmp.Compare(b.N, a.N), strings.Compare(a.From, b.From), strings.Compare(a.To, b.To))
	})
	t.Rows = append(t.Rows, t.same...)
	t.same = nil
	if len(t.Rows) > shownRows {
		t.Left, t.Rows = len(t.Rows)-shownRows, t.Rows[:shownRows]
	}
	return t, nil
}

// currentRules are the newest published rules of routing, or those built in. A version
// that this program cannot read holds for nobody; triage goes by the built-in ones too.
func currentRules(tx *store.Tx) (*routing.Rules, error) {
	var rows []models.RuleVersion
	err := tx.Where("kind = ? and state = 'published'", models.RoutingRules).Order("published_at desc, number desc").Limit(1).Find(&rows).Error
	if err != nil {
		return nil, fmt.Errorf("reading the rules of routing: %w", err)
	}
	if len(rows) > 0 {
		name := fmt.Sprintf("%s-%d", models.RoutingRules, rows[0].Number)
		if r, err := routing.ParseRules(name, rows[0].Tables[routing.TableWeights], rows[0].Tables[routing.TableFactors]); err == nil {
			return r, nil
		}
	}
	return routing.DefaultRules(), nil
}
