package wire

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"

	"reeve/models"
)

var update = flag.Bool("update", false, "write the golden files anew")

// excused are elements and attributes that are deliberately not in the model,
// with the reason.
var excused = map[string]string{
	"reportResponse":               "we write it; nothing is read from it",
	"reportDoneResponse":           "we write it; nothing is read from it",
	"report/batchedReport/@reason": "it has one value only, so it cannot be changed; taking batchedReport away is tried",
}

// decodeTree decodes a generated document past the business rules, which a
// document that has everything must break.
func decodeTree(t *testing.T, n *tree) any {
	t.Helper()
	var v any = new(models.Reported)
	root := reportElement
	if n.name == "fileDetails" {
		v, root = new(models.ReportedFile), fileElement
	}
	d := read([]byte(n.String()), root, testOptions)
	for _, f := range d.findings {
		if f.Severity == Error && f.Level != LevelBusiness {
			t.Fatalf("the generated document is not valid: %s\n%s", f, n)
		}
	}
	build(d.root, v)
	return v
}

// Every element and attribute of the description reaches the model: changing it
// or taking it away changes the decoded value.
func TestEveryDescribedFieldIsMapped(t *testing.T) {
	for _, root := range []element{reportElement, fileElement, responseElement, doneElement} {
		if excused[root.name] != "" {
			continue
		}
		doc, unique := maximal(root)
		whole := decodeTree(t, doc)
		values := map[string]bool{}
		flatten(reflect.ValueOf(whole), values)
		for text := range unique {
			if !values[text] {
				t.Errorf("the text %q is nowhere in the decoded %s", text, root.name)
			}
		}
		mapped := 0
		tried := map[string]bool{} // a path is tried where it comes first
		check := func(path string, change func(), restore func()) {
			if tried[path] {
				return
			}
			tried[path] = true
			change()
			got := decodeTree(t, doc)
			restore()
			if mapped++; reflect.DeepEqual(got, whole) && excused[path] == "" {
				t.Errorf("%s is neither mapped to the model nor excused", path)
			}
		}
		doc.walk("", func(path string, n *tree) {
			for i := range n.attrs {
				old := n.attrs[i][1]
				check(path+"/@"+n.attrs[i][0], func() { n.attrs[i][1] = another(n.types[n.attrs[i][0]], old) }, func() { n.attrs[i][1] = old })
			}
			if n.desc.shape.model == textModel && n.desc.shape.text != flagType {
				old := n.text
				check(path, func() { n.text = another(n.desc.shape.text, old) }, func() { n.text = old })
			}
			for i, k := range n.kids {
				if k.desc.min > 0 || n.desc.shape.model == choiceModel {
					continue
				}
				old := n.kids
				check(path+"/"+k.name, func() { n.kids = append(old[:i:i], old[i+1:]...) }, func() { n.kids = old })
			}
		})
		t.Logf("%s: %d changes of single elements and attributes were tried", root.name, mapped)
	}
}

// another answers a valid value of the type that is not old.
func another(t *simple, old string) string {
	switch {
	case t.enum != nil:
		for _, v := range t.enum {
			if v != old {
				return v
			}
		}
	case t.kind == boolKind:
		return "false"
	case t.kind == intKind && old != fmt.Sprint(t.min):
		return fmt.Sprint(t.min)
	}
	g := &generator{n: 5000, unique: map[string]bool{}}
	return g.value(t)
}

// flatten gathers every string and number of a value as text.
func flatten(v reflect.Value, into map[string]bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			flatten(v.Elem(), into)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				flatten(v.Field(i), into)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			flatten(v.Index(i), into)
		}
	case reflect.String, reflect.Int, reflect.Int64, reflect.Float64:
		into[fmt.Sprint(v.Interface())] = true
	}
}

// The other way round: every field of the model is filled by something.
func TestEveryFieldOfTheModelIsFilled(t *testing.T) {
	notRead := map[string]string{
		"Reported.Newer":     "filled from what is not in the description",
		"Reported.Public":    "filled by the public's form, never by a provider",
		"ReportedFile.Newer": "filled from what is not in the description",
	}
	filled := map[string]bool{}
	for _, root := range []element{reportElement, fileElement} {
		doc, _ := maximal(root)
		fieldsOf(reflect.ValueOf(decodeTree(t, doc)), filled)
	}
	for name, ok := range filled {
		if !ok && notRead[name] == "" {
			t.Errorf("models.%s is never filled", name)
		}
	}
}

func fieldsOf(v reflect.Value, filled map[string]bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			fieldsOf(v.Elem(), filled)
		}
	case reflect.Slice:
		for i := range v.Len() {
			fieldsOf(v.Index(i), filled)
		}
	case reflect.Struct:
		if !strings.HasPrefix(v.Type().Name(), "Reported") && v.Type().Name() != "Moment" {
			return
		}
		for i := range v.NumField() {
			name := v.Type().Name() + "." + v.Type().Field(i).Name
			filled[name] = filled[name] || !v.Field(i).IsZero()
			fieldsOf(v.Field(i), filled)
		}
	}
}

// Where each value goes is held by a golden file, for a person to read.
func TestMaximalDocumentsDecodeAsBefore(t *testing.T) {
	for _, root := range []element{reportElement, fileElement} {
		doc, _ := maximal(root)
		got, err := json.MarshalIndent(decodeTree(t, doc), "", " ")
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "maximal-"+root.name+".xml", []byte(doc.String()))
		golden(t, "maximal-"+root.name+".json", append(got, '\n'))
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := "testdata/golden/" + name
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("%s differs from what is made now; look at the difference after running the test with -update", file)
	}
}
