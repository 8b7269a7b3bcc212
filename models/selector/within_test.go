package selector

import (
	"slices"
	"strings"
	"testing"
)

var scopesOfTest = []string{"example-chat", "Example Photos", "x", "", "--", "Ünïcode & Co", "a/b"}

// slowly is what Everywhere promises, by Normalise alone.
func slowly(kind Kind, reported string) (forms []string) {
	for _, p := range scopesOfTest {
		form, ok, _ := Normalise(kind, reported, Context{ProviderKey: p})
		if ok && !slices.Contains(forms, form) {
			forms = append(forms, form)
		}
	}
	return forms
}

func checkEverywhere(t *testing.T, reported string) {
	t.Helper()
	for _, kind := range []Kind{ScreenName, ProviderUser, Device} {
		var got []string
		for _, form := range Everywhere(kind, reported, Scopes(scopesOfTest)) {
			if !slices.Contains(got, form) {
				got = append(got, form)
			}
		}
		if want := slowly(kind, reported); !slices.Equal(got, want) {
			t.Errorf("%s %q: got %q, want %q", kind, reported, got, want)
		}
	}
}

// names are texts at which the short way could differ from the long one.
var names = []string{"amber_wren_7", "@amber", "@@amber", "＠amber", " amber ", "amber @x", "amber @x @x", "@ @x", "@x", " @x", "amber @example-chat", "amber@x", "amber @ x",
	"", " ", "@", "A1B2C3", "352099001761481", "imei:352099001761481", "imei:1", "imei nonsense", "00:00:5e:00:53:01", "6D92078A-8246-4BA4-AE5B-76104861E7DC",
	"\u0644\u064a\u0644\u0649", "a\u0000b", "\xff", strings.Repeat("long ", 100), "name=1", "uuid:", "x @", "x @x @example-chat"}

func TestANameIsReadInEveryScopeAsInEachAlone(t *testing.T) {
	for _, n := range names {
		checkEverywhere(t, n)
	}
	if got := Everywhere(Email, "a@mail.example", Scopes(scopesOfTest)); !slices.Equal(got, []string{"a@mail.example"}) {
		t.Errorf("what needs no scope has one form, got %q", got)
	}
	if got := len(Everywhere(ScreenName, "amber", Scopes(scopesOfTest))); got != 5 {
		t.Errorf("%d forms, want one for each usable scope", got)
	}
}

func FuzzEverywhere(f *testing.F) {
	for _, n := range names {
		f.Add(n)
	}
	f.Fuzz(func(t *testing.T, reported string) { checkEverywhere(t, reported) })
}

func TestManyKeysAtOnceAreTheKeysOfEach(t *testing.T) {
	k, err := NewKeyer(3, make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	values := append([]string{""}, names...)
	for i, key := range k.Keys(ScreenName, values) {
		if want := k.Key(ScreenName, values[i]); key != want {
			t.Errorf("%q: got %x, want %x", values[i], key.MAC, want.MAC)
		}
	}
	if got := k.Keys(ScreenName, nil); len(got) != 0 {
		t.Errorf("no values have %d keys", len(got))
	}
}

func BenchmarkKeys(b *testing.B) {
	k, _ := NewKeyer(3, make([]byte, 32))
	scopes := make([]string, 1500)
	for i := range scopes {
		scopes[i] = "provider-" + strings.Repeat("x", i%20)
	}
	for b.Loop() {
		k.Keys(ScreenName, Everywhere(ScreenName, "amber_wren_7", scopes))
	}
}
