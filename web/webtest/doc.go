// Package webtest runs the whole server for a test: on a loopback listener, with
// a database of its own and an identity provider in the same process, seeded with
// the demonstration's agencies and people.
//
//	site := webtest.Start(t, webtest.Options{})
//	dana := site.SignIn(t, "dana@bay.example")
//	page := dana.Get("/inbox")
//	page.MustBe(http.StatusOK)
//
// A Browser follows redirects, keeps cookies and sends what browsers send with a
// form. It runs no scripts: every journey works without them. The clock of the
// server, the provider and the tokens is site.DB.Clock; a whole site (Options.Whole),
// in which reports also arrive and jobs run, goes by the real one.
package webtest
