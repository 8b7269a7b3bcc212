package triage

import (
	"fmt"
	"time"

	"github.com/google/uuid"

	"reeve/models"
	"reeve/models/referral"
	"reeve/models/routing"
	"reeve/models/store"
)

// lastHop is how many agencies may return a report before it goes to a pool: a
// report must not travel in circles.
const lastHop = 2

// past is what earlier rounds taught: who returned the report, and whom the last
// of them named as the right one.
type past struct {
	excluded []string
	hops     int
	named    *models.Agency
	namedBy  string
	wrote    string // what the last to return it wrote
	last     time.Time
}

func readPast(tx *store.Tx, report uuid.UUID, dir *directory) (past, error) {
	var rs []models.Referral
	err := tx.Where("report_id = ? and state = ?", report, models.ReferralReturned).Order("updated_at").Find(&rs).Error
	if err != nil {
		return past{}, fmt.Errorf("reading earlier returns: %w", err)
	}
	var p past
	for _, r := range rs {
		p.excluded = append(p.excluded, dir.byID[r.AgencyID].Code)
		p.hops++
		p.named, p.namedBy, p.wrote = nil, dir.byID[r.AgencyID].Name, r.ReturnWhy
		p.last = r.UpdatedAt
		if r.ReturnAgencyID != nil {
			if a, ok := dir.byID[*r.ReturnAgencyID]; ok && a.ClosedAt == nil {
				p.named = &a
			}
		}
	}
	return p, nil
}

// toNamed refers the report to the agency that the last to return it named,
// unless that one returned it too or the report has travelled enough.
func (p past) toNamed(d *routing.Decision) (referral.New, bool) {
	if p.named == nil || p.hops >= lastHop {
		return referral.New{}, false
	}
	for _, code := range p.excluded {
		if code == p.named.Code {
			return referral.New{}, false
		}
	}
	why := fmt.Sprintf("Named as the right one by %s", p.namedBy)
	d.Notes = append(d.Notes, fmt.Sprintf("%s returned the report and named %s.", p.namedBy, p.named.Name))
	n := referral.New{AgencyID: p.named.ID, Capacity: string(routing.CapacitySuspect), Basis: "person", Confidence: 0.95, Why: why, Place: p.named.Name}
	if p.named.Kind == models.KindPool {
		n.Basis, n.Capacity = "pool", "unknown"
	}
	return n, true
}
