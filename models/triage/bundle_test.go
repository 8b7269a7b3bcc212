package triage

import (
	"testing"

	"reeve/models"
	"reeve/models/store"
)

// bundled makes a head that waits and two reports for which it stands.
func (s *site) bundled() (head models.Report, members []models.Report) {
	s.t.Helper()
	lost := func() models.Report {
		r := s.report(models.ReportedAddress{Country: "US"})
		s.route(r, 1)
		return r
	}
	head, members = lost(), []models.Report{lost(), lost()}
	s.Setup(s.t, func(tx *store.Tx) error {
		if err := tx.Create(&models.ReportBundle{Head: head.ID, FileSHA256: []byte("a file"), Why: "x", Size: 2, MadeAt: tx.Now}).Error; err != nil {
			return err
		}
		for _, m := range members {
			if err := tx.Create(&models.ReportBundleMember{ReportID: m.ID, Head: head.ID, JoinedAt: tx.Now, WasWaiting: true}).Error; err != nil {
				return err
			}
			if err := tx.Exec("update reports set desk = 'done', desk_why = 'stood for' where id = ?", m.ID).Error; err != nil {
				return err
			}
		}
		return nil
	})
	return head, members
}

func TestAHeadThatIsKeptAsInformationalDecidesForItsBundle(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	head, members := s.bundled()
	_, err := New(s.Web, nil).Decide(t.Context(), s.avery, head.Number, Decision{Class: "informational", Priority: 3, To: ToNobody, Reason: "A meme, sent around."})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range members {
		if r := s.stored(m); r.Class != "informational" || r.Desk != models.DeskDone || r.DecidedByName != "Avery" || r.DecidedWhy != "A meme, sent around." || r.DecidedAt == nil {
			t.Errorf("a report of the bundle: %s, desk %s, decided by %q: %q", r.Class, r.Desk, r.DecidedByName, r.DecidedWhy)
		}
	}
}

func TestAHeadThatIsSentSomewhereGivesItsBundleBackToTheDesk(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	svc := New(s.Web, nil)
	for name, send := range map[string]func(models.Report) error{
		"decided": func(r models.Report) error {
			_, err := svc.Decide(t.Context(), s.avery, r.Number, Decision{Class: "referral", Priority: 2, To: ToAgencies, Agencies: []string{"ny-new-york-city"}, Reason: "The profile names a borough."})
			return err
		},
		"referred by hand": func(r models.Report) error {
			return svc.Refer(t.Context(), s.avery, r.Number, Release{AgencyCodes: []string{"ny-new-york-city"}, Reason: "The profile names a borough."})
		},
	} {
		head, members := s.bundled()
		s.Setup(t, func(tx *store.Tx) error {
			return tx.Exec("update report_bundles set file_sha256 = ? where head = ?", []byte(name), head.ID).Error
		})
		if err := send(head); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, m := range members {
			r := s.stored(m)
			if r.Desk != models.DeskWaiting || r.DecidedAt != nil {
				t.Errorf("%s: a report of the bundle: desk %s, decided %v; want it back at the desk, undecided", name, r.Desk, r.DecidedAt)
			}
			if _, there := s.holders(m)["ny-new-york-city"]; there {
				t.Errorf("%s: an agency got a report of which nobody said that it is its", name)
			}
		}
	}
}
