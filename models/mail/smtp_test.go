package mail

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"fmt"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// relay is a little mail server on this machine. It takes mail with STARTTLS, or
// without when plain is set, and answers as it is told.
type relay struct {
	t     testing.TB
	l     net.Listener
	cert  tls.Certificate
	roots *x509.CertPool

	mu       sync.Mutex
	plain    bool              // offers no STARTTLS
	answers  map[string]string // by recipient, instead of 250
	got      []taken
	said     []string // commands before any encryption
	password string   // what PLAIN sent
}

type taken struct {
	to, data  string
	encrypted bool
}

func newRelay(t testing.TB) *relay {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "relay"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{t: t, cert: tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots: x509.NewCertPool(), answers: map[string]string{}}
	r.roots.AddCert(cert)
	if r.l, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	var open sync.WaitGroup
	open.Go(func() {
		for {
			c, err := r.l.Accept()
			if err != nil {
				return
			}
			open.Go(func() { r.serve(c) })
		}
	})
	t.Cleanup(func() { r.l.Close(); open.Wait() })
	return r
}

func (r *relay) serve(c net.Conn) {
	defer func() { c.Close() }()
	_ = c.SetDeadline(time.Now().Add(20 * time.Second))
	in := bufio.NewReader(c)
	say := func(text string) { fmt.Fprintf(c, "%s\r\n", text) }
	say("220 relay")
	encrypted, to := false, ""
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimSpace(line)
		verb := strings.ToUpper(strings.SplitN(line, " ", 2)[0])
		r.mu.Lock()
		if !encrypted {
			r.said = append(r.said, verb)
		}
		plain, answers := r.plain, r.answers
		r.mu.Unlock()
		switch verb {
		case "EHLO":
			say("250-relay")
			if !encrypted && !plain {
				say("250-STARTTLS")
			}
			say("250 AUTH PLAIN")
		case "STARTTLS":
			say("220 go")
			s := tls.Server(c, &tls.Config{Certificates: []tls.Certificate{r.cert}})
			if s.Handshake() != nil {
				return
			}
			c, in, encrypted = s, bufio.NewReader(s), true
		case "AUTH":
			b, _ := base64.StdEncoding.DecodeString(line[strings.LastIndex(line, " ")+1:])
			r.mu.Lock()
			r.password = string(b)
			r.mu.Unlock()
			say("235 in")
		case "MAIL", "NOOP", "RSET":
			say("250 ok")
		case "RCPT":
			to = strings.Trim(strings.SplitN(line, ":", 2)[1], "<> ")
			if a := answers[to]; a != "" {
				say(a)
			} else {
				say("250 ok")
			}
		case "DATA":
			say("354 go on")
			var b strings.Builder
			for {
				l, err := in.ReadString('\n')
				if err != nil {
					return
				}
				if strings.TrimRight(l, "\r\n") == "." {
					break
				}
				b.WriteString(l)
			}
			r.mu.Lock()
			r.got = append(r.got, taken{to: to, data: b.String(), encrypted: encrypted})
			r.mu.Unlock()
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("502 what")
		}
	}
}

func (r *relay) mails() []taken {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]taken(nil), r.got...)
}

func (r *relay) set(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f()
}

// server is the relay as REEVE_SMTP names it. Strict, it is held to what any other
// machine is held to.
func (r *relay) server(strict bool) *Server {
	r.t.Helper()
	s, err := ParseServer("smtp://reeve:a%20secret@"+r.l.Addr().String()+"?from=reeve@agency.example", "reeve.example", true)
	if err != nil {
		r.t.Fatal(err)
	}
	if strict {
		s.loopback, s.tls.RootCAs = false, r.roots
	}
	return s
}
