package pages

import (
	"time"

	"reeve/views/components"
	"reeve/views/layout"
)

// PoolView is one pool's open reports, most urgent first.
type PoolView struct {
	Frame    layout.PageArgs
	Name     string
	URL      string // of the pool
	Tabs     []components.Tab
	Rows     []PoolReport
	Next     string // address of the page after this one; empty on the last
	First    string // address of the first page; empty on it
	Filtered bool   // not all open reports are listed
	PoolsURL string
	Owner    string // empty: nobody
	Hours    int
	Terms    *PoolTermsForm // nil: the reader may not set them
	Problem  string         // why a deed was not done
	May      bool           // the reader may claim
}

// PoolReport is one report in a pool.
type PoolReport struct {
	Number   string
	URL      string
	FoundURL string // the page of what was found out
	Priority int
	Urgent   bool
	Type     string
	Provider string
	Subject  string
	Why      string
	Files    string
	Since    time.Time // in this pool
	Due      time.Time // when the clock runs out
	Late     bool
	Holder   string // who works on it; empty: nobody
	Mine     bool
}

// PoolTermsForm is who answers for a pool, and its clock.
type PoolTermsForm struct {
	Owner, Hours           string
	People                 []components.Option
	Version                int
	OwnerError, HoursError string
}

func (v PoolView) lead() string {
	text := "No agency covers these. Say what you found out, or refer them to whoever can take them. "
	if v.Owner == "" {
		text += "Nobody answers for this pool"
	} else {
		text += v.Owner + " answers for this pool"
	}
	return text + "; after " + clockWords(v.Hours) + " a report goes back to the desk."
}
