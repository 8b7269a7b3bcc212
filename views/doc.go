// Package views is the parent of what people see: layout (the frame), components
// (the parts) and pages (one template and one view model each). The tests here
// hold for all of them: no raw HTML, no inline style or script, and generated
// files that match their templates.
package views
