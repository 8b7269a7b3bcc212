package hashindex

import (
	"cmp"
	"slices"
)

// Match is an entry within the radius of a search.
type Match struct {
	ID       uint64
	Distance int // in how many bits it differs
}

func nearer(a, b Match) int {
	return cmp.Or(cmp.Compare(a.Distance, b.Distance), cmp.Compare(a.ID, b.ID))
}

// nearest keeps the nearest few of many matches, in a heap with the farthest on top,
// and counts them all: a search among a million equal hashes needs no more memory
// than its limit.
type nearest struct {
	limit, found int
	kept         []Match
}

func (n *nearest) offer(m Match) {
	n.found++
	switch {
	case len(n.kept) < n.limit:
		n.kept = append(n.kept, m)
		for i := len(n.kept) - 1; i > 0; {
			up := (i - 1) / 2
			if nearer(n.kept[up], n.kept[i]) >= 0 {
				break
			}
			n.kept[up], n.kept[i] = n.kept[i], n.kept[up]
			i = up
		}
	case n.limit > 0 && nearer(m, n.kept[0]) < 0:
		n.kept[0] = m
		for i := 0; ; {
			down := 2*i + 1
			if down >= len(n.kept) {
				break
			}
			if down+1 < len(n.kept) && nearer(n.kept[down+1], n.kept[down]) > 0 {
				down++
			}
			if nearer(n.kept[i], n.kept[down]) >= 0 {
				break
			}
			n.kept[i], n.kept[down] = n.kept[down], n.kept[i]
			i = down
		}
	}
}

func (n *nearest) sorted() []Match {
	slices.SortFunc(n.kept, nearer)
	return n.kept
}
