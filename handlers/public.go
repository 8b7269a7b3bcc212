package handlers

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/text/language"

	"reeve/auth"
	"reeve/models"
	"reeve/models/publicform"
	"reeve/views/components"
	"reeve/views/pages"
)

// PublicReports is what the public's form needs of its use cases.
type PublicReports interface {
	Open(ctx context.Context, a auth.Actor, secret string) (*publicform.Draft, error)
	Save(ctx context.Context, a auth.Actor, secret string, step publicform.Step, answers publicform.Answers, was string) (*publicform.Draft, error)
	Send(ctx context.Context, a auth.Actor, secret string, in publicform.Sending) (*publicform.Draft, error)
	Add(ctx context.Context, a auth.Actor, in publicform.More) error
	Wipe(ctx context.Context, a auth.Actor, secret string) error
}

// Public is the public's form. Whoever is signed in uses it as anybody does: the actor
// is the public's, and nothing of a session reaches it.
type Public struct {
	*Pages
	Reports   PublicReports
	Cookie    string // its name
	Secure    bool
	Emergency string // the number to call
	Onward    string // where leaving ends; empty: on a page that says nothing
	// Wait answers how long the address must wait before it may do that once more; 0: not.
	Wait func(deed, ip string) time.Duration
}

var publicMatcher = language.NewMatcher([]language.Tag{language.English, language.Spanish})

// lang is the language of the page: as its address says, else as the browser prefers.
func (h *Public) lang(c echo.Context) string {
	asked := c.QueryParam("lang")
	for _, l := range pages.PublicLanguages {
		if l == asked {
			return l
		}
	}
	tags, _, err := language.ParseAcceptLanguage(c.Request().Header.Get("Accept-Language"))
	if err != nil {
		return pages.PublicLanguages[0]
	}
	_, i, _ := publicMatcher.Match(tags...)
	return pages.PublicLanguages[i]
}

func (h *Public) frame(c echo.Context, title string) pages.PublicFrame {
	lang := h.lang(c)
	f := pages.PublicFrame{Lang: lang, Title: title, Demo: h.Demo, Emergency: h.Emergency}
	for _, l := range pages.PublicLanguages {
		if l != lang {
			f.Other, f.OtherLang = c.Request().URL.Path+"?lang="+l, l
		}
	}
	return f
}

func (h *Public) say(c echo.Context, key string, with ...any) string {
	return pages.PublicSay(h.lang(c), key, with...)
}

func (h *Public) who(c echo.Context) auth.Actor { return auth.ByPublic(RequestID(c)) }

func (h *Public) secret(c echo.Context) string {
	cookie, err := c.Cookie(h.Cookie)
	if err != nil {
		return ""
	}
	return cookie.Value
}

// keep sets the draft's cookie: it ends with the browser, and holds a secret only.
func (h *Public) keep(c echo.Context, secret string) {
	cookie := &http.Cookie{Name: h.Cookie, Value: secret, Path: "/", HttpOnly: true, Secure: h.Secure, SameSite: http.SameSiteLaxMode}
	if secret == "" {
		cookie.MaxAge = -1
	}
	c.SetCookie(cookie)
}

func (h *Public) redirect(c echo.Context, path string) error {
	sign := "?"
	if strings.Contains(path, "?") {
		sign = "&"
	}
	return c.Redirect(http.StatusSeeOther, path+sign+"lang="+h.lang(c))
}

// Begin is the first page.
func (h *Public) Begin(c echo.Context) error {
	return h.Render(c, http.StatusOK, pages.PublicBegin(h.frame(c, h.say(c, "name"))))
}

// Leave erases what was written here and ends on a page that says nothing.
func (h *Public) Leave(c echo.Context) error {
	if err := h.Reports.Wipe(c.Request().Context(), h.who(c), h.secret(c)); err != nil {
		return err
	}
	h.keep(c, "")
	return c.Redirect(http.StatusSeeOther, "/away")
}

// Away says nothing.
func (h *Public) Away(c echo.Context) error {
	return h.Render(c, http.StatusOK, pages.PublicAway(h.lang(c), h.Onward))
}

// draft answers what was written so far; nil when there is nothing.
func (h *Public) draft(c echo.Context) (*publicform.Draft, error) {
	secret := h.secret(c)
	if secret == "" {
		return nil, nil
	}
	d, err := h.Reports.Open(c.Request().Context(), h.who(c), secret)
	if errors.Is(err, publicform.ErrGone) {
		return nil, nil
	}
	return d, err
}

// Ask is a page with questions.
func (h *Public) Ask(c echo.Context) error {
	step, _, ok := publicform.StepOf(c.Param("step"))
	if !ok {
		return models.NotFoundf("There is no such page. Begin at the first page of the form.")
	}
	d, err := h.draft(c)
	if err != nil {
		return err
	}
	v := h.page(c, step, publicform.Answers{}, nil)
	switch {
	case d == nil && c.QueryParam("began") != "":
		v.Note = h.say(c, "note.cookies")
	case d == nil:
	case d.Sent:
		return h.redirect(c, "/report/sent")
	default:
		v = h.page(c, step, d.Answers, nil)
		v.Urgent = v.Urgent || d.Answers["danger"] == "yes"
	}
	if c.QueryParam("note") == "lost" {
		v.Note = h.say(c, "note.lost")
	}
	v.Change = c.QueryParam("change") != ""
	return h.Render(c, http.StatusOK, pages.PublicAsk(v))
}

// Save keeps a page's answers and goes on. What cannot be kept comes back as typed.
func (h *Public) Save(c echo.Context) error {
	step, next, ok := publicform.StepOf(c.Param("step"))
	if !ok {
		return models.NotFoundf("There is no such page. Begin at the first page of the form.")
	}
	answers := step.Of(c.FormValue)
	problems := step.Check(answers, h.Now())
	again := func(note string) pages.PublicStep {
		v := h.page(c, step, answers, problems)
		v.Note, v.Change = note, c.FormValue("change") != ""
		return v
	}
	if len(problems) > 0 {
		return h.Render(c, http.StatusUnprocessableEntity, pages.PublicAsk(again("")))
	}
	if wait := h.Wait("page", c.RealIP()); wait > 0 {
		return h.Render(c, http.StatusTooManyRequests, pages.PublicAsk(again(h.say(c, "note.wait", seconds(wait)))))
	}
	before := h.secret(c)
	d, err := h.Reports.Save(c.Request().Context(), h.who(c), before, step, answers, c.FormValue("was"))
	switch {
	case errors.Is(err, publicform.ErrSent):
		return h.addInstead(c, d, step, answers)
	case errors.Is(err, publicform.ErrElsewhere):
		v := again(h.say(c, "note.elsewhere"))
		v.Other, v.Was = h.facts(c, step, d.Answers), step.Mark(d.Answers)
		return h.Render(c, http.StatusConflict, pages.PublicAsk(v))
	case err != nil:
		return err
	}
	if d.Fresh {
		h.keep(c, d.Secret)
	}
	switch {
	case d.Fresh && before != "":
		return h.redirect(c, "/report/"+next+"?note=lost")
	case c.FormValue("change") != "":
		return h.redirect(c, "/report/check")
	case d.Fresh:
		return h.redirect(c, "/report/"+next+"?began=1")
	}
	return h.redirect(c, "/report/"+next)
}

func seconds(d time.Duration) int { return int(d/time.Second) + 1 }

// page draws a page's questions with their answers.
func (h *Public) page(c echo.Context, step publicform.Step, a publicform.Answers, problems []publicform.Problem) pages.PublicStep {
	steps := publicform.Steps()
	v := pages.PublicStep{Name: step.Name, Of: len(steps) + 1, Title: h.say(c, "step."+step.Name+".title"), Lead: h.say(c, "step."+step.Name+".lead"),
		Was: step.Mark(a), Urgent: step.Name == "danger", Back: "/report?lang=" + h.lang(c)}
	if len(problems) > 0 || c.Request().Method == http.MethodPost {
		v.Was = c.FormValue("was") // as it was when the person first saw it
	}
	v.Frame = h.frame(c, v.Title)
	for i, s := range steps {
		if s.Name == step.Name {
			v.Part = i + 1
			if i > 0 {
				v.Back = "/report/" + steps[i-1].Name + "?lang=" + h.lang(c)
			}
		}
	}
	for _, f := range step.Fields {
		q := h.field(c, f)
		q.Value = a[f.Name]
		for _, p := range problems {
			if p.Field == f.Name && p.Code == "long" {
				q.Error = h.say(c, "error.long", p.Most)
			} else if p.Field == f.Name {
				q.Error = h.say(c, "error."+p.Code)
			}
		}
		v.Fields = append(v.Fields, q)
	}
	return v
}

// publicTyped says how a phone's keyboard and the browser's own memory treat a field. The
// reporter's own data alone may be filled in by the browser.
var publicTyped = map[string]struct{ auto, kind, mode string }{
	"who_link": {mode: "url"}, "who_phone": {mode: "tel"}, "who_mail": {mode: "email"},
	"you_name": {auto: "name"}, "you_mail": {auto: "email", mode: "email"}, "you_phone": {auto: "tel", mode: "tel"},
}

func (h *Public) field(c echo.Context, f publicform.Field) pages.PublicField {
	t := publicTyped[f.Name]
	q := pages.PublicField{Name: f.Name, Kind: string(f.Kind), Label: h.say(c, "field."+f.Name), Help: h.say(c, "help."+f.Name),
		Autocomplete: t.auto, Type: t.kind, Mode: t.mode, Rows: 4}
	switch f.Kind {
	case publicform.Choice:
		for _, o := range f.Choices {
			q.Options = append(q.Options, components.Option{Value: o, Label: h.say(c, "field."+f.Name+"."+o)})
		}
	case publicform.Country:
		q.Options = append([]components.Option{{Label: h.say(c, "choose")}}, countries(h.lang(c))...)
	case publicform.State:
		q.Options = append([]components.Option{{Label: h.say(c, "choose")}}, states()...)
	}
	if f.Name == "what" || f.Name == "links" {
		q.Rows = 10
	}
	return q
}

// facts are a page's answers in the reader's words.
func (h *Public) facts(c echo.Context, step publicform.Step, a publicform.Answers) []components.Term {
	var list []components.Term
	for _, f := range step.Fields {
		v := a[f.Name]
		if v == "" {
			continue
		}
		q := h.field(c, f)
		for _, o := range q.Options {
			if o.Value == v {
				v = o.Label
			}
		}
		list = append(list, components.Term{Term: q.Label, Text: v})
	}
	return list
}
