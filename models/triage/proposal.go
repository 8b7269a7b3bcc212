package triage

import (
	"github.com/google/uuid"

	"reeve/models"
	"reeve/models/routing"
)

// Destination is where a decision of the desk sends a report.
type Destination string

// The destinations.
const (
	ToAgencies Destination = "refer" // to the agencies named
	ToPool     Destination = "pool"  // it lies in a pool, which has an owner and a clock
	ToNobody   Destination = "keep"  // informational, and kept at the clearinghouse
	ToSame     Destination = "stay"  // whoever has it keeps it; nobody else gets it
)

// proposeFrom is how sure routing must be of an agency for the desk to propose it:
// more likely than not. A key that accepts all must never send a report on a guess.
const proposeFrom = 0.5

// Option is an agency that routing names for a report, as the desk offers it.
type Option struct {
	Code, Name string
	Capacity   string // suspect or victim
	Confidence float64
	Why, Place string
	Uncertain  bool   // the territory itself is uncertain
	Proposed   bool   // accepting all refers it there
	Has        string // why it cannot be chosen: "has it", "returned it"; empty: it can
}

// Proposal is what accepting all does, and what else there is to choose from.
type Proposal struct {
	Options   []Option
	To        Destination
	Pool      string // the pool in which it lies, or in which routing would leave it
	PoolName  string
	PoolWhy   string
	Elsewhere []string // agencies that have it now, pools apart
	Conflicts []routing.Conflict
	Version   string // of the rules of routing
}

// offered reads the latest routing beside where the report is now.
func offered(rep *models.Report, by *routed, dir *directory, held []models.Referral) Proposal {
	p := Proposal{To: ToAgencies, Pool: by.decision.Pool, PoolWhy: by.decision.PoolReason, Conflicts: by.decision.Conflicts, Version: by.row.RulesVersion}
	has := map[uuid.UUID]string{}
	for i := range held {
		r, agency := &held[i], dir.byID[held[i].AgencyID]
		switch {
		case agency.Kind == models.KindPool:
			if r.Open {
				p.Pool, p.PoolWhy = agency.Code, r.Why
			}
			continue
		case r.State == models.ReferralReturned:
			has[agency.ID] = "returned it"
		default:
			has[agency.ID] = "has it"
			p.Elsewhere = append(p.Elsewhere, agency.Name)
		}
	}
	proposed := 0
	for _, c := range by.decision.Candidates {
		agency, open := dir.byCode[c.Code]
		if !open || agency.Kind == models.KindPool {
			continue // closed since, or a pool, which is chosen as such
		}
		o := Option{Code: c.Code, Name: agency.Name, Capacity: string(c.Capacity), Confidence: c.Confidence, Why: c.Why, Place: c.Place,
			Uncertain: c.Territory.Certainty != routing.High, Has: has[agency.ID]}
		// While routing sees the suspect's home in a pool, no suspect's agency is proposed.
		o.Proposed = o.Has == "" && c.Confidence >= proposeFrom && (by.decision.Pool == "" || c.Capacity == routing.CapacityVictim)
		if o.Proposed {
			proposed++
		}
		p.Options = append(p.Options, o)
	}
	p.PoolName = dir.byCode[p.Pool].Name
	switch {
	case rep.Desk != models.DeskWaiting:
		p.To = ToSame
		for i := range p.Options {
			p.Options[i].Proposed = false
		}
	case proposed > 0:
	case p.Pool != "":
		p.To = ToPool
	case len(p.Elsewhere) > 0:
		p.To = ToSame
	}
	return p
}
