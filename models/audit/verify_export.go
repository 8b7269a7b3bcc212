package audit

import (
	"errors"
	"io"
)

// nextExport reads ahead the next exported checkpoint that lies beyond the tree
// rebuilt so far. One that lies before it can no longer be compared.
func (v *verifier) nextExport() error {
	v.export = nil
	for v.exports != nil {
		signed, err := v.exports.next()
		if errors.Is(err, io.EOF) {
			v.exports = nil
			return nil
		}
		if err != nil {
			return err
		}
		c, err := OpenCheckpoint(signed, v.known)
		if err != nil {
			return v.fault(-1, "", "a checkpoint in the export file is not signed by a known key: %v", err)
		}
		if c.Size < v.edge.size {
			v.report.Newer++
			continue
		}
		v.export = &c
		return nil
	}
	return nil
}

// exported compares the exported checkpoints that end where the tree now does.
func (v *verifier) exported() error {
	for v.export != nil && v.export.Size == v.edge.size {
		if v.suspect == nil {
			if v.export.Root != v.edge.root() {
				return v.fault(v.export.Size-1, "", "a checkpoint kept outside the database signs another log: lines up to here were replaced after %s", v.export.At.Format(atLayout))
			}
			v.report.Exported++
		}
		if err := v.nextExport(); err != nil {
			return err
		}
	}
	return nil
}

// exportedRest looks at exported checkpoints beyond the tree: they are either of
// lines sealed since the verification began, or of lines that were cut off.
func (v *verifier) exportedRest() error {
	if v.export == nil {
		return nil
	}
	_, head, err := v.extent()
	if err != nil {
		return err
	}
	for v.export != nil {
		if v.export.Size > head {
			return v.fault(head, "", "the log ends here; a checkpoint kept outside the database of %s covers %d lines: its end was cut off",
				v.export.At.Format(atLayout), v.export.Size)
		}
		v.report.Newer++
		if err := v.nextExport(); err != nil {
			return err
		}
	}
	return nil
}
