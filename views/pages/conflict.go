package pages

import (
	"reeve/views/components"
	"reeve/views/layout"
)

// ConflictView says that somebody else changed a report first, shows what they
// did, and leads back to it.
type ConflictView struct {
	Frame    layout.PageArgs
	Number   int64
	Tried    string // what the reader wanted to do: "take it"
	Text     string // who changed it and when
	State    components.StateArgs
	Assignee string
	Mine     bool
	Trail    []components.TrailItem // the newest lines
}

// ReportFilesView is the rest of a long list of files.
type ReportFilesView struct {
	Frame   layout.PageArgs
	Number  int64
	Files   []ReportFile
	NextURL string // empty: these are the last
}
