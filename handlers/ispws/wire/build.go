package wire

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"reeve/models"
)

// The decoder: it walks a document that has no error findings along the
// description, and puts each value into the field that the description names.

// place is a field of a struct type by the path that the description uses.
type place struct {
	in   reflect.Type
	path string
}

// places are the fields of all described elements, found once when the program
// starts; a description that names a field which does not exist stops it there.
var places = bindAll()

func bindAll() map[place][]int {
	m := map[place][]int{}
	seen := map[any]bool{}
	bind(m, seen, report, reflect.TypeFor[models.Reported]())
	bind(m, seen, fileDetails, reflect.TypeFor[models.ReportedFile]())
	return m
}

// bind resolves every field named by a shape whose values go into struct type t.
func bind(m map[place][]int, seen map[any]bool, s *shape, t reflect.Type) {
	type visit struct {
		s *shape
		t reflect.Type
	}
	if seen[visit{s, t}] {
		return
	}
	seen[visit{s, t}] = true
	resolve := func(path string) reflect.Type {
		at, index := t, []int(nil)
		for name := range strings.SplitSeq(path, ".") {
			f, ok := at.FieldByName(name)
			if !ok {
				panic(fmt.Sprintf("wire: %s has no field %s", t, path))
			}
			at, index = f.Type, append(index, f.Index...)
		}
		m[place{t, path}] = index
		return at
	}
	if s.textAt != "" {
		resolve(s.textAt)
	}
	for _, a := range s.attrs {
		if a.at != "" {
			resolve(a.at)
		}
	}
	for _, e := range s.children {
		if e.mark[0] != "" {
			resolve(e.mark[0])
		}
		inner := t
		if e.at != "" {
			inner = resolve(e.at)
		}
		if e.shape.plain() {
			continue
		}
		for inner.Kind() == reflect.Pointer || inner.Kind() == reflect.Slice {
			inner = inner.Elem()
		}
		bind(m, seen, e.shape, inner)
	}
}

// build decodes a checked document into dst, a pointer to the model.
func build(root *node, dst any) {
	v := reflect.ValueOf(dst).Elem()
	fill(root, root.desc.shape, v)
}

// fill puts text, attributes and children of n into the struct v.
func fill(n *node, s *shape, v reflect.Value) {
	if s.textAt != "" {
		set(field(v, s.textAt), s.text, n.text)
	}
	for i := range n.attrs {
		if a := s.attribute(n.attrs[i].name); a != nil && a.at != "" {
			set(field(v, a.at), a.typ, n.attrs[i].value)
		}
	}
	for c := n.first; c != nil; c = c.next {
		e := c.desc
		if e == nil {
			continue // kept as a newer element
		}
		if e.mark[0] != "" {
			field(v, e.mark[0]).SetString(e.mark[1])
		}
		switch {
		case e.at == "":
			fill(c, e.shape, v)
		case e.shape.text == flagType:
			f := field(v, e.at)
			f.Set(reflect.Append(f, reflect.ValueOf(e.name)))
		case e.shape.plain():
			set(field(v, e.at), e.shape.text, c.text)
		default:
			fill(c, e.shape, grow(field(v, e.at)))
		}
	}
	if s.after != nil {
		s.after(v.Addr().Interface(), n)
	}
}

func field(v reflect.Value, path string) reflect.Value {
	return v.FieldByIndex(places[place{v.Type(), path}])
}

// grow answers the struct to fill: the field itself, a new one behind its
// pointer, or a new item of its slice.
func grow(f reflect.Value) reflect.Value {
	switch f.Kind() {
	case reflect.Pointer:
		f.Set(reflect.New(f.Type().Elem()))
		return f.Elem()
	case reflect.Slice:
		f.Grow(1)
		f.SetLen(f.Len() + 1)
		return f.Index(f.Len() - 1)
	default:
		return f
	}
}

// set puts one value into a field, of which the types below are all that the
// models use.
func set(f reflect.Value, t *simple, value string) {
	trimmed := value
	if t.kind != stringKind {
		trimmed = strings.Trim(value, " \t\n\r")
	}
	switch p := f.Addr().Interface().(type) {
	case *string:
		*p = trimmed
	case *[]string:
		*p = append(*p, trimmed)
	case *bool:
		*p = parseBool(trimmed)
	case *models.Truth:
		*p = models.TruthOf(parseBool(trimmed))
	case *models.Moment:
		at, _ := parseDateTime(trimmed)
		*p = models.Moment{Text: trimmed, At: at.at}
	case *int:
		v, _ := parseInteger(trimmed)
		*p = int(v)
	case **int:
		v, _ := parseInteger(trimmed)
		n := int(v)
		*p = &n
	case *int64:
		*p, _ = parseInteger(trimmed)
	case *[]int64:
		v, _ := parseInteger(trimmed)
		*p = append(*p, v)
	case **float64:
		v, _ := strconv.ParseFloat(trimmed, 64)
		*p = &v
	default:
		panic(fmt.Sprintf("wire: no way to fill a field of type %s", f.Type()))
	}
}
