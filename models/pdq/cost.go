package pdq

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"io"
)

// capped reads up to a number of bytes and remembers why it stopped, since decoders
// hide it in errors of their own.
type capped struct {
	r      io.Reader
	left   int64
	over   bool  // there was more than allowed
	failed error // the reader's own
}

func (c *capped) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	full := c.left == 0
	if full {
		p = make([]byte, 1) // tells a file of just that size from a larger one
	} else if int64(len(p)) > c.left {
		p = p[:c.left]
	}
	n, err := c.r.Read(p)
	if full && n > 0 {
		c.over = true
		return 0, fmt.Errorf("%w: too many bytes", ErrTooLarge)
	}
	c.left -= int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		c.failed = err
	}
	return n, err
}

// headerBuffer keeps what was read to learn a picture's size.
type headerBuffer struct{ bytes.Buffer }

func (b *headerBuffer) Write(p []byte) (int, error) {
	if b.Len()+len(p) > maxHeader {
		return 0, fmt.Errorf("%w: %d MiB come before the picture itself", ErrTooLarge, maxHeader>>20)
	}
	return b.Buffer.Write(p)
}

// The bounds below were read out of the standard library's decoders and are held
// against them by a test.

// pngMemory: four bytes a point, since a transparent colour named after the header
// makes grey into colours; double at 16 bits; once more if interlaced, since a pass
// is decoded by itself before it is laid in. Two rows for the filters.
func pngMemory(header []byte, c image.Config) int64 {
	const depth, kind, interlaced = 24, 25, 28 // offsets in the first chunk, which comes first
	if len(header) <= interlaced {
		return 0 // the decoder has refused it
	}
	each := int64(4)
	switch {
	case header[kind] == 3:
		each = 1 // a palette
	case header[depth] == 16:
		each = 8
	}
	if header[interlaced] != 0 {
		each *= 2
	}
	return each * int64(c.Width) * (int64(c.Height) + 2)
}

// gifMemory: a byte a point, twice if its rows are interlaced. A frame cannot be
// larger than the screen that the header states.
func gifMemory(_ []byte, c image.Config) int64 { return 2 * int64(c.Width) * int64(c.Height) }

// jpegMemory: a byte for each sample of each component, four more where the picture
// comes in passes and coefficients wait for the last one, and four a point where the
// colours have to be converted, which is known only later. Sides are rounded up to
// the largest unit of coding.
func jpegMemory(header []byte, c image.Config) int64 {
	w := walker{}
	if err := w.walk(header); err != nil || len(w.frame) < 6 {
		return 0 // the decoder has refused it
	}
	points := roundUp(c.Width) * roundUp(c.Height)
	parts := w.frame[6:]
	var samples, most int64
	for ; len(parts) >= 3; parts = parts[3:] {
		n := int64(parts[1]>>4) * int64(parts[1]&15)
		samples, most = samples+n, max(most, n)
	}
	if most == 0 {
		return 0
	}
	each := int64(1)
	if w.progressive {
		each += 4
	}
	need := points * samples * each / most
	if w.frame[5] > 1 {
		need += 4 * points
	}
	return need
}

func roundUp(points int) int64 { return (int64(points) + 31) / 32 * 32 }
