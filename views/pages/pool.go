package pages

import "reeve/views/layout"

// PoolView is one pool's open reports, most urgent first.
type PoolView struct {
	Frame    layout.PageArgs
	Name     string
	Rows     []DeskRow
	Next     string // address of the page after this one; empty on the last
	First    string // address of the first page; empty on it
	PoolsURL string
}
