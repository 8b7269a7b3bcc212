// Package pages draws one page each: a templ file and a Go file with its view
// model. A view model holds finished facts (words, numbers, booleans, addresses,
// times already in the reader's zone) and the frame; a page asks nothing and
// decides nothing.
//
// A page of a signed-in person begins with @layout.Page(v.Frame), any other with
// @layout.Public(v.Frame).
package pages
