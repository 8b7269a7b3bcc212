package labelling

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// Input is what somebody says of a report and of its files. Values are written
// "scheme:value".
type Input struct {
	Report   []string    // about the report
	File     []string    // about each of the files
	Files    []uuid.UUID // which
	AllFiles bool        // instead of Files
	Why      string      // may be empty
	Ask      bool        // a second person is to look, whatever the rule says
}

// Done says what setting labels did.
type Done struct {
	Set       int // labels that are new
	Corrected int // labels of one's own agency that gave way to them
	Stood     int // said already
}

const (
	whyLimit  = 500
	rowsLimit = 5000 // labels set at once
)

// What a person is told whose role does not allow a deed.
const (
	askLabel  = "Labelling is for analysts, investigators and supervisors. Ask your agency's admin for one of those roles."
	askReview = "The second look at labels is for the clearinghouse's analysts."
	askRules  = "Schemes of labels and disputes about labels are for the clearinghouse's desk supervisors."
)

// Set labels a report, its files, or both. Where a scheme lets one value stand at a
// time, what the actor's agency said before is withdrawn and kept: that is how a label
// is corrected. What it says already is left alone, so that doing it again changes
// nothing. Nothing of a file is opened for it.
func (s *Service) Set(ctx context.Context, a auth.Actor, number int64, in Input) (*Done, error) {
	const action = "label.set"
	refused := audit.Event{Action: action, Subject: fmt.Sprintf("report number %d", number), Words: "Labelled the report."}
	if err := audit.May(ctx, s.store, a, auth.LabelReport, refused, askLabel); err != nil {
		return nil, err
	}
	in.Why = strings.TrimSpace(in.Why)
	if err := checkWhy(in.Why, "why", false); err != nil {
		return nil, err
	}
	var done *Done
	err := s.store.As(ctx, a, func(tx *store.Tx) (err error) {
		done = &Done{}
		rep, err := findReport(tx, number)
		if err != nil {
			return err
		}
		rows, picked, err := wanted(tx, rep.ID, in)
		if err != nil {
			return err
		}
		said, err := put(tx, rep.ID, rows, picked, done)
		if err != nil {
			return err
		}
		if done.Set > 0 || done.Corrected > 0 {
			if err := s.reassess(tx, rep.ID); err != nil {
				return err
			}
		}
		concerned, err := concerned(tx, rep.ID, models.LabelSide(a.Side), nil)
		if err != nil {
			return err
		}
		return audit.Record(tx, audit.Event{Action: action, ReportID: rep.ID, Number: number, Concerns: concerned, Words: "Labelled the report: " + done.words(),
			Detail: map[string]any{"labels": said, "reason": in.Why, "set": done.Set, "corrected": done.Corrected}})
	})
	if err != nil {
		return nil, audit.Unseen(ctx, s.store, a, action, number, err)
	}
	return done, nil
}

func (d *Done) words() string {
	switch {
	case d.Set == 0:
		return "it was said already."
	case d.Corrected > 0:
		return fmt.Sprintf("%s set, %s corrected.", counted(d.Set), counted(d.Corrected))
	}
	return counted(d.Set) + " set."
}

func counted(n int) string {
	if n == 1 {
		return "1 label"
	}
	return fmt.Sprintf("%d labels", n)
}

// wanted turns the input into the labels that are to stand, with the choice that each
// rests on.
func wanted(tx *store.Tx, report uuid.UUID, in Input) ([]models.Label, []choice, error) {
	schemes, err := readSchemes(tx)
	if err != nil {
		return nil, nil, err
	}
	onReport, err := schemes.choices(in.Report, false, "report_label")
	if err != nil {
		return nil, nil, err
	}
	onFile, err := schemes.choices(in.File, true, "file_label")
	if err != nil {
		return nil, nil, err
	}
	var files []uuid.UUID
	switch {
	case len(onReport)+len(onFile) == 0:
		return nil, nil, models.InvalidField("label", "Choose at least one label.")
	case len(onFile) > 0:
		if files, err = filesOf(tx, report, in); err != nil {
			return nil, nil, err
		}
	}
	if len(onReport)+len(onFile)*len(files) > rowsLimit {
		return nil, nil, models.InvalidField("file", fmt.Sprintf("That is more than %d labels at once. Choose fewer files.", rowsLimit))
	}
	var rows []models.Label
	var picked []choice
	add := func(c choice, file *uuid.UUID) {
		a := tx.Actor
		l := models.Label{ID: store.NewID(), ReportID: report, FileID: file, Scheme: c.scheme.Code, Value: c.value.Code, Source: models.LabelByPerson, Side: models.LabelSide(a.Side),
			AgencyID: &a.AgencyID, LabelledBy: &a.UserID, LabelledByName: a.Name, LabelledAt: tx.Now, Why: in.Why, Review: models.ReviewNone, Version: 1}
		if in.Ask || schemes.SecondLook(l.Scheme, l.Value) {
			l.Review = models.ReviewAsked
		}
		rows, picked = append(rows, l), append(picked, c)
	}
	for _, c := range onReport {
		add(c, nil)
	}
	for i := range files {
		for _, c := range onFile {
			add(c, &files[i])
		}
	}
	return rows, picked, nil
}

// filesOf answers the chosen files, all of which must be the report's.
func filesOf(tx *store.Tx, report uuid.UUID, in Input) ([]uuid.UUID, error) {
	q := tx.Model(&models.File{}).Where("report_id = ?", report)
	if !in.AllFiles {
		if len(in.Files) == 0 {
			return nil, models.InvalidField("file", "Choose the files that the labels are about.")
		}
		q = q.Where("id in ?", in.Files)
	}
	var ids []uuid.UUID
	if err := q.Order("id").Limit(rowsLimit+1).Pluck("id", &ids).Error; err != nil {
		return nil, fmt.Errorf("reading a report's files: %w", err)
	}
	if len(ids) == 0 || !in.AllFiles && len(ids) != len(in.Files) {
		return nil, models.InvalidField("file", "One of the files is not a file of this report. Choose from the list.")
	}
	return ids, nil
}

// put sets the labels and withdraws those of the same agency that they exclude. It
// answers what was said, for the audit log.
func put(tx *store.Tx, report uuid.UUID, rows []models.Label, picked []choice, done *Done) ([]string, error) {
	// Two colleagues who label at the same moment take turns, so that one value stands.
	if err := tx.Exec("select pg_advisory_xact_lock(hashtextextended(?, 22))", report.String()+tx.Actor.AgencyID.String()).Error; err != nil {
		return nil, fmt.Errorf("waiting for a colleague: %w", err)
	}
	var standing []models.Label
	err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Order("id").
		Where("report_id = ? and agency_id = ? and source = ? and removed_at is null", report, tx.Actor.AgencyID, models.LabelByPerson).Find(&standing).Error
	if err != nil {
		return nil, fmt.Errorf("reading the labels that stand: %w", err)
	}
	type key struct {
		file          uuid.UUID
		scheme, value string
	}
	about := func(l *models.Label) uuid.UUID {
		if l.FileID == nil {
			return uuid.Nil
		}
		return *l.FileID
	}
	has, beside := map[key]bool{}, map[key][]*models.Label{}
	for i := range standing {
		l := &standing[i]
		has[key{about(l), l.Scheme, l.Value}] = true
		k := key{file: about(l), scheme: l.Scheme}
		beside[k] = append(beside[k], l)
	}
	said, seen := []string{}, map[string]bool{}
	fresh := make([]models.Label, 0, len(rows))
	for i := range rows {
		l := &rows[i]
		if has[key{about(l), l.Scheme, l.Value}] {
			done.Stood++
			continue
		}
		for _, old := range beside[key{file: about(l), scheme: l.Scheme}] {
			if !picked[i].rivals(old.Value) || old.RemovedAt != nil {
				continue
			}
			if err := remove(tx, old, "Corrected to “"+picked[i].value.Words+"”."); err != nil {
				return nil, err
			}
			done.Corrected++
		}
		fresh = append(fresh, *l)
		if text := l.Scheme + ":" + l.Value; !seen[text] {
			said, seen[text] = append(said, text), true
		}
	}
	done.Set = len(fresh)
	if len(fresh) == 0 {
		return said, nil
	}
	if err := tx.CreateInBatches(&fresh, 500).Error; err != nil {
		return nil, fmt.Errorf("setting labels: %w", err)
	}
	return said, nil
}

func checkWhy(why, field string, required bool) error {
	switch {
	case required && why == "":
		return models.InvalidField(field, "Say why in a few words.")
	case utf8.RuneCountInString(why) > whyLimit:
		return models.InvalidField(field, fmt.Sprintf("Keep it below %d characters.", whyLimit))
	case strings.ContainsRune(why, 0) || !utf8.ValidString(why):
		return models.InvalidField(field, "Write this with ordinary characters.")
	}
	return nil
}
