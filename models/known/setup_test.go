package known_test

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/evidence"
	"reeve/models/known"
	"reeve/models/store"
	"reeve/models/storetest"
)

// house is a database with the clearinghouse, an agency, people of both, and files.
type house struct {
	*storetest.DB
	t                *testing.T
	s                *known.Service
	files            *evidence.Store
	near             *known.Near
	e                *known.Examiner
	snapshot         string
	bay              models.Agency
	provider         models.Provider
	sam, avery, dana auth.Actor
}

func newHouse(t *testing.T) *house {
	t.Helper()
	d := storetest.New(t)
	files, err := evidence.Open(t.Context(), "mem://", evidence.Keys{Current: 1, ByVersion: map[uint8][]byte{1: bytes.Repeat([]byte{7}, 32)}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { files.Close() })
	desk, bay := d.Clearinghouse(t), d.Agency(t, "bay")
	h := &house{DB: d, t: t, s: known.New(d.Web), files: files, snapshot: t.TempDir() + "/known.snapshot", bay: bay, provider: d.Provider(t, "Example Chat"),
		sam: d.Person(t, desk, "Sam", auth.DeskSupervisor), avery: d.Person(t, desk, "Avery", auth.Analyst), dana: d.Person(t, bay, "Dana", auth.Investigator, auth.AgencyAdmin)}
	h.restart()
	return h
}

// restart is a worker that begins anew, with the snapshot of the one before.
func (h *house) restart() {
	h.near = known.NewNear(h.Work, h.snapshot, slog.New(slog.DiscardHandler))
	h.e = known.NewExaminer(h.Work, h.files, h.near, slog.New(slog.DiscardHandler))
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) kind(what string, err error, want models.Kind) {
	h.t.Helper()
	if err == nil || models.KindOf(err) != want {
		h.t.Errorf("%s: got %v, want kind %d", what, err, want)
	}
}

// draft is a set's form, filled in.
func draft(name string) known.Draft {
	return known.Draft{Name: name, Source: "Example list", Scheme: "vics-us", FileName: "list.json"}
}

// listed imports a list of rows in CSV as a set.
func (h *house) listed(name string, rows ...string) *models.KnownSet {
	h.t.Helper()
	set, err := h.s.Import(h.t.Context(), h.sam, draft(name), strings.NewReader("md5,sha1,sha256,pdq,category,series\n"+strings.Join(rows, "\n")+"\n"))
	h.must(err)
	return set
}

// report makes a finished report that was sent to bay, with files of these bytes.
func (h *house) report(viewed models.Truth, bytes ...[]byte) (models.Report, []models.File) {
	h.t.Helper()
	rep := h.Report(h.t, h.provider, fmt.Sprintf("person%d@mail.example", h.rows("reports")), nil)
	h.Refer(h.t, rep, h.bay)
	var files []models.File
	for i, b := range bytes {
		id := store.NewID()
		receipt, err := h.files.Put(h.t.Context(), "f/"+id.String(), strings.NewReader(string(b)))
		h.must(err)
		public := "a" + strings.ReplaceAll(id.String(), "-", "")[1:]
		f := models.File{ID: id, PublicID: public, ReportID: rep.ID, ProviderID: &h.provider.ID, Name: fmt.Sprintf("file%d.jpg", i), Size: receipt.Size, MD5: unhex(receipt.MD5), SHA1: unhex(receipt.SHA1),
			SHA256: unhex(receipt.SHA256), StorageKey: receipt.StorageKey, ReceivedAt: h.Clock.Now(), Viewed: viewed}
		h.Setup(h.t, func(tx *store.Tx) error { return tx.Create(&f).Error })
		files = append(files, f)
	}
	return rep, files
}

func unhex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return b
}

func hashes(b []byte) (md, sh, s256 string) {
	m, s, l := md5.Sum(b), sha1.Sum(b), sha256.Sum256(b)
	return hex.EncodeToString(m[:]), hex.EncodeToString(s[:]), hex.EncodeToString(l[:])
}

// rows counts rows.
func (h *house) rows(from string, args ...any) (n int) {
	h.t.Helper()
	h.Setup(h.t, func(tx *store.Tx) error { return tx.Raw("select count(*) from "+from, args...).Row().Scan(&n) })
	return n
}

func (h *house) lines(action string) int {
	return h.rows("audit_events where action = ? and not refused", action)
}

// jobs counts the jobs of a kind that wait for the report.
func (h *house) jobs(kind string, report uuid.UUID) int {
	return h.rows("river_job where kind = ? and args->>'report_id' = ?", kind, report.String())
}

// marks reads a file's marks as "how set distance category | words".
func (h *house) marks(f models.File) string {
	h.t.Helper()
	var list []models.FileMark
	h.Setup(h.t, func(tx *store.Tx) error {
		return tx.Where("file_id = ?", f.ID).Order("set_name, id").Find(&list).Error
	})
	var out []string
	for _, m := range list {
		line := string(m.How)
		if m.SetName != "" {
			line += " " + m.SetName + " " + m.Category
		}
		if m.Words != "" {
			line += " | " + m.Words
		}
		out = append(out, line)
	}
	return strings.Join(out, "; ")
}

// labels reads the standing labels of a file as "scheme value".
func (h *house) labels(f models.File) string {
	h.t.Helper()
	var list []string
	h.Setup(h.t, func(tx *store.Tx) error {
		return tx.Raw("select scheme || ' ' || value from labels where file_id = ? and removed_at is null and source = 'known' and side = 'machine' order by 1", f.ID).Scan(&list).Error
	})
	return strings.Join(list, "; ")
}

func (h *house) set(id uuid.UUID) (s models.KnownSet) {
	h.t.Helper()
	h.Setup(h.t, func(tx *store.Tx) error { return tx.Where("id = ?", id).Take(&s).Error })
	return s
}

func (h *house) examine(rep models.Report) {
	h.t.Helper()
	h.must(h.e.Examine(context.WithoutCancel(h.t.Context()), rep.ID))
}
