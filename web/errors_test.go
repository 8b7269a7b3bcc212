package web_test

import (
	"net/http"
	"strings"
	"testing"

	"reeve/models/store"
	"reeve/web/webtest"
)

func TestWithoutASessionEveryAddressLooksTheSame(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	b := site.Browser(t).Stay()
	shape := func(method, path string) string {
		req, _ := http.NewRequestWithContext(t.Context(), method, site.URL+path, nil)
		req.Header.Set("Sec-Fetch-Site", "same-origin")
		p := b.Do(req)
		h := p.Header.Clone()
		for _, n := range []string{"X-Request-Id", "Date", "Location"} {
			h.Del(n)
		}
		var text strings.Builder
		_ = h.Write(&text)
		return p.Header.Get("Location")[:6] + p.Body + text.String()
	}
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodDelete, http.MethodOptions} {
		exists, not := shape(method, "/account"), shape(method, "/no-such-page")
		if exists != not {
			t.Errorf("%s: a page that exists answers\n%s\nand one that does not\n%s", method, exists, not)
		}
	}
}

func TestErrorsSayWhatToDoNext(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	dana := site.SignIn(t, "dana@bay.example")
	dana.Get("/no-such-page").MustBe(http.StatusNotFound).MustSay("Nothing here for you", "Dana Example")
	dana.PostForm("/account", nil).MustBe(http.StatusMethodNotAllowed).MustSay("cannot be used like that")
	dana.Get("/api/v1/nothing").MustBe(http.StatusNotFound)
	if p := dana.Get("/api/v1/nothing"); !strings.HasPrefix(p.Header.Get("Content-Type"), "application/json") || !strings.Contains(p.Body, `"request_id"`) {
		t.Errorf("an unknown address below /api answers %s %s", p.Header.Get("Content-Type"), p.Body)
	}
	// What went wrong on our side is told to the log; the person gets a number.
	site.DB.Setup(t, func(tx *store.Tx) error { return tx.Exec("revoke insert on audit_events from reeve_web").Error })
	p := dana.PostForm("/logout", nil).MustBe(http.StatusInternalServerError)
	p.MustSay("Something went wrong on our side", p.Header.Get("X-Request-ID")).MustNotSay("audit_events", "42501", "permission denied")
	if out(dana) {
		t.Error("signed out although it could not be recorded")
	}
}

func TestHealthIsAnsweredWithoutASession(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	b := site.Browser(t)
	b.Get("/healthz").MustBe(http.StatusOK)
	b.Get("/readyz").MustBe(http.StatusOK)
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodHead, site.URL+"/readyz", nil)
	b.Do(req).MustBe(http.StatusOK)
	site.DB.Setup(t, func(tx *store.Tx) error {
		return tx.Exec("delete from goose_db_version where version_id = (select max(version_id) from goose_db_version)").Error
	})
	if p := b.Get("/readyz").MustBe(http.StatusServiceUnavailable); !strings.Contains(p.Body, "reeve migrate") {
		t.Errorf("an old schema: %s", p.Body)
	}
	site.DB.Web.Close()
	b.Get("/readyz").MustBe(http.StatusServiceUnavailable)
	b.Get("/healthz").MustBe(http.StatusOK)
}

// With no database there is still a page that says so, and no hint of the cause.
func TestWithoutADatabaseAPageSaysSo(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	dana := site.SignIn(t, "dana@bay.example")
	site.DB.Web.Close()
	dana.Get("/account").MustBe(http.StatusServiceUnavailable).MustSay("Try again in a minute").MustNotSay("pool", "SQLSTATE")
}
