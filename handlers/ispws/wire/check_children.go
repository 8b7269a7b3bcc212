package wire

import "strings"

// children checks the child elements: which, in what order, how many.
func (c *check) children(n *node, s *shape) {
	var few [32]int
	count := few[:]
	if len(s.children) > len(few) {
		count = make([]int, len(s.children))
	}
	// reached is the furthest place in the sequence so far; late is the last one
	// complained of, so that one element too early is not reported once for
	// every sibling behind it.
	reached, late := 0, -1
	chosen := -1
	for child := n.first; child != nil; child = child.next {
		i := -1
		if child.space == "" {
			i = s.find(child.name, reached)
		}
		if i < 0 {
			c.unknown(child, n, s, reached, count)
			continue
		}
		d := &s.children[i]
		count[i]++
		switch {
		case s.model == choiceModel && chosen >= 0:
			c.schema(child.start, child.name, "element '%s' may hold one of its elements only; '%s' is already there",
				n.name, s.children[chosen].name)
		case s.model == sequenceModel && i < reached:
			if late != reached {
				c.schema(child.start, child.name, "element '%s' stands too late in element '%s': it belongs before '%s'",
					child.name, n.name, s.children[reached].name)
				late = reached
			}
		case d.max >= 0 && count[i] == d.max+1:
			c.schema(child.start, child.name, "element '%s' may stand in element '%s' only once", child.name, n.name)
		}
		if s.model == choiceModel {
			chosen = i
		}
		if s.model == sequenceModel && i > reached {
			reached = i
		}
		c.element(child, d)
	}
	switch s.model {
	case choiceModel:
		if n.first == nil {
			c.schema(n.end, n.name, "element '%s' must hold one of %s", n.name, expected(s, 0, count))
		}
	case sequenceModel, allModel:
		for i := range s.children {
			if d := &s.children[i]; count[i] < d.min {
				c.missing(n, s, i)
			}
		}
	}
}

// missing notes an element that must be there, at the place where it should be.
func (c *check) missing(n *node, s *shape, i int) {
	pos, before := n.end, ""
	for child := n.first; child != nil; child = child.next {
		if j := s.find(child.name, 0); child.space == "" && j > i {
			pos, before = child.start, " before '"+child.name+"'"
			break
		}
	}
	c.schema(pos, s.children[i].name, "element '%s' is missing in element '%s'%s", s.children[i].name, n.name, before)
}

// unknown handles an element that the description does not have here: kept in
// the open types, refused elsewhere.
func (c *check) unknown(child, n *node, s *shape, reached int, count []int) {
	if s.open && child.space == "" {
		if c.kept += size(child); c.kept > maxNewer {
			c.business(child, "more than %d elements and attributes are not known; so much is not kept", maxNewer)
			return
		}
		c.newer = append(c.newer, child)
		c.notice(child, LevelSchema, "element '%s' in element '%s' is not known here; it is kept as it was sent", clip(child.name), n.name)
		return
	}
	if s.model == choiceModel || s.model == allModel {
		reached = 0
	}
	c.schema(child.start, child.name, "element '%s' is not expected in element '%s' here; expected was %s",
		clip(child.name), n.name, expected(s, reached, count))
}

// maxNewer bounds how many unknown elements and attributes are kept, since each
// is kept with its whole path.
const maxNewer = 1000

// size counts an element, what is below it, and their attributes.
func size(n *node) int {
	count := 1 + len(n.attrs)
	for c := n.first; c != nil; c = c.next {
		count += size(c)
	}
	return count
}

// expected lists what may come next, as a person would say it.
func expected(s *shape, from int, count []int) string {
	var names []string
	for i := from; i < len(s.children); i++ {
		d := &s.children[i]
		if d.max >= 0 && count[i] >= d.max {
			continue
		}
		names = append(names, "'"+d.name+"'")
		if s.model == sequenceModel && count[i] < d.min {
			break
		}
	}
	switch len(names) {
	case 0:
		return "no further element"
	case 1:
		return names[0]
	default:
		return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
	}
}
