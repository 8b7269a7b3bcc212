package casefile

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/priority"
	"reeve/models/referral"
	"reeve/models/routing"
	"reeve/models/selector"
)

// draw turns what was read into the page, with names in place of ids.
func (s *Service) draw(ctx context.Context, a auth.Actor, g *gathered) (*ReportView, error) {
	v := &ReportView{Report: g.report, Assessment: g.report.Assessment, Documents: g.documents, Now: g.now, MoreIdentifiers: g.more, Labels: g.labels, Marks: g.marks}
	var err error
	if v.Provider, err = s.names.Provider(ctx, g.report.ProviderID); err != nil {
		return nil, err
	}
	agencies, err := s.agenciesOf(ctx, g)
	if err != nil {
		return nil, err
	}
	if g.own != nil {
		v.Referral = drawReferral(a, g.own)
	}
	for i := range g.referrals {
		v.SentTo = append(v.SentTo, drawSentTo(a, &g.referrals[i], agencies[g.referrals[i].AgencyID]))
	}
	for i := range g.decisions {
		v.Decisions = append(v.Decisions, drawDecision(g, &g.decisions[i]))
	}
	v.Identifiers = drawIdentifiers(g)
	v.Shared, v.AlsoAt = drawPointers(g, agencies), drawHolders(g, agencies)
	v.IPEvents = ipEvents(v.Identifiers, g.report.IncidentAt)
	v.Priority = drawPriority(a, &g.report)
	v.Files, v.MoreFiles = drawFiles(g.files)
	v.Additions = g.additions
	for i := range v.Files {
		v.Files[i].Elsewhere = min(g.elsewhere[v.Files[i].ID], ElsewhereLimit+1)
	}
	for i := range g.outcomes {
		v.Outcomes = append(v.Outcomes, drawOutcome(g, &g.outcomes[i], agencies))
	}
	for i := range g.trail {
		v.Trail = append(v.Trail, drawLine(&g.trail[i], agencies))
	}
	for i := range g.related {
		r := &g.related[i]
		provider, err := s.names.Provider(ctx, r.ProviderID)
		if err != nil {
			return nil, err
		}
		v.SameSubject = append(v.SameSubject, RelatedReport{Number: r.Number, Type: r.IncidentType, Provider: provider, Subject: r.Subject,
			ReceivedAt: r.ReceivedAt, State: r.State, Outcome: r.Outcome, By: strings.Split(r.Shared, "\x1f")})
	}
	return v, nil
}

// agenciesOf looks up every agency that the page names.
func (s *Service) agenciesOf(ctx context.Context, g *gathered) (map[uuid.UUID]models.Agency, error) {
	var ids []uuid.UUID
	for i := range g.referrals {
		ids = append(ids, g.referrals[i].AgencyID)
	}
	for i := range g.pointers {
		ids = append(ids, g.pointers[i].OtherAgency)
	}
	for _, h := range g.holders {
		ids = append(ids, h.OtherAgency)
	}
	for i := range g.outcomes {
		ids = append(ids, g.outcomes[i].AgencyID)
	}
	for i := range g.trail {
		if g.trail[i].ActorAgency != nil {
			ids = append(ids, *g.trail[i].ActorAgency)
		}
	}
	out := make(map[uuid.UUID]models.Agency, 8)
	for _, id := range ids {
		if _, known := out[id]; known {
			continue
		}
		agency, _, err := s.names.Agency(ctx, id)
		if err != nil {
			return nil, err
		}
		out[id] = agency
	}
	return out, nil
}

// drawPriority reads the report's assessment; nil when it has none or when it was
// written under rules that this version cannot read. What tells of other reports is
// left out for an agency.
func drawPriority(a auth.Actor, r *models.Report) *priority.Result {
	var p priority.Result
	if len(r.Assessment) == 0 || json.Unmarshal(r.Assessment, &p) != nil {
		return nil
	}
	if a.Side != auth.SideClearinghouse {
		p = p.ForAgency()
	}
	return &p
}

func drawReferral(a auth.Actor, r *models.Referral) *Referral {
	out := &Referral{Referral: *r, Mine: holds(r, a.UserID)}
	if !a.Can(auth.WorkReferral) {
		return out
	}
	may := func(d referral.Deed) bool { return referral.May(d, r.State) }
	out.Deeds = Deeds{
		Take: may(referral.Take) && !out.Mine, Assign: may(referral.Assign), Release: may(referral.Release) && r.AssigneeID != nil,
		Start: may(referral.Start), Record: may(referral.Close) || may(referral.Add), Return: may(referral.Return),
		Keep: may(referral.Keep), Reopen: may(referral.Reopen), Prioritise: may(referral.Prioritise),
	}
	return out
}

func drawSentTo(a auth.Actor, r *models.Referral, to models.Agency) SentTo {
	return SentTo{Agency: to.Name, Code: to.Code, Contact: to.ContactName, Email: to.ContactEmail, Phone: to.ContactPhone,
		ReferredAt: r.ReferredAt, Capacity: r.Capacity, State: r.State, Own: r.AgencyID == a.AgencyID, Why: r.Why, Outcome: r.Outcome, Assignee: r.Assignee}
}

func drawDecision(g *gathered, d *models.RoutingDecision) Decision {
	out := Decision{Round: d.Round, At: d.DecidedAt, By: d.DecidedByName, Version: d.RulesVersion, Released: d.Released, ReleasedWhy: d.ReleasedWhy,
		Raw: d.Decision, BroughtHere: g.own != nil && g.own.DecisionID != nil && *g.own.DecisionID == d.ID}
	var decoded routing.Decision
	if err := json.Unmarshal(d.Decision, &decoded); err == nil {
		out.Decoded = &decoded
	}
	return out
}

func drawIdentifiers(g *gathered) []Identifier {
	holders := make(map[string]int)
	for _, p := range g.pointers {
		holders[string(p.MAC)]++
	}
	out := make([]Identifier, 0, min(len(g.identifiers), identifierLimit))
	for i := range g.identifiers {
		if i == identifierLimit {
			break // what lies beyond was read for the pointers alone
		}
		id := &g.identifiers[i]
		row := Identifier{Identifier: id.Identifier, KindWords: kindWords(id.Kind), Shown: shown(&id.Identifier), Seen: min(id.Seen, SeenLimit), SeenMore: id.Seen > SeenLimit}
		if id.Matchable {
			row.Elsewhere = holders[string(id.MAC)]
		}
		out = append(out, row)
	}
	return out
}

func drawPointers(g *gathered, agencies map[uuid.UUID]models.Agency) []Pointer {
	var out []Pointer
	for _, p := range g.pointers {
		id := g.identifierOf(p)
		if id == nil {
			continue // erased between two statements
		}
		other := agencies[p.OtherAgency]
		out = append(out, Pointer{Kind: id.Kind, KindWords: kindWords(id.Kind), Value: shown(&id.Identifier), Whose: id.Whose, AgencyID: p.OtherAgency, Agency: other.Name,
			Contact: other.ContactName, Email: other.ContactEmail, Phone: other.ContactPhone, Reports: p.Reports, Since: p.Since, More: p.More})
	}
	return out
}

func drawHolders(g *gathered, agencies map[uuid.UUID]models.Agency) []AlsoAt {
	var out []AlsoAt
	for _, h := range g.holders {
		other := agencies[h.OtherAgency]
		out = append(out, AlsoAt{AgencyID: h.OtherAgency, Agency: other.Name, Contact: other.ContactName, Email: other.ContactEmail, Phone: other.ContactPhone, Since: h.Since})
	}
	return out
}

// shown is an identifier as a person reads it: our reading where there is one,
// without the name space that screen names and user ids carry for matching.
func shown(id *models.Identifier) string {
	k, err := selector.ParseKind(id.Kind)
	if err != nil || id.Value == "" || k.Scoped() {
		return id.Reported
	}
	return id.Value
}

func kindWords(kind string) string {
	k, err := selector.ParseKind(kind)
	if err != nil {
		return kind
	}
	return k.Words()
}

func drawOutcome(g *gathered, o *models.Outcome, agencies map[uuid.UUID]models.Agency) Outcome {
	code, known := models.OutcomeByCode(o.Code)
	if !known {
		code.Words = o.Code
	}
	out := Outcome{Outcome: *o, Words: code.Words, Agency: agencies[o.AgencyID].Name, Undone: o.UndoneAt != nil}
	for i := range g.referrals {
		if r := &g.referrals[i]; r.ID == o.ReferralID {
			out.Waiting = o.Code == models.OutcomeReturned && !out.Undone && r.State == models.ReferralReturning
		}
	}
	return out
}

func drawLine(e *models.AuditEvent, agencies map[uuid.UUID]models.Agency) TrailLine {
	l := TrailLine{At: e.At, Who: e.ActorName, Action: e.Action, Words: e.Words, Refused: e.Refused}
	if e.ActorAgency != nil {
		l.Agency = agencies[*e.ActorAgency].Name
	}
	return l
}
