package people

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/store"
)

// exportBatch is how many people are read at a time: a file of any length needs
// the memory of one batch and holds no transaction while somebody downloads.
const exportBatch = 500

var exportHead = []string{columnEmail, columnName, columnTitle, columnSworn, columnRoles, "state", "state_since", "state_reason", "last_sign_in", "acr", "amr",
	"open_reports", "invited_by", "approved_by", "approved_at", "reviewed_by", "reviewed_at", "review_due", "source", "agency", "demonstration"}

// Export is a list of people on its way out.
type Export struct {
	Agency models.Agency
	Name   string // of the file

	service *Service
	actor   auth.Actor
	filter  Filter
}

// Export begins to write the people of a filter into a file. When it answers, the
// line in the audit log is written and committed, before the first byte leaves.
func (s *Service) Export(ctx context.Context, a auth.Actor, f Filter) (*Export, error) {
	line := audit.Event{Action: "users.exported", Words: "Tried to export a list of people."}
	if err := s.may(ctx, a, auth.ManageUsers, line); err != nil {
		return nil, err
	}
	f.After, f.Before = uuid.Nil, uuid.Nil
	f, err := f.checked()
	if err != nil {
		return nil, err
	}
	e := &Export{service: s, actor: a, filter: f}
	err = s.store.As(ctx, a, func(tx *store.Tx) (err error) {
		if e.Agency, err = agency(tx, f.Agency); err != nil {
			return err
		}
		e.Name = "people-" + e.Agency.Code + "-" + tx.Now.Format(time.DateOnly) + ".csv"
		if e.Agency.Demonstration {
			e.Name = "demonstration-" + e.Name
		}
		line.Words, line.Subject, line.Concerns = "Exported the list of people of "+e.Agency.Name+".", "people of "+e.Agency.Code, []uuid.UUID{e.Agency.ID}
		line.Detail = map[string]any{"list": string(f.View), "search": f.Search, "role": string(f.Role)}
		return audit.Record(tx, line)
	})
	if err != nil {
		return nil, s.unseen(ctx, a, line.Action, "agency "+asTyped(f.Agency), err)
	}
	return e, nil
}

// Write writes the file: UTF-8 with a byte order mark, so that spreadsheets read
// names right, and lines of RFC 4180.
func (e *Export) Write(ctx context.Context, w io.Writer) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write(exportHead); err != nil {
		return err
	}
	f := e.filter
	for more := true; more; {
		var rows []Row
		err := e.service.store.As(ctx, e.actor, func(tx *store.Tx) (err error) {
			var users []models.User
			if users, more, err = f.users(tx, e.Agency.ID, exportBatch); err != nil {
				return err
			}
			rows, err = withLoad(tx, users)
			return err
		})
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := out.Write(e.cells(r)); err != nil {
				return err
			}
			f.After = r.ID
		}
		if out.Flush(); out.Error() != nil {
			return fmt.Errorf("writing the list of people: %w", out.Error())
		}
	}
	return nil
}

func (e *Export) cells(r Row) []string {
	demo := ""
	if e.Agency.Demonstration {
		demo = "yes, nothing here is real"
	}
	cells := []string{r.Email, r.Name, r.Title, swornText(r.Sworn), joined(r.Roles), string(r.State), moment(r.StateAt), r.StateWhy, moment(r.LastSignInAt), r.LastACR, joined(r.LastAMR),
		openText(r.Open), r.InvitedByName, r.ApprovedByName, moment(r.ApprovedAt), r.RecertifiedByName, moment(r.RecertifiedAt), r.RecertifyDue().UTC().Format(time.RFC3339),
		string(r.Source), e.Agency.Code, demo}
	for i, c := range cells {
		cells[i] = forSheet(c)
	}
	return cells
}

func moment(at *time.Time) string {
	if at == nil {
		return ""
	}
	return at.UTC().Format(time.RFC3339)
}

func joined(list []string) string {
	return strings.Join(list, "; ")
}

// openText writes a load, which is counted up to a hundred.
func openText(n int) string {
	if n >= 100 {
		return "100 or more"
	}
	return strconv.Itoa(n)
}
