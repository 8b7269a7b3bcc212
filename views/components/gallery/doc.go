// Package gallery lists every component in every state that matters: none, one,
// many, wrong, very long, right to left, ten thousand and more. /styleguide
// shows the list to people and to the accessibility test, and the golden tests
// of views/components keep its HTML. All data is made up.
package gallery
