// Package handlers translates between HTTP and the use cases: one struct per
// area (Session, Inbox, Desk...), one file per screen-verb.
//
// How to add a screen:
//
//  1. views/pages: a view model with `Frame layout.PageArgs` and a templ that
//     begins with @layout.Page(v.Frame).
//
//  2. handlers/inbox.go: `type Inbox struct { *Pages; Files CaseFiles }`, where
//     CaseFiles is a small interface declared here with the use cases that the
//     area needs. A method of it takes echo.Context and answers an error:
//
//     func (h *Inbox) List(c echo.Context) error {
//     rows, err := h.Files.Inbox(c.Request().Context(), h.Actor(c), filter)
//     if err != nil {
//     return err // web/errors.go writes it
//     }
//     return h.Render(c, http.StatusOK, pages.Inbox(pages.InboxView{Frame: h.Frame(c, "Inbox"), ...}))
//     }
//
//  3. A form: BindForm[OutcomeForm](c), a struct made for that form whose
//     Validate answers messages by field. Re-render with 422 and the values
//     typed; on success Flash and Redirect (303). A state is never changed by GET.
//
//  4. web/routes.go: one line with method, path, name, permission, handler. Run
//     `go test ./web -run Golden -update` and read the difference. One line in
//     web/matrix_routes_test.go says how the route's object is made; run `go test
//     ./web -run Matrix -update` and read who may open it.
//
// A handler returns errors and never writes them. It renders whole and then
// writes once. echo.Context goes no further than this package.
package handlers
