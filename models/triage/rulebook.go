package triage

import (
	"fmt"
	"strconv"

	"github.com/google/uuid"

	"reeve/models"
	"reeve/models/priority"
	"reeve/models/routing"
	"reeve/models/store"
)

// rulebook is the rules that hold now, of each kind. It is not changed after it is
// made and may be shared.
type rulebook struct {
	priorityID, routingID uuid.UUID // of the published versions; nil: the built-in rules
	priority              *priority.Rules
	routing               *routing.Rules
	// unread says why a published version cannot be used by this program, which may
	// be newer than the version. The built-in rules then hold: a report must not wait
	// for a table to be mended, and every decision says by which rules it was made.
	unread map[models.RuleKind]string
}

// newest of each kind; the index rule_versions_current answers each.
const newestRules = `select
  (select id from rule_versions where kind = 'priority' and state = 'published' order by published_at desc, number desc limit 1),
  (select id from rule_versions where kind = 'routing' and state = 'published' order by published_at desc, number desc limit 1)`

// rules answers the rules as they are in the decision's own transaction. They change
// a few times a year: what was read is used again as long as the newest published
// versions are still those.
func (s *Service) rules(tx *store.Tx) (*rulebook, error) {
	var p, r uuid.NullUUID
	if err := tx.Raw(newestRules).Row().Scan(&p, &r); err != nil {
		return nil, fmt.Errorf("asking for the published rules: %w", err)
	}
	if b := s.book.Load(); b != nil && b.priorityID == p.UUID && b.routingID == r.UUID {
		return b, nil
	}
	b := &rulebook{priorityID: p.UUID, routingID: r.UUID, priority: priority.DefaultRules(), routing: routing.DefaultRules(), unread: map[models.RuleKind]string{}}
	for kind, id := range map[models.RuleKind]uuid.NullUUID{models.PriorityRules: p, models.RoutingRules: r} {
		if !id.Valid {
			continue
		}
		var v models.RuleVersion
		if err := tx.Where("id = ?", id.UUID).Take(&v).Error; err != nil {
			return nil, fmt.Errorf("reading the published rules of %s: %w", kind, err)
		}
		set, err := parse(kind, RulesName(kind, v.Number), v.Tables)
		if err != nil {
			b.unread[kind] = err.Error()
			continue
		}
		if kind == models.PriorityRules {
			b.priority = set.priority
		} else {
			b.routing = set.routing
		}
	}
	s.book.Store(b)
	return b, nil
}

// RulesName is the name under which a version of rules is known: in its list, and in
// every decision made by it.
func RulesName(kind models.RuleKind, number int) string {
	return string(kind) + "-" + strconv.Itoa(number)
}

// ruleSet is rules of one kind; the other is nil.
type ruleSet struct {
	priority *priority.Rules
	routing  *routing.Rules
}

// builtIn are the rules that come with the program.
func builtIn(kind models.RuleKind) ruleSet {
	if kind == models.PriorityRules {
		return ruleSet{priority: priority.DefaultRules()}
	}
	return ruleSet{routing: routing.DefaultRules()}
}

// of is the book's rules of one kind.
func (b *rulebook) of(kind models.RuleKind) ruleSet {
	if kind == models.PriorityRules {
		return ruleSet{priority: b.priority}
	}
	return ruleSet{routing: b.routing}
}

func (r ruleSet) name() string {
	if r.priority != nil {
		return r.priority.Version()
	}
	return r.routing.Version()
}

// tables are the rules as CSV text by table name, in the form in which they are
// stored and compared.
func (r ruleSet) tables() map[string]string {
	if r.priority != nil {
		return map[string]string{priority.TableRules: r.priority.RulesCSV(), priority.TableMissing: r.priority.MissingCSV()}
	}
	return map[string]string{routing.TableWeights: r.routing.Weights(), routing.TableFactors: r.routing.Factors()}
}

// parse reads the tables of a version. What is wrong with them is a *RulesError.
func parse(kind models.RuleKind, name string, tables map[string]string) (set ruleSet, err error) {
	switch kind {
	case models.PriorityRules:
		if set.priority, err = priority.ParseRules(name, tables[priority.TableRules], tables[priority.TableMissing]); err == nil {
			return set, nil
		}
		out := &RulesError{}
		for _, f := range priority.Findings(err) {
			out.Findings = append(out.Findings, RuleFinding(f))
		}
		return set, out
	default:
		if set.routing, err = routing.ParseRules(name, tables[routing.TableWeights], tables[routing.TableFactors]); err == nil {
			return set, nil
		}
		out := &RulesError{}
		for _, f := range routing.LineErrors(err) {
			out.Findings = append(out.Findings, RuleFinding{Table: f.Table, Line: f.Line, Column: f.Column, Message: f.Message})
		}
		if len(out.Findings) == 0 {
			out.Findings = []RuleFinding{{Message: err.Error()}}
		}
		return set, out
	}
}

// RuleFinding is one thing that is wrong with a version of rules: where, and what to
// write instead.
type RuleFinding struct {
	Table   string // empty: of the version as a whole
	Line    int    // counted from 1, the heading being line 1
	Column  string // empty when the line as a whole is meant
	Message string
}

// RulesError is what is wrong with a version of rules, all of it.
type RulesError struct{ Findings []RuleFinding }

// Error says the first finding and how many there are.
func (e *RulesError) Error() string {
	if len(e.Findings) == 0 {
		return "The rules cannot be read."
	}
	f := e.Findings[0]
	where := ""
	if f.Table != "" {
		where = fmt.Sprintf("Table %s, line %d: ", f.Table, f.Line)
	}
	if n := len(e.Findings); n > 1 {
		return fmt.Sprintf("%s%s (and %d more)", where, f.Message, n-1)
	}
	return where + f.Message
}
