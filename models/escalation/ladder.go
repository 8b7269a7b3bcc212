package escalation

import (
	"fmt"
	"strings"

	"github.com/google/uuid"

	"reeve/models"
	"reeve/models/store"
)

// DefaultWait is how long a call waits where nobody said otherwise, in minutes.
const DefaultWait = 15

// rung is one place of a ladder: whom to call.
type rung struct {
	contact *uuid.UUID // nil: the agency's desk contact
	name    string
	duty    string
	email   string
	phone   string
	wait    int16
	above   bool // at the parent agency, which may not know of the report
}

// ladder lists whom an agency's line may call now, in order: its contacts on duty, or
// its desk where it has named none, then the first of the agency above it.
func ladder(tx *store.Tx, g *models.Agency) ([]rung, error) {
	own, err := rungsOf(tx, g)
	if err != nil || g.ParentID == nil {
		return own, err
	}
	var above models.Agency
	if err := tx.Where("id = ?", *g.ParentID).Take(&above).Error; err != nil {
		return nil, fmt.Errorf("reading the agency above %s: %w", g.Code, err)
	}
	if above.ClosedAt != nil {
		return own, nil
	}
	theirs, err := rungsOf(tx, &above)
	if err != nil || len(theirs) == 0 {
		return own, err
	}
	last := theirs[0]
	last.above, last.duty = true, strings.TrimSuffix(last.duty+", "+above.Name, ", ")
	last.duty = strings.TrimPrefix(last.duty, ", ")
	return append(own, last), nil
}

func rungsOf(tx *store.Tx, g *models.Agency) ([]rung, error) {
	list, err := contacts(tx, g.ID)
	if err != nil {
		return nil, err
	}
	var out []rung
	for _, c := range dutyFirst(list, tx.Now.In(zone(g))) {
		out = append(out, rung{contact: &c.ID, name: c.Name, duty: c.Duty, email: c.Email, phone: c.Phone, wait: c.WaitMinutes})
	}
	if len(list) == 0 && (g.ContactEmail != "" || g.ContactPhone != "") {
		name := g.ContactName
		if name == "" {
			name = "Desk"
		}
		out = append(out, rung{name: name, duty: "No on-call contact: the agency's desk", email: g.ContactEmail, phone: g.ContactPhone, wait: DefaultWait})
	}
	return out, nil
}

// contacts are an agency's on-call contacts in their order.
func contacts(tx *store.Tx, agency uuid.UUID) (list []models.OnCallContact, err error) {
	if err := tx.Where("agency_id = ?", agency).Order("place").Find(&list).Error; err != nil {
		return nil, fmt.Errorf("reading on-call contacts: %w", err)
	}
	return list, nil
}

// next is the first of the ladder who was not called yet on this line; nil at its
// end. Lists change while a line climbs: whom somebody put before the last who was
// called is called next, and who was taken off is not called again.
func next(rungs []rung, called []models.EscalationCall) *rung {
	for i, r := range rungs {
		was := false
		for _, c := range called {
			same := r.contact != nil && c.ContactID != nil && *r.contact == *c.ContactID
			was = was || same || r.email != "" && strings.EqualFold(r.email, c.Email) || r.email == "" && r.phone == c.Phone
		}
		if !was {
			return &rungs[i]
		}
	}
	return nil
}

func calls(tx *store.Tx, line uuid.UUID) (list []models.EscalationCall, err error) {
	if err := tx.Where("line_id = ?", line).Order("rung").Find(&list).Error; err != nil {
		return nil, fmt.Errorf("reading the calls of a line: %w", err)
	}
	return list, nil
}
