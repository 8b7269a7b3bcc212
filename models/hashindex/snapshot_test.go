package hashindex

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func snapshot(t testing.TB, x *Index) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := x.Snapshot(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAnIndexSurvivesARestart(t *testing.T) {
	r := random(7)
	for _, n := range []int{0, 1, blockOf, blockOf + 1, 3*blockOf - 1, 40_000} {
		entries, ask := nasty(r, n)
		entries = entries[:n]
		var x Index
		if err := x.Add(entries...); err != nil {
			t.Fatal(err)
		}
		gone := map[uint64]bool{}
		for i := 0; i < n; i += 7 {
			gone[entries[i].ID] = true
			x.Delete(entries[i].ID)
			if i > 700 {
				break
			}
		}
		y, err := Load(iotest.HalfReader(bytes.NewReader(snapshot(t, &x))))
		if err != nil {
			t.Fatal(err)
		}
		if y.Len() != x.Len() || y.view().n != y.Len() {
			t.Errorf("%d entries at %d places, were %d", y.Len(), y.view().n, x.Len())
		}
		for _, h := range ask {
			compare(t, "loaded", y.Search, entries, gone, h, MaxRadius, 50)
		}
		if err := y.Add(Entry{1 << 60, ask[0]}); err != nil {
			t.Fatal(err)
		}
		if _, found := y.Search(ask[0], 0, 1); found == 0 {
			t.Error("what is added afterwards is not found")
		}
		if n > 1 && y.Delete(entries[1].ID) == 0 {
			t.Error("what was loaded cannot be deleted")
		}
	}
}

func TestADamagedSnapshotIsRefused(t *testing.T) {
	var x Index
	if err := x.Add(Entry{1, Hash{1, 2, 3, 4}}, Entry{2, Hash{5, 6, 7, 8}}, Entry{3, Hash{}}); err != nil {
		t.Fatal(err)
	}
	whole := snapshot(t, &x)
	for n := range whole {
		if y, err := Load(bytes.NewReader(whole[:n])); !errors.Is(err, ErrDamaged) || y != nil {
			t.Errorf("%d of %d bytes: %v", n, len(whole), err)
		}
		for bit := range 8 {
			changed := bytes.Clone(whole)
			changed[n] ^= 1 << bit
			if y, err := Load(bytes.NewReader(changed)); !errors.Is(err, ErrDamaged) || y != nil {
				t.Errorf("bit %d of byte %d changed: %v", bit, n, err)
			}
		}
	}
	if _, err := Load(strings.NewReader("Neutral text in the place of a snapshot.")); err == nil || !strings.Contains(err.Error(), "does not begin like one") {
		t.Errorf("a text: %v", err)
	}
	// A right checksum over a wrong number.
	wrong := binary.LittleEndian.AppendUint64(append([]byte(magic), 0, 0, 0, 0), 9)
	sum := sha256.Sum256(wrong)
	if _, err := Load(bytes.NewReader(append(wrong, sum[:]...))); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "says 9 entries and has 0") {
		t.Errorf("a wrong number: %v", err)
	}
}

func TestADiskThatFailsIsNoDamagedSnapshot(t *testing.T) {
	failed := errors.New("the disk failed")
	var x Index
	r := random(8)
	for i := range 9000 {
		if err := x.Add(Entry{uint64(i), someHash(r)}); err != nil {
			t.Fatal(err)
		}
	}
	whole := snapshot(t, &x)
	for _, n := range []int{0, 4, 8, 10, 12, 1000, 200_000, len(whole) - 40, len(whole) - 1} {
		_, err := Load(io.MultiReader(bytes.NewReader(whole[:n]), iotest.ErrReader(failed)))
		if !errors.Is(err, failed) || errors.Is(err, ErrDamaged) {
			t.Errorf("reading failed after %d bytes: %v", n, err)
		}
		if err := x.Snapshot(&failing{n, failed}); !errors.Is(err, failed) {
			t.Errorf("writing failed after %d bytes: %v", n, err)
		}
	}
}

type failing struct {
	left int
	err  error
}

func (f *failing) Write(p []byte) (int, error) {
	if len(p) > f.left {
		return f.left, f.err
	}
	f.left -= len(p)
	return len(p), nil
}

func FuzzLoad(f *testing.F) {
	var x Index
	f.Add(snapshot(f, &x))
	if err := x.Add(Entry{1, Hash{1, 2, 3, 4}}, Entry{2, Hash{5, 6, 7, 8}}); err != nil {
		f.Fatal(err)
	}
	f.Add(snapshot(f, &x))
	f.Add([]byte(magic + "\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		// With its checksum mended, so that what lies behind it is reached.
		if n := len(b) - sha256.Size; n > 0 {
			sum := sha256.Sum256(b[:n])
			b = append(bytes.Clone(b[:n]), sum[:]...)
		}
		y, err := Load(bytes.NewReader(b))
		if err != nil {
			if !errors.Is(err, ErrDamaged) {
				t.Errorf("an error of no known kind: %v", err)
			}
			return
		}
		if again, err := Load(bytes.NewReader(snapshot(t, y))); err != nil || again.Len() != y.Len() {
			t.Errorf("what was loaded cannot be saved and loaded: %v", err)
		}
	})
}
