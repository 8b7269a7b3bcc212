package publicform

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"reeve/auth"
	"reeve/models"
	"reeve/models/selector"
	"reeve/models/store"
	"reeve/models/storetest"
)

type site struct {
	*storetest.DB
	t         testing.TB
	web, work *Service
	who       auth.Actor
}

func newSite(t testing.TB) *site {
	t.Helper()
	d := storetest.New(t)
	keyer, err := selector.NewKeyer(1, bytes.Repeat([]byte{9}, 32))
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Keyer: keyer, Keys: map[uint8][]byte{1: bytes.Repeat([]byte{3}, 32), 2: bytes.Repeat([]byte{4}, 32)}}
	s := &site{DB: d, t: t, who: auth.ByPublic("request")}
	if s.web, err = New(d.Web, o); err != nil {
		t.Fatal(err)
	}
	if s.work, err = New(d.Work, o); err != nil {
		t.Fatal(err)
	}
	return s
}

// begin writes a page's answers into a new draft and answers its secret.
func (s *site) begin(page string, a Answers) string {
	s.t.Helper()
	return s.save("", page, a).Secret
}

func (s *site) save(secret, page string, a Answers) *Draft {
	s.t.Helper()
	step, _, ok := StepOf(page)
	if !ok {
		s.t.Fatalf("no page %s", page)
	}
	d, err := s.web.Save(s.t.Context(), s.who, secret, step, a, "")
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}

// send sends at a person's pace.
func (s *site) send(secret string) *Draft {
	s.t.Helper()
	s.Clock.Advance(time.Minute)
	d, err := s.web.Send(s.t.Context(), s.who, secret, Sending{Language: "en"})
	if err != nil {
		s.t.Fatal(err)
	}
	return d
}

func (s *site) report(number int64) (r models.Report) {
	s.t.Helper()
	s.Setup(s.t, func(tx *store.Tx) error { return tx.Where("number = ?", number).Take(&r).Error })
	return r
}

// count counts rows as an administrator, who sees all.
func (s *site) count(query string, args ...any) (n int) {
	s.t.Helper()
	s.Setup(s.t, func(tx *store.Tx) error { return tx.Raw("select count(*) from "+query, args...).Row().Scan(&n) })
	return n
}

// jobs counts jobs of a kind.
func (s *site) jobs(kind string) (n int) {
	s.t.Helper()
	c, err := pgx.Connect(context.Background(), s.URL)
	if err != nil {
		s.t.Fatal(err)
	}
	defer c.Close(context.Background())
	if err := c.QueryRow(context.Background(), "select count(*) from river_job where kind = $1", kind).Scan(&n); err != nil {
		s.t.Fatal(err)
	}
	return n
}
