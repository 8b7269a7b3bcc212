package wire

// element describes one element at one place: how it is called there, how often
// it may stand, what it is, and where its value goes.
type element struct {
	name     string
	min, max int // max < 0: any number
	shape    *shape
	doc      string // for the schema file, where the name alone does not say it

	// at is the field of the enclosing struct that takes the value: a slice
	// takes one item for each occurrence. With "" the element has no struct of
	// its own and its parts go to the enclosing one.
	at string
	// mark sets a string field of the enclosing struct when the element is
	// present: {field, value}.
	mark [2]string
	// newer marks an element that came after the published schema of November
	// 2025. It is understood, and also kept as models.NewerElement.
	newer bool
}

// model says how a shape's content is made.
type model int

const (
	textModel     model = iota // text only
	emptyModel                 // nothing at all
	sequenceModel              // children in the order of the description
	allModel                   // children in any order, each at most once
	choiceModel                // exactly one of the children
)

// shape describes a type of element: its text or its children, its attributes
// and the rules beyond the schema.
type shape struct {
	name     string // of the type in the schema file; "" for plain text
	doc      string
	model    model
	text     *simple // textModel
	textAt   string  // field that takes the text when the element has a struct
	attrs    []attribute
	children []element
	open     bool // unknown children are kept, not refused
	rules    []rule
	after    func(enclosing any, n *node) // finishes what fields alone cannot say
}

// attribute describes one attribute.
type attribute struct {
	name     string
	required bool
	typ      *simple
	at       string // field; "" when the shape's after hook takes the value
	doc      string
}

// rule is a business-level rule about one element and what is below it. It may
// not assume that the element has passed the schema level.
type rule func(c *check, n *node)

// plain reports whether the shape is text without attributes.
func (s *shape) plain() bool { return s.model == textModel && len(s.attrs) == 0 }

// find answers the index of a child by name, looking first at and after from.
func (s *shape) find(name string, from int) int {
	for i := from; i < len(s.children); i++ {
		if s.children[i].name == name {
			return i
		}
	}
	for i := 0; i < from && i < len(s.children); i++ {
		if s.children[i].name == name {
			return i
		}
	}
	return -1
}

// The description is written with these few words.

func one(name string, s *shape, at string) element {
	return element{name: name, min: 1, max: 1, shape: s, at: at}
}

func optional(name string, s *shape, at string) element {
	return element{name: name, max: 1, shape: s, at: at}
}

func many(name string, s *shape, at string) element {
	return element{name: name, max: -1, shape: s, at: at}
}

func (e element) says(doc string) element { e.doc = doc; return e }

// sinceNovember2025 marks a newer element.
func (e element) sinceNovember2025() element {
	e.newer = true
	e.doc = "Newer than the schema of November 2025."
	return e
}

// flags describes annotation elements, whose presence is their value.
func flags(names ...string) []element {
	list := make([]element, len(names))
	for i, name := range names {
		list[i] = optional(name, leaf(flagType), "Annotations")
	}
	return list
}

// leaf is a shape that is only text of the type.
func leaf(t *simple) *shape { return &shape{model: textModel, text: t} }
