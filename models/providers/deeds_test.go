package providers_test

import (
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"reeve/auth"
	"reeve/models"
	"reeve/models/directory"
	"reeve/models/providers"
	"reeve/models/store"
)

func TestAProviderIsAddedOnce(t *testing.T) {
	h := newHouse(t)
	g, err := h.s.Add(t.Context(), h.sam, providers.NewProvider{Hash: "hash of first", Contact: providers.Contact{Name: "  Example Chat & Co. ", ContactName: "Kim", ContactEmail: "Kim@Provider.Example"}})
	h.must(err)
	if g.Provider != "Example Chat & Co." || g.Username != "example-chat-co" || g.ContactEmail != "kim@provider.example" || g.OldUntil != nil {
		t.Errorf("got %+v", g)
	}
	p := h.read(g.ProviderID)
	if p.State != providers.Works || p.Code != "example-chat-co" || p.Version != 1 || len(p.Credentials) != 1 || p.Credentials[0].MadeByName != "Sam" || p.Credentials[0].PasswordHash != "" {
		t.Errorf("got %+v", p)
	}
	if n := h.lines("action = 'provider.added' and not refused and actor_name = 'Sam' and subject = 'Example Chat & Co.'"); n != 1 {
		t.Errorf("%d lines say so, want 1", n)
	}
	fine := providers.Contact{Name: "Example Photos", ContactName: "Kim", ContactEmail: "kim@photos.example"}
	for _, c := range []struct {
		what, field string
		edit        func(*providers.NewProvider)
	}{
		{"the same name in capitals", "name", func(n *providers.NewProvider) { n.Name = "EXAMPLE chat & co." }},
		{"a name with the same code", "name", func(n *providers.NewProvider) { n.Name = "Example-Chat Co" }},
		{"no name", "name", func(n *providers.NewProvider) { n.Name = " " }},
		{"a name of signs", "name", func(n *providers.NewProvider) { n.Name = "&&&" }},
		{"a name with a line break", "name", func(n *providers.NewProvider) { n.Name = "Example\nPhotos" }},
		{"a name that is too long", "name", func(n *providers.NewProvider) { n.Name = strings.Repeat("x", providers.NameLimit+1) }},
		{"nobody to call", "contact_name", func(n *providers.NewProvider) { n.ContactName = "" }},
		{"an address that is none", "contact_email", func(n *providers.NewProvider) { n.ContactEmail = "kim@photos.example\r\nBcc: all@photos.example" }},
		{"a phone number that is too long", "contact_phone", func(n *providers.NewProvider) { n.ContactPhone = strings.Repeat("1", 41) }},
		{"a user name that is taken", "username", func(n *providers.NewProvider) { n.Username = "example-chat-co" }},
		{"a user name with a colon", "username", func(n *providers.NewProvider) { n.Username = "photos:1" }},
		{"a user name with a space", "username", func(n *providers.NewProvider) { n.Username = "the photos" }},
		{"a name of which no user name can be made", "username", func(n *providers.NewProvider) { n.Name = "Φωτο" }},
	} {
		in := providers.NewProvider{Contact: fine, Hash: "x"}
		c.edit(&in)
		_, err := h.s.Add(t.Context(), h.sam, in)
		h.field(c.what, err, c.field)
	}
	var n int
	h.Setup(t, func(tx *store.Tx) error { return tx.Raw("select count(*) from providers").Row().Scan(&n) })
	if n != 1 {
		t.Errorf("%d providers, want 1", n)
	}
}

func TestTwoPeopleAddTheSameProviderAtOnce(t *testing.T) {
	h := newHouse(t)
	var all sync.WaitGroup
	var mu sync.Mutex
	made := 0
	for range 6 {
		all.Go(func() {
			_, err := h.s.Add(t.Context(), h.sam, providers.NewProvider{Hash: "x", Contact: providers.Contact{Name: "Example Chat", ContactName: "Kim", ContactEmail: "kim@provider.example"}})
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				made++
			case models.FieldsOf(err)["name"] == "" && models.FieldsOf(err)["username"] == "":
				t.Errorf("the loser was answered %v", err)
			}
		})
	}
	all.Wait()
	if made != 1 {
		t.Errorf("%d were made, want 1", made)
	}
}

func TestARotationOverlapsAsLongAsWasChosen(t *testing.T) {
	h := newHouse(t)
	id := h.add("Example Chat")
	rotate := func(hash string, days, version int) (*providers.Given, error) {
		return h.s.Rotate(t.Context(), h.sam, id, providers.Rotation{Hash: hash, OverlapDays: days, Version: version})
	}
	h.Clock.Advance(day)
	g, err := rotate("hash of second", 10, 1)
	h.must(err)
	if g.OldUntil == nil || !g.OldUntil.Equal(h.Clock.Now().AddDate(0, 0, 10)) || g.Username != "example-chat" {
		t.Errorf("got %+v", g)
	}
	if diff := cmp.Diff([]string{"hash of second", "hash of first until 2026-03-13 15:04"}, h.live(id)); diff != "" {
		t.Error(diff)
	}
	if p := h.read(id); p.State != providers.Rotating || p.Version != 2 || !p.MayEnd || p.OldUsedSince || p.ChangedBy != "Sam" {
		t.Errorf("got %+v", p)
	}
	_, err = rotate("hash of third", 1, 2)
	h.kind("a second overlap", err, models.Conflict)
	_, err = rotate("hash of third", 0, 1)
	h.kind("what another changed meanwhile", err, models.Conflict)
	for _, days := range []int{-1, 31} {
		_, err = rotate("hash of third", days, 2)
		h.field("an overlap out of range", err, "overlap")
	}
	h.Clock.Advance(day)
	g, err = rotate("hash of third", 0, 2)
	h.must(err)
	if g.OldUntil != nil {
		t.Errorf("without an overlap an old password works until %v", g.OldUntil)
	}
	if diff := cmp.Diff([]string{"hash of third"}, h.live(id)); diff != "" {
		t.Error(diff)
	}
	h.Clock.Advance(day)
	g, err = rotate("hash of fourth", providers.MaxOverlapDays, 3)
	h.must(err)
	h.Clock.Set(g.OldUntil.Add(-1e9))
	if n := len(h.live(id)); n != 2 {
		t.Errorf("%d work a second before the end, want 2", n)
	}
	h.Clock.Advance(1e9)
	if diff := cmp.Diff([]string{"hash of fourth"}, h.live(id)); diff != "" {
		t.Error(diff)
	}
	if n := h.lines("action = 'provider.rotated' and not refused"); n != 3 {
		t.Errorf("%d lines say so, want 3", n)
	}
}

func TestAnOverlapIsEndedNow(t *testing.T) {
	h := newHouse(t)
	id := h.add("Example Chat")
	h.kind("nothing overlaps", h.s.EndOverlap(t.Context(), h.sam, id, 1), models.Conflict)
	h.Clock.Advance(day)
	_, err := h.s.Rotate(t.Context(), h.sam, id, providers.Rotation{Hash: "hash of second", OverlapDays: 7, Version: 1})
	h.must(err)
	h.Setup(t, func(tx *store.Tx) error {
		return tx.Exec("update provider_credentials set last_used_at = ? where password_hash = 'hash of first'", tx.Now.Add(1e9)).Error
	})
	if !h.read(id).OldUsedSince {
		t.Error("the page does not say that the old password is in use")
	}
	h.Clock.Advance(day)
	h.must(h.s.EndOverlap(t.Context(), h.sam, id, 2))
	if diff := cmp.Diff([]string{"hash of second"}, h.live(id)); diff != "" {
		t.Error(diff)
	}
	p := h.read(id)
	if p.State != providers.Works || p.MayEnd || p.Credentials[1].EndedByName != "Sam" {
		t.Errorf("got %+v", p)
	}
	h.kind("ending it twice", h.s.EndOverlap(t.Context(), h.sam, id, 3), models.Conflict)
}

func TestADisabledProviderIsEnabledByANewPassword(t *testing.T) {
	h := newHouse(t)
	id := h.add("Example Chat")
	h.Clock.Advance(day)
	_, err := h.s.Rotate(t.Context(), h.sam, id, providers.Rotation{Hash: "hash of second", OverlapDays: 7, Version: 1})
	h.must(err)
	_, err = h.s.Enable(t.Context(), h.sam, id, providers.Enablement{Hash: "x", Version: 2})
	h.kind("enabling what works", err, models.Conflict)
	h.field("a reason that is too long", h.s.Disable(t.Context(), h.sam, id, strings.Repeat("x", providers.WhyLimit+1), 2), "why")
	h.must(h.s.Disable(t.Context(), h.sam, id, "A key was found in public", 2))
	if got := h.live(id); len(got) != 0 {
		t.Errorf("%v work still", got)
	}
	p := h.read(id)
	if p.State != providers.Off || p.Credentials[0].EndedWhy != "A key was found in public" || p.Credentials[1].DisabledAt == nil {
		t.Errorf("got %+v", p)
	}
	h.kind("disabling twice", h.s.Disable(t.Context(), h.sam, id, "", 3), models.Conflict)
	_, err = h.s.Rotate(t.Context(), h.sam, id, providers.Rotation{Hash: "x", OverlapDays: 7, Version: 3})
	h.kind("a new password beside none", err, models.Conflict)

	h.Clock.Advance(day)
	g, err := h.s.Enable(t.Context(), h.sam, id, providers.Enablement{Hash: "hash of third", Version: 3})
	h.must(err)
	if g.Username != "example-chat" || g.OldUntil != nil {
		t.Errorf("got %+v", g)
	}
	if diff := cmp.Diff([]string{"hash of third"}, h.live(id)); diff != "" {
		t.Error(diff)
	}
	if n := h.lines("action in ('provider.disabled', 'provider.enabled') and not refused"); n != 2 {
		t.Errorf("%d lines say so, want 2", n)
	}
}

func TestAUserNameThatIsSomebodyElsesIsNotGivenAgain(t *testing.T) {
	h := newHouse(t)
	chat, photos := h.add("Example Chat"), h.add("Example Photos")
	h.must(h.s.Disable(t.Context(), h.sam, chat, "", 1))
	h.must(h.s.Disable(t.Context(), h.sam, photos, "", 1))
	_, err := h.s.Enable(t.Context(), h.sam, chat, providers.Enablement{Hash: "x", Username: "example-photos", Version: 2})
	h.field("a user name that another had", err, "username")
	_, err = h.s.Enable(t.Context(), h.sam, chat, providers.Enablement{Hash: "x", Username: "chat-2", Version: 2})
	h.must(err)
	if got := h.read(chat).Username; got != "chat-2" {
		t.Errorf("the user name is %s", got)
	}
}

func TestTheConsoleAndThePagesAgree(t *testing.T) {
	h := newHouse(t)
	console := directory.New(h.Owner)
	h.must(console.AddProvider(t.Context(), "Example Chat", "esp", "hash of first", false))
	var id uuid.UUID
	h.Setup(t, func(tx *store.Tx) error { return tx.Raw("select id from providers").Row().Scan(&id) })
	if p := h.read(id); p.State != providers.Works || p.Username != "esp" || p.Version != 1 {
		t.Errorf("got %+v", p)
	}
	h.Clock.Advance(day)
	h.must(console.RotateProvider(t.Context(), "esp", "hash of second"))
	if p := h.read(id); p.State != providers.Rotating {
		t.Errorf("after the console's rotation: %s", p.State)
	}
	h.must(h.s.EndOverlap(t.Context(), h.sam, id, 1))
	h.must(console.DisableProvider(t.Context(), "esp"))
	if p := h.read(id); p.State != providers.Off {
		t.Errorf("after the console's disabling: %s", p.State)
	}
	_, err := h.s.Enable(t.Context(), h.sam, id, providers.Enablement{Hash: "hash of third", Version: 2})
	h.must(err)
	h.must(console.RotateProvider(t.Context(), "esp", "hash of fourth"))
	if got := h.live(id); len(got) != 2 {
		t.Errorf("after all that %v work", got)
	}
}

func TestWhomToCallAndTheNameCanChange(t *testing.T) {
	h := newHouse(t)
	id := h.add("Example Chat")
	h.add("Example Photos")
	c := providers.Contact{Name: "Example Messages", ContactName: "Ola", ContactEmail: "ola@provider.example"}
	h.must(h.s.SetContact(t.Context(), h.sam, id, c, 1))
	p := h.read(id)
	if diff := cmp.Diff(c, p.Contact); diff != "" || p.Name != "Example Messages" || p.Code != "example-chat" || p.Version != 2 {
		t.Errorf("%s; code %s, version %d", diff, p.Code, p.Version)
	}
	c.Name = "example photos"
	h.field("another's name", h.s.SetContact(t.Context(), h.sam, id, c, 2), "name")
	c.Name = "Example Messages"
	h.kind("what another changed meanwhile", h.s.SetContact(t.Context(), h.sam, id, c, 1), models.Conflict)
	if n := h.lines("action = 'provider.changed' and not refused"); n != 1 {
		t.Errorf("%d lines say so, want 1", n)
	}
}

func TestWhoMayManageProviders(t *testing.T) {
	h := newHouse(t)
	id := h.add("Example Chat")
	ctx, none := t.Context(), uuid.Must(uuid.NewV7())
	for name, do := range map[string]func(auth.Actor, uuid.UUID) error{
		"List": func(a auth.Actor, _ uuid.UUID) error { _, err := h.s.List(ctx, a, providers.Query{}); return err },
		"Read": func(a auth.Actor, id uuid.UUID) error { _, err := h.s.Read(ctx, a, id); return err },
		"Add": func(a auth.Actor, _ uuid.UUID) error {
			_, err := h.s.Add(ctx, a, providers.NewProvider{Hash: "x", Contact: providers.Contact{Name: "Other", ContactName: "Kim", ContactEmail: "kim@other.example"}})
			return err
		},
		"Rotate": func(a auth.Actor, id uuid.UUID) error {
			_, err := h.s.Rotate(ctx, a, id, providers.Rotation{Hash: "x", Version: 1})
			return err
		},
		"EndOverlap": func(a auth.Actor, id uuid.UUID) error { return h.s.EndOverlap(ctx, a, id, 1) },
		"Disable":    func(a auth.Actor, id uuid.UUID) error { return h.s.Disable(ctx, a, id, "", 1) },
		"Enable": func(a auth.Actor, id uuid.UUID) error {
			_, err := h.s.Enable(ctx, a, id, providers.Enablement{Hash: "x", Version: 1})
			return err
		},
		"SetAllowed": func(a auth.Actor, id uuid.UUID) error {
			return h.s.SetAllowed(ctx, a, id, providers.Addresses{Text: "192.0.2.1", Version: 1})
		},
		"SetContact": func(a auth.Actor, id uuid.UUID) error {
			return h.s.SetContact(ctx, a, id, providers.Contact{Name: "Other", ContactName: "Kim", ContactEmail: "kim@other.example"}, 1)
		},
	} {
		if err := do(auth.Actor{}, id); err == nil {
			t.Errorf("%s: nobody was let in", name)
		}
		before := h.lines("refused")
		h.kind(name+" as an analyst", do(h.avery, id), models.Forbidden)
		h.kind(name+" as another agency's admin", do(h.dana, id), models.Forbidden)
		if got := h.lines("refused") - before; got != 2 {
			t.Errorf("%s: %d refusals are audited, want 2", name, got)
		}
		if name != "List" && name != "Add" {
			h.kind(name+" of no provider", do(h.sam, none), models.NotFound)
		}
	}
	if p := h.read(id); p.Version != 1 || p.State != providers.Works || len(p.Allowed) != 0 {
		t.Errorf("something was done all the same: %+v", p)
	}
	// The rows are shut to whoever is not the clearinghouse, whatever a role may do.
	for what, query := range map[string]string{
		"credentials": "select count(*) from provider_credentials", "accounts": "select count(*) from provider_accounts",
		"use": "select count(*) from provider_use", "addresses": "select count(*) from provider_addresses",
	} {
		h.seen(id, "192.0.2.1")
		for name, a := range map[string]auth.Actor{"an agency's admin": h.dana, "a provider's machine": auth.Provider(id, "Example Chat"), "the sign-in": auth.System(auth.ForLogin)} {
			var n int
			h.must(h.Web.As(ctx, a, func(tx *store.Tx) error { return tx.Raw(query).Row().Scan(&n) }))
			if n != 0 {
				t.Errorf("%s sees %d rows of %s", name, n, what)
			}
		}
	}
	for name, a := range map[string]auth.Actor{"an agency's admin": h.dana, "a provider's machine": auth.Provider(id, "Example Chat")} {
		err := h.Web.As(ctx, a, func(tx *store.Tx) error {
			return tx.Exec("insert into providers (id, code, name, created_at) values (?, 'x', 'x', now())", none).Error
		})
		if err == nil {
			t.Errorf("%s added a provider past the use case", name)
		}
		h.must(h.Web.As(ctx, a, func(tx *store.Tx) error { return tx.Exec("update providers set name = 'x' where id = ?", id).Error }))
		if got := h.read(id).Name; got != "Example Chat" {
			t.Errorf("%s renamed a provider past the use case", name)
		}
	}
}
