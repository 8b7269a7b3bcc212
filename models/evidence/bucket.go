package evidence

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"time"

	"gocloud.dev/blob"
	_ "gocloud.dev/blob/memblob" // mem://
	_ "gocloud.dev/blob/s3blob"  // s3://
	"gocloud.dev/gcerrors"
)

func openBackend(ctx context.Context, address string) (backend, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("evidence: storage address: %w", err)
	}
	switch u.Scheme {
	case "file":
		dir := u.Host + u.Path // file://data/files is relative, file:///data/files is not
		if dir == "" {
			return nil, fmt.Errorf("evidence: the storage address %q names no directory", address)
		}
		return openDir(dir)
	case "mem", "s3":
		b, err := blob.OpenBucket(ctx, address)
		if err != nil {
			return nil, fmt.Errorf("evidence: %w", err)
		}
		return &bucketBackend{b}, nil
	default:
		return nil, fmt.Errorf("evidence: storage address %q: the scheme must be file, mem or s3", address)
	}
}

// bucketBackend keeps files in an object store, which makes an object visible whole
// and durable when its writer closes.
type bucketBackend struct{ bucket *blob.Bucket }

func (b *bucketBackend) close() error { return b.bucket.Close() }

func (b *bucketBackend) create(ctx context.Context, key string) (pending, error) {
	if there, err := b.bucket.Exists(ctx, key); err != nil {
		return nil, fmt.Errorf("evidence: %w", err)
	} else if there {
		return nil, fmt.Errorf("%w: %s", ErrExists, key)
	}
	ctx, cancel := context.WithCancel(ctx)
	w, err := b.bucket.NewWriter(ctx, key, &blob.WriterOptions{
		IfNotExist: true, ContentType: "application/octet-stream", DisableContentTypeDetection: true,
		BufferSize: 8 << 20, MaxConcurrency: 2, // what an upload may hold in memory: two parts of 8 MiB
	})
	if err != nil {
		cancel()
		return nil, fmt.Errorf("evidence: %w", err)
	}
	return &pendingObject{Writer: w, cancel: cancel, key: key}, nil
}

type pendingObject struct {
	*blob.Writer
	cancel context.CancelFunc
	key    string
}

// abort cancels before closing, which is how the library is told not to keep the object.
func (p *pendingObject) abort() {
	p.cancel()
	p.Writer.Close()
}

func (p *pendingObject) commit() error {
	defer p.cancel()
	err := p.Writer.Close()
	switch {
	case err == nil:
		return nil
	case gcerrors.Code(err) == gcerrors.FailedPrecondition:
		return fmt.Errorf("%w: %s", ErrExists, p.key)
	default:
		return fmt.Errorf("evidence: %w", err)
	}
}

func (b *bucketBackend) open(ctx context.Context, key string) (io.ReadCloser, error) {
	r, err := b.bucket.NewReader(ctx, key, nil)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil, fmt.Errorf("%w: %s", ErrNotFound, key)
	}
	if err != nil {
		return nil, fmt.Errorf("evidence: %w", err)
	}
	return r, nil
}

func (b *bucketBackend) delete(ctx context.Context, key string) error {
	if err := b.bucket.Delete(ctx, key); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
		return fmt.Errorf("evidence: %w", err)
	}
	return nil
}

// sweep has nothing to do: an object store keeps no half-written objects under our
// names. Unfinished multipart uploads are removed by the bucket's lifecycle rule.
func (b *bucketBackend) sweep(context.Context, time.Duration) (int, error) { return 0, nil }
