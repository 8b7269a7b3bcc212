package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"

	"reeve/models"
)

// Server is a mail server that takes mail for all recipients.
type Server struct {
	host, user, password, from string
	port                       int
	implicit                   bool // TLS from the first byte (smtps)
	loopback                   bool // on this machine
	tls                        *tls.Config
}

// dialWithin bounds one delivery, from connecting to the server's last word.
const dialWithin = 30 * time.Second

// ParseServer reads a mail server's address: smtp://user:password@host:port for
// STARTTLS, smtps:// for TLS from the start; the user and the port (587, 465) may be
// left out. ?from=address says from whom mail comes; otherwise it is reeve@ the host
// of the portal. Except on this machine nothing is sent, and no password given, before
// the connection is encrypted and the server's certificate checked. With loopbackOnly
// any other machine is refused: made-up data must not reach real people.
func ParseServer(text, portalHost string, loopbackOnly bool) (*Server, error) {
	// The address holds a password: no error repeats it.
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" || u.Path != "" && u.Path != "/" {
		return nil, errors.New("REEVE_SMTP is no address of a mail server; write for example smtp://user:password@mail.agency.example:587, or smtps://...:465")
	}
	s := &Server{host: u.Hostname(), implicit: u.Scheme == "smtps", port: 587, loopback: isLoopback(u.Hostname())}
	if s.implicit {
		s.port = 465
	}
	if p := u.Port(); p != "" {
		if s.port, err = strconv.Atoi(p); err != nil || s.port < 1 || s.port > 65535 {
			return nil, errors.New("REEVE_SMTP names no usable port")
		}
	}
	if u.User != nil {
		s.user = u.User.Username()
		s.password, _ = u.User.Password()
	}
	for name := range u.Query() {
		if name != "from" {
			return nil, fmt.Errorf("REEVE_SMTP: the part %q is not known; only from=address may stand after the question mark", name)
		}
	}
	if s.from = u.Query().Get("from"); s.from == "" {
		s.from = "reeve@" + portalHost
	}
	if _, err := Address(s.from); err != nil {
		return nil, fmt.Errorf("REEVE_SMTP: %q is no address that mail can come from; add ?from=reeve@agency.example", s.from)
	}
	if loopbackOnly && !s.loopback {
		return nil, errors.New("REEVE_SMTP: the demonstration sends mail to this machine only (127.0.0.1, ::1 or localhost)")
	}
	s.tls = &tls.Config{ServerName: s.host, MinVersion: tls.VersionTLS12}
	return s, nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// String names the server without its password.
func (s *Server) String() string { return net.JoinHostPort(s.host, strconv.Itoa(s.port)) }

// errRefused marks a recipient that the server will never take.
var errRefused = errors.New("refused for good")

// send hands one mail over. An error that is errRefused will not go away by itself.
func (s *Server) send(ctx context.Context, m models.OutboxMail) error {
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := errors.Join(msg.From(s.from), msg.To(m.Recipient)); err != nil {
		return fmt.Errorf("%w: %w", errRefused, err)
	}
	msg.Subject(m.Subject)
	msg.SetBodyString(gomail.TypeTextPlain, m.Body)
	msg.SetDateWithValue(m.QueuedAt)
	// The same on every try, so that a mailbox shows a repeated one once.
	msg.SetMessageIDWithValue(m.ID.String() + "@" + s.host)
	// Out-of-office answers to Reeve would reach nobody.
	msg.SetGenHeader("Auto-Submitted", "auto-generated")

	client, err := gomail.NewClient(s.host, s.options()...)
	if err != nil {
		return fmt.Errorf("preparing the mail: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, dialWithin)
	defer cancel()
	err = client.DialAndSendWithContext(ctx, msg)
	var failed *gomail.SendError
	if errors.As(err, &failed) && failed.Reason == gomail.ErrSMTPRcptTo && failed.ErrorCode() >= 550 && failed.ErrorCode() <= 553 {
		return fmt.Errorf("%w: %w", errRefused, err)
	}
	return err
}

func (s *Server) options() []gomail.Option {
	o := []gomail.Option{gomail.WithPort(s.port), gomail.WithTimeout(dialWithin), gomail.WithTLSConfig(s.tls)}
	plain := gomail.SMTPAuthPlain
	switch {
	case s.implicit:
		o = append(o, gomail.WithSSL())
	case s.loopback && s.tls.RootCAs == nil:
		// A relay on this machine seldom has a certificate for "localhost".
		o = append(o, gomail.WithTLSPolicy(gomail.NoTLS))
		plain = gomail.SMTPAuthPlainNoEnc
	default:
		o = append(o, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if s.user != "" {
		o = append(o, gomail.WithSMTPAuth(plain), gomail.WithUsername(s.user), gomail.WithPassword(s.password))
	}
	return o
}
