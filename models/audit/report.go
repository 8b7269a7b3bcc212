package audit

import (
	"fmt"
	"strings"
	"time"
)

// Report is what Verify found.
type Report struct {
	Lines       int64     // sealed lines that were checked
	Checkpoints int64     // signed checkpoints that were checked
	Head        time.Time // when the newest line checked was sealed
	Root        string    // the tree's root at that line, base64
	Exported    int64     // copies of checkpoints kept elsewhere that agree
	Newer       int64     // such copies not compared: newer than this check, or out of order
	Pending     int64     // lines written and not yet sealed
	Oldest      time.Time // when the oldest of them was written
	Late        int64     // lines sealed more than an hour after the time they bear
	FirstLate   string    // the first of them, by id
	Fault       *Fault    // nil when the log is whole
}

// Fault is the first thing found wrong.
type Fault struct {
	Number  int64  // the place in the log, counted from 0; -1 when it has none
	EventID string // empty when it is not about one line
	What    string // in words
}

// OK reports whether the log is whole.
func (r Report) OK() bool { return r.Fault == nil }

// String is the report in words, several lines.
func (r Report) String() string {
	var b strings.Builder
	if f := r.Fault; f != nil {
		b.WriteString("The audit log is NOT whole.\n")
		b.WriteString("First fault: " + f.String() + "\n")
		fmt.Fprintf(&b, "%d lines before it were checked against %d signed checkpoints.\n", r.Lines, r.Checkpoints)
		return b.String()
	}
	fmt.Fprintf(&b, "The audit log is whole: %d lines checked against %d signed checkpoints.\n", r.Lines, r.Checkpoints)
	if r.Lines > 0 {
		fmt.Fprintf(&b, "Newest checkpoint: %s, root %s.\n", r.Head.Format(time.RFC3339), r.Root)
	}
	if r.Exported > 0 {
		fmt.Fprintf(&b, "%d checkpoints kept outside the database agree.\n", r.Exported)
	}
	if r.Pending > 0 {
		fmt.Fprintf(&b, "%d lines wait to be sealed, the oldest since %s.\n", r.Pending, r.Oldest.Format(time.RFC3339))
	}
	if r.Late > 0 {
		fmt.Fprintf(&b, "Note: %d lines were sealed more than an hour after the time they bear, first %s. The sealer may have been stopped, or the lines were brought in with an earlier time.\n", r.Late, r.FirstLate)
	}
	return b.String()
}

// String is the fault in one sentence.
func (f Fault) String() string {
	switch {
	case f.Number >= 0 && f.EventID != "":
		return fmt.Sprintf("line %d (event %s): %s", f.Number, f.EventID, f.What)
	case f.Number >= 0:
		return fmt.Sprintf("line %d: %s", f.Number, f.What)
	case f.EventID != "":
		return fmt.Sprintf("event %s: %s", f.EventID, f.What)
	}
	return f.What
}
