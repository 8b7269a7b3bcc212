package territory

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/routing"
)

// FileError is the Invalid of a file: every finding with its line. Nothing of the
// file was kept.
type FileError struct{ Findings []Finding }

func (e *FileError) Error() string {
	return fmt.Sprintf("%d lines of the file are wrong; nothing of it was kept", len(e.Findings))
}

// FileFindings takes the findings of a refused file out of an error.
func FileFindings(err error) []Finding {
	if e := (*FileError)(nil); errors.As(err, &e) {
		return e.Findings
	}
	return nil
}

func fileError(found []Finding) error {
	return &models.Error{Kind: models.Invalid, Message: "The file has errors. Nothing of it was kept.", Fields: map[string]string{"file": "The file has errors; each is listed with its line. Nothing of it was kept."}, Err: &FileError{found}}
}

// Load reads a file of territory, as a stream, and adds to a draft what leads from
// the territory as it is to what the file says, from a day on. The file is the whole
// truth about the agencies that it names: areas of theirs that it lacks are ended the
// day before, those that it adds begin on the day unless the file says another.
// Agencies that it does not name keep what they have. It answers how many changes
// were added; when any line is wrong, or an area would have two holders, the answer
// is Invalid with every finding (FileFindings) and nothing is kept.
func (s *Service) Load(ctx context.Context, a auth.Actor, draft uuid.UUID, file io.Reader, in Input) (int, error) {
	line := audit.Event{Action: "territory.loaded", Subject: "draft " + draft.String(), Words: "Imported a file into a draft of territory."}
	if err := s.manage(ctx, a, line); err != nil {
		return 0, err
	}
	f := map[string]string{}
	from := readDay(f, "first_day", in.FirstDay, true)
	if err := faults(f); err != nil {
		return 0, err
	}
	rows, err := routing.ParseTerritory(file)
	if found := routing.LineErrors(err); len(found) > 0 {
		out := make([]Finding, len(found))
		for i, e := range found {
			out[i] = Finding{Line: e.Line, Column: e.Column, Words: upperFirst(e.Message) + "."}
		}
		return 0, fileError(out)
	}
	if err != nil {
		return 0, err
	}
	added := 0
	err = s.add(ctx, a, draft, in.Version, in.PastWhy, line, func(b *book, now []Row) ([]Change, error) {
		list, found := b.differ(now, rows, *from)
		if len(found) == 0 {
			found = b.overlapping(now, list)
		}
		if len(found) > 0 {
			return nil, fileError(found[:min(len(found), 50)])
		}
		if len(list) == 0 {
			return nil, invalid("file", "The territory says already what this file says. Nothing was added to the draft.")
		}
		added = len(list)
		return list, nil
	})
	return added, err
}

// overlapping answers where the file's changes would leave an area with two holders.
func (b *book) overlapping(now []Row, list []Change) []Finding {
	with := &book{rows: now, byCode: b.byCode, byID: b.byID}
	rows, found := with.apply(list)
	for _, f := range with.check(rows) {
		if f.Line > 0 {
			found = append(found, f)
		}
	}
	return found
}

// differ answers the changes that lead from the rows to what the file says.
func (b *book) differ(rows []Row, file []routing.Territory, from time.Time) ([]Change, []Finding) {
	var list []Change
	var found []Finding
	named := map[string]bool{}
	kept := map[int]bool{} // indexes of rows that the file names
	for _, t := range file {
		named[t.Code] = true
	}
	for _, t := range file {
		if fs := b.checkHolder(Row{Code: t.Code, Line: t.Line}); len(fs) > 0 {
			fs[0].Column = "code"
			found = append(found, fs...)
			continue
		}
		i := slices.IndexFunc(rows, func(r Row) bool {
			return r.Code == t.Code && !r.gone && r.key() == areaKey(t.Country, t.State, t.County) && sameSpan(r, t, from)
		})
		if i < 0 {
			list = append(list, b.giveOf(t, from))
			continue
		}
		kept[i] = true
		cs, wrong := follow(rows[i], t, from)
		list = append(list, cs...)
		found = append(found, wrong...)
	}
	var ends []Change
	last := from.AddDate(0, 0, -1)
	for i, r := range rows {
		if !named[r.Code] || kept[i] || r.gone || r.ValidTo != nil && r.ValidTo.Before(from) {
			continue
		}
		if r.fresh {
			found = append(found, Finding{Area: r.Area(), Words: fmt.Sprintf("This draft already gives %s to %s (%s), and the file does not. Take that change out first, or import the file into a new draft.", r.Area(), r.Name, r.Code)})
			continue
		}
		ends = append(ends, endOf(r, last, 0))
	}
	return append(ends, list...), found
}

// sameSpan reports whether a row of the file is about a row that is there: it begins
// on the same day, or the file leaves the beginning open and the row holds on the day
// of the import or later.
func sameSpan(r Row, t routing.Territory, from time.Time) bool {
	if !t.ValidFrom.IsZero() {
		return day(r.ValidFrom) == t.ValidFrom.Format(time.DateOnly)
	}
	return r.ValidTo == nil || !r.ValidTo.Before(from) || !t.ValidTo.IsZero() && day(r.ValidTo) == t.ValidTo.Format(time.DateOnly)
}

func (b *book) giveOf(t routing.Territory, from time.Time) Change {
	c := Change{Deed: Give, AgencyCode: t.Code, Country: t.Country, State: t.State, County: t.County, FirstDay: &from, Lead: t.Lead, HolderKind: t.Kind, Basis: t.Basis,
		Certainty: string(t.Certainty), CertaintyNote: t.CertaintyNote, Source: t.Source, Line: t.Line}
	if !t.ValidFrom.IsZero() {
		first := t.ValidFrom
		c.FirstDay = &first
	}
	if !t.ValidTo.IsZero() {
		end := t.ValidTo
		c.LastDay = &end
	}
	c.Words = c.sentence(Row{}, b.byCode[t.Code].Name, 0)
	return c
}

// follow answers what makes a row say what the file says of it.
func follow(r Row, t routing.Territory, from time.Time) ([]Change, []Finding) {
	wrong := func(words string) ([]Change, []Finding) {
		return nil, []Finding{{Line: t.Line, Area: r.Area(), Day: day(r.ValidTo), Words: words}}
	}
	var list []Change
	c := amendOf(r)
	c.Lead, c.HolderKind, c.Basis, c.Certainty, c.CertaintyNote, c.Source, c.Line = t.Lead, t.Kind, t.Basis, string(t.Certainty), t.CertaintyNote, t.Source, t.Line
	c.FirstDay = later(r.ValidFrom, &from)
	ended := !t.ValidTo.IsZero() && (r.ValidTo == nil || t.ValidTo.Before(*r.ValidTo))
	differs := c.differs(r) != ""
	switch {
	case r.fresh && (differs || ended):
		return wrong(fmt.Sprintf("This draft already changes %s of %s (%s). Take that change out first, or import the file into a new draft.", r.Area(), r.Name, r.Code))
	case r.ValidTo != nil && (t.ValidTo.IsZero() || t.ValidTo.After(*r.ValidTo)):
		return wrong(fmt.Sprintf("%s of %s (%s) ends on %s. An ended row is not lengthened: give the area anew, from the day after, as a row of its own.", r.Area(), r.Name, r.Code, day(r.ValidTo)))
	case differs && ended:
		return wrong("This row both ends and says something else. Import it with the new words first, and end it in a second change.")
	case differs:
		c.Words = c.sentence(r, r.Name, 0)
		list = append(list, c)
	case ended:
		list = append(list, endOf(r, t.ValidTo, t.Line))
	}
	return list, nil
}
