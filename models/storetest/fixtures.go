package storetest

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/referral"
	"reeve/models/store"
)

// Setup runs fn as an administrator at the console, who may write anything.
func (d *DB) Setup(t testing.TB, fn func(*store.Tx) error) {
	t.Helper()
	if err := d.Owner.As(context.Background(), auth.System(auth.ForSetup), fn); err != nil {
		t.Fatalf("setting up: %v", err)
	}
}

// Agency makes an agency with the code; its name and contact derive from it.
func (d *DB) Agency(t testing.TB, code string) models.Agency {
	t.Helper()
	return d.agency(t, code, models.KindAgency)
}

// Clearinghouse makes the clearinghouse.
func (d *DB) Clearinghouse(t testing.TB) models.Agency {
	t.Helper()
	return d.agency(t, "clearinghouse", models.KindClearinghouse)
}

// Pool makes a pool.
func (d *DB) Pool(t testing.TB, code string) models.Agency {
	t.Helper()
	return d.agency(t, code, models.KindPool)
}

func (d *DB) agency(t testing.TB, code string, kind models.AgencyKind) models.Agency {
	t.Helper()
	a := models.Agency{ID: store.NewID(), Code: code, Name: strings.ToUpper(code[:1]) + code[1:] + " (test)", Kind: kind,
		Zone: "America/Los_Angeles", Band: "steel", ContactName: code + " desk", ContactEmail: "desk@" + code + ".example",
		ContactPhone: "+1 202 555 0101", CreatedAt: d.Clock.Now()}
	d.Setup(t, func(tx *store.Tx) error { return tx.Create(&a).Error })
	return a
}

// Person makes a user of the agency with the roles, and answers as whom it acts.
func (d *DB) Person(t testing.TB, a models.Agency, name string, roles ...auth.Role) auth.Actor {
	t.Helper()
	var u models.User
	d.Setup(t, func(tx *store.Tx) error {
		iss := models.Issuer{AgencyID: a.ID}
		err := tx.Where("agency_id = ?", a.ID).Take(&iss).Error
		if err != nil {
			iss = models.Issuer{ID: store.NewID(), AgencyID: a.ID, URL: "http://127.0.0.1:1/" + a.Code, ClientID: "reeve", Enabled: true, CreatedAt: d.Clock.Now()}
			if err := tx.Create(&iss).Error; err != nil {
				return err
			}
		}
		subject := store.NewID().String()
		u = models.User{ID: store.NewID(), AgencyID: a.ID, IssuerID: iss.ID, Subject: &subject, Email: strings.ToLower(name) + "@" + a.Code + ".example",
			Name: name, State: models.UserActive, CreatedAt: d.Clock.Now()}
		for _, r := range roles {
			u.Roles = append(u.Roles, string(r))
		}
		return tx.Create(&u).Error
	})
	side := auth.SideAgency
	if a.Kind == models.KindClearinghouse {
		side = auth.SideClearinghouse
	}
	return auth.Actor{Side: side, UserID: u.ID, AgencyID: a.ID, Roles: roles, Name: name}
}

// Provider makes a provider.
func (d *DB) Provider(t testing.TB, name string) models.Provider {
	t.Helper()
	p := models.Provider{ID: store.NewID(), Code: strings.ReplaceAll(strings.ToLower(name), " ", "-"), Name: name, CreatedAt: d.Clock.Now()}
	d.Setup(t, func(tx *store.Tx) error { return tx.Create(&p).Error })
	return p
}

// Report makes a finished report with one subject known by an e-mail address.
// edit may change it, and its identifiers, before they are stored.
func (d *DB) Report(t testing.TB, p models.Provider, email string, edit func(*models.Report, *[]models.Identifier)) models.Report {
	t.Helper()
	now := d.Clock.Now()
	id := store.NewID()
	sum := sha256.Sum256(id[:])
	until := now.AddDate(1, 0, 0)
	incident := now.Add(-48 * time.Hour)
	r := models.Report{
		ID: id, Number: 100_000_000 + int64(binary.BigEndian.Uint32(sum[:4])), ProviderID: &p.ID, State: models.ReportFinished,
		IncidentType: "Online Enticement of Children for Sexual Acts", IncidentAt: &incident,
		OpenedAt: now, ModifiedAt: now, FinishedAt: &now, PreserveUntil: &until,
		Reported: &models.Reported{
			Incident: models.ReportedIncident{Type: "Online Enticement of Children for Sexual Acts", DateTime: models.Moment{Text: incident.Format(time.RFC3339), At: incident}},
			Subjects: []models.ReportedParty{{Person: models.ReportedPerson{Emails: []models.ReportedEmail{{Address: email}}}}},
		},
		SubmissionSHA256: sum[:], Class: "referral", Priority: 2, Urgency: 4, SubjectLabel: email, SubjectKey: int64(binary.BigEndian.Uint64(sum[:8])),
		RoutingRound: 1, Desk: models.DeskNone, Version: 1,
	}
	ids := []models.Identifier{TestIdentifier(id, "email", "subject", email)}
	if edit != nil {
		edit(&r, &ids)
	}
	d.Setup(t, func(tx *store.Tx) error {
		if err := tx.Create(&models.ReportNumber{Number: r.Number, ReportID: r.ID}).Error; err != nil {
			return err
		}
		if err := tx.Create(&r).Error; err != nil {
			return err
		}
		if len(ids) == 0 {
			return nil
		}
		return tx.Create(&ids).Error
	})
	return r
}

// TestIdentifier is a matchable identifier keyed without a secret: equal kind and
// value match, as in production, but the keys mean nothing outside a test.
func TestIdentifier(report uuid.UUID, kind, whose, value string) models.Identifier {
	mac := sha256.Sum256([]byte(kind + "\x00" + value))
	prefix := int64(binary.BigEndian.Uint64(mac[:8]))
	return models.Identifier{ID: store.NewID(), ReportID: report, Kind: kind, Whose: whose, Reported: value, Value: value,
		Matchable: true, Source: fmt.Sprintf("%s, %s 1", whose, kind), Prefix: &prefix, MAC: mac[:]}
}

// Refer refers the report to the agency by rule, as routing would.
func (d *DB) Refer(t testing.TB, r models.Report, a models.Agency) models.Referral {
	t.Helper()
	var out models.Referral
	err := d.Work.As(context.Background(), auth.System(auth.ForRouting), func(tx *store.Tx) error {
		if _, err := referral.Refer(tx, &r, referral.New{AgencyID: a.ID, Capacity: "suspect", Basis: "rule", Hop: r.RoutingRound, Confidence: 0.95,
			Why: "Subject's home address: test", Place: "Test County", PriorityWhy: "stated by the provider"}); err != nil {
			return err
		}
		return tx.Where("report_id = ? and agency_id = ?", r.ID, a.ID).Take(&out).Error
	})
	if err != nil {
		t.Fatalf("referring report %d: %v", r.Number, err)
	}
	return out
}
