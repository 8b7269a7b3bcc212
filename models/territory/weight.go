package territory

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/routing"
	"reeve/models/store"
)

// WeightInput is another weight for a kind of signal as a form gives it.
type WeightInput struct {
	Key                    string
	Country, State, County string // decimals; all empty: what Propose proposes
	Trial                  TrialInput
}

// WeightTrial is what another weight would do.
type WeightTrial struct {
	Sheet *SignalSheet
	Tried routing.WeightRow
	Rules string // the version that would be changed
	Trial *Trial
}

// TryWeight tells where the newest reports would go with another weight for one kind
// of signal, beside where they go by the current rules, under today's territory. It
// changes no rule. A number that is none, or a weight that the rules refuse (a log-in
// above an upload), is Invalid with the reason.
func (s *Service) TryWeight(ctx context.Context, a auth.Actor, in WeightInput) (*WeightTrial, error) {
	line := audit.Event{Action: "signals.tried", Subject: "signal " + shorten(in.Key), Words: "Tried another weight for a kind of signal on recent reports; nothing was changed."}
	if err := s.manage(ctx, a, line); err != nil {
		return nil, err
	}
	_, wrong := in.Trial.check()
	var out *WeightTrial
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		rules, err := currentRules(tx)
		if err != nil {
			return err
		}
		out = &WeightTrial{Rules: rules.Version()}
		if out.Sheet, err = signalSheet(tx, rules, in.Key); err != nil {
			return err
		}
		if !out.Sheet.Weighed {
			return models.NotFoundf("This kind of signal has no weight of its own: a factor of the rules lowers another one.")
		}
		out.Tried = out.Sheet.Proposal.Proposed
		if err := in.read(&out.Tried); err != nil {
			return err
		}
		if wrong != nil {
			return wrong
		}
		changed, err := withWeight(rules, out.Tried)
		if err != nil {
			return err
		}
		b, err := readBook(tx)
		if err != nil {
			return err
		}
		was := world{coverage(b.rows), rules, 2, b.byCode, dayOf(tx.Now)}
		is := was
		is.rules = changed
		if out.Trial, err = s.try(tx, b, in.Trial, was, is); err != nil {
			return err
		}
		line.Detail = map[string]any{"weight": out.Tried, "reports": out.Trial.Reports, "elsewhere": out.Trial.Elsewhere}
		return audit.Record(tx, line)
	})
	return out, s.unseen(ctx, a, line, err)
}

// read puts the numbers that were typed into the row.
func (in WeightInput) read(row *routing.WeightRow) error {
	if in.Country == "" && in.State == "" && in.County == "" {
		return nil
	}
	f := map[string]string{}
	for _, n := range []struct {
		field, text string
		into        *float64
	}{{"country", in.Country, &row.Country}, {"state", in.State, &row.State}, {"county", in.County, &row.County}} {
		v, err := strconv.ParseFloat(strings.TrimSpace(n.text), 64)
		if err != nil || !(v >= 0 && v <= 0.999) {
			f[n.field] = "Write a number from 0 to 0.999, with a point."
			continue
		}
		*n.into = v
	}
	return faults(f)
}

// withWeight is the rules with one row of weights changed.
func withWeight(rules *routing.Rules, row routing.WeightRow) (*routing.Rules, error) {
	rows := rules.WeightRows()
	i := slices.IndexFunc(rows, func(w routing.WeightRow) bool { return w.Key == row.Key })
	rows[i] = row
	changed, err := routing.RulesOf(rules.Version()+" tried", rows, rules.FactorRows())
	if err == nil {
		return changed, nil
	}
	if found := routing.LineErrors(err); len(found) > 0 {
		return nil, invalid("weight", "The rules refuse this weight: "+found[0].Message)
	}
	var e *models.Error
	if errors.As(err, &e) {
		return nil, err
	}
	return nil, fmt.Errorf("trying a weight: %w", err)
}
