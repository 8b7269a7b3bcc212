package pdq

import (
	"fmt"
	"image"
	"image/color"
	"image/color/palette"
	"slices"
	"testing"
)

// stored are the drawings' hashes, made once by this code after it had been compared
// with the published ones: a change of the algorithm, or a machine that rounds in
// another way, shows here. "fog" has no shapes at all.
var stored = []struct {
	name    string
	w, h    int
	hash    string
	quality int
}{
	{"a house", 700, 500, "d51608dea256fbc15f29961c74f294be8e1df5e16ae10e2f14d861a39f0c9e50", 100},
	{"a house", 333, 444, "d51608dea256f9e15f29961c74f294b68f1df5e16ae10e2f14d869a39f0c8e50", 100},
	{"a table", 700, 500, "48a5ab4a67bcf7fccffca54a58b5a443188348a3b35455baa354cdd844c93a35", 100},
	{"a table", 333, 444, "48a5ab4a77bcfffccb7ca54b58b5b443088348abb35455baa354c5d844c93a34", 100},
	{"balls", 700, 500, "0ed0f2d61edcad941f82d1691d29a2c9df8360fc2f945dacc1031efca2e9e703", 100},
	{"balls", 333, 444, "0ec0f2d61edcad941f83d1a91d2ba249df8360fc2fd45dace1031e7ca269e703", 100},
	{"crossing", 700, 500, "2c01925e2d899263988963dcf62263dc6625677e6d8d626be776dd9c83de9803", 100},
	{"crossing", 333, 444, "2c01924e2d899223988963dcf62263dcf621677e6d9d226be77edd9cc35e9803", 100},
	{"fog", 500, 500, "efe40859f7f6d5005ee1948fd5d9111036f3ad0f6863f4b2b8eeaa46f6826180", 0},
	{"a house", 64, 64, "d71628dea256fb416f29971c74f294b68f0df5a16ae10e2f94d869a19f0c8e50", 100},
	{"a house", 2000, 30, "953608def256fb415f2d949e74f295be8a0df5e12ae90e2f54c869219f0c8e50", 100},
}

func names() []string {
	var all []string
	for n := range drawings {
		all = append(all, n)
	}
	slices.Sort(all)
	return all
}

func TestDrawnPicturesHaveTheirStoredHashes(t *testing.T) {
	for _, want := range stored {
		h, quality := Hash(drawn(want.name, want.w, want.h))
		if h.String() != want.hash || quality != want.quality {
			t.Errorf("{%q, %d, %d, %q, %d},", want.name, want.w, want.h, h, quality)
		}
	}
}

func TestTheSamePictureStaysNear(t *testing.T) {
	ways := []struct {
		name string
		do   func(*image.NRGBA) image.Image
	}{
		{"as PNG", func(m *image.NRGBA) image.Image { return decoded(t, asPNG(t, m)) }},
		{"as JPEG of quality 90", func(m *image.NRGBA) image.Image { return decoded(t, asJPEG(t, m, 90)) }},
		{"as JPEG of quality 60", func(m *image.NRGBA) image.Image { return decoded(t, asJPEG(t, m, 60)) }},
		{"as JPEG of quality 25", func(m *image.NRGBA) image.Image { return decoded(t, asJPEG(t, m, 25)) }},
		{"half as large", func(m *image.NRGBA) image.Image { return resized(m, 350, 250) }},
		{"a fifth as large", func(m *image.NRGBA) image.Image { return resized(m, 140, 100) }},
		{"larger", func(m *image.NRGBA) image.Image { return resized(m, 1100, 786) }},
		{"of another shape", func(m *image.NRGBA) image.Image { return resized(m, 400, 400) }},
		{"slightly blurred", func(m *image.NRGBA) image.Image { return blurred(m, 1) }},
		{"more blurred", func(m *image.NRGBA) image.Image { return blurred(m, 4) }},
		{"all of it: blurred, resized, JPEG of quality 50", func(m *image.NRGBA) image.Image {
			return decoded(t, asJPEG(t, resized(blurred(m, 2), 300, 214), 50))
		}},
	}
	for _, name := range names() {
		original := drawn(name, 700, 500)
		h, _ := Hash(original)
		for _, way := range ways {
			got, quality := Hash(way.do(original))
			if d := h.Distance(got); d > MatchDistance || quality < MinQuality {
				t.Errorf("%s, %s: %d bits away at quality %d", name, way.name, d, quality)
			} else {
				t.Logf("%s, %s: %d bits away at quality %d", name, way.name, d, quality)
			}
		}
	}
}

func TestAnUnrelatedPictureIsFar(t *testing.T) {
	all := names()
	for i, a := range all {
		turned, _ := Turned(drawn(a, 700, 500))
		for _, b := range all[i+1:] {
			h, _ := Hash(drawn(b, 700, 500))
			for turn, other := range turned {
				if d := other.Distance(h); d < 3*MatchDistance {
					t.Errorf("%s is %d bits away from %s %s", b, d, a, Turn(turn))
				}
			}
		}
	}
}

func TestATurnedPictureHasTheHashThatTurnedForetells(t *testing.T) {
	const w, h = 480, 320
	img := drawn("a house", w, h)
	at := func(x, y int) color.NRGBA { return img.NRGBAAt(x, y) }
	really := map[Turn]image.Image{
		AsIs:           img,
		TurnedLeft:     redrawn(img, h, w, func(x, y int) color.NRGBA { return at(w-1-y, x) }),
		TurnedOver:     redrawn(img, w, h, func(x, y int) color.NRGBA { return at(w-1-x, h-1-y) }),
		TurnedRight:    redrawn(img, h, w, func(x, y int) color.NRGBA { return at(y, h-1-x) }),
		UpsideDown:     redrawn(img, w, h, func(x, y int) color.NRGBA { return at(x, h-1-y) }),
		Mirrored:       redrawn(img, w, h, func(x, y int) color.NRGBA { return at(w-1-x, y) }),
		Transposed:     redrawn(img, h, w, func(x, y int) color.NRGBA { return at(y, x) }),
		Antitransposed: redrawn(img, h, w, func(x, y int) color.NRGBA { return at(w-1-y, h-1-x) }),
	}
	foretold, quality := Turned(img)
	if own, q := Hash(img); own != foretold[AsIs] || q != quality {
		t.Errorf("as it is: %s at %d, but Hash says %s at %d", foretold[AsIs], quality, own, q)
	}
	for turn := range turns {
		got, _ := Hash(really[turn])
		for other, want := range foretold {
			d := got.Distance(want)
			if Turn(other) == turn && d > 16 || Turn(other) != turn && d < 3*MatchDistance {
				t.Errorf("the picture %s is %d bits from the one foretold for %s", turn, d, Turn(other))
			}
		}
	}
}

func TestAHashDoesNotDependOnHowThePictureIsHeld(t *testing.T) {
	img := drawn("balls", 600, 400)
	r := img.Bounds()
	want, _ := Hash(img)
	same := map[string]image.Image{
		"RGBA":           as(image.NewRGBA(r), img),
		"RGBA64":         as(image.NewRGBA64(r), img),
		"shifted origin": as(image.NewNRGBA(r.Add(image.Pt(-70, 9000))), img),
		"part of larger": as(image.NewNRGBA(image.Rect(0, 0, 900, 900)), img).(*image.NRGBA).SubImage(r),
		"through color":  plain{img},
		"YCbCr":          decoded(t, asJPEG(t, img, 100)),
	}
	for name, m := range same {
		limit := 0
		if name == "YCbCr" { // which loses colours
			limit = 16
		}
		if got, _ := Hash(m); got.Distance(want) > limit {
			t.Errorf("%s: %d bits away", name, got.Distance(want))
		}
	}
	grey := as(image.NewGray(r), img)
	if h, _ := Hash(grey); h.Distance(want) > 8 {
		t.Errorf("the grey picture is %d bits from the coloured one", h.Distance(want))
	}
	few := as(image.NewPaletted(r, palette.Plan9), img)
	half := as(image.NewRGBA(r), img).(*image.RGBA)
	for i := range half.Pix {
		half.Pix[i] /= 2 // half transparent, its colours multiplied with that
	}
	for name, m := range map[string]image.Image{"grey": grey, "paletted": few, "half transparent": half, "YCbCr": same["YCbCr"]} {
		fast, _ := Hash(m)
		slow, _ := Hash(plain{m})
		if fast != slow {
			t.Errorf("%s: %s, but point by point %s", name, fast, slow)
		}
	}
}

// plain hides what kind of picture it is.
type plain struct{ image.Image }

func TestTransparencyIsIgnored(t *testing.T) {
	img := drawn("balls", 200, 200)
	want, _ := Hash(img)
	for i := 3; i < len(img.Pix); i += 4 {
		img.Pix[i] = 0
	}
	if got, _ := Hash(img); got != want {
		t.Errorf("%d bits away", got.Distance(want))
	}
}

func TestSmallAndPlainPicturesHaveNoQuality(t *testing.T) {
	for _, size := range []image.Point{{0, 0}, {4, 400}, {400, 4}, {1, 1}} {
		h, quality := Hash(image.NewGray(image.Rectangle{Max: size}))
		all, q := Turned(image.NewGray(image.Rectangle{Max: size}))
		if h != (Hash256{}) || quality != 0 || q != 0 || all != [turns]Hash256{} {
			t.Errorf("%v: %s at quality %d", size, h, quality)
		}
	}
	for _, size := range []image.Point{{5, 5}, {5, 3000}, {64, 64}, {511, 513}} {
		plain := image.NewGray(image.Rectangle{Max: size})
		if _, quality := Hash(plain); quality != 0 {
			t.Errorf("%v, all black: quality %d", size, quality)
		}
		if h, quality := Hash(drawn("a house", size.X, size.Y)); h == (Hash256{}) || quality == 0 {
			t.Errorf("%v, a house: %s at quality %d", size, h, quality)
		}
	}
}

func TestHashesOfPicturesAreHalfOnes(t *testing.T) {
	for _, name := range names() {
		h, _ := Hash(drawn(name, 333, 444))
		if ones := h.Distance(Hash256{}); ones != 128 {
			t.Errorf("%s: %d of 256 bits are ones", name, ones)
		}
	}
}

func TestTurnsHaveWords(t *testing.T) {
	seen := map[string]bool{}
	for turn := range turns + 1 {
		if seen[fmt.Sprint(turn)] {
			t.Errorf("two turns are said %q", turn)
		}
		seen[fmt.Sprint(turn)] = true
	}
}

func BenchmarkHash(b *testing.B) {
	for _, size := range []image.Point{{256, 256}, {1600, 1000}, {4000, 3000}} {
		img := decoded(b, asJPEG(b, drawn("a house", size.X, size.Y), 85))
		b.Run(fmt.Sprintf("%dx%d", size.X, size.Y), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Hash(img)
			}
		})
	}
}

func BenchmarkDecodeAndHash(b *testing.B) {
	file := asJPEG(b, drawn("a house", 1600, 1000), 85)
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		Hash(decoded(b, file))
	}
}
