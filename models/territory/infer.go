package territory

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"reeve/models"
	"reeve/models/routing"
	"reeve/models/store"
)

// MaxTried is how many reports a trial takes at most, LeastTried at least, UsualTried
// when nobody says.
const (
	LeastTried = 10
	UsualTried = 200
	MaxTried   = 2000
)

// shownRows is how many reports a trial lists; its counts are of all.
const shownRows = 250

// tryBatch is how many reports are held in memory at a time.
const tryBatch = 200

// Home is where a decision sends a report.
type Home struct {
	Code, Name string
	Place      string
	Confidence float64
	Pool       bool
	Why        string
}

// byRule reports whether a rule sends the report there without a person.
func (h Home) byRule(least float64) bool { return h.Code != "" && !h.Pool && h.Confidence >= least }

// Moved is one report under two territories or two sets of rules.
type Moved struct {
	Number        int64
	ReceivedAt    time.Time
	Victim        bool // it is about where the victim is
	Before, After Home
	Elsewhere     bool // another home
	Differs       bool // the same home, with another confidence
}

// Flow counts the reports that move from one home to another.
type Flow struct {
	From, To string // names
	N        int
}

// Trial is what a change would do to recent reports. It moves nothing.
type Trial struct {
	Asked     int // how many reports were to be looked at
	Reports   int // how many were
	Elsewhere int
	Surer     int
	LessSure  int
	Held      int // would wait for an analyst and went by rule
	Released  int // would go by rule and waited
	Same      int
	Flows     []Flow
	Rows      []Moved // at most shownRows
	Left      int     // further rows that are not listed
	All       bool    // unchanged reports are listed too
	Day       time.Time
	Oldest    time.Time // when the oldest report that was looked at was received
	Rules     string    // version of the rules after the change

	same []Moved
}

// world is by what a report is placed.
type world struct {
	coverage routing.Coverage
	rules    *routing.Rules
	release  float64 // the confidence from which a rule releases; above 1: none does
	names    map[string]models.Agency
	day      time.Time
}

type triedReport struct {
	ID         uuid.UUID
	Number     int64
	FinishedAt time.Time
	Reported   *models.Reported `gorm:"serializer:json"`
}

// TableName names the table for gorm.
func (triedReport) TableName() string { return "reports" }

// lastReports answers the newest finished reports before an id, newest first.
func lastReports(tx *store.Tx, before uuid.UUID, n int) ([]triedReport, error) {
	var list []triedReport
	q := tx.Select("id", "number", "finished_at", "reported").Where("state = 'finished' and reported is not null")
	if before != uuid.Nil {
		q = q.Where("id < ?", before)
	}
	if err := q.Order("id desc").Limit(n).Find(&list).Error; err != nil {
		return nil, fmt.Errorf("reading recent reports: %w", err)
	}
	return list, nil
}

// aside is what besides the reports themselves goes into their decisions.
type aside struct {
	files    map[uuid.UUID][]models.ReportedFile
	excluded map[uuid.UUID][]string // agencies that returned the report
	back     map[uuid.UUID]time.Time
	found    map[uuid.UUID][]routing.Signal // what staff found out
	newest   map[uuid.UUID]time.Time
}

func readAside(tx *store.Tx, list []triedReport, byID map[uuid.UUID]models.Agency) (aside, error) {
	out := aside{map[uuid.UUID][]models.ReportedFile{}, map[uuid.UUID][]string{}, map[uuid.UUID]time.Time{}, map[uuid.UUID][]routing.Signal{}, map[uuid.UUID]time.Time{}}
	ids := make(models.IDList, len(list))
	for i, r := range list {
		ids[i] = r.ID
	}
	if err := out.readFiles(tx, ids); err != nil {
		return out, err
	}
	var returned []models.Referral
	if err := tx.Select("report_id", "agency_id", "updated_at").Where("report_id = any (?) and state = 'returned'", ids).Order("updated_at").Find(&returned).Error; err != nil {
		return out, fmt.Errorf("reading returns: %w", err)
	}
	for _, r := range returned {
		out.excluded[r.ReportID], out.back[r.ReportID] = append(out.excluded[r.ReportID], byID[r.AgencyID].Code), r.UpdatedAt
	}
	var found []models.Finding
	if err := tx.Where("report_id = any (?) and withdrawn_at is null", ids).Order("report_id, id").Find(&found).Error; err != nil {
		return out, fmt.Errorf("reading what staff found out: %w", err)
	}
	for _, f := range found {
		p := routing.Place{Country: f.Country, State: f.State, FIPS: f.FIPS, County: f.County, City: f.City, Share: 1}
		out.found[f.ReportID] = append(out.found[f.ReportID], routing.Signal{Kind: routing.AgencyFinding, Whose: routing.Whose(f.Whose), Value: p.Label(), Places: []routing.Place{p}, At: f.FoundAt.UTC()})
		if f.FoundAt.After(out.newest[f.ReportID]) {
			out.newest[f.ReportID] = f.FoundAt
		}
	}
	return out, nil
}

// readFiles reads as text what was said of files: a batch's may be thousands.
func (a *aside) readFiles(tx *store.Tx, ids models.IDList) error {
	rows, err := tx.Raw("select report_id, reported from files where report_id = any (?) and reported is not null order by report_id, id", ids).Rows()
	if err != nil {
		return fmt.Errorf("reading what was said of files: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id uuid.UUID
		var text []byte
		var f models.ReportedFile
		if err := rows.Scan(&id, &text); err != nil {
			return fmt.Errorf("reading what was said of a file: %w", err)
		}
		if err := json.Unmarshal(text, &f); err != nil {
			return fmt.Errorf("reading what was said of a file: %w", err)
		}
		a.files[id] = append(a.files[id], f)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("reading what was said of files: %w", err)
	}
	return nil
}

// inputs are what routing would decide a report by.
func (a *aside) inputs(r triedReport, geo routing.GeoLookup) ([]routing.Signal, routing.Options) {
	excluded := a.excluded[r.ID]
	return append(a.found[r.ID], routing.Extract(*r.Reported, a.files[r.ID], geo)...),
		routing.Options{Excluded: excluded, Hops: len(excluded), Established: a.newest[r.ID].After(a.back[r.ID])}
}

// homes are where a decision sends a report: the suspect's side always, the victim's
// when the decision names one.
func homes(d routing.Decision, names map[string]models.Agency) (suspect, victim Home) {
	if d.Pool != "" {
		suspect = Home{Code: d.Pool, Name: names[d.Pool].Name, Confidence: d.Confidence, Pool: true, Why: d.PoolReason}
		if suspect.Name == "" {
			suspect.Name = d.Pool
		}
	}
	for _, c := range d.Candidates {
		h := Home{Code: c.Code, Name: c.Name, Place: c.Place, Confidence: c.Confidence, Why: c.Why}
		switch {
		case c.Capacity == routing.CapacitySuspect && suspect.Code == "":
			suspect = h
		case c.Capacity == routing.CapacityVictim && victim.Code == "":
			victim = h
		}
	}
	return suspect, victim
}

// add places one report in both worlds.
func (t *Trial) add(r triedReport, signals []routing.Signal, opts routing.Options, was, is world, flows map[Flow]int) {
	before, after := opts, opts
	before.Rules, after.Rules = was.rules, is.rules
	s1, v1 := homes(routing.Infer(signals, was.coverage, was.day, before), was.names)
	s2, v2 := homes(routing.Infer(signals, is.coverage, is.day, after), is.names)
	t.Reports++
	switch by, now := s1.byRule(was.release), s2.byRule(is.release); {
	case by && !now:
		t.Held++
	case now && !by:
		t.Released++
	}
	t.Oldest = r.FinishedAt
	elsewhere, surer, less := false, false, false
	for i, pair := range [][2]Home{{s1, s2}, {v1, v2}} {
		m := Moved{Number: r.Number, ReceivedAt: r.FinishedAt, Victim: i == 1, Before: pair[0], After: pair[1]}
		if m.Victim && m.Before.Code == "" && m.After.Code == "" {
			continue
		}
		m.Elsewhere = m.Before.Code != m.After.Code
		m.Differs = !m.Elsewhere && m.Before.Confidence != m.After.Confidence
		switch {
		case m.Elsewhere:
			elsewhere = true
			flows[Flow{From: nameOr(m.Before), To: nameOr(m.After)}]++
		case m.After.Confidence > m.Before.Confidence:
			surer = true
		case m.After.Confidence < m.Before.Confidence:
			less = true
		}
		if m.Elsewhere || m.Differs {
			t.Rows = append(t.Rows, m)
		} else if t.All {
			t.same = append(t.same, m)
		}
	}
	switch {
	case elsewhere:
		t.Elsewhere++
	case surer:
		t.Surer++
	case less:
		t.LessSure++
	default:
		t.Same++
	}
}

func nameOr(h Home) string {
	if h.Name == "" {
		return "nobody"
	}
	return h.Name
}
