package wire

import (
	"sort"
	"strings"

	"reeve/models"
)

// newerElements turns kept nodes into what the model keeps: for each element
// its text, and likewise for its attributes (path ending in /@name) and for
// all that is below it.
func newerElements(src string, kept []*node) []models.NewerElement {
	if len(kept) == 0 {
		return nil
	}
	var lines []int // offsets of line feeds
	for i := range len(src) {
		if src[i] == '\n' {
			lines = append(lines, i)
		}
	}
	var list []models.NewerElement
	var keep func(path string, n *node)
	keep = func(path string, n *node) {
		line := 1 + sort.SearchInts(lines, n.start)
		value := n.text
		if n.first != nil {
			value = strings.TrimSpace(value)
		}
		list = append(list, models.NewerElement{Path: path, Value: value, Line: line})
		for _, a := range n.attrs {
			list = append(list, models.NewerElement{Path: path + "/@" + a.name, Value: a.value, Line: line})
		}
		for c := n.first; c != nil; c = c.next {
			keep(path+"/"+c.name, c)
		}
	}
	for _, n := range kept {
		keep(n.path(), n)
	}
	return list
}
