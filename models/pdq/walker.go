package pdq

import (
	"bytes"
	"fmt"
	"io"
)

// maxScans is how often a JPEG may go over its points. Encoders use about ten scans;
// but in a few bytes a scan can say "nothing new" for a whole picture, and a file of
// a million such scans would keep a processor busy for hours.
const maxScans = 100

// walker follows the segments of a JPEG as they stream by, counts its scans and
// keeps its frame header. It steps as the standard library's decoder does, so that
// neither sees a segment where the other sees data.
type walker struct {
	r           io.Reader
	at          place
	marker      byte
	left        int // bytes of the segment still to come
	scans       int
	progressive bool
	frame       []byte // the first frame header's content
	framed      bool   // it is complete
}

// place is where in the file the walker stands.
type place int

const (
	inData   place = iota // looking for 0xff
	inMarker              // behind 0xff
	inLength              // before the length's first byte
	inLength2
	inBody
)

const (
	baseline, progressive = 0xc0, 0xc2 // frame headers from the one to the other
	firstRestart, endMark = 0xd0, 0xd9 // markers without content from the one to the other
	startOfScan           = 0xda
)

// Read passes on what r gives until there are too many scans.
func (w *walker) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	if bad := w.walk(p[:n]); bad != nil {
		return 0, bad
	}
	return n, err
}

func (w *walker) walk(b []byte) error {
	for len(b) > 0 {
		switch w.at {
		case inData:
			i := bytes.IndexByte(b, 0xff)
			if i < 0 {
				return nil
			}
			b, w.at = b[i+1:], inMarker
		case inMarker:
			if err := w.mark(b[0]); err != nil {
				return err
			}
			b = b[1:]
		case inLength:
			w.left = int(b[0]) << 8
			b, w.at = b[1:], inLength2
		case inLength2:
			w.left += int(b[0]) - 2 // the length counts itself
			b, w.at = b[1:], inBody
			if w.left <= 0 {
				w.end()
			}
		case inBody:
			n := min(w.left, len(b))
			if w.isFrame() && !w.framed {
				w.frame = append(w.frame, b[:n]...)
			}
			b, w.left = b[n:], w.left-n
			if w.left == 0 {
				w.end()
			}
		}
	}
	return nil
}

func (w *walker) mark(c byte) error {
	switch {
	case c == 0xff: // padding before a marker
	case c <= 1, firstRestart <= c && c <= endMark:
		w.at = inData
	default:
		w.marker, w.at = c, inLength
		if c == startOfScan {
			if w.scans++; w.scans > maxScans {
				return fmt.Errorf("%w: it goes over its points more than %d times", ErrTooLarge, maxScans)
			}
		}
	}
	return nil
}

func (w *walker) isFrame() bool { return baseline <= w.marker && w.marker <= progressive }

func (w *walker) end() {
	w.at = inData
	if w.isFrame() && !w.framed {
		w.framed, w.progressive = true, w.marker == progressive
	}
}
