package web_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"reeve/models"
	"reeve/models/store"
	"reeve/web/webtest"
)

// labelSite is a report with two files, the first of which may be opened, at two
// agencies.
func labelSite(t *testing.T) (*webtest.Site, models.Report, []models.File) {
	t.Helper()
	t.Parallel()
	s := webtest.Start(t, webtest.Options{})
	p := s.DB.Provider(t, "Example Chat")
	rep := s.DB.Report(t, p, "one@mail.example", func(r *models.Report, _ *[]models.Identifier) { r.FilesTotal, r.FilesLocked = 2, 1 })
	var files []models.File
	for _, name := range []string{"first.png", "second.png"} {
		id := store.NewID()
		files = append(files, models.File{ID: id, PublicID: "a" + strings.ReplaceAll(id.String(), "-", "")[1:], ReportID: rep.ID, ProviderID: &p.ID, Name: name, Size: 5, MD5: id[:], SHA1: id[:], SHA256: id[:],
			StorageKey: id.String(), ReceivedAt: s.DB.Clock.Now()})
	}
	files[0].Viewed, files[0].Reported = models.Yes, &models.ReportedFile{FileName: "first.png", Viewed: models.Yes, IndustryClass: "B2"}
	s.DB.Setup(t, func(tx *store.Tx) error { return tx.Create(&files).Error })
	s.DB.Refer(t, rep, s.Agencies["bay"])
	s.DB.Refer(t, rep, s.Agencies["boroughs"])
	return s, rep, files
}

func TestLabellingOnTheReportsPageAndTheSecondLook(t *testing.T) {
	s, rep, files := labelSite(t)
	avery, at := s.SignIn(t, "avery@clearinghouse.example"), "/reports/"+strconv.FormatInt(rep.Number, 10)
	page := avery.Get(at).MustBe(http.StatusOK).MustSay("Labels", "Industry class B2", "the provider says so", "second.png (locked)", "Locked files are labelled from their metadata")
	f := page.Form(at + "/labels")
	f.Values["file_label"], f.Values["file"], f.Values["report_label"] = []string{"industry:A1", "flag:physicalHarm"}, []string{files[1].ID.String()}, []string{"flag:sextortion"}
	f.Values.Set("why", "as the chat says")
	avery.Submit(f).MustBe(http.StatusOK).MustSay("3 labels set", "Industry class A1", "Second look asked", "Avery Example, clearinghouse", "as the chat says")

	// Nobody looks a second time at their own; another analyst does.
	list := avery.Get("/desk/labels").MustBe(http.StatusOK).MustSay("Industry class: A1", "another person must look", "The rule of the scheme asks")
	var link string
	for _, l := range list.Links() {
		if strings.HasSuffix(l, "?from=desk") {
			link = l
		}
	}
	avery.Get(link).MustSay("You set this label: another person takes the second look.")
	sam := s.SignIn(t, "sam@clearinghouse.example")
	one := sam.Get(link).MustBe(http.StatusOK).MustSay("Agree", "Dispute", "The file is locked")
	sam.Submit(one.Form("/dispute")).MustBe(http.StatusUnprocessableEntity).MustSay("Say why in a few words")
	sam.Submit(one.Form("/agree").With("why", "I come to the same")).MustBe(http.StatusOK).MustSay("Agreed.", "No label waits for a second person")
	sam.Submit(one.Form("/agree")).MustBe(http.StatusConflict).MustSay("Somebody changed this label")
	avery.Get(at).MustSay("Second person agreed")
}

func TestWhatIsWrongWithLabelsIsSaidWithWhatWasChosen(t *testing.T) {
	s, rep, _ := labelSite(t)
	dana, at := s.SignIn(t, "dana@bay.example"), "/reports/"+strconv.FormatInt(rep.Number, 10)
	f := dana.Get(at).Form(at + "/labels")
	f.Values["file_label"], f.Values["report_label"] = []string{"age:pubescent"}, []string{"flag:spam"}
	f.Values.Set("why", "typed at length")
	p := dana.Submit(f).MustBe(http.StatusUnprocessableEntity).MustSay("Choose the files that the labels are about")
	again := p.Form(at + "/labels").Values
	if again.Get("why") != "typed at length" || !strings.Contains(strings.Join(again["file_label"], " "), "age:pubescent") || !strings.Contains(strings.Join(again["report_label"], " "), "flag:spam") {
		t.Errorf("what was typed is gone: %v", again)
	}
	var n int
	s.DB.Setup(t, func(tx *store.Tx) error { return tx.Raw("select count(*) from labels").Row().Scan(&n) })
	if n != 0 {
		t.Errorf("%d labels were set", n)
	}
}

func TestAnAgencysLabelIsNotOnAnotherAgencysPage(t *testing.T) {
	s, rep, _ := labelSite(t)
	dana, lee, at := s.SignIn(t, "dana@bay.example"), s.SignIn(t, "lee@boroughs.example"), "/reports/"+strconv.FormatInt(rep.Number, 10)
	before := lee.Get(at).Body
	f := dana.Get(at).Form(at + "/labels")
	f.Values["report_label"] = []string{"subject-age:minor"}
	f.Values.Set("why", "wording of ours")
	f.Values.Set("back", "//evil.example/")
	done := dana.Submit(f).MustBe(http.StatusOK).MustSay("1 label set", "your agency alone")
	if !strings.HasPrefix(done.URL.String(), s.URL) {
		t.Errorf("it led to %s", done.URL)
	}
	var link string
	for _, l := range done.Links() {
		if strings.HasPrefix(l, at+"/labels/") {
			link = l
		}
	}
	s.SignIn(t, "avery@clearinghouse.example").Get(at).MustSay("Bay Region Task Force (demonstration)", "wording of ours")
	lee.Get(at).MustNotSay("wording of ours", "your agency alone")
	if strings.Count(lee.Get(at).Body, "Labels-item") != strings.Count(before, "Labels-item") {
		t.Error("the other agency's page shows a label more")
	}
	lee.Get(link).MustBe(http.StatusNotFound)
	lee.PostForm(link+"/ask", url.Values{"why": {"x"}, "version": {"1"}}).MustBe(http.StatusNotFound)
	lee.PostForm(link+"/withdraw", url.Values{"version": {"1"}}).MustBe(http.StatusNotFound)
	s.SignIn(t, "jules@north.example").PostForm(at+"/labels", url.Values{"report_label": {"flag:spam"}}).MustBe(http.StatusNotFound)
	s.SignIn(t, "reed@bay.example").PostForm(at+"/labels", url.Values{"report_label": {"flag:spam"}}).MustBe(http.StatusForbidden)
	dana.Submit(dana.Get(link).Form("/withdraw").With("why", "a slip")).MustBe(http.StatusOK).MustSay("Withdrawn.")
	dana.Get(at+"/labels").MustBe(http.StatusOK).MustSay("Withdrawn by Dana Example", "a slip")
}

func TestASupervisorKeepsTheSchemes(t *testing.T) {
	s, rep, _ := labelSite(t)
	sam := s.SignIn(t, "sam@clearinghouse.example")
	const at = "/desk/labels/schemes"
	p := sam.Get(at).MustBe(http.StatusOK).MustSay("Industry class", "A1", "Estimated age range")
	sam.Submit(p.Form(at).With("code", "CAID").With("name", "CAID").With("about", "file")).MustBe(http.StatusUnprocessableEntity).MustSay("small letters")
	sam.Submit(p.Form(at).With("code", "caid").With("name", "CAID").With("about", "file")).MustBe(http.StatusOK).MustSay("The scheme is added")
	sam.Submit(sam.Get(at).Form(at+"/caid/values").With("code", "A").With("words", "Category A")).MustBe(http.StatusOK).MustSay("The value is added")
	sam.Get("/reports/"+strconv.FormatInt(rep.Number, 10)).MustSay("CAID", "Category A")
	sam.PostForm(at+"/caid", url.Values{"value": {"A"}, "version": {"1"}}).MustBe(http.StatusOK).MustSay("Saved.", "Not offered")
	sam.Get("/reports/" + strconv.FormatInt(rep.Number, 10)).MustNotSay("Category A")
	s.SignIn(t, "avery@clearinghouse.example").Get(at).MustBe(http.StatusForbidden)
}
