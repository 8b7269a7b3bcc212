package intake

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"reeve/auth"
	"reeve/models"
	"reeve/models/evidence"
	"reeve/models/selector"
	"reeve/models/store"
	"reeve/models/storetest"
)

// site is a database, a storage in memory, and two providers.
type site struct {
	*storetest.DB
	t          testing.TB
	files      *evidence.Store
	web, work  *Service
	esp, rival auth.Actor
}

func newSite(t testing.TB) *site {
	t.Helper()
	d := storetest.New(t)
	files, err := evidence.Open(t.Context(), "mem://", evidence.Keys{Current: 1, ByVersion: map[uint8][]byte{1: bytes.Repeat([]byte{7}, 32)}})
	if err != nil {
		t.Fatal(err)
	}
	keyer, err := selector.NewKeyer(1, bytes.Repeat([]byte{9}, 32))
	if err != nil {
		t.Fatal(err)
	}
	s := &site{DB: d, t: t, files: files, web: New(d.Web, files, keyer), work: New(d.Work, files, nil)}
	p, q := d.Provider(t, "Example Chat"), d.Provider(t, "Example Photos")
	s.esp, s.rival = auth.Provider(p.ID, p.Name), auth.Provider(q.ID, q.Name)
	return s
}

const document = "<report>\r\n  as it came, bytes \xff\x00 and all\n</report>"

func submission() Submission {
	return Submission{Document: []byte(document), Reported: &models.Reported{
		Incident: models.ReportedIncident{Type: "Online Enticement of Children for Sexual Acts"},
		Subjects: []models.ReportedParty{{ESPIdentifier: "u-1001", Person: models.ReportedPerson{
			Emails: []models.ReportedEmail{{Address: "Subject.One@mail.example"}}}}},
	}}
}

func (s *site) open() int64 {
	s.t.Helper()
	n, err := s.web.Open(s.t.Context(), s.esp, submission())
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

func (s *site) add(number int64, content string) *models.File {
	s.t.Helper()
	f, err := s.web.AddFile(s.t.Context(), s.esp, number, "drawing.png", strings.NewReader(content))
	if err != nil {
		s.t.Fatal(err)
	}
	return f
}

func (s *site) finish(number int64) []string {
	s.t.Helper()
	ids, err := s.web.Finish(s.t.Context(), s.esp, number)
	if err != nil {
		s.t.Fatal(err)
	}
	return ids
}

func (s *site) report(number int64) models.Report {
	s.t.Helper()
	var r models.Report
	s.Setup(s.t, func(tx *store.Tx) error { return tx.Where("number = ?", number).Take(&r).Error })
	return r
}

// count counts rows as an administrator, who sees all.
func (s *site) count(query string, args ...any) (n int) {
	s.t.Helper()
	s.Setup(s.t, func(tx *store.Tx) error { return tx.Raw("select count(*) from "+query, args...).Row().Scan(&n) })
	return n
}

// admin runs a statement as the cluster's superuser.
func (s *site) admin(statement string) {
	s.t.Helper()
	c, err := pgx.Connect(context.Background(), s.URL)
	if err != nil {
		s.t.Fatal(err)
	}
	defer c.Close(context.Background())
	if _, err := c.Exec(context.Background(), statement); err != nil {
		s.t.Fatal(err)
	}
}

// jobs counts jobs waiting, whatever they are.
func (s *site) jobs() (n int) {
	s.t.Helper()
	c, err := pgx.Connect(context.Background(), s.URL)
	if err != nil {
		s.t.Fatal(err)
	}
	defer c.Close(context.Background())
	if err := c.QueryRow(context.Background(), "select count(*) from river_job").Scan(&n); err != nil {
		s.t.Fatal(err)
	}
	return n
}

// stored reads the bytes under a storage key, or answers that there are none.
func (s *site) stored(key string) (string, bool) {
	s.t.Helper()
	r, err := s.files.Get(s.t.Context(), key)
	if errors.Is(err, evidence.ErrNotFound) {
		return "", false
	}
	if err != nil {
		s.t.Fatal(err)
	}
	defer r.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		s.t.Fatal(err)
	}
	return string(b), true
}

func details(number int64, f *models.File) *models.ReportedFile {
	return &models.ReportedFile{ReportNumber: number, FileID: f.PublicID, OriginalFileName: "drawing.png"}
}
