package wire

import (
	"errors"
	"time"

	"reeve/models"
)

// Why a document is refused. A caller tells them apart with errors.Is and
// answers with the code that CodeOf names.
var (
	// ErrMalformed: the document cannot be read - not well formed, a DOCTYPE, a
	// wrong root, an encoding that is not accepted, or larger or deeper than the
	// limits. Response code 4110.
	ErrMalformed = errors.New("wire: the document is malformed")
	// ErrInvalid: the document can be read and breaks rules. Response code 4100.
	ErrInvalid = errors.New("wire: the document is not valid")
)

// CodeOf answers the response code for an error of this package: Success for
// nil, ServerError for any other error.
func CodeOf(err error) Code {
	switch {
	case err == nil:
		return Success
	case errors.Is(err, ErrMalformed):
		return MalformedXML
	case errors.Is(err, ErrInvalid):
		return ValidationFailed
	default:
		return ServerError
	}
}

// Options say how strict to be. The zero value is usable.
type Options struct {
	// Now is the time that dates are compared with; the present when zero. A
	// provider's clock may run a minute ahead.
	Now time.Time
	// RequireReporterEmail refuses a report whose reporting person has no
	// e-mail address. Otherwise that is a notice, since real clients send none.
	RequireReporterEmail bool
	// Batched says, for file details, that the report is a batched one.
	Batched bool

	// Limits; the default applies to each that is 0.
	MaxBytes      int // size of the document; 16 MiB
	MaxDepth      int // nesting of elements; 64
	MaxAttributes int // of one element; 64
	MaxElements   int // of the document; 200 000
	MaxFindings   int // listed errors, and as many notices; 100
}

func (o Options) withDefaults() Options {
	for _, d := range []struct {
		field *int
		value int
	}{
		{&o.MaxBytes, 16 << 20}, {&o.MaxDepth, 64}, {&o.MaxAttributes, 64}, {&o.MaxElements, 200_000}, {&o.MaxFindings, 100},
	} {
		if *d.field <= 0 {
			*d.field = d.value
		}
	}
	if o.Now.IsZero() {
		o.Now = time.Now()
	}
	return o
}

// DecodeReport reads a <report> document. When it is accepted the report is
// returned with its notices and a nil error; otherwise the report is nil, the
// error is ErrMalformed or ErrInvalid, and the findings say why.
func DecodeReport(b []byte, opt Options) (*models.Reported, []Finding, error) {
	d := read(b, reportElement, opt)
	if d.err != nil {
		return nil, d.findings, d.err
	}
	r := new(models.Reported)
	build(d.root, r)
	r.Newer = newerElements(d.src, d.newer)
	return r, d.findings, nil
}

// DecodeFileDetails reads a <fileDetails> document; what it returns is as for
// DecodeReport. Whether report and file exist is not checked here.
func DecodeFileDetails(b []byte, opt Options) (*models.ReportedFile, []Finding, error) {
	d := read(b, fileElement, opt)
	if d.err != nil {
		return nil, d.findings, d.err
	}
	f := new(models.ReportedFile)
	build(d.root, f)
	f.Newer = newerElements(d.src, d.newer)
	return f, d.findings, nil
}

// reading is a document that has been scanned and checked.
type reading struct {
	src      string
	root     *node
	newer    []*node
	findings []Finding
	err      error
}

// read scans and checks a document whose root must be the element.
func read(b []byte, root element, opt Options) reading {
	opt = opt.withDefaults()
	c := newCheck(opt)
	d := reading{}
	fail := func(f *fault) reading {
		c.found.add(Finding{pos: f.pos, Element: f.element}, "%s", f.message)
		d.findings, d.err = c.found.located(d.src), ErrMalformed
		return d
	}
	if len(b) > opt.MaxBytes {
		return fail(&fault{message: "the document is larger than is accepted"})
	}
	var f *fault
	if d.src, f = decodeText(b); f != nil {
		return fail(f)
	}
	if d.root, f = scan(d.src, limits{opt.MaxDepth, opt.MaxAttributes, opt.MaxElements}); f != nil {
		return fail(f)
	}
	if d.root.space != "" {
		return fail(&fault{d.root.start, d.root.name, "the root element must be '" + root.name + "' without a namespace"})
	}
	if d.root.name != root.name {
		return fail(&fault{d.root.start, d.root.name, "the root element must be '" + root.name + "', not '" + clip(d.root.name) + "'"})
	}
	c.element(d.root, &root)
	d.newer, d.findings = c.newer, c.found.located(d.src)
	if c.found.errors {
		d.err = ErrInvalid
	}
	return d
}
