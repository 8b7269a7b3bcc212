package storetest

import (
	"testing"

	"reeve/auth"
	"reeve/models"
	"reeve/models/store"
)

// Struct and SQL cannot part: every record is read from the migrated schema by
// its own column list.
func TestEveryRecordFitsTheSchema(t *testing.T) {
	t.Parallel()
	d := New(t)
	for _, m := range []any{
		&[]models.Agency{}, &[]models.Territory{}, &[]models.Provider{}, &[]models.ProviderCredential{}, &[]models.ProviderAccount{}, &[]models.Issuer{},
		&[]models.IssuerDomain{}, &[]models.IssuerDraft{}, &[]models.AgencyDomain{}, &[]models.User{}, &[]models.Report{}, &[]models.ReportNumber{}, &[]models.ReportDocument{},
		&[]models.File{}, &[]models.Upload{}, &[]models.Identifier{}, &[]models.Referral{}, &[]models.RoutingDecision{}, &[]models.ReleasePolicy{},
		&[]models.MatchLink{}, &[]models.DeconflictionNotice{}, &[]models.Outcome{}, &[]models.AuditEvent{}, &[]models.AuditConcern{},
		&[]models.Label{}, &[]models.LabelScheme{}, &[]models.LabelValue{}, &[]models.LabelAsk{}, &[]models.ReportLink{}, &[]models.ReportBundle{}, &[]models.ReportBundleMember{},
		&[]models.PublicDraft{}, &[]models.PublicReport{}, &[]models.PublicAddition{},
		&[]models.KnownSet{}, &[]models.FileMark{},
		&[]models.OutboxMail{}, &[]models.OnCallList{}, &[]models.OnCallContact{}, &[]models.Escalation{}, &[]models.EscalationLine{}, &[]models.EscalationCall{},
	} {
		err := d.Owner.As(t.Context(), auth.System(auth.ForSetup), func(tx *store.Tx) error { return tx.Limit(0).Find(m).Error })
		if err != nil {
			t.Errorf("%T: %v", m, err)
		}
	}
}

// Every table that could bear an agency's data has its row policies enabled and
// forced; the others are listed here with the reason.
func TestEveryTableHasRowPoliciesOrAReason(t *testing.T) {
	t.Parallel()
	d := New(t)
	without := map[string]string{
		"directory_version": "how often agencies and territories were changed",
		"report_numbers":    "random numbers and ids only", "release_policies": "rules, no report", "match_limits": "rules, no report",
		"audit_leaves": "order of sealed events, ids and hashes only", "audit_cursor": "how far the sealer has read", "audit_checkpoints": "signed tree heads",
		"goose_db_version": "schema version", "river_job": "ids only", "river_leader": "no report", "river_migration": "no report",
		"river_queue": "no report", "river_notification": "no report",
	}
	err := d.Owner.As(t.Context(), auth.System(auth.ForSetup), func(tx *store.Tx) error {
		rows, err := tx.Raw(`select relname, relrowsecurity and relforcerowsecurity from pg_class
			where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by 1`).Rows()
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var name string
			var forced bool
			if err := rows.Scan(&name, &forced); err != nil {
				return err
			}
			if _, excused := without[name]; forced == excused {
				t.Errorf("table %s: row policies forced %v, excused %v", name, forced, excused)
			}
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestAReportIsSeenOnlyThroughAReferral(t *testing.T) {
	t.Parallel()
	d := New(t)
	bay, boroughs := d.Agency(t, "bay"), d.Agency(t, "boroughs")
	dana, lee := d.Person(t, bay, "Dana", auth.Investigator), d.Person(t, boroughs, "Lee", auth.Investigator)
	rep := d.Report(t, d.Provider(t, "Example Chat"), "a@mail.example", nil)
	d.Refer(t, rep, bay)
	for table, key := range map[string]string{"reports": "id", "identifiers": "report_id", "referrals": "report_id", "match_links": "report_id"} {
		for _, c := range []struct {
			who  auth.Actor
			want int64
		}{{dana, 1}, {lee, 0}} {
			var got int64
			err := d.Web.As(t.Context(), c.who, func(tx *store.Tx) error {
				return tx.Raw("select count(*) from "+table+" where "+key+" = ?", rep.ID).Row().Scan(&got)
			})
			if err != nil || got != c.want {
				t.Errorf("%s sees %d rows of %s (%v), want %d", c.who.Name, got, table, err, c.want)
			}
		}
	}
}
