package routing

import (
	"slices"
	"strings"
)

// conflict records answers that exclude each other at one level. Evidence that
// was outweighed is shown all the same.
func (r *reasoning) conflict(capacity Capacity, q *question) {
	var shown []*answer
	strong := 0
	for i := range q.answers {
		a := &q.answers[i]
		if a.support >= r.book.show {
			shown = append(shown, a)
		}
		if a.strength >= r.book.rival {
			strong++
		}
	}
	if len(shown) < 2 {
		return
	}
	slices.SortStableFunc(shown, func(a, b *answer) int {
		if a.support != b.support {
			if a.support > b.support {
				return -1
			}
			return 1
		}
		return strings.Compare(a.key, b.key)
	})
	name, what := CountryName, "country"
	switch q.level {
	case "state":
		name, what = StateName, "state"
	case "county":
		name, what = r.cov.Name, "territory"
	}
	c := Conflict{Capacity: capacity, Level: q.level, Serious: strong > 1}
	var text strings.Builder
	text.WriteString("The evidence for the suspect's place points to more than one ")
	if capacity == CapacityVictim {
		text.Reset()
		text.WriteString("The evidence for the victim's place points to more than one ")
	}
	text.WriteString(what)
	for i, a := range shown {
		first := &a.cs[0]
		for j := range a.cs {
			x := &a.cs[j]
			if !slices.Contains(c.Signals, x.index) {
				c.Signals = append(c.Signals, x.index)
			}
			if x.weight > first.weight || x.weight == first.weight && r.d.Evidence[x.index].Text < r.d.Evidence[first.index].Text {
				first = x
			}
		}
		c.Places = append(c.Places, name(a.key))
		if i == 0 {
			text.WriteString(": ")
		} else {
			text.WriteString("; ")
		}
		text.WriteString(name(a.key))
		text.WriteString(" (")
		text.WriteString(lowerFirst(headline(&r.d.Evidence[first.index].Signal)))
		text.WriteByte(')')
	}
	text.WriteByte('.')
	slices.Sort(c.Signals)
	c.Text = text.String()
	r.d.Conflicts = append(r.d.Conflicts, c)
}
