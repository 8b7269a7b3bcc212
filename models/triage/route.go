package triage

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/priority"
	"reeve/models/referral"
	"reeve/models/routing"
	"reeve/models/store"
)

// Route decides where a finished report goes and refers it where the release
// policy allows. Round is the routing asked for; a round already decided is left
// alone, so that doing it again changes nothing. It is the worker's.
func (s *Service) Route(ctx context.Context, report uuid.UUID, round int16) error {
	return s.store.As(ctx, auth.System(auth.ForRouting), func(tx *store.Tx) error {
		var rep models.Report
		if err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", report).Take(&rep).Error; err != nil {
			return store.Translate(err, "This report")
		}
		if rep.State != models.ReportFinished || rep.Reported == nil {
			return nil // retracted or erased meanwhile; there is nothing to route
		}
		var decided bool
		if err := tx.Raw("select exists (select 1 from routing_decisions where report_id = ? and round = ?)", report, round).Row().Scan(&decided); err != nil {
			return fmt.Errorf("looking for an earlier decision: %w", err)
		}
		if decided {
			return nil
		}
		return s.route(tx, &rep, round)
	})
}

func (s *Service) route(tx *store.Tx, rep *models.Report, round int16) error {
	known, err := learn(tx, []uuid.UUID{rep.ID})
	if err != nil {
		return err
	}
	book, err := s.rules(tx)
	if err != nil {
		return err
	}
	dir, err := s.directory(tx)
	if err != nil {
		return err
	}
	past, err := readPast(tx, rep.ID, dir)
	if err != nil {
		return err
	}
	assessment, err := assess(rep, known, book, round)
	if err != nil {
		return err
	}
	found, err := readFindings(tx, rep.ID)
	if err != nil {
		return err
	}
	established := found.newest.After(past.last) // a person's finding breaks the circle in which a report travelled
	if established {
		past.named = nil
	}
	signals := append(found.signals, routing.Extract(*rep.Reported, said(known.files[rep.ID]), s.geo)...)
	decision := routing.Infer(signals, dir.coverage, tx.Now, routing.Options{Excluded: past.excluded, Hops: past.hops, Established: established, Rules: book.routing})
	rel, err := s.release(tx, rep, &decision, dir)
	if err != nil {
		return err
	}
	if past.wrote != "" { // the next agency and the desk were promised to read it
		decision.Notes = append(decision.Notes, fmt.Sprintf("%s returned it and wrote: %s", past.namedBy, past.wrote))
	}
	if named, ok := past.toNamed(&decision); ok {
		rel = release{how: "rule", desk: models.DeskNone, why: named.Why + ".", to: []referral.New{named}}
	}
	text, err := json.Marshal(decision)
	if err != nil {
		return fmt.Errorf("storing the decision: %w", err)
	}
	row := models.RoutingDecision{ID: store.NewID(), ReportID: rep.ID, Round: round, DecidedAt: tx.Now, DecidedByName: tx.Actor.Name,
		RulesVersion: decision.Version, Decision: text, Released: rel.how, ReleasedWhy: rel.why}
	if err := tx.Create(&row).Error; err != nil {
		return fmt.Errorf("storing the decision: %w", err)
	}
	rep.RoutingRound, rep.Desk, rep.DeskWhy = round, rel.desk, rel.why
	err = tx.Model(&models.Report{}).Where("id = ?", rep.ID).Updates(map[string]any{
		"class": rep.Class, "priority": rep.Priority, "urgent": rep.Urgent, "urgency": rep.Urgency, "assessment": rep.Assessment, "rules_version": rep.RulesVersion,
		"routing_round": round, "desk": rep.Desk, "desk_why": rep.DeskWhy, "version": rep.Version + 1}).Error
	if err != nil {
		return fmt.Errorf("marking the report as routed: %w", err)
	}
	var told []uuid.UUID
	for _, t := range rel.to {
		t.DecisionID, t.Hop, t.PriorityWhy = &row.ID, round, assessment.Short()
		if _, err := referral.Refer(tx, rep, t); err != nil {
			return err
		}
		told = append(told, t.AgencyID)
	}
	if round > 1 && rel.desk != models.DeskWaiting {
		if err := settleBundle(tx, rep, false); err != nil {
			return err
		}
	}
	if round > 1 && len(told) > 0 { // it lies in the pool of an earlier round no longer
		if err := closeInPools(tx, rep, dir, told); err != nil {
			return err
		}
	}
	if round == 1 {
		if err := follow(tx, rep); err != nil {
			return err
		}
	}
	return audit.Record(tx, audit.Event{Action: "report.routed", ReportID: rep.ID, Number: rep.Number, Concerns: told,
		Words:  "Decided where the report goes: " + rel.why,
		Detail: map[string]any{"round": round, "rules": decision.Version, "released": rel.how}})
}

// assess proposes class and priority of a report that is routed for the first time,
// and writes them into it. In later rounds they are what they were.
func assess(rep *models.Report, known *learnt, book *rulebook, round int16) (priority.Result, error) {
	var was priority.Result
	if round > 1 && len(rep.Assessment) > 0 && json.Unmarshal(rep.Assessment, &was) == nil {
		return was, nil
	}
	r := priority.Score(known.input(rep), book.priority)
	if round > 1 {
		return r, nil
	}
	return r, propose(rep, r)
}

// propose writes a proposal into the report as what it is.
func propose(rep *models.Report, r priority.Result) error {
	rep.Class, rep.Priority, rep.Urgent, rep.Urgency, rep.RulesVersion = string(r.Class), int16(r.Priority), r.Urgent, r.Urgency, r.Version
	return keepProposal(rep, r)
}

// keepProposal stores a proposal beside what a person decided.
func keepProposal(rep *models.Report, r priority.Result) (err error) {
	rep.RulesVersion = r.Version
	if rep.Assessment, err = json.Marshal(r); err != nil {
		return fmt.Errorf("storing the assessment: %w", err)
	}
	return nil
}

// release is what the policy made of a decision.
type release struct {
	how  string // rule or waiting
	desk models.DeskState
	why  string
	to   []referral.New
}

// release asks the policy, candidate by candidate, who gets the report at once.
// A pool gets what no agency covers, and an analyst is told.
func (s *Service) release(tx *store.Tx, rep *models.Report, d *routing.Decision, dir *directory) (release, error) {
	var policies []models.ReleasePolicy
	if err := tx.Order("ordinal").Find(&policies).Error; err != nil {
		return release{}, fmt.Errorf("reading the release policy: %w", err)
	}
	out := release{how: "waiting", desk: models.DeskWaiting, why: "No agency with jurisdiction is known with enough confidence."}
	held := false
	for _, c := range d.Candidates {
		agency, ok := dir.byCode[c.Code]
		if !ok {
			continue
		}
		if byPerson, words := foundBy(d, &c); byPerson {
			out.to = append(out.to, referral.New{AgencyID: agency.ID, Capacity: string(c.Capacity), Basis: "person",
				Confidence: float32(c.Confidence), Why: c.Why, Place: c.Place})
			out.how, out.desk, out.why = "person", models.DeskDone, words
			continue
		}
		p, ok := policyFor(policies, rep, c.Confidence)
		if why := fromPublic(rep); why != "" {
			held, ok, out.why = true, false, why
		}
		if !ok || p.Release != "auto" {
			if ok && !held {
				held, out.why = true, p.Note
			}
			continue
		}
		out.to = append(out.to, referral.New{AgencyID: agency.ID, Capacity: string(c.Capacity), Basis: "rule",
			Confidence: float32(c.Confidence), Why: c.Why, Place: c.Place})
		if out.how != "person" {
			out.how, out.desk, out.why = "rule", models.DeskNone, p.Note
		}
	}
	if d.Pool == "" {
		return out, nil
	}
	if pool, ok := dir.byCode[d.Pool]; ok {
		out.to = append(out.to, referral.New{AgencyID: pool.ID, Capacity: "unknown", Basis: "pool",
			Confidence: float32(d.Confidence), Why: d.PoolReason, Place: pool.Name})
	}
	if out.how == "waiting" {
		out.why = strings.TrimSpace(fromPublic(rep) + " " + d.PoolReason)
	}
	return out, nil
}

// fromPublic says why an analyst looks first at a report of the public's form; empty
// for a provider's. Only a provider's report is ever released by rule, and what looks
// like a machine's work is looked at, not dropped.
func fromPublic(rep *models.Report) string {
	if rep.ProviderID != nil {
		return ""
	}
	why := "It came by the public's form: an analyst looks before an agency gets it."
	if p := rep.Reported.Public; p != nil && len(p.Suspicion) > 0 {
		why += " It may be a machine's work: " + strings.Join(p.Suspicion, " ")
	}
	return why
}

func policyFor(policies []models.ReleasePolicy, rep *models.Report, confidence float64) (models.ReleasePolicy, bool) {
	for _, p := range policies {
		if (p.Class == "*" || p.Class == rep.Class) && rep.Urgency >= p.MinUrgency && confidence >= float64(p.MinConfidence) {
			return p, true
		}
	}
	return models.ReleasePolicy{}, false
}
