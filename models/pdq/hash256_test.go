package pdq

import (
	"strings"
	"testing"
)

const sample = "d8f8f0cce0f4a84f0e370a22028f67f0b36e2ed596623e1d33e6b39c4e9c9b22"

func TestAHashIsReadAsItIsWritten(t *testing.T) {
	h, err := Parse(sample)
	if err != nil {
		t.Fatal(err)
	}
	if h.String() != sample {
		t.Errorf("%s came back as %s", sample, h)
	}
	if up, err := Parse(strings.ToUpper(sample)); err != nil || up != h {
		t.Errorf("in capital letters: %s, %v", up, err)
	}
	if b, err := FromBytes(h.Bytes()); err != nil || b != h {
		t.Errorf("through bytes: %s, %v", b, err)
	}
}

func TestWhatIsNoHashIsRefusedInWords(t *testing.T) {
	for s, want := range map[string]string{
		"":                         "this has 0 characters",
		sample[1:]:                 "this has 63 characters",
		sample + "0":               "this has 65 characters",
		" " + sample[1:]:           "digits 0-9 and a-f only",
		"g" + sample[1:]:           "digits 0-9 and a-f only",
		sample[:62] + "é":          "digits 0-9 and a-f only",
		"0x" + sample[2:]:          "digits 0-9 and a-f only",
		strings.Repeat("\x00", 64): "digits 0-9 and a-f only",
	} {
		if h, err := Parse(s); err == nil || !strings.Contains(err.Error(), want) || h != (Hash256{}) {
			t.Errorf("%q: %s, %v", s, h, err)
		}
	}
	for _, n := range []int{0, 31, 33} {
		if _, err := FromBytes(make([]byte, n)); err == nil {
			t.Errorf("%d bytes are taken for a hash", n)
		}
	}
}

func TestDistanceCountsBits(t *testing.T) {
	var none, all Hash256
	for k := range 256 {
		before := all
		all.set(k)
		if d := all.Distance(before); d != 1 {
			t.Fatalf("bit %d changes %d bits", k, d)
		}
		if d := none.Distance(all); d != k+1 || all.Distance(none) != d || all.Distance(all) != 0 {
			t.Fatalf("%d bits set, distance %d", k+1, d)
		}
	}
	var first Hash256
	first.set(0)
	if want := strings.Repeat("0", 63) + "1"; first.String() != want {
		t.Errorf("bit 0 is written %s", first)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", sample, strings.ToUpper(sample), sample[1:], "zz" + sample[2:]} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		h, err := Parse(s)
		if err != nil {
			if len(s) == Digits && strings.Trim(strings.ToLower(s), "0123456789abcdef") == "" {
				t.Errorf("%q is refused: %v", s, err)
			}
			return
		}
		if h.String() != strings.ToLower(s) {
			t.Errorf("%q came back as %s", s, h)
		}
	})
}
