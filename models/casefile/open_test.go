package casefile_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/gate"
	"reeve/models/selector"
	"reeve/models/store"
)

// identifier is a keyed identifier as intake stores it.
func (s *scene) identifier(report uuid.UUID, kind selector.Kind, whose, value string) models.Identifier {
	k := s.keys.Key(kind, value)
	prefix := k.Prefix()
	return models.Identifier{ID: store.NewID(), ReportID: report, Kind: kind.String(), Whose: whose, Reported: value, Value: value,
		Matchable: true, Source: whose + " 1", Prefix: &prefix, MAC: k.MAC[:]}
}

// rich makes a report with everything on its page, and files and documents.
func (s *scene) rich(t testing.TB, files int) models.Report {
	t.Helper()
	rep := s.Report(t, s.provider, "subject@mail.example", func(r *models.Report, ids *[]models.Identifier) {
		at := func(h time.Duration) *time.Time { v := r.IncidentAt.Add(h); return &v }
		port := 5060
		*ids = []models.Identifier{
			s.identifier(r.ID, selector.Email, "subject", "subject@mail.example"),
			s.identifier(r.ID, selector.Email, "victim", "victim@mail.example"),
			s.identifier(r.ID, selector.IP, "subject", "192.0.2.7"),
			s.identifier(r.ID, selector.IP, "subject", "198.51.100.9"),
			s.identifier(r.ID, selector.HashMD5, "unknown", "d41d8cd98f00b204e9800998ecf8427e"),
			{ID: store.NewID(), ReportID: r.ID, Kind: "phone", Whose: "subject", Reported: "555-0100", Source: "subject 1, phone 1", WhyNot: "The number has no country."},
		}
		(*ids)[2].Event, (*ids)[2].At, (*ids)[2].Port = "Login", at(-9*24*time.Hour), &port
		(*ids)[3].Event, (*ids)[3].At = "Upload", at(-2*time.Minute)
		r.Assessment = json.RawMessage(`{"version":"1","priority":2,"reasons":[{"key":"k","short":"stated plan"}],"completeness":{"score":70,"missing":[{"key":"file","text":"No file.","cost":20}]}}`)
		r.FilesTotal = files
	})
	s.Setup(t, func(tx *store.Tx) error {
		viewed := []models.Truth{models.Yes, models.No, models.NotStated}
		for i := range files {
			id := store.NewID()
			f := models.File{ID: id, PublicID: "a" + strings.ReplaceAll(id.String(), "-", "")[1:], ReportID: rep.ID, Name: fmt.Sprintf("drawing-%d.png", i), Size: 10,
				MD5: id[:], SHA1: id[:], SHA256: id[:], StorageKey: id.String(), ReceivedAt: tx.Now, Viewed: viewed[i%3]}
			if err := tx.Create(&f).Error; err != nil {
				return err
			}
		}
		body := []byte("<report/>")
		sum := sha256.Sum256(body)
		for _, b := range [][]byte{body, nil} {
			if err := tx.Create(&models.ReportDocument{ID: store.NewID(), ReportID: rep.ID, Kind: "report", Body: b, Size: 9, SHA256: sum[:], ReceivedAt: tx.Now}).Error; err != nil {
				return err
			}
		}
		return tx.Create(&models.RoutingDecision{ID: store.NewID(), ReportID: rep.ID, Round: 1, DecidedAt: tx.Now, RulesVersion: "1", Released: "rule",
			Decision: json.RawMessage(`{"version":"1","candidates":[{"code":"bay","name":"Bay","confidence":0.95,"why":"home address"}],"confidence":0.95,"evidence":[],"conflicts":[],"notes":[]}`)}).Error
	})
	return rep
}

func TestAReportsPageHoldsEverything(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	rep := s.rich(t, 3)
	s.Refer(t, rep, s.bay)
	other := s.referred(t, "subject@mail.example", func(r *models.Report, ids *[]models.Identifier) {
		*ids = []models.Identifier{s.identifier(r.ID, selector.Email, "subject", "subject@mail.example")}
	})
	elsewhere := s.Report(t, s.provider, "z@mail.example", func(r *models.Report, ids *[]models.Identifier) {
		*ids = []models.Identifier{s.identifier(r.ID, selector.Email, "subject", "subject@mail.example"), s.identifier(r.ID, selector.Email, "victim", "victim@mail.example")}
	})
	s.Refer(t, elsewhere, s.boroughs)

	v, err := s.svc.Open(t.Context(), s.dana, rep.Number)
	noError(t, "opening", err)
	if v.Report.ID != rep.ID || v.Provider != "Example Chat" || v.Report.Reported == nil || v.Priority == nil || v.Priority.Reasons[0].Short != "stated plan" ||
		v.Priority.Completeness.Missing[0].Text != "No file." {
		t.Errorf("the report: %+v, priority %+v", v.Report, v.Priority)
	}
	if v.Referral == nil || v.Referral.FirstReadAt == nil || v.Referral.Mine || !v.Referral.Deeds.Take || !v.Referral.Deeds.Return || v.Referral.Deeds.Keep || v.Referral.Deeds.Reopen || v.Referral.Deeds.Release {
		t.Errorf("the referral: %+v", v.Referral)
	}
	if len(v.SentTo) != 1 || !v.SentTo[0].Own || v.SentTo[0].Code != "bay" {
		t.Errorf("sent to: %+v", v.SentTo)
	}
	if len(v.Decisions) != 1 || v.Decisions[0].Decoded == nil || v.Decisions[0].Decoded.Candidates[0].Code != "bay" {
		t.Errorf("decisions: %+v", v.Decisions)
	}
	if len(v.Identifiers) != 6 || v.Identifiers[5].Kind != "hash_md5" {
		t.Fatalf("identifiers, hashes last: %+v", v.Identifiers)
	}
	first := v.Identifiers[0]
	if first.Shown != "subject@mail.example" || first.KindWords == "" || first.Seen != 1 || first.SeenMore || first.Elsewhere != 1 {
		t.Errorf("the subject's address: %+v", first)
	}
	if victim := v.Identifiers[1]; victim.Elsewhere != 0 {
		t.Errorf("a victim's address points elsewhere: %+v", victim)
	}
	if phone := v.Identifiers[4]; phone.Shown != "555-0100" || phone.Matchable || phone.WhyNot == "" {
		t.Errorf("the telephone number: %+v", phone)
	}
	if len(v.IPEvents) != 2 || v.IPEvents[0].Upload || *v.IPEvents[0].Distance != -9*24*time.Hour || !v.IPEvents[1].Upload || !v.IPEvents[1].Nearest || v.IPEvents[0].Nearest {
		t.Errorf("IP events: %+v", v.IPEvents)
	}
	if len(v.Shared) != 1 || v.Shared[0].Agency != s.boroughs.Name || v.Shared[0].Contact != "boroughs desk" || v.Shared[0].Value != "subject@mail.example" || v.Shared[0].Reports != 1 {
		t.Errorf("shared: %+v", v.Shared)
	}
	var gates []gate.State
	for _, f := range v.Files {
		gates = append(gates, f.Gate.State)
	}
	if !slices.Equal(gates, []gate.State{gate.Open, gate.Locked, gate.Locked}) || v.MoreFiles || v.Files[1].Gate.Reason == v.Files[2].Gate.Reason {
		t.Errorf("gates: %v", gates)
	}
	if len(v.Documents) != 2 || v.Documents[0].Erased || !v.Documents[1].Erased {
		t.Errorf("documents: %+v", v.Documents)
	}
	if len(v.SameSubject) != 1 || v.SameSubject[0].Number != other.Number || v.SameSubject[0].State != models.ReferralNew || !slices.Equal(v.SameSubject[0].By, []string{"subject@mail.example"}) {
		t.Errorf("same subject: %+v", v.SameSubject)
	}
	text, _ := json.Marshal(v)
	if strings.Contains(string(text), fmt.Sprint(elsewhere.Number)) || strings.Contains(string(text), elsewhere.ID.String()) {
		t.Error("the page holds another agency's report")
	}
}

func TestReadingIsNotedOnce(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	r := s.referred(t, "a@mail.example", nil)
	_, err := s.svc.Open(t.Context(), s.pat, r.Number)
	noError(t, "a prosecutor reads", err)
	if got := s.referral(t, r); got.FirstReadAt != nil {
		t.Error("a prosecutor's reading took the unread mark away")
	}
	_, err = s.svc.Open(t.Context(), s.dana, r.Number)
	noError(t, "Dana reads", err)
	first := s.referral(t, r)
	if first.FirstReadAt == nil || first.HeardAt == nil || first.Version != 1 {
		t.Errorf("after the first reading: %+v", first)
	}
	s.Clock.Advance(time.Hour)
	v, err := s.svc.Open(t.Context(), s.drew, r.Number)
	noError(t, "Drew reads", err)
	if got := s.referral(t, r); !got.FirstReadAt.Equal(*first.FirstReadAt) {
		t.Errorf("the second reading moved the first to %v", got.FirstReadAt)
	}
	if len(v.Trail) != 2 || v.Trail[0].Who != "Dana" || v.Trail[0].Agency != s.bay.Name || v.Trail[0].Words != "Read the report." {
		t.Errorf("the trail: %+v", v.Trail)
	}
	if got, want := s.lines(t), []string{"Pat: report.read", "Dana: report.read", "Drew: report.read"}; !slices.Equal(got, want) {
		t.Errorf("the log has %v, want %v", got, want)
	}
}

// The clearinghouse reads every report; the agencies that hold it see that it did.
func TestTheClearinghouseReadsAndIsSeenReading(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	rep := s.rich(t, 1)
	s.Refer(t, rep, s.bay)
	s.Refer(t, rep, s.boroughs)
	v, err := s.svc.Open(t.Context(), s.avery, rep.Number)
	noError(t, "the clearinghouse opens it", err)
	if v.Referral != nil || len(v.SentTo) != 2 || len(v.Identifiers) != 6 || len(v.Decisions) != 1 {
		t.Errorf("the clearinghouse's page: sent to %+v, referral %+v", v.SentTo, v.Referral)
	}
	bays, err := s.svc.Open(t.Context(), s.dana, rep.Number)
	noError(t, "bay opens it", err)
	if len(bays.Trail) != 1 || bays.Trail[0].Who != "Avery" || bays.Trail[0].Agency != s.house.Name {
		t.Errorf("bay's trail: %+v", bays.Trail)
	}
	if len(bays.SentTo) != 1 {
		t.Errorf("bay sees %d referrals, want its own", len(bays.SentTo))
	}
	again, err := s.svc.Open(t.Context(), s.lee, rep.Number)
	noError(t, "boroughs opens it", err)
	for _, l := range again.Trail {
		if l.Who == "Dana" {
			t.Error("boroughs sees what bay did")
		}
	}
}

func TestWhoMayRead(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	rep := s.rich(t, 1)
	s.Refer(t, rep, s.bay)
	v, err := s.svc.Open(t.Context(), s.dana, rep.Number)
	noError(t, "the owner opens it", err)
	doc := v.Documents[0].ID
	reads := map[string]func(context.Context, auth.Actor, int64) error{
		"open": func(ctx context.Context, a auth.Actor, n int64) error { _, err := s.svc.Open(ctx, a, n); return err },
		"files": func(ctx context.Context, a auth.Actor, n int64) error {
			_, err := s.svc.Files(ctx, a, n, uuid.Nil)
			return err
		},
		"document": func(ctx context.Context, a auth.Actor, n int64) error {
			_, err := s.svc.Document(ctx, a, n, doc)
			return err
		},
	}
	provider := auth.Provider(s.provider.ID, "Example Chat")
	for name, read := range reads {
		for _, c := range []struct {
			who    string
			actor  auth.Actor
			number int64
			want   models.Kind
		}{
			{"nobody", auth.Actor{}, rep.Number, models.Forbidden},
			{"an admin", s.noor, rep.Number, models.Forbidden},
			{"the provider itself", provider, rep.Number, models.Forbidden},
			{"another agency", s.lee, rep.Number, models.NotFound},
			{"no such thing", s.dana, 4711, models.NotFound},
		} {
			wantKind(t, name+" by "+c.who, read(t.Context(), c.actor, c.number), c.want)
		}
		noError(t, name+" by the owner", read(t.Context(), s.pat, rep.Number))
		noError(t, name+" by the clearinghouse", read(t.Context(), s.avery, rep.Number))
	}
}

func TestADocumentComesVerbatim(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	rep, other := s.rich(t, 0), s.rich(t, 0)
	s.Refer(t, rep, s.bay)
	s.Refer(t, other, s.bay)
	v, err := s.svc.Open(t.Context(), s.dana, rep.Number)
	noError(t, "opening", err)
	d, err := s.svc.Document(t.Context(), s.dana, rep.Number, v.Documents[0].ID)
	noError(t, "the document", err)
	if string(d.Body) != "<report/>" || fmt.Sprintf("%x", sha256.Sum256(d.Body)) != fmt.Sprintf("%x", d.SHA256) {
		t.Errorf("got %q with hash %x", d.Body, d.SHA256)
	}
	_, err = s.svc.Document(t.Context(), s.dana, rep.Number, v.Documents[1].ID)
	wantKind(t, "an erased document", err, models.Conflict)
	_, err = s.svc.Document(t.Context(), s.dana, other.Number, v.Documents[0].ID)
	wantKind(t, "a document under another report's number", err, models.NotFound)
}

// A report of very many files shows the first and answers the rest by pages.
func TestManyFilesComeInPages(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	rep := s.rich(t, 1003)
	s.Refer(t, rep, s.bay)
	v, err := s.svc.Open(t.Context(), s.dana, rep.Number)
	noError(t, "opening", err)
	if len(v.Files) != 500 || !v.MoreFiles {
		t.Fatalf("%d files, more %v", len(v.Files), v.MoreFiles)
	}
	seen, after := len(v.Files), v.Files[499].ID
	for range 3 {
		p, err := s.svc.Files(t.Context(), s.dana, rep.Number, after)
		noError(t, "further files", err)
		seen += len(p.Files)
		if after = p.Next; after == uuid.Nil {
			break
		}
	}
	if seen != 1003 {
		t.Errorf("%d files in all, want 1003", seen)
	}
}

func TestSearchFindsByNumberIdentifierAndHash(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	screen, ok, _ := selector.Normalise(selector.ScreenName, "Night Owl", selector.Context{ProviderKey: s.provider.Code})
	if !ok {
		t.Fatal("the screen name cannot be read")
	}
	r := s.referred(t, "find@mail.example", func(r *models.Report, ids *[]models.Identifier) {
		*ids = []models.Identifier{s.identifier(r.ID, selector.Email, "subject", "find@mail.example"), s.identifier(r.ID, selector.Phone, "victim", "+12025550123"),
			s.identifier(r.ID, selector.IP, "subject", "192.0.2.44"), s.identifier(r.ID, selector.ScreenName, "subject", screen),
			s.identifier(r.ID, selector.HashMD5, "unknown", "0123456789abcdef0123456789abcdef")}
	})
	for q, by := range map[string]string{
		fmt.Sprint(r.Number):               "Report number",
		"find@mail.example":                "E-mail address",
		"  FIND@mail.example ":             "E-mail address",
		"(202) 555-0123":                   "Telephone number",
		"+1 202 555 0123":                  "Telephone number",
		"192.0.2.44":                       "IP address",
		"night owl":                        "Screen name",
		"@Night Owl":                       "Screen name",
		"0123456789ABCDEF0123456789ABCDEF": "MD5",
	} {
		p, err := s.svc.Search(t.Context(), s.dana, q)
		noError(t, "searching "+q, err)
		if len(p.Rows) != 1 || p.Rows[0].Number != r.Number || !slices.Equal(p.Rows[0].By, []string{by}) || !slices.Contains(p.As, by) || p.Rows[0].Provider != "Example Chat" {
			t.Errorf("%q: got %+v, want it by %s", q, p, by)
		}
		if theirs, err := s.svc.Search(t.Context(), s.lee, q); err != nil || len(theirs.Rows) != 0 {
			t.Errorf("another agency finds %q: %+v, %v", q, theirs, err)
		}
		if all, err := s.svc.Search(t.Context(), s.avery, q); err != nil || len(all.Rows) != 1 {
			t.Errorf("the clearinghouse searches %q: %+v, %v", q, all, err)
		}
	}
	for _, q := range []string{"find@mail", "mail.example", "find", "%", "no such thing at all", strings.Repeat("9", 40), "99999999999999999999"} {
		if p, err := s.svc.Search(t.Context(), s.dana, q); err != nil || len(p.Rows) != 0 {
			t.Errorf("%q: got %+v, %v; want nothing", q, p, err)
		}
	}
	for _, q := range []string{"a\x00b", "\xff", strings.Repeat("x", 3000)} {
		_, err := s.svc.Search(t.Context(), s.dana, q)
		wantKind(t, "a text that cannot be searched for", err, models.Invalid)
	}
	_, err := s.svc.Search(t.Context(), s.noor, "find@mail.example")
	wantKind(t, "an admin searches", err, models.Forbidden)
	var events []models.AuditEvent
	s.Setup(t, func(tx *store.Tx) error { return tx.Where("action = 'search'").Find(&events).Error })
	for _, e := range events {
		line, _ := json.Marshal(map[string]any{"words": e.Words, "subject": e.Subject, "detail": e.Detail}) // ids hold any digits
		for _, secret := range []string{"find@", "192.0.2.44", "night", "0123456789ab", "555"} {
			if strings.Contains(strings.ToLower(string(line)), secret) {
				t.Errorf("the log holds what was searched for: %s", line)
			}
		}
	}
}

// Raw SQL as the wrong agency: nothing of the report in any table that a page reads.
func TestRowsOfAnotherAgencyAreNotThere(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	rep := s.rich(t, 2)
	s.Refer(t, rep, s.bay)
	_, err := s.svc.Open(t.Context(), s.dana, rep.Number)
	noError(t, "opening", err)
	for _, table := range []string{"referrals", "identifiers", "files", "report_documents", "routing_decisions", "match_links", "audit_events"} {
		for _, c := range []struct {
			who  auth.Actor
			some bool
		}{{s.dana, true}, {s.lee, false}, {auth.Actor{Side: auth.SidePublic}, false}, {auth.Actor{Side: auth.SideAgency}, false}} {
			var n int
			err := s.Web.As(t.Context(), c.who, func(tx *store.Tx) error {
				return tx.Raw("select count(*) from "+table+" where report_id = ?", rep.ID).Row().Scan(&n)
			})
			if err != nil || (n > 0) != c.some {
				t.Errorf("%q of side %s sees %d rows of %s (%v)", c.who.Name, c.who.Side, n, table, err)
			}
		}
	}
	var n int
	err = s.Web.As(t.Context(), s.lee, func(tx *store.Tx) error {
		return tx.Raw("select count(*) from deconfliction_pointers(?, ?)", rep.ID, s.bay.ID).Row().Scan(&n)
	})
	if err != nil || n != 0 {
		t.Errorf("pointers of another agency's report: %d, %v", n, err)
	}
}

func TestAnotherAgencyWithTheSameReportIsNamedOnceWithWhomToCall(t *testing.T) {
	t.Parallel()
	s := setUp(t)
	rep := s.Report(t, s.provider, "one@mail.example", nil)
	s.Refer(t, rep, s.bay)
	view, err := s.svc.Open(t.Context(), s.dana, rep.Number)
	if err != nil || len(view.AlsoAt) != 0 {
		t.Fatalf("alone: %+v (%v), want nobody else", view, err)
	}
	s.Refer(t, rep, s.boroughs)
	view, err = s.svc.Open(t.Context(), s.dana, rep.Number)
	if err != nil || len(view.AlsoAt) != 1 || view.AlsoAt[0].Agency != s.boroughs.Name || view.AlsoAt[0].Phone == "" || len(view.Shared) != 0 {
		t.Errorf("with both: %+v, shared %+v (%v), want the other agency once and no hit of the report with itself", view.AlsoAt, view.Shared, err)
	}
}
