package web_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"reeve/models"
	"reeve/models/store"
	"reeve/models/triage"
	"reeve/web/webtest"
)

// territorySite has Santa Clara with the bay and Queens with the boroughs.
type territorySite struct {
	*webtest.Site
	t   *testing.T
	sam *webtest.Browser
}

func startTerritory(t *testing.T) *territorySite {
	t.Helper()
	t.Parallel()
	s := &territorySite{Site: webtest.Start(t, webtest.Options{}), t: t}
	s.DB.Setup(t, func(tx *store.Tx) error {
		for _, r := range []models.Territory{{AgencyID: s.Agencies["bay"].ID, State: "CA", County: "Santa Clara"}, {AgencyID: s.Agencies["boroughs"].ID, State: "NY", County: "*"}} {
			r.ID, r.Country, r.HolderKind, r.Basis, r.Certainty, r.Source = store.NewID(), "US", "task-force", "listed", "high", "a list"
			if err := tx.Create(&r).Error; err != nil {
				return err
			}
		}
		return nil
	})
	s.sam = s.SignIn(t, "sam@clearinghouse.example")
	return s
}

// begin makes a draft on the page and answers its address.
func (s *territorySite) begin(name string) string {
	s.t.Helper()
	p := s.sam.Submit(s.sam.Get("/desk/routing/drafts/new").MustBe(http.StatusOK).Form("/desk/routing/drafts").With("name", name)).MustBe(http.StatusOK).MustSay(name, "changes nothing yet")
	return p.URL.Path
}

// give adds a change that gives Santa Clara to the boroughs.
func (s *territorySite) give(at, day string) *webtest.Page {
	s.t.Helper()
	return s.sam.Submit(s.sam.Get(at+"/add/give").MustBe(http.StatusOK).Form("/add/give").With("agency", "boroughs").With("state", "CA").With("county", "Santa Clara").
		With("first_day", day).With("certainty", "high").With("source", "an agreement"))
}

// routed makes a report whose subject lives in San Jose, and routes it as the worker does.
func (s *territorySite) routed(email string) models.Report {
	s.t.Helper()
	p := s.provider()
	r := s.DB.Report(s.t, p, email, func(r *models.Report, _ *[]models.Identifier) {
		r.RoutingRound = 0
		r.Reported.Subjects[0].Person.Addresses = []models.ReportedAddress{{Type: "Home", Street: "1 Example Street", City: "San Jose", ZIP: "95113", State: "CA", Country: "US"}}
	})
	if err := triage.New(s.DB.Work, nil).Route(s.t.Context(), r.ID, 1); err != nil {
		s.t.Fatal(err)
	}
	return r
}

func (s *territorySite) provider() models.Provider {
	var list []models.Provider
	s.DB.Setup(s.t, func(tx *store.Tx) error { return tx.Find(&list).Error })
	if len(list) > 0 {
		return list[0]
	}
	return s.DB.Provider(s.t, "Example Chat")
}

func TestATerritoryIsChangedOnThePages(t *testing.T) {
	s := startTerritory(t)
	old := s.routed("old@mail.example")
	s.sam.Get("/desk/routing").MustBe(http.StatusOK).MustSay("Bay Region Task Force", "Santa Clara County", "New York", "nobody holds", "Nothing was published here yet")
	at := s.begin("Santa Clara moves")
	today := s.DB.Clock.Now().Format("2006-01-02")
	s.give(at, today).MustBe(http.StatusOK).MustSay("Ends Santa Clara County, California for Bay Region", "Gives Santa Clara County, California to Five Boroughs", "adds 1 row and ends 1 row")
	s.sam.Get(at+"/preview").MustBe(http.StatusOK).MustSay("Nothing moves", fmt.Sprint(old.Number), "Bay Region Task Force", "Five Boroughs Task Force", "Would go elsewhere")
	s.sam.Get(at + "/preview?reports=5").MustBe(http.StatusUnprocessableEntity).MustSay("Try on 10 to 2000 reports")
	ask := s.sam.Get(at+"/publish").MustBe(http.StatusOK).MustSay("It becomes version 1", "Open reports stay where they are").Form("/publish")
	p := s.sam.Submit(ask.With("note", "Both chiefs agreed.")).MustBe(http.StatusOK).MustSay("Published as version 1", "Both chiefs agreed.", "Of Bay Region Task Force")
	if p.URL.Path != "/desk/routing/versions/1" {
		t.Errorf("ended at %s", p.URL)
	}
	s.sam.Submit(ask).MustBe(http.StatusConflict).MustSay("published this draft as version 1")
	fresh := s.routed("new@mail.example")
	s.wantHolder(old, "bay")
	s.wantHolder(fresh, "boroughs")
	s.sam.Get("/desk/routing/elsewhere?agency=bay").MustBe(http.StatusOK).MustSay(fmt.Sprint(old.Number), "Five Boroughs", "Looked at 1 open referral").MustNotSay(fmt.Sprint(fresh.Number))
	s.sam.Get("/desk/routing/holder?state=CA&county=santa+clara+county").MustBe(http.StatusOK).MustSay("Five Boroughs Task Force", "A row names this county", "Added by version 1")
	s.sam.Get("/desk/routing/holder?state=CA&county=Nowhere").MustBe(http.StatusUnprocessableEntity).MustSay("California has no county")
	s.sam.Get("/desk/routing/signals").MustBe(http.StatusOK).MustSay("postal-address/full", "nothing judged")
	s.sam.Get("/desk/routing/signals/one?key=postal-address/full").MustBe(http.StatusOK).MustSay("Nothing was judged yet", "None came back")
	s.sam.Get("/desk/routing/signals/weight?key=postal-address/full&country=0.9&state=0.9&county=0.5").MustBe(http.StatusUnprocessableEntity).MustSay("The rules refuse it")
	s.sam.Get("/desk/routing/signals/weight?key=postal-address/full").MustBe(http.StatusOK).MustSay("Nothing moves", "Same place, less sure", "To take it", "postal-address/full,0.9")
}

func (s *territorySite) wantHolder(r models.Report, code string) {
	s.t.Helper()
	var got string
	s.DB.Setup(s.t, func(tx *store.Tx) error {
		return tx.Raw("select string_agg(a.code, ' ') from referrals f join agencies a on a.id = f.agency_id where f.report_id = ? and f.open", r.ID).Row().Scan(&got)
	})
	if got != code {
		s.t.Errorf("report %d is held by %q, want %s", r.Number, got, code)
	}
}

func TestWhatIsWrongWithAChangeOfTerritoryIsSaidAtItsField(t *testing.T) {
	s := startTerritory(t)
	at := s.begin("wrong")
	f := s.sam.Get(at+"/add/give").Form("/add/give").With("agency", "boroughs").With("state", "CA").With("county", "Nowhere").With("first_day", "2026-05-01").With("certainty", "high").With("source", "<b>x</b>")
	p := s.sam.Submit(f).MustBe(http.StatusUnprocessableEntity).MustSay(`has no county "Nowhere"`)
	again := p.Form("/add/give")
	for field, want := range map[string]string{"agency": "boroughs", "state": "CA", "county": "Nowhere", "first_day": "2026-05-01", "source": "<b>x</b>", "end_others": "yes"} {
		if got := again.Values.Get(field); got != want {
			t.Errorf("%s is %q, want %q as typed", field, got, want)
		}
	}
	s.give(at, "2026-01-01").MustBe(http.StatusUnprocessableEntity).MustSay("2026-01-01 has passed. Say why")
	stale := s.sam.Get(at+"/add/lead").Form("/add/lead").With("agency", "bay").With("lead", "Sheriff").With("first_day", "2026-05-01")
	s.give(at, "2026-05-01").MustBe(http.StatusOK)
	s.sam.Submit(stale).MustBe(http.StatusConflict).MustSay("changed this draft", "Nothing of yours was saved")
	s.sam.PostForm(at+"/changes/0190aaaa-0000-7000-8000-000000000000/remove", url.Values{"version": {"2"}}).MustBe(http.StatusNotFound)
	take := s.sam.Get(at).Form("/remove")
	s.sam.Submit(take).MustBe(http.StatusOK).MustSay("taken out")
	s.sam.Submit(s.sam.Get(at + "/drop").MustSay("Drop this draft?").Form("/drop")).MustBe(http.StatusOK).MustSay("The draft is dropped")
	s.sam.Get(at).MustBe(http.StatusOK).MustSay("Dropped by Sam")
	s.sam.Get(at + "/add/give").MustBe(http.StatusConflict)
	s.sam.Get("/desk/routing?day=tomorrow").MustBe(http.StatusUnprocessableEntity).MustSay("Write the day as year-month-day")
	avery := s.SignIn(t, "avery@clearinghouse.example")
	avery.Get("/desk/routing").MustBe(http.StatusOK).MustNotSay("Begin a draft")
	avery.Get(at).MustBe(http.StatusOK).MustNotSay("Take out")
}

func TestAFileIsImportedIntoADraftOrNothingOfIt(t *testing.T) {
	s := startTerritory(t)
	at := s.begin("from a file")
	const heading = "code,name,kind,country,state,county,valid_from,valid_to,certainty,source\n"
	send := func(file string) *webtest.Page {
		t.Helper()
		f := s.sam.Get(at + "/add/import").MustBe(http.StatusOK).Form("/add/import")
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		for _, p := range [][2]string{{"version", f.Values.Get("version")}, {"first_day", "2026-05-01"}, {"past_why", ""}} {
			if err := w.WriteField(p[0], p[1]); err != nil {
				t.Fatal(err)
			}
		}
		part, err := w.CreateFormFile("file", "territory.csv")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte(file)); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+at+"/add/import", &b)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", w.FormDataContentType())
		req.Header.Set("Origin", s.URL)
		req.Header.Set("Sec-Fetch-Site", "same-origin")
		return s.sam.Do(req)
	}
	send(heading+"bay,x,task-force,US,CA,Nowhere,,,high,x\nnobody,x,task-force,US,CA,Lake,,,sure,x\n").MustBe(http.StatusUnprocessableEntity).
		MustSay("Line 2, county", `no county "Nowhere"`, "Line 3, certainty", "Nothing of it was kept")
	send(heading + "bay,x,task-force,US,CA,Santa Clara,,,high,a list\nbay,x,task-force,US,CA,Queens,,,high,x\n").MustBe(http.StatusUnprocessableEntity).MustSay("Line 3")
	if p := s.sam.Get(at); !strings.Contains(p.Text(), "changes nothing yet") {
		t.Error("something was kept of a file with errors")
	}
	send(heading+"bay,x,task-force,US,CA,Santa Clara,,,medium,a list\nbay,x,task-force,US,CA,Alameda,,,high,x\n").MustBe(http.StatusOK).
		MustSay("Imported: 2 changes", "certainty medium instead of high", "Gives Alameda County, California", "line 3 of the file")
	send(heading + strings.Repeat("#", 17<<20)).MustBe(http.StatusRequestEntityTooLarge)
}
