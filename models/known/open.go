package known

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
)

// source counts what is read of a file and hashes it on the way.
type source struct {
	in           io.Reader
	sum          hash.Hash
	bytes, lines int64
}

func newSource(in io.Reader) *source { return &source{in: in, sum: sha256.New()} }

// Read implements io.Reader.
func (s *source) Read(p []byte) (int, error) {
	n, err := s.in.Read(p)
	s.sum.Write(p[:n])
	s.bytes += int64(n)
	s.lines += int64(bytes.Count(p[:n], []byte("\n")))
	return n, err
}

// parse reads a hash list of either format and calls emit with each record, which is
// the caller's to keep. begun is told the format before the first record. A file that
// is no hash list answers *Broken; any other error is the reader's, or emit's, own.
func parse(in io.Reader, begun func(Format) error, emit func(*Record) error) error {
	b := bufio.NewReaderSize(in, 64<<10)
	start, err := b.Peek(64)
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("reading the file: %w", err)
	}
	for _, no := range []struct{ magic, words string }{
		{"\xff\xfe", "the file is written in UTF-16. Save it as UTF-8 and choose it again."},
		{"\xfe\xff", "the file is written in UTF-16. Save it as UTF-8 and choose it again."},
		{"PK\x03\x04", "this is a ZIP archive. Unpack it and choose the file in it."},
		{"\x1f\x8b", "this file is compressed (gzip). Unpack it first."},
	} {
		if bytes.HasPrefix(start, []byte(no.magic)) {
			return &Broken{Line: 1, Column: 1, Reason: no.words}
		}
	}
	bom := []byte("\xef\xbb\xbf")
	if bytes.HasPrefix(start, bom) {
		start = start[len(bom):]
		_, _ = b.Discard(len(bom)) // it is in the buffer
	}
	records := 0
	count := func(r *Record) error {
		records++
		return emit(r)
	}
	format, read := CSV, func() error { return readCSV(b, count) }
	switch first := bytes.TrimLeft(start, " \t\r\n"); {
	case len(first) > 0 && first[0] == '{':
		format, read = VICS, func() error { return readVICS(b, count) }
	case len(first) > 0 && first[0] == '[':
		return &Broken{Line: 1, Column: 1, Reason: `a VICS file begins with an object that has its records in "value"; this one begins with a list.`}
	}
	if err := begun(format); err != nil {
		return err
	}
	if err := read(); err != nil {
		return err
	}
	if records == 0 {
		return &Broken{Line: 1, Column: 1, Reason: "the file has no record."}
	}
	return nil
}

// Summary is what a file would bring.
type Summary struct {
	Format                      Format
	Records                     int
	MD5, SHA1, SHA256, Pictures int // how many records have such a hash
	Victims                     int // with an identified victim
	ByCategory                  map[string]int
}

// Check reads a whole file and writes nothing. A file that is no hash list answers
// *Broken.
func Check(in io.Reader) (*Summary, error) {
	s := &Summary{ByCategory: map[string]int{}}
	err := parse(in, func(f Format) error { s.Format = f; return nil }, func(r *Record) error {
		s.Records++
		for n, has := range map[*int]bool{&s.MD5: r.MD5 != nil, &s.SHA1: r.SHA1 != nil, &s.SHA256: r.SHA256 != nil, &s.Pictures: r.PDQ != nil, &s.Victims: r.Victim == 1} {
			if has {
				*n++
			}
		}
		if _, seen := s.ByCategory[r.Category]; seen || len(s.ByCategory) < 100 {
			s.ByCategory[r.Category]++
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return s, nil
}
