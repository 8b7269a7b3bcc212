package providers_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"reeve/models"
	"reeve/models/providers"
	"reeve/models/store"
)

// names lists the providers of all pages of a query, in order, and how many pages
// there were.
func (h *house) names(q providers.Query) (names []string, pages int) {
	h.t.Helper()
	for {
		p, err := h.s.List(h.t.Context(), h.sam, q)
		h.must(err)
		pages++
		for _, r := range p.Rows {
			names = append(names, r.Name)
		}
		if p.Next == "" {
			return names, pages
		}
		q.Cursor = p.Next
	}
}

func TestTheListShowsWhoFails(t *testing.T) {
	h := newHouse(t)
	chat, mail, photos, share := h.add("Example Chat"), h.add("Example Mail"), h.add("Example Photos"), h.add("Example Share")
	h.counted(chat, 0, 20)
	h.Clock.Advance(2 * day)
	h.counted(chat, 0, 100)
	h.counted(chat, 4100, 3)
	h.counted(mail, 2000, 5)
	h.counted(mail, 4100, 2)
	h.counted(mail, 0, 13)
	h.counted(photos, 4100, 4) // all of it, and yet too few to say that it fails

	page, err := h.s.List(t.Context(), h.sam, providers.Query{})
	h.must(err)
	got := map[string]string{}
	for _, r := range page.Rows {
		worst := "none"
		if r.Worst != nil {
			worst = fmt.Sprintf("%d×%d", r.Worst.Code, r.Worst.N)
		}
		got[r.Name] = fmt.Sprintf("day %d/%d week %d/%d worst %s fails %v used %v", r.Day.Errors, r.Day.Requests, r.Week.Errors, r.Week.Requests, worst, r.Day.Fails(), r.LastUsed != nil)
	}
	want := map[string]string{
		"Example Chat":   "day 3/103 week 3/123 worst 4100×3 fails false used true",
		"Example Mail":   "day 7/20 week 7/20 worst 2000×5 fails true used true",
		"Example Photos": "day 4/4 week 4/4 worst 4100×4 fails false used true",
		"Example Share":  "day 0/0 week 0/0 worst none fails false used false",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if page.Failing != 1 {
		t.Errorf("%d fail, want 1", page.Failing)
	}
	for _, c := range []struct {
		q    providers.Query
		want string
	}{
		{providers.Query{}, "Example Chat, Example Mail, Example Photos, Example Share"},
		{providers.Query{Sort: providers.ByErrors}, "Example Photos, Example Mail, Example Chat, Example Share"},
		{providers.Query{Show: providers.Failing}, "Example Mail"},
		{providers.Query{Show: providers.Silent}, "Example Share"},
		{providers.Query{Show: providers.Disabled}, ""},
		{providers.Query{Search: "PHOT"}, "Example Photos"},
		{providers.Query{Search: "example-ma"}, "Example Mail"}, // its user name
		{providers.Query{Search: "%"}, ""},
		{providers.Query{Search: "_"}, ""},
	} {
		if names, _ := h.names(c.q); strings.Join(names, ", ") != c.want {
			t.Errorf("%+v: got %v, want %s", c.q, names, c.want)
		}
	}
	h.must(h.s.Disable(t.Context(), h.sam, share, "", 1))
	if names, _ := h.names(providers.Query{Show: providers.Disabled}); strings.Join(names, ", ") != "Example Share" {
		t.Errorf("disabled: %v", names)
	}
	if names, _ := h.names(providers.Query{Show: providers.Silent}); len(names) != 0 {
		t.Errorf("one that is shut out is not silent: %v", names)
	}
	for field, q := range map[string]providers.Query{"show": {Show: "x"}, "sort": {Sort: "x"}, "cursor": {Cursor: "x"}, "q": {Search: "\x00"}} {
		_, err := h.s.List(t.Context(), h.sam, q)
		h.field(field, err, field)
	}
}

func TestTheLast24HoursAreCountedByTheHour(t *testing.T) {
	h := newHouse(t)
	id := h.add("Example Chat")
	at := func(text string) {
		moment, err := time.Parse(time.RFC3339, text)
		h.must(err)
		h.Clock.Set(moment)
	}
	at("2026-03-02T15:59:00Z")
	h.counted(id, 0, 1) // the hour of a day ago: out
	at("2026-03-02T16:00:00Z")
	h.counted(id, 0, 10)
	at("2026-03-03T00:00:00Z")
	h.counted(id, 0, 100)
	at("2026-03-03T15:30:00Z")
	h.counted(id, 0, 1000)
	if got := h.read(id); got.Day.Requests != 1110 || got.Week.Requests != 1111 {
		t.Errorf("24 hours have %d, the week %d; want 1110 and 1111", got.Day.Requests, got.Week.Requests)
	}
	at("2026-03-09T23:59:00Z") // the week has seven days, today among them
	if got := h.read(id); got.Day.Requests != 0 || got.Week.Requests != 1100 {
		t.Errorf("a week later: %d and %d, want 0 and 1100", got.Day.Requests, got.Week.Requests)
	}
	p := h.read(id)
	if len(p.Use) != providers.Days || !p.Use[providers.Days-1].Day.Equal(time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC)) || p.Use[providers.Days-7].Requests != 1100 || p.Use[providers.Days-8].Requests != 11 {
		t.Errorf("got %+v", p.Use)
	}
}

func TestAProvidersErrorsAreListedByCode(t *testing.T) {
	h := newHouse(t)
	id := h.add("Example Chat")
	h.counted(id, 5001, 9)
	h.Clock.Advance(10 * day)
	h.counted(id, 4100, 2)
	h.counted(id, 4110, 3)
	last := h.Clock.Now()
	h.counted(id, 5001, 1)
	h.counted(id, 0, 5)
	want := []providers.FaultLine{
		{Fault: providers.Fault{Code: 4110, N: 3}, Week: 3, LastAt: last, LastIP: "192.0.2.1"},
		{Fault: providers.Fault{Code: 4100, N: 2}, Week: 2, LastAt: last, LastIP: "192.0.2.1"},
		{Fault: providers.Fault{Code: 5001, N: 10}, Week: 1, LastAt: last, LastIP: "192.0.2.1"},
	}
	if diff := cmp.Diff(want, h.read(id).Faults); diff != "" {
		t.Error(diff)
	}
}

func TestALongListIsReadPageByPageInEveryOrder(t *testing.T) {
	h := newHouse(t)
	h.Setup(t, func(tx *store.Tx) error {
		return tx.Exec(`insert into providers (id, code, name, created_at) select gen_random_uuid(), 'p' || i, 'Provider ' || lpad(i::text, 4, '0'), now() from generate_series(1, 120) i;
			insert into provider_accounts (provider_id, last_used_at) select id, case when right(code, 1) < '5' then '2026-03-01'::timestamptz + (hashtext(code) % 5) * interval '1 hour' end from providers;
			insert into provider_use (provider_id, day, code, n, hours, last_at) select id, '2026-03-02', c, 10, array_fill(0::bigint, array[14]) || 10::bigint || array_fill(0::bigint, array[9]), now()
				from providers, (values (0), (4100)) v(c) where c = 0 or right(code, 1) < '3'`).Error
	})
	for _, sort := range []providers.Sort{providers.ByName, providers.ByUse, providers.ByErrors} {
		names, pages := h.names(providers.Query{Sort: sort})
		unique := map[string]bool{}
		for _, n := range names {
			unique[n] = true
		}
		if len(names) != 120 || len(unique) != 120 || pages != 3 {
			t.Errorf("by %s: %d rows of %d providers on %d pages, want 120 on 3", sort, len(names), len(unique), pages)
		}
	}
	h.kindOfPage(providers.Query{Sort: providers.ByUse, Cursor: h.next(providers.Query{})})
}

// next answers the cursor of the second page.
func (h *house) next(q providers.Query) string {
	p, err := h.s.List(h.t.Context(), h.sam, q)
	h.must(err)
	return p.Next
}

// kindOfPage fails the test unless the page cannot be asked for.
func (h *house) kindOfPage(q providers.Query) {
	h.t.Helper()
	_, err := h.s.List(h.t.Context(), h.sam, q)
	h.kind("a cursor of another order", err, models.Invalid)
}

func TestNetworksAreReadAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                               "",
		" \r\n\n":                        "",
		"192.0.2.7":                      "192.0.2.7/32",
		"192.0.2.7, \r\n 192.0.2.7/32 ;": "192.0.2.7/32",
		"192.0.2.77/24":                  "192.0.2.0/24",
		"2001:DB8::1\n198.51.100.0/25":   "198.51.100.0/25 2001:db8::1/128",
		"2001:db8:1::/48":                "2001:db8:1::/48",
		"::ffff:192.0.2.7":               "192.0.2.7/32",
		"::ffff:192.0.2.0/120":           "192.0.2.0/24",
	} {
		list, err := providers.ParseNetworks(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
		}
		got := make([]string, len(list))
		for i, p := range list {
			got[i] = p.String()
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%q: got %v, want %s", text, got, want)
		}
	}
	for text, says := range map[string]string{
		"192.0.2.7\nhost.example": `Line 2, "host.example"`, "192.0.2.0/33": "Line 1", "192.0.2.300": "Line 1", "fe80::1%eth0": "Line 1",
		"192.0.2.1-192.0.2.9": "Line 1", "0.0.0.0/0": "every address", "::/0": "every address", "::ffff:0.0.0.0/96": "every address", "::ffff:0.0.0.0/90": "no address",
		strings.Repeat("x", 5000): "Line 1", "\xff\x00": "Line 1",
	} {
		_, err := providers.ParseNetworks(text)
		if m := models.FieldsOf(err)["networks"]; !strings.Contains(m, says) || len(m) > 400 {
			t.Errorf("%.40q: got %.300q, want %q", text, m, says)
		}
	}
	var many strings.Builder
	for i := range providers.MaxNetworks + 1 {
		fmt.Fprintf(&many, "10.0.%d.%d\n", i/256, i%256)
	}
	if _, err := providers.ParseNetworks(many.String()); !strings.Contains(models.FieldsOf(err)["networks"], "201 networks") {
		t.Errorf("too many: %v", err)
	}
}

func TestShuttingOutAddressesInUseIsAskedAboutFirst(t *testing.T) {
	h := newHouse(t)
	id := h.add("Example Chat")
	h.seen(id, "203.0.113.1")
	h.Clock.Advance(31 * day) // long ago: nobody need ask
	h.seen(id, "192.0.2.1", "198.51.100.9", "2001:db8::9")
	set := func(text, sure string, version int) error {
		return h.s.SetAllowed(t.Context(), h.sam, id, providers.Addresses{Text: text, Sure: sure, Version: version})
	}
	err := set("192.0.2.0/24", "", 1)
	out := providers.IsExcludes(err)
	if out == nil || out.Confirmation() != "198.51.100.9 2001:db8::9" {
		t.Fatalf("got %v (%+v)", err, out)
	}
	if p := h.read(id); len(p.Allowed) != 0 || p.Version != 1 {
		t.Errorf("it was changed all the same: %v", p.Allowed)
	}
	h.seen(id, "192.0.2.2", "203.0.113.9") // meanwhile one more is in use
	if out = providers.IsExcludes(set("192.0.2.0/24", out.Confirmation(), 1)); out == nil || len(out.Addresses) != 3 {
		t.Errorf("one that nobody was asked about was shut out: %+v", out)
	}
	h.must(set("192.0.2.0/24", out.Confirmation(), 1))
	p := h.read(id)
	if diff := cmp.Diff([]string{"192.0.2.0/24"}, p.Allowed); diff != "" || p.Version != 2 {
		t.Errorf("%s; version %d", diff, p.Version)
	}
	inside := map[string]bool{}
	for _, s := range p.Seen {
		inside[s.IP] = s.Allowed
	}
	if diff := cmp.Diff(map[string]bool{"192.0.2.1": true, "192.0.2.2": true, "198.51.100.9": false, "203.0.113.9": false, "2001:db8::9": false}, inside); diff != "" {
		t.Error(diff)
	}
	h.kind("what another changed meanwhile", set("", "", 1), models.Conflict)
	h.must(set("", "", 2)) // any address shuts nobody out
	if n := h.lines("action = 'provider.addresses' and not refused and words = 'Let a provider call from any address.'"); n != 1 {
		t.Errorf("%d lines say so, want 1", n)
	}
	if p := h.read(id); len(p.Allowed) != 0 {
		t.Errorf("got %v", p.Allowed)
	}
}

func TestAProviderWithoutAnAccountIsReadAndGivenOne(t *testing.T) {
	h := newHouse(t)
	id := h.Provider(t, "Example Chat").ID // as filled in past the pages
	p := h.read(id)
	if p.State != providers.NoneYet || p.Version != 1 || p.Username != "" || len(p.Seen) != 0 {
		t.Errorf("got %+v", p)
	}
	g, err := h.s.Enable(t.Context(), h.sam, id, providers.Enablement{Hash: "x", Version: 1})
	h.must(err)
	if g.Username != "example-chat" || h.read(id).State != providers.Works {
		t.Errorf("got %+v", g)
	}
	if _, err := h.s.Read(t.Context(), h.sam, uuid.Nil); models.KindOf(err) != models.NotFound {
		t.Errorf("no id at all: %v", err)
	}
}
