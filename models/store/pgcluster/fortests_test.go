package pgcluster

import (
	"strings"
	"testing"
)

func TestForTestsAnswersOneClusterPerProcess(t *testing.T) {
	t.Setenv(TestVariable, "")
	c, err := ForTests(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	again, err := ForTests(t.Context())
	if err != nil || c != again {
		t.Errorf("a second call answered %p %v, want %p", again, err, c)
	}
	for _, address := range []string{c.OwnerURL("reeve"), c.WebURL("reeve"), c.WorkURL("reeve"), c.SuperURL("reeve")} {
		if got := ask[int](t, address, "select 1"); got != 1 {
			t.Error(address)
		}
	}
	if got := ask[string](t, c.WebURL("reeve"), "select current_setting('fsync')"); got != "off" {
		t.Errorf("fsync is %s: not fast", got)
	}
}

func TestASlotKeepsTemplatesAndDropsOtherDatabases(t *testing.T) {
	dir := copyOfCluster(t, openDir(t)+"/pg")
	c, err := startSlot(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{"create database mine is_template true", "create database left_behind"} {
		if err := try(t, c.OwnerURL("reeve"), sql); err != nil {
			t.Fatal(err)
		}
	}
	c.Stop()
	c, err = startSlot(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Stop)
	got := ask[string](t, c.SuperURL("postgres"), "select string_agg(datname, ' ' order by datname) from pg_database")
	if want := "mine postgres reeve template0 template1"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAServerThatTheVariableNamesIsJoined(t *testing.T) {
	host := mustStart(t, Options{Dir: copyOfCluster(t, openDir(t)+"/pg"), Fast: true})
	// A new superuser, so that the roles' derived passwords are not the cluster's own.
	if err := try(t, host.SuperURL("postgres"), "create role guest superuser login password 'made-up'"); err != nil {
		t.Fatal(err)
	}
	address := strings.Replace(host.SuperURL("postgres"), RoleSuper+":"+host.passwords[RoleSuper], "guest:made-up", 1)
	errs := make(chan error)
	for range 4 { // as many test processes would
		go func() {
			c, err := join(t.Context(), address)
			if err == nil {
				err = try(t, c.WebURL("reeve"), "select 1")
			}
			errs <- err
		}()
	}
	for range 4 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if _, err := join(t.Context(), "host=localhost"); err == nil || !strings.Contains(err.Error(), TestVariable) {
		t.Errorf("an address of another form: %v", err)
	}
}
