package apikey_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"reeve/auth/apikey"
	"reeve/models"
	"reeve/models/store"
	"reeve/models/storetest"
)

// used reads provider_use as "day code cause n last_ip".
func used(t *testing.T, d *storetest.DB) (lines []string) {
	t.Helper()
	d.Setup(t, func(tx *store.Tx) error {
		return tx.Raw(`select concat_ws(' ', p.code, u.day, u.code, u.cause, u.n, u.last_ip, (select string_agg((i - 1) || ':' || x, ',' order by i) from unnest(u.hours) with ordinality h(x, i) where x > 0))
			from provider_use u join providers p on p.id = u.provider_id order by p.code, u.day, u.code, u.cause`).Scan(&lines).Error
	})
	return lines
}

func TestAnswersAreCountedByDayHourAndCode(t *testing.T) {
	t.Parallel()
	d := storetest.New(t)
	chat, photos := d.Provider(t, "Example Chat"), d.Provider(t, "Example Photos")
	u := apikey.NewUse(d.Web, nil)
	d.Clock.Set(time.Date(2026, 3, 2, 22, 59, 0, 0, time.UTC))
	answer := func(p models.Provider, code int, cause, ip string) {
		u.Count(apikey.Answer{Provider: p.ID, Code: code, Cause: cause, IP: ip, Proven: code != 2000})
	}
	answer(chat, 0, "", "192.0.2.1")
	answer(chat, 0, "", "192.0.2.1")
	answer(chat, 4100, "", "192.0.2.2")
	answer(photos, 2000, apikey.CauseAddress, "198.51.100.1")
	answer(models.Provider{}, 2000, "", "198.51.100.9") // a user name that is nobody's
	if n := len(used(t, d)); n != 0 {
		t.Errorf("%d rows were written before the flush", n)
	}
	flush := func() {
		t.Helper()
		if err := u.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	flush()
	flush() // nothing is written twice
	d.Clock.Advance(time.Minute)
	answer(chat, 0, "", "192.0.2.3")
	d.Clock.Advance(time.Hour) // the next day
	answer(chat, 0, "", "2001:db8::1")
	flush()
	want := []string{
		"example-chat 2026-03-02 0  3 192.0.2.3 22:2,23:1",
		"example-chat 2026-03-02 4100  1 192.0.2.2 22:1",
		"example-chat 2026-03-03 0  1 2001:db8::1 0:1",
		"example-photos 2026-03-02 2000 address 1 198.51.100.1 22:1",
	}
	if diff := cmp.Diff(want, used(t, d)); diff != "" {
		t.Error(diff)
	}
	var seen []string
	var last time.Time
	d.Setup(t, func(tx *store.Tx) error {
		if err := tx.Raw("select p.code || ' ' || host(a.address) from provider_addresses a join providers p on p.id = a.provider_id order by 1").Scan(&seen).Error; err != nil {
			return err
		}
		return tx.Raw("select last_used_at from provider_accounts where provider_id = ?", chat.ID).Row().Scan(&last)
	})
	if diff := cmp.Diff([]string{"example-chat 192.0.2.1", "example-chat 192.0.2.2", "example-chat 192.0.2.3", "example-chat 2001:db8::1"}, seen); diff != "" {
		t.Error("only right passwords tell an address: " + diff)
	}
	if !last.Equal(d.Clock.Now()) {
		t.Errorf("last used %v, want %v", last, d.Clock.Now())
	}
}

func TestWhatCannotBeWrittenIsWrittenLater(t *testing.T) {
	t.Parallel()
	d := storetest.New(t)
	p := d.Provider(t, "Example Chat")
	u := apikey.NewUse(d.Web, nil)
	hide := func(from, to string) {
		d.Setup(t, func(tx *store.Tx) error { return tx.Exec("alter table " + from + " rename to " + to).Error })
	}
	u.Count(apikey.Answer{Provider: p.ID, IP: "192.0.2.1", Proven: true})
	hide("provider_accounts", "hidden") // the last of the three statements fails, so none counts
	if err := u.Flush(t.Context()); err == nil {
		t.Fatal("a flush without its table succeeded")
	}
	u.Count(apikey.Answer{Provider: p.ID, IP: "192.0.2.2", Proven: true})
	hide("hidden", "provider_accounts")
	if err := u.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"example-chat 2026-03-02 0  2 192.0.2.2 15:2"}, used(t, d)); diff != "" {
		t.Error(diff)
	}
}

func TestManyCountAtOnceAndNothingIsLostAtTheEnd(t *testing.T) {
	t.Parallel()
	d := storetest.New(t)
	var ids []uuid.UUID
	for i := range 4 {
		ids = append(ids, d.Provider(t, fmt.Sprintf("Example %d", i)).ID)
	}
	var both sync.WaitGroup
	for range 2 { // two processes
		u := apikey.NewUse(d.Web, nil)
		both.Go(func() {
			var all sync.WaitGroup
			for w := range 8 {
				all.Go(func() {
					for i := range 50 {
						u.Count(apikey.Answer{Provider: ids[(i+w)%4], Code: i % 2 * 4100, IP: "192.0.2.1", Proven: true})
						if i%10 == 0 {
							if err := u.Flush(t.Context()); err != nil {
								t.Error(err)
							}
						}
					}
				})
			}
			all.Wait()
			ended, cancel := context.WithCancel(context.Background())
			cancel()
			u.Run(ended) // writes once more and ends
		})
	}
	both.Wait()
	var n, hours int
	d.Setup(t, func(tx *store.Tx) error {
		return tx.Raw("select sum(n), sum((select sum(x) from unnest(hours) x)) from provider_use").Row().Scan(&n, &hours)
	})
	if n != 800 || hours != 800 {
		t.Errorf("%d answers and %d by hour are written, want 800", n, hours)
	}
}

func TestOldCountsAndAddressesAreForgotten(t *testing.T) {
	t.Parallel()
	d := storetest.New(t)
	p := d.Provider(t, "Example Chat")
	u := apikey.NewUse(d.Web, nil)
	count := func() {
		u.Count(apikey.Answer{Provider: p.ID, IP: "192.0.2.1", Proven: true})
		if err := u.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	rows := func(table string) (n int) {
		d.Setup(t, func(tx *store.Tx) error { return tx.Raw("select count(*) from " + table).Row().Scan(&n) })
		return n
	}
	d.Clock.Set(time.Now().UTC().AddDate(0, 0, -500)) // the row policy goes by the database's own clock
	count()
	d.Clock.Set(time.Now().UTC())
	u.Count(apikey.Answer{Provider: p.ID, IP: "192.0.2.2", Proven: true})
	if err := u.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := [2]int{rows("provider_use"), rows("provider_addresses")}; got != [2]int{1, 1} {
		t.Errorf("%v rows are left of counts and addresses, want the newest of each", got)
	}
}
