package web_test

import (
	"net/http"
	"net/url"
	"strconv"
	"testing"

	"reeve/web/webtest"
)

func TestTheInboxIsNarrowedToAProviderByItsName(t *testing.T) {
	t.Parallel()
	site := webtest.Start(t, webtest.Options{})
	number := map[string]string{}
	for _, name := range []string{"Example Chat", "Example Chat Two", "Example <Photos>", "Quiet Pictures"} {
		r := site.DB.Refer(t, site.DB.Report(t, site.DB.Provider(t, name), name+"@mail.example", nil), site.Agencies["bay"])
		number[name] = strconv.FormatInt(r.Number, 10)
	}
	dana := site.SignIn(t, "dana@bay.example")
	form := dana.Get("/inbox").MustSay(number["Example Chat"], number["Quiet Pictures"]).Form("/inbox")
	narrowed := func(typed string) *webtest.Page {
		t.Helper()
		return dana.Submit(form.With("provider", typed))
	}
	for typed, want := range map[string]string{"Example Chat": "Example Chat", "example chat": "Example Chat", "quiet": "Quiet Pictures", "<PHOTOS>": "Example <Photos>", " Example Chat Two ": "Example Chat Two"} {
		p := narrowed(typed).MustBe(http.StatusOK).MustSay("from "+want, number[want])
		for other, n := range number {
			if other != want {
				p.MustNotSay(n)
			}
		}
		if got := p.Form("/inbox").Values.Get("provider"); got != want {
			t.Errorf("%q: the field shows %q, want %q", typed, got, want)
		}
	}
	p := narrowed("example").MustBe(http.StatusUnprocessableEntity).MustSay("3 providers have this in their name: Example <Photos>, Example Chat, Example Chat Two. Write more of it.", "Nothing was looked for").MustNotSay(number["Example Chat"])
	if got := p.Form("/inbox").Values.Get("provider"); got != "example" {
		t.Errorf("the field shows %q, want it as typed", got)
	}
	narrowed("nobody").MustBe(http.StatusUnprocessableEntity).MustSay("No provider's name has this in it").MustNotSay(number["Quiet Pictures"])
	if n := len(dana.Get("/inbox").All("option", "value", "Quiet Pictures")); n != 1 {
		t.Errorf("the field proposes a provider of the page %d times, want once", n)
	}
	// An address from before names were typed still works.
	id := site.DB.Provider(t, "Example Mail").ID.String()
	dana.Get("/inbox?provider="+id).MustBe(http.StatusOK).MustSay("from Example Mail", "No report fits these filters")
	dana.Get("/inbox?provider=" + url.QueryEscape("0190aaaa-0000-7000-8000-000000000001")).MustBe(http.StatusOK).MustSay("from a provider that is not known")
}
