package intake

import (
	"bytes"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"reeve/models"
	"reeve/models/store"
	"reeve/models/storetest"
)

func TestAReportIsOpenedFilledAndFinished(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	number := s.open()
	if number < 100_000_000 || number > 999_999_999_999 {
		t.Errorf("the number %d has not 9 to 12 digits", number)
	}
	a, b := s.add(number, "first bytes"), s.add(number, "")
	sum := md5.Sum([]byte("first bytes"))
	if hex.EncodeToString(a.MD5) != hex.EncodeToString(sum[:]) || a.Size != 11 || b.Size != 0 {
		t.Errorf("got %d bytes with MD5 %x, and %d", a.Size, a.MD5, b.Size)
	}
	said := details(number, a)
	said.Viewed, said.EXIFViewed = models.Yes, models.No
	if err := s.web.Describe(t.Context(), s.esp, said, []byte("<fileDetails/>")); err != nil {
		t.Fatal(err)
	}
	s.Clock.Advance(time.Minute)
	if got, want := s.finish(number), []string{a.PublicID, b.PublicID}; !slices.Equal(got, want) {
		t.Errorf("got files %v, want %v", got, want)
	}
	r := s.report(number)
	at := storetest.Start.Add(time.Minute)
	if r.State != models.ReportFinished || !r.FinishedAt.Equal(at) || !r.PreserveUntil.Equal(at.AddDate(1, 0, 0)) || r.FilesTotal != 2 || r.FilesLocked != 1 {
		t.Errorf("got %+v", r)
	}
	if n := s.count("identifiers where report_id = ? and kind = 'email' and value = 'subject.one@mail.example' and matchable and mac is not null", r.ID); n != 1 {
		t.Errorf("got %d e-mail identifiers, want 1", n)
	}
	if r.SubjectLabel == "" || r.SubjectKey == 0 {
		t.Errorf("no subject: %q %d", r.SubjectLabel, r.SubjectKey)
	}
	if n := s.jobs(); n != 1 {
		t.Errorf("got %d jobs, want the one that routes", n)
	}
	var deeds []string
	s.Setup(t, func(tx *store.Tx) error {
		return tx.Raw("select action from audit_events where report_id = ? order by id", r.ID).Scan(&deeds).Error
	})
	slices.Sort(deeds)
	if want := []string{"file.described", "file.uploaded", "file.uploaded", "report.finished", "report.opened"}; !slices.Equal(deeds, want) {
		t.Errorf("the audit log has %v, want %v", deeds, want)
	}
	if n := s.count("uploads"); n != 0 {
		t.Errorf("%d uploads are left", n)
	}
}

func TestWhatWasReceivedIsKeptVerbatim(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	number := s.open()
	f := s.add(number, "bytes \x00\xff")
	described := []byte("<fileDetails>\r\n\t\xfe</fileDetails>")
	if err := s.web.Describe(t.Context(), s.esp, details(number, f), described); err != nil {
		t.Fatal(err)
	}
	var docs []models.ReportDocument
	s.Setup(t, func(tx *store.Tx) error { return tx.Order("id").Find(&docs).Error })
	for i, want := range [][]byte{[]byte(document), described} {
		sum := sha256.Sum256(want)
		if !bytes.Equal(docs[i].Body, want) || !bytes.Equal(docs[i].SHA256, sum[:]) || docs[i].Size != int64(len(want)) {
			t.Errorf("document %d: got %q", i, docs[i].Body)
		}
	}
	if got, _ := s.stored(f.StorageKey); got != "bytes \x00\xff" {
		t.Errorf("the file is stored as %q", got)
	}
	sum := sha256.Sum256([]byte(document))
	if r := s.report(number); !bytes.Equal(r.SubmissionSHA256, sum[:]) {
		t.Errorf("got the hash %x", r.SubmissionSHA256)
	}
}

func TestDuplicateSubmissionsAreTakenAndCanBeLinked(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	a, b := s.open(), s.open()
	if a == b {
		t.Fatalf("both have the number %d", a)
	}
	if n := s.count("reports where provider_id = ? and submission_sha256 = ?", s.esp.ProviderID, s.report(a).SubmissionSHA256); n != 2 {
		t.Errorf("%d reports are found by the hash of what was sent, want 2", n)
	}
}

func TestThreeValuedTruthsStayThreeValued(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	number := s.open()
	for _, c := range []struct {
		said models.Truth
		want string
	}{{models.NotStated, "null"}, {models.Yes, "true"}, {models.No, "false"}} {
		f := s.add(number, c.want)
		said := details(number, f)
		said.Viewed, said.EXIFViewed, said.PubliclyAvailable = c.said, c.said, c.said
		if err := s.web.Describe(t.Context(), s.esp, said, nil); err != nil {
			t.Fatal(err)
		}
		var got string
		s.Setup(t, func(tx *store.Tx) error {
			return tx.Raw(`select concat_ws(',', coalesce(viewed::text, 'null'), coalesce(exif_viewed::text, 'null'), coalesce(publicly_available::text, 'null'))
				from files where public_id = ?`, f.PublicID).Row().Scan(&got)
		})
		if want := c.want + "," + c.want + "," + c.want; got != want {
			t.Errorf("said %s: stored %s, want %s", c.said, got, want)
		}
	}
}

func TestSeveralUploadsAndDetailsAtOnceOnOneReport(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	number := s.open()
	const n = 12
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			f, err := s.web.AddFile(t.Context(), s.esp, number, fmt.Sprintf("file %d.png", i), strings.NewReader(fmt.Sprint(i)))
			if err == nil {
				err = s.web.Describe(t.Context(), s.esp, details(number, f), nil)
			}
			if err != nil {
				t.Errorf("file %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	ids := s.finish(number)
	slices.Sort(ids)
	if len(slices.Compact(ids)) != n {
		t.Errorf("got %d files, want %d", len(ids), n)
	}
}

func TestFileIDsAreNoNumbersToAnybody(t *testing.T) {
	for range 1000 {
		if id := newPublicID(); len(id) != 32 || strings.IndexByte("abcdf", id[0]) < 0 {
			t.Fatalf("got %s", id)
		}
	}
}

// slow gives its bytes and then waits for what happens meanwhile.
type slow struct {
	meanwhile func() error
	done      bool
}

func (r *slow) Read(p []byte) (int, error) {
	if r.done {
		return 0, r.meanwhile()
	}
	r.done = true
	return copy(p, "some bytes"), nil
}

func TestAnUploadThatFailsLeavesNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	number := s.open()
	gone := errors.New("the client has gone")
	if _, err := s.web.AddFile(t.Context(), s.esp, number, "x", &slow{meanwhile: func() error { return gone }}); !errors.Is(err, gone) {
		t.Errorf("got %v", err)
	}
	if files, uploads := s.count("files"), s.count("uploads"); files+uploads != 0 {
		t.Errorf("%d files and %d uploads are left", files, uploads)
	}
	if ids := s.finish(number); len(ids) != 0 {
		t.Errorf("the report has %v", ids)
	}
}

func TestAnUploadWhoseReportEndsMeanwhileIsRemoved(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	number := s.open()
	up, err := s.web.Receive(t.Context(), s.esp, number, "x", strings.NewReader("some bytes"))
	if err != nil {
		t.Fatal(err)
	}
	if _, there := s.stored(up.key); !there {
		t.Error("received bytes are not stored")
	}
	s.finish(number)
	if _, err := s.web.Attach(t.Context(), s.esp, number, up); !errors.Is(err, ErrFinished) {
		t.Errorf("got %v, want ErrFinished", err)
	}
	if _, there := s.stored(up.key); there || s.count("files")+s.count("uploads") != 0 {
		t.Error("something is left")
	}
}
