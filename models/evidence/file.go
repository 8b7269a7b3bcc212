package evidence

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"sync"
	"time"
)

// incoming is where uploads are written. Storage keys never begin with a dot.
const incoming = ".incoming"

// dirBackend keeps files below one directory and cannot reach outside it.
type dirBackend struct {
	root *os.Root
	made sync.Map // directories whose entry in their parent is known to be durable
}

func openDir(dir string) (*dirBackend, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("evidence: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("evidence: %w", err)
	}
	if err := root.Mkdir(incoming, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		root.Close()
		return nil, fmt.Errorf("evidence: %w", err)
	}
	return &dirBackend{root: root}, nil
}

func (b *dirBackend) close() error { return b.root.Close() }

func (b *dirBackend) create(_ context.Context, key string) (pending, error) {
	if _, err := b.root.Lstat(key); err == nil {
		return nil, fmt.Errorf("%w: %s", ErrExists, key)
	}
	temp := incoming + "/" + rand.Text()
	f, err := b.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("evidence: %w", err)
	}
	return &pendingFile{File: f, b: b, temp: temp, key: key}, nil
}

// pendingFile is an upload under way.
type pendingFile struct {
	*os.File
	b         *dirBackend
	temp, key string
}

func (p *pendingFile) abort() {
	p.File.Close()
	p.b.root.Remove(p.temp)
}

// commit makes bytes, name and directories durable, in that order, so that a power
// cut leaves either the whole file or none under the key.
func (p *pendingFile) commit() error {
	defer p.b.root.Remove(p.temp)
	if err := errors.Join(p.File.Sync(), p.File.Close()); err != nil {
		return fmt.Errorf("evidence: %w", err)
	}
	dir := path.Dir(p.key)
	if err := p.b.makeDir(dir); err != nil {
		return fmt.Errorf("evidence: %w", err)
	}
	if err := p.b.claim(p.temp, p.key); err != nil {
		return err
	}
	if err := p.b.syncDir(dir); err != nil {
		p.b.root.Remove(p.key)
		return fmt.Errorf("evidence: %w", err)
	}
	return nil
}

// claim gives the finished upload its name, unless the name is taken. A hard link
// does both at once. Where the file system has none, an empty file reserves the
// name and is then replaced.
func (b *dirBackend) claim(temp, key string) error {
	err := b.root.Link(temp, key)
	if err == nil {
		return nil
	}
	if !errors.Is(err, fs.ErrExist) {
		var reserved *os.File
		if reserved, err = b.root.OpenFile(key, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600); err == nil {
			if err = errors.Join(reserved.Close(), b.root.Rename(temp, key)); err != nil {
				b.root.Remove(key)
			}
		}
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("%w: %s", ErrExists, key)
	default:
		return fmt.Errorf("evidence: %w", err)
	}
}

// makeDir makes a directory and those above it, and syncs each parent once.
func (b *dirBackend) makeDir(dir string) error {
	if dir == "." {
		return nil
	}
	if _, ok := b.made.Load(dir); ok {
		return nil
	}
	parent := path.Dir(dir)
	if err := b.makeDir(parent); err != nil {
		return err
	}
	if err := b.root.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if err := b.syncDir(parent); err != nil {
		return err
	}
	b.made.Store(dir, true)
	return nil
}

func (b *dirBackend) syncDir(dir string) error {
	d, err := b.root.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func (b *dirBackend) open(_ context.Context, key string) (io.ReadCloser, error) {
	f, err := b.root.Open(key)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s", ErrNotFound, key)
	}
	if err != nil {
		return nil, fmt.Errorf("evidence: %w", err)
	}
	return f, nil
}

func (b *dirBackend) delete(_ context.Context, key string) error {
	err := b.root.Remove(key)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = b.syncDir(path.Dir(key))
	}
	if err != nil {
		return fmt.Errorf("evidence: %w", err)
	}
	return nil
}

func (b *dirBackend) sweep(ctx context.Context, idle time.Duration) (int, error) {
	d, err := b.root.Open(incoming)
	if err != nil {
		return 0, fmt.Errorf("evidence: %w", err)
	}
	defer d.Close()
	names, err := d.Readdirnames(-1)
	if err != nil {
		return 0, fmt.Errorf("evidence: %w", err)
	}
	swept := 0
	for _, name := range names {
		if err := ctx.Err(); err != nil {
			return swept, err
		}
		info, err := b.root.Lstat(incoming + "/" + name)
		if err != nil || time.Since(info.ModTime()) < idle {
			continue
		}
		if b.root.Remove(incoming+"/"+name) == nil {
			swept++
		}
	}
	return swept, nil
}
