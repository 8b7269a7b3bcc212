package territory

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/google/uuid"

	"reeve/models"
	"reeve/models/routing"
	"reeve/models/store"
)

const heading = "code,name,kind,country,state,county,valid_from,valid_to,certainty,source\n"

// asFile writes what some agencies hold today as a file, and lets it be changed.
func (s *site) asFile(t *testing.T, edit func(line string) string, codes ...string) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("code,name,kind,lead,country,state,county,valid_from,valid_to,basis,certainty,certainty_note,source\n")
	for _, r := range routing.DefaultTerritory() {
		for _, code := range codes {
			if r.Code == code {
				q := func(v string) string { return `"` + strings.ReplaceAll(v, `"`, `""`) + `"` }
				line := strings.Join([]string{r.Code, q(r.Name), r.Kind, q(r.Lead), r.Country, r.State, q(r.County), "", "", r.Basis, string(r.Certainty), q(r.CertaintyNote), q(r.Source)}, ",")
				if line = edit(line); line != "" {
					b.WriteString(line + "\n")
				}
			}
		}
	}
	return b.String()
}

func (s *site) load(id uuid.UUID, file io.Reader, in Input) (int, error) {
	in.Version = s.sheet(id).Draft.Version
	return s.web.Load(s.t.Context(), s.sam, id, file, in)
}

func TestAFileWithErrorsKeepsNothing(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	d := s.draft("from a file")
	v := s.sheet(d).Draft.Version
	for name, c := range map[string]struct {
		file string
		want []Finding // line and a part of the words
	}{
		"several lines": {heading + "ca-san-diego,x,task-force,US,CA,Nowhere,,,high,x\nca-san-diego,x,task-force,US,CA,Lake,2026-13-01,,high,x\nca-san-diego,x,task-force,US,CA,Napa,,,sure,x\n",
			[]Finding{{Line: 2, Words: `no county "Nowhere"`}, {Line: 3, Words: "2026-13-01"}, {Line: 4, Words: "none of high"}}},
		"an unknown agency": {heading + "ca-nobody,x,task-force,US,CA,Lake,2026-05-01,,high,x\n", []Finding{{Line: 2, Words: `no agency "ca-nobody"`}}},
		"an unknown pool":   {heading + "pool-nowhere,x,pool,US,CA,Lake,2026-05-01,,high,x\n", []Finding{{Line: 2, Words: "pools, and only they"}}},
		"another's county":  {heading + "pool-texas,x,pool,US,CA,Los Angeles,2026-05-01,,high,x\n", []Finding{{Line: 2, Words: "held by"}}},
		"not CSV":           {"\x00\xff", []Finding{{Line: 1, Words: "Unknown column"}}},
		"empty":             {"", []Finding{{Line: 1, Words: "empty"}}},
	} {
		_, err := s.load(d, strings.NewReader(c.file), Input{FirstDay: "2026-05-01"})
		found := FileFindings(err)
		if models.KindOf(err) != models.Invalid || len(found) != len(c.want) {
			t.Errorf("%s: %v, findings %+v", name, err, found)
			continue
		}
		for i, w := range c.want {
			if found[i].Line != w.Line || !strings.Contains(found[i].Words, w.Words) {
				t.Errorf("%s: finding %+v, want line %d with %q", name, found[i], w.Line, w.Words)
			}
		}
	}
	broken := errors.New("the line broke")
	if _, err := s.load(d, io.MultiReader(strings.NewReader(heading), errReader{broken}), Input{FirstDay: "2026-05-01"}); !errors.Is(err, broken) {
		t.Errorf("a file that breaks off: %v", err)
	}
	if after := s.sheet(d); after.Draft.Version != v || len(after.Changes) != 0 {
		t.Errorf("something was kept: %+v", after)
	}
}

type errReader struct{ err error }

func (r errReader) Read([]byte) (int, error) { return 0, r.err }

func TestAFileIsTheWholeTruthAboutWhomItNames(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	both := []string{"ca-silicon-valley", "ca-los-angeles"}
	d := s.draft("as it is")
	same := s.asFile(t, func(l string) string { return l }, both...)
	if _, err := s.load(d, strings.NewReader(same), Input{FirstDay: "2026-05-01"}); !strings.Contains(models.FieldsOf(err)["file"], "already") {
		t.Fatalf("a file that changes nothing: %v", err)
	}
	// One county changes hands and one row's certainty falls.
	moved := s.asFile(t, func(l string) string {
		if strings.Contains(l, `"Santa Clara"`) {
			l = strings.Replace(l, "ca-silicon-valley,\"Silicon Valley ICAC\"", "ca-los-angeles,\"Los Angeles Regional ICAC\"", 1)
		}
		if strings.Contains(l, `"Orange"`) {
			l = strings.Replace(l, ",high,", ",low,", 1)
		}
		return l
	}, both...)
	if moved == same {
		t.Fatal("the file was not changed")
	}
	n, err := s.load(d, strings.NewReader(moved), Input{FirstDay: "2026-05-01"})
	if err != nil || n != 3 {
		t.Fatalf("%d changes (%v, %+v)", n, err, FileFindings(err))
	}
	sheet := s.sheet(d)
	var words []string
	for _, c := range sheet.Changes {
		words = append(words, c.Words)
	}
	for _, want := range []string{"Ends Santa Clara County, California for", "its last day is 2026-04-30", "Gives Santa Clara County, California to", "certainty low instead of high"} {
		if !strings.Contains(strings.Join(words, "\n"), want) {
			t.Errorf("%q is not among\n%s", want, strings.Join(words, "\n"))
		}
	}
	if len(sheet.Findings) > 0 || sheet.Added != 2 || sheet.Ended != 2 {
		t.Errorf("the sheet says %+v", sheet)
	}
	s.publish(d)
	s.Clock.Set(s.Clock.Now().AddDate(0, 3, 0))
	if r := s.row("CA", "Santa Clara"); r.Code != "ca-los-angeles" {
		t.Errorf("held by %s", r.Code)
	}
	if r := s.row("CA", "Orange"); r.Certainty != "low" || day(r.ValidFrom) != "2026-05-01" {
		t.Errorf("Orange is %+v", r.Territory)
	}
	// The file again: it is so already.
	again := s.draft("again")
	if _, err := s.load(again, strings.NewReader(moved), Input{FirstDay: "2026-06-10"}); !strings.Contains(models.FieldsOf(err)["file"], "already") {
		t.Errorf("the same file again: %v (%+v)", err, FileFindings(err))
	}
}

// Ten thousand lines are read as a stream and refused or kept as one.
func TestALongFileIsHeldToTheLimit(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	d := s.draft("long")
	var b strings.Builder
	b.WriteString(heading)
	for i := range 6000 {
		from := fmt.Sprintf("%04d-01-01", 1900+i%200)
		fmt.Fprintf(&b, "ny-new-york-city,x,task-force,US,NY,Queens,%s,%s,unknown,x%d\n", from, from, i)
	}
	_, err := s.load(d, strings.NewReader(b.String()), Input{FirstDay: "2026-05-01", PastWhy: "history"})
	if !strings.Contains(models.FieldsOf(err)["file"], "at most 5000") {
		t.Errorf("%v", err)
	}
	if n := s.count("select count(*) from territory_changes"); n != 0 {
		t.Errorf("%d changes were kept", n)
	}
}

func TestChangesOfThePastNeedAReason(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	d := s.draft("past")
	in := toLA("2026-01-01")
	err := s.web.Add(t.Context(), s.sam, d, Give, in)
	if !strings.Contains(models.FieldsOf(err)["past_why"], "2026-01-01 has passed") {
		t.Fatalf("without a reason: %v", err)
	}
	in.PastWhy = "the agreement was signed in December"
	s.add(d, Give, in)
	if sheet := s.sheet(d); sheet.Draft.PastWhy != in.PastWhy || len(sheet.Changes) != 2 || len(sheet.Findings) != 0 {
		t.Errorf("with a reason: %+v", sheet)
	}
}

func TestALeadChangesHandsFromADay(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	d := s.draft("lead")
	held := s.count("select count(*) from territories t join agencies a on a.id = t.agency_id where a.code = 'ca-los-angeles'")
	s.add(d, Lead, Input{AgencyCode: "ca-los-angeles", FirstDay: "2026-04-01", Lead: "County Sheriff"})
	sheet := s.sheet(d)
	if sheet.Added != held || sheet.Ended != held || !strings.Contains(sheet.Changes[0].Words, `is led by "County Sheriff"`) {
		t.Fatalf("the sheet says %+v for %d rows", sheet, held)
	}
	s.publish(d)
	for on, want := range map[string]string{"2026-03-31": "Los Angeles Police Department", "2026-04-01": "County Sheriff"} {
		a, err := s.web.WhoHolds(t.Context(), s.sam, Asked{State: "CA", County: "Orange", Day: on})
		if err != nil || a.Row.Lead != want || a.Row.Code != "ca-los-angeles" {
			t.Errorf("on %s: %+v (%v)", on, a.Row.Lead, err)
		}
	}
}

// A row that was to begin later can be withdrawn, and a row corrected from its first
// day: both stay to be read.
func TestARowThatDoesNotBeginIsWithdrawnAndKept(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	plan := s.draft("plan")
	s.add(plan, Give, toLA("2026-06-01"))
	s.publish(plan)
	var id string
	s.Setup(t, func(tx *store.Tx) error {
		return tx.Raw("select id from territories where added_in = 1").Row().Scan(&id)
	})
	fix := s.draft("not after all")
	s.add(fix, Amend, Input{Row: id, FirstDay: "2026-06-01", Certainty: "low", Source: "second thoughts"})
	s.publish(fix)
	off := s.draft("off")
	if err := s.web.Add(t.Context(), s.sam, off, End, Input{Row: id, LastDay: "2026-05-31"}); models.KindOf(err) != models.NotFound {
		t.Errorf("ending a withdrawn row: %v", err)
	}
	s.Setup(t, func(tx *store.Tx) error {
		return tx.Raw("select id from territories where added_in = 2").Row().Scan(&id)
	})
	s.add(off, End, Input{Row: id, LastDay: "2026-05-31"})
	if w := s.sheet(off).Changes[0].Words; !strings.HasPrefix(w, "Withdraws Santa Clara County") {
		t.Errorf("said as %q", w)
	}
	s.publish(off)
	if n := s.count("select count(*) from territories where withdrawn_at is not null and added_in in (1, 2) and ended_in in (2, 3)"); n != 2 {
		t.Errorf("%d withdrawn rows are kept", n)
	}
	a, err := s.web.WhoHolds(t.Context(), s.sam, Asked{State: "CA", County: "Santa Clara", Day: "2026-07-01"})
	if err != nil || a.Held && a.Row.Code == "ca-los-angeles" || len(a.Withdrew) != 2 {
		t.Errorf("in July: %+v (%v)", a, err)
	}
	// It can be given again from the same day.
	anew := s.draft("after all")
	s.add(anew, Give, toLA("2026-06-01"))
	s.publish(anew)
}
