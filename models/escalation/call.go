package escalation

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/google/uuid"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"reeve/auth"
	"reeve/models"
	"reeve/models/mail"
	"reeve/models/store"
)

// linkLasts is how long the link in a mail answers a call.
const linkLasts = 24 * time.Hour

// held is a line with what belongs to it, kept from others until the transaction ends.
type held struct {
	report models.Report
	esc    models.Escalation
	line   models.EscalationLine
	agency models.Agency
	house  *models.Agency
	has    bool // the agency has the report
	calls  []models.EscalationCall
}

// number is the report's, where the agency may know it.
func (h *held) number() int64 {
	if h.has {
		return h.esc.Number
	}
	return 0
}

// hold locks the report, its escalation and the line, always in this order.
func hold(tx *store.Tx, line uuid.UUID) (*held, error) {
	h := &held{}
	locked := func() *gorm.DB { return tx.Clauses(clause.Locking{Strength: "UPDATE"}) }
	err := locked().Where("id = (select e.report_id from escalation_lines l join escalations e on e.id = l.escalation_id where l.id = ?)", line).Take(&h.report).Error
	if err == nil {
		err = locked().Where("id = (select escalation_id from escalation_lines where id = ?)", line).Take(&h.esc).Error
	}
	if err == nil {
		err = locked().Where("id = ?", line).Take(&h.line).Error
	}
	if err != nil {
		return nil, store.Translate(err, "This call")
	}
	return h, h.read(tx)
}

// read fills in what is not locked.
func (h *held) read(tx *store.Tx) (err error) {
	if err := tx.Where("id = ?", h.line.AgencyID).Take(&h.agency).Error; err != nil {
		return fmt.Errorf("reading the agency of a line: %w", err)
	}
	if h.house, err = clearinghouse(tx); err != nil {
		return err
	}
	if h.calls, err = calls(tx, h.line.ID); err != nil {
		return err
	}
	err = tx.Raw("select exists (select 1 from referrals where report_id = ? and agency_id = ? and state not in ('returning', 'returned'))", h.report.ID, h.agency.ID).Row().Scan(&h.has)
	if err != nil {
		return fmt.Errorf("asking whether %s has the report: %w", h.agency.Code, err)
	}
	return nil
}

// climb calls the next of the line's ladder and answers true, or false at its end.
func (s *Service) climb(tx *store.Tx, h *held) (bool, error) {
	rungs, err := ladder(tx, &h.agency)
	if err != nil {
		return false, err
	}
	r := next(rungs, h.calls)
	if r == nil {
		return false, nil
	}
	return true, s.call(tx, h, *r)
}

// call makes one call: the row, the mail with its link, the time of the next.
func (s *Service) call(tx *store.Tx, h *held, r rung) error {
	c := models.EscalationCall{ID: store.NewID(), LineID: h.line.ID, AgencyID: h.agency.ID, Rung: h.line.Rung + 1, ContactID: r.contact, Name: r.name, Duty: r.duty,
		Email: r.email, Phone: r.phone, CalledAt: tx.Now, CalledByName: tx.Actor.Name, WaitMinutes: r.wait}
	if tx.Actor.Side == auth.SideSystem {
		c.CalledByName = "Reeve"
	}
	if _, err := mail.Address(r.email); err == nil {
		secret, until := newToken(), tx.Now.Add(linkLasts)
		sum := sha256.Sum256([]byte(secret))
		c.TokenSHA256, c.TokenUntil = sum[:], &until
		number := h.number()
		if r.above {
			number = 0
		}
		c.Named = number != 0
		id, err := s.send(tx, h, "on-call", r.email, c.Named, s.callLetter(&h.agency, h.house, r, number, secret, until))
		if err != nil {
			return err
		}
		c.OutboxID = &id
	}
	if err := tx.Create(&c).Error; err != nil {
		return fmt.Errorf("noting a call: %w", err)
	}
	h.calls = append(h.calls, c)
	climb := tx.Now.Add(time.Duration(r.wait) * time.Minute)
	h.line.State, h.line.Rung, h.line.ClimbAt, h.line.EndedAt = models.LineCalling, c.Rung, &climb, nil
	err := tx.Model(&models.EscalationLine{}).Where("id = ?", h.line.ID).Updates(map[string]any{"state": h.line.State, "rung": c.Rung, "climb_at": climb, "version": h.line.Version + 1}).Error
	if err != nil {
		return fmt.Errorf("noting how far a line is: %w", err)
	}
	h.line.Version++
	return tx.EnqueueAt(models.ClimbUrgent{}, climb)
}

// send queues a mail about the held line's report.
func (s *Service) send(tx *store.Tx, h *held, kind, to string, named bool, l letter) (uuid.UUID, error) {
	m := mail.Message{To: to, Subject: l.subject, Text: l.text, Kind: kind, Agency: h.agency.ID}
	if named {
		m.About = fmt.Sprint(h.esc.Number)
	}
	return mail.Queue(tx, m)
}

// newToken is the secret of a link: 256 random bits, of which only a hash is kept, so
// that neither a forged link nor a look into the table answers a call.
func newToken() string {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// over ends the line in the state and, where tell is set, says so to whoever was
// called. A line that does not wait is left as it is.
func (s *Service) over(tx *store.Tx, h *held, to models.LineState, by models.EscalationLine, tell bool) error {
	if !h.line.Waits() && !tell {
		return nil
	}
	if h.line.Waits() {
		h.line.State, h.line.ClimbAt, h.line.EndedAt = to, nil, &tx.Now
		h.line.AnsweredBy, h.line.AnsweredByName, h.line.AnsweredHow, h.line.Note = by.AnsweredBy, by.AnsweredByName, by.AnsweredHow, by.Note
		err := tx.Model(&models.EscalationLine{}).Where("id = ?", h.line.ID).Updates(map[string]any{"state": to, "climb_at": nil, "ended_at": tx.Now,
			"answered_by": by.AnsweredBy, "answered_by_name": by.AnsweredByName, "answered_how": by.AnsweredHow, "note": by.Note, "version": h.line.Version + 1}).Error
		if err != nil {
			return fmt.Errorf("ending a line: %w", err)
		}
		h.line.Version++
	}
	if !tell {
		return nil
	}
	for _, c := range h.calls {
		if c.OutboxID == nil {
			continue
		}
		if _, err := s.send(tx, h, "on-call-over", c.Email, c.Named, s.overLetter(c, h.esc.Number, h.house)); err != nil {
			return err
		}
	}
	return nil
}
