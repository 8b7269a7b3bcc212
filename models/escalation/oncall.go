package escalation

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"
	"gorm.io/gorm/clause"

	"reeve/auth"
	"reeve/models"
	"reeve/models/audit"
	"reeve/models/mail"
	"reeve/models/store"
)

// Contact is an on-call contact as a form gives it. Hours are HH:MM in the agency's
// zone, both or neither.
type Contact struct {
	Name, Duty, Email, Phone string
	Days                     string // all, weekdays or weekends; empty: all
	From, To                 string
	Wait                     string // minutes; empty: 15
}

// Limits of contacts.
const (
	MostContacts = 10
	MostWait     = 240 // minutes
	nameLimit    = 80
	dutyLimit    = 60
	phoneLimit   = 40
)

// OnCall is an agency's list, with what happens before and after it.
type OnCall struct {
	Agency   models.Agency
	Contacts []models.OnCallContact
	Duty     map[uuid.UUID]bool // who is on duty now
	Version  int                // of the list
	Changed  *models.OnCallList // nil: it was never edited
	Above    *models.Agency     // the agency above, whose first contact is called last; nil: none
	Tests    map[string]TestMail
}

// TestMail is what became of the newest test message to an address.
type TestMail struct {
	State models.OutboxState
	At    time.Time
	Error string
}

// OnCall answers the on-call contacts of an agency that the actor manages, by its
// code; empty is the actor's own.
func (s *Service) OnCall(ctx context.Context, a auth.Actor, code string) (*OnCall, error) {
	line := audit.Event{Action: "on-call.listed", Subject: "agency " + asTyped(code), Words: "Looked at an agency's on-call contacts."}
	if err := audit.May(ctx, s.store, a, auth.ManageOnCall, line, askOnCall); err != nil {
		return nil, err
	}
	var out *OnCall
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		g, err := agency(tx, code)
		if err != nil {
			return err
		}
		if out, err = onCallOf(tx, g); err != nil {
			return err
		}
		line.Subject, line.Concerns = "agency "+g.Code, []uuid.UUID{g.ID}
		return audit.Record(tx, line)
	})
	return out, audit.UnseenThing(ctx, s.store, a, line.Action, line.Subject, "Asked for an agency that does not exist or is not theirs.", err)
}

func onCallOf(tx *store.Tx, g *models.Agency) (*OnCall, error) {
	out := &OnCall{Agency: *g, Duty: map[uuid.UUID]bool{}, Tests: map[string]TestMail{}}
	var err error
	if out.Contacts, err = contacts(tx, g.ID); err != nil {
		return nil, err
	}
	for _, c := range dutyFirst(out.Contacts, tx.Now.In(zone(g))) {
		out.Duty[c.ID] = true
	}
	var list models.OnCallList
	if err := tx.Where("agency_id = ?", g.ID).Limit(1).Find(&list).Error; err != nil {
		return nil, fmt.Errorf("reading who changed a list: %w", err)
	}
	if list.Version > 0 {
		out.Changed, out.Version = &list, list.Version
	}
	if g.ParentID != nil {
		out.Above = &models.Agency{}
		if err := tx.Where("id = ?", *g.ParentID).Take(out.Above).Error; err != nil {
			return nil, fmt.Errorf("reading the agency above %s: %w", g.Code, err)
		}
	}
	var tests []models.OutboxMail
	err = tx.Raw(`select distinct on (recipient) recipient, state, queued_at, last_error from outbox
		where agency_id = ? and kind = 'on-call-test' order by recipient, queued_at desc`, g.ID).Scan(&tests).Error
	if err != nil {
		return nil, fmt.Errorf("reading what became of tests: %w", err)
	}
	for _, t := range tests {
		out.Tests[t.Recipient] = TestMail{State: t.State, At: t.QueuedAt, Error: t.LastError}
	}
	return out, nil
}

// AddContact puts a contact at the end of an agency's list.
func (s *Service) AddContact(ctx context.Context, a auth.Actor, code string, in Contact, version int) error {
	return s.edit(ctx, a, code, version, func(tx *store.Tx, g *models.Agency, list []models.OnCallContact) (string, error) {
		c, err := in.check()
		if err != nil {
			return "", err
		}
		if len(list) >= MostContacts {
			return "", models.InvalidField("name", fmt.Sprintf("The list holds at most %d contacts. Take one off first.", MostContacts))
		}
		if err := once(list, c, uuid.Nil); err != nil {
			return "", err
		}
		c.ID, c.AgencyID, c.Place, c.AddedAt = store.NewID(), g.ID, int16(len(list)+1), tx.Now
		if err := tx.Create(c).Error; err != nil {
			return "", fmt.Errorf("adding a contact: %w", err)
		}
		return fmt.Sprintf("Added %s as on-call contact %d of %s.", c.Name, c.Place, g.Name), nil
	})
}

// ChangeContact changes a contact where it stands.
func (s *Service) ChangeContact(ctx context.Context, a auth.Actor, code string, id uuid.UUID, in Contact, version int) error {
	return s.edit(ctx, a, code, version, func(tx *store.Tx, g *models.Agency, list []models.OnCallContact) (string, error) {
		old, err := find(list, id)
		if err != nil {
			return "", err
		}
		c, err := in.check()
		if err != nil {
			return "", err
		}
		if err := once(list, c, id); err != nil {
			return "", err
		}
		err = tx.Model(&models.OnCallContact{}).Where("id = ?", id).Updates(map[string]any{"name": c.Name, "duty": c.Duty, "email": c.Email, "phone": c.Phone,
			"days": c.Days, "from_minute": c.FromMinute, "to_minute": c.ToMinute, "wait_minutes": c.WaitMinutes}).Error
		if err != nil {
			return "", fmt.Errorf("changing a contact: %w", err)
		}
		return fmt.Sprintf("Changed on-call contact %d of %s (%s).", old.Place, g.Name, c.Name), nil
	})
}

// MoveContact puts a contact one place up or down. The first stays first and the last
// last.
func (s *Service) MoveContact(ctx context.Context, a auth.Actor, code string, id uuid.UUID, up bool, version int) error {
	return s.edit(ctx, a, code, version, func(tx *store.Tx, g *models.Agency, list []models.OnCallContact) (string, error) {
		c, err := find(list, id)
		if err != nil {
			return "", err
		}
		to := c.Place + 1
		if up {
			to = c.Place - 1
		}
		if to < 1 || int(to) > len(list) {
			return "", nil
		}
		// The places are unique at the end of the transaction.
		err = tx.Exec("update on_call_contacts set place = case when id = @id then cast(@to as smallint) else cast(@from as smallint) end where agency_id = @agency and place in (@from, @to)",
			map[string]any{"id": id, "to": to, "from": c.Place, "agency": g.ID}).Error
		if err != nil {
			return "", fmt.Errorf("moving a contact: %w", err)
		}
		return fmt.Sprintf("Made %s on-call contact %d of %s instead of %d.", c.Name, to, g.Name, c.Place), nil
	})
}

// RemoveContact takes a contact off the list. Calls already made to them stand.
func (s *Service) RemoveContact(ctx context.Context, a auth.Actor, code string, id uuid.UUID, version int) error {
	return s.edit(ctx, a, code, version, func(tx *store.Tx, g *models.Agency, list []models.OnCallContact) (string, error) {
		c, err := find(list, id)
		if err != nil {
			return "", err
		}
		err = tx.Exec("delete from on_call_contacts where id = ?", id).Error
		if err == nil {
			err = tx.Exec("update on_call_contacts set place = place - 1 where agency_id = ? and place > ?", g.ID, c.Place).Error
		}
		if err != nil {
			return "", fmt.Errorf("removing a contact: %w", err)
		}
		return fmt.Sprintf("Took %s off the on-call contacts of %s.", c.Name, g.Name), nil
	})
}

// TestContact sends a test message to a contact.
func (s *Service) TestContact(ctx context.Context, a auth.Actor, code string, id uuid.UUID) error {
	line := audit.Event{Action: "on-call.tested", Subject: "agency " + asTyped(code), Words: "Sent a test message to an on-call contact."}
	if err := audit.May(ctx, s.store, a, auth.ManageOnCall, line, askOnCall); err != nil {
		return err
	}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		g, err := agency(tx, code)
		if err != nil {
			return err
		}
		list, err := contacts(tx, g.ID)
		if err != nil {
			return err
		}
		c, err := find(list, id)
		if err != nil {
			return err
		}
		l := s.testLetter(g)
		if _, err := mail.Queue(tx, mail.Message{To: c.Email, Subject: l.subject, Text: l.text, Kind: "on-call-test", Agency: g.ID}); err != nil {
			return err
		}
		return audit.Record(tx, audit.Event{Action: line.Action, Subject: "agency " + g.Code, Concerns: []uuid.UUID{g.ID}, Words: fmt.Sprintf("Sent a test message to %s, on-call contact of %s.", c.Name, g.Name)})
	})
	return audit.UnseenThing(ctx, s.store, a, line.Action, line.Subject, "Asked for an agency or contact that does not exist or is not theirs.", err)
}

// edit does one deed on an agency's list under its lock: the role, whose list it is,
// the version that the person saw, the deed, the line with the deed's words. Words that
// are empty say that nothing was done.
func (s *Service) edit(ctx context.Context, a auth.Actor, code string, version int, do func(*store.Tx, *models.Agency, []models.OnCallContact) (string, error)) error {
	line := audit.Event{Action: "on-call.changed", Subject: "agency " + asTyped(code), Words: "Tried to change an agency's on-call contacts."}
	if err := audit.May(ctx, s.store, a, auth.ManageOnCall, line, askOnCall); err != nil {
		return err
	}
	err := s.store.As(ctx, a, func(tx *store.Tx) error {
		g, err := agency(tx, code)
		if err != nil {
			return err
		}
		list := models.OnCallList{AgencyID: g.ID, ChangedAt: tx.Now}
		if err := tx.Exec("insert into on_call_lists (agency_id, version, changed_at, changed_by_name) values (?, 0, ?, '') on conflict do nothing", g.ID, tx.Now).Error; err != nil {
			return fmt.Errorf("making a list: %w", err)
		}
		if err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Where("agency_id = ?", g.ID).Take(&list).Error; err != nil {
			return fmt.Errorf("reading a list: %w", err)
		}
		if list.Version != version {
			return models.Conflictf("%s changed these contacts since you opened the page. Nothing was done; look at what they are now and decide again.", list.ChangedByName)
		}
		all, err := contacts(tx, g.ID)
		if err != nil {
			return err
		}
		words, err := do(tx, g, all)
		if err != nil || words == "" {
			return err
		}
		err = tx.Exec("update on_call_lists set version = version + 1, changed_at = ?, changed_by_name = ? where agency_id = ?", tx.Now, a.Name, g.ID).Error
		if err != nil {
			return fmt.Errorf("noting who changed a list: %w", err)
		}
		return audit.Record(tx, audit.Event{Action: line.Action, Subject: "agency " + g.Code, Concerns: []uuid.UUID{g.ID}, Words: words})
	})
	return audit.UnseenThing(ctx, s.store, a, line.Action, line.Subject, "Asked for an agency or contact that does not exist or is not theirs.", err)
}

func find(list []models.OnCallContact, id uuid.UUID) (*models.OnCallContact, error) {
	for i := range list {
		if list[i].ID == id {
			return &list[i], nil
		}
	}
	return nil, models.NotFoundf("This contact is not on the list. Look at the list again.")
}

// once refuses a second contact with the same address: a ladder calls nobody twice.
func once(list []models.OnCallContact, c *models.OnCallContact, but uuid.UUID) error {
	for _, o := range list {
		if o.ID != but && strings.EqualFold(o.Email, c.Email) {
			return models.InvalidField("email", fmt.Sprintf("%s has this address already; a list calls each address once.", o.Name))
		}
	}
	return nil
}

// check reads a form; every problem is on its field.
func (in Contact) check() (*models.OnCallContact, error) {
	wrong := map[string]string{}
	text := func(field, value string, limit int) string {
		value = strings.Join(strings.Fields(value), " ")
		if len([]rune(value)) > limit || strings.IndexFunc(value, unicode.IsControl) >= 0 {
			wrong[field] = fmt.Sprintf("Keep this below %d characters.", limit)
		}
		return value
	}
	c := &models.OnCallContact{Name: text("name", in.Name, nameLimit), Duty: text("duty", in.Duty, dutyLimit), Phone: text("phone", in.Phone, phoneLimit), Days: in.Days, WaitMinutes: DefaultWait}
	if c.Name == "" {
		wrong["name"] = "Say who it is: a person, or a post like “Duty sergeant”."
	}
	var err error
	if c.Email, err = mail.Address(in.Email); err != nil {
		wrong["email"] = models.FieldsOf(err)["email"]
	}
	if c.Days == "" {
		c.Days = "all"
	}
	if c.Days != "all" && c.Days != "weekdays" && c.Days != "weekends" {
		wrong["days"] = "Choose the days."
	}
	from, to := minuteOf(in.From), minuteOf(in.To)
	switch {
	case strings.TrimSpace(in.From) == "" && strings.TrimSpace(in.To) == "":
	case from == nil || to == nil:
		wrong["hours"] = "Write both hours as 08:00 and 17:30, or leave both empty for the whole day."
	case *from == *to:
		wrong["hours"] = "The hours begin and end at the same time. Leave both empty for the whole day."
	default:
		c.FromMinute, c.ToMinute = from, to
	}
	if w := strings.TrimSpace(in.Wait); w != "" {
		n, err := strconv.Atoi(w)
		if err != nil || n < 1 || n > MostWait {
			wrong["wait"] = fmt.Sprintf("Write minutes, 1 to %d.", MostWait)
		}
		c.WaitMinutes = int16(min(max(n, 1), MostWait))
	}
	if len(wrong) > 0 {
		return nil, &models.Error{Kind: models.Invalid, Message: "Some of this cannot be saved yet.", Fields: wrong}
	}
	return c, nil
}

func minuteOf(text string) *int16 {
	at, err := time.Parse("15:04", strings.TrimSpace(text))
	if err != nil {
		return nil
	}
	m := int16(at.Hour()*60 + at.Minute())
	return &m
}
