package known_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math"
	"os"
	"runtime"
	"strings"
	"testing"

	"reeve/models"
	"reeve/models/known"
	"reeve/models/pdq"
	"reeve/models/priority"
	"reeve/models/store"
)

// drawing is a picture of plain shapes; others of its kind look different.
func drawing(kind, w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			u, v := float64(x)/float64(w), float64(y)/float64(h)
			c := color.NRGBA{R: uint8(200 * u), G: uint8(120 + 100*v), B: 90, A: 255}
			for i := range 24 { // discs, light and dark in turn
				k := float64(i*7+kind*31) * 1.7
				cx, cy, r := 0.5+0.48*math.Sin(k), 0.5+0.48*math.Cos(k*1.3), 0.05+0.12*math.Abs(math.Sin(k*2.1))
				if (u-cx)*(u-cx)+(v-cy)*(v-cy) < r*r {
					c = color.NRGBA{R: uint8(i % 2 * 240), G: uint8(i%2*235 + i%3*5), B: uint8(i % 2 * 230), A: 255}
				}
			}
			img.SetNRGBA(x, y, c)
		}
	}
	return img
}

func mean(img *image.NRGBA, r image.Rectangle) color.NRGBA {
	r = r.Intersect(img.Bounds())
	var sum [3]int
	n := 0
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			c := img.NRGBAAt(x, y)
			sum[0], sum[1], sum[2], n = sum[0]+int(c.R), sum[1]+int(c.G), sum[2]+int(c.B), n+1
		}
	}
	return color.NRGBA{R: uint8(sum[0] / n), G: uint8(sum[1] / n), B: uint8(sum[2] / n), A: 255}
}

func halved(img *image.NRGBA) *image.NRGBA {
	b := img.Bounds()
	out := image.NewNRGBA(image.Rect(0, 0, b.Dx()/2, b.Dy()/2))
	for y := range b.Dy() / 2 {
		for x := range b.Dx() / 2 {
			out.SetNRGBA(x, y, mean(img, image.Rect(2*x, 2*y, 2*x+2, 2*y+2)))
		}
	}
	return out
}

func blurred(img *image.NRGBA) *image.NRGBA {
	b := img.Bounds()
	out := image.NewNRGBA(b)
	for y := range b.Dy() {
		for x := range b.Dx() {
			out.SetNRGBA(x, y, mean(img, image.Rect(x-2, y-2, x+3, y+3)))
		}
	}
	return out
}

func asPNG(img image.Image) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func asJPEG(img image.Image, quality int) []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func pictureHash(file []byte) string {
	img, err := pdq.Decode(bytes.NewReader(file), pdq.Usual)
	if err != nil {
		panic(err)
	}
	h, _ := pdq.Hash(img)
	return h.String()
}

// bomb is a small PNG that says it has so many points a side.
func bomb(side uint32) []byte {
	chunk := append([]byte("IHDR"), binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, side), side)...)
	chunk = append(chunk, 8, 2, 0, 0, 0)
	b := append([]byte("\x89PNG\r\n\x1a\n"), 0, 0, 0, 13)
	return binary.BigEndian.AppendUint32(append(b, chunk...), crc32.ChecksumIEEE(chunk))
}

// listing is a row that lists a file by all of its hashes.
func listing(file []byte, category string) string {
	md, sh, s2 := hashes(file)
	return strings.Join([]string{md, sh, s2, pictureHash(file), category, ""}, ",")
}

func TestFilesAreComparedByTheirBytesAndWhereTheGateIsOpenByTheirPicture(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	original := asPNG(drawing(1, 400, 300))
	md, _, _ := hashes(asPNG(drawing(5, 300, 300)))
	h.listed("First", listing(original, "1"))
	h.listed("Second", listing(original, "B2"), md+",,,,3,")
	again, other := asJPEG(drawing(1, 400, 300), 60), asPNG(drawing(2, 400, 300))
	plain := asPNG(image.NewGray(image.Rect(0, 0, 300, 300)))
	rep, f := h.report(models.Yes, original, again, other, plain, []byte("no picture"), bomb(50_000), asPNG(drawing(5, 300, 300)), original[:len(original)/2])
	h.examine(rep)
	for i, want := range []string{
		"exact First 1; exact Second B2",
		"near First 1; near Second B2",
		"new",
		"new | Its picture is too plain",
		"unreadable | This kind of file is not read as a picture",
		"refused | The picture is larger than is allowed here: it has 50000 by 50000 points",
		"exact Second 3 | By its MD5 alone",
		"unreadable | The picture is damaged",
	} {
		if got := h.marks(f[i]); !strings.HasPrefix(got, want) {
			t.Errorf("file %d is marked %q, want %q", i, got, want)
		}
	}
	if got := h.labels(f[0]) + " / " + h.labels(f[1]) + " / " + h.labels(f[2]); got != "vics-us 1; vics-us B2 / vics-us 1; vics-us B2 / " {
		t.Errorf("labels: %s", got)
	}
	// What was listed by its bytes was not decoded; the rest was, each recorded before.
	if n := h.rows("files where report_id = ? and decoded_at is not null", rep.ID); n != 6 {
		t.Errorf("%d files were decoded", n)
	}
	if n := h.rows(`audit_events where action = 'files.decoded' and report_id = ? and words like 'Read the content of 6 files%' and detail->'files'->0->>'rule' = 'viewed_by_provider'
		and jsonb_array_length(detail->'files') = 6`, rep.ID); n != 1 {
		t.Error("the decoding is not recorded with its ground")
	}
	if n := h.rows("audit_concerns where agency_id = ? and action = 'files.decoded'", h.bay.ID); n != 1 {
		t.Error("the agency that holds the report does not learn of it")
	}
	before := h.rows("audit_events")
	h.examine(rep)
	h.restart()
	h.examine(rep)
	if h.rows("audit_events") != before || h.jobs("reassess_report", rep.ID) != 1 || h.rows("file_marks") != 10 || h.rows("labels") != 5 {
		t.Errorf("examining again did something: %d lines more, %d jobs, %d marks, %d labels", h.rows("audit_events")-before, h.jobs("reassess_report", rep.ID), h.rows("file_marks"), h.rows("labels"))
	}
}

func TestALockedFileIsComparedByItsHashesOnlyAndSaidSo(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	original := asPNG(drawing(1, 400, 300))
	h.listed("First", listing(original, "1"))
	for _, viewed := range []models.Truth{models.No, models.NotStated} {
		rep, f := h.report(viewed, original, asJPEG(drawing(1, 400, 300), 60))
		h.files.Delete(t.Context(), f[1].StorageKey) // whoever reads it fails
		h.examine(rep)
		if a, b := h.marks(f[0]), h.marks(f[1]); a != "exact First 1" || b != "new | "+known.LockedWords {
			t.Errorf("viewed %s: marked %q and %q", viewed, a, b)
		}
		if h.rows("files where pdq is not null or decoded_at is not null") != 0 || h.lines("files.decoded") != 0 {
			t.Fatal("a locked file was decoded")
		}
	}
}

func TestAFileWithAnothersMD5IsNotTakenForIt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	file := []byte("a harmless text")
	md, _, s2 := hashes(file)
	_, sh, other := hashes([]byte("another text"))
	h.listed("First", md+",,"+other+",,1,", md+","+sh+",,,2,", ",,"+s2+",,3,")
	rep, f := h.report(models.No, file)
	h.examine(rep)
	if got := h.marks(f[0]); got != "exact First 3" {
		t.Error(got)
	}
}

func TestAWithdrawnSetTakesItsMarksAndLabelsAlong(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	original := asPNG(drawing(1, 400, 300))
	first, second := h.listed("First", listing(original, "1")), h.listed("Second", listing(original, "1")+"2")
	rep, f := h.report(models.Yes, original, asJPEG(drawing(1, 400, 300), 60))
	h.examine(rep)
	if h.labels(f[0]) != "vics-us 1" || h.rows("labels where file_id = ?", f[0].ID) != 1 {
		t.Errorf("what two sets say alike is said once: %q", h.labels(f[0]))
	}
	for n, set := range []*models.KnownSet{first, second} {
		_, err := h.s.Withdraw(t.Context(), h.sam, set.ID.String(), "", set.Version)
		h.kind("without a reason", err, models.Invalid)
		_, err = h.s.Withdraw(t.Context(), h.sam, set.ID.String(), "Wrong", set.Version+5)
		h.kind("of another version", err, models.Conflict)
		_, err = h.s.Withdraw(t.Context(), h.sam, set.ID.String(), "Wrong", set.Version)
		h.must(err)
		_, err = h.s.Withdraw(t.Context(), h.sam, set.ID.String(), "Wrong", set.Version+1)
		h.kind("withdrawing twice", err, models.Conflict)
		for range 2 {
			h.must(h.e.Clear(t.Context(), set.ID))
		}
		if h.rows("file_marks where set_id = ?", set.ID) != 0 || h.rows("known_hashes where set_no = ?", set.Number) != 0 || h.jobs("examine_files", rep.ID) != n+1 || !h.set(set.ID).Cleared {
			t.Fatal("something of the set is left, or the report is not compared again")
		}
		h.examine(rep)
		switch n {
		case 0: // the other set still lists both
			if h.marks(f[0]) != "exact Second 1" || h.marks(f[1]) != "near Second 1" || h.labels(f[0]) != "vics-us 1" {
				t.Errorf("after the first: %q, %q, %q", h.marks(f[0]), h.marks(f[1]), h.labels(f[0]))
			}
		case 1:
			if none := "new | " + models.NothingToCompareWith; h.marks(f[0]) != none || h.marks(f[1]) != none || h.labels(f[0])+h.labels(f[1]) != "" {
				t.Errorf("after both: %q, %q, %q", h.marks(f[0]), h.marks(f[1]), h.labels(f[0]))
			}
		}
	}
	if h.rows("labels where removed_at is not null and removed_why <> ''") != 4 {
		t.Error("withdrawn labels are not kept with their reason")
	}
	if h.near.Len() != 0 || h.lines("known.withdrawn") != 2 || h.lines("known.taken-back") != 2 {
		t.Errorf("%d pictures are left in memory", h.near.Len())
	}
}

func TestAnErasedOrRetractedReportIsLeftAlone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	rep, f := h.report(models.Yes, asPNG(drawing(1, 100, 100)))
	h.Setup(t, func(tx *store.Tx) error {
		return tx.Exec("update reports set state = 'retracted', ended_at = now() where id = ?", rep.ID).Error
	})
	h.examine(rep)
	gone, g := h.report(models.Yes, asPNG(drawing(2, 100, 100)))
	h.Setup(t, func(tx *store.Tx) error {
		return tx.Exec("update files set erased_at = now() where report_id = ?", gone.ID).Error
	})
	h.examine(gone)
	h.must(h.e.Examine(t.Context(), store.NewID()))
	if h.marks(f[0]) != "" || h.marks(g[0]) != "" || h.rows("audit_events where action like 'files.%'") != 0 {
		t.Errorf("%q, %q", h.marks(f[0]), h.marks(g[0]))
	}
}

func TestAReportWithMoreFilesThanAreDecodedAtOnceIsExaminedAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	one := asPNG(drawing(1, 60, 60))
	var all [][]byte
	for i := range 103 {
		all = append(all, append(bytes.Clone(one), byte(i)))
	}
	rep, _ := h.report(models.Yes, all...)
	h.examine(rep)
	if h.rows("file_marks") != 100 || h.jobs("examine_files", rep.ID) != 1 {
		t.Errorf("%d marks, %d jobs", h.rows("file_marks"), h.jobs("examine_files", rep.ID))
	}
	h.examine(rep)
	if h.rows("file_marks where how = 'new'") != 103 || h.jobs("examine_files", rep.ID) != 1 {
		t.Errorf("%d marks, %d jobs", h.rows("file_marks"), h.jobs("examine_files", rep.ID))
	}
}

func TestABombCostsNoMemory(t *testing.T) {
	h := newHouse(t)
	rep, f := h.report(models.Yes, bomb(50_000), bomb(20_000))
	h.must(h.near.Follow(t.Context()))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	h.examine(rep)
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > 32<<20 {
		t.Errorf("%d MB were allocated", took>>20)
	}
	for _, f := range f {
		if got := h.marks(f); !strings.HasPrefix(got, "refused | ") {
			t.Error(got)
		}
	}
}

func TestTheIndexSurvivesARestartAndADamagedSnapshot(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a, b := asPNG(drawing(1, 200, 200)), asPNG(drawing(2, 200, 200))
	first := h.listed("First", listing(a, "1"))
	ctx := t.Context()
	want := func(what string, sets ...string) {
		t.Helper()
		h.must(h.near.Follow(ctx))
		var got []string
		for i, file := range [][]byte{a, b} {
			p, err := pdq.Parse(pictureHash(file))
			h.must(err)
			for _, m := range h.near.Search(p, pdq.MatchDistance) {
				got = append(got, string(rune('a'+i))+" in "+string(rune('0'+m.Set)))
			}
		}
		if strings.Join(got, ", ") != strings.Join(sets, ", ") || h.near.Len() != len(sets) {
			t.Errorf("%s: %v, %d in all; want %v", what, got, h.near.Len(), sets)
		}
	}
	want("at first", "a in 1")
	h.must(h.near.Save(ctx))
	h.restart()
	want("after a restart", "a in 1")
	h.listed("Second", listing(b, "2"))
	want("a set more", "a in 1", "b in 2")
	h.restart() // the snapshot knows only the first
	want("an older snapshot", "a in 1", "b in 2")
	h.must(h.near.Save(ctx))
	_, err := h.s.Withdraw(ctx, h.sam, first.ID.String(), "Wrong", first.Version)
	h.must(err)
	h.restart() // the snapshot has both
	want("a set less", "b in 2")
	h.must(h.near.Save(ctx))
	whole, err := os.ReadFile(h.snapshot)
	h.must(err)
	for what, bad := range map[string][]byte{"cut off": whole[:len(whole)-5], "one bit changed": flip(whole, len(whole)-60), "its list changed": flip(whole, 40), "empty": {}, "something else": []byte("00000004abcd and more of it, so that it is long enough for a checksum")} {
		h.must(os.WriteFile(h.snapshot, bad, 0o600))
		h.restart()
		want(what, "b in 2")
	}
	// A snapshot of another database whose sets have the same numbers.
	h.must(os.WriteFile(h.snapshot, whole, 0o600))
	h.Setup(t, func(tx *store.Tx) error {
		return tx.Exec("update known_sets set change = change + 7 where number = 2").Error
	})
	h.restart()
	want("of another database", "b in 2")
	// A part of a set's pictures is missing in it.
	h.Setup(t, func(tx *store.Tx) error { return tx.Exec("update known_sets set pictures = 2 where number = 2").Error })
	h.restart()
	want("that does not fit", "b in 2")
}

func flip(b []byte, at int) []byte {
	b = bytes.Clone(b)
	b[at] ^= 1
	return b
}

// Without a list, "new" would be said of everything, and raise every report.
func TestWithoutAHashSetNothingIsCalledNew(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var picture bytes.Buffer
	h.must(png.Encode(&picture, drawing(1, 400, 300)))
	for _, viewed := range []models.Truth{models.Yes, models.NotStated} {
		rep, files := h.report(viewed, picture.Bytes())
		h.examine(rep)
		var marks []models.FileMark
		h.Setup(t, func(tx *store.Tx) error { return tx.Where("report_id = ?", rep.ID).Find(&marks).Error })
		if len(marks) != 1 || marks[0].How != models.MarkNew || marks[0].Words != models.NothingToCompareWith {
			t.Errorf("viewed %v: %+v, want the words that there was nothing to compare with", viewed, marks)
		}
		if got := priority.MarksOf(files, marks); len(got) != 0 {
			t.Errorf("viewed %v: the rules read %+v", viewed, got)
		}
	}
}
