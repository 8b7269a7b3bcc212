package pdq

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"testing"
)

// shape is a rectangle or an ellipse within it, in thousandths of the picture.
type shape struct {
	round          bool
	x0, y0, x1, y1 int
	c              color.NRGBA
}

func rgb(v uint32) color.NRGBA {
	return color.NRGBA{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v), A: 0xff}
}

// drawings are pictures of plain shapes over a shaded ground. Whole numbers only, so
// that every machine draws the same.
var drawings = map[string][]shape{
	"a house": {{false, 150, 450, 650, 900, rgb(0xb05030)}, {false, 230, 550, 330, 680, rgb(0xf0f0a0)}, {false, 450, 560, 560, 900, rgb(0x403020)},
		{true, 740, 80, 930, 330, rgb(0xffe040)}, {false, 120, 380, 680, 450, rgb(0x202020)}, {true, 700, 600, 960, 860, rgb(0x208030)}, {false, 810, 760, 850, 930, rgb(0x502808)}},
	"balls": {{true, 40, 60, 320, 400, rgb(0xe02020)}, {true, 400, 20, 560, 300, rgb(0x2040e0)}, {true, 620, 240, 980, 700, rgb(0xf0f0f0)},
		{true, 80, 520, 300, 940, rgb(0x101010)}, {true, 360, 620, 600, 880, rgb(0x20c080)}, {true, 700, 760, 860, 960, rgb(0xc0c020)}},
	"a table": {{false, 0, 0, 1000, 120, rgb(0x203050)}, {false, 60, 200, 360, 260, rgb(0xf4f4f4)}, {false, 60, 320, 900, 350, rgb(0x606060)},
		{false, 60, 420, 700, 450, rgb(0x606060)}, {false, 60, 520, 820, 550, rgb(0x606060)}, {false, 500, 180, 940, 290, rgb(0xd06010)}, {false, 60, 640, 480, 940, rgb(0x3090c0)}, {true, 560, 640, 900, 960, rgb(0x902060)}},
	"crossing": {{false, 420, 0, 560, 1000, rgb(0x303030)}, {false, 0, 620, 1000, 760, rgb(0x404040)}, {false, 60, 80, 360, 520, rgb(0xd8c8a0)},
		{false, 640, 40, 940, 300, rgb(0x90a8c8)}, {false, 480, 60, 500, 200, rgb(0xffffff)}, {true, 620, 800, 780, 960, rgb(0x308040)}, {false, 100, 820, 380, 960, rgb(0x803020)}},
}

func drawn(name string, w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.NRGBA{R: uint8(90 + 100*x/w), G: uint8(110 + 80*y/h), B: uint8(150 - 60*x/w), A: 0xff}
			px, py := (2*x+1)*500/w, (2*y+1)*500/h
			for _, s := range drawings[name] {
				if px < s.x0 || px >= s.x1 || py < s.y0 || py >= s.y1 {
					continue
				}
				dx, dy := 2*px-s.x0-s.x1, 2*py-s.y0-s.y1
				rx, ry := s.x1-s.x0, s.y1-s.y0
				if s.round && dx*dx*ry*ry+dy*dy*rx*rx > rx*rx*ry*ry {
					continue
				}
				c = s.c
			}
			img.SetNRGBA(x, y, c)
		}
	}
	return img
}

// redrawn is the picture put through a function from its points to the new ones.
func redrawn(from *image.NRGBA, w, h int, at func(x, y int) color.NRGBA) *image.NRGBA {
	to := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			to.SetNRGBA(x, y, at(x, y))
		}
	}
	return to
}

// mean is the mean colour of a part of the picture.
func mean(img *image.NRGBA, r image.Rectangle) color.NRGBA {
	r = r.Intersect(img.Bounds())
	var red, green, blue, n int
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			c := img.NRGBAAt(x, y)
			red, green, blue, n = red+int(c.R), green+int(c.G), blue+int(c.B), n+1
		}
	}
	return color.NRGBA{R: uint8(red / n), G: uint8(green / n), B: uint8(blue / n), A: 0xff}
}

func resized(img *image.NRGBA, w, h int) *image.NRGBA {
	b := img.Bounds()
	return redrawn(img, w, h, func(x, y int) color.NRGBA {
		x0, y0 := x*b.Dx()/w, y*b.Dy()/h
		return mean(img, image.Rect(x0, y0, max(x0+1, (x+1)*b.Dx()/w), max(y0+1, (y+1)*b.Dy()/h)))
	})
}

func blurred(img *image.NRGBA, by int) *image.NRGBA {
	b := img.Bounds()
	return redrawn(img, b.Dx(), b.Dy(), func(x, y int) color.NRGBA {
		return mean(img, image.Rect(x-by, y-by, x+by+1, y+by+1))
	})
}

func asJPEG(t testing.TB, img image.Image, quality int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func decoded(t testing.TB, file []byte) image.Image {
	t.Helper()
	img, err := Decode(bytes.NewReader(file), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// as is the same picture in another of Go's kinds.
func as(to draw.Image, img image.Image) image.Image {
	draw.Draw(to, to.Bounds(), img, img.Bounds().Min, draw.Src)
	return to
}
