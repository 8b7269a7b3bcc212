package evidence

import (
	"context"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"regexp"
	"strings"
	"sync"
	"time"
)

// What can go wrong beyond the storage itself failing. Test with errors.Is.
var (
	ErrBadKey   = errors.New("evidence: not a storage key")
	ErrExists   = errors.New("evidence: something is stored under this key already")
	ErrNotFound = errors.New("evidence: nothing is stored under this key")
	ErrDamaged  = errors.New("evidence: the stored bytes are not what was written")
	ErrNoKey    = errors.New("evidence: the file key of this version is not given")
)

// Keys are the 32-byte file keys by version. New files use Current.
type Keys struct {
	Current   uint8
	ByVersion map[uint8][]byte
}

// Receipt says what was stored. The hashes are of the bytes received, not of the
// encrypted ones, in lower-case hexadecimal.
type Receipt struct {
	StorageKey string
	KeyVersion uint8
	Size       int64 // bytes received
	MD5        string
	SHA1       string
	SHA256     string
}

// backend is where encrypted bytes go. A writer's bytes become visible by commit
// only, all at once; abort leaves nothing.
type backend interface {
	create(ctx context.Context, key string) (pending, error)
	open(ctx context.Context, key string) (io.ReadCloser, error)
	delete(ctx context.Context, key string) error
	sweep(ctx context.Context, idle time.Duration) (int, error)
	close() error
}

type pending interface {
	io.Writer
	commit() error
	abort()
}

// Store keeps files. It is safe for concurrent use.
type Store struct {
	backend backend
	ciphers map[uint8]*streamCipher
	current uint8
}

// Open opens the storage at a URL: file:///dir (made if missing), mem:// or
// s3://bucket. It does not sweep.
func Open(ctx context.Context, url string, keys Keys) (*Store, error) {
	s := &Store{ciphers: map[uint8]*streamCipher{}, current: keys.Current}
	for version, key := range keys.ByVersion {
		c, err := newCipher(version, key)
		if err != nil {
			return nil, err
		}
		s.ciphers[version] = c
	}
	if s.ciphers[keys.Current] == nil {
		return nil, fmt.Errorf("%w: version %d", ErrNoKey, keys.Current)
	}
	b, err := openBackend(ctx, url)
	if err != nil {
		return nil, err
	}
	s.backend = b
	return s, nil
}

// Close lets go of the storage.
func (s *Store) Close() error { return s.backend.close() }

var (
	keyPart = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]*$`)
	buffers = sync.Pool{New: func() any { b := make([]byte, segmentSize); return &b }}
)

// checkKey allows lower-case letters, digits, ".", "_" and "-" in parts divided by
// "/", none of which begins with a dot: names that every file system and object
// store takes as they are.
func checkKey(key string) error {
	if len(key) > 512 {
		return fmt.Errorf("%w: longer than 512 bytes", ErrBadKey)
	}
	for part := range strings.SplitSeq(key, "/") {
		if len(part) > 200 || !keyPart.MatchString(part) {
			return fmt.Errorf("%w: %q", ErrBadKey, key)
		}
	}
	return nil
}

// Put streams r into storage under key and answers when the bytes are durable. It
// holds two buffers of 64 KiB, however much comes. If anything fails, r and ctx
// included, nothing is left under the key. A key is written once: ErrExists.
func (s *Store) Put(ctx context.Context, key string, r io.Reader) (Receipt, error) {
	if err := checkKey(key); err != nil {
		return Receipt{}, err
	}
	dst, err := s.backend.create(ctx, key)
	if err != nil {
		return Receipt{}, err
	}
	receipt, err := s.stream(ctx, key, dst, r)
	if err != nil {
		dst.abort()
		return Receipt{}, err
	}
	if err := dst.commit(); err != nil {
		return Receipt{}, err
	}
	return receipt, nil
}

func (s *Store) stream(ctx context.Context, key string, dst io.Writer, r io.Reader) (Receipt, error) {
	enc, err := s.ciphers[s.current].writer(dst, key)
	if err != nil {
		return Receipt{}, err
	}
	sums := []hash.Hash{md5.New(), sha1.New(), sha256.New()} // MD5 and SHA-1 are what hash lists hold; SHA-256 is the proof
	buf := buffers.Get().(*[]byte)
	defer buffers.Put(buf)
	defer clear(*buf)
	receipt := Receipt{StorageKey: key, KeyVersion: s.current}
	for {
		if err := context.Cause(ctx); err != nil {
			return Receipt{}, err
		}
		n, readErr := r.Read(*buf)
		receipt.Size += int64(n)
		for _, h := range sums {
			h.Write((*buf)[:n])
		}
		if _, err := enc.Write((*buf)[:n]); err != nil {
			return Receipt{}, fmt.Errorf("evidence: write: %w", err)
		}
		if readErr == io.EOF {
			break
		}
		if readErr != nil {
			return Receipt{}, fmt.Errorf("evidence: read upload: %w", readErr)
		}
	}
	if err := enc.Close(); err != nil {
		return Receipt{}, fmt.Errorf("evidence: write: %w", err)
	}
	receipt.MD5, receipt.SHA1, receipt.SHA256 = sum(sums[0]), sum(sums[1]), sum(sums[2])
	return receipt, nil
}

func sum(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }

// Get opens what is stored under key. The beginning is checked before it answers;
// every later segment is checked before any of it is read out, and a reader that
// has met an error goes on answering it. Only io.EOF means that all was read.
func (s *Store) Get(ctx context.Context, key string) (io.ReadCloser, error) {
	if err := checkKey(key); err != nil {
		return nil, err
	}
	src, err := s.backend.open(ctx, key)
	if err != nil {
		return nil, err
	}
	r, err := s.decrypt(src, key)
	if err != nil {
		src.Close()
		return nil, err
	}
	return &fileReader{Reader: r, Closer: src}, nil
}

type fileReader struct {
	io.Reader
	io.Closer
}

// Delete erases what is stored under key; nothing there is no error. The bytes are
// unlinked, not overwritten: disks and snapshots may keep the encrypted form.
func (s *Store) Delete(ctx context.Context, key string) error {
	if err := checkKey(key); err != nil {
		return err
	}
	return s.backend.delete(ctx, key)
}

// Sweep removes the leftovers of uploads to which nothing was written for that
// long, and says how many. Call it at start; an hour keeps clear of uploads that
// another process is receiving.
func (s *Store) Sweep(ctx context.Context, idle time.Duration) (int, error) {
	return s.backend.sweep(ctx, idle)
}
