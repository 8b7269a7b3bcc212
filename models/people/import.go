package people

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"gorm.io/gorm"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// Verdict is what a line of a file does, or would do.
type Verdict string

// The verdicts.
const (
	WillInvite Verdict = "invite" // a new account
	WillReturn Verdict = "return" // somebody who left is invited again
	WillChange Verdict = "change" // an account that is there gets other roles, name, title or sworn mark
	WillKeep   Verdict = "keep"   // it is so already
	IsWrong    Verdict = "wrong"  // the line cannot be applied, and so the file cannot
)

// SheetLine is one line of a file and what it does.
type SheetLine struct {
	Line    int // of the file, the names of columns being line 1
	Email   string
	Name    string
	Roles   []auth.Role
	Verdict Verdict
	Words   string // what is changed, or what is wrong

	id uuid.UUID // of the account that it made or changed
}

// Sheet is a file that was tried or applied.
type Sheet struct {
	Agency   models.Agency
	Lines    []SheetLine
	Ignored  []string // columns that are not read
	Counts   map[Verdict]int
	Applied  bool
	Approved bool // those invited are approved in the same act
}

// errTried takes a trial back.
var errTried = errors.New("only tried")

// Import reads a file of people and, with apply, carries it out: all of it or
// nothing. Without apply, and when any line is wrong, nothing is changed and the
// answer says what each line would do; it is found by doing it and taking it back,
// so that both follow the same rules. Approving takes the permission to approve. A
// file that cannot be read at all is Invalid on "file".
func (s *Service) Import(ctx context.Context, a auth.Actor, code, text string, apply, approve bool) (*Sheet, error) {
	line := audit.Event{Action: "users.imported", Words: "Tried to import a list of people."}
	if err := s.mayInvite(ctx, a, line, approve); err != nil {
		return nil, err
	}
	f, err := readFile(text)
	if err != nil {
		return nil, err
	}
	var sheet *Sheet
	err = s.store.As(ctx, a, func(tx *store.Tx) error {
		g, err := agency(tx, code)
		if err != nil {
			return err
		}
		sheet = &Sheet{Agency: g, Ignored: f.ignored, Approved: approve, Counts: map[Verdict]int{}}
		err = tx.Transaction(func(inner *gorm.DB) error {
			within := *tx
			within.DB = inner
			if err := sheet.run(&within, f.entries); err != nil {
				return err
			}
			if !apply || sheet.Counts[IsWrong] > 0 {
				return errTried
			}
			sheet.Applied = true
			return nil
		})
		if err != nil && !errors.Is(err, errTried) {
			return err
		}
		return audit.Record(tx, sheet.event())
	})
	if err != nil {
		return nil, s.unseen(ctx, a, line.Action, "agency "+asTyped(code), err)
	}
	return sheet, nil
}

// event is the line of the act: whom it concerned when it was applied, and that it
// was tried when not.
func (s *Sheet) event() audit.Event {
	e := audit.Event{Action: "users.import-tried", Subject: "people of " + s.Agency.Code, Concerns: []uuid.UUID{s.Agency.ID},
		Words:  fmt.Sprintf("Tried a list of %s to import; nothing was changed.", counted(len(s.Lines), "person", "people")),
		Detail: map[string]any{"lines": len(s.Lines), "wrong": s.Counts[IsWrong]}}
	if !s.Applied {
		return e
	}
	var changed []string
	for _, l := range s.Lines {
		if l.Verdict != WillKeep {
			changed = append(changed, l.Email)
		}
	}
	e.Action, e.People = "users.imported", s.touched()
	e.Words = fmt.Sprintf("Imported a list of people: %d invited, %d invited again, %d changed, %d as they were.",
		s.Counts[WillInvite], s.Counts[WillReturn], s.Counts[WillChange], s.Counts[WillKeep])
	e.Detail = map[string]any{"people": changed, "approved": s.Approved}
	return e
}
