package routing

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// conflict records answers that exclude each other at one level.
func (r *reasoning) conflict(capacity Capacity, level string, answers map[string][]contribution, beliefs map[string]belief, name func(string) string) {
	show, rival := r.book.factor("conflict/show"), r.book.factor("conflict/rival")
	var keys []string
	strong := 0
	for _, k := range slices.Sorted(maps.Keys(beliefs)) {
		if beliefs[k].support >= show {
			keys = append(keys, k)
		}
		if beliefs[k].support >= rival {
			strong++
		}
	}
	if len(keys) < 2 {
		return
	}
	slices.SortStableFunc(keys, func(a, b string) int {
		if x, y := beliefs[a].support, beliefs[b].support; x != y {
			if x > y {
				return -1
			}
			return 1
		}
		return strings.Compare(a, b)
	})
	c := Conflict{Capacity: capacity, Level: level, Serious: strong > 1}
	var parts []string
	for _, k := range keys {
		cs := slices.Clone(answers[k])
		slices.SortFunc(cs, func(a, b contribution) int {
			if a.weight != b.weight {
				if a.weight > b.weight {
					return -1
				}
				return 1
			}
			return strings.Compare(r.d.Evidence[a.index].Text, r.d.Evidence[b.index].Text)
		})
		for _, x := range cs {
			if !slices.Contains(c.Signals, x.index) {
				c.Signals = append(c.Signals, x.index)
			}
		}
		c.Places = append(c.Places, name(k))
		parts = append(parts, fmt.Sprintf("%s (%s)", name(k), lowerFirst(headline(r.d.Evidence[cs[0].index].Signal))))
	}
	slices.Sort(c.Signals)
	who := "The evidence for the suspect's place"
	if capacity == CapacityVictim {
		who = "The evidence for the victim's place"
	}
	c.Text = fmt.Sprintf("%s points to more than one %s: %s.", who, map[string]string{"country": "country", "state": "state", "county": "territory"}[level], strings.Join(parts, "; "))
	r.d.Conflicts = append(r.d.Conflicts, c)
}
