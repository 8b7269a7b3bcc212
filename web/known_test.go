package web_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"reeve/models"
	"reeve/models/known"
	"reeve/models/store"
	"reeve/web"
	"reeve/web/webtest"
)

const knownMD5 = "0123456789abcdef0123456789abcdef"

func knownSite(t *testing.T) *webtest.Site {
	t.Helper()
	t.Parallel()
	return webtest.Start(t, webtest.Options{Deps: func(d *web.Deps) { d.Known = known.New(d.Store) }})
}

// sendList sends the form of a new set with a file.
func sendList(t *testing.T, s *webtest.Site, b *webtest.Browser, fields map[string]string, file string) *webtest.Page {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, name := range []string{"name", "source", "scheme", "note"} {
		if err := w.WriteField(name, fields[name]); err != nil {
			t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("file", "list.csv")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write([]byte(file))
	_ = w.Close()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/desk/known/import", &body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", w.FormDataContentType())
	req.Header.Set("Origin", s.URL)
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.Do(req)
}

var knownFields = map[string]string{"name": "Harmless list", "source": "Example source", "scheme": "vics-us", "note": "a note"}

func sets(t *testing.T, s *webtest.Site) (list []models.KnownSet) {
	t.Helper()
	s.DB.Setup(t, func(tx *store.Tx) error { list = nil; return tx.Order("number").Find(&list).Error })
	return list
}

func TestASetIsImportedLookedAtAndWithdrawnOnItsPages(t *testing.T) {
	s := knownSite(t)
	sam := s.SignIn(t, "sam@clearinghouse.example")
	sam.Get("/desk/known").MustBe(http.StatusOK).MustSay("No hash set was imported yet")
	sam.Get("/desk/known/import").MustBe(http.StatusOK).MustSay("What a file may look like")
	p := sendList(t, s, sam, knownFields, "md5,category\n"+knownMD5+",1\n").MustBe(http.StatusOK)
	set := sets(t, s)[0]
	if p.URL.Path != "/desk/known/"+set.ID.String() {
		t.Errorf("led to %s", p.URL)
	}
	p.MustSay("Harmless list", "Active", "Imported: 1 entry", "Example source", "vics-us", "No file is marked by it")
	sam.Get("/desk/known").MustSay("Harmless list", "Active", "by Sam")
	// The same file again is refused in words, with what was typed.
	again := sendList(t, s, sam, knownFields, "md5,category\n"+knownMD5+",1\n").MustBe(http.StatusConflict).MustSay("Nothing was imported", "This very file was imported already")
	if again.Form("/import").Values.Get("source") != "Example source" {
		t.Error("what was typed is lost")
	}
	// A set that marks files.
	rep := s.DB.Report(t, s.DB.Provider(t, "Example Chat"), "a@mail.example", nil)
	s.DB.Setup(t, func(tx *store.Tx) error {
		for i := range 51 {
			f := models.File{ID: store.NewID(), PublicID: "a" + strings.ReplaceAll(uuid.NewString(), "-", "")[1:], ReportID: rep.ID, Name: fmt.Sprintf("file-%d.jpg", i), MD5: []byte{1}, SHA1: []byte{1}, SHA256: []byte{1}, StorageKey: "x", ReceivedAt: tx.Now}
			if err := tx.Create(&f).Error; err != nil {
				return err
			}
			d := int16(7)
			m := models.FileMark{ID: store.NewID(), ReportID: rep.ID, FileID: f.ID, How: models.MarkNear, Distance: &d, SetID: &set.ID, SetName: set.Name, Category: "1", MarkedAt: tx.Now}
			if i%2 == 0 {
				m.How, m.Distance = models.MarkExact, nil
			}
			if err := tx.Create(&m).Error; err != nil {
				return err
			}
		}
		return nil
	})
	at := "/desk/known/" + set.ID.String()
	p = sam.Get(at).MustBe(http.StatusOK).MustSay(fmt.Sprint(rep.Number), "file-50.jpg", "Same bytes", "Nearly the same picture", "7 bits", "50 files shown")
	p.MustNotSay(">file-0.jpg<", "<img")
	older := ""
	for _, l := range p.Links() {
		if strings.Contains(l, "cursor=") {
			older = l
		}
	}
	sam.Get(older).MustBe(http.StatusOK).MustSay("file-0.jpg", "1 file shown")
	sam.Get(at + "?cursor=x").MustBe(http.StatusUnprocessableEntity)
	// Withdrawn with a reason only.
	ask := sam.Get(at + "/withdraw").MustBe(http.StatusOK).MustSay("51 files")
	sam.Submit(ask.Form("/withdraw")).MustBe(http.StatusUnprocessableEntity).MustSay("Fill this in")
	sam.Submit(ask.Form("/withdraw").With("why", "A reason").With("version", "99")).MustBe(http.StatusConflict).MustSay("changed since")
	sam.Submit(ask.Form("/withdraw").With("why", "A reason")).MustBe(http.StatusOK).MustSay("Withdrawn by Sam", "A reason")
	sam.Submit(ask.Form("/withdraw").With("why", "A reason")).MustBe(http.StatusConflict).MustSay("not active")
	sam.Get("/desk/known").MustSay("Withdrawn")
}

func TestABrokenListIsRefusedOnItsPageWithItsLine(t *testing.T) {
	s := knownSite(t)
	sam := s.SignIn(t, "sam@clearinghouse.example")
	p := sendList(t, s, sam, knownFields, "md5\n"+knownMD5+"\n"+knownMD5[1:]+"\n").MustBe(http.StatusUnprocessableEntity).
		MustSay("Line 3, column 1", "this MD5 has 31 characters", "Nothing of the file was kept")
	if p.Form("/import").Values.Get("name") != "Harmless list" {
		t.Error("what was typed is lost")
	}
	sendList(t, s, sam, map[string]string{"name": "x"}, "md5\n"+knownMD5+"\n").MustBe(http.StatusUnprocessableEntity).MustSay("Fill this in")
	sam.PostForm("/desk/known/import", url.Values{"name": {"x"}}).MustBe(http.StatusUnprocessableEntity).MustSay("Choose the file")
	sam.Get("/desk/known").MustSay("Failed", "Line 3")
	if list := sets(t, s); len(list) != 1 || list[0].State != models.KnownFailed {
		t.Errorf("%+v", list)
	}
}

func TestAnImportUnderWayIsShownAndCancelled(t *testing.T) {
	s := knownSite(t)
	id := store.NewID()
	s.DB.Setup(t, func(tx *store.Tx) error {
		return tx.Exec("insert into known_sets (id, name, scheme, state, made_at, beat_at, entries, bytes, file_size) values (?, 'Slow', 'x', 'importing', ?, ?, 12000, 420, 1000)", id, tx.Now, tx.Now).Error
	})
	sam := s.SignIn(t, "sam@clearinghouse.example")
	sam.Get("/desk/known").MustSay("Importing", "12 000 entries, 42 % of the file", "Look again")
	p := sam.Get("/desk/known/"+id.String()).MustSay("Its file is being read", "42 %")
	sam.Submit(p.Form("/cancel")).MustBe(http.StatusOK).MustSay("The import is cancelled", "Failed", "cancelled by Sam")
	sam.PostForm("/desk/known/"+id.String()+"/cancel", nil).MustSay("not under way any more")
}

func TestNobodyElseReachesHashSets(t *testing.T) {
	s := knownSite(t)
	sam := s.SignIn(t, "sam@clearinghouse.example")
	sendList(t, s, sam, knownFields, "md5\n"+knownMD5+"\n").MustBe(http.StatusOK)
	at := "/desk/known/" + sets(t, s)[0].ID.String()
	for _, email := range []string{"avery@clearinghouse.example", "dana@bay.example", "noor@bay.example"} {
		b := s.SignIn(t, email)
		for _, path := range []string{"/desk/known", "/desk/known/import", at, at + "/withdraw"} {
			b.Get(path).MustBe(http.StatusForbidden)
		}
		b.PostForm(at+"/withdraw", url.Values{"why": {"x"}, "version": {"2"}}).MustBe(http.StatusForbidden)
		b.PostForm(at+"/cancel", nil).MustBe(http.StatusForbidden)
		sendList(t, s, b, knownFields, "md5\n"+knownMD5+"\n").MustBe(http.StatusForbidden)
	}
	nobody := s.Browser(t).Stay()
	if p := sendList(t, s, nobody, knownFields, "md5\n"+knownMD5+"\n"); p.Status != http.StatusSeeOther || !strings.HasPrefix(p.Header.Get("Location"), "/login") {
		t.Errorf("nobody's import was answered %d", p.Status)
	}
	const nowhere = "/desk/known/0190aaaa-0000-7000-8000-000000000000"
	sam.Get(nowhere).MustBe(http.StatusNotFound)
	sam.Get("/desk/known/x").MustBe(http.StatusNotFound)
	sam.PostForm(nowhere+"/withdraw", url.Values{"why": {"x"}, "version": {"1"}}).MustBe(http.StatusNotFound)
	sam.PostForm(nowhere+"/cancel", nil).MustBe(http.StatusNotFound)
	if list := sets(t, s); len(list) != 1 || list[0].State != models.KnownActive || list[0].Version != 2 {
		t.Errorf("something was done: %+v", list)
	}
}

// A proof that is too old is asked for before anything is sent.
func TestAnImportAsksForAFreshProofBeforeTheFileIsSent(t *testing.T) {
	s := knownSite(t)
	sam := s.SignIn(t, "sam@clearinghouse.example").Stay()
	s.DB.Clock.Advance(stale)
	asked(t, sam, sam.Get("/desk/known/import"))
}

// hashSet is a list of known material for the matrix: active, or being imported where
// that is needed.
func (w *world) hashSet(a at) string {
	if a.object == none {
		return nowhere
	}
	return w.once(a.key(fmt.Sprint("hash set ", a.column)), func() string {
		id := store.NewID()
		state := "active"
		if a.route == "known.cancel" {
			state = "importing"
		}
		w.sql(`insert into known_sets (id, name, scheme, state, made_at, beat_at, ended_at, file_sha256) values (?, 'List', 'vics-us', ?, now(), now(), now(), sha256(?::text::bytea))`, id, state, id.String())
		return id.String()
	})
}
