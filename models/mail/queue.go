package mail

import (
	"fmt"
	netmail "net/mail"
	"strings"
	"unicode"

	"github.com/google/uuid"

	"reeve/models"
	"reeve/models/store"
)

// Message is a mail to one recipient. Text is plain.
type Message struct {
	To      string // one address, without a name
	Subject string
	Text    string
	Kind    string    // what it is for: on-call, invitation
	About   string    // a report's number, or nothing
	Agency  uuid.UUID // whose people it goes to; nil: nobody's in particular
}

const (
	subjectLimit = 150
	textLimit    = 8000
)

// Queue puts a mail into the outbox of the transaction and answers its id: it is sent
// if and only if the transaction commits. Whether it arrives is not known then, and no
// deed depends on it. An address to which no mail can go is Invalid on the field email.
func Queue(tx *store.Tx, m Message) (uuid.UUID, error) {
	to, err := Address(m.To)
	if err != nil {
		return uuid.Nil, err
	}
	if strings.IndexFunc(m.Subject, unicode.IsControl) >= 0 || m.Subject == "" || len([]rune(m.Subject)) > subjectLimit || m.Text == "" || len([]rune(m.Text)) > textLimit || m.Kind == "" {
		return uuid.Nil, fmt.Errorf("mail: the %s mail %q has no usable subject or text", m.Kind, m.Subject)
	}
	row := models.OutboxMail{ID: store.NewID(), Kind: m.Kind, About: m.About, Recipient: to, Subject: m.Subject, Body: m.Text,
		State: models.MailQueued, NextTryAt: tx.Now, QueuedAt: tx.Now}
	if m.Agency != uuid.Nil {
		row.AgencyID = &m.Agency
	}
	if err := tx.Create(&row).Error; err != nil {
		return uuid.Nil, fmt.Errorf("queueing a mail: %w", err)
	}
	return row.ID, tx.Enqueue(models.SendMail{MailID: row.ID})
}

// Address checks one e-mail address as people type it, and answers it without
// spaces around. What is none is Invalid on the field email.
func Address(text string) (string, error) {
	text = strings.TrimSpace(text)
	a, err := netmail.ParseAddress(text)
	if err != nil || a.Address != text || len(text) > 254 || strings.IndexFunc(text, func(r rune) bool { return unicode.IsControl(r) || unicode.IsSpace(r) }) >= 0 {
		return "", models.InvalidField("email", "Write one e-mail address, like duty@agency.example.")
	}
	return text, nil
}
