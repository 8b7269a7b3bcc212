package directory

import (
	"strings"
	"testing"
	"time"

	"reeve/auth"
	"reeve/models"
	"reeve/models/routing"
	"reeve/models/store"
	"reeve/models/storetest"
)

func row(code, county string) routing.Territory {
	return routing.Territory{Code: code, Name: strings.ToUpper(code), Kind: routing.KindTaskForce, Country: "US", State: "CA", County: county,
		Basis: "listed", Certainty: routing.High, Source: "test"}
}

// areas answers every area as "code county from-to".
func areas(t *testing.T, d *storetest.DB) map[string]string {
	t.Helper()
	out := map[string]string{}
	d.Setup(t, func(tx *store.Tx) error {
		var rows []struct {
			Code, County string
			ValidTo      *time.Time
		}
		if err := tx.Raw("select a.code, t.county, t.valid_to from territories t join agencies a on a.id = t.agency_id").Scan(&rows).Error; err != nil {
			return err
		}
		for _, r := range rows {
			out[r.Code+" "+r.County] = day(r.ValidTo)
		}
		return nil
	})
	return out
}

func TestAnImportIsDryUntilItIsAppliedAndEndsWhatIsGone(t *testing.T) {
	t.Parallel()
	d := storetest.New(t)
	svc := New(d.Owner)
	first := []routing.Territory{row("bay", "Santa Clara"), row("bay", "Marin"), row("south", "Orange")}
	changes, err := svc.ImportTerritory(t.Context(), first, false)
	if err != nil || len(changes) != 5 {
		t.Fatalf("dry: %v (%v), want two agencies and three areas", changes, err)
	}
	if got := areas(t, d); len(got) != 0 {
		t.Fatalf("a dry run wrote %v", got)
	}
	for again := range 2 {
		changes, err = svc.ImportTerritory(t.Context(), first, true)
		if want := 5 * (1 - again); err != nil || len(changes) != want {
			t.Fatalf("run %d: %v (%v), want %d changes", again+1, changes, err, want)
		}
	}
	// Marin moves to the south; what bay had is ended, not overwritten.
	if _, err := svc.ImportTerritory(t.Context(), []routing.Territory{row("bay", "Santa Clara"), row("south", "Orange"), row("south", "Marin")}, true); err != nil {
		t.Fatal(err)
	}
	got := areas(t, d)
	if got["bay Marin"] != storetest.Start.AddDate(0, 0, -1).Format(time.DateOnly) || got["south Marin"] != "" || len(got) != 4 {
		t.Errorf("areas %v, want bay's Marin ended yesterday and south's without end", got)
	}
}

func TestTheEmbeddedTerritoryImportsWhole(t *testing.T) {
	t.Parallel()
	d := storetest.New(t)
	if _, err := New(d.Owner).ImportTerritory(t.Context(), routing.DefaultTerritory(), true); err != nil {
		t.Fatal(err)
	}
	var pools int
	d.Setup(t, func(tx *store.Tx) error {
		return tx.Raw("select count(*) from agencies where kind = 'pool'").Row().Scan(&pools)
	})
	if pools != len(routing.Pools()) {
		t.Errorf("%d pools, want %d", pools, len(routing.Pools()))
	}
}

func TestAProvidersPasswordRotatesWithAnOverlapAndEndsWhenDisabled(t *testing.T) {
	t.Parallel()
	d := storetest.New(t)
	svc, ctx := New(d.Owner), t.Context()
	if err := svc.AddProvider(ctx, "Example Chat", "chat", "hash-1", false); err != nil {
		t.Fatal(err)
	}
	for _, again := range []struct{ name, user string }{{"Example Chat", "other"}, {"example-chat", "other"}, {"Else", "chat"}} {
		if err := svc.AddProvider(ctx, again.name, again.user, "x", false); models.KindOf(err) != models.Conflict {
			t.Errorf("%v: %v, want a conflict", again, err)
		}
	}
	if err := svc.AddProvider(ctx, "Colon", "a:b", "x", false); models.KindOf(err) != models.Invalid {
		t.Errorf("a user name with a colon: %v", err)
	}
	d.Clock.Advance(time.Hour)
	if err := svc.RotateProvider(ctx, "chat", "hash-2"); err != nil {
		t.Fatal(err)
	}
	rows, err := svc.Providers(ctx)
	if err != nil || len(rows) != 2 || rows[0].ValidUntil == nil || !rows[0].ValidUntil.Equal(storetest.Start.Add(time.Hour+RotationOverlap)) || rows[1].ValidUntil != nil {
		t.Fatalf("after rotating: %+v (%v), want the old one to end in seven days", rows, err)
	}
	if err := svc.DisableProvider(ctx, "chat"); err != nil {
		t.Fatal(err)
	}
	if err := svc.RotateProvider(ctx, "chat", "hash-3"); models.KindOf(err) != models.NotFound {
		t.Errorf("rotating a disabled account: %v, want not found", err)
	}
}

// Setting an agency's provider again, as the demonstration does at each start, finds
// that provider among several and leaves what admins led to another one.
func TestSettingAProviderAgainLeavesWhatAdminsMoved(t *testing.T) {
	t.Parallel()
	d := storetest.New(t)
	svc, ctx := New(d.Owner), t.Context()
	bay := d.Agency(t, "bay")
	first := NewIssuer{AgencyCode: "bay", URL: "https://login.bay.example", ClientID: "reeve", Domains: []string{"bay.example", "lab.example"}}
	if err := svc.SetIssuer(ctx, first); err != nil {
		t.Fatal(err)
	}
	second := models.Issuer{ID: store.NewID(), AgencyID: bay.ID, URL: "https://login.lab.example", ClientID: "reeve", Enabled: true, CreatedAt: storetest.Start.Add(-time.Hour)}
	d.Setup(t, func(tx *store.Tx) error {
		if err := tx.Create(&second).Error; err != nil {
			return err
		}
		if err := tx.Exec("update agency_domains set approved = null where domain = 'bay.example'").Error; err != nil {
			return err
		}
		return tx.Exec("update issuer_domains set issuer_id = ? where domain = 'lab.example'", second.ID).Error
	})
	if err := svc.Invite(ctx, "noor@bay.example", "Noor", "bay", auth.AgencyAdmin); err == nil {
		d.Setup(t, func(tx *store.Tx) error { return tx.Exec("update users set subject = 'noor', state = 'active'").Error })
	} else {
		t.Fatal(err)
	}
	state := func() (text string) {
		d.Setup(t, func(tx *store.Tx) error {
			return tx.Raw("select i.version || ' ' || i.enabled || ' ' || coalesce(u.subject, 'unbound') from users u join issuers i on i.id = u.issuer_id").Row().Scan(&text)
		})
		return text
	}
	if err := svc.SetIssuer(ctx, first); err != nil || state() != "1 true noor" {
		t.Errorf("setting it as it is: %v, and it is %s", err, state())
	}
	d.Setup(t, func(tx *store.Tx) error { return tx.Exec("update issuers set enabled = false").Error })
	if err := svc.SetIssuer(ctx, first); err != nil || state() != "2 true noor" {
		t.Errorf("setting it when it is off: %v, and it is %s", err, state())
	}
	first.ClientID = "reeve-2"
	if err := svc.SetIssuer(ctx, first); err != nil || state() != "3 true unbound" {
		t.Fatalf("setting it to another client: %v, and it is %s", err, state())
	}
	got := map[string]string{}
	d.Setup(t, func(tx *store.Tx) error {
		rows, err := tx.Raw(`select d.domain, i.url || ' ' || i.client_id || ' ' || a.approved::text from issuer_domains d join issuers i on i.id = d.issuer_id
			join agency_domains a on a.agency_id = i.agency_id and a.domain = d.domain`).Rows()
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var domain, where string
			if err := rows.Scan(&domain, &where); err != nil {
				return err
			}
			got[domain] = where
		}
		return rows.Err()
	})
	if got["bay.example"] != "https://login.bay.example reeve-2 true" || got["lab.example"] != "https://login.lab.example reeve true" {
		t.Errorf("the domains lead to %v", got)
	}
}

func TestNoIssuerVouchesForAnotherAgencysPeople(t *testing.T) {
	t.Parallel()
	d := storetest.New(t)
	svc, ctx := New(d.Owner), t.Context()
	d.Agency(t, "bay")
	d.Agency(t, "boroughs")
	if err := svc.SetIssuer(ctx, NewIssuer{AgencyCode: "bay", URL: "https://login.bay.example", ClientID: "reeve", Domains: []string{"Bay.example"}}); err != nil {
		t.Fatal(err)
	}
	err := svc.SetIssuer(ctx, NewIssuer{AgencyCode: "boroughs", URL: "https://login.boroughs.example", ClientID: "reeve", Domains: []string{"boroughs.example", "bay.example"}})
	if models.KindOf(err) != models.Conflict {
		t.Errorf("taking another's domain: %v, want a conflict", err)
	}
	if err := svc.Invite(ctx, "Noor@Bay.example", "Noor", "bay", auth.AgencyAdmin); err != nil {
		t.Fatal(err)
	}
	for who, want := range map[string]models.Kind{"noor@boroughs.example": models.Conflict, "noor@bay.example at boroughs": models.Conflict, "nonsense": models.Invalid} {
		email, agency := who, "bay"
		if e, ok := strings.CutSuffix(who, " at boroughs"); ok {
			email, agency = e, "boroughs"
		}
		if err := svc.Invite(ctx, email, "Noor", agency, auth.AgencyAdmin); models.KindOf(err) != want {
			t.Errorf("inviting %s: %v, want kind %d", who, err, want)
		}
	}
	var users int
	d.Setup(t, func(tx *store.Tx) error { return tx.Raw("select count(*) from users").Row().Scan(&users) })
	if users != 1 {
		t.Errorf("%d people were invited, want one", users)
	}
}
