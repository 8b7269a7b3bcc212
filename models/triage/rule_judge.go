package triage

import (
	"cmp"
	"fmt"
	"slices"

	"reeve/models"
	"reeve/models/priority"
	"reeve/models/routing"
	"reeve/models/store"
)

// judgePriority compares two versions of the rules of priority.
func judgePriority(now, draft *priority.Rules) judge {
	return func(rep *models.Report, known *learnt) (TrialRow, string, string) {
		in := known.input(rep)
		was, is := priority.Score(in, now), priority.Score(in, draft)
		from, to := levelWords(was), levelWords(is)
		row := TrialRow{Before: from, After: to, Changed: from != to, Why: reasonsApart(was, is)}
		if was.Points != is.Points {
			row.Before, row.After = fmt.Sprintf("%s (%d points)", from, was.Points), fmt.Sprintf("%s (%d points)", to, is.Points)
		}
		return row, from, to
	}
}

// levelWords is a proposal in the words of a row and of the count of moves.
func levelWords(r priority.Result) string {
	text := fmt.Sprintf("Priority %d", r.Priority)
	if r.Urgent {
		text += ", urgent"
	}
	if r.Class == priority.Informational {
		text += ", informational"
	}
	return text
}

// reasonsApart says which rules count otherwise, and what missing things cost
// otherwise.
func reasonsApart(was, is priority.Result) (out []string) {
	before := map[string]priority.Reason{}
	for _, r := range was.Reasons {
		before[r.Key] = r
	}
	for _, r := range is.Reasons {
		b, ok := before[r.Key]
		delete(before, r.Key)
		switch {
		case !ok:
			out = append(out, fmt.Sprintf("%s: new, %+d", r.Short, r.Points))
		case b.Points != r.Points:
			out = append(out, fmt.Sprintf("%s: %+d instead of %+d", r.Short, r.Points, b.Points))
		}
	}
	for _, r := range was.Reasons {
		if _, left := before[r.Key]; left {
			out = append(out, fmt.Sprintf("%s: counts no more, was %+d", r.Short, r.Points))
		}
	}
	if was.Completeness.Score != is.Completeness.Score {
		out = append(out, fmt.Sprintf("completeness %d instead of %d", is.Completeness.Score, was.Completeness.Score))
	}
	if len(out) == 0 && levelWords(was) != levelWords(is) {
		out = append(out, "the thresholds alone")
	}
	return out
}

// judgeRouting compares two versions of the weights and factors of routing: where a
// report would go at its first routing, by today's territory and release policy.
func (s *Service) judgeRouting(tx *store.Tx, now, draft *routing.Rules) (judge, error) {
	dir, err := s.directory(tx)
	if err != nil {
		return nil, err
	}
	var policies []models.ReleasePolicy
	if err := tx.Order("ordinal").Find(&policies).Error; err != nil {
		return nil, fmt.Errorf("reading the release policy: %w", err)
	}
	at := tx.Now
	return func(rep *models.Report, known *learnt) (TrialRow, string, string) {
		signals := routing.Extract(*rep.Reported, said(known.files[rep.ID]), s.geo)
		stand := func(r *routing.Rules) destination {
			return destinationOf(routing.Infer(signals, dir.coverage, at, routing.Options{Rules: r}), rep, dir, policies)
		}
		was, is := stand(now), stand(draft)
		row := TrialRow{Before: was.words(), After: is.words(), Changed: was.home != is.home || was.at != is.at}
		if row.Changed && is.pool != "" {
			row.Why = append(row.Why, is.why)
		}
		if was.confidence != is.confidence {
			row.Why = append(row.Why, fmt.Sprintf("confidence %.2f instead of %.2f", is.confidence, was.confidence))
		}
		from, to := was.group(), is.group()
		switch {
		case was.pool == "" && is.pool == "" && was.home != is.home:
			to += ", another one"
		case was.home == is.home && was.at == is.at:
			to = from
		}
		return row, from, to
	}, nil
}

// destination is where a decision would bring a report.
type destination struct {
	home       string // the agency's or pool's name
	pool       string // empty: an agency
	at         bool   // released at once
	confidence float64
	why        string
}

func destinationOf(d routing.Decision, rep *models.Report, dir *directory, policies []models.ReleasePolicy) destination {
	if d.Pool != "" || len(d.Candidates) == 0 {
		home := dir.byCode[d.Pool].Name
		if home == "" {
			home = cmp.Or(d.Pool, "no agency")
		}
		return destination{home: home, pool: cmp.Or(d.Pool, "none"), confidence: d.Confidence, why: d.PoolReason}
	}
	c := d.Candidates[0]
	p, ok := policyFor(policies, rep, c.Confidence)
	return destination{home: c.Name, at: ok && p.Release == "auto", confidence: c.Confidence, why: c.Why}
}

func (d destination) words() string {
	return fmt.Sprintf("%s, %s (%.2f)", d.home, d.way(), d.confidence)
}

func (d destination) way() string {
	switch {
	case d.pool != "":
		return "a pool"
	case d.at:
		return "at once"
	default:
		return "after an analyst"
	}
}

// group is the destination in the words of the count of moves.
func (d destination) group() string {
	if d.pool != "" {
		return "Pool: " + d.home
	}
	return "Agency, " + d.way()
}

// movesOf orders the counts, commonest first.
func movesOf(counts map[[2]string]int) []TrialMove {
	out := []TrialMove{}
	for k, n := range counts {
		out = append(out, TrialMove{Before: k[0], After: k[1], N: n})
	}
	slices.SortFunc(out, func(a, b TrialMove) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Before, b.Before), cmp.Compare(a.After, b.After))
	})
	return out
}
