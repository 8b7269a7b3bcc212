package selector

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
	"time"
)

func keyer(t testing.TB, version uint8, fill byte) *Keyer {
	t.Helper()
	k, err := NewKeyer(version, bytes.Repeat([]byte{fill}, 32))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestKeysDifferByEachPartOfTheirInput(t *testing.T) {
	k := keyer(t, 1, 7)
	base := k.Key(Email, "ada@mail.example")
	if !base.Equal(k.Key(Email, "ada@mail.example")) {
		t.Error("the same value has two keys")
	}
	for name, other := range map[string]Key{
		"kind":    k.Key(ScreenName, "ada@mail.example"),
		"value":   k.Key(Email, "bob@mail.example"),
		"longer":  k.Key(Email, "ada@mail.examplE\x00"),
		"version": keyer(t, 2, 7).Key(Email, "ada@mail.example"),
		"secret":  keyer(t, 1, 8).Key(Email, "ada@mail.example"),
	} {
		if base.Equal(other) || base.MAC == other.MAC {
			t.Errorf("another %s gives the same key", name)
		}
	}
	if want := int64(binary.BigEndian.Uint64(base.MAC[:8])); base.Prefix() != want {
		t.Errorf("got prefix %d, want %d", base.Prefix(), want)
	}
	back, err := KeyFrom(1, base.MAC[:])
	if err != nil || !back.Equal(base) {
		t.Errorf("a stored key is read back as %v, %v", back, err)
	}
	if _, err := KeyFrom(1, base.MAC[:8]); err == nil {
		t.Error("half a key was taken for a whole one")
	}
	if _, err := NewKeyer(1, []byte("short")); err == nil {
		t.Error("a short secret was accepted")
	}
}

// The key of a known value under a known secret never changes: stored keys depend on it.
func TestTheKeyIsPinned(t *testing.T) {
	got := keyer(t, 1, 7).Key(Email, "ada@mail.example").Prefix()
	if want := int64(6097978807484877705); got != want {
		t.Errorf("got %d, want %d: stored match keys would no longer match", got, want)
	}
}

func TestWellKnownValuesIdentifyNobody(t *testing.T) {
	for _, c := range []struct {
		kind  Kind
		value string
		want  bool
	}{
		{Email, "test@example.com", true}, {Email, "ada@example.com", false},
		{Phone, "+14155551212", true}, {Phone, "+14155555555", true}, {Phone, "+11111111111", true}, {Phone, "+14155550123", false},
		{IP, "127.0.0.1", true}, {IP, "10.1.2.3", true}, {IP, "192.168.0.1", true}, {IP, "0.0.0.0", true}, {IP, "::", true}, {IP, "::1", true},
		{IP, "fe80::1", true}, {IP, "fd00::1", true}, {IP, "100.64.1.1", true}, {IP, "169.254.0.1", true}, {IP, "255.255.255.255", true}, {IP, "224.0.0.1", true},
		{IP, "192.0.2.1", false}, {IP, "198.51.100.1", false}, {IP, "203.0.113.1", false}, {IP, "2001:db8::1", false},
		{ScreenName, "anonymous @demo-esp", true}, {ScreenName, "heron @demo-esp", false},
		{ProviderUser, "0 @demo-esp", true}, {ProviderUser, "10023 @demo-esp", false},
		{Device, "uuid:00000000-0000-0000-0000-000000000000", true}, {Device, "cookie=unknown @demo-esp", true}, {Device, "cookie=Zx @demo-esp", false},
		{HashMD5, "d41d8cd98f00b204e9800998ecf8427e", true}, {HashSHA256, strings.Repeat("0", 64), true}, {HashSHA256, strings.Repeat("1", 64), false},
	} {
		if got := WellKnown(c.kind, c.value); got != c.want {
			t.Errorf("%s %s: got %v, want %v", c.kind, c.value, got, c.want)
		}
	}
}

func TestEveryWellKnownValueIsANormalForm(t *testing.T) {
	for kind, values := range wellKnown {
		for v := range values {
			ctx := Context{ProviderKey: "p"}
			got, _, _ := Normalise(kind, v, ctx)
			if name, _ := WithoutScope(kind, got); name != v {
				t.Errorf("%s %q would never be seen: it is normalised to %q", kind, v, got)
			}
		}
	}
}

func TestDefaultLimitsCoverEveryKind(t *testing.T) {
	limits := DefaultLimits()
	for _, k := range Kinds {
		if l := limits[k]; l.Subjects != 50 || l.Within != 90*24*time.Hour {
			t.Errorf("%s: got %+v", k, l)
		}
	}
	if limits[IP].Near != 24*time.Hour || limits[Email].Near != 0 {
		t.Error("only IP addresses depend on how near in time two events are")
	}
}

func BenchmarkKey(b *testing.B) {
	k := keyer(b, 1, 7)
	for b.Loop() {
		k.Key(Email, "ada@mail.example")
	}
}
