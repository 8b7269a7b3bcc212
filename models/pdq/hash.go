package pdq

import (
	"image"
	"math"
	"slices"
)

const kept = 16 // frequencies a direction

// block is the lowest frequencies of a picture, the constant ones left out: down by
// row, across by column.
type block [kept][kept]float32

// cosines is the transform's matrix: frequency by point.
var cosines = func() (m [kept][side]float32) {
	scale := float32(math.Sqrt(2.0 / side))
	for f := range m {
		for x := range m[f] {
			m[f][x] = float32(float64(scale) * math.Cos(math.Pi/2/side*float64(f+1)*float64(2*x+1)))
		}
	}
	return m
}()

// Hash is the picture's hash and its quality from 0 to 100. A picture with a side
// under five points has none: a hash of zeros at quality 0.
func Hash(img image.Image) (Hash256, int) {
	b, quality := transform(img)
	if b == nil {
		return Hash256{}, 0
	}
	return b.hash(), quality
}

func transform(img image.Image) (*block, int) {
	if size := img.Bounds(); size.Dx() < minSide || size.Dy() < minSide {
		return nil, 0
	}
	g := shrink(luminance(img))
	return g.frequencies(), g.quality()
}

// frequencies is the cosine transform, only as far as it is kept.
func (g *grid) frequencies() *block {
	var down [kept][side]float32
	for f := range down {
		for x := range side {
			var sum float32
			for y := range side {
				sum += float32(cosines[f][y] * g[y][x]) // the conversion forbids fusing; see luma.go
			}
			down[f][x] = sum
		}
	}
	b := new(block)
	for f := range b {
		for k := range b[f] {
			var sum float32
			for x := range side {
				sum += float32(down[f][x] * cosines[k][x])
			}
			b[f][k] = sum
		}
	}
	return b
}

// hash says of each frequency whether it is above the median, that is the lower of
// the two in the middle: half of the bits are ones, unless frequencies are equal.
func (b *block) hash() (h Hash256) {
	all := make([]float32, 0, kept*kept)
	for f := range b {
		all = append(all, b[f][:]...)
	}
	slices.Sort(all)
	median := all[len(all)/2-1]
	for f := range b {
		for k := range b[f] {
			if b[f][k] > median {
				h.set(f*kept + k)
			}
		}
	}
	return h
}
