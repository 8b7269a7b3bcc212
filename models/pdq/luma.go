package pdq

import (
	"image"
	"image/color"
)

const (
	sampled = 512 // a larger picture is sampled down to this on both sides
	minSide = 5   // no smaller picture has a hash; the reference's limit
)

// What red, green and blue give to luminance, for each of their values: the weights
// of ITU-R BT.601. As tables, since a product that a compiler may fuse with a sum
// would round otherwise on another processor, and hashes must not differ by machine.
var fromRed, fromGreen, fromBlue = weighted(0.299), weighted(0.587), weighted(0.114)

func weighted(weight float32) (t [256]float32) {
	for v := range t {
		t[v] = weight * float32(v)
	}
	return t
}

// plane is a picture's luminance, row by row.
type plane struct {
	rows, cols int
	at         []float32
}

// luminance reads the plane of a picture, sampled down where it is large: the
// nearest point above and to the left, since that is what the reference does and
// whoever samples otherwise gets hashes some bits away from everybody else's.
// Transparency is ignored for the same reason.
func luminance(img image.Image) plane {
	b := img.Bounds()
	p := plane{rows: b.Dy(), cols: b.Dx()}
	if p.rows > sampled || p.cols > sampled {
		p.rows, p.cols = sampled, sampled
	}
	p.at = make([]float32, p.rows*p.cols)
	point := reader(img)
	i := 0
	for row := range p.rows {
		y := b.Min.Y + row*b.Dy()/p.rows
		for col := range p.cols {
			red, green, blue := point(b.Min.X+col*b.Dx()/p.cols, y)
			p.at[i] = fromRed[red] + fromGreen[green] + fromBlue[blue]
			i++
		}
	}
	return p
}

// reader is how to read a point's colours, without an allocation for each in the
// kinds of picture that files decode to most often.
func reader(img image.Image) func(x, y int) (red, green, blue uint8) {
	switch m := img.(type) {
	case *image.YCbCr:
		return func(x, y int) (uint8, uint8, uint8) {
			c := m.COffset(x, y)
			return color.YCbCrToRGB(m.Y[m.YOffset(x, y)], m.Cb[c], m.Cr[c])
		}
	case *image.Gray:
		return func(x, y int) (uint8, uint8, uint8) {
			v := m.Pix[m.PixOffset(x, y)]
			return v, v, v
		}
	case *image.NRGBA:
		return func(x, y int) (uint8, uint8, uint8) {
			p := m.Pix[m.PixOffset(x, y):]
			return p[0], p[1], p[2]
		}
	case *image.RGBA:
		return func(x, y int) (uint8, uint8, uint8) {
			p := m.Pix[m.PixOffset(x, y):]
			if p[3] == 0xff {
				return p[0], p[1], p[2]
			}
			return unmixed(color.RGBA{R: p[0], G: p[1], B: p[2], A: p[3]})
		}
	case *image.Paletted:
		var of [256][3]uint8
		for i, c := range m.Palette {
			of[i][0], of[i][1], of[i][2] = unmixed(c)
		}
		return func(x, y int) (uint8, uint8, uint8) {
			c := &of[m.Pix[m.PixOffset(x, y)]]
			return c[0], c[1], c[2]
		}
	default:
		return func(x, y int) (uint8, uint8, uint8) { return unmixed(img.At(x, y)) }
	}
}

// unmixed is a colour as it was before it was multiplied with its opacity.
func unmixed(c color.Color) (red, green, blue uint8) {
	n, _ := color.NRGBAModel.Convert(c).(color.NRGBA)
	return n.R, n.G, n.B
}
