package outcome_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/names"
	"reeve/models/outcome"
	"reeve/models/store"
	"reeve/models/storetest"
)

// The board, the rows behind its figures, the outcome form and recording itself
// must cost the same at any size. See the like test of models/casefile.
func TestTheBoardCostsTheSameAtAnySize(t *testing.T) {
	if testing.Short() {
		t.Skip("loads many reports")
	}
	t.Parallel()
	small, large := storetest.CrowdSizes(t)
	d := storetest.New(t)
	c := d.NewCrowd(t)
	web, console := outcome.New(d.Web, names.New(d.Web)), outcome.New(d.Owner, names.New(d.Owner))
	sam := d.Person(t, c.Clearinghouse, "Sam", auth.DeskSupervisor)
	load := func(from, to int) {
		d.Load(t, c, from, to)
		noError(t, "counting the board", console.Rebuild(t.Context()))
	}
	load(1, small)

	type page struct {
		name string
		who  auth.Actor
		run  func() error
		most int // buffers allowed whatever the size; 0: compared with the small size only
	}
	pages := []page{
		{"board", sam, func() error { _, err := web.Board(t.Context(), sam, outcome.BoardFilter{}); return err }, 0},
		{"board of an agency by overdue", sam, func() error {
			_, err := web.Board(t.Context(), sam, outcome.BoardFilter{Agency: c.Large.ID, AgencyBy: outcome.KeyOverdue})
			return err
		}, 0},
	}
	const walk = 2300
	rows := func(f outcome.RowsFilter, most int) {
		of := "all"
		switch {
		case f.Agency != uuid.Nil:
			of = "agency"
		case f.Provider != uuid.Nil:
			of = "provider"
		case f.PublicForm:
			of = "public form"
		case f.Month != "":
			of = f.Month
		}
		pages = append(pages, page{fmt.Sprintf("rows of %s, %s", of, f.Key), sam,
			func() error { _, err := web.Rows(t.Context(), sam, f, ""); return err }, most})
	}
	closed, arrest := outcome.KeyState(models.ReferralClosed), outcome.KeyOutcome("closed.arrest")
	for _, key := range []string{outcome.KeyReceived, closed, arrest, outcome.KeyOverdue, outcome.KeyOpened} {
		rows(outcome.RowsFilter{Key: key}, 200)
		rows(outcome.RowsFilter{Key: key, Agency: c.Large.ID}, 200)
		rows(outcome.RowsFilter{Key: key, Provider: c.Common.ID}, walk)
		rows(outcome.RowsFilter{Key: key, PublicForm: true}, 200)
		rows(outcome.RowsFilter{Key: key, Month: "2026-01"}, walk)
	}
	rows(outcome.RowsFilter{Key: outcome.KeyOutcome("closed.convicted")}, 200)
	rows(outcome.RowsFilter{Key: outcome.KeyOutcome("closed.convicted"), Provider: c.Common.ID}, 200)
	rows(outcome.RowsFilter{Key: outcome.KeyOutcome("closed.convicted"), Month: "2026-01"}, walk)
	var number int64
	var version int
	d.Setup(t, func(tx *store.Tx) error {
		return tx.Raw("select number from referrals where agency_id = ? and state = 'working' order by number limit 1", c.Large.ID).Row().Scan(&number)
	})
	pages = append(pages,
		page{"outcome form", c.Holder, func() error {
			f, err := web.Form(t.Context(), c.Holder, number)
			if err == nil {
				version = f.Referral.Version
			}
			return err
		}, 0},
		page{"record an outcome", c.Holder, func() error {
			_, err := web.Record(t.Context(), c.Holder, number, outcome.Input{Code: "open.investigating", Version: version})
			return err
		}, 0},
	)

	measure := func() (map[string]int, map[string]string) {
		total, texts := map[string]int{}, map[string]string{}
		for _, p := range pages {
			statements := d.Statements(t, func() { noError(t, p.name, p.run()) })
			for _, generic := range []bool{false, true} {
				name := p.name
				if generic {
					name += " (generic)"
				}
				for _, s := range statements {
					if strings.HasPrefix(s.SQL, "INSERT") || strings.HasPrefix(s.SQL, "UPDATE") && generic {
						continue // an insert costs its indexes' height; an update ran with its version already
					}
					plan := d.Explain(t, p.who, s, generic)
					total[name] += plan.Buffers
					texts[name] += s.SQL + "\n" + plan.Text
				}
			}
		}
		return total, texts
	}
	before, _ := measure()
	load(small+1, large)
	after, texts := measure()
	for _, p := range pages {
		for _, name := range []string{p.name, p.name + " (generic)"} {
			was, is := before[name], after[name]
			t.Logf("%-60s %5d buffers at %d, %5d at %d", name, was, small, is, large)
			if bound := max(was*12/10+12, p.most); is > bound {
				t.Errorf("%s: %d buffers at %d reports, %d at %d, at most %d allowed", name, was, small, is, large, bound)
				if os.Getenv("PLANS") != "" {
					t.Log(texts[name])
				}
			}
		}
	}
}
