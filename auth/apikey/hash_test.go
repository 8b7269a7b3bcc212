package apikey

import (
	"strings"
	"testing"
)

func TestAHashFitsItsPasswordOnly(t *testing.T) {
	h := Hash("correct horse")
	if !strings.HasPrefix(h, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("got %s", h)
	}
	if !Verify(h, "correct horse") {
		t.Error("the right password was refused")
	}
	for _, wrong := range []string{"", "correct horsE", "correct horse ", "correct", strings.Repeat("x", maxLength+1)} {
		if Verify(h, wrong) {
			t.Errorf("%q was accepted", wrong)
		}
	}
	if h == Hash("correct horse") {
		t.Error("equal passwords have equal hashes")
	}
}

// A test vector of the reference implementation: "password" and "somesalt" with
// t=2, m=65536, p=1.
func TestAHashOfAnotherImplementationIsRead(t *testing.T) {
	const other = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	if !Verify(other, "password") || Verify(other, "Password") {
		t.Error("not read as it should be")
	}
	if !Outdated(other) || Outdated(Hash("x")) {
		t.Error("a hash of other costs is outdated, a new one is not")
	}
}

func TestAnUnreadableHashFitsNothing(t *testing.T) {
	good := Hash("x")
	for name, h := range map[string]string{
		"empty":             "",
		"plain text":        "x",
		"another algorithm": strings.Replace(good, "argon2id", "argon2i", 1),
		"another version":   strings.Replace(good, "v=19", "v=16", 1),
		"too much memory":   strings.Replace(good, "m=19456", "m=4194304", 1),
		"too many passes":   strings.Replace(good, "t=2", "t=1000", 1),
		"no passes":         strings.Replace(good, "t=2", "t=0", 1),
		"no threads":        strings.Replace(good, "p=1", "p=0", 1),
		"more parameters":   strings.Replace(good, "p=1", "p=1,x=2", 1),
		"no key":            good[:strings.LastIndex(good, "$")+1],
		"one part more":     good + "$",
		"not base64":        good[:len(good)-1] + "!",
	} {
		if Verify(h, "x") {
			t.Errorf("%s: accepted", name)
		}
	}
}

func BenchmarkHash(b *testing.B) {
	for b.Loop() {
		Hash("correct horse")
	}
}
