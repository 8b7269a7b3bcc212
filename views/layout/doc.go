// Package layout is the frame around every page.
//
// Page frames the pages of a signed-in person: demonstration banner, the
// agency's bar with the global search and the person's menu, the rail, flash
// messages, breadcrumbs, footer with the request's id, and the head of printed
// pages. Public frames sign-in, errors and the public's form.
//
// The frame needs no script: the rail folds by a checkbox, menus are details
// elements, signing out is a form. It takes view data only (Nav), never an
// actor, and it carries no inline style or script, so that the content security
// policy needs no exception.
package layout
