package triage

import (
	"fmt"
	"time"

	"github.com/google/uuid"

	"reeve/models"
	"reeve/models/routing"
	"reeve/models/store"
)

// findings is what staff found out about where a report's people are.
type findings struct {
	signals []routing.Signal
	newest  time.Time
}

func readFindings(tx *store.Tx, report uuid.UUID) (findings, error) {
	var list []models.Finding
	if err := tx.Where("report_id = ? and withdrawn_at is null", report).Order("id").Limit(100).Find(&list).Error; err != nil {
		return findings{}, fmt.Errorf("reading what staff found out: %w", err)
	}
	var f findings
	for i := range list {
		f.signals = append(f.signals, asSignal(&list[i]))
		if at := list[i].FoundAt; at.After(f.newest) {
			f.newest = at
		}
	}
	return f, nil
}

// asSignal makes a finding the strongest of signals. Whose it is and how it was
// established stand in the decision, for whoever gets the report.
func asSignal(f *models.Finding) routing.Signal {
	p := routing.Place{Country: f.Country, State: f.State, FIPS: f.FIPS, County: f.County, City: f.City, Share: 1}
	return routing.Signal{Kind: routing.AgencyFinding, Whose: routing.Whose(f.Whose), Value: p.Label(), Places: []routing.Place{p}, At: f.FoundAt.UTC(),
		Derivation: fmt.Sprintf("established by %s on %s: %s", f.FoundByName, f.FoundAt.UTC().Format(time.DateOnly), f.How)}
}

// foundBy reports whether a candidate is the first of its capacity and rests on what
// a person found out. Such a one needs no rule to release it: that it is routed is
// what the person asked for, also where the report itself says otherwise.
func foundBy(d *routing.Decision, c *routing.Candidate) (bool, string) {
	for _, o := range d.Candidates {
		if o.Capacity == c.Capacity {
			if o.Code != c.Code {
				return false, ""
			}
			break
		}
	}
	for _, e := range c.Evidence {
		if s := d.Evidence[e.Index].Signal; s.Kind == routing.AgencyFinding {
			return true, "Staff found out the place: " + s.Value + ", " + s.Derivation
		}
	}
	return false, ""
}
