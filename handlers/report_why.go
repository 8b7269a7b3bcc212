package handlers

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"reeve/models/casefile"
	"reeve/models/routing"
	"reeve/views/pages"
)

var capacityWords = map[string]string{
	"suspect": "because of where the subject is", "victim": "because of where the victim is", "unknown": "for a place that is not tied to a person",
}

var releasedWords = map[string]string{"rule": "Released by rule", "person": "Released by a person", "waiting": "Waits for an analyst"}

// why draws the routings: the one that brought the report to the reader first.
func (h *Report) why(c echo.Context, r *casefile.ReportView) []pages.ReportWhy {
	here, hereName := "", ""
	for _, s := range r.SentTo {
		if s.Own {
			here, hereName = s.Code, s.Agency
		}
	}
	list := slices.Clone(r.Decisions)
	slices.SortStableFunc(list, func(a, b casefile.Decision) int {
		switch {
		case a.BroughtHere == b.BroughtHere:
			return 0
		case a.BroughtHere:
			return -1
		}
		return 1
	})
	var out []pages.ReportWhy
	for i := range list {
		d := &list[i]
		w := pages.ReportWhy{Here: d.BroughtHere, Round: int(d.Round), At: h.Local(c, d.At), By: d.By, Version: d.Version}
		w.Released = releasedWords[d.Released]
		if d.ReleasedWhy != "" {
			w.Released = strings.TrimPrefix(w.Released+": "+d.ReleasedWhy, ": ")
		}
		if w.By == "" {
			w.By = "Reeve"
		}
		if d.BroughtHere && r.Referral != nil {
			w.Sentence = r.Referral.Why
		}
		if d.Decoded == nil {
			w.Raw = indented(d.Raw)
		} else {
			drawDecision(&w, d.Decoded, here, hereName)
			if len(r.SentTo) > 0 && here == "" { // clearinghouse: the agency's name as it is known here
				for _, s := range r.SentTo {
					if c, ok := d.Decoded.Candidate(s.Code); ok && w.Agency == c.Name {
						w.Agency = s.Agency
					}
				}
			}
		}
		out = append(out, w)
	}
	return out
}

// drawDecision fills in facts, rule and agency for the reader's agency, or for the
// first candidate when the reader is nobody's.
func drawDecision(w *pages.ReportWhy, d *routing.Decision, here, hereName string) {
	used := map[int]bool{}
	chosen := -1
	for i := range d.Candidates {
		if d.Candidates[i].Code == here || here == "" && i == 0 {
			chosen = i
			break
		}
	}
	switch {
	case chosen >= 0:
		c := &d.Candidates[chosen]
		w.Agency, w.Capacity, w.Confidence = c.Name, capacityWords[string(c.Capacity)], percent(c.Confidence)+" sure"
		if hereName != "" {
			w.Agency = hereName
		}
		if w.Sentence == "" {
			w.Sentence = c.Why
		}
		for _, s := range c.Evidence {
			f := pages.WhyFact{Text: s.Text, Weight: percent(s.Weight)}
			if s.Index >= 0 && s.Index < len(d.Evidence) {
				f.Reasons = d.Evidence[s.Index].Reasons
				used[s.Index] = true
			}
			w.Facts = append(w.Facts, f)
		}
		w.Rule = fmt.Sprintf("%s belongs to %s.", c.Place, c.Territory.Name)
		w.Uncertain, w.RuleNote = certainty(c.Territory)
	case d.Pool != "" && (here == "" || here == d.Pool):
		w.Agency, w.Rule = routing.DefaultCoverage().Name(d.Pool), d.PoolReason
		if hereName != "" {
			w.Agency = hereName
		}
		if w.Sentence == "" {
			w.Sentence = d.PoolReason
		}
	default:
		w.Agency = hereName
		w.Rule = "No rule names this agency; a person sent it here."
	}
	for i := range d.Candidates {
		if i == chosen {
			continue
		}
		c := &d.Candidates[i]
		w.Others = append(w.Others, pages.WhyOther{Agency: c.Name, Capacity: capacityWords[string(c.Capacity)], Confidence: percent(c.Confidence) + " sure", Why: c.Why, Place: c.Place})
	}
	for _, c := range d.Conflicts {
		w.Conflicts = append(w.Conflicts, pages.WhyConflict{Text: c.Text, Serious: c.Serious})
	}
	w.Notes = d.Notes
	w.Maps = drawMaps(d)
	for i, e := range d.Evidence {
		if used[i] {
			continue
		}
		f := pages.WhyFact{Text: e.Text, Reasons: e.Reasons}
		if e.Used {
			continue // it speaks for an alternative, which says so
		}
		w.Unused = append(w.Unused, f)
	}
}

var basisWords = map[string]string{
	"elimination": "by elimination: no other force lists it", "affiliates": "inferred from the force's affiliates", "complement": "the rest of the state",
	"listed": "listed by the force", "statewide": "the force covers the whole state",
}

// certainty says how sure the territory itself is and where that is from.
func certainty(t routing.Territory) (uncertain bool, note string) {
	parts := []string{"Certainty of the territory: " + string(t.Certainty)}
	if b := basisWords[t.Basis]; b != "" {
		parts[0] += " (" + b + ")"
	}
	// The files repeat the certainty, and often the source, in their note.
	if said := strings.TrimPrefix(t.CertaintyNote, string(t.Certainty)+": "); said != "" && said != t.Source {
		parts = append(parts, said)
	}
	var dates []string
	if !t.ValidFrom.IsZero() {
		dates = append(dates, "from "+t.ValidFrom.Format(time.DateOnly))
	}
	if !t.ValidTo.IsZero() {
		dates = append(dates, "to "+t.ValidTo.Format(time.DateOnly))
	}
	if len(dates) > 0 {
		parts = append(parts, "valid "+strings.Join(dates, " "))
	}
	if t.Source != "" {
		parts = append(parts, "source: "+t.Source)
	}
	return t.Certainty != routing.High, strings.Join(parts, "; ") + "."
}

func percent(f float64) string { return fmt.Sprintf("%d %%", int(math.Round(f*100))) }

func indented(raw json.RawMessage) string {
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return string(raw)
	}
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return string(raw)
	}
	return string(b)
}
