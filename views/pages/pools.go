package pages

import (
	"fmt"
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

// PoolsRow is one pool with what lies in it and who answers for it.
type PoolsRow struct {
	Name      string
	URL       string
	Open      int // counted up to WaitingCap + 1
	Urgent    int
	Unclaimed int
	Late      int       // past the clock
	Oldest    time.Time // zero when the pool is empty
	Owner     string    // empty: nobody
	Hours     int       // the clock
}

func (r PoolsRow) open() string { return zeroCapped(r.Open) }

func (r PoolsRow) urgent() string { return zeroCapped(r.Urgent) }

func zeroCapped(n int) string {
	if n <= 0 {
		return "0"
	}
	return components.Capped(n, WaitingCap)
}

// clockWords says a pool's clock: "72 h", "14 days".
func clockWords(hours int) string {
	if hours > 72 && hours%24 == 0 {
		return fmt.Sprintf("%d days", hours/24)
	}
	return fmt.Sprintf("%d h", hours)
}

// lead says how much lies in all pools together, and what is wrong there.
func (v PoolsView) lead() string {
	open, urgent, late, ownerless := 0, 0, 0, 0
	for _, p := range v.Pools {
		open, urgent, late = open+p.Open, urgent+p.Urgent, late+p.Late
		if p.Owner == "" && p.Open > 0 {
			ownerless++
		}
	}
	if open == 0 {
		return "No report lies in a pool. What no agency covers comes here."
	}
	text := "Reports that no agency covers."
	switch urgent {
	case 0:
		text += " None of them is marked urgent."
	case 1:
		text += " One of them is urgent."
	default:
		text += " " + components.Group(urgent) + " of them are urgent."
	}
	if late > 0 {
		text += " " + components.Group(late) + " lie here for longer than they should."
	}
	if ownerless > 0 {
		text += " Nobody answers for " + fewPools(ownerless) + " with reports in it."
	}
	return text
}

func fewPools(n int) string {
	if n == 1 {
		return "a pool"
	}
	return components.Group(n) + " pools"
}
