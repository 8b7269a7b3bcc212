package pages

import (
	"time"

	"reeve/views/components"
	"reeve/views/layout"
)

// PoolsView is what lies in each pool: reports that no agency covers.
type PoolsView struct {
	Frame   layout.PageArgs
	Pools   []PoolsRow
	DeskURL string
}

// PoolsRow is one pool with what lies in it.
type PoolsRow struct {
	Name   string
	URL    string
	Open   int // counted up to WaitingCap + 1
	Urgent int
	Oldest time.Time // zero when the pool is empty
}

func (r PoolsRow) open() string { return zeroCapped(r.Open) }

func (r PoolsRow) urgent() string { return zeroCapped(r.Urgent) }

func zeroCapped(n int) string {
	if n <= 0 {
		return "0"
	}
	return components.Capped(n, WaitingCap)
}

// lead says how much lies in all pools together.
func (v PoolsView) lead() string {
	open, urgent := 0, 0
	for _, p := range v.Pools {
		open, urgent = open+p.Open, urgent+p.Urgent
	}
	switch {
	case open == 0:
		return "No report lies in a pool. What no agency covers comes here."
	case urgent == 0:
		return "Reports that no agency covers. None of them is marked urgent."
	case urgent == 1:
		return "Reports that no agency covers. One of them is urgent."
	}
	return "Reports that no agency covers. " + components.Group(urgent) + " of them are urgent."
}
