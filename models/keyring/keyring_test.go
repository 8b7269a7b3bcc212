package keyring

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// material is a key that is no secret to anybody.
func material(seed byte) []byte {
	b := make([]byte, Size)
	for i := range b {
		b[i] = seed + byte(i)
	}
	return b
}

func ring(t *testing.T, text string) *Ring {
	t.Helper()
	r, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

var (
	oneKey = base64.StdEncoding.EncodeToString(material(1))
	twoKey = hex.EncodeToString(material(2))
)

func TestAKeyIsReadInEveryUsualSpelling(t *testing.T) {
	want, _ := ring(t, oneKey).Derive(File, 1)
	for name, text := range map[string]string{
		"base64":          oneKey,
		"base64 unpadded": strings.TrimRight(oneKey, "="),
		"base64 for URLs": base64.URLEncoding.EncodeToString(material(1)),
		"hexadecimal":     hex.EncodeToString(material(1)),
		"upper case":      strings.ToUpper(hex.EncodeToString(material(1))),
		"with a version":  "1:" + oneKey,
		"with a line end": oneKey + "\r\n",
	} {
		if got, err := ring(t, text).Derive(File, 1); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: got another key, %v", name, err)
		}
	}
}

func TestAKeyThatIsNoneIsRefusedWithoutShowingIt(t *testing.T) {
	for name, text := range map[string]string{
		"too short":      oneKey[:20],
		"too long":       oneKey[:42] + oneKey,
		"words":          "correct-horse-battery-staple",
		"version nought": "0:" + oneKey,
		"version 256":    "256:" + oneKey,
		"a word version": "new:" + oneKey,
		"twice the same": "1:" + oneKey + ",1:" + twoKey,
		"all zeros":      strings.Repeat("0", 64),
		"a second bad":   "2:" + oneKey + " 1:x",
	} {
		_, err := Parse(text)
		if !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: got %v, want ErrMalformed", name, err)
		}
		for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,:", r) }) {
			if err != nil && len(part) > 3 && strings.Contains(err.Error(), part) {
				t.Errorf("%s: the error shows the key: %v", name, err)
			}
		}
	}
	if _, err := Parse(" \n"); !errors.Is(err, ErrMissing) {
		t.Errorf("nothing: got %v, want ErrMissing", err)
	}
}

// Derived keys are what stored data depends on; they never change. The value was
// computed by another implementation of HKDF-SHA-256.
func TestDerivedKeysArePinned(t *testing.T) {
	got, err := ring(t, oneKey).Derive(Match, 1)
	if want := "1a3597feae61abd71da04c6e571e54c8a75b24e2b075db5685c7380fe51f82a7"; err != nil || hex.EncodeToString(got) != want {
		t.Errorf("got %x, %v, want %s", got, err, want)
	}
}

func TestDerivedKeysDifferByPurposeAndVersion(t *testing.T) {
	r := ring(t, "2:"+twoKey+" 1:"+oneKey)
	seen := map[string]string{}
	for _, p := range []Purpose{Match, File, Secret, Cursor, Session, "seal.secret"} {
		for _, v := range r.Versions() {
			k, err := r.Derive(p, v)
			if err != nil || len(k) != Size {
				t.Fatalf("%s/%d: %v", p, v, err)
			}
			name := fmt.Sprintf("%s/%d", p, v)
			if other, ok := seen[string(k)]; ok {
				t.Errorf("%s and %s have the same key", name, other)
			}
			seen[string(k)] = name
		}
	}
	if _, err := r.Derive(File, 3); !errors.Is(err, ErrVersion) {
		t.Errorf("got %v, want ErrVersion", err)
	}
	if all, err := r.DeriveAll(File); err != nil || len(all) != 2 || r.Current() != 2 {
		t.Errorf("got %d keys, current %d, %v", len(all), r.Current(), err)
	}
}

func TestARingIsNeverPrinted(t *testing.T) {
	r := ring(t, oneKey)
	for _, s := range []string{fmt.Sprint(r), fmt.Sprintf("%v %+v %#v %s", r, r, r, r)} {
		if strings.Contains(s, oneKey[:8]) || strings.Contains(s, "0x1") || strings.Contains(s, "[1 2 3") {
			t.Errorf("shown: %s", s)
		}
	}
}

func TestWhatIsSealedOpensInItsPlaceOnly(t *testing.T) {
	r := ring(t, oneKey)
	for _, text := range []string{"", "x", strings.Repeat("long ", 1000)} {
		sealed, err := r.Seal(Secret, []byte("row 1"), []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := r.Open(Secret, []byte("row 1"), sealed); err != nil || string(got) != text {
			t.Errorf("got %q, %v", got, err)
		}
		for name, open := range map[string]func() ([]byte, error){
			"another place":   func() ([]byte, error) { return r.Open(Secret, []byte("row 2"), sealed) },
			"another purpose": func() ([]byte, error) { return r.Open(Session, []byte("row 1"), sealed) },
			"another key":     func() ([]byte, error) { return ring(t, twoKey).Open(Secret, []byte("row 1"), sealed) },
			"cut short":       func() ([]byte, error) { return r.Open(Secret, []byte("row 1"), sealed[:len(sealed)-1]) },
			"nothing":         func() ([]byte, error) { return r.Open(Secret, []byte("row 1"), nil) },
			"only a header":   func() ([]byte, error) { return r.Open(Secret, []byte("row 1"), sealed[:2]) },
		} {
			if got, err := open(); !errors.Is(err, ErrSealed) || got != nil {
				t.Errorf("%s: got %q, %v, want ErrSealed", name, got, err)
			}
		}
	}
	sealed, _ := r.Seal(Secret, nil, []byte("text"))
	for i := range sealed {
		changed := bytes.Clone(sealed)
		changed[i] ^= 1
		if _, err := r.Open(Secret, nil, changed); err == nil {
			t.Errorf("a change of byte %d was not seen", i)
		}
	}
	if again, _ := r.Seal(Secret, nil, []byte("text")); bytes.Equal(sealed, again) {
		t.Error("equal secrets look equal when sealed")
	}
}

func TestWhatWasSealedOpensAfterARotation(t *testing.T) {
	sealed, _ := ring(t, oneKey).Seal(Secret, nil, []byte("text"))
	both := ring(t, "1:"+oneKey+" 2:"+twoKey)
	if got, err := both.Open(Secret, nil, sealed); err != nil || string(got) != "text" || !both.Stale(sealed) {
		t.Errorf("got %q, %v", got, err)
	}
	fresh, _ := both.Seal(Secret, nil, []byte("text"))
	if both.Stale(fresh) {
		t.Error("what was just sealed is stale")
	}
	if _, err := ring(t, oneKey).Open(Secret, nil, fresh); !errors.Is(err, ErrVersion) {
		t.Errorf("got %v, want ErrVersion", err)
	}
}
