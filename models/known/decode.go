package known

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"reeve/models"
	"reeve/models/evidence"
	"reeve/models/gate"
	"reeve/models/pdq"
)

// Files is where uploaded files are kept.
type Files interface {
	Get(ctx context.Context, key string) (io.ReadCloser, error)
}

// may is the gate before a file's content: the strict rule, and no authority, since no
// person asks.
func may(f *models.File) gate.Decision {
	return gate.Decide(gate.File{Viewed: f.Viewed, EXIFViewed: f.EXIFViewed, PubliclyAvailable: f.PubliclyAvailable, Gone: f.ErasedAt != nil}, gate.Strict(), nil)
}

// picture is what came of reading a file's content.
type picture struct {
	hash    pdq.Hash256
	quality int
	how     models.MarkHow // unreadable or refused; empty: it has a hash
	words   string
}

// decode reads a file's content and makes its picture's hash. One at a time in the
// whole process: a picture may take hundreds of megabytes (pdq.Usual). An error is
// the storage's and may pass; what is wrong with the file itself is in the answer.
func (e *Examiner) decode(ctx context.Context, f *models.File) (picture, error) {
	select {
	case e.decoding <- struct{}{}:
		defer func() { <-e.decoding }()
	case <-ctx.Done():
		return picture{}, context.Cause(ctx)
	}
	r, err := e.files.Get(ctx, f.StorageKey)
	if err == nil {
		defer r.Close()
		return hashed(r)
	}
	return unstored(err)
}

func hashed(r io.Reader) (picture, error) {
	img, err := pdq.Decode(r, pdq.Usual)
	switch {
	case err == nil:
		h, quality := pdq.Hash(img)
		return picture{hash: h, quality: quality}, nil
	case errors.Is(err, pdq.ErrTooLarge):
		return picture{how: models.MarkRefused, words: sentence(err)}, nil
	case errors.Is(err, pdq.ErrUnsupported), errors.Is(err, pdq.ErrBroken):
		return picture{how: models.MarkUnreadable, words: sentence(err)}, nil
	}
	return unstored(err)
}

// unstored is a file whose stored bytes cannot be had: for good, or for now.
func unstored(err error) (picture, error) {
	if errors.Is(err, evidence.ErrDamaged) || errors.Is(err, evidence.ErrNotFound) {
		return picture{how: models.MarkUnreadable, words: "The stored bytes are damaged or missing; the administrator should look at the storage."}, nil
	}
	return picture{}, fmt.Errorf("reading a stored file: %w", err)
}

// sentence makes an error a sentence of its own.
func sentence(err error) string {
	text := []rune(strings.ToValidUTF8(err.Error(), "?"))
	if len(text) > 300 {
		text = append(text[:300], '…')
	}
	return strings.ToUpper(string(text[:1])) + string(text[1:]) + "."
}
