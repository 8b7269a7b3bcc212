package pdq

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/color/palette"
	"image/gif"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
)

func asGIF(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := gif.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func decodeBytes(file []byte, limits Limits) (image.Image, error) {
	return Decode(bytes.NewReader(file), limits)
}

// pngHead is a PNG up to its header's end.
func pngHead(w, h uint32, depth, kind, interlaced byte) []byte {
	chunk := append([]byte("IHDR"), binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)...)
	chunk = append(chunk, depth, kind, 0, 0, interlaced)
	b := append([]byte("\x89PNG\r\n\x1a\n"), 0, 0, 0, 13)
	return binary.BigEndian.AppendUint32(append(b, chunk...), crc32.ChecksumIEEE(chunk))
}

// grownJPEG is a grey, empty JPEG that comes in so many passes, the later ones
// saying in a few bytes that nothing changes.
func grownJPEG(w, h, scans int) []byte {
	b := []byte{0xff, 0xd8, 0xff, 0xdb, 0, 67, 0}
	for range 64 {
		b = append(b, 1)
	}
	b = append(b, 0xff, 0xc2, 0, 11, 8, byte(h>>8), byte(h), byte(w>>8), byte(w), 1, 1, 0x11, 0)
	code := func(class, symbol byte) { // one symbol, written as a single bit
		b = append(append(b, 0xff, 0xc4, 0, 20, class, 1), make([]byte, 15)...)
		b = append(b, symbol)
	}
	code(0x00, 0x00)
	code(0x10, 0xe0) // "the next 16,384 blocks are done"
	blocks := ((w + 7) / 8) * ((h + 7) / 8)
	b = append(b, 0xff, 0xda, 0, 8, 1, 1, 0, 0, 0, 0)
	b = append(b, make([]byte, blocks/8+1)...)
	for range scans - 1 {
		b = append(b, 0xff, 0xda, 0, 8, 1, 1, 0, 1, 63, 0)
		b = append(b, make([]byte, (blocks/16384+1)*2)...)
	}
	return append(b, 0xff, 0xd9)
}

func TestPicturesOfEachKindAreRead(t *testing.T) {
	img := drawn("balls", 90, 60)
	for name, file := range map[string][]byte{
		"PNG": asPNG(t, img), "JPEG": asJPEG(t, img, 90), "GIF": asGIF(t, img), "JPEG in passes": grownJPEG(90, 60, 12),
		"JPEG with bytes behind it": append(asJPEG(t, img, 90), make([]byte, 5000)...),
	} {
		got, err := decodeBytes(file, Limits{})
		if err != nil || got.Bounds().Size() != img.Bounds().Size() {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := Decode(iotest.OneByteReader(bytes.NewReader(file)), Limits{}); err != nil {
			t.Errorf("%s, byte by byte: %v", name, err)
		}
		if _, err := Decode(iotest.DataErrReader(bytes.NewReader(file)), Limits{Bytes: int64(len(file))}); err != nil {
			t.Errorf("%s, of just the allowed size: %v", name, err)
		}
	}
}

func TestWhatIsNoPictureIsSaidSo(t *testing.T) {
	for name, c := range map[string]struct {
		file, words string
	}{
		"nothing":        {"", "it is empty"},
		"text":           {"Neutral text, long enough to be looked at.", "does not begin like a PNG, JPEG or GIF"},
		"a short text":   {"GI", "does not begin like"},
		"WebP":           {"RIFF\x10\x20\x00\x00WEBPVP8 ", "it is a WebP picture"},
		"HEIC":           {"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "it is a HEIC picture"},
		"MP4":            {"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00", "it is a video"},
		"PDF":            {"%PDF-1.7\n%neutral", "it is a PDF document"},
		"arithmetic":     {"\xff\xd8\xff\xc9\x00\x0b\x08\x00\x10\x00\x10\x01\x01\x11\x00", "unknown marker"},
		"PNG of depth 3": {string(pngHead(8, 8, 3, 0, 0)), "bit depth"},
	} {
		_, err := decodeBytes([]byte(c.file), Limits{})
		if !errors.Is(err, ErrUnsupported) || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAPictureCutShortIsDamaged(t *testing.T) {
	img := drawn("balls", 40, 30)
	for name, file := range map[string][]byte{"PNG": asPNG(t, img), "JPEG": asJPEG(t, img, 80), "GIF": asGIF(t, img)} {
		whole := decoded(t, file)
		for n := 16; n < len(file); n++ {
			got, err := decodeBytes(file[:n], Limits{})
			if name == "GIF" && err == nil && bytes.Equal(got.(*image.Paletted).Pix, whole.(*image.Paletted).Pix) {
				continue // only what follows the first picture is missing
			}
			if !errors.Is(err, ErrBroken) {
				t.Errorf("%s, %d of %d bytes: %v", name, n, len(file), err)
			}
		}
		if _, err := decodeBytes(file[:len(file)/2], Limits{}); err == nil || !strings.Contains(err.Error(), "damaged") {
			t.Errorf("%s, half of it: %v", name, err)
		}
	}
	file := asPNG(t, img)
	file[len(file)-30] ^= 0xff
	if _, err := decodeBytes(file, Limits{}); !errors.Is(err, ErrBroken) {
		t.Errorf("a changed byte: %v", err)
	}
}

func TestADiskThatFailsIsNoBrokenPicture(t *testing.T) {
	failed := errors.New("the disk failed")
	for name, file := range map[string][]byte{
		"PNG": asPNG(t, drawn("balls", 90, 60)), "JPEG": asJPEG(t, drawn("balls", 90, 60), 90), "GIF": asGIF(t, drawn("balls", 90, 60)),
	} {
		for _, n := range []int{0, 5, 16, 40, len(file) / 2} {
			_, err := Decode(io.MultiReader(bytes.NewReader(file[:n]), iotest.ErrReader(failed)), Limits{})
			if !errors.Is(err, failed) || errors.Is(err, ErrBroken) || errors.Is(err, ErrUnsupported) || errors.Is(err, ErrTooLarge) {
				t.Errorf("%s, after %d bytes: %v", name, n, err)
			}
		}
	}
}

// allocated is how many bytes a function asks for in all, more than it ever holds.
func allocated(f func()) int64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return int64(after.TotalAlloc - before.TotalAlloc)
}

func TestBombsCostNextToNothing(t *testing.T) {
	flat := image.NewPaletted(image.Rect(0, 0, 3000, 2000), color.Palette{color.Black})
	grown := grownJPEG(64, 64, maxScans+1)
	for name, c := range map[string]struct {
		file   []byte
		limits Limits
		words  string
	}{
		"PNG of four thousand million points":  {pngHead(65000, 65000, 8, 6, 0), Limits{}, "65000 by 65000 points"},
		"PNG of 90 million points at 16 bits":  {pngHead(9500, 9500, 16, 6, 0), Limits{}, "688 MiB to decode, and 320 MiB"},
		"PNG of 60 million points, interlaced": {pngHead(7700, 7700, 8, 2, 1), Limits{}, "to decode"},
		"PNG, small file":                      {asPNG(t, flat), Limits{Pixels: 5_999_999}, "3000 by 2000 points"},
		"PNG, little memory":                   {asPNG(t, flat), Limits{Memory: 2 << 20}, "5 MiB to decode, and 2 MiB"},
		"GIF":                                  {[]byte("GIF89a\xff\xff\xff\xff\x00\x00\x00;;;"), Limits{}, "65535 by 65535 points"},
		"JPEG":                                 {grownJPEG(9, 9, 1), Limits{Pixels: 80}, "9 by 9 points"},
		"JPEG in passes":                       {grownJPEG(2000, 2000, 1), Limits{Memory: 19 << 20}, "2000 by 2000 points may take"},
		"JPEG in a hundred and one passes":     {grown, Limits{}, "more than 100 times"},
		"JPEG with an endless head":            {append([]byte("\xff\xd8\xff\xe1\xff\xff"), bytes.Repeat([]byte("\xff\xe1\x00\x02"), 3<<20)...), Limits{}, "8 MiB come before"},
		"PNG with too many bytes":              {asPNG(t, drawn("balls", 300, 300)), Limits{Bytes: 1500}, "goes on after 1500 bytes"},
	} {
		var err error
		cost := allocated(func() { _, err = decodeBytes(c.file, c.limits) })
		if !errors.Is(err, ErrTooLarge) || !strings.Contains(err.Error(), c.words) {
			t.Errorf("%s: %v", name, err)
		}
		most := int64(1 << 20)
		if strings.Contains(name, "endless") {
			most = 4 * maxHeader
		}
		if cost > most {
			t.Errorf("%s: refused for %d bytes of memory", name, cost)
		}
	}
	if _, err := decodeBytes(grownJPEG(64, 64, maxScans), Limits{}); err != nil {
		t.Errorf("a JPEG in %d passes: %v", maxScans, err)
	}
}

func TestAPictureTakesNoMoreMemoryThanReckoned(t *testing.T) {
	const w, h = 1500, 1000
	img := drawn("crossing", w, h)
	r := img.Bounds()
	half := drawn("crossing", w, h)
	half.Pix[3] = 9
	for name, file := range map[string][]byte{
		"PNG in colours": asPNG(t, img), "PNG with transparency": asPNG(t, half), "PNG at 16 bits": asPNG(t, as(image.NewNRGBA64(r), half)),
		"PNG in grey": asPNG(t, as(image.NewGray(r), img)), "PNG in grey at 16 bits": asPNG(t, as(image.NewGray16(r), img)),
		"PNG with a palette": asPNG(t, as(image.NewPaletted(r, palette.Plan9), img)),
		"JPEG in colours":    asJPEG(t, img, 80), "JPEG in grey": asJPEG(t, as(image.NewGray(r), img), 80), "JPEG in passes": grownJPEG(w, h, 20),
		"GIF": asGIF(t, img), "JPEG, one point wide": asJPEG(t, drawn("crossing", 1, 20000), 80),
	} {
		f, err := formatOf(file[:16])
		if err != nil {
			t.Fatal(err)
		}
		c, err := f.config(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		reckoned := f.memory(file, c)
		cost := allocated(func() { decoded(t, file) })
		if cost > reckoned+1<<20 || reckoned == 0 {
			t.Errorf("%s: %d bytes, reckoned %d", name, cost, reckoned)
		}
		t.Logf("%s: %.1f bytes a point, reckoned %.1f", name, float64(cost)/w/h, float64(reckoned)/w/h)
	}
}

func FuzzDecode(f *testing.F) {
	small := drawn("balls", 24, 18)
	for _, file := range [][]byte{
		nil, asPNG(f, small), asJPEG(f, small, 50), asGIF(f, small), grownJPEG(17, 9, 3), grownJPEG(8, 8, maxScans+1),
		pngHead(1<<30, 1<<30, 16, 6, 1), asPNG(f, as(image.NewNRGBA64(small.Bounds()), small)), asPNG(f, as(image.NewPaletted(small.Bounds(), palette.WebSafe), small)),
	} {
		f.Add(file)
	}
	limits := Limits{Bytes: 1 << 20, Pixels: 1 << 18, Memory: 4 << 20}
	f.Fuzz(func(t *testing.T, file []byte) {
		img, err := decodeBytes(file, limits)
		if err != nil {
			if !errors.Is(err, ErrUnsupported) && !errors.Is(err, ErrTooLarge) && !errors.Is(err, ErrBroken) {
				t.Errorf("an error of no known kind: %v", err)
			}
			return
		}
		if size := img.Bounds().Size(); size.X*size.Y > int(limits.Pixels) {
			t.Errorf("%v points came through", size)
		}
		h, quality := Hash(img)
		if quality < 0 || quality > 100 {
			t.Errorf("quality %d", quality)
		}
		if all, _ := Turned(img); all[AsIs] != h {
			t.Errorf("Turned says %s, Hash says %s", all[AsIs], h)
		}
	})
}
