package audit

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// ExportFile keeps copies of checkpoints outside the database. Whoever can write
// the database could cut off the log's newest lines together with their
// checkpoints; against a copy that lies elsewhere this shows. The file belongs on
// a disk, or is collected to a machine, that the database's administrators do not
// write.
type ExportFile struct{ path string }

// NewExportFile answers the file at the path, made if it is missing; its folder
// must exist and the file be writable.
func NewExportFile(path string) (*ExportFile, error) {
	f, err := os.OpenFile(filepath.Clean(path), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o640)
	if err != nil {
		return nil, fmt.Errorf("opening the file for the audit log's checkpoints: %w", err)
	}
	return &ExportFile{path: path}, f.Close()
}

// Append adds a signed note and an empty line, in one write, and waits until they
// are on the disk.
func (e *ExportFile) Append(note string) error {
	f, err := os.OpenFile(filepath.Clean(e.path), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o640)
	if err != nil {
		return err
	}
	_, err = f.WriteString(note + "\n")
	return errors.Join(err, f.Sync(), f.Close())
}

// exportReader reads the notes of an export file one after the other.
type exportReader struct{ in *bufio.Reader }

// next answers the next note; io.EOF after the last. A note cut short by a full
// disk or a crash is skipped.
func (r *exportReader) next() (string, error) {
	var b strings.Builder
	signed := false
	for {
		line, err := r.in.ReadString('\n')
		if err != nil {
			return "", err
		}
		if strings.HasSuffix(line, origin+"\n") {
			b.Reset()
			line, signed = origin+"\n", false
		}
		if signed && line == "\n" {
			return b.String(), nil
		}
		signed = signed || strings.HasPrefix(line, "\u2014 ")
		b.WriteString(line)
		if b.Len() > 1<<16 {
			return "", fmt.Errorf("audit: this is no file of checkpoints")
		}
	}
}

func newExportReader(in io.Reader) *exportReader { return &exportReader{bufio.NewReader(in)} }
