package storetest

import (
	"testing"

	"reeve/auth"
	"reeve/models/store"
)

func TestANewDatabaseIsMigratedAndScoped(t *testing.T) {
	t.Parallel()
	d := New(t)
	for name, s := range map[string]*store.Store{"web": d.Web, "work": d.Work, "owner": d.Owner} {
		err := s.As(t.Context(), auth.System(auth.ForSetup), func(tx *store.Tx) error {
			var side, role string
			if err := tx.Raw("select app_side(), current_user").Row().Scan(&side, &role); err != nil {
				return err
			}
			if side != "system" || role != "reeve_"+name {
				t.Errorf("%s: side %q, role %q", name, side, role)
			}
			if !tx.Now.Equal(Start) {
				t.Errorf("the clock says %v", tx.Now)
			}
			return nil
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
