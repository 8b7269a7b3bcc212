package names

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"reeve/models/storetest"
)

func TestNamesAreFoundAlsoWhenMadeLater(t *testing.T) {
	t.Parallel()
	d := storetest.New(t)
	n := New(d.Web)
	bay := d.Agency(t, "bay")
	if a, ok, err := n.Agency(t.Context(), bay.ID); err != nil || !ok || a.Name != bay.Name || a.Zone != bay.Zone {
		t.Errorf("got %+v, %v, %v; want %+v", a, ok, err, bay)
	}
	p := d.Provider(t, "Example Chat")
	if got, err := n.Provider(t.Context(), &p.ID); err != nil || got != "Example Chat" {
		t.Errorf("a provider made after the first reading: got %q, %v", got, err)
	}
	if got, err := n.Provider(t.Context(), nil); err != nil || got != PublicForm {
		t.Errorf("no provider: got %q, %v", got, err)
	}
	if a, ok, err := n.AgencyByCode(t.Context(), "bay"); err != nil || !ok || a.ID != bay.ID {
		t.Errorf("by code: got %+v, %v, %v", a, ok, err)
	}
	if a, ok, err := n.AgencyByCode(t.Context(), "nobody"); err != nil || ok {
		t.Errorf("an unknown code: got %+v, %v, %v", a, ok, err)
	}
}

func TestMissingNamesDoNotCauseReadingsWithoutEnd(t *testing.T) {
	t.Parallel()
	d := storetest.New(t)
	n := New(d.Web)
	for range 100 {
		if _, ok, err := n.Agency(t.Context(), uuid.New()); ok || err != nil {
			t.Fatalf("an unknown id: %v, %v", ok, err)
		}
	}
	if n.retried != retries {
		t.Errorf("%d readings for missing names, want %d", n.retried, retries)
	}
	bay := d.Agency(t, "bay")
	d.Clock.Advance(2 * time.Minute)
	if _, ok, err := n.Agency(t.Context(), bay.ID); !ok || err != nil {
		t.Errorf("after a minute it is read again: %v, %v", ok, err)
	}
}
