package escalation

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/routing"
	"reeve/models/store"
	"reeve/models/storetest"
)

// site is a clearinghouse and agencies: bay has the report, boroughs is a candidate
// without it, north has nothing to do with it, paloalto stands below bay.
type site struct {
	*storetest.DB
	t                           *testing.T
	web, work                   *Service
	house, bay, boroughs, north models.Agency
	avery, sam, dana, noor, lee auth.Actor
	jules, reed                 auth.Actor
	provider                    models.Provider
}

func newSite(t *testing.T) *site {
	t.Helper()
	d := storetest.New(t)
	s := &site{DB: d, t: t, web: New(d.Web, "https://reeve.example/"), work: New(d.Work, "https://reeve.example"),
		house: d.Clearinghouse(t), bay: d.Agency(t, "bay"), boroughs: d.Agency(t, "boroughs"), north: d.Agency(t, "north"), provider: d.Provider(t, "Example Chat")}
	s.avery = d.Person(t, s.house, "Avery", auth.Analyst)
	s.sam = d.Person(t, s.house, "Sam", auth.DeskSupervisor, auth.ClearinghouseAdmin)
	s.dana, s.noor = d.Person(t, s.bay, "Dana", auth.Investigator), d.Person(t, s.bay, "Noor", auth.Supervisor, auth.AgencyAdmin)
	s.reed = d.Person(t, s.bay, "Reed", auth.ReadOnly)
	s.lee, s.jules = d.Person(t, s.boroughs, "Lee", auth.Investigator), d.Person(t, s.north, "Jules", auth.Investigator)
	return s
}

// listed gives an agency contacts who wait ten minutes each.
func (s *site) listed(a models.Agency, names ...string) {
	s.t.Helper()
	for _, n := range names {
		page, err := s.web.OnCall(s.t.Context(), s.sam, a.Code)
		must(s.t, err)
		must(s.t, s.web.AddContact(s.t.Context(), s.sam, a.Code, Contact{Name: n, Email: strings.ToLower(n) + "@" + a.Code + ".example", Wait: "10"}, page.Version))
	}
}

// urgent is an urgent report at bay, for which boroughs is a candidate too.
func (s *site) urgent() models.Report {
	s.t.Helper()
	r := s.Report(s.t, s.provider, "one@mail.example", func(r *models.Report, _ *[]models.Identifier) { r.Urgent, r.Priority, r.Urgency = true, 1, 7 })
	text, err := json.Marshal(routing.Decision{Candidates: []routing.Candidate{{Code: "bay", Confidence: 0.95}, {Code: "boroughs", Confidence: 0.3}}})
	must(s.t, err)
	s.Setup(s.t, func(tx *store.Tx) error {
		return tx.Create(&models.RoutingDecision{ID: store.NewID(), ReportID: r.ID, Round: 1, DecidedAt: tx.Now, DecidedByName: "Reeve", RulesVersion: "1", Decision: text, Released: "rule", ReleasedWhy: "x"}).Error
	})
	s.Refer(s.t, r, s.bay)
	s.Clock.Advance(time.Second)
	return r
}

func (s *site) raised() models.Report {
	s.t.Helper()
	r := s.urgent()
	must(s.t, s.work.Raise(s.t.Context(), r.ID))
	return r
}

func (s *site) climb(want int) {
	s.t.Helper()
	if n, err := s.work.Climb(s.t.Context()); err != nil || n != want {
		s.t.Fatalf("climbing moved %d lines (%v), want %d", n, err, want)
	}
}

// line is the newest line to the agency about the report.
func (s *site) line(r models.Report, a models.Agency) (l models.EscalationLine) {
	s.t.Helper()
	s.Setup(s.t, func(tx *store.Tx) error {
		return tx.Where("agency_id = ? and escalation_id in (select id from escalations where report_id = ?)", a.ID, r.ID).Order("id desc").Take(&l).Error
	})
	return l
}

func (s *site) escalation(r models.Report) (e models.Escalation) {
	s.t.Helper()
	s.Setup(s.t, func(tx *store.Tx) error { return tx.Where("report_id = ?", r.ID).Order("id desc").Take(&e).Error })
	return e
}

func (s *site) stored(r models.Report) (rep models.Report) {
	s.Setup(s.t, func(tx *store.Tx) error { return tx.Where("id = ?", r.ID).Take(&rep).Error })
	return rep
}

// mails are those queued of a kind, oldest first.
func (s *site) mails(kind string) (list []models.OutboxMail) {
	s.t.Helper()
	s.Setup(s.t, func(tx *store.Tx) error {
		return tx.Where("kind = ?", kind).Order("queued_at, recipient").Find(&list).Error
	})
	return list
}

func to(list []models.OutboxMail) string {
	var names []string
	for _, m := range list {
		names = append(names, m.Recipient)
	}
	return strings.Join(names, " ")
}

var linkIn = regexp.MustCompile(`https://reeve\.example/urgent/answer/([A-Za-z0-9_-]+)`)

// secret is what stands in the link of the newest mail to the address.
func (s *site) secret(address string) string {
	s.t.Helper()
	list := s.mails("on-call")
	for i := len(list) - 1; i >= 0; i-- {
		if m := linkIn.FindStringSubmatch(list[i].Body); m != nil && list[i].Recipient == address {
			return m[1]
		}
	}
	s.t.Fatalf("no link was sent to %s", address)
	return ""
}

func (s *site) referral(r models.Report, a models.Agency, change map[string]any) {
	s.t.Helper()
	s.Setup(s.t, func(tx *store.Tx) error {
		return tx.Model(&models.Referral{}).Where("report_id = ? and agency_id = ?", r.ID, a.ID).Updates(change).Error
	})
}

func (s *site) lines(action string) (n int64) {
	s.Setup(s.t, func(tx *store.Tx) error {
		return tx.Raw("select count(*) from audit_events where action = ? and not refused", action).Row().Scan(&n)
	})
	return n
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var nobody = uuid.Must(uuid.NewV7())
