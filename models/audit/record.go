package audit

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/store"
)

// Event is what a use case says of its deed. Words is one sentence that a court
// can read; it names no content of a report.
type Event struct {
	Action   string      // noun.verb, e.g. report.read
	ReportID uuid.UUID   // nil when no report is concerned
	Number   int64       // the report's number, with ReportID
	Subject  string      // what was acted upon when it is not a report
	Words    string      // "Read the report."
	Detail   any         // further facts as JSON; may be nil
	Concerns []uuid.UUID // agencies concerned besides the actor's own
	People   []uuid.UUID // whose accounts it is about: the line stands in the history of each
}

// Record writes the line of a deed in the deed's own transaction.
func Record(tx *store.Tx, e Event) error { return write(tx, e, false) }

// Refused writes the line of a deed that was refused, in a transaction of its
// own. It answers an error only when the line could not be written.
func Refused(ctx context.Context, s *store.Store, a auth.Actor, e Event) error {
	if !a.Known() {
		return nil // nobody in particular was refused; the web server's own log has it
	}
	return s.As(ctx, a, func(tx *store.Tx) error { return write(tx, e, true) })
}

func write(tx *store.Tx, e Event, refused bool) error {
	line := models.AuditEvent{
		ID: lineID(tx.Now), At: tx.Now, Side: string(tx.Actor.Side),
		ActorID: actorID(tx.Actor), ActorName: tx.Actor.Name, ActorAgency: orNil(tx.Actor.AgencyID),
		Action: e.Action, Refused: refused, ReportID: orNil(e.ReportID), Subject: e.Subject, Words: e.Words,
		RequestID: tx.Actor.RequestID, IP: tx.Actor.IP, Concerns: others(tx.Actor, e.Concerns),
	}
	if e.Number != 0 {
		line.ReportNumber = &e.Number
	}
	if e.Detail != nil {
		b, err := json.Marshal(e.Detail)
		if err != nil {
			return fmt.Errorf("audit line %s: %w", e.Action, err)
		}
		line.Detail = b
	}
	if err := tx.Create(&line).Error; err != nil {
		return fmt.Errorf("writing the audit line %s: %w", e.Action, err)
	}
	if err := writePeople(tx, line.ID, e.People); err != nil {
		return fmt.Errorf("naming whom the audit line %s is about: %w", e.Action, err)
	}
	if len(line.Concerns) == 0 {
		return nil
	}
	byPerson := tx.Actor.UserID != uuid.Nil && (tx.Actor.Side == auth.SideAgency || tx.Actor.Side == auth.SideClearinghouse)
	concerns := make([]models.AuditConcern, len(line.Concerns))
	for i, agency := range line.Concerns {
		concerns[i] = models.AuditConcern{AgencyID: agency, EventID: line.ID, Action: line.Action, Refused: line.Refused, ByPerson: byPerson}
	}
	if err := tx.Create(&concerns).Error; err != nil {
		return fmt.Errorf("naming whom the audit line %s concerns: %w", e.Action, err)
	}
	return nil
}

func writePeople(tx *store.Tx, line uuid.UUID, people []uuid.UUID) error {
	if len(people) == 0 {
		return nil
	}
	rows := make([]models.AuditPerson, 0, len(people))
	for _, id := range people {
		if row := (models.AuditPerson{UserID: id, EventID: line}); id != uuid.Nil && !slices.Contains(rows, row) {
			rows = append(rows, row)
		}
	}
	return tx.Create(&rows).Error
}

// others answers the concerned agencies besides the actor's own, each once,
// sorted; nil when there are none.
func others(a auth.Actor, concerns []uuid.UUID) models.IDList {
	var out models.IDList
	for _, id := range concerns {
		if id != uuid.Nil && id != a.AgencyID && !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	slices.SortFunc(out, func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	return out
}

func actorID(a auth.Actor) *uuid.UUID {
	if a.ProviderID != uuid.Nil {
		return &a.ProviderID
	}
	return orNil(a.UserID)
}

func orNil(id uuid.UUID) *uuid.UUID {
	if id == uuid.Nil {
		return nil
	}
	return &id
}
