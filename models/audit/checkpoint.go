package audit

import (
	"crypto/rand"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// KeyName is the name under which the audit log's key signs.
const KeyName = "reeve-audit"

// origin is the first line of every checkpoint: what is signed here.
const origin = "reeve audit"

// NewKey makes a signing key for the audit log: the signer's secret and the
// verifier's public text, for note.NewSigner and note.NewVerifier.
func NewKey() (signer, verifier string, err error) { return note.GenerateKey(rand.Reader, KeyName) }

// Checkpoint says that the log had Size lines with this root at this time.
type Checkpoint struct {
	Size int64
	Root tlog.Hash
	At   time.Time // UTC, microseconds
}

// text is what is signed: the checkpoint form of transparency logs (origin, size,
// root in base64) with the time as its one extension line.
func (c Checkpoint) text() string {
	return fmt.Sprintf("%s\n%d\n%s\n%s\n", origin, c.Size, c.Root, c.At.UTC().Format(atLayout))
}

// sign answers the signed note.
func (c Checkpoint) sign(key note.Signer) (string, error) {
	b, err := note.Sign(&note.Note{Text: c.text()}, key)
	if err != nil {
		return "", fmt.Errorf("signing a checkpoint of the audit log: %w", err)
	}
	return string(b), nil
}

// OpenCheckpoint answers what a signed note says when one of the known keys
// signed it, and an error otherwise.
func OpenCheckpoint(signed string, known note.Verifiers) (Checkpoint, error) {
	n, err := note.Open([]byte(signed), known)
	if err != nil {
		return Checkpoint{}, err
	}
	return parseCheckpoint(n.Text)
}

// parseCheckpoint reads a checkpoint's text without asking who signed it.
func parseCheckpoint(text string) (c Checkpoint, err error) {
	lines := strings.SplitN(text, "\n", 5)
	if len(lines) < 5 || lines[0] != origin {
		return c, fmt.Errorf("audit: this is no checkpoint of an audit log")
	}
	if c.Size, err = strconv.ParseInt(lines[1], 10, 64); err != nil || c.Size < 1 || strconv.FormatInt(c.Size, 10) != lines[1] {
		return c, fmt.Errorf("audit: a checkpoint of size %q", lines[1])
	}
	if c.Root, err = tlog.ParseHash(lines[2]); err != nil {
		return c, fmt.Errorf("audit: the root of checkpoint %d: %w", c.Size, err)
	}
	if c.At, err = time.Parse(atLayout, lines[3]); err != nil {
		return c, fmt.Errorf("audit: the time of checkpoint %d: %w", c.Size, err)
	}
	return c, nil
}
