package evidence

import (
	"bufio"
	"errors"
	"fmt"
	"io"

	"github.com/tink-crypto/tink-go/v2/streamingaead/subtle"
)

const (
	segmentSize = 64 << 10
	magic       = "RVE\x01"
)

// streamCipher encrypts with one version of the file key.
type streamCipher struct {
	version uint8
	aead    *subtle.AESGCMHKDF
}

func newCipher(version uint8, key []byte) (*streamCipher, error) {
	if len(key) != 32 {
		return nil, fmt.Errorf("evidence: file key %d has %d bytes, want 32", version, len(key))
	}
	aead, err := subtle.NewAESGCMHKDF(key, "SHA256", 32, segmentSize, 0)
	if err != nil {
		return nil, fmt.Errorf("evidence: file key %d: %w", version, err)
	}
	return &streamCipher{version: version, aead: aead}, nil
}

// associated binds the bytes to the format, the version and the storage key.
func (c *streamCipher) associated(key string) []byte {
	return append(append([]byte(magic), c.version), key...)
}

func (c *streamCipher) writer(w io.Writer, key string) (io.WriteCloser, error) {
	if _, err := w.Write(append([]byte(magic), c.version)); err != nil {
		return nil, fmt.Errorf("evidence: write: %w", err)
	}
	enc, err := c.aead.NewEncryptingWriter(w, c.associated(key))
	if err != nil {
		return nil, fmt.Errorf("evidence: write: %w", err)
	}
	return enc, nil
}

// decrypt reads the version, then the first segment, so that a wrong key or a wrong
// place shows before anything is handed out.
func (s *Store) decrypt(src io.Reader, key string) (io.Reader, error) {
	head := make([]byte, len(magic)+1)
	if _, err := io.ReadFull(src, head); err != nil {
		return nil, damaged(err)
	}
	if string(head[:len(magic)]) != magic {
		return nil, fmt.Errorf("%w: not a file of this storage", ErrDamaged)
	}
	c := s.ciphers[head[len(magic)]]
	if c == nil {
		return nil, fmt.Errorf("%w: version %d", ErrNoKey, head[len(magic)])
	}
	plain, err := c.aead.NewDecryptingReader(src, c.associated(key))
	if err != nil {
		return nil, damaged(err)
	}
	r := bufio.NewReaderSize(&latched{r: plain}, 4<<10)
	if _, err := r.Peek(1); err != nil && err != io.EOF {
		return nil, err
	}
	return r, nil
}

// latched goes on answering the first error. The cipher's own reader answers EOF
// after a failed last segment, which a careless caller would take for a whole file.
type latched struct {
	r   io.Reader
	err error
}

func (l *latched) Read(p []byte) (int, error) {
	if l.err != nil {
		return 0, l.err
	}
	n, err := l.r.Read(p)
	if err != nil && err != io.EOF {
		err = damaged(err)
	}
	l.err = err
	return n, err
}

func damaged(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: cut short", ErrDamaged)
	}
	return fmt.Errorf("%w: %w", ErrDamaged, err)
}
