// Package wire knows the XML of the provider API, and is the only package that
// does: what a provider may send (<report>, <fileDetails>), what we answer
// (<reportResponse>, <reportDoneResponse>), the response codes, and the schema
// file that describes all of it.
//
// # One description
//
// The files elements_*.go describe every element and attribute once, as data:
// name, how often, in what order, of what type, and into which field of
// models.Reported or models.ReportedFile it goes. The validator (validate.go),
// the decoder (build.go) and the schema file (schema.go) all read that
// description, so they cannot drift apart. What a schema cannot say - dates in
// the past, a mark that needs another mark - is a rule attached to the
// described type (rules_*.go).
//
// # Path of a document
//
//	bytes -> decodeText (encoding, forbidden characters)
//	      -> scan       (well-formedness, DOCTYPE refused, limits; a tree with offsets)
//	      -> validate   (schema-level and business-level findings, all of them)
//	      -> build      (only when no finding is an error)
//
// Every step is linear in the size of the document. Nothing is ever fetched and
// no entity is ever expanded: a document with a DOCTYPE is refused where the
// DOCTYPE begins.
//
// # Findings
//
// A finding has a line and a column, both counted from 1. The column counts
// characters, not bytes, and points at the "<" of the element concerned (or at
// the first letter of the attribute concerned). What is missing is reported
// where it should have been: at the next sibling, or at the parent's end tag.
//
// A finding says whether our schema file can express it (LevelSchema, where our
// verdict and that of any XSD validator agree), or not (LevelBusiness), or
// whether the document could not be read at all (LevelForm). Notices are
// findings that do not refuse the document.
//
// Elements that we do not know are refused, except under reportAnnotations,
// fileAnnotations and person, where the interface is known to grow without
// notice: there they are kept as models.NewerElement and noticed.
//
// Messages do not repeat names, addresses, numbers or narrative of a report:
// only closed-list values, numbers and dates are quoted.
package wire
