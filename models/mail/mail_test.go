package mail

import (
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/store"
	"reeve/models/storetest"
)

var quiet = slog.New(slog.DiscardHandler)

func queue(t *testing.T, d *storetest.DB, m Message) (id uuid.UUID) {
	t.Helper()
	err := d.Work.As(t.Context(), auth.System(auth.ForEscalation), func(tx *store.Tx) (err error) {
		id, err = Queue(tx, m)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func stored(t *testing.T, d *storetest.DB, id uuid.UUID) (m models.OutboxMail) {
	t.Helper()
	d.Setup(t, func(tx *store.Tx) error { return tx.Where("id = ?", id).Take(&m).Error })
	return m
}

var duty = Message{To: "duty@bay.example", Subject: "Urgent report 123", Text: "Please answer: https://reeve.example/urgent", Kind: "on-call", About: "123"}

func TestMailIsSentOnceOverAnEncryptedConnection(t *testing.T) {
	t.Parallel()
	d, r := storetest.New(t), newRelay(t)
	s := New(d.Work, r.server(true), quiet)
	id := queue(t, d, duty)
	var both sync.WaitGroup
	for range 2 { // at-least-once delivery, on two workers
		both.Go(func() {
			if err := s.Send(t.Context(), id); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	if err := s.Send(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	got := r.mails()
	if len(got) != 1 || !got[0].encrypted || got[0].to != duty.To {
		t.Fatalf("the server took %+v, want one mail, encrypted", got)
	}
	for _, want := range []string{"Subject: Urgent report 123", "From: <reeve@agency.example>", "Please answer: https://reeve.example/urgent", "Auto-Submitted: auto-generated"} {
		if !strings.Contains(got[0].data, want) {
			t.Errorf("the mail lacks %q:\n%s", want, got[0].data)
		}
	}
	if r.password != "\x00reeve\x00a secret" {
		t.Errorf("the server was given %q", r.password)
	}
	if m := stored(t, d, id); m.State != models.MailSent || m.EndedAt == nil || m.Tries != 1 {
		t.Errorf("the outbox says %+v", m)
	}
}

func TestNothingIsSaidToAServerThatDoesNotEncrypt(t *testing.T) {
	t.Parallel()
	d, r := storetest.New(t), newRelay(t)
	r.set(func() { r.plain = true })
	id := queue(t, d, duty)
	if err := New(d.Work, r.server(true), quiet).Send(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if len(r.mails()) != 0 || r.password != "" || strings.Contains(strings.Join(r.said, " "), "MAIL") {
		t.Errorf("the server heard %v, password %q", r.said, r.password)
	}
	if m := stored(t, d, id); m.State != models.MailQueued || m.LastError == "" {
		t.Errorf("the outbox says %+v, want it to wait", m)
	}
	// A relay on this machine may do without.
	d.Clock.Advance(time.Hour)
	if err := New(d.Work, r.server(false), quiet).Send(t.Context(), id); err != nil || len(r.mails()) != 1 {
		t.Errorf("on this machine: %v, %d mails", err, len(r.mails()))
	}
}

func TestAServerOfAnotherNameIsNotTrusted(t *testing.T) {
	t.Parallel()
	d, r := storetest.New(t), newRelay(t)
	s := r.server(true)
	s.tls.ServerName = "mail.elsewhere.example"
	id := queue(t, d, duty)
	if err := New(d.Work, s, quiet).Send(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if m := stored(t, d, id); len(r.mails()) != 0 || r.password != "" || m.State != models.MailQueued {
		t.Errorf("it got %v and %q; the outbox says %s", r.mails(), r.password, m.State)
	}
}

func TestASilentServerIsTriedAgainAndGivenUpAfterADay(t *testing.T) {
	t.Parallel()
	d, r := storetest.New(t), newRelay(t)
	r.set(func() { r.answers["duty@bay.example"] = "450 not now" })
	bay := d.Agency(t, "bay")
	m := duty
	m.Agency = bay.ID
	id := queue(t, d, m)
	s := New(d.Work, r.server(true), quiet)
	begin := d.Clock.Now()
	var waits []time.Duration
	for range 100 {
		if _, err := s.SendDue(t.Context()); err != nil {
			t.Fatal(err)
		}
		m := stored(t, d, id)
		if m.State != models.MailQueued {
			break
		}
		waits = append(waits, m.NextTryAt.Sub(d.Clock.Now()))
		if n, err := s.SendDue(t.Context()); n != 0 || err != nil {
			t.Fatalf("it was tried before its time: %d, %v", n, err)
		}
		d.Clock.Set(m.NextTryAt)
	}
	got := stored(t, d, id)
	if got.State != models.MailFailed || got.EndedAt.Sub(begin) < giveUp || !strings.Contains(got.LastError, "450") {
		t.Fatalf("after %s: %+v", d.Clock.Now().Sub(begin), got)
	}
	if waits[0] != firstWait || waits[1] != 2*firstWait || waits[len(waits)-1] != mostWait {
		t.Errorf("it waited %v", waits)
	}
	var lines int64
	d.Setup(t, func(tx *store.Tx) error {
		return tx.Raw("select count(*) from audit_events where action = 'mail.failed' and concerns = ?", "{"+bay.ID.String()+"}").Row().Scan(&lines)
	})
	if lines != 1 {
		t.Errorf("%d lines for its admin, want 1", lines)
	}
}

func TestARecipientThatIsRefusedForGoodIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	d, r := storetest.New(t), newRelay(t)
	r.set(func() { r.answers["duty@bay.example"] = "550 nobody here" })
	id := queue(t, d, duty)
	if err := New(d.Work, r.server(true), quiet).Send(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if m := stored(t, d, id); m.State != models.MailFailed || m.Tries != 1 {
		t.Errorf("the outbox says %+v, want it given up", m)
	}
}

func TestWithoutAServerMailIsKept(t *testing.T) {
	t.Parallel()
	d := storetest.New(t)
	id := queue(t, d, duty)
	var log strings.Builder
	s := New(d.Work, nil, slog.New(slog.NewTextHandler(&log, nil)))
	if n, err := s.SendDue(t.Context()); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if m := stored(t, d, id); m.State != models.MailWritten || m.Body != duty.Text {
		t.Errorf("the outbox says %+v", m)
	}
	if !strings.Contains(log.String(), duty.To) || strings.Contains(log.String(), "https://") {
		t.Errorf("the log says %s: want the recipient and no link", &log)
	}
}

func TestNoMailOfADeedThatDidNotHappen(t *testing.T) {
	t.Parallel()
	d := storetest.New(t)
	err := d.Work.As(t.Context(), auth.System(auth.ForEscalation), func(tx *store.Tx) error {
		if _, err := Queue(tx, duty); err != nil {
			return err
		}
		return errors.New("something else went wrong")
	})
	var rows int64
	d.Setup(t, func(tx *store.Tx) error {
		return tx.Raw("select (select count(*) from outbox) + (select count(*) from river_job where kind = 'send_mail')").Row().Scan(&rows)
	})
	if err == nil || rows != 0 {
		t.Errorf("%v, %d rows", err, rows)
	}
}

// Nobody who is signed in reads a mail's text; agencies see that of their own people
// alone, and none changes the outbox.
func TestWhoSeesTheOutbox(t *testing.T) {
	t.Parallel()
	d := storetest.New(t)
	bay, boroughs := d.Agency(t, "bay"), d.Agency(t, "boroughs")
	noor, kit := d.Person(t, bay, "Noor", auth.AgencyAdmin), d.Person(t, boroughs, "Kit", auth.AgencyAdmin)
	sam := d.Person(t, d.Clearinghouse(t), "Sam", auth.ClearinghouseAdmin)
	m := duty
	m.Agency = bay.ID
	id := queue(t, d, m)
	for _, c := range []struct {
		who  auth.Actor
		want int64
	}{{noor, 1}, {kit, 0}, {sam, 1}, {auth.System(auth.ForLogin), 0}} {
		var n int64
		if err := d.Web.As(t.Context(), c.who, func(tx *store.Tx) error { return tx.Raw("select count(id) from outbox").Row().Scan(&n) }); err != nil || n != c.want {
			t.Errorf("%s sees %d mails (%v), want %d", c.who.Name, n, err, c.want)
		}
		for _, q := range []string{"select body from outbox", "update outbox set recipient = 'x@y.example'", "delete from outbox"} {
			if err := d.Web.As(t.Context(), c.who, func(tx *store.Tx) error { return tx.Exec(q).Error }); err == nil {
				t.Errorf("%s may %s", c.who.Name, q)
			}
		}
	}
	if got := stored(t, d, id); got.Recipient != duty.To {
		t.Errorf("the outbox says %+v", got)
	}
}

func TestWhatIsNoMailIsRefused(t *testing.T) {
	t.Parallel()
	d := storetest.New(t)
	for what, edit := range map[string]func(*Message){
		"no address":         func(m *Message) { m.To = "duty" },
		"a name beside it":   func(m *Message) { m.To = "Duty <duty@bay.example>" },
		"two recipients":     func(m *Message) { m.To = "a@bay.example, b@bay.example" },
		"a second header":    func(m *Message) { m.Subject = "Hello\r\nBcc: x@y.example" },
		"a line in the addr": func(m *Message) { m.To = "duty@bay.example\r\nRCPT TO:<x@y.example>" },
		"no text":            func(m *Message) { m.Text = "" },
	} {
		m := duty
		edit(&m)
		err := d.Work.As(t.Context(), auth.System(auth.ForEscalation), func(tx *store.Tx) error { _, err := Queue(tx, m); return err })
		if err == nil {
			t.Errorf("%s was queued", what)
		}
	}
}

func TestAddressesOfServers(t *testing.T) {
	t.Parallel()
	for text, ok := range map[string]bool{
		"smtp://mail.agency.example": true, "smtps://u:p@mail.agency.example:465?from=reeve@agency.example": true, "smtp://127.0.0.1:2525": true,
		"mail.agency.example:25": false, "http://mail.agency.example": false, "smtp://": false, "smtp://mail.agency.example/x": false,
		"smtp://mail.agency.example:0": false, "smtp://mail.agency.example?tls=off": false, "smtp://mail.agency.example?from=nobody": false, "smtp://u:secret@mail agency": false,
	} {
		_, err := ParseServer(text, "reeve.example", false)
		if (err == nil) != ok {
			t.Errorf("%s: %v", text, err)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("%v: the password is in the error", err)
		}
	}
	for _, text := range []string{"smtp://mail.agency.example", "smtp://127.0.0.1.agency.example", "smtp://0.0.0.0", "smtp://198.51.100.4"} {
		if _, err := ParseServer(text, "localhost", true); err == nil {
			t.Errorf("%s: the demonstration would send real mail", text)
		}
	}
}
