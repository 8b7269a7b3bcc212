// Package static holds what browsers fetch besides pages: one style sheet, three
// small scripts and a few images, embedded in the binary.
//
// The style sheet is assembled when the program starts, in this order of
// cascade layers: uswds (the part of the U.S. Web Design System that we use,
// compiled by static/src/build.sh and committed), tokens, base, layout,
// components, pages, and print.css outside the layers. Adding a file to
// css/components or css/pages is enough; nobody needs Node to build Reeve.
//
// Every file has an address that contains a hash of its content, so answers may
// be cached for ever. There are no web fonts and nothing is fetched from other
// hosts.
package static
