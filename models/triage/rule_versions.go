package triage

import (
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/priority"
	"reeve/models/routing"
	"reeve/models/store"
)

// RuleHead is one version of rules as the list of versions shows it.
type RuleHead struct {
	ID              string // of a row, or BuiltInID
	Kind            models.RuleKind
	Number          int // 0: the built-in rules
	Name            string
	State           models.RuleState
	Current         bool // it is by these that reports are decided now
	BasedOn, Note   string
	MadeByName      string
	MadeAt          time.Time // zero: the built-in rules
	ChangedByName   string
	ChangedAt       time.Time
	PublishedByName string
	PublishedAt     *time.Time
	Version         int        // of the row, for forms
	Trial           *TrialHead // of a draft; nil: it was never tried
}

// TrialHead says what a trial of a draft found.
type TrialHead struct {
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	Against string    `json:"against"` // the name of the rules that held then
	Reports int       `json:"reports"`
	Changed int       `json:"changed"`
	Stale   bool      `json:"-"` // the draft was edited, or other rules were published, since
}

// BuiltInID stands for the rules that come with the program where a version's id is
// asked for.
func BuiltInID(kind models.RuleKind) string { return "built-in-" + string(kind) }

// RuleList is a page of the versions of one kind, newest first.
type RuleList struct {
	Kind    models.RuleKind
	Rows    []RuleHead
	Next    int    // the number before which the following page begins; 0: none
	Current string // the name of the rules that hold now
	// Unread says why the published version cannot be used by this program; the
	// built-in rules then hold. Empty: it can.
	Unread string
}

const (
	versionsShown = 25
	maxDrafts     = 20 // of one kind at once
)

var noRules = "There is no such version of rules. Look for it in the list of versions."

func checkKind(kind models.RuleKind) error {
	if kind != models.PriorityRules && kind != models.RoutingRules {
		return models.NotFoundf("There are rules of priority and rules of routing, and no others.")
	}
	return nil
}

const (
	askRead   = "The rules are for the clearinghouse's analysts."
	askManage = "Changing rules is for the clearinghouse's supervisors. Ask one of them."
)

// Rules answers a page of the versions of one kind: those with a number below before,
// or from the newest when it is 0. The built-in rules stand at the end.
func (s *Service) Rules(ctx context.Context, a auth.Actor, kind models.RuleKind, before int) (*RuleList, error) {
	line := audit.Event{Action: "rules.listed", Subject: string(kind), Words: "Looked at the versions of rules."}
	if err := audit.May(ctx, s.store, a, auth.ReadDesk, line, askRead); err != nil {
		return nil, err
	}
	if err := checkKind(kind); err != nil {
		return nil, err
	}
	list := &RuleList{Kind: kind}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		*list = RuleList{Kind: kind}
		book, err := s.rules(tx)
		if err != nil {
			return err
		}
		list.Current, list.Unread = book.of(kind).name(), book.unread[kind]
		q := tx.Omit("tried").Where("kind = ?", kind)
		if before > 0 {
			q = q.Where("number < ?", before)
		}
		var rows []models.RuleVersion
		if err := q.Order("number desc").Limit(versionsShown + 1).Find(&rows).Error; err != nil {
			return fmt.Errorf("listing versions of rules: %w", err)
		}
		if len(rows) > versionsShown {
			rows = rows[:versionsShown]
			list.Next = rows[versionsShown-1].Number
		}
		for i := range rows {
			h := headOf(&rows[i], list.Current)
			if h.State == models.RulesDraft {
				if h.Trial, err = trialHead(tx, &rows[i], list.Current); err != nil {
					return err
				}
			}
			list.Rows = append(list.Rows, h)
		}
		if list.Next == 0 {
			list.Rows = append(list.Rows, builtInHead(kind, list.Current))
		}
		return audit.Record(tx, line)
	})
	return list, err
}

func headOf(v *models.RuleVersion, current string) RuleHead {
	name := RulesName(v.Kind, v.Number)
	return RuleHead{ID: v.ID.String(), Kind: v.Kind, Number: v.Number, Name: name, State: v.State, Current: v.State == models.RulesPublished && name == current,
		BasedOn: v.BasedOn, Note: v.Note, MadeByName: v.MadeByName, MadeAt: v.MadeAt, ChangedByName: v.ChangedByName, ChangedAt: v.ChangedAt,
		PublishedByName: v.PublishedByName, PublishedAt: v.PublishedAt, Version: v.Version}
}

func builtInHead(kind models.RuleKind, current string) RuleHead {
	name := builtIn(kind).name()
	return RuleHead{ID: BuiltInID(kind), Kind: kind, Name: name, State: models.RulesPublished, Current: name == current}
}

// trialHead reads what the last trial said, without its rows.
func trialHead(tx *store.Tx, v *models.RuleVersion, current string) (*TrialHead, error) {
	var text []byte
	if err := tx.Raw("select tried - 'rows' - 'moves' from rule_versions where id = ?", v.ID).Row().Scan(&text); err != nil {
		return nil, fmt.Errorf("reading a trial: %w", err)
	}
	if len(text) == 0 {
		return nil, nil
	}
	var t Trial
	if err := json.Unmarshal(text, &t); err != nil {
		return nil, fmt.Errorf("reading a trial: %w", err)
	}
	t.Stale = t.Hash != hashOf(v.Tables) || t.Against != current
	return &t.TrialHead, nil
}

// hashOf names a text of tables, so that a trial can be told to be of this text.
func hashOf(tables map[string]string) string {
	h := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(tables)) {
		fmt.Fprintf(h, "%s %d\n%s", name, len(tables[name]), tables[name])
	}
	return hex.EncodeToString(h.Sum(nil))
}

// RuleTable is one table of a version, taken apart.
type RuleTable struct {
	Name    string
	Columns []string
	Rows    [][]string
}

// RuleChange is one field in which a version differs from another. A row that is
// only in one of them is one change without a column.
type RuleChange struct{ Table, Key, Column, Before, After string }

// RuleVersion is one version with its tables.
type RuleVersion struct {
	RuleHead
	Tables  []RuleTable
	Against string       // the name of the version that Changes compares with; empty: none
	Changes []RuleChange // of a draft against the rules that hold now, else against what it was made from
	Now     RuleHead     // the rules that hold now
	Texts   map[string]string
}

// Version answers one version of rules by its id, or the built-in ones by BuiltInID.
func (s *Service) Version(ctx context.Context, a auth.Actor, id string) (*RuleVersion, error) {
	line := audit.Event{Action: "rules.read", Subject: id, Words: "Looked at a version of rules."}
	if err := audit.May(ctx, s.store, a, auth.ReadDesk, line, askRead); err != nil {
		return nil, err
	}
	var out *RuleVersion
	err := s.store.As(ctx, a, func(tx *store.Tx) (err error) {
		if out, err = s.version(tx, id); err != nil {
			return err
		}
		line.Subject = out.Name
		return audit.Record(tx, line)
	})
	return out, audit.UnseenThing(ctx, s.store, a, line.Action, id, "Asked for a version of rules that does not exist.", err)
}

func (s *Service) version(tx *store.Tx, id string) (*RuleVersion, error) {
	book, err := s.rules(tx)
	if err != nil {
		return nil, err
	}
	for _, kind := range []models.RuleKind{models.PriorityRules, models.RoutingRules} {
		if id == BuiltInID(kind) {
			out := &RuleVersion{RuleHead: builtInHead(kind, book.of(kind).name()), Texts: builtIn(kind).tables()}
			out.Tables = tablesOf(kind, out.Texts)
			return out, nil
		}
	}
	row, err := versionRow(tx.DB, id)
	if err != nil {
		return nil, err
	}
	now := book.of(row.Kind)
	out := &RuleVersion{RuleHead: headOf(row, now.name()), Texts: row.Tables, Tables: tablesOf(row.Kind, row.Tables)}
	against := now.tables()
	out.Against = now.name()
	if row.State == models.RulesDraft {
		if out.Trial, err = trialHead(tx, row, now.name()); err != nil {
			return nil, err
		}
	} else {
		out.Against = row.BasedOn
		if against, err = named(tx, row.Kind, row.BasedOn); err != nil {
			return nil, err
		}
		if against == nil {
			out.Against = ""
			return out, nil
		}
	}
	out.Changes = changesOf(row.Kind, against, row.Tables)
	return out, nil
}

// versionRow reads one row without its trial; what is no id is a version that does
// not exist.
func versionRow(db *gorm.DB, id string) (*models.RuleVersion, error) {
	at, err := uuid.Parse(id)
	if err != nil {
		return nil, models.NotFoundf("%s", noRules)
	}
	var row models.RuleVersion
	if err := db.Omit("tried").Where("id = ?", at).Take(&row).Error; err != nil {
		if models.KindOf(store.Translate(err, "")) == models.NotFound {
			return nil, models.NotFoundf("%s", noRules)
		}
		return nil, fmt.Errorf("reading a version of rules: %w", err)
	}
	return &row, nil
}

// named answers the tables of the version with the name; nil when this program has
// them no more (the built-in rules of an older one).
func named(tx *store.Tx, kind models.RuleKind, name string) (map[string]string, error) {
	if b := builtIn(kind); b.name() == name {
		return b.tables(), nil
	}
	number, err := strconv.Atoi(strings.TrimPrefix(name, string(kind)+"-"))
	if err != nil {
		return nil, nil
	}
	var rows []models.RuleVersion
	if err := tx.Omit("tried").Where("kind = ? and number = ?", kind, number).Find(&rows).Error; err != nil || len(rows) == 0 {
		return nil, err
	}
	return rows[0].Tables, nil
}

// tableNames are the tables of a kind in the order in which they are shown.
func tableNames(kind models.RuleKind) []string {
	if kind == models.PriorityRules {
		return []string{priority.TableRules, priority.TableMissing}
	}
	return []string{routing.TableWeights, routing.TableFactors}
}

// tablesOf takes stored texts apart. They were read strictly before they were stored.
func tablesOf(kind models.RuleKind, texts map[string]string) (out []RuleTable) {
	for _, name := range tableNames(kind) {
		t := RuleTable{Name: name}
		records, err := csv.NewReader(strings.NewReader(texts[name])).ReadAll()
		if err == nil && len(records) > 0 {
			t.Columns, t.Rows = records[0], records[1:]
		}
		out = append(out, t)
	}
	return out
}

// changesOf compares two versions field by field, rows by their keys.
func changesOf(kind models.RuleKind, before, after map[string]string) (out []RuleChange) {
	was, is := tablesOf(kind, before), tablesOf(kind, after)
	for i, table := range is {
		old := map[string][]string{}
		for _, row := range was[i].Rows {
			old[row[0]] = row
		}
		for _, row := range table.Rows {
			from, ok := old[row[0]]
			delete(old, row[0])
			if !ok {
				out = append(out, RuleChange{Table: table.Name, Key: row[0], After: strings.Join(row[1:], ", ")})
				continue
			}
			for c := 1; c < min(len(row), len(from)); c++ {
				if row[c] != from[c] {
					out = append(out, RuleChange{Table: table.Name, Key: row[0], Column: table.Columns[c], Before: from[c], After: row[c]})
				}
			}
		}
		for _, key := range slices.Sorted(maps.Keys(old)) {
			out = append(out, RuleChange{Table: table.Name, Key: key, Before: strings.Join(old[key][1:], ", ")})
		}
	}
	return out
}
