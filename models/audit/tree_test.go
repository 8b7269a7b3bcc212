package audit

import (
	"bytes"
	"fmt"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

// Our edge is compared with tlog's own arithmetic at every size.
func TestTheEdgeIsTheTreeOfTlog(t *testing.T) {
	t.Parallel()
	var e edge
	var theirs []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, x := range indexes {
			out[i] = theirs[x]
		}
		return out, nil
	})
	leaves := map[int64][]byte{}
	ours := storedHashes(func(n []int64) (map[int64][]byte, error) { return leaves, nil })
	for n := range int64(300) {
		if got, want := e.root(), must(tlog.TreeHash(n, reader)); got != want {
			t.Fatalf("root of %d leaves: got %v, want %v", n, got, want)
		}
		fresh := &edge{size: n}
		for _, leaf := range edgeLeaves(n) {
			if err := fresh.take(leaf, leaves[leaf]); err != nil {
				t.Fatal(err)
			}
		}
		if n > 0 && fresh.root() != e.root() {
			t.Fatalf("the edge of %d leaves, read back, has another root", n)
		}
		data := fmt.Appendf(nil, "record %d", n)
		want := must(tlog.StoredHashes(n, data, reader))
		theirs = append(theirs, want...)
		leaves[n] = packHashes(e.append(tlog.RecordHash(data)))
		if !bytes.Equal(leaves[n], packHashes(want)) {
			t.Fatalf("leaf %d completes other hashes than tlog says", n)
		}
	}
	proof := must(tlog.ProveRecord(300, 123, ours))
	if err := tlog.CheckRecord(proof, 300, e.root(), 123, tlog.RecordHash([]byte("record 123"))); err != nil {
		t.Errorf("an inclusion proof from what is stored with the leaves: %v", err)
	}
	older := must(tlog.TreeHash(77, ours))
	if err := tlog.CheckTree(must(tlog.ProveTree(300, 77, ours)), 300, e.root(), 77, older); err != nil {
		t.Errorf("a consistency proof from what is stored with the leaves: %v", err)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// storedHashes reads the tree as tlog numbers its hashes, from what is stored
// with each leaf: the reader that tlog's own proofs want.
func storedHashes(leaf func(n []int64) (map[int64][]byte, error)) tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		want := make([]int64, len(indexes))
		for i, x := range indexes {
			level, n := tlog.SplitStoredHashIndex(x)
			want[i] = (n+1)<<level - 1
		}
		rows, err := leaf(want)
		if err != nil {
			return nil, err
		}
		out := make([]tlog.Hash, len(indexes))
		for i, x := range indexes {
			level, _ := tlog.SplitStoredHashIndex(x)
			if out[i], err = unpackHash(rows[want[i]], level); err != nil {
				return nil, err
			}
		}
		return out, nil
	})
}
