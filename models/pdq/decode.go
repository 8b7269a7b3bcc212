package pdq

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
)

// Why a file has no picture for us. Errors of Decode wrap one of these and say more
// in words; an error that wraps none of them is the reader's own, so that a disk that
// failed is not taken for a broken picture and can be tried again.
var (
	// ErrUnsupported is a file that is no picture, or one of a kind not read here.
	ErrUnsupported = errors.New("this kind of file is not read as a picture")
	// ErrTooLarge is a picture that would cost more than the limits allow.
	ErrTooLarge = errors.New("the picture is larger than is allowed here")
	// ErrBroken is a picture that begins well and cannot be read to its end.
	ErrBroken = errors.New("the picture is damaged")
)

// Limits are what one picture may cost. A zero is Usual's value.
type Limits struct {
	Bytes  int64 // read of the file
	Pixels int64 // points of the picture, as its header states them
	Memory int64 // bytes that decoding may take, reckoned from the header
}

// Usual fits photographs of 48 million points as telephones make them, and no more
// memory than a worker has to spare.
var Usual = Limits{Bytes: 64 << 20, Pixels: 100e6, Memory: 320 << 20}

// maxHeader is how much may come before the picture's size is known. It is kept in
// memory to be read a second time.
const maxHeader = 8 << 20

// A format is a kind of file that we read.
type format struct {
	name, magic string
	config      func(io.Reader) (image.Config, error)
	decode      func(io.Reader) (image.Image, error)
	memory      func(header []byte, c image.Config) int64 // an upper bound
}

var formats = []format{
	{"PNG", "\x89PNG\r\n\x1a\n", png.DecodeConfig, png.Decode, pngMemory},
	{"JPEG", "\xff\xd8\xff", jpeg.DecodeConfig, func(r io.Reader) (image.Image, error) { return jpeg.Decode(&walker{r: r}) }, jpegMemory},
	{"GIF", "GIF8", gif.DecodeConfig, gif.Decode, gifMemory},
}

// others are recognised so that the reason names them. A dot stands for any byte.
var others = []struct{ name, magic string }{
	{"WebP picture", "RIFF....WEBP"}, {"HEIC picture", "....ftyphe"}, {"HEIC picture", "....ftypmif1"}, {"AVIF picture", "....ftypavi"},
	{"video", "....ftyp"}, {"video", "\x1aE\xdf\xa3"}, {"video", "RIFF....AVI"}, {"TIFF picture", "II*\x00"}, {"TIFF picture", "MM\x00*"},
	{"BMP picture", "BM"}, {"PDF document", "%PDF"}, {"ZIP archive", "PK\x03\x04"},
}

// Decode reads the first picture of a PNG, JPEG or GIF file. Its size is read from
// the header and compared with the limits before anything is decoded, so that a
// small file that unfolds into an enormous picture costs next to nothing.
func Decode(r io.Reader, limits Limits) (image.Image, error) {
	limits = limits.orUsual()
	in := &capped{r: r, left: limits.Bytes}
	start := make([]byte, 16)
	n, err := io.ReadFull(in, start)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, explain(in, limits, err)
	}
	start = start[:n]
	f, err := formatOf(start)
	if err != nil {
		return nil, err
	}
	all := io.MultiReader(bytes.NewReader(start), in)
	var header headerBuffer
	c, err := f.config(io.TeeReader(all, &header))
	if err != nil {
		return nil, explain(in, limits, err)
	}
	points := int64(c.Width) * int64(c.Height)
	if points > limits.Pixels {
		return nil, fmt.Errorf("%w: it has %d by %d points, and %d million are the limit", ErrTooLarge, c.Width, c.Height, limits.Pixels/1e6)
	}
	if need := f.memory(header.Bytes(), c); need > limits.Memory {
		return nil, fmt.Errorf("%w: its %d by %d points may take %d MiB to decode, and %d MiB are the limit", ErrTooLarge, c.Width, c.Height, need>>20, limits.Memory>>20)
	}
	img, err := f.decode(io.MultiReader(&header, all))
	if err != nil {
		return nil, explain(in, limits, err)
	}
	return img, nil
}

func (l Limits) orUsual() Limits {
	if l.Bytes <= 0 {
		l.Bytes = Usual.Bytes
	}
	if l.Pixels <= 0 {
		l.Pixels = Usual.Pixels
	}
	if l.Memory <= 0 {
		l.Memory = Usual.Memory
	}
	return l
}

// formatOf tells formats apart by how a file begins. Not by image.Decode: that reads
// whatever any package of the program registered.
func formatOf(start []byte) (format, error) {
	for _, f := range formats {
		if begins(start, f.magic) {
			return f, nil
		}
	}
	for _, o := range others {
		if begins(start, o.magic) {
			return format{}, fmt.Errorf("%w: it is a %s, and only PNG, JPEG and GIF are read", ErrUnsupported, o.name)
		}
	}
	if len(start) == 0 {
		return format{}, fmt.Errorf("%w: it is empty", ErrUnsupported)
	}
	return format{}, fmt.Errorf("%w: it does not begin like a PNG, JPEG or GIF file", ErrUnsupported)
}

func begins(start []byte, magic string) bool {
	if len(start) < len(magic) {
		return false
	}
	for i := range magic {
		if magic[i] != '.' && start[i] != magic[i] {
			return false
		}
	}
	return true
}

// explain puts into words what a decoder ended with.
func explain(in *capped, limits Limits, err error) error {
	var notJPEG jpeg.UnsupportedError
	var notPNG png.UnsupportedError
	switch {
	case in.failed != nil:
		return fmt.Errorf("the file could not be read: %w", in.failed)
	case in.over:
		return fmt.Errorf("%w: the file goes on after %d bytes, the limit", ErrTooLarge, limits.Bytes)
	case errors.Is(err, ErrTooLarge):
		return err
	case errors.As(err, &notJPEG), errors.As(err, &notPNG):
		return fmt.Errorf("%w: %w", ErrUnsupported, err)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("%w: it ends in the middle", ErrBroken)
	default:
		return fmt.Errorf("%w: %w", ErrBroken, err)
	}
}
