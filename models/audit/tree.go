package audit

import (
	"fmt"
	"math/bits"

	"golang.org/x/mod/sumdb/tlog"
)

// edge is the right edge of a Merkle tree: all that is needed to append to it and
// to know its root. Where bit l of size is set, at[l] is the hash of the complete
// subtree of 2^l leaves that ends there.
type edge struct {
	size int64
	at   [63]tlog.Hash
}

// append adds a leaf and answers the hashes that it completes: its own, then the
// subtrees that end with it, from the lowest up.
func (e *edge) append(leaf tlog.Hash) []tlog.Hash {
	done := make([]tlog.Hash, 1, 1+bits.TrailingZeros64(^uint64(e.size)))
	done[0] = leaf
	level := 0
	for ; e.size>>level&1 == 1; level++ {
		leaf = tlog.NodeHash(e.at[level], leaf)
		done = append(done, leaf)
	}
	e.at[level] = leaf
	e.size++
	return done
}

// root is the tree's root hash, RFC 6962's.
func (e *edge) root() tlog.Hash {
	if e.size == 0 {
		h, _ := tlog.TreeHash(0, nil) // an empty tree reads nothing
		return h
	}
	level := bits.TrailingZeros64(uint64(e.size))
	root := e.at[level]
	for level++; e.size>>level != 0; level++ {
		if e.size>>level&1 == 1 {
			root = tlog.NodeHash(e.at[level], root)
		}
	}
	return root
}

// edgeLeaves answers the leaves beside which the edge of a tree of the given size
// is stored: the last leaf of each complete subtree.
func edgeLeaves(size int64) (leaves []int64) {
	for level := 62; level >= 0; level-- {
		if size>>level&1 == 1 {
			leaves = append(leaves, size>>level<<level-1)
		}
	}
	return leaves
}

// take puts into the edge what is stored beside leaf n, one of its edgeLeaves.
func (e *edge) take(n int64, stored []byte) error {
	level := bits.TrailingZeros64(uint64(n + 1))
	h, err := unpackHash(stored, level)
	if err != nil {
		return fmt.Errorf("leaf %d: %w", n, err)
	}
	e.at[level] = h
	return nil
}

// packHashes is how the hashes that a leaf completes are stored.
func packHashes(hashes []tlog.Hash) []byte {
	b := make([]byte, 0, len(hashes)*tlog.HashSize)
	for _, h := range hashes {
		b = append(b, h[:]...)
	}
	return b
}

// unpackHash answers the hash of a level from what is stored with a leaf.
func unpackHash(stored []byte, level int) (h tlog.Hash, err error) {
	if len(stored) < (level+1)*tlog.HashSize {
		return h, fmt.Errorf("audit: a leaf stores %d bytes of hashes, level %d is not among them", len(stored), level)
	}
	copy(h[:], stored[level*tlog.HashSize:])
	return h, nil
}
